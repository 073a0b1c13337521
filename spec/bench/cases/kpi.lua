-- sipcodes.kpi against tables and a loop.
local by_hand = require("spec.bench.by_hand")
local sip = require("sipcodes")
local kpi = sip.kpi

local to_code = by_hand.to_code

local outcomes = {}
for code = 100, 699 do
  outcomes[code] = kpi.outcome(code)
end

local function outcome(code)
  local found = outcomes[code] or outcomes[to_code(code, "outcome")]
  if found then
    return found
  end
  return nil, ("%s is not a SIP response code"):format(by_hand.shown(code))
end

local function list_outcomes()
  return {
    "in progress", "answered", "redirected", "challenged", "busy", "no answer", "cancelled", "rejected",
    "not reachable", "blocked", "network failure", "client error",
  }
end

local final = {}
for code = 200, 699 do
  final[code], final[tostring(code)] = code, code
end

local function add(counts, value)
  local code = final[value]
  if code then
    counts[code] = (counts[code] or 0) + 1
  end
end

local effective = { [480] = true, [486] = true, [600] = true, [603] = true }
local ineffective = { [408] = true, [500] = true, [503] = true, [504] = true }

local function percent(part, whole)
  return whole > 0 and 100 * part / whole or nil
end

local function ratios(histogram)
  local attempts, answered, redirected, seen, unseen = 0, 0, 0, 0, 0
  for key, count in pairs(histogram) do
    local code = final[key]
    if not code then
      error("not a final response", 2)
    elseif type(count) ~= "number" or count < 0 or count % 1 ~= 0 or count > 2 ^ 53 then
      error("not a count", 2)
    end
    attempts = attempts + count
    if code < 300 then
      answered = answered + count
    elseif code < 400 then
      redirected = redirected + count
    end
    if effective[code] then
      seen = seen + count
    elseif ineffective[code] then
      unseen = unseen + count
    end
  end
  local rest = attempts - redirected
  return {
    attempts = attempts,
    ser = percent(answered, rest),
    seer = percent(answered + seen, rest),
    isa = percent(unseen, attempts),
    asr = percent(answered, attempts),
    ner = percent(answered + seen, attempts),
    ner_set = { "2xx", 480, 486, 600, 603 },
  }
end

local histogram = { [200] = 940, [302] = 3, [404] = 12, [408] = 20, [480] = 51, [486] = 31, [487] = 75, [503] = 4 }
local mine, theirs = {}, {}

local function into(f, counts)
  return function(code)
    f(counts, code)
  end
end

local some = { { 404 }, { 480 }, { 486 }, { 502 }, { 503 }, { 603 } }

return {
  { "kpi.outcome(486)", kpi.outcome, outcome, some },
  { "kpi.outcomes()", kpi.outcomes, list_outcomes, { {} } },
  { "kpi.add(histogram, 486)", into(kpi.add, mine), into(add, theirs), some },
  { 'kpi.add(histogram, "486")', into(kpi.add, mine), into(add, theirs), { { "486" }, { "503" } } },
  { "kpi.ratios(histogram)", kpi.ratios, ratios, { { histogram } } },
}
