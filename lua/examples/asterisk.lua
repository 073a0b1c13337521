-- What ended a Dial in Asterisk, for pbx_lua (extensions.lua). Written from Asterisk's source, and not run on a
-- server; a spec runs it on recorded values.
--
-- No pcall stands around app calls: app.x() ends the extension by an error of its own when the application says so.
local sip = require "sipcodes"

local asterisk = {}

-- DIALSTATUS speaks where no SIP response does: the channel could not be had, or the phone rang for too long.
local of_status = {
  ANSWER = 200, BUSY = 486, NOANSWER = 480, CANCEL = 487, CONGESTION = 503, CHANUNAVAIL = 503, DONTCALL = 603,
  TORTURE = 603, INVALIDARGS = 484,
}

--- result(channel) --> the code of the last Dial, and where it is from: the best response of all legs, by
-- HANGUPCAUSE(leg,tech), which says "SIP 486 Busy Here"; else the code for DIALSTATUS; nil if neither is set.
function asterisk.result(channel)
  local codes = {}
  for leg in (channel.HANGUPCAUSE_KEYS():get() or ""):gmatch("[^,]+") do
    local said = channel.HANGUPCAUSE(leg .. ",tech"):get() or ""
    codes[#codes + 1] = said:find("^SIP ") and sip.code(said) or nil
  end
  if codes[1] then
    local code = sip.routing.best(codes, { keep_503 = true })
    return code, "HANGUPCAUSE"
  end
  local code = of_status[channel.DIALSTATUS:get() or ""]
  return code, code and "DIALSTATUS" or nil
end

--- dial(app, channel, places, decide) --> the code of the last attempt. Dials each place until one answers, or until
-- `decide`, such as sip.routing.failover, says that no other would do better. Dial clears no cause of an earlier one.
function asterisk.dial(app, channel, places, decide)
  local code, origin
  for _, place in ipairs(places) do
    app.hangupcauseclear()
    app.dial(place, 30)
    code, origin = asterisk.result(channel)
    if not code or code == 200 then
      break
    end
    local silent = origin == "DIALSTATUS" and code == 503
    if not decide(code, nil, nil, { timeout = silent }) then
      break
    end
  end
  return code
end

--- refuse(app, code): ends an unanswered PJSIP call with this code. PJSIPHangup is there since Asterisk 18.21, 20.6
-- and 21.1; without it Hangup sends what the cause becomes.
function asterisk.refuse(app, code)
  if app.pjsiphangup then
    app.pjsiphangup(code)
  else
    app.hangup((sip.cause.from_sip(code, "asterisk")))
  end
end

return asterisk
