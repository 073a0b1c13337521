---@meta sipcodes.cause

---@alias sipcodes.cause.name "rfc3398"|"rfc4497"|"dss1"|"cisco"|"freeswitch"|"asterisk"

---@class sipcodes.cause.table
---@field name sipcodes.cause.name
---@field from_sip boolean
---@field to_sip boolean
---@field source string
---@field edition string
---@field default_cause integer|table<integer, integer>|nil a number, or numbers by class of the code
---@field default_code integer?

---@class sipcodes.cause
local cause = {}

---The cause that a response becomes, its name, and "default" where the table does not list it; nil,
---message where it becomes none. The warning is a Warning field value.
---@param code sipcodes.code|"BYE"|"CANCEL"
---@param name? sipcodes.cause.name
---@param warning? string
---@return integer? cause
---@return string name_or_message
---@return "default"? default
function cause.from_sip(code, name, warning) end

---The code that a cause becomes, its phrase, and "default" likewise; nil, message where none.
---@param number integer|string a number, its digits, or a name in the words of the table
---@param name? sipcodes.cause.name
---@param location? string one of RFC 8606
---@param diagnostic? boolean is there a number to redirect to?
---@return integer? code
---@return string phrase_or_message
---@return "default"? default
function cause.to_sip(number, name, location, diagnostic) end

---The name of a cause, in the words of a table.
---@param number integer|string
---@param name? sipcodes.cause.name
---@return string? text
---@return string? message
function cause.text(number, name) end

---@param number integer|string
---@return integer? class
---@return string name_or_message
function cause.class(number) end

---Iterates over the 77 known causes: cause, text, in_q850.
---@return fun(state: any, cause: integer): integer?, string?, boolean?
---@return nil
---@return integer
function cause.causes() end

---@param name string|integer
---@param era? "old" before FreeSWITCH 1.10.8
---@return integer? number
---@return string name_or_message
function cause.freeswitch(name, era) end

---@return sipcodes.cause.table[]
function cause.tables() end

return cause
