-- Prints, as JSON, what the page of codes must say, asked from the library alone: for each code, request and
-- cause the rows of the comparison, and how Reason values are read.
local cases = require("spec.support.header_cases")
local cause = require("sipcodes.cause")
local header = require("sipcodes.header")
local json = require("dkjson")

local tables = cause.tables()
local expected = { tables = {}, from = {}, to = {}, reasons = {}, switch = {} }

-- A row is "table|number name|default|other|diagnostic|number that comes back".
local function row(source, number, name, default, other, diagnostic, back)
  if not number then
    return source.name
  end
  local shown = { source.name, number .. " " .. name, default or "" }
  shown[4] = other ~= number and other or ""
  shown[5] = diagnostic ~= number and diagnostic or ""
  shown[6] = back or ""
  return table.concat(shown, "|")
end

local function from_sip(code, source)
  local number, name, default = cause.from_sip(code, source.name)
  local back = number and source.to_sip and cause.to_sip(number, source.name)
  return row(source, number, name, default, (cause.from_sip(code, source.name, "304 h \"x\"")), number, back)
end

local function to_sip(number, source)
  local takes = source.to_sip and (source.name == "freeswitch" or number >= 1 and number <= 127)
  local code, phrase, default
  if takes then
    code, phrase, default = cause.to_sip(number, source.name)
  end
  if not code then
    return source.name
  end
  return row(source, code, phrase, default, (cause.to_sip(number, source.name, "U")),
    (cause.to_sip(number, source.name, nil, true)), (cause.from_sip(code, source.name)))
end

local function rows(what, one)
  local list = {}
  for i, source in ipairs(tables) do
    list[i] = one(what, source)
  end
  return list
end

for i, source in ipairs(tables) do
  expected.tables[i] = { name = source.name, to_sip = source.to_sip }
end
for code = 100, 699 do
  expected.from[tostring(code)] = rows(code, from_sip)
end
for _, method in ipairs({ "BYE", "CANCEL" }) do
  expected.from[method] = rows(method, from_sip)
end
for number = 0, 1000 do
  local found, name = cause.freeswitch(number)
  if number <= 127 or found then
    expected.to[tostring(number)] = rows(number, to_sip)
  end
  if found then
    expected.switch[name] = number
  end
end

-- A value that the page takes for a Reason, in an input of one line.
local function is_typed(value)
  return value:find(";.*=") and not value:find("[%c\128-\255]")
end
local function add_reason(value)
  local values = header.reason(value, { lenient = true })
  if is_typed(value) and values then
    local list = {}
    for i, one in ipairs(values) do
      list[i] = { protocol = one.protocol, cause = one.cause, text = one.text, location = one.location }
    end
    expected.reasons[#expected.reasons + 1] = { value = value, values = list }
  end
end
for _, case in ipairs(cases.reason) do
  add_reason(case[1])
end
for _, value in ipairs({
  'Q.850;cause="16"', "Q.850;cause=17;", "Q.850;cause=17;text=User busy", "Q.850;;cause=17",
  ",,SIP;cause=486,,,Q.850;cause=17,,", "Q.850;cause=17;text=User busy;location=U", "Q.850;text=User busy ;cause=17",
  "Q.850;cause=17;cause=18", "Q.850;cause=x;cause=17", "Q.850;cause=2147483648", "Q.850; text=v=;cause=17",
  [[SIP;text=User busy\, Q.850;cause=17]], "@, Q.850;cause=17", 'Q.850;cause=17;text="User busy", "bad"',
}) do
  add_reason(value)
end

print(json.encode(expected))
