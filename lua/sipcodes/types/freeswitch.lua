---@meta sipcodes.freeswitch

---A session, or what stands in for one.
---@class sipcodes.session
---@field getVariable fun(self: sipcodes.session, name: string): string?
---@field setVariable fun(self: sipcodes.session, name: string, value: string?)
---@field execute fun(self: sipcodes.session, application: string, data: string)
---@field hangup fun(self: sipcodes.session, cause: string)

---@class sipcodes.freeswitch
local freeswitch = {}

---How the last attempt ended: the code, the cause, and the variable that told; nil, message where
---there was none.
---@param session sipcodes.session
---@return integer? code
---@return string cause_or_message
---@return string? source
function freeswitch.status(session) end

---Unsets what an attempt leaves behind. To be called before each attempt.
---@param session sipcodes.session
function freeswitch.clear(session) end

---Answers the caller; for 302 the phrase is the Contact, and has to be there. Raises on what FreeSWITCH would not send.
---@param session sipcodes.session
---@param code sipcodes.code
---@param phrase? string
function freeswitch.respond(session, code, phrase) end

---Ends the call. Raises on a cause that FreeSWITCH does not know.
---@param session sipcodes.session
---@param cause string|integer
function freeswitch.hangup(session, cause) end

---The names for continue_on_fail and failure_causes, and the other codes that have these causes.
---@param list (sipcodes.code|string)[] codes, and names of causes
---@return string causes
---@return table<string, integer[]>? shared
function freeswitch.causes(list) end

---What FreeSWITCH sends as Reason.
---@param session sipcodes.session
---@param list sipcodes.reason[]
function freeswitch.set_reason(session, list) end

---Answers the caller with the 603+ that ended the last attempt, if it was one.
---@param session sipcodes.session
---@return boolean passed
---@return string? why
function freeswitch.pass_on(session) end

return freeswitch
