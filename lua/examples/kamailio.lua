-- Least-cost routing in Kamailio. The carriers are the first set of the module dispatcher. They are asked in the order
-- of their priority, until one of them takes the call, or says what no other carrier would say differently.
-- kamailio.cfg in this folder loads the modules. An example of the list of carriers (set, URI, flags, priority):
--   1 sip:192.0.2.1 0 20
--   1 sip:192.0.2.2:5070;transport=tcp 0 10
--   2 sip:192.0.2.9 0 0
-- The second set has the hosts to which a carrier may redirect a call; without it no redirection is followed.
-- luacheck: read globals KSR, allow defined top, ignore 131
local sip = require("sipcodes")
local cause, kamailio, routing = sip.cause, sip.kamailio, sip.routing
local yes = kamailio.yes -- KEMI's -1 means no, and is true in Lua

local CARRIERS, REDIRECTIONS = 1, 2 -- sets of dispatcher
local BY_PRIORITY, ANY_PORT = 8, 1 -- an algorithm and a mode of dispatcher
local LONGEST_REST = 300 -- seconds

-- In addition to what every carrier means (408, 430, 500, 502, 503, 504 and no answer at all): ours say 480 with this
-- phrase if they have no route, and 401 or 407 asks us for credentials, not the caller. A 603+ is always final.
local decide = routing.policy({ ["480 No Routes Found"] = true, [401] = true, [407] = true })

-- Sends the call to $du. A failure route does not know $du, so that it is kept in an AVP.
local function relay()
  KSR.pv.sets("$avp(target)", KSR.pv.gete("$du"))
  KSR.tm.t_on_reply("ksr_reply_carrier")
  KSR.tm.t_on_failure("ksr_failure_carrier")
  return yes(KSR.tm.t_relay())
end

-- Sends the call to the carrier that dispatcher has found, or to the next one that is not to be left alone. Returns
-- false if there is none.
local function relay_to_carrier(found)
  while found do
    local is_free = yes(KSR.htable.sht_is_null("resting", KSR.pv.get("$du")))
    if is_free and relay() then
      return true
    end
    found = yes(KSR.dispatcher.ds_next_dst())
  end
  return false
end

-- Sends the call to the next Contact of a redirection. Returns false if there is none.
local function relay_to_contact()
  local number, uri = KSR.pv.get("$ru"), KSR.pv.get("$avp(contact)")
  while uri do
    KSR.pv.unset("$avp(contact)")
    KSR.pv.sets("$ru", uri)
    KSR.pv.unset("$du")
    if relay() then
      return true
    end
    uri = KSR.pv.get("$avp(contact)")
  end
  KSR.pv.sets("$ru", number)
  return false
end

-- Keeps the Contacts of a carrier's redirection that may be asked. Returns false if there are none, or if the
-- redirection is not a carrier's. An AVP gives the value that came last, so that the best Contact comes last.
local function take_contacts(code)
  if not sip.is_redirection(code) or KSR.pv.gete("$avp(target)") == "" then
    return false
  end
  local contacts = kamailio.contacts() or {}
  for i = #contacts, 1, -1 do
    if yes(KSR.dispatcher.ds_is_from_list_uri(REDIRECTIONS, ANY_PORT, contacts[i].uri)) then
      KSR.pv.sets("$avp(contact)", contacts[i].uri)
    end
  end
  return KSR.pv.get("$avp(contact)") ~= nil
end

-- A carrier that asks for it is left alone by all workers; one that says nothing is left to dispatcher's probes.
local function leave_alone(code, origin, seconds)
  local carrier = KSR.pv.gete("$avp(target)")
  if carrier == "" then
    return -- it was not a carrier, but a Contact
  elseif seconds and seconds > 0 then
    KSR.htable.sht_setxi("resting", carrier, 1, math.min(seconds, LONGEST_REST))
  elseif origin == "local" and code == 408 then
    KSR.dispatcher.ds_mark_dst_state("tp")
  end
end

-- Some carriers do not refuse a call, but play an announcement, and say in the Reason field of a 183 why. Such a call
-- is cancelled, with the same cause in the CANCEL.
function ksr_reply_carrier()
  if not sip.is_provisional((kamailio.status())) then
    return
  end
  for _, value in ipairs(kamailio.reason() or {}) do
    local code = value.protocol == "Q.850" and value.cause and cause.to_sip(value.cause)
    if code then
      KSR.pv.seti("$avp(announced)", code)
      KSR.tmx.t_cancel_callid_reason(KSR.pv.get("$ci"), tostring(KSR.pv.get("$cs")), -1, code)
      return
    end
  end
end

-- The response that the carrier has given, and what it means: the announcement instead of the 487 that it says once it
-- is cancelled.
local function judge()
  local code, _, origin = kamailio.status()
  local goes_on, rule, seconds = kamailio.failover(decide)
  local announced = KSR.pv.get("$avp(announced)")
  if announced then
    KSR.pv.unset("$avp(announced)")
  end
  if announced and code == 487 and rule ~= "canceled" then
    goes_on, rule = decide(announced)
    return announced, "announced", goes_on, rule
  end
  return code, origin, goes_on, rule, seconds
end

-- Answers the call with the best response of all carriers. If this is the last one, Kamailio passes it on as it came, a
-- 603+ with its phrase and Reason. But its own 408 says nothing to the PSTN, and a 503 would go up as 500 without its
-- Reason.
local function answer(code, origin, counted)
  if not sip.class(code) then
    return -- 799 goes up as it came
  end
  local codes = {}
  for each in KSR.pv.gete("$(avp(codes)[*])"):gmatch("%d+") do
    codes[#codes + 1] = each
  end
  local best = routing.best(codes)
  if best == code and origin == "remote" then
    return
  end
  local number, text = cause.from_sip(best)
  local values = origin == "remote" and best == routing.best({ counted }) and kamailio.reason()
  kamailio.add_reason(values or { { protocol = "Q.850", cause = number, text = text } })
  kamailio.reply(best)
end

-- Counts a response for the best one, and returns what it counts as. What another carrier could do better says nothing
-- of the callee.
local function count(code, goes_on)
  local class = sip.class(code)
  local counted = goes_on and code ~= 408 and class == 4 and 503 or code
  if class then
    KSR.pv.seti("$avp(codes)", counted)
  end
  return counted
end

function ksr_failure_carrier()
  local code, origin, goes_on, rule, seconds = judge() -- kamailio.status() and kamailio.failover(decide)
  KSR.notice(("%s: %s %d, %s\n"):format(KSR.pv.gete("$avp(target)"), origin, code, rule))
  leave_alone(code, origin, seconds)
  if rule == "canceled" or take_contacts(code) and relay_to_contact() then
    return
  end
  local counted = count(code, goes_on)
  if not (goes_on and (relay_to_contact() or relay_to_carrier(yes(KSR.dispatcher.ds_next_dst())))) then
    answer(code, origin, counted) -- the best one of all
  end
end

local function route_call()
  KSR.rr.record_route()
  if KSR.dialog then -- it ends a call that is too long
    KSR.pv.seti("$dlg_ctx(timeout_bye)", 1)
    KSR.dialog.dlg_manage()
  end
  if not relay_to_carrier(yes(KSR.dispatcher.ds_select_dst(CARRIERS, BY_PRIORITY))) then
    kamailio.add_reason({ { protocol = "Q.850", cause = 34, text = cause.text(34) } })
    kamailio.reply(500, "No Carrier")
  end
end

local function route_within_dialog()
  if yes(KSR.rr.loose_route()) then
    if not yes(KSR.tm.t_relay()) then
      KSR.sl.sl_reply_error()
    end
  elseif not KSR.is_ACK() then
    kamailio.reply(481)
  elseif yes(KSR.tm.t_check_trans()) then
    KSR.tm.t_relay()
  end
end

function ksr_request_route()
  if not yes(KSR.maxfwd.process_maxfwd(10)) then
    kamailio.reply(483)
  elseif KSR.is_CANCEL() then
    if yes(KSR.tm.t_check_trans()) then
      KSR.tm.t_relay() -- with the Reason of the caller's CANCEL
    end
  elseif yes(KSR.siputils.has_totag()) then
    route_within_dialog()
  elseif KSR.is_OPTIONS() then
    kamailio.reply(200)
  elseif not KSR.is_INVITE() then
    KSR.hdr.append_to_reply("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n")
    kamailio.reply(405)
  elseif not yes(KSR.tmx.t_precheck_trans()) and KSR.tm.t_check_trans() ~= 0 then
    route_call() -- it is not a retransmission
  end
end
