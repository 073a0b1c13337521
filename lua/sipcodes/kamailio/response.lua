--- Finds the response that a route of Kamailio is about, for sipcodes.kamailio.
--
-- Kamailio has it in a reply route, and in a failure or branch failure route. After async.route, t_suspend and
-- t_continue it calls the route a failure route, but the response is gone: then only what was kept is there.

-- What Kamailio calls the parts of the response. A field can come several times: `all` joins them by commas;
-- if Kamailio has no room for that, it gives only the first one.
local REPLY = {
  phrase = "$rr",
  reason = "$hdr(Reason)",
  contact = "$hdr(Contact)",
  all = { reason = "$(hdr(Reason)[*])", contact = "$(hdr(Contact)[*])" },
}
local RECEIVED = {
  phrase = "$T_rpl($rr)",
  reason = "$T_rpl($hdr(Reason))",
  retry_after = "$T_rpl($hdr(Retry-After))",
  contact = "$T_rpl($hdr(Contact))",
  all = { reason = "$T_rpl($(hdr(Reason)[*]))", contact = "$T_rpl($(hdr(Contact)[*]))" },
}
-- A response that Kamailio made itself has no fields.
local MADE = { phrase = "$T_reply_reason", all = {} }
-- In a branch failure route $T_reply_reason does not work.
local MADE_IN_BRANCH = { all = {} }
local KEPT = {
  phrase = "$xavp(sipcodes=>phrase)",
  reason = "$xavp(sipcodes=>reason)",
  retry_after = "$xavp(sipcodes=>retry_after)",
  contact = "$xavp(sipcodes=>contact)",
  all = {},
}
local BRANCHES = "$xavp(sipcodes=>branches)" -- is there if any response was kept
local FIELDS = { "phrase", "reason", "retry_after", "contact" }

local NONE = "no response in this route"
local GONE = "the response is gone after async.route or t_continue: call keep before it"

local response = {}

-- A KEMI function says 1 for yes.
local function is(ask)
  return ask ~= nil and ask() == 1
end

-- The response that keep wrote down for this suspension: t_suspend adds one branch to the transaction, and
-- every later attempt another one.
local function kept(get)
  local branches = get(BRANCHES)
  if branches and get("$T_branch_idx") == branches + 1 then
    return get("$xavp(sipcodes=>code)"), KEPT, get("$xavp(sipcodes=>origin)")
  end
  return nil, GONE
end

-- The code of the response that Kamailio itself has made in a failure route: 408, 487 or 503. With 500 it marks a
-- branch that waits for t_continue.
local function made(get)
  local code = get("$T(reply_type)") == 1 and get("$T_reply_code")
  return code ~= 500 and code
end

-- The rest: what was kept, and the responses that Kamailio has made in a branch failure route. Kamailio writes a
-- CRITICAL line if it is asked for $T_reply_code after t_continue, so that this is asked last.
local function kept_or_made_in_branch(get, tmx)
  if is(tmx.t_is_failure_route) then
    return kept(get)
  elseif is(tmx.t_is_request_route) or is(tmx.t_is_branch_route) or is(tmx.t_is_reply_route) then
    return nil, NONE -- there $T_reply_code is what Kamailio has sent last
  end
  local code = get("$T_reply_code")
  if code and code >= 100 then
    return code, MADE_IN_BRANCH, "local"
  end
  return nil, NONE
end

-- If $T_rpl shows a response: this one, or the one that was kept. After t_continue it may be a response of an earlier
-- branch, because Kamailio does not forget which branch the process has looked at before.
local function received(get, code)
  local kept_code, names, origin = kept(get)
  if kept_code then
    return kept_code, names, origin
  end
  return code, RECEIVED, "remote"
end

--- failed(get, tmx) --> code, names of its parts, "remote" or "local": the response that a failure route or a
-- branch failure route is about, also after it was kept. get is KSR.pv.get, tmx is KSR.tmx. nil, message if
-- there is none.
function response.failed(get, tmx)
  local code = get("$T_rpl($rs)")
  if code then
    return received(get, code)
  end
  code = made(get)
  if code then
    return code, MADE, "local"
  end
  return kept_or_made_in_branch(get, tmx)
end

--- reply(get) --> code, names of its parts, "remote": the reply that a reply route is about; nil elsewhere.
function response.reply(get)
  local code = get("$rs")
  if code then
    return code, REPLY, "remote"
  end
  return nil
end

--- part(get, names, part) --> "phrase", "reason", "retry_after" or "contact" of a response that was found;
-- nil if it has none.
function response.part(get, names, part)
  local name, all = names[part], names.all[part]
  local first = name and get(name)
  return first and all and get(all) or first
end

--- judged(get, tmx) --> code, phrase, reason, retry_after, is_timeout: what a decision on the response that
-- `failed` finds needs. It finds the same, with less to do for the usual responses. nil, message if there is none.
function response.judged(get, tmx)
  local code = get("$T_rpl($rs)")
  if code and not get(BRANCHES) then
    local reason = get("$T_rpl($hdr(Reason))")
    return code, get("$T_rpl($rr)"), reason and get("$T_rpl($(hdr(Reason)[*]))") or reason,
      get("$T_rpl($hdr(Retry-After))"), false
  end
  code = not code and made(get)
  if code then
    return code, get("$T_reply_reason"), nil, nil, code == 408
  end
  local names, origin
  code, names, origin = response.failed(get, tmx)
  if not code then
    return nil, names
  end
  local part = response.part
  return code, part(get, names, "phrase"), part(get, names, "reason"), part(get, names, "retry_after"),
    origin == "local" and code == 408
end

--- keep(pv, code, names, origin) writes a response that was found down in the xavp sipcodes, which stays with
-- the transaction. pv is KSR.pv.
function response.keep(pv, code, names, origin)
  local values = {}
  for _, part in ipairs(FIELDS) do
    values[part] = response.part(pv.get, names, part)
  end
  pv.unset("$xavp(sipcodes[*])")
  pv.seti("$xavp(sipcodes=>code)", code) -- makes the xavp; [0] adds to it
  pv.sets("$xavp(sipcodes[0]=>origin)", origin)
  pv.seti("$xavp(sipcodes[0]=>branches)", pv.get("$T_branch_idx"))
  for part, value in pairs(values) do
    pv.sets(("$xavp(sipcodes[0]=>%s)"):format(part), value)
  end
end

return response
