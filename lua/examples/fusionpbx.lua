-- FusionPBX: forward an unanswered call by what really happened, and write how it ended into the CDR.
--
-- Copy this file to the scripts folder as app/sipcodes/index.lua. In the dialplan "local_extension" replace
--
--   <action application="set" data="api_hangup_hook=lua app.lua hangup"/>
--   <action application="lua" data="app.lua failure_handler"/>
--
-- by
--
--   <action application="set" data="session_in_hangup_hook=true"/>
--   <action application="set" data="api_hangup_hook=lua app.lua sipcodes hangup"/>
--   <action application="lua" data="app.lua sipcodes failure_handler"/>
--
-- FusionPBX's own scripts still run after this one, but for a call that was forwarded here. FusionPBX sets
-- package.path to its scripts folder; the library is found all the same, since it is one sipcodes.so in Lua's
-- own folder for C modules.

local sip = require("sipcodes")

-- The settings of an extension that a failure leads to. The cause comes first: FreeSWITCH sends 480 for a
-- phone that is not registered as well as for one that nobody picks up.
local by_cause = {
  USER_NOT_REGISTERED = "user_not_registered",
  SUBSCRIBER_ABSENT = "user_not_registered",
}
local by_outcome = {
  busy = "busy",
  ["no answer"] = "no_answer",
  ["not reachable"] = "user_not_registered",
}

-- The number to forward to; nil if the extension has none.
local function destination(kind)
  if session:getVariable("forward_" .. kind .. "_enabled") ~= "true" then
    return nil
  end
  local number = session:getVariable("forward_" .. kind .. "_destination")
  return number ~= "" and number or nil
end

-- After a bridge that failed: transfers the call, and returns whether it did.
local function forward()
  local code, cause = sip.freeswitch.status(session)
  if not code or not session:ready() then
    return false
  end
  local kind = by_cause[cause] or by_outcome[sip.kpi.outcome(code)]
  local number = kind and destination(kind)
  local extension = session:getVariable("dialed_extension")
  if not number or kind == "busy" and extension == session:getVariable("last_busy_dialed_extension") then
    return false -- two busy extensions that forward to each other would do so for ever
  end
  if kind == "busy" then
    session:setVariable("last_busy_dialed_extension", extension)
  end
  freeswitch.consoleLog("notice", ("%s: forwarded to %s after %d %s\n"):format(kind, number, code, cause))
  session:transfer(number, "XML", session:getVariable("context"))
  return true
end

-- In the hangup hook: mod_xml_cdr and mod_json_cdr, which come later, write every variable of the channel.
-- A hook without session_in_hangup_hook=true could read the channel (as env), but not write to it.
local function write_cdr()
  local code, cause = sip.freeswitch.status(session)
  if code then
    session:setVariable("sipcodes_code", tostring(code))
    session:setVariable("sipcodes_cause", cause)
    session:setVariable("sipcodes_outcome", sip.kpi.outcome(code))
  end
end

local step = argv[2]
local forwarded = false
if step == "hangup" and session then
  write_cdr()
elseif step == "failure_handler" then
  forwarded = forward()
end
if not forwarded then
  loadfile(scripts_dir .. "/app/" .. step .. "/index.lua")(argv)
end
