---@meta sipcodes.blocking

---@class sipcodes.notification
---@field url? string
---@field tel? string
---@field email? string
---@field id? string
---@field location? string
---@field protocol? "SIP"|"Q.850"

---@class sipcodes.blocking
local blocking = {}

---What a 603+ says; nil, why where the response is none.
---@param code sipcodes.code
---@param phrase string?
---@param reason string? a Reason field value
---@return sipcodes.notification? notification
---@return string? why
function blocking.detect(code, phrase, reason) end

---603, "Network Blocked" and the Reason field value. Raises on what may not be sent.
---@param notification sipcodes.notification
---@return integer code
---@return string phrase
---@return string reason
function blocking.reply(notification) end

return blocking
