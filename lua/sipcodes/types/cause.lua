---@meta sipcodes.cause

--[[
Q.850 causes, and what standards and platforms make of response codes and causes.

```lua
local cause = sip.cause
cause.from_sip(503)                --> 41, "Temporary failure"
cause.from_sip(503, "asterisk")    --> 34, "AST_CAUSE_NORMAL_CIRCUIT_CONGESTION"
```

The table is rfc3398 unless you name another: rfc4497, dss1, cisco, freeswitch, asterisk, osmocom, yate,
audiocodes, oracle_sipi and opensips_sipi; dss1 and the last two map from SIP only, and `cause.tables()` says
what each is. Names are those of the table. Ribbon SBC Edge follows RFC 4497, Patton RFC 3398, Welltech and
Samsung Cisco.
]]

---@alias sipcodes.cause.name "rfc3398"|"rfc4497"|"dss1"|"cisco"|"freeswitch"|"asterisk"|"osmocom"|"yate"|"audiocodes"|"oracle_sipi"|"opensips_sipi"

---What `cause.tables` says of a table.
---@class sipcodes.cause.table
---@field name sipcodes.cause.name
---@field from_sip boolean
---@field to_sip boolean
---@field source string what was read
---@field edition string which state of it
---@field kind "standard"|"vendor"|"implementation"
---@field certainty string how its cells were proved
---@field default_cause integer|table<integer, integer>|nil a number, or numbers by class of the code
---@field default_code integer?

---@class sipcodes.cause
local cause = {}

---The cause that a response becomes, its name, and "default" if the table does not list the code.
---```lua
---cause.from_sip(486)                --> 17, "User busy"
---cause.from_sip(499)                --> 31, "Normal, unspecified", "default"
---cause.from_sip(488, "rfc3398", '304 gw "Media type not available"')  --> 65, "Bearer capability not implemented"
---```
---Unknown: nil and a message if the code becomes no cause.
---Raises: if an argument has the wrong type, or if there is no such table.
---Source: RFC 3398 8.2.6.1, and the source that `tables` names
---@param code sipcodes.code|"BYE"|"CANCEL"
---@param name? sipcodes.cause.name
---@param warning? string a Warning field value: 488 and 606 depend on it
---@return integer? cause
---@return string name_or_message
---@return "default"? default
function cause.from_sip(code, name, warning) end

---The code that a cause becomes, its phrase, and "default" if the table does not list the cause.
---```lua
---cause.to_sip(17)                   --> 486, "Busy Here"
---cause.to_sip(21, "rfc4497", "U")   --> 603, "Decline"
---cause.to_sip("AST_CAUSE_USER_BUSY", "asterisk")  --> 486, "Busy Here"
---```
---Unknown: nil and a message if the cause becomes no response, or if the table does not map to SIP.
---Raises: if an argument has the wrong type, or if there is no such table or location.
---Source: RFC 3398 7.2.4.1, and the source that `tables` names
---@param number integer|string a number, its digits, or a name in the words of the table
---@param name? sipcodes.cause.name
---@param location? string one of RFC 8606
---@param diagnostic? boolean is there a number to redirect to?
---@return integer? code
---@return string phrase_or_message
---@return "default"? default
function cause.to_sip(number, name, location, diagnostic) end

---The name of a cause, in the words of a table if you name one.
---```lua
---cause.text(17)                     --> "User busy"
---cause.text(17, "freeswitch")       --> "USER_BUSY"
---```
---Unknown: nil and a message if it is not a known cause.
---Raises: if an argument has the wrong type, or if there is no such table.
---Source: ITU-T Q.850 (10/2018)
---@param number integer|string
---@param name? sipcodes.cause.name
---@return string? text
---@return string? message
function cause.text(number, name) end

---The class of a cause and its name.
---Unknown: nil and a message if it is not a known cause.
---Raises: if the argument is not a number or a string.
---Source: ITU-T Q.850 (10/2018)
---@param number integer|string
---@return integer? class 0 to 7
---@return string name_or_message
function cause.class(number) end

---Iterates over the known causes in ascending order: cause, text, and whether Q.850 itself lists it.
---@return fun(state: any, cause: integer): integer?, string?, boolean?
---@return nil
---@return integer
function cause.causes() end

---A cause of FreeSWITCH by its name or number.
---```lua
---cause.freeswitch("user_busy")      --> 17, "USER_BUSY"
---cause.freeswitch(602)              --> nil, "602 is not a FreeSWITCH cause since 1.10.8: it was ALLOTTED_TIMEOUT, now 802"
---cause.freeswitch(602, "old")       --> 602, "ALLOTTED_TIMEOUT"
---```
---Unknown: nil and a message if FreeSWITCH has no such cause.
---Raises: if an argument has the wrong type.
---Source: switch_types.h
---@param name string|integer
---@param era? "old" before FreeSWITCH 1.10.8
---@return integer? number
---@return string name_or_message
function cause.freeswitch(name, era) end

---The tables, and where each comes from.
---@return sipcodes.cause.table[]
function cause.tables() end

return cause
