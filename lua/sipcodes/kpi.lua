--- Call-quality ratios over counted final responses.
--
-- A histogram is a table of counts by response code, as {[200] = 940, [486] = 31, [503] = 4}.

local sip = require("sipcodes")

local floor, min = math.floor, math.min
local rawget, rawset = rawget, rawset

local MOST = 9007199254740992 -- 2^53: up to here a double holds every whole number

-- The groups of outcome: those of the classes, and the codes that belong elsewhere.
local groups = {
  "in progress", "answered", "redirected", "challenged", "busy", "no answer", "cancelled", "rejected",
  "not reachable", "blocked", "network failure", "client error",
}
local group_of_class = {
  "in progress", "answered", "redirected", "client error", "network failure", "rejected",
}
local group_of_code = {
  [401] = "challenged", [407] = "challenged",
  [486] = "busy", [600] = "busy",
  [408] = "no answer", [480] = "no answer",
  [487] = "cancelled",
  [403] = "rejected", [433] = "rejected", [488] = "rejected",
  [404] = "not reachable", [410] = "not reachable", [416] = "not reachable", [484] = "not reachable",
  [485] = "not reachable", [604] = "not reachable",
  [428] = "blocked", [436] = "blocked", [437] = "blocked", [438] = "blocked", [607] = "blocked",
  [608] = "blocked",
  [430] = "network failure",
}

-- Sets of responses: a code, or a class by its digit.
local answered = { [2] = true }
local effective = { [2] = true, [480] = true, [486] = true, [600] = true, [603] = true }
local ineffective = { [408] = true, [500] = true, [503] = true, [504] = true }
local redirected = { [3] = true }
local all = { [2] = true, [3] = true, [4] = true, [5] = true, [6] = true }

-- Raises what is wrong with an argument of the public function that calls this.
local function refuse(argument, name, problem)
  error(("bad argument #%d to '%s' (%s)"):format(argument, name, problem), 3)
end

local function expected(what, value)
  return ("%s expected, got %s"):format(what, type(value))
end

-- The code and its class; nil, message for what is no code, whatever its type.
local function to_code(value)
  local kind = type(value)
  if kind ~= "number" and kind ~= "string" then
    return nil, (kind == "boolean" and tostring(value) or kind) .. " is no SIP response code"
  end
  local class, message = sip.class(value)
  if not class then
    return nil, message
  end
  return sip.code(value), class
end

-- A value as messages show it, which is how the library's own begin.
local function shown(value)
  local code, message = to_code(value)
  if code then
    return type(value) == "string" and '"' .. value .. '"' or tostring(code)
  end
  return (message:gsub(" is no SIP response code$", ""))
end

-- What is wrong with an entry of a histogram, or nil.
local function problem_of(key, count)
  local code, class = to_code(key)
  if not code then
    return ("key %s is no SIP response code"):format(shown(key))
  elseif class == 1 then
    return ("key %s is no final response"):format(shown(key))
  elseif type(count) ~= "number" then
    return ("count of %d: %s"):format(code, expected("number", count))
  elseif not (count >= 0 and count <= MOST and floor(count) == count) then
    return ("count of %d: %s is no whole number in 0..%.0f"):format(code, shown(count), MOST)
  end
end

-- The counts by integer code; nil, message where an entry is wrong. Of several messages it is the
-- one that sorts first, as the order of a table differs between Luas.
local function read_histogram(histogram)
  local counts, first = {}, nil
  for key, count in next, histogram do
    local problem = problem_of(key, count)
    if problem then
      first = first and first < problem and first or problem
    else
      local code = to_code(key)
      counts[code] = (counts[code] or 0) + count
    end
  end
  if first then
    return nil, first
  end
  return counts
end

-- The set that a list of codes and classes names; nil, message.
local function read_set(list)
  local set, count = {}, 0
  for _ in next, list do
    count = count + 1
  end
  for place = 1, count do
    local element = rawget(list, place)
    local class = type(element) == "string" and element:match("^([2-6])[xX][xX]$")
    local member = class and tonumber(class) or to_code(element)
    if not member or member >= 100 and member < 200 then
      return nil, ("ner: element %d: %s is no final response code or class"):format(place, shown(element))
    end
    set[member] = true
  end
  return set
end

-- The options; nil, message. Of several unknown names it is the one that sorts first.
local function read_options(options)
  if type(options) ~= "table" then
    return nil, expected("table", options)
  end
  local stranger
  for name in next, options do
    if name ~= "challenges" and name ~= "ner" then
      local problem = "unknown field " .. shown(name)
      stranger = stranger and stranger < problem and stranger or problem
    end
  end
  local challenges, ner = rawget(options, "challenges"), rawget(options, "ner")
  if stranger then
    return nil, stranger
  elseif challenges ~= nil and type(challenges) ~= "boolean" then
    return nil, "challenges: " .. expected("boolean", challenges)
  elseif ner ~= nil and type(ner) ~= "table" then
    return nil, "ner: " .. expected("table", ner)
  end
  local set, problem = effective, nil
  if ner then
    set, problem = read_set(ner)
  end
  return set and { challenges = challenges ~= false, ner = set }, problem
end

-- How many of the responses are in the set.
local function sum(counts, set)
  local total = 0.0 -- no integer, so that huge sums are rounded alike on every Lua
  for code = 200, 699 do
    if counts[code] and (set[code] or set[floor(code / 100)]) then
      total = total + counts[code]
    end
  end
  return total
end

-- A set as an array: "2xx" and so on first, then the codes, ascending.
local function members(set)
  local list = {}
  for member in next, set do
    list[#list + 1] = member
  end
  table.sort(list)
  for i, member in ipairs(list) do
    list[i] = member < 100 and member .. "xx" or member
  end
  return list
end

-- Multiplied first, so that 29 of 100 are 29; that can round up to more than all of very many.
local function percent(part, whole)
  if whole == 0 then
    return nil
  end
  local value = min(100, 100 * part / whole)
  local rounded = floor(value) -- an integer where there are any, so that 50 prints alike on every Lua
  return rounded == value and rounded or value
end

local kpi = {}

--- ratios(histogram [, {challenges = boolean, ner = list}]) --> a table:
--   attempts  the final responses counted
--   ser       session establishment ratio: 2xx, of all but 3xx (RFC 6076 4.6)
--   seer      session establishment effectiveness ratio: 2xx, 480, 486, 600 and 603, of all but 3xx
--             (RFC 6076 4.7)
--   isa       ineffective session attempts: 408, 500, 503 and 504, of all (RFC 6076 4.8)
--   asr       answer-seizure ratio: 2xx, of all (ITU-T E.425)
--   ner       network effectiveness ratio: the counted set, of all. No standard says which
--             responses it counts (ITU-T E.425 speaks of answer, busy, no answer and rejection by
--             the terminal), so
--   ner_set   names them: {"2xx", 480, 486, 600, 603}, or those of the option ner
-- in percent, not rounded; a ratio of nothing is nil (RFC 6076 4). The keys of the histogram are
-- codes, 486 and "486" being the same. challenges = false leaves 401 and 407 out of all figures.
-- Raises where the histogram or the options are no tables, on a key that is no code of a final
-- response, a count that is no whole number in 0..2^53, and another option.
function kpi.ratios(histogram, options)
  if type(histogram) ~= "table" then
    refuse(1, "ratios", expected("table", histogram))
  end
  local counts, histogram_problem = read_histogram(histogram)
  if not counts then
    refuse(1, "ratios", histogram_problem)
  end
  local settings, options_problem = read_options(options == nil and {} or options)
  if not settings then
    refuse(2, "ratios", options_problem)
  end
  if not settings.challenges then
    counts[401], counts[407] = nil, nil
  end
  local attempts = sum(counts, all)
  local not_redirected = attempts - sum(counts, redirected)
  return {
    attempts = floor(attempts), -- an integer, where Lua has them
    ser = percent(sum(counts, answered), not_redirected),
    seer = percent(sum(counts, effective), not_redirected),
    isa = percent(sum(counts, ineffective), attempts),
    asr = percent(sum(counts, answered), attempts),
    ner = percent(sum(counts, settings.ner), attempts),
    ner_set = members(settings.ner),
  }
end

--- add(histogram, code): counts a response under its integer code. A 1xx, and what is no code,
-- whatever its type, is ignored. Raises where the histogram is no table, or holds something else
-- than a number there.
function kpi.add(histogram, code)
  if type(histogram) ~= "table" then
    refuse(1, "add", expected("table", histogram))
  end
  local key, class = to_code(code)
  if not key or class == 1 then
    return
  end
  local count = rawget(histogram, key)
  if count ~= nil and type(count) ~= "number" then
    refuse(1, "add", ("count of %d: %s"):format(key, expected("number", count)))
  end
  rawset(histogram, key, (count or 0) + 1)
end

--- outcome(code) --> the group of the response: "in progress", "answered", "redirected",
-- "challenged", "busy", "no answer", "cancelled", "rejected", "not reachable", "blocked", "network
-- failure" or "client error". A code that is not named in the group's list goes with its class, an
-- unregistered one too. nil, message for what is no code. Raises where it is no number or string.
function kpi.outcome(code)
  if type(code) ~= "number" and type(code) ~= "string" then
    refuse(1, "outcome", expected("code", code))
  end
  local known, class = to_code(code)
  if not known then
    return nil, class
  end
  return group_of_code[known] or group_of_class[class]
end

--- outcomes() --> an array of the twelve groups, in the order above.
function kpi.outcomes()
  local list = {}
  for i, group in ipairs(groups) do
    list[i] = group
  end
  return list
end

return kpi
