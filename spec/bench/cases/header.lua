-- sipcodes.header against patterns, and against LPeg if it is installed (name "lpeg").
local by_hand = require("spec.bench.by_hand")
local sip = require("sipcodes")
local header = sip.header

local concat, sort = table.concat, table.sort
local find, gsub, match, sub = string.find, string.gsub, string.match, string.sub

local TOKEN = "^[%w%-%.!%%%*_%+`'~]+"

-- The value that stands at `at`, and where it ends: a token, or a quoted string with its escapes.
local function value_at(text, at)
  if sub(text, at, at) ~= '"' then
    local first, last = find(text, TOKEN, at)
    return first and sub(text, first, last), last
  end
  local from = at
  while true do
    at = find(text, '[\\"]', at + 1)
    if not at then
      return nil
    end
    if sub(text, at, at) == '"' then
      break
    end
    at = at + 1
  end
  return (gsub(sub(text, from + 1, at - 1), "\\(.)", "%1")), at
end

-- Folding, positions of errors and doubled parameters are left out, which is in its favour.
local function reason(text)
  local list = {}
  local at = 1
  repeat
    local protocol, next_at = match(text, "^%s*([^%s;,]+)%s*()", at)
    if not protocol then
      return nil, "no protocol"
    end
    at = next_at
    local value = { protocol = protocol, params = {} }
    while sub(text, at, at) == ";" do
      local name, after_name = match(text, "^;%s*([^%s=;,]+)%s*()", at)
      if not name then
        return nil, "no parameter"
      end
      name, at = name:lower(), after_name
      local content = true
      if sub(text, at, at) == "=" then
        local last
        content, last = value_at(text, match(text, "^=%s*()", at))
        if not content then
          return nil, "no value"
        end
        at = match(text, "^%s*()", last + 1)
      end
      if name == "cause" then
        value.cause = tonumber(content)
      elseif name == "text" or name == "location" then
        value[name] = content
      else
        value.params[name] = content
      end
    end
    list[#list + 1] = value
    local more = sub(text, at, at) == ","
    at = at + 1
  until not more
  return list
end

local SPELT = { ["q.850"] = "Q.850", sip = "SIP" }

-- The first value of Q.850, else the first one of SIP, as one pattern each finds it.
local function pick(text)
  local best, cause, words
  for protocol, parameters in text:gmatch("%s*([%w.]+)%s*(;[^,]*)") do
    local spelt = SPELT[protocol:lower()]
    local number = match(parameters, ";%s*[cC][aA][uU][sS][eE]%s*=%s*(%d+)")
    if spelt and number and (not best or spelt == "Q.850" and best == "SIP") then
      best, cause = spelt, tonumber(number)
      words = match(parameters, ';%s*[tT][eE][xX][tT]%s*=%s*"([^"]*)"')
    end
  end
  if best then
    return cause, best, words
  end
  return nil, "no cause"
end

-- One match for a value that stands first in the field, in one spelling: less than pick does.
local function match_first(text)
  local cause, words = match(text, 'Q%.850;cause=(%d+);text="([^"]*)"')
  return tonumber(cause), "Q.850", words
end

local function need_token(text)
  if type(text) ~= "string" or not find(text, TOKEN .. "$") then
    error("not a token", 3)
  end
  return text
end

local function quote(text)
  if type(text) ~= "string" or find(text, "[%z\1-\8\10-\31\127]") then
    error("control character", 3)
  end
  return '"' .. gsub(text, '[\\"]', "\\%0") .. '"'
end

local function format_reason(list)
  local values = {}
  for i = 1, #list do
    local value = list[i]
    local parts = { need_token(value.protocol) }
    if value.cause then
      assert(value.cause >= 0 and value.cause % 1 == 0 and value.cause < 2 ^ 31)
      parts[#parts + 1] = "cause=" .. value.cause
    end
    if value.text then
      parts[#parts + 1] = "text=" .. quote(value.text)
    end
    if value.location then
      parts[#parts + 1] = "location=" .. need_token(value.location)
    end
    local names = {}
    for name in pairs(value.params or {}) do
      names[#names + 1] = need_token(name)
    end
    sort(names)
    for _, name in ipairs(names) do
      local content = value.params[name]
      local plain = content == true and "" or "=" .. (find(content, TOKEN .. "$") and content or quote(content))
      parts[#parts + 1] = name .. plain
    end
    values[i] = concat(parts, ";")
  end
  return concat(values, ", ")
end

local function warning(text)
  local list = {}
  local at = 1
  repeat
    local code, agent, after = match(text, "^%s*(%d%d%d)%s+([%w%-.:%[%]]+)%s+()", at)
    local content, last
    if code then
      content, last = value_at(text, after)
    end
    if not content then
      return nil, "not a Warning"
    end
    list[#list + 1] = { code = tonumber(code), agent = agent, text = content }
    local comma
    comma, at = match(text, "^%s*(,?)()", last + 1)
  until comma == ""
  return list
end

local function format_warning(list)
  local values = {}
  for i = 1, #list do
    local value = list[i]
    assert(value.code >= 0 and value.code <= 999 and value.code % 1 == 0)
    assert(find(value.agent, "^[%w%-.:%[%]]+$"))
    values[i] = ("%03d %s %s"):format(value.code, value.agent, quote(value.text))
  end
  return concat(values, ", ")
end

local function retry_after(text)
  local seconds, comment, rest = match(text, "^%s*(%d+)%s*(%b())%s*(.*)$")
  if not seconds then
    seconds, rest = match(text, "^%s*(%d+)%s*(.*)$")
  end
  if not seconds then
    return nil, "not a Retry-After"
  end
  local duration = match(rest, ";%s*[dD][uU][rR][aA][tT][iI][oO][nN]%s*=%s*(%d+)")
  return tonumber(seconds), comment and sub(comment, 2, -2), duration and tonumber(duration) or nil
end

local meanings = {}
for name in header.protocols() do
  local of = {}
  for cause = 0, 699 do
    of[cause] = header.meaning(name, cause)
  end
  meanings[name:lower()] = of
end

local function meaning(protocol, cause)
  local of = meanings[protocol:lower()]
  local text = of and of[type(cause) == "string" and tonumber(cause) or cause]
  if text then
    return text
  end
  return nil, "not known"
end

local protocols, warnings = {}, {}
for name, description, reference in header.protocols() do
  protocols[#protocols + 1] = { name, description, reference }
  protocols[name] = #protocols
end
for code, text in header.warnings() do
  warnings[#warnings + 1] = { code, text }
  warnings[code] = #warnings
end

local function iterate(list)
  local function next_entry(_, key)
    local entry = list[key and list[key] + 1 or 1]
    if entry then
      return entry[1], entry[2], entry[3]
    end
  end
  return function()
    return next_entry
  end
end

local two = 'Q.850;cause=17;text="User busy", SIP;cause=486;text="Busy Here"'
local located = 'SIP;cause=603;text="a \\"b\\"";location=RLN;x=1;y'
local warned = '370 192.0.2.3 "Insufficient bandwidth", 304 example.org:5060 "Media type not available"'
local one = { { protocol = "Q.850", cause = 17, text = "User busy" } }
local parameters = { x = "1", y = true }
local with_parameters = { { protocol = "SIP", cause = 603, text = "no", location = "RLN", params = parameters } }

local cases = {
  { "header.reason(value)", header.reason, reason, { { two }, { located } } },
  { "header.pick(value)", header.pick, pick, { { two }, { "SIP;cause=486, Q.850;cause=17" } } },
  {
    "header.pick(value), of one match",
    header.pick,
    match_first,
    { { two } },
    note = "by hand reads one spelling, and checks nothing",
  },
  { "header.format_reason(list)", header.format_reason, format_reason, { { one }, { with_parameters } } },
  { "header.warning(value)", header.warning, warning, { { warned } } },
  {
    "header.format_warning(list)",
    header.format_warning,
    format_warning,
    { { { { code = 370, agent = "example.org", text = "Insufficient bandwidth" } } } },
  },
  { "header.retry_after(value)", header.retry_after, retry_after, { { "120" }, { "18000 (at lunch);duration=3600" } } },
  { 'header.meaning("Q.850", 17)', header.meaning, meaning, { { "Q.850", 17 }, { "SIP", 486 }, { "STIR", 438 } } },
  { "header.protocols()", by_hand.walk(header.protocols), by_hand.walk(iterate(protocols)), { {} } },
  { "header.warnings()", by_hand.walk(header.warnings), by_hand.walk(iterate(warnings)), { {} } },
}

local grammars = require("spec.bench.lpeg_grammars")
if grammars then
  table.insert(cases, 2, { "header.reason(value), of LPeg", header.reason, grammars.reason, { { two }, { located } } })
  table.insert(cases, { "header.warning(value), of LPeg", header.warning, grammars.warning, { { warned } } })
  table.insert(cases, { "parse(line), of LPeg", sip.parse, grammars.status_line, { { "SIP/2.0 486 Busy Here\r\n" } } })
end
return cases
