---@meta sipcodes.header

---@class sipcodes.reason
---@field protocol string
---@field cause? integer|string
---@field text? string
---@field location? string
---@field params? table<string, string|number|true>

---@class sipcodes.warning
---@field code integer|string
---@field agent string
---@field text string

---@class sipcodes.header
local header = {}

---@param value string?
---@return sipcodes.reason[]? values
---@return string? message
---@return integer? position
function header.reason(value) end

---@param list sipcodes.reason[]
---@return string
function header.format_reason(list) end

---The cause, protocol and text of the value to trust.
---@param value string?
---@param order? string[] {"Q.850", "SIP"} unless given
---@return integer? cause
---@return string protocol_or_message
---@return string|integer|nil text_or_position
function header.pick(value, order) end

---@param value string?
---@return sipcodes.warning[]? values
---@return string? message
---@return integer? position
function header.warning(value) end

---@param list sipcodes.warning[]
---@return string
function header.format_warning(list) end

---@param value string|integer|nil
---@return integer? seconds
---@return string? comment_or_message
---@return integer? duration_or_position
function header.retry_after(value) end

---Iterates over the registered Reason protocols: name, description.
---@return fun(state: any, name: string?): string?, string?
function header.protocols() end

---Iterates over the registered warn-codes: code, text.
---@return fun(state: any, code: integer?): integer?, string?
function header.warnings() end

return header
