--- The KEMI side of Kamailio: replies, the response that a route is about, and failover.
--
-- Kamailio's global KSR is looked up on each call, never while this file loads, when it cannot be
-- used yet. Nothing here catches an error of Kamailio: KSR.x.exit() ends a route by one. A module of Kamailio that a
-- function needs and that is not loaded raises "sipcodes.kamailio: status needs the module tmx".

local sip = require("sipcodes")
local contacts = require("sipcodes.kamailio.contacts")
local response = require("sipcodes.kamailio.response")
local header, routing = sip.header, sip.routing

local error, pcall, type = error, pcall, type
local LENIENT = { lenient = true } -- a router must not lose a cause to a stray comma

local kamailio = {}

--- yes(value) --> true or false, what a KEMI function means by its result: 1 is yes, and -1, which
-- is true in Lua, is no. So are 0, false and nil.
local function yes(value)
  return value == true or type(value) == "number" and value > 0
end

kamailio.yes = yes

-- A part of KSR, which is there if Kamailio has loaded the module of that name. To be called by a
-- public function itself: the error points at the script that called that one.
local function need(name, fname)
  local ksr = KSR -- luacheck: read globals KSR
  local module = ksr and ksr[name]
  if not module then
    error(("sipcodes.kamailio: %s needs the module %s"):format(fname, name), 3)
  end
  return module
end

-- What a function of this library gives, for a public function itself: an error of the former is one
-- of the latter, and points at the script.
local function checked(fname, f, ...)
  local ok, first, second = pcall(f, ...)
  if not ok then
    error((first:gsub("to '[%w_]+'", "to '" .. fname .. "'", 1)), 3)
  end
  return first, second
end

-- The response that the route of a public function is about, as sipcodes.kamailio.response gives it.
local function find(fname, get)
  local code, names, origin = response.reply(get)
  if code then
    return code, names, origin
  end
  local tmx = KSR.tmx -- luacheck: read globals KSR
  if not tmx then
    error(("sipcodes.kamailio: %s needs the module tmx"):format(fname), 3)
  end
  return response.failed(get, tmx)
end

local NO_ANSWER = "Kamailio answers only in a request route or a failure route"

-- Is this a route in which Kamailio itself can answer the request: a request route or a failure route? In
-- branch, branch failure, reply and onsend routes it sends nothing. Without tmx that cannot be told, and
-- counts as yes.
local function can_answer()
  local tmx = KSR.tmx -- luacheck: read globals KSR
  local is_request_route = tmx and tmx.t_is_request_route
  if not is_request_route then
    return true
  end
  return is_request_route() == 1 or tmx.t_is_failure_route() == 1
end

-- The phrases of the codes that were sent without one, so that each is checked once.
local phrases = {}

--- reply(code [, phrase]) --> did Kamailio send it? true, or false and why. Answers the request through
-- KSR.sl.send_reply, which is stateful if there is a transaction. Without a phrase, or with an
-- empty one, it takes the one of sipcodes.reply, so that Kamailio never gets none. Raises on what
-- is not a code and on a phrase that holds CR, LF or another control character; then nothing is sent.
-- Module sl.
function kamailio.reply(code, phrase)
  local sl = KSR and KSR.sl or need("sl", "reply") -- luacheck: read globals KSR
  local known = phrase == nil and phrases[code]
  if known then
    phrase = known
  else
    local number, text = checked("reply", sip.reply, code, phrase)
    if phrase == nil and number == code then
      phrases[number] = text
    end
    code, phrase = number, text
  end
  if not can_answer() then
    return false, NO_ANSWER
  elseif yes(sl.send_reply(code, phrase)) then
    return true
  end
  return false, "Kamailio did not send the reply"
end

--- status() --> code, phrase, "remote" or "local". In a reply route, the reply; in a failure route
-- or a branch failure route, the response that ended it: "remote" if it was received, "local" if
-- Kamailio made it, such as the 408 after which no answer came, whether a 1xx came before or not.
-- The phrase is "" if there is none, and if a branch failure route is about a local response.
-- After async.route or t_continue, the response that keep has kept. nil, message in every other route.
-- Modules pv; tmx but in reply routes.
function kamailio.status()
  local get = need("pv", "status").get
  local code, names, origin = find("status", get)
  if not code then
    return nil, names
  end
  return code, response.part(get, names, "phrase") or "", origin
end

--- reason() --> what sipcodes.header.reason reads from the Reason field of that response: an array
-- of {protocol, cause, text, location, params}, and what was passed over. Several Reason fields are read as
-- one list, leniently. nil, message if there is no such field, no response, or a local one. Modules pv; tmx
-- but in reply routes.
function kamailio.reason()
  local get = need("pv", "reason").get
  local code, names = find("reason", get)
  if not code then
    return nil, names
  end
  return header.reason(response.part(get, names, "reason"), LENIENT)
end

--- contacts() --> an array of {uri, q}, the Contacts of the redirection that a failure route or a reply route
-- is about: the highest q first, those of one q in the order of the field; q is 1 if it is not given. nil,
-- message if there is no Contact. Modules pv; tmx but in reply routes.
function kamailio.contacts()
  local get = need("pv", "contacts").get
  local code, names = find("contacts", get)
  if not code then
    return nil, names
  end
  return contacts.read(response.part(get, names, "contact") or "")
end

--- keep() --> true; nil, message in a route that is not a failure route. Keeps the response that a failure
-- route is about across async.route, or t_suspend and t_continue: call it directly before them. Then status,
-- reason, contacts and failover speak of this response in the route that goes on, until that route sends the
-- call to another server. It is kept in the xavp sipcodes of the transaction, for one suspension. Without it these
-- functions say that the response is gone; but if tm's failure_reply_mode is not 3, Kamailio may show a response of
-- an earlier branch there. Modules pv and tmx.
function kamailio.keep()
  local pv, tmx = need("pv", "keep"), need("tmx", "keep")
  if not yes(tmx.t_is_failure_route()) then
    return nil, "only the response of a failure route can be kept"
  end
  local code, names, origin = response.failed(pv.get, tmx)
  if not code then
    return nil, names
  end
  response.keep(pv, code, names, origin)
  return true
end

--- add_reason(values) --> will Kamailio send it? true, or false and why. Adds a Reason field to the responses
-- that Kamailio itself will make to this request, not to those that it passes on. values is a list
-- as for sipcodes.header.format_reason, or a field value such as sipcodes.blocking.reply gives.
-- Raises on what cannot be written.
function kamailio.add_reason(values)
  local append = need("hdr", "add_reason").append_to_reply
  if type(values) == "string" then
    local list, problem = header.reason(values)
    if not list then
      error(("bad argument #1 to 'add_reason' (%s)"):format(problem), 2)
    end
    values = list
  end
  local field = "Reason: " .. checked("add_reason", header.format_reason, values) .. "\r\n"
  if not can_answer() then
    return false, NO_ANSWER
  elseif yes(append(field)) then
    return true
  end
  return false, "Kamailio did not take the field"
end

-- Answers a call that the caller has cancelled, if a gateway refused it with something else than 487 in the
-- meantime: Kamailio would send 500.
local function answer_cancelled(code)
  local sl = KSR.sl -- luacheck: read globals KSR
  if code ~= 487 and sl and can_answer() then
    sl.send_reply(sip.reply(487))
  end
end

local NOTHING = {}
local default_policy, judged = routing.failover, response.judged
-- What a policy gets in addition to the response; one table for all calls, because a new one costs as much as a
-- decision. Each call writes all of its fields again. What is nil costs a policy nothing.
local how = {}

--- failover([policy]) --> in a failure route or a branch failure route: should the call go on to
-- another server? true or false, the name of what decided, and the seconds of Retry-After for which
-- this server asks to be left alone, or nil. policy is a function that sipcodes.routing.policy
-- made; without one sipcodes.routing.failover decides. It gets code, phrase, Reason, Retry-After
-- and whether there was no answer. Whatever it says, a call that the caller has cancelled does not
-- go on: false, "canceled". nil, message if there is no response to judge, also for a code of
-- 700 or more. Raises if policy is not a function. Modules pv, tm and tmx.
function kamailio.failover(policy)
  if policy ~= nil and type(policy) ~= "function" then
    error(("bad argument #1 to 'failover' (function expected, got %s)"):format(type(policy)), 2)
  end
  local ksr = KSR or NOTHING -- luacheck: read globals KSR
  local pv, tmx, tm = ksr.pv, ksr.tmx, ksr.tm
  if not (pv and tmx and tm) then
    need("pv", "failover")
    need("tmx", "failover")
    need("tm", "failover")
  end
  local code, phrase, reason, retry_after, is_timeout = judged(pv.get, tmx)
  if not code then
    return nil, phrase
  elseif code > 699 then
    return nil, select(2, sip.class(code))
  end
  how.timeout, how.retry_after, how.lenient = is_timeout or nil, retry_after, reason and true
  local verdict, rule, seconds = (policy or default_policy)(code, phrase or "", reason, how)
  if tm.t_is_canceled() == 1 then
    answer_cancelled(code)
    return false, "canceled", seconds
  end
  return verdict, rule, seconds
end

return kamailio
