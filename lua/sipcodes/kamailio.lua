--- The KEMI side of Kamailio: replies, the response that a route is about, and failover.
--
-- Kamailio's global KSR is looked up on each call, never while this file loads, when it cannot be
-- used yet. Nothing here catches an error of Kamailio's: KSR.x.exit() ends a route by one. A Kamailio module that a
-- function needs and that is not loaded raises "sipcodes.kamailio: status needs the module tmx".

local sip = require("sipcodes")
local header = require("sipcodes.header")
local routing = require("sipcodes.routing")

local error, pcall, type = error, pcall, type

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

--- reply(code [, phrase]) --> did Kamailio send it? true or false. Answers the request through
-- KSR.sl.send_reply, which is stateful where there is a transaction. Without a phrase, or with an
-- empty one, it takes the one of sipcodes.reply, so that Kamailio never gets none. Raises on what
-- is not a code and on a phrase that holds CR, LF or another control character; then nothing is sent.
-- Module sl.
function kamailio.reply(code, phrase)
  local send_reply = need("sl", "reply").send_reply
  return yes(send_reply(checked("reply", sip.reply, code, phrase)))
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
-- of {protocol, cause, text, location, params}. Several Reason fields are read as one list. nil,
-- message where there is no such field, no response, or a local one; nil, message, position where
-- the field cannot be read. Modules pv; tmx but in reply routes.
function kamailio.reason()
  local get = need("pv", "reason").get
  if get("$rs") then
    return header.reason(get("$(hdr(Reason)[*])") or get("$hdr(Reason)"))
  end
  need("tmx", "reason")
  return header.reason(failure_reason(get))
end

--- add_reason(values) --> did Kamailio take it? true or false. Adds a Reason field to the responses
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
  return yes(append("Reason: " .. checked("add_reason", header.format_reason, values) .. "\r\n"))
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
  })
  if yes(tm.t_is_canceled()) then
    return false, "canceled", seconds
  end
  return verdict, rule, seconds
end

return kamailio
