-- sipcodes.cause against tables of the same cells.
local by_hand = require("spec.bench.by_hand")
local sip = require("sipcodes")
local cause = sip.cause

local codes, to_code = by_hand.codes, by_hand.to_code
local lower = string.lower

local tables, texts, classes = {}, {}, {}
for number, text in cause.causes() do
  texts[number] = text
  classes[number] = { cause.class(number) }
end
for _, source in ipairs(cause.tables()) do
  local name = source.name
  local of = { from = {}, from_default = {}, to = {}, to_default = {}, names = {}, numbers = {} }
  for number = 1, 900 do
    local text = cause.text(number, name)
    if text then
      of.names[number] = text
      if source.to_sip then
        of.numbers[text], of.numbers[lower(text)] = number, number
        local code, _, default = cause.to_sip(number, name)
        of.to[number], of.to_default[number] = code or false, default
      end
    end
  end
  for code = 100, 699 do
    local number, _, default = cause.from_sip(code, name)
    of.from[code], of.from_default[code] = number or false, default
  end
  tables[name] = of
end

local function no_table(name)
  error(("no table %s"):format(by_hand.shown(name)), 3)
end

local function from_sip(code, name)
  local of = tables[name or "rfc3398"] or no_table(name)
  local key = codes[code] or to_code(code, "from_sip")
  local number = of.from[key]
  if number then
    local default = of.from_default[key]
    if default then
      return number, of.names[number], default
    end
    return number, of.names[number]
  end
  return nil, ("%s has no cause in %s"):format(by_hand.shown(code), name or "rfc3398")
end

local numbers = {}
for number = 1, 999 do
  numbers[number], numbers[tostring(number)] = number, number
end

local function to_sip(value, name, location)
  local of = tables[name or "rfc3398"] or no_table(name)
  local number = numbers[value] or of.numbers[value] or of.numbers[lower(value)]
  local code = of.to[number]
  if location == "U" and number == 21 and not of.sends_own then
    code = 603
  end
  if code then
    local default = of.to_default[number]
    if default then
      return code, sip.reasons[code], default
    end
    return code, sip.reasons[code]
  end
  return nil, ("%s has no response code in %s"):format(by_hand.shown(value), name or "rfc3398")
end

local function text(value)
  local found = texts[numbers[value]]
  if found then
    return found
  end
  return nil, ("%s is not a Q.850 cause"):format(by_hand.shown(value))
end

local function class(value)
  local found = classes[numbers[value]]
  if found then
    return found[1], found[2]
  end
  return nil, ("%s is not a Q.850 cause"):format(by_hand.shown(value))
end

local switch = tables.freeswitch
local function freeswitch(value)
  local number = numbers[value] or switch.numbers[value] or switch.numbers[lower(value)]
  local known = switch.names[number]
  if known then
    return number, known
  end
  return nil, ("%s is not a FreeSWITCH cause"):format(by_hand.shown(value))
end

local function next_cause(_, last)
  for number = last + 1, 127 do
    if texts[number] then
      return number, texts[number], true
    end
  end
end

local function causes()
  return next_cause, nil, 0
end

-- A fresh array of fresh records, as the library gives it.
local sources = cause.tables()
local function copies()
  local list = {}
  for i, source in ipairs(sources) do
    local copy = {}
    for key, value in pairs(source) do
      copy[key] = value
    end
    if type(source.default_cause) == "table" then
      local default = {}
      for place, number in pairs(source.default_cause) do
        default[place] = number
      end
      copy.default_cause = default
    end
    list[i] = copy
  end
  return list
end

local asterisk = {}
for _, name in ipairs({ "UNALLOCATED", "USER_BUSY", "NO_ANSWER", "CALL_REJECTED", "NORMAL_CIRCUIT_CONGESTION" }) do
  asterisk[#asterisk + 1] = { "AST_CAUSE_" .. name, "asterisk" }
end
local of_switch = {}
for _, name in ipairs({ "UNALLOCATED_NUMBER", "USER_BUSY", "NO_ANSWER", "CALL_REJECTED", "GATEWAY_DOWN" }) do
  of_switch[#of_switch + 1] = { name, "freeswitch" }
end

return {
  { "from_sip(486)", cause.from_sip, from_sip, { { 486 }, { 404 }, { 503 }, { 499 } } },
  {
    'from_sip(486, "asterisk")',
    cause.from_sip,
    from_sip,
    { { 486, "asterisk" }, { 404, "freeswitch" }, { 503, "cisco" }, { 480, "yate" } },
  },
  { "to_sip(17)", cause.to_sip, to_sip, { { 17 }, { 1 }, { 34 }, { 99 } } },
  {
    'to_sip(17, "asterisk")',
    cause.to_sip,
    to_sip,
    { { 17, "asterisk" }, { 1, "freeswitch" }, { 41, "cisco" }, { 34, "yate" } },
  },
  { 'to_sip("AST_CAUSE_USER_BUSY", "asterisk")', cause.to_sip, to_sip, asterisk },
  { 'to_sip("USER_BUSY", "freeswitch")', cause.to_sip, to_sip, of_switch },
  { 'to_sip("User busy")', cause.to_sip, to_sip, { { "User busy" }, { "Call rejected" }, { "No user responding" } } },
  { "text(17)", cause.text, text, { { 17 }, { 1 }, { 34 }, { 102 } } },
  { "class(17)", cause.class, class, { { 17 }, { 1 }, { 34 }, { 102 } } },
  { "causes(), all 77", by_hand.walk(cause.causes), by_hand.walk(causes), { {} } },
  { "cause.tables()", cause.tables, copies, { {} } },
  { "freeswitch(17)", cause.freeswitch, freeswitch, { { 17 }, { 19 }, { 809 } } },
  { 'freeswitch("USER_BUSY")', cause.freeswitch, freeswitch, { { "USER_BUSY" }, { "NO_ANSWER" }, { "GATEWAY_DOWN" } } },
}
