-- A routing script for Kamailio (cfgengine "lua"; kamailio.cfg beside it has the modules): calls go
-- to the first of several gateways that takes them, and OPTIONS answers with any response that is
-- asked for. The environment names the gateways, separated by blanks:
--   GATEWAYS="sip:192.0.2.1 sip:192.0.2.2:5080"
-- luacheck: read globals KSR, allow defined top, ignore 131

local sip = require("sipcodes")
local cause, kamailio, routing = sip.cause, sip.kamailio, sip.routing
local yes = kamailio.yes -- KEMI's -1 means no, and is true in Lua

local gateways = {}
for uri in (os.getenv("GATEWAYS") or ""):gmatch("%S+") do
  gateways[#gateways + 1] = uri
end

-- In addition to what every carrier means (408, 430, 500, 502, 503, 504 and no answer at all), ours also
-- says these if it has no route. A 603+ is final whatever the rules.
local go_on = routing.policy({ ["480 No Routes Found"] = true, [603] = true })

-- Until when a gateway asked to be left alone. Each worker process has a table of its own; the
-- module htable has tables for all of them.
local resting = {}

-- Sends the call to the first gateway after this one that may be asked; false if there is none.
local function relay_after(last)
  for i = last + 1, #gateways do
    if os.time() >= (resting[i] or 0) then
      KSR.pv.seti("$avp(gateway)", i)
      KSR.pv.sets("$du", gateways[i])
      KSR.tm.t_on_failure("ksr_failure_gateway")
      if yes(KSR.tm.t_relay()) then
        return true
      end
    end
  end
  return false
end

function ksr_route_call()
  if not relay_after(0) then
    kamailio.reply(480)
  end
end

function ksr_failure_gateway()
  local code, phrase, origin = kamailio.status()
  local goes_on, rule, seconds = kamailio.failover(go_on)
  local gateway = KSR.pv.get("$avp(gateway)")
  local line = "gateway %d: %s %d %s, %s by rule %s\n"
  KSR.notice(line:format(gateway, origin, code, phrase, goes_on and "goes on" or "ends", rule))
  if seconds then
    resting[gateway] = os.time() + seconds
  end
  if rule == "canceled" or goes_on and relay_after(gateway) then
    return
  end
  -- Kamailio passes the response on as it came, a 603+ with its phrase and Reason. But its own 408
  -- says nothing to the PSTN, and a 503 would go up as 500 without its Reason.
  if code == 401 or code == 407 then
    kamailio.reply(500) -- the carrier asks us for credentials, not the caller
  elseif origin == "local" or code == 503 then
    local number, text = cause.from_sip(code)
    kamailio.add_reason(kamailio.reason() or { { protocol = "Q.850", cause = number, text = text } })
    kamailio.reply((routing.best({ code })))
  end
end

-- sip:all@... rings all gateways at once. Of their responses Kamailio would send up the lowest code
-- of the best class; routing.best prefers what the callee's own phone said.
local function fork()
  for i, uri in ipairs(gateways) do
    if i == 1 then
      KSR.pv.sets("$ru", uri)
    else
      KSR.corex.append_branch_uri(uri)
    end
  end
  KSR.tm.t_on_branch_failure("ksr_failure_branch")
  KSR.tm.t_on_failure("ksr_failure_fork")
  KSR.tm.t_relay()
end

-- Each value that an AVP is given stands beside those before it.
function ksr_failure_branch()
  local code = kamailio.status()
  if sip.is_final(code) then
    KSR.pv.seti("$avp(codes)", code)
  end
end

function ksr_failure_fork()
  local codes = {}
  for code in KSR.pv.gete("$(avp(codes)[*])"):gmatch("%d+") do
    codes[#codes + 1] = code
  end
  local best = routing.best(codes)
  if best ~= (kamailio.status()) then
    kamailio.reply(best)
  end
end

-- sip:later@... and sip:lost@... rest for a second before they go to the second gateway. Only the first of
-- them keeps the response of the first gateway.
local function later()
  KSR.pv.sets("$du", gateways[1])
  KSR.tm.t_on_failure("ksr_failure_later")
  KSR.tm.t_relay()
end

function ksr_failure_later()
  if KSR.pv.get("$rU") == "later" then
    assert(kamailio.keep())
  end
  KSR.async.route("ksr_route_continued", 1)
end

function ksr_route_continued()
  local code, phrase, origin = kamailio.status()
  local goes_on, rule, seconds = kamailio.failover(go_on)
  local values = { code, phrase, origin, goes_on, rule, seconds }
  for i = 1, 6 do
    values[i] = tostring(values[i])
  end
  KSR.notice(("after async.route: %s\n"):format(table.concat(values, ", ")))
  KSR.pv.sets("$du", gateways[2])
  KSR.tm.t_relay()
end

local header = require("sipcodes.header")

-- The words that callers of this site see.
local here = sip.localize({ [484] = "Bitte vollständig wählen", [404] = "Nicht gefunden" })

-- OPTIONS sip:486@... is answered with 486, and with the phrase in the field X-Phrase if there is
-- one: for trying out what a phone or gateway makes of it.
local function answer_options()
  local code = sip.code(KSR.pv.gete("$rU"))
  if code and sip.is_final(code) then
    kamailio.reply(code, KSR.pv.get("$hdr(X-Phrase)"))
  else
    kamailio.reply(here.reply(404))
  end
end

local function relay_within_dialog()
  if not yes(KSR.rr.loose_route()) then
    if KSR.is_ACK() then
      if yes(KSR.tm.t_check_trans()) then
        KSR.tm.t_relay()
      end
      return
    end
    kamailio.reply(481)
  elseif not yes(KSR.tm.t_relay()) then
    KSR.sl.sl_reply_error()
  end
end

function ksr_request_route()
  if not yes(KSR.maxfwd.process_maxfwd(10)) then
    kamailio.reply(483)
  elseif KSR.is_CANCEL() then
    if yes(KSR.tm.t_check_trans()) then
      KSR.tm.t_relay()
    end
  elseif yes(KSR.siputils.has_totag()) then
    relay_within_dialog()
  elseif KSR.is_OPTIONS() then
    answer_options()
  elseif not KSR.is_INVITE() then
    KSR.hdr.append_to_reply("Allow: INVITE, ACK, CANCEL, BYE, OPTIONS\r\n")
    kamailio.reply(405)
  elseif #KSR.pv.gete("$rU") < 3 then
    kamailio.reply(here.reply(484))
  else
    KSR.rr.record_route()
    local routes = { all = fork, later = later, lost = later }
    local route = routes[KSR.pv.get("$rU")] or ksr_route_call
    route()
  end
end

-- Every reply passes here before its transaction sees it.
function ksr_reply_route()
  local code, phrase = kamailio.status()
  local reason = kamailio.reason()
  if sip.is_failure(code) and reason then
    KSR.info(("reply %d %s, Reason: %s\n"):format(code, phrase, header.format_reason(reason)))
  end
end
