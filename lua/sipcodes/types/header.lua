---@meta sipcodes.header

--[[
The header fields Reason (RFC 3326), Warning (RFC 3261 20.43) and Retry-After (RFC 3261 20.33), read and
written. Input of any size or shape is read in time that grows with its size.

```lua
local header = sip.header
header.pick('SIP;cause=486, Q.850 ;cause=17 ;text="User busy"')  --> 17, "Q.850", "User busy"
```

nil in place of a field value means that the message has no such field. A value that was cut off is
refused as a whole, and the position says where.
]]

---One value of a Reason field.
---@class sipcodes.reason
---@field protocol string as it was written
---@field cause? integer|string 0 to 2^31-1
---@field text? string without quotes and escapes
---@field location? string where the call was released (RFC 8606)
---@field params? table<string, string|number|true> the other parameters by name in lower case, at most 64; a flag is true
---@field more? true there were more parameters

---One value of a Warning field.
---@class sipcodes.warning
---@field code integer|string three digits
---@field agent string
---@field text string

---@class sipcodes.header
local header = {}

---The values of a Reason field.
---```lua
---header.reason('SIP;cause=200;text="Call completed elsewhere"')[1].cause  --> 200
---header.reason("SIP;cause=x")       --> nil, '"SIP;cause=x" is not a Reason: no decimal number of at most 2147483647 at octet 11', 11
---```
---With {lenient = true} it passes over what it cannot read, and the second result says what that was, nil if
---nothing: a quoted decimal counts as a cause, a stray ; or , is nothing, text without quotes runs to the
---next ; or , and what stays unreadable ends at the next ; or , outside quotes.
---```lua
---header.reason('Q.850;cause="16";;x', {lenient = true})[1].cause  --> 16
---```
---Unknown: nil, a message and the position of the octet if the value is not a Reason.
---Raises: if the value is not a string or nil, or if an option is unknown.
---Source: RFC 3326 2, RFC 8606 4, RFC 9366 3
---@param value string?
---@param options? {lenient?: boolean}
---@return sipcodes.reason[]? values
---@return string? message_or_skipped
---@return integer? position
function header.reason(value, options) end

---The field value of a list of records.
---```lua
---header.format_reason{{protocol = "Q.850", cause = 17, text = 'says "busy"'}}  --> 'Q.850;cause=17;text="says \\"busy\\""'
---```
---Raises: if the list is empty, or if something in it cannot be written.
---@param list sipcodes.reason[]
---@return string value
function header.format_reason(list) end

---The cause, protocol and text of the value to trust: that of the first protocol in the order which the
---field has.
---Unknown: nil and a message if no value has a cause of these protocols.
---Raises: if an argument has the wrong type, if the order names what is not a token or more than 64
---protocols, or if an option is unknown.
---@param value string?
---@param order? string[] {"Q.850", "SIP"} unless given
---@param options? {lenient?: boolean} as for `reason`; the last result then says what was passed over
---@return integer? cause
---@return string protocol_or_message
---@return string|integer|nil text_or_position
function header.pick(value, order, options) end

---The published text of a cause of a Reason protocol: the phrase for SIP, the text for Q.850, and the texts
---of Preemption, RELEASE_CAUSE, FAILURE_CAUSE and STIR.
---```lua
---header.meaning("Q.850", 17)        --> "User busy"
---header.meaning("STIR", 403)        --> "Stale Date"
---header.meaning("EMM", 22)          --> nil, "cause 22 of EMM is not known here: see 3GPP TS 24.301"
---```
---Unknown: nil and a message for an unknown protocol or cause; it names the specification to look in.
---Raises: if an argument has the wrong type.
---Source: the specification that `protocols` names
---@param protocol string in any letter case
---@param cause integer|string
---@return string? text
---@return string? message
function header.meaning(protocol, cause) end

---The values of a Warning field.
---Unknown: nil, a message and the position if the value is not a Warning.
---Raises: if the value is not a string or nil.
---Source: RFC 3261 20.43
---@param value string?
---@return sipcodes.warning[]? values
---@return string? message
---@return integer? position
function header.warning(value) end

---The field value of a list of records.
---Raises: if the list is empty, or if something in it cannot be written.
---@param list sipcodes.warning[]
---@return string value
function header.format_warning(list) end

---The seconds of a Retry-After field, its comment without the outer brackets, and its duration.
---```lua
---header.retry_after("120 (in a meeting);duration=3600")  --> 120, "in a meeting", 3600
---```
---Unknown: nil, a message and the position if the value is not a Retry-After.
---Raises: if the value is not a string, a number or nil.
---Source: RFC 3261 20.33
---@param value string|integer|nil
---@return integer? seconds
---@return string? comment_or_message
---@return integer? duration_or_position
function header.retry_after(value) end

---Iterates over the Reason protocols of IANA's registry: name, description, and the specification that lists
---the causes.
---@return fun(state: any, name: string?): string?, string?, string?
function header.protocols() end

---Iterates over the warn-codes of IANA's registry: code, text.
---@return fun(state: any, code: integer?): integer?, string?
function header.warnings() end

return header
