---@meta sipcodes.kamailio

--[[
The KEMI side of Kamailio: replies, the response that a route is about, and failover. It calls KSR and
returns booleans in place of KEMI's 1 and -1.
]]

---@class sipcodes.kamailio
local kamailio = {}

---True or false for what a KEMI function returns: 1 is yes; -1, and what is not 1, is no.
---@param value any
---@return boolean
function kamailio.yes(value) end

---Answers the request, always with a phrase. Did Kamailio send it? If not, the second result says why: in a
---branch, branch failure, reply or onsend route it sends nothing.
---Raises: if it is not a code, or if the phrase cannot be sent.
---@param code sipcodes.code
---@param phrase? string
---@return boolean sent
---@return string? why
function kamailio.reply(code, phrase) end

---In a failure, branch failure or reply route: the response that the route is about. After `async.route` and
---`t_continue` Kamailio does not know it any more: then it is what `keep` has kept.
---Unknown: nil and a message in another route, and if nothing was kept.
---Raises: if a module of Kamailio is missing.
---@return integer? code
---@return string phrase_or_message
---@return "remote"|"local"|nil origin
function kamailio.status() end

---The Reason field of that response, as `header.reason` reads it leniently, and what was passed over.
---Unknown: nil and a message if it has none, or in another route.
---Raises: if a module of Kamailio is missing.
---@return sipcodes.reason[]? values
---@return string? message_or_skipped
function kamailio.reason() end

---The Contacts of the redirection that a failure route or a reply route is about: the highest q first.
---Unknown: nil and a message if there is no Contact.
---Raises: if a module of Kamailio is missing.
---Source: RFC 3261 20.10, 8.1.3.4
---@return {uri: string, q: number}[]? contacts q is 1 if the Contact has none
---@return string? message
function kamailio.contacts() end

---Keeps the response that a failure route is about across `async.route`, or `t_suspend` and `t_continue`: call
---it directly before them. Then `status`, `reason`, `contacts` and `failover` speak of this response in the
---route that goes on, until that route sends the call to another server. It is kept in the xavp `sipcodes` of
---the transaction, for one suspension. Without it these functions say that the response is gone; but if tm's
---`failure_reply_mode` is not 3, Kamailio may show a response of an earlier branch there.
---Unknown: nil and a message in a route that is not a failure route.
---Raises: if a module of Kamailio is missing.
---@return true? kept
---@return string? message
function kamailio.keep() end

---Adds a Reason field to the responses that Kamailio itself sends. Will it send it? If not, the second result
---says why.
---Raises: if something in the list cannot be written.
---@param values sipcodes.reason[]|string
---@return boolean added
---@return string? why
function kamailio.add_reason(values) end

---In a failure or branch failure route: should the call go on to the next server? A call that the caller has
---cancelled does not ("canceled"), and is answered with 487 if a gateway refused it with another code.
---Decide before `async.route` and `t_continue`, or call `keep` before them: after them Kamailio does not know
---the response any more.
---Unknown: nil and a message in another route.
---Raises: if a module of Kamailio is missing.
---@param policy? sipcodes.routing.decide `routing.failover` unless given
---@return boolean? again
---@return string rule_or_message
---@return integer? seconds of Retry-After
function kamailio.failover(policy) end

return kamailio
