---@meta sipcodes.routing

--[[
What to do next with a response: at the same server (`action`), at another one (`failover`, `policy`), or
towards the caller (`best`). `action(500)` is "later" while `failover(500)` is true.

```lua
local routing = sip.routing
routing.failover(503)              --> true, "carrier", nil
routing.best{503, 486, 404}        --> 486, 2
```

| response | "carrier" | "rfc" |
|---|---|---|
| 503, and 430 | goes on | goes on |
| no answer (`{timeout = true}`) | goes on | goes on |
| 408 that was received, 500, 502, 504, Kamailio's 476 to 478 | goes on | final |
| every other | final | final |

"rfc" is RFC 3263 4.3 and RFC 5626 7; "carrier" is what those who call through carriers do.
]]

---What else is known of a response.
---@class sipcodes.routing.how
---@field timeout? boolean no answer came: the code is a local 408
---@field retry_after? string|integer a Retry-After field value
---@field lenient? boolean pass over what cannot be read of the Reason

---@alias sipcodes.routing.decide fun(code: sipcodes.code, phrase?: string, reason?: string, how?: sipcodes.routing.how): boolean, string, integer?

---@class sipcodes.routing
local routing = {}

---What to do at the same server. An unregistered code acts like the one that it is treated as.
---Unknown: nil and a message if it is not a code.
---Raises: if the code is not a number or a string.
---@param code sipcodes.code
---@return sipcodes.action? action
---@return string? message
function routing.action(code) end

---The response to send upstream when all branches have ended, and its position in the list. A 503 that
---wins goes up as 500, unless you set keep_503. Nothing left is 408 for INVITE.
---Unknown: nil and a message if nothing is left for another method than INVITE.
---Raises: if an element is not a code, or if there is no such option.
---Source: RFC 3261 16.7 step 6, RFC 4320
---@param codes sipcodes.code[]
---@param options? {keep_503?: boolean, method?: string}
---@return integer? code
---@return integer|string|nil position_or_message
function routing.best(codes, options) end

---Should another server be tried? Also the name of what decided, and the seconds of Retry-After. A 603+
---is always final. An unreadable Retry-After or Reason counts as absent.
---Raises: if it is not a code, or if another argument has the wrong type.
---@param code sipcodes.code
---@param phrase? string
---@param reason? string
---@param how? sipcodes.routing.how
---@return boolean again
---@return string rule
---@return integer? seconds
function routing.failover(code, phrase, reason, how) end

---A function like `failover` that follows your rules. 603+ comes first, then phrase, timeout, code,
---range (the narrower first), class and base. The verdict is named after the rule that gave it.
---```lua
---local decide = routing.policy{
---  ["480 No Routes Found"] = true,  -- a code with a phrase, in any letter case
---  [404] = true,                    -- a code
---  ["49x"] = false,                 -- a range; ["490-499"] is the same
---  ["5xx"] = false,                 -- a class
---  timeout = true,                  -- no answer came
---  base = "rfc",                    -- what no rule names: "carrier" (the default), "rfc", true or false
---}
---decide(480, "no routes found")     --> true, "480 No Routes Found", nil
---decide(480, "Temporarily Unavailable")  --> false, "rfc", nil
---decide(503, nil, nil, {retry_after = "120 (maintenance)"})  --> false, "5xx", 120
---```
---Raises: if a rule is unknown, given twice, or has the wrong type; if two ranges of one size overlap.
---@param rules table<sipcodes.code, boolean|string>
---@return sipcodes.routing.decide
function routing.policy(rules) end

return routing
