---@meta sipcodes.freeswitch

--[[
The FreeSWITCH side: how a bridge really ended, and answers that FreeSWITCH does not change. `session` is
FreeSWITCH's, or any object with getVariable, setVariable, execute and hangup.
]]

---A session, or what stands in for one.
---@class sipcodes.session
---@field getVariable fun(self: sipcodes.session, name: string): string?
---@field setVariable fun(self: sipcodes.session, name: string, value: string?)
---@field execute fun(self: sipcodes.session, application: string, data: string)
---@field hangup fun(self: sipcodes.session, cause: string)

---@class sipcodes.freeswitch
local freeswitch = {}

---How the last attempt ended: the code, the cause, and the variable that told. The code of a local
---failure is what FreeSWITCH would send for its cause.
---Unknown: nil and a message if there was no attempt.
---Raises: if it is not a session.
---@param session sipcodes.session
---@return integer? code
---@return string cause_or_message
---@return string? source
function freeswitch.status(session) end

---Unsets what an attempt leaves behind. Call it before each attempt, and before an answer of your own.
---Raises: if it is not a session.
---@param session sipcodes.session
function freeswitch.clear(session) end

---Answers the caller. For 302 the phrase is the Contact, and must be there.
---Raises: if FreeSWITCH would not send it.
---@param session sipcodes.session
---@param code sipcodes.code
---@param phrase? string
function freeswitch.respond(session, code, phrase) end

---Ends the call with a cause, by its name or number.
---Raises: if FreeSWITCH does not know the cause: it would send NORMAL_CLEARING.
---@param session sipcodes.session
---@param cause string|integer
function freeswitch.hangup(session, cause) end

---The list for continue_on_fail and failure_causes, and the other codes that have these causes.
---Raises: if an element is not a code or a cause.
---@param list (sipcodes.code|string)[] codes, and names of causes
---@return string causes
---@return table<string, integer[]>? shared
function freeswitch.causes(list) end

---Sets the Reason that FreeSWITCH sends.
---Raises: if something in the list cannot be written.
---@param session sipcodes.session
---@param list sipcodes.reason[]
function freeswitch.set_reason(session, list) end

---Answers the caller with the 603+ that ended the last attempt, if it was one.
---Raises: if it is not a session.
---@param session sipcodes.session
---@return boolean passed
---@return string? why
function freeswitch.pass_on(session) end

return freeswitch
