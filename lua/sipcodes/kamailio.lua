--- The KEMI side of Kamailio: replies, the response that a route is about, and failover.
--
-- Kamailio's global KSR is looked up on each call, never while this file loads, when it cannot be
-- used yet. Nothing here catches an error of Kamailio's: KSR.x.exit() ends a route by one. A Kamailio module that a
-- function needs and that is not loaded raises "sipcodes.kamailio: status needs the module tmx".

local sip = require("sipcodes")
local header, routing = sip.header, sip.routing

local error, ipairs, pcall, tonumber, type = error, ipairs, pcall, tonumber, type
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

-- Is this a route of that kind? nil where tmx cannot tell.
local function is_route(tmx, kind)
  local ask = tmx["t_is_" .. kind .. "_route"]
  return ask and yes(ask())
end

-- The status of the response that a failure route or a branch failure route is about, as status
-- gives it; nil elsewhere.
--
-- What tells a response of Kamailio's own: t_branch_timeout for a 408, and the reply type for one
-- that follows a send error or a CANCEL. t_branch_replied does not: it speaks of the responses
-- before the last one, and is -1 where a gateway refuses at once.
local function failure_status(get, tm, tmx)
  local in_failure_route = is_route(tmx, "failure")
  if in_failure_route == false then
    -- $T_reply_code is not nil everywhere else: in a request route it is what Kamailio sent last.
    if is_route(tmx, "request") or is_route(tmx, "branch") or is_route(tmx, "reply") then
      return nil
    end
  end
  local code = get("$T_reply_code")
  if not code or code < 100 then
    return nil
  end
  local phrase, is_local
  if in_failure_route == false then
    -- $T_reply_reason and $T(reply_type) do not work in a branch failure route.
    phrase = get("$T_rpl($rr)")
    is_local = not phrase
  else
    phrase = get("$T_reply_reason")
    is_local = get("$T(reply_type)") == 1
  end
  is_local = is_local or yes(tm.t_branch_timeout())
  return code, phrase or "", is_local and "local" or "remote"
end

-- The Reason field of the response that a failure route is about. Kamailio joins several fields by
-- commas; where it has no room for that, it gives the first.
local function failure_reason(get)
  return get("$T_rpl($(hdr(Reason)[*]))") or get("$T_rpl($hdr(Reason))")
end

local NO_ANSWER = "Kamailio answers only in a request route or a failure route"

-- Is this a route in which Kamailio itself can answer the request: a request route or a failure route? In
-- branch, branch failure, reply and onsend routes it sends nothing. Without tmx that cannot be told, and
-- counts as yes.
local function can_answer()
  local tmx = KSR.tmx -- luacheck: read globals KSR
  if not tmx or not tmx.t_is_request_route then
    return true
  end
  return yes(tmx.t_is_request_route()) or is_route(tmx, "failure") == true
end

--- reply(code [, phrase]) --> did Kamailio send it? true, or false and why. Answers the request through
-- KSR.sl.send_reply, which is stateful if there is a transaction. Without a phrase, or with an
-- empty one, it takes the one of sipcodes.reply, so that Kamailio never gets none. Raises on what
-- is not a code and on a phrase that holds CR, LF or another control character; then nothing is sent.
-- Module sl.
function kamailio.reply(code, phrase)
  local send_reply = need("sl", "reply").send_reply
  code, phrase = checked("reply", sip.reply, code, phrase)
  if not can_answer() then
    return false, NO_ANSWER
  elseif yes(send_reply(code, phrase)) then
    return true
  end
  return false, "Kamailio did not send the reply"
end

--- status() --> code, phrase, "remote" or "local". In a reply route, the reply; in a failure route
-- or a branch failure route, the response that ended it: "remote" if it was received, "local" if
-- Kamailio made it, such as the 408 after which no answer came, whether a 1xx came before or not.
-- The phrase is "" where there is none, and where a branch failure route is about a local response.
-- nil, message in every other route. Modules pv; tm and tmx but in reply routes.
function kamailio.status()
  local get = need("pv", "status").get
  local code = get("$rs")
  if code then
    return code, get("$rr") or "", "remote"
  end
  local tmx, tm = need("tmx", "status"), need("tm", "status")
  local phrase, origin
  code, phrase, origin = failure_status(get, tm, tmx)
  if not code then
    return nil, "no response in this route"
  end
  return code, phrase, origin
end

--- reason() --> what sipcodes.header.reason reads from the Reason field of that response: an array
-- of {protocol, cause, text, location, params}, and what was passed over. Several Reason fields are read as
-- one list, leniently. nil, message if there is no such field, no response, or a local one. Modules pv; tmx
-- but in reply routes.
function kamailio.reason()
  local get = need("pv", "reason").get
  if get("$rs") then
    return header.reason(get("$(hdr(Reason)[*])") or get("$hdr(Reason)"), LENIENT)
  end
  need("tmx", "reason")
  return header.reason(failure_reason(get), LENIENT)
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

-- The elements of a list that is separated by commas outside quotes and angle brackets.
local function elements(value)
  local list, from, quoted, bracketed, at = {}, 1, false, false, 1
  while at <= #value do
    local c = value:sub(at, at)
    if quoted and c == "\\" then
      at = at + 1
    elseif c == '"' and not bracketed then
      quoted = not quoted
    elseif not quoted and (c == "<" or c == ">") then
      bracketed = c == "<"
    elseif c == "," and not quoted and not bracketed then
      list[#list + 1] = value:sub(from, at - 1)
      from = at + 1
    end
    at = at + 1
  end
  list[#list + 1] = value:sub(from)
  return list
end

-- {uri, q} of one Contact (RFC 3261 20.10); nil if it has no URI.
local function contact(element)
  -- The name in front may be quoted, and hold brackets.
  local uri, parameters = element:gsub("\\.", ""):gsub('^%s*"[^"]*"', ""):match("<([^<>%s]+)>(.*)$")
  if not uri then
    uri, parameters = element:match("^%s*([^%s;<>\"]+)(.*)$")
  end
  local q = parameters and tonumber((parameters:match(";%s*[qQ]%s*=%s*([%d.]+)")))
  return uri and uri:find(":", 1, true) and { uri = uri, q = q or 1 }
end

--- contacts() --> an array of {uri, q}, the Contacts of the redirection that a failure route or a reply route
-- is about: the highest q first, those of one q in the order of the field; q is 1 if it is not given. nil,
-- message if there is no Contact. Modules pv; tmx but in reply routes.
function kamailio.contacts()
  local get = need("pv", "contacts").get
  local value
  if get("$rs") then
    value = get("$(hdr(Contact)[*])") or get("$hdr(Contact)")
  else
    need("tmx", "contacts")
    value = get("$T_rpl($(hdr(Contact)[*]))") or get("$T_rpl($hdr(Contact))")
  end
  local list = {}
  for _, element in ipairs(elements(value or "")) do
    local found = contact(element)
    if found then
      found.place = #list
      list[#list + 1] = found
    end
  end
  if #list == 0 then
    return nil, "no Contact"
  end
  table.sort(list, function(a, b)
    return a.q > b.q or a.q == b.q and a.place < b.place
  end)
  for _, each in ipairs(list) do
    each.place = nil
  end
  return list
end

--- failover([policy]) --> in a failure route or a branch failure route: should the call go on to
-- another server? true or false, the name of what decided, and the seconds of Retry-After for which
-- this server asks to be left alone, or nil. policy is a function that sipcodes.routing.policy
-- made; without one sipcodes.routing.failover decides. It gets code, phrase, Reason, Retry-After
-- and whether there was no answer. Whatever it says, a call that the caller has cancelled does not
-- go on: false, "canceled". nil, message where there is no response to judge, also for a code of
-- 700 or more. Raises where policy is not a function. Modules pv, tm and tmx.
function kamailio.failover(policy)
  if policy ~= nil and type(policy) ~= "function" then
    error(("bad argument #1 to 'failover' (function expected, got %s)"):format(type(policy)), 2)
  end
  local get = need("pv", "failover").get
  local tmx, tm = need("tmx", "failover"), need("tm", "failover")
  local code, phrase, origin = failure_status(get, tm, tmx)
  if not code then
    return nil, "no failed response in this route"
  end
  local class, problem = sip.class(code)
  if not class then
    return nil, problem
  end
  local verdict, rule, seconds = (policy or routing.failover)(code, phrase, failure_reason(get), {
    timeout = origin == "local" and code == 408,
    retry_after = get("$T_rpl($hdr(Retry-After))"),
    lenient = true,
  })
  if yes(tm.t_is_canceled()) then
    answer_cancelled(code)
    return false, "canceled", seconds
  end
  return verdict, rule, seconds
end

return kamailio
