---@meta sipcodes.freeswitch

--[[
The FreeSWITCH side: how a bridge really ended, and answers that FreeSWITCH does not change. `session` is
FreeSWITCH's, or any object with getVariable, setVariable, execute and hangup. To read (`status`, `legs`) the
event `env` of a hangup hook is enough; it is there with and without `session_in_hangup_hook`. A script that knows
only the uuid of a call that still goes on passes an object of its own:

    local api, session = freeswitch.API(), {}
    function session:getVariable(name)
      local value = api:executeString("uuid_getvar " .. uuid .. " " .. name)
      return value ~= "_undef_" and not value:find("^%-ERR") and value or nil
    end

FreeSWITCH keeps the code that it sends to the caller nowhere: respond, hangup and pass_on keep it in the
channel variable `sipcodes_sent`, and the Reason in `sipcodes_sent_reason`.

Two things of a failed leg cannot be had: a second Reason field (sip_reason is the first), and Retry-After,
for which FreeSWITCH has no variable. Let the gateway rest for a time of your own choice after a 503.

A 302 without `outbound_redirect_fatal`: if the host of the Contact is this server's, FreeSWITCH transfers the
call, and the dialplan runs again with the user of the Contact as its number. A script that does not look at
`session:ready()` after a bridge calls on, and makes a loop.
]]

---A session, or what takes its place.
---@class sipcodes.session
---@field getVariable fun(self: sipcodes.session, name: string): string?
---@field setVariable fun(self: sipcodes.session, name: string, value: string?)
---@field execute fun(self: sipcodes.session, application: string, data: string)
---@field hangup fun(self: sipcodes.session, cause: string)

---How one leg ended.
---@class sipcodes.leg
---@field cause string
---@field code integer
---@field source string the variable that told

---What `freeswitch.attempts` returns.
---@class sipcodes.attempts
---@field finish fun(): integer?, string?
---@overload fun(dial_string: string): boolean, integer?, string?, string?

---@class sipcodes.freeswitch
local freeswitch = {}

---How the last attempt ended: the code, the cause, and the variable that told. The code of a local
---failure is what FreeSWITCH would send for its cause. 401 with the source "challenge": the carrier rejected
---the credentials. After an answer of our own it is that answer, with the source "sipcodes_sent".
---
---Numbers from 900 to 904 in FreeSWITCH's variables, such as "sip:904", are not SIP response codes. sofia-sip
---uses them for its own errors: 900 and 904 say that it could not answer a challenge. `status` never returns
---one of them: it returns 401 for these two, and goes by the cause for the others.
---
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

---The end of every leg of the last dial string, in its order. The code is that of the SIP response if the
---variables can be of that leg, else the one that FreeSWITCH would send for the cause.
---Unknown: nil and a message if there was no attempt.
---Raises: if it is not a session.
---@param session sipcodes.session
---@return sipcodes.leg[]? legs
---@return string? message
function freeswitch.legs(session) end

---A collector over attempts one after the other. Call it with a dial string for each attempt: it clears what
---earlier ones left, bridges, and returns whether the call was answered, and what `status` says. Its function
---`finish` sends the caller the best of all attempts (`routing.best`) with its own Reason, a 603+ as it came,
---500 in place of a carrier's challenge or a wrong gateway name, 504 if no answer came. It sends nothing if the
---call was answered, or if the caller gave up, and returns the code that it sent.
---Raises: if it is not a session, or if there is no such option.
---@param session sipcodes.session
---@param options? {keep_503?: boolean} a 503 that is the best goes up as 500 unless you set it
---@return sipcodes.attempts attempt
function freeswitch.attempts(session, options) end

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

---Answers the caller with the 603+ that ended the last attempt, or one of several legs called at once.
---Nothing with a control character is passed on.
---Raises: if it is not a session.
---@param session sipcodes.session
---@return boolean passed
---@return string? why
function freeswitch.pass_on(session) end

return freeswitch
