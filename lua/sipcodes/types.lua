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
