-- sipcodes, and what a script would write by hand: tables of phrases, and patterns.
local by_hand = require("spec.bench.by_hand")
local sip = require("sipcodes")

local codes_by, to_code = by_hand.codes, by_hand.to_code
local need_code, check_wire = by_hand.need_code, by_hand.check_wire
local find, lower, match = string.find, string.lower, string.match

local titles = { "Informational", "Successful", "Redirection", "Client Failure", "Server Failure", "Global Failure" }

local phrases, facts, classes, treated = {}, {}, {}, {}
for code = 100, 699 do
  classes[code] = math.floor(code / 100)
  treated[code] = sip.treat_as(code)
  phrases[code] = sip.reason(code)
  facts[code] = sip.info(code)
end
local codes = {}
for code in sip.codes() do
  codes[#codes + 1] = code
end

-- Every text that names a code, in lower case: a name before a phrase, a phrase before a former one. Two
-- codes have one phrase.
local codes_of = {}
local second_of = { ["not acceptable"] = 606, ["Not Acceptable"] = 606 }
local function name(text, code)
  codes_of[text] = codes_of[text] or code
  codes_of[lower(text)] = codes_of[lower(text)] or code
end
for _, code in ipairs(codes) do
  name(facts[code].name, code)
end
for _, code in ipairs(codes) do
  name(phrases[code], code)
end
for code = 100, 699 do
  for _, former in ipairs(facts[code] and facts[code].formerly or {}) do
    name(former, code)
  end
end

local function reason(code)
  local phrase = phrases[code]
  if phrase then
    return phrase
  end
  phrase = phrases[to_code(code, "reason")]
  if phrase then
    return phrase
  end
  return nil, ("%s is not a known SIP response code"):format(by_hand.shown(code))
end

local function class(code)
  local number = codes_by[code] or to_code(code, "class")
  local class_number = classes[number]
  if class_number then
    return class_number, titles[class_number]
  end
  return nil, ("%s is not a SIP response code"):format(by_hand.shown(code))
end

local function info(code, field)
  local row = facts[code] or facts[to_code(code, "info")]
  if not row then
    return nil, ("%s is not a known SIP response code"):format(by_hand.shown(code))
  elseif not field then
    local copy = {}
    for key, value in pairs(row) do
      copy[key] = value
    end
    return copy
  end
  local value = row[field]
  if value == nil and not by_hand.FIELDS[field] then
    error(("no field %q"):format(field), 2)
  end
  return value
end

local function spelt(x)
  local code = to_code(x, "code")
    or match(x, "^[Ss][Ii][Pp][Ss]?:([1-6]%d%d)$")
    or match(x, "^[Ss][Ii][Pp]/%d+%.%d+ ([1-6]%d%d)%f[%s%z]")
    or match(x, "^([1-6]%d%d) %S%C*$")
    or match(x, "^[Ss][Ii][Pp] ([1-6]%d%d) %S%C*$")
  if code then
    return tonumber(code)
  end
  return nil, ("%s names no SIP response code"):format(by_hand.shown(x))
end

local function code_of(x)
  local code = codes_by[x] or codes_of[x]
  if code then
    return code, second_of[x]
  elseif type(x) == "string" then
    local text = lower(x)
    code = codes_of[text]
    if code then
      return code, second_of[text]
    end
  end
  return spelt(x)
end

local function treat_as(code)
  local number = treated[codes_by[code] or to_code(code, "treat_as")]
  if number then
    return number
  end
  return nil, ("%s is not a SIP response code"):format(by_hand.shown(code))
end

local function is_failure(code)
  local number = codes_by[code] or to_code(code, "is_failure")
  return number ~= nil and number >= 400
end

local function phrase_to_send(code, phrase, fname)
  if phrase ~= nil and phrase ~= "" then
    check_wire(phrase, fname)
    return phrase
  end
  return phrases[code] or titles[classes[code]]
end

local function reply(code, phrase)
  local number = codes_by[code] or need_code(code, "reply")
  return number, phrase == nil and phrases[number] or phrase_to_send(number, phrase, "reply")
end

local function line(code, phrase)
  local number = codes_by[code] or need_code(code, "line")
  return number .. " " .. (phrase == nil and phrases[number] or phrase_to_send(number, phrase, "line"))
end

local function status_line(code, phrase)
  local number = codes_by[code] or need_code(code, "status_line")
  return "SIP/2.0 " .. number .. " " .. (phrase == nil and phrases[number] or phrase_to_send(number, phrase, "line"))
end

local function parse(text)
  if type(text) ~= "string" then
    error("string expected", 2)
  end
  local code, phrase = match(text, "^[Ss][Ii][Pp]/%d+%.%d+ ([1-6]%d%d) ?([^\r\n]*)\r?\n?$")
  if code and not find(phrase, "[%z\1-\8\11-\31\127]") then
    return tonumber(code), phrase
  end
  return nil, "not a Status-Line"
end

local after, first_of = {}, {}
for i, code in ipairs(codes) do
  after[code] = codes[i + 1]
  first_of[classes[code]] = first_of[classes[code]] or code
end

local function next_code(class_number, code)
  local next = code == 0 and (class_number and first_of[class_number] or 100) or after[code]
  if next and (not class_number or classes[next] == class_number) then
    return next, phrases[next]
  end
end

local function all(iterator)
  return function()
    local list = {}
    for code, phrase in iterator() do
      list[#list + 1] = code
      list[#list + 1] = phrase
    end
    return list
  end
end

local function codes_by_hand()
  return next_code, nil, 0
end

local function localize(local_phrases)
  local own = {}
  for code, phrase in pairs(local_phrases) do
    local number = need_code(code, "localize")
    if type(phrase) ~= "string" or find(phrase, "[^%w%-_.!~*'();/?:@&=+$, \t\128-\255]") then
      error("not a phrase", 2)
    end
    own[number] = phrase
  end
  setmetatable(own, { __index = phrases })
  return {
    reason = function(code)
      return own[code]
    end,
    reply = function(code)
      return code, own[code]
    end,
    line = function(code)
      return code .. " " .. own[code]
    end,
    status_line = function(code)
      return "SIP/2.0 " .. code .. " " .. own[code]
    end,
  }
end

local few = { { 486 }, { 404 }, { 503 }, { 480 }, { 200 }, { 603 } }
local names, texts, lower_texts = {}, {}, {}
for _, code in ipairs({ 100, 401, 420, 486, 491, 504, 603 }) do
  names[#names + 1] = { facts[code].name }
  texts[#texts + 1] = { phrases[code] }
  lower_texts[#lower_texts + 1] = { phrases[code]:lower() }
end
assert(#all(sip.codes)() == #all(codes_by_hand)())

-- A field of a table, on both sides, once it was asked for.
local function field(t)
  return function(key)
    return t[key]
  end
end
local constants = { BUSY_HERE = 486, NOT_FOUND = 404 }

return {
  { "reason(486)", sip.reason, reason, few },
  { 'reason("486")', sip.reason, reason, { { "486" }, { "404" } } },
  { "reasons[486]", field(sip.reasons), field(phrases), few },
  { "BUSY_HERE", field(sip), field(constants), { { "BUSY_HERE" }, { "NOT_FOUND" } } },
  { "class(486)", sip.class, class, few },
  { "codes(), all 75", by_hand.walk(sip.codes), by_hand.walk(codes_by_hand), { {} } },
  { "info(486)", sip.info, info, { { 486 }, { 404 } } },
  { 'info(486, "note")', sip.info, info, { { 486, "note" }, { 404, "action" }, { 503, "retry_after" } } },
  { 'info(486, "rfc")', sip.info, info, { { 486, "rfc" }, { 404, "rfc" } } },
  { 'code("BUSY_HERE")', sip.code, code_of, names },
  { 'code("Busy Here")', sip.code, code_of, texts },
  { 'code("busy here")', sip.code, code_of, lower_texts },
  { 'code("sip:486")', sip.code, code_of, { { "sip:486" }, { "486 Busy Here" } } },
  { "treat_as(499)", sip.treat_as, treat_as, { { 486 }, { 499 }, { 188 } } },
  { "is_failure(486)", sip.is_failure, is_failure, few },
  { "reply(486)", sip.reply, reply, few },
  { 'reply(486, "Engaged")', sip.reply, reply, { { 486, "Engaged" } } },
  { "line(486)", sip.line, line, few },
  { "status_line(486)", sip.status_line, status_line, few },
  { "parse(line)", sip.parse, parse, { { "SIP/2.0 486 Busy Here\r\n" }, { "SIP/2.0 200 OK" } } },
  { "localize{...}", sip.localize, localize, { { { [404] = "Nicht gefunden", [486] = "Besetzt" } } }, unlike = true },
}
