---@meta sipcodes.blocking

--[[
The 603+ call-blocking notification (ATIS-1000099): it tells the caller that a call was blocked by
analytics, and whom to ask about it. Since March 2026 US law wants it passed on unchanged.

```lua
local blocking = sip.blocking
local code, phrase, reason = blocking.reply{url = "https://carrier.example/redress", location = "TN"}
reason                             --> 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN'
blocking.detect(code, phrase, reason).url  --> "https://carrier.example/redress"
blocking.detect(603, "Decline", reason)    --> nil, 'the phrase is not "Network Blocked"'
```
]]

---What a 603+ says.
---@class sipcodes.notification
---@field url? string
---@field tel? string
---@field email? string
---@field id? string
---@field location? string
---@field protocol? "SIP"|"Q.850"

---@class sipcodes.blocking
local blocking = {}

---What a 603+ says. The redress contact and the location may be missing.
---Unknown: nil and why if the response is not a 603+.
---Raises: if an argument has the wrong type.
---Source: ATIS-1000099
---@param code sipcodes.code
---@param phrase string?
---@param reason string? a Reason field value
---@param options? {lenient?: boolean} pass over what cannot be read of the Reason
---@return sipcodes.notification? notification
---@return string? why
function blocking.detect(code, phrase, reason, options) end

---The parts of a 603+ that you send. It needs at least one of url, tel and email, and a location.
---Raises: if a part is missing, unknown, or against its rules.
---Source: ATIS-1000099
---@param notification sipcodes.notification
---@return integer code
---@return string phrase
---@return string reason
function blocking.reply(notification) end

return blocking
