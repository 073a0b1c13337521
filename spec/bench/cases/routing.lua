-- sipcodes.routing and sipcodes.blocking against tables of the same verdicts.
local by_hand = require("spec.bench.by_hand")
local sip = require("sipcodes")
local blocking, routing = sip.blocking, sip.routing

local codes, need_code, to_code = by_hand.codes, by_hand.need_code, by_hand.to_code

local actions, carrier = {}, {}
for code = 100, 699 do
  actions[code] = routing.action(code)
  carrier[code] = routing.failover(code)
end

local function action(code)
  local found = actions[code] or actions[to_code(code, "action")]
  if found then
    return found
  end
  return nil, ("%s is not a SIP response code"):format(by_hand.shown(code))
end

-- What a 603+ says, looked for as plain text: no quoting, no order of the fields.
local function is_blocked(code, phrase, reason)
  return code == 603
    and phrase ~= nil
    and reason ~= nil
    and phrase:lower() == "network blocked"
    and reason:find('text="v=analytics1', 1, true) ~= nil
end

local function failover(code, phrase, reason, how)
  local number = codes[code] or need_code(code, "failover")
  if is_blocked(number, phrase, reason) then
    return false, "603+", nil
  end
  local seconds = how and how.retry_after and tonumber(how.retry_after) or nil
  return carrier[number] or how ~= nil and how.timeout == true, "carrier", seconds
end

local rules = { ["480 No Routes Found"] = true, [404] = true, [480] = false, ["5xx"] = true, [503] = false }

-- A policy as a programmer writes it: rules by phrase, by code and by class.
local function policy(own)
  local phrases, of_code, classes = {}, {}, {}
  for key, verdict in pairs(own) do
    local code, phrase = tostring(key):match("^(%d%d%d) ?(.*)$")
    local class = tostring(key):match("^(%d)xx$")
    if class then
      classes[tonumber(class)] = { verdict, key }
    elseif code and phrase ~= "" then
      phrases[code .. phrase:lower()] = { verdict, key }
    elseif code then
      of_code[tonumber(code)] = { verdict, code }
    else
      error("no such rule", 2)
    end
  end
  return function(code, phrase, reason)
    local number = codes[code] or need_code(code, "failover")
    if is_blocked(number, phrase, reason) then
      return false, "603+", nil
    end
    local rule = phrase and phrases[number .. phrase:lower()]
      or of_code[number]
      or classes[(number - number % 100) / 100]
    if rule then
      return rule[1], rule[2], nil
    end
    return carrier[number], "carrier", nil
  end
end

local rank4 = { [401] = 3, [407] = 3, [415] = 3, [420] = 3, [484] = 3, [486] = 4, [488] = 5, [480] = 6, [408] = 8 }
local function rank(code)
  local class = (code - code % 100) / 100
  if class == 2 then
    return 0
  elseif class == 6 then
    return 1
  elseif class == 3 then
    return 2
  elseif class == 4 then
    return rank4[code] or 7
  elseif class == 5 then
    return code == 503 and 10 or 9
  end
end

local function best(list)
  local found, position, lowest
  for i = 1, #list do
    local code = codes[list[i]] or need_code(list[i], "best")
    local r = rank(code)
    if r and (not lowest or r < lowest) then
      found, position, lowest = code, i, r
    end
  end
  if not found then
    return 408
  end
  return found == 503 and 500 or found, position
end

local notice = 'SIP;cause=603;text="v=analytics1;url=https://example.org/x;tel=+12025550100";location=RLN'

local function detect(code, phrase, reason)
  if code ~= 603 or not phrase or phrase:lower() ~= "network blocked" then
    return nil, "not a 603 Network Blocked"
  end
  local protocol, text, rest = reason:match('^([%w.]+);cause=603;text="v=analytics1;([^"]*)"(.*)$')
  if not protocol then
    return nil, "no 603+ Reason"
  end
  local found = { protocol = protocol, location = rest:match(";location=(%w+)") }
  for key, value in text:gmatch("(%w+)=([^;]*)") do
    found[key] = value
  end
  return found
end

local given = { url = "https://example.org/x", tel = "+12025550100", location = "RLN" }

local function blocked(what)
  local parts = { "v=analytics1" }
  if what.url then
    assert(what.url:find("^https://[%w%-._~:/?#%[%]@!$&'()*+,=%%]+$"))
    parts[#parts + 1] = "url=" .. what.url
  end
  if what.tel then
    assert(what.tel:find("^%+%d+$") and #what.tel <= 16)
    parts[#parts + 1] = "tel=" .. what.tel
  end
  if what.email then
    assert(what.email:find("^[%w._%-]+@[%w.%-]+$"))
    parts[#parts + 1] = "email=" .. what.email
  end
  if what.id then
    assert(what.id:find("^[%w_%-]+$") and #what.id <= 64)
    parts[#parts + 1] = "id=" .. what.id
  end
  assert(#parts > 1)
  assert(what.location:find("^[%w%-]+$"))
  return 603, "Network Blocked", ('SIP;cause=603;text="%s";location=%s'):format(table.concat(parts, ";"), what.location)
end

local some = { { 404 }, { 480 }, { 486 }, { 502 }, { 503 }, { 603 } }
local q850 = 'Q.850;cause=38;text="Network out of order"'

return {
  { "action(486)", routing.action, action, some },
  { "best{503, 486, 404}", routing.best, best, { { { 503, 486, 404 } }, { { 408, 503 } } } },
  { "failover(503)", routing.failover, failover, some },
  {
    "failover(503, phrase, reason, how)",
    routing.failover,
    failover,
    { { 503, "Service Unavailable", q850, { retry_after = "120" } } },
    note = "ours reads the Reason and Retry-After whole",
  },
  { "policy(rules)", routing.policy, policy, { { rules } }, unlike = true },
  { "policy(rules)(503)", routing.policy(rules), policy(rules), some },
  {
    "policy(rules)(480, phrase)",
    routing.policy(rules),
    policy(rules),
    { { 480, "No Routes Found" }, { 480, "Temporarily Unavailable" } },
  },
  { "blocking.detect(603, ...)", blocking.detect, detect, { { 603, "Network Blocked", notice } } },
  { "blocking.detect(486, ...)", blocking.detect, detect, { { 486, "Busy Here", q850 } }, unlike = true },
  { "blocking.reply{...}", blocking.reply, blocked, { { given } } },
}
