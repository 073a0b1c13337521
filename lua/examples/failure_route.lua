-- A failure route for Kamailio on the module dispatcher, without which the call would end with the first carrier that
-- refuses it. kamailio.lua beside it is a complete router.
-- README begin
local sip = require "sipcodes"
local kamailio = sip.kamailio
-- What these carriers mean by their codes; every other code is judged as carriers usually mean it.
local decide = sip.routing.policy{["480 No Routes Found"] = true, [404] = true}

function ksr_failure_carrier()   -- the request route has called KSR.tm.t_on_failure("ksr_failure_carrier")
  -- again is false for a busy phone, a 603+, and a caller who has given up.
  local again, rule = kamailio.failover(decide)
  if again and kamailio.yes(KSR.dispatcher.ds_next_dst()) then
    KSR.tm.t_on_failure("ksr_failure_carrier")
    KSR.tm.t_relay()
  else
    KSR.notice(("the response goes to the caller: %s\n"):format(rule))
  end
end
-- README end
