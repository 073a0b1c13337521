-- sipcodes.kamailio in a failure route, against a script that asks KSR the same by itself.
local by_hand = require("spec.bench.by_hand")
local kamailio = require("sipcodes.kamailio")
local sip = require("sipcodes")

local values = {
  ["$T_reply_code"] = 503,
  ["$T_reply_reason"] = "Service Unavailable",
  ["$T(reply_type)"] = 0,
  ["$T_rpl($rs)"] = 503,
  ["$T_rpl($rr)"] = "Service Unavailable",
}

local function no()
  return -1
end

local function yes()
  return 1
end

local ksr = {
  pv = {
    get = function(name)
      return values[name]
    end,
  },
  sl = { send_reply = yes },
  tm = { t_branch_timeout = no, t_is_canceled = no },
  tmx = {
    t_is_failure_route = yes,
    t_is_branch_failure_route = no,
    t_is_branch_route = no,
    t_is_reply_route = no,
    t_is_request_route = no,
  },
}
rawset(_G, "KSR", ksr)

-- The modules are looked up in each call, because KSR may not be kept.
local function reply(code, phrase)
  local number = by_hand.codes[code] or by_hand.need_code(code, "reply")
  if phrase then
    by_hand.check_wire(phrase, "reply")
  end
  local tmx = ksr.tmx
  if tmx.t_is_request_route() < 0 and tmx.t_is_failure_route() < 0 then
    return false, "not a route that answers"
  end
  return ksr.sl.send_reply(number, phrase or sip.reasons[number]) > 0
end

local function response()
  local get = ksr.pv.get
  if ksr.tmx.t_is_failure_route() < 0 then
    return nil, "no failed response in this route"
  end
  local code = get("$T_reply_code")
  local is_local = get("$T(reply_type)") == 1 or ksr.tm.t_branch_timeout() > 0
  return code, get("$T_reply_reason") or "", is_local and "local" or "remote"
end

local carrier = {}
for code = 100, 699 do
  carrier[code] = sip.routing.failover(code)
end

local function failover()
  local get = ksr.pv.get
  local code, phrase, origin = response()
  local reason = get("$T_rpl($hdr(Reason))")
  local seconds = tonumber(get("$T_rpl($hdr(Retry-After))"))
  if ksr.tm.t_is_canceled() > 0 then
    return false, "canceled", seconds
  elseif code == 603 and phrase == "Network Blocked" and reason and reason:find('"v=analytics1', 1, true) then
    return false, "603+", seconds
  end
  return carrier[code] or origin == "local" and code == 408, "carrier", seconds
end

return {
  { "kamailio.reply(486)", kamailio.reply, reply, { { 486 }, { 404 } } },
  { "kamailio.status()", kamailio.status, response, { {} } },
  { "kamailio.failover()", kamailio.failover, failover, { {} } },
}
