---@meta sipcodes

-- Declarations for the Lua language server, and the source of the API reference. This file is never
-- loaded; the library is sipcodes.so.

--[[
The SIP response codes: phrases, classes, facts, and what is put on the wire.

```lua
local sip = require "sipcodes"
sip.BUSY_HERE                      --> 486
sip.reasons[486]                   --> "Busy Here"
```

- The registered codes are constants of the module. An unknown constant raises, so that a misspelt name
  is seen at once.
- `reasons` is a table that fills itself: from the second time on, `reasons[486]` costs a plain table
  read. Any other key is nil.
- `cause`, `header`, `routing`, `blocking`, `kpi`, `freeswitch` and `kamailio` are the modules below. They
  open at their first use; only `kamailio` is a file that is searched for.
- `_VERSION` and `_REGISTRY` are the version, and the date of the registry that the data follows.
- In addition to the registered codes the table knows obsolete and vendor codes, such as 409 and
  Kamailio's 477 to 479. They have `registered = false`, an `origin` and no name, and `codes` leaves them
  out.
]]

---A response code: 486, 486.0 or "486", in 100..699.
---@alias sipcodes.code integer|number|string

---@alias sipcodes.action
---| "answered"
---| "wait"
---| "redirect"
---| "authenticate"
---| "modify"
---| "later"
---| "glare"
---| "elsewhere"
---| "stop"
---| "stop_everywhere"

---What `sip.info` returns.
---@class sipcodes.info
---@field code integer
---@field reason string the phrase
---@field name string? nil for an unregistered code, like rfc, section, methods, must, should, may and basis
---@field class integer 1 to 6
---@field title string the title of the class
---@field registered boolean is it in the registry?
---@field deprecated string? the RFC that did it
---@field rfc string? the RFC that defines it
---@field section string? the sections to read, the defining one first
---@field formerly string[] older phrases, and other ones that software sends
---@field methods string? the requests that it may answer
---@field must string? the header fields that it must carry, with conditions
---@field should string? those that it should carry
---@field may string? those that it may carry
---@field action sipcodes.action what to do at the same server
---@field basis string? why, with the RFC section that says so
---@field retry_after boolean may it carry Retry-After?
---@field dialog "transaction"|"usage"|"dialog"|nil what a failure in a dialog ends (RFC 5057 5.1)
---@field note string what the response means
---@field origin string? of an unregistered code

---@alias sipcodes.field
---| "code"
---| "reason"
---| "name"
---| "class"
---| "title"
---| "registered"
---| "deprecated"
---| "rfc"
---| "section"
---| "formerly"
---| "methods"
---| "must"
---| "should"
---| "may"
---| "action"
---| "basis"
---| "retry_after"
---| "dialog"
---| "note"
---| "origin"

---@class sipcodes.localized
---@field reason fun(code: sipcodes.code): string?, string?
---@field reply fun(code: sipcodes.code, phrase?: string): integer, string
---@field line fun(code: sipcodes.code, phrase?: string): string
---@field status_line fun(code: sipcodes.code, phrase?: string): string

---@class sipcodes
---@field _VERSION string
---@field _REGISTRY string
---@field reasons table<sipcodes.code, string>
-- constants begin
---@field TRYING 100
---@field RINGING 180
---@field CALL_IS_BEING_FORWARDED 181
---@field QUEUED 182
---@field SESSION_PROGRESS 183
---@field EARLY_DIALOG_TERMINATED 199
---@field OK 200
---@field ACCEPTED 202
---@field NO_NOTIFICATION 204
---@field MULTIPLE_CHOICES 300
---@field MOVED_PERMANENTLY 301
---@field MOVED_TEMPORARILY 302
---@field USE_PROXY 305
---@field ALTERNATIVE_SERVICE 380
---@field BAD_REQUEST 400
---@field UNAUTHORIZED 401
---@field PAYMENT_REQUIRED 402
---@field FORBIDDEN 403
---@field NOT_FOUND 404
---@field METHOD_NOT_ALLOWED 405
---@field NOT_ACCEPTABLE 406
---@field PROXY_AUTHENTICATION_REQUIRED 407
---@field REQUEST_TIMEOUT 408
---@field GONE 410
---@field CONDITIONAL_REQUEST_FAILED 412
---@field REQUEST_ENTITY_TOO_LARGE 413
---@field REQUEST_URI_TOO_LONG 414
---@field UNSUPPORTED_MEDIA_TYPE 415
---@field UNSUPPORTED_URI_SCHEME 416
---@field UNKNOWN_RESOURCE_PRIORITY 417
---@field BAD_EXTENSION 420
---@field EXTENSION_REQUIRED 421
---@field SESSION_INTERVAL_TOO_SMALL 422
---@field INTERVAL_TOO_BRIEF 423
---@field BAD_LOCATION_INFORMATION 424
---@field BAD_ALERT_MESSAGE 425
---@field USE_IDENTITY_HEADER 428
---@field PROVIDE_REFERRER_IDENTITY 429
---@field FLOW_FAILED 430
---@field ANONYMITY_DISALLOWED 433
---@field BAD_IDENTITY_INFO 436
---@field UNSUPPORTED_CREDENTIAL 437
---@field INVALID_IDENTITY_HEADER 438
---@field FIRST_HOP_LACKS_OUTBOUND_SUPPORT 439
---@field MAX_BREADTH_EXCEEDED 440
---@field BAD_INFO_PACKAGE 469
---@field CONSENT_NEEDED 470
---@field TEMPORARILY_UNAVAILABLE 480
---@field CALL_TRANSACTION_DOES_NOT_EXIST 481
---@field LOOP_DETECTED 482
---@field TOO_MANY_HOPS 483
---@field ADDRESS_INCOMPLETE 484
---@field AMBIGUOUS 485
---@field BUSY_HERE 486
---@field REQUEST_TERMINATED 487
---@field NOT_ACCEPTABLE_HERE 488
---@field BAD_EVENT 489
---@field REQUEST_PENDING 491
---@field UNDECIPHERABLE 493
---@field SECURITY_AGREEMENT_REQUIRED 494
---@field SERVER_INTERNAL_ERROR 500
---@field NOT_IMPLEMENTED 501
---@field BAD_GATEWAY 502
---@field SERVICE_UNAVAILABLE 503
---@field SERVER_TIME_OUT 504
---@field VERSION_NOT_SUPPORTED 505
---@field MESSAGE_TOO_LARGE 513
---@field PUSH_NOTIFICATION_SERVICE_NOT_SUPPORTED 555
---@field PRECONDITION_FAILURE 580
---@field BUSY_EVERYWHERE 600
---@field DECLINE 603
---@field DOES_NOT_EXIST_ANYWHERE 604
---@field NOT_ACCEPTABLE_ANYWHERE 606
---@field UNWANTED 607
---@field REJECTED 608
-- constants end
local sipcodes = {}

---The Reason-Phrase of a code. Phrases are recommendations: route on the code.
---```lua
---sip.reason(486)                    --> "Busy Here"
---sip.reason("sip:486")              --> nil, '"sip:486" is not a SIP response code'
---```
---Unknown: nil and a message if the table does not know the code.
---Raises: if the code is not a number or a string.
---Source: IANA's registry; RFC 3261 7.2
---@param code sipcodes.code
---@return string? phrase
---@return string? message
function sipcodes.reason(code) end

---The class of a code and its title. Each code from 100 to 699 has one, registered or not.
---```lua
---sip.class(486)                     --> 4, "Client Failure"
---```
---Unknown: nil and a message if it is not a code.
---Raises: if the code is not a number or a string.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@return integer? class 1 to 6
---@return string title_or_message
function sipcodes.class(code) end

---Iterates over the registered codes and their phrases, in ascending order: all, or those of one class.
---```lua
---for code, reason in sip.codes(6) do print(code, reason) end
---```
---Raises: if the class is not nil and not 1 to 6.
---@param class? integer|string
---@return fun(class: integer?, code: integer): integer?, string? iterator stateless
---@return integer?
---@return integer
function sipcodes.codes(class) end

---All that is known of a code as a fresh table, or one field of it.
---```lua
---sip.info(423, "must")              --> "Min-Expires"
---sip.info(202, "deprecated")        --> "RFC 6665"
---sip.info(477, "registered")        --> false
---```
---Unknown: nil and a message if the table does not know the code.
---Raises: if the code is not a number or a string, or if there is no such field.
---Source: the RFC that the field `rfc` names
---@overload fun(code: sipcodes.code, field: sipcodes.field): any, string?
---@param code sipcodes.code
---@param field? sipcodes.field
---@return sipcodes.info? info
---@return string? message
function sipcodes.info(code, field) end

---The code that a number or a text means: 486, "486", "sip:486", "486 Busy Here", a Status-Line, Asterisk's
---"SIP 486 Busy Here", the
---name of a constant, a phrase, a former or vendor phrase, in any letter case. A code does not need to
---be registered. Names and current phrases come before former ones.
---```lua
---sip.code("sip:486")                --> 486
---sip.code("busy here")              --> 486
---sip.code("SIP 486 Busy Here")      --> 486
---sip.code("Not Acceptable")         --> 406, 606
---```
---Unknown: nil and a message if it names no code.
---Raises: if the argument is not a number or a string.
---@param x sipcodes.code
---@return integer? code
---@return integer|string|nil second_or_message the second code of a phrase that has two
function sipcodes.code(x) end

---The code as which a client handles a code that it does not know: a registered code itself, 183 for
---another 1xx, else x00.
---```lua
---sip.treat_as(499)                  --> 400
---```
---Unknown: nil and a message if it is not a code.
---Raises: if the code is not a number or a string.
---Source: RFC 3261 8.1.3.2
---@param code sipcodes.code
---@return integer? code
---@return string? message
function sipcodes.treat_as(code) end

---Is it a 1xx? False for what is not a code, as for the predicates below.
---Raises: if the code is not a number or a string.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@return boolean
function sipcodes.is_provisional(code) end

---Is it a 2xx, 3xx, 4xx, 5xx or 6xx?
---Raises: if the code is not a number or a string.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@return boolean
function sipcodes.is_final(code) end

---Is it a 2xx?
---Raises: if the code is not a number or a string.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@return boolean
function sipcodes.is_success(code) end

---Is it a 3xx?
---Raises: if the code is not a number or a string.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@return boolean
function sipcodes.is_redirection(code) end

---Is it a 4xx, 5xx or 6xx?
---Raises: if the code is not a number or a string.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@return boolean
function sipcodes.is_failure(code) end

---Is it a code of IANA's registry?
---Raises: if the code is not a number or a string.
---@param code sipcodes.code
---@return boolean
function sipcodes.is_registered(code) end

---The code and a phrase for `send_reply`. The phrase is never nil or empty, and never holds a control
---character. Without a phrase it is the one of `reason`, else the title of the class.
---```lua
---sip.reply(486)                     --> 486, "Busy Here"
---sip.reply(499)                     --> 499, "Client Failure"
---sip.reply(486, "Busy\r\nX: y")     --> error "bad argument #2 to 'reply' (CR at octet 5)"
---```
---Raises: if it is not a code, or if the phrase cannot be sent.
---@param code sipcodes.code
---@param phrase? string
---@return integer code
---@return string phrase
function sipcodes.reply(code, phrase) end

---The code and a phrase in one string, for FreeSWITCH's `respond`. The phrase is that of `reply`.
---```lua
---sip.line(486)                      --> "486 Busy Here"
---```
---Raises: if it is not a code, or if the phrase cannot be sent.
---@param code sipcodes.code
---@param phrase? string
---@return string line
function sipcodes.line(code, phrase) end

---A Status-Line without a line end. An empty phrase is kept.
---```lua
---sip.status_line(486)               --> "SIP/2.0 486 Busy Here"
---```
---Raises: if it is not a code, or if the phrase cannot be sent.
---Source: RFC 3261 7.2
---@param code sipcodes.code
---@param phrase? string
---@return string line
function sipcodes.status_line(code, phrase) end

---The code and the phrase of one Status-Line. One CRLF or LF at its end is dropped; the phrase is "" if
---there is none.
---```lua
---sip.parse("SIP/2.0 486 Quite Busy\r\n")  --> 486, "Quite Busy"
---```
---Unknown: nil and a message with the position if it is not a Status-Line.
---Raises: if the argument is not a string.
---Source: RFC 3261 7.2, 25.1
---@param line string
---@return integer? code
---@return string phrase_or_message
function sipcodes.parse(line) end

---The functions reason, reply, line and status_line with phrases of your own. A code without a phrase
---of yours keeps the phrase of the table.
---```lua
---local de = sip.localize{[404] = "Nicht gefunden"}
---de.line(404)                       --> "404 Nicht gefunden"
---de.line(486)                       --> "486 Busy Here"
---```
---Raises: for the first bad entry: a key that is not a code, a code given twice, a phrase that is not
---a Reason-Phrase in UTF-8.
---Source: RFC 3261 25.1
---@param phrases table<sipcodes.code, string>
---@return sipcodes.localized
function sipcodes.localize(phrases) end

return sipcodes
