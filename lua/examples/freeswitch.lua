-- Failover over gateways: <action application="lua" data="freeswitch.lua gw1 gw2"/> calls the dialled
-- number through each gateway in turn, until one has it or an answer says that no other would have
-- it either, and gives the caller the best answer of all.

-- README begin
local sip = require "sipcodes"
-- What these carriers mean by their codes; 401 and 407 ask us for credentials, not the caller.
local decide = sip.routing.policy{["480 No Routes Found"] = true, [404] = true, [401] = true, [407] = true}
session:setVariable("continue_on_fail", "true")   -- this script decides, not the bridge
session:setVariable("hangup_after_bridge", "true")

local number = session:getVariable("destination_number")
local attempt = sip.freeswitch.attempts(session)
for _, gateway in ipairs(argv) do
  local answered, code, cause, source = attempt("{leg_progress_timeout=6}sofia/gateway/" .. gateway .. "/" .. number)
  if answered or not code or not session:ready() then break end
  local phrase, reason = session:getVariable("sip_invite_failure_phrase"), session:getVariable("sip_reason")
  -- No response: the gateway is unknown, down or silent. NO_ANSWER is a phone that has rung long enough.
  local silent = source == "originate_disposition" and cause ~= "NO_ANSWER"
  local again, rule = decide(code, phrase, reason, {timeout = silent, lenient = true})
  freeswitch.consoleLog("notice", ("%s: %d %s, %s\n"):format(gateway, code, cause, rule))
  if not again then break end
end
attempt.finish()   -- the best of all attempts, a 603+ as it came; nothing if the caller gave up
-- README end
