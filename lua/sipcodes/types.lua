---@meta sipcodes

-- Types for the Lua language server. This file is never loaded; the library is sipcodes.so.

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

---@class sipcodes.info
---@field code integer
---@field reason string
---@field name string? nil for an unregistered code, like rfc, section, methods, must, should, may and basis
---@field class integer
---@field title string
---@field registered boolean
---@field deprecated string? the RFC that did it
---@field rfc string?
---@field section string?
---@field formerly string[]
---@field methods string?
---@field must string?
---@field should string?
---@field may string?
---@field action sipcodes.action
---@field basis string?
---@field retry_after boolean
---@field dialog "transaction"|"usage"|"dialog"|nil
---@field note string
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

---The phrase; nil, message for a code that the table does not know.
---@param code sipcodes.code
---@return string? phrase
---@return string? message
function sipcodes.reason(code) end

---1..6 and its title; nil, message for what is no code.
---@param code sipcodes.code
---@return integer? class
---@return string title_or_message
function sipcodes.class(code) end

---Iterates over the registered codes, all or those of a class.
---@param class? integer|string
---@return fun(class: integer?, code: integer): integer?, string?
---@return integer?
---@return integer
function sipcodes.codes(class) end

---All that is known of a code, or one field of it; nil, message for an unknown code.
---@overload fun(code: sipcodes.code, field: sipcodes.field): any, string?
---@param code sipcodes.code
---@return sipcodes.info? info
---@return string? message
function sipcodes.info(code) end

---The code that a text or number spells; two where a phrase has two; nil, message where none.
---@param x sipcodes.code
---@return integer? code
---@return integer|string|nil second_or_message
function sipcodes.code(x) end

---What a client handles a code as (RFC 3261 8.1.3.2); nil, message for what is no code.
---@param code sipcodes.code
---@return integer? code
---@return string? message
function sipcodes.treat_as(code) end

---@param code sipcodes.code
---@return boolean
function sipcodes.is_provisional(code) end

---@param code sipcodes.code
---@return boolean
function sipcodes.is_final(code) end

---@param code sipcodes.code
---@return boolean
function sipcodes.is_success(code) end

---@param code sipcodes.code
---@return boolean
function sipcodes.is_redirection(code) end

---@param code sipcodes.code
---@return boolean
function sipcodes.is_failure(code) end

---@param code sipcodes.code
---@return boolean
function sipcodes.is_registered(code) end

---The code and a phrase for send_reply; never an empty one. Raises on what cannot be sent.
---@param code sipcodes.code
---@param phrase? string
---@return integer code
---@return string phrase
function sipcodes.reply(code, phrase) end

---"486 Busy Here", for FreeSWITCH's respond. Raises on what cannot be sent.
---@param code sipcodes.code
---@param phrase? string
---@return string
function sipcodes.line(code, phrase) end

---"SIP/2.0 486 Busy Here". Raises on what cannot be sent.
---@param code sipcodes.code
---@param phrase? string
---@return string
function sipcodes.status_line(code, phrase) end

---The code and phrase of a Status-Line; nil, message where it is none.
---@param line string
---@return integer? code
---@return string phrase_or_message
function sipcodes.parse(line) end

---Functions that prefer these phrases. Raises for the first bad entry.
---@param phrases table<sipcodes.code, string>
---@return sipcodes.localized
function sipcodes.localize(phrases) end

return sipcodes
