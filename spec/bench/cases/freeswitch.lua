-- sipcodes.freeswitch against the same questions and answers, asked of the session in Lua.
local by_hand = require("spec.bench.by_hand")
local sip = require("sipcodes")
local freeswitch = sip.freeswitch

local new = require("spec.support.session").new

local failed = {
  originate_disposition = "USER_BUSY",
  originate_causes = "c0ffee;USER_BUSY",
  last_bridge_hangup_cause = "USER_BUSY",
  last_bridge_proto_specific_hangup_cause = "sip:486",
  sip_invite_failure_status = "486",
  sip_invite_failure_phrase = "Busy Here",
}
local refused = {
  originate_disposition = "NORMAL_TEMPORARY_FAILURE",
  originate_causes = "c0ffee;NORMAL_TEMPORARY_FAILURE",
  last_bridge_hangup_cause = "NORMAL_TEMPORARY_FAILURE",
  last_bridge_proto_specific_hangup_cause = "sip:503",
  sip_invite_failure_status = "503",
}

local session, other = new(failed), new(refused)

local cause_of = {}
for code = 400, 699 do
  cause_of[code] = select(2, sip.cause.from_sip(code, "freeswitch"))
end

-- The same variables, and the code that one of them has if its cause is the disposition's.
local function status(s)
  if s:getVariable("sipcodes_sent") then
    return nil
  end
  local disposition = s:getVariable("originate_disposition")
  if not disposition then
    return nil, "no attempt has ended"
  end
  local endpoint = s:getVariable("endpoint_disposition")
  local hangup = s:getVariable("last_bridge_hangup_cause")
  local bridge = s:getVariable("bridge_hangup_cause")
  local causes = s:getVariable("originate_causes")
  local reason = s:getVariable("sip_reason")
  local proto = s:getVariable("last_bridge_proto_specific_hangup_cause")
  local failure = s:getVariable("sip_invite_failure_status")
  local code = proto and tonumber(proto:match("^sips?:(%d%d%d)$"))
  local last = failure and tonumber(failure:match("^%d%d%d$"))
  if disposition == "SUCCESS" then
    return endpoint == "ANSWER" and 200 or code or last, bridge or disposition, "originate_disposition"
  elseif code and code == last and cause_of[code] == disposition then
    return code, disposition, "last_bridge_proto_specific_hangup_cause"
  elseif last and cause_of[last] == disposition then
    return last, disposition, "sip_invite_failure_status"
  end
  local is_reason = reason and causes and hangup == disposition
  return is_reason and code or 480, disposition, "originate_disposition"
end

local function legs(s)
  local code, cause, source = status(s)
  local list = {}
  for name in s:getVariable("originate_causes"):gmatch(";([%u%d_]+)") do
    list[#list + 1] = { cause = name, code = name == cause and code or 480, source = source }
  end
  return list
end

local function cause_list(list)
  local names, seen, shared = {}, {}, {}
  local any = false
  for i = 1, #list do
    local name = type(list[i]) == "number" and cause_of[list[i]] or list[i]
    if not seen[name] then
      seen[name] = true
      names[#names + 1] = name
    end
  end
  for _, name in ipairs(names) do
    for code = 400, 699 do
      if cause_of[code] == name and sip.reasons[code] then
        local asked = false
        for i = 1, #list do
          asked = asked or list[i] == code
        end
        if not asked then
          shared[name] = shared[name] or {}
          table.insert(shared[name], code)
          any = true
        end
      end
    end
  end
  return table.concat(names, ","), any and shared or nil
end

-- A session that keeps nothing, so that each call meets it in the same shape.
local function nothing() end
local idle = { getVariable = nothing, setVariable = nothing, execute = nothing, hangup = nothing }

local left_behind = {
  "originate_disposition", "originate_failed_cause", "originate_causes", "DIALSTATUS", "endpoint_disposition",
  "last_bridge_hangup_cause", "bridge_hangup_cause", "last_bridge_proto_specific_hangup_cause",
  "sip_invite_failure_status", "sip_invite_failure_phrase", "sip_hangup_phrase", "sip_redirected_to", "sip_reason",
  "sip_603plus_reason", "sipcodes_sent", "sipcodes_sent_reason",
}

local function clear(s)
  for i = 1, #left_behind do
    s:setVariable(left_behind[i], nil)
  end
end

-- What FreeSWITCH would drop or change.
local function respond(s, code, phrase)
  local number = by_hand.codes[code] or by_hand.need_code(code, "respond")
  if number < 400 or number == 401 then
    error("not a response that FreeSWITCH sends", 2)
  elseif phrase then
    by_hand.check_wire(phrase, "respond")
  end
  local line = number .. " " .. (phrase or sip.reasons[number])
  local reason = s:getVariable("sip_reason")
  s:setVariable("sipcodes_sent", line)
  if reason then
    s:setVariable("sipcodes_sent_reason", reason)
  end
  s:execute("respond", line)
end

local code_of = {}
for number = 0, 999 do
  local _, name = sip.cause.freeswitch(number)
  if name then
    code_of[name] = (sip.cause.to_sip(number, "freeswitch")) or 480
  end
end

local function hangup(s, name)
  local code = code_of[name]
  if not code then
    error("not a cause of FreeSWITCH", 2)
  end
  local left = s:getVariable("last_bridge_proto_specific_hangup_cause")
  code = left and tonumber(left:match("^sips?:(%d%d%d)$")) or code
  local reason = s:getVariable("sip_reason")
  s:setVariable("sipcodes_sent", code .. " " .. sip.reasons[code])
  if reason then
    s:setVariable("sipcodes_sent_reason", reason)
  end
  s:hangup(name)
end

local function set_reason(s, list)
  local value = list[1]
  local text = value.text:gsub('[\\"]', "\\%0")
  assert(value.protocol:find("^[%w.]+$") and value.cause % 1 == 0 and not text:find("%c"))
  s:setVariable("sip_reason", ('%s;cause=%d;text="%s"'):format(value.protocol, value.cause, text))
  s:setVariable("disable_q850_reason", "false")
end

local busy = { { protocol = "Q.850", cause = 17, text = "User busy" } }

return {
  { "freeswitch.status(session)", freeswitch.status, status, { { session }, { other } } },
  { "freeswitch.legs(session)", freeswitch.legs, legs, { { session } } },
  { "freeswitch.causes{486, 503}", freeswitch.causes, cause_list, { { { 486, 503, "NO_ANSWER" } } } },
  { "freeswitch.clear(session)", freeswitch.clear, clear, { { idle } } },
  { "freeswitch.respond(session, 486)", freeswitch.respond, respond, { { idle, 486 }, { idle, 503, "Maintenance" } } },
  { 'freeswitch.hangup(session, "USER_BUSY")', freeswitch.hangup, hangup, { { idle, "USER_BUSY" } } },
  { "freeswitch.set_reason(session, list)", freeswitch.set_reason, set_reason, { { idle, busy } } },
}
