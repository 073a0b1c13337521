-- Failover over gateways: <action application="lua" data="failover.lua gw1 gw2"/> calls the dialled
-- number through each gateway in turn, until one has it or an answer says that no other would have
-- it either, and gives the caller the last answer.

-- README begin
local fs = require "sipcodes.freeswitch"
local routing = require "sipcodes.routing"

-- What these carriers mean by their codes; what is not named here, as carriers usually mean it.
-- 401 and 407 ask us for credentials, not the caller.
local goes_on = routing.policy{["480 No Routes Found"] = true, [404] = true, [401] = true, [407] = true}

session:setVariable("continue_on_fail", "true")   -- this script decides, not the bridge
session:setVariable("hangup_after_bridge", "true")

local number = session:getVariable("destination_number")
local code
for _, gateway in ipairs(argv) do
  fs.clear(session)                               -- or an earlier attempt would be taken for this one
  session:execute("bridge", "{leg_progress_timeout=6}sofia/gateway/" .. gateway .. "/" .. number)
  if not session:ready() then return end          -- had its call, or the caller gave up
  local found, cause, source = fs.status(session)
  if not found then break end                     -- the bridge has not even tried
  code = found
  local phrase, reason = session:getVariable("sip_invite_failure_phrase"), session:getVariable("sip_reason")
  -- No response: the gateway is unknown, down or silent. NO_ANSWER is a phone that has rung long enough.
  local silent = source == "originate_disposition" and cause ~= "NO_ANSWER"
  local again, rule = goes_on(code, phrase, reason, {timeout = silent})
  freeswitch.consoleLog("notice", ("%s: %d %s, %s\n"):format(gateway, code, cause, rule))
  if not again then break end
end

if not fs.pass_on(session) then                   -- a 603+ goes to the caller as it came
  fs.clear(session)                               -- else the last Reason would go along
  if code == 401 or code == 407 then code = 500 end
  fs.respond(session, code or 503)
end
-- README end
