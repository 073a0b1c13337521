---@meta sipcodes.routing

---@class sipcodes.routing.how
---@field timeout? boolean no answer came: the code is a local 408
---@field retry_after? string|integer a Retry-After field value

---@alias sipcodes.routing.decide fun(code: sipcodes.code, phrase?: string, reason?: string, how?: sipcodes.routing.how): boolean, string, integer?

---@class sipcodes.routing
local routing = {}

---What to do at the same server; nil, message for what is no code.
---@param code sipcodes.code
---@return sipcodes.action? action
---@return string? message
function routing.action(code) end

---The response to send upstream when all branches have ended, and its position.
---@param codes sipcodes.code[]
---@param options? {keep_503?: boolean, method?: string}
---@return integer? code
---@return integer|string|nil position_or_message
function routing.best(codes, options) end

---Should another server be tried? And the name of what decided, and the seconds of Retry-After.
---@param code sipcodes.code
---@param phrase? string
---@param reason? string
---@param how? sipcodes.routing.how
---@return boolean again
---@return string rule
---@return integer? seconds
function routing.failover(code, phrase, reason, how) end

---A function like failover that follows these rules: [486], ["5xx"], ["480 No Routes Found"] and
---timeout are booleans, base is "carrier" or "rfc".
---@param rules table<sipcodes.code, boolean|string>
---@return sipcodes.routing.decide
function routing.policy(rules) end

return routing
