-- What sipcodes kpi says of a file: a report has census, ratios, and challenges, how many of them were left out.
local kpi = require("sipcodes.kpi")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local trim, printable, shortened, wrapped, amount =
  texts.trim, texts.printable, texts.shortened, texts.wrapped, texts.amount
local rep = string.rep

local function share_of(count, attempts)
  local share = 100 * count / attempts
  local rounded = math.floor(share)
  return rounded == share and rounded or share
end

-- The outcomes that have responses, and the codes, with their counts and shares.
local function distribution(counts, attempts)
  local by_outcome, outcomes, codes = {}, {}, {}
  for code = 200, 699 do
    local times = counts[code]
    if times then
      local outcome = kpi.outcome(code)
      codes[#codes + 1] = {
        code = code, reason = sip.reason(code), outcome = outcome, count = times, share = share_of(times, attempts),
      }
      by_outcome[outcome] = (by_outcome[outcome] or 0) + times
    end
  end
  for _, outcome in ipairs(kpi.outcomes()) do
    local times = by_outcome[outcome]
    if times then
      outcomes[#outcomes + 1] = { outcome = outcome, count = times, share = share_of(times, attempts) }
    end
  end
  return outcomes, codes
end

-- What was read and is in no figure, a text each.
local function left_out_of(report)
  local census, challenges, list = report.census, report.challenges, {}
  if census.no_code > 0 then
    list[1] = ('%s no code, such as "%s"'):format(amount(census.no_code, "line was", "lines were"),
      printable(shortened(trim(census.example), 40)))
  end
  if census.unfinished then
    list[#list + 1] = amount(census.unfinished, "call", "calls") .. " without a final response left out"
  end
  if census.left_out > 0 then
    list[#list + 1] = amount(census.left_out, "row was", "rows were") .. " left out: not " .. census.condition
  end
  if census.provisional > 0 then
    list[#list + 1] = amount(census.provisional, "provisional response (1xx) was", "provisional responses (1xx) were")
      .. " left out"
  end
  if challenges > 0 then
    list[#list + 1] = amount(challenges, "challenge (401, 407) was", "challenges (401, 407) were") .. " left out"
  end
  return list
end

-- What each ratio counts, of which attempts, and where it stands; nil for the codes that the result
-- names.
local ratio_lines = {
  { "ser", "2xx", "of all but 3xx (RFC 6076 4.6)" },
  { "seer", "2xx 480 486 600 603", "of all but 3xx (RFC 6076 4.7)" },
  { "isa", "408 500 503 504", "of all (RFC 6076 4.8)" },
  { "asr", "2xx", "of all (ITU-T E.425)" },
  { "ner", nil, "of all (no standard names the codes)" },
}

--- The ratios, {name, value, counted}: a text each.
local function ratios_of(ratios)
  local list = {}
  for i, line in ipairs(ratio_lines) do
    local ratio = ratios[line[1]]
    local counted = line[2] or table.concat(ratios.ner_set, " ")
    list[i] = { line[1]:upper(), ratio and ("%6.2f %%"):format(ratio) or "undefined", counted .. " " .. line[3] }
  end
  return list
end

local function write_ratios(ratios, out)
  for _, row in ipairs(ratios_of(ratios)) do
    out.write(wrapped(("  %-4s %9s  "):format(row[1], row[2]), row[3], out.width))
  end
end

--- What a row of a distribution is called: its outcome, or its code and phrase.
local function label_of(row)
  return row.code and row.code .. " " .. (row.reason or "(unknown)") or row.outcome
end

-- Lists of rows, each with a label and a bar in proportion to its count. The largest count gets all
-- the room that there is.
local function write_bars(lists, out)
  local most = math.floor(out.width * 2 / 5) - 3
  local widest, largest = 0, 0
  for _, rows in ipairs(lists) do
    for _, row in ipairs(rows) do
      widest = math.max(widest, #shortened(label_of(row), most))
      largest = math.max(largest, row.count)
    end
  end
  local digits = math.max(5, #("%d"):format(largest))
  local room = math.max(1, math.min(60, out.width - widest - digits - 15))
  local form = ("  %%-%ds  %%%dd  %%5.1f %%%%  "):format(widest, digits)
  for _, rows in ipairs(lists) do
    out.write("\n")
    for _, row in ipairs(rows) do
      local length = math.max(1, math.floor(room * row.count / largest + 0.5))
      local bar = rep("#", length)
      out.write(form:format(shortened(label_of(row), most), row.count, row.share),
        row.code and out.paint(math.floor(row.code / 100), bar) or bar, "\n")
    end
  end
end

-- How the texts were read, if they were not codes.
local function read_as(census)
  if census.kind.id == "codes" then
    return nil
  elseif census.kind.id == "calls" then
    return "read as whole messages: a call counts once, with the final response that the caller saw"
  end
  local mapped = census.of
  return "read as " .. census.kind.name .. ", mapped to response codes" .. (mapped and " by the table " .. mapped or "")
end

--- How many attempts there were, how they were read, and what was left out: a text each.
local function heading_of(report)
  local lines = { amount(report.ratios.attempts, "attempt", "attempts") }
  lines[2] = read_as(report.census)
  for _, text in ipairs(left_out_of(report)) do
    lines[#lines + 1] = text
  end
  return lines
end

--- Writes these for a reader.
local function write_heading(report, out)
  for _, text in ipairs(heading_of(report)) do
    out.write(wrapped("", text, out.width))
  end
end

--- Writes a report for a reader.
local function write(report, out)
  local outcomes, codes = distribution(report.census.codes, report.ratios.attempts)
  write_heading(report, out)
  out.write("\n")
  write_ratios(report.ratios, out)
  write_bars({ outcomes, codes }, out)
end

--- The keys of JSON, in order.
local KEYS = {
  "group", "attempts", "ser", "seer", "isa", "asr", "ner", "ner_set", "read_as", "table", "left_out", "no_code",
  "provisional", "challenges", "rows", "unfinished", "outcomes", "codes", "outcome", "code", "reason", "count", "share",
  "groups", "comparison", "ratio", "this", "other", "difference", "low", "high", "differs",
}

--- A report as JSON has it.
local function as_json(report, out)
  local census, ratios = report.census, report.ratios
  local outcomes, codes = distribution(census.codes, ratios.attempts)
  local value = {
    outcomes = outcomes, codes = codes, read_as = census.kind.id, table = census.of,
    left_out = {
      no_code = census.no_code, provisional = census.provisional, challenges = report.challenges,
      rows = census.left_out > 0 and census.left_out or nil, unfinished = census.unfinished,
    },
  }
  for _, name in ipairs({ "attempts", "ner_set" }) do
    value[name] = ratios[name]
  end
  for _, line in ipairs(ratio_lines) do
    value[line[1]] = ratios[line[1]] or out.dkjson.null
  end
  return value
end

return {
  KEYS = KEYS,
  as_json = as_json,
  distribution = distribution,
  heading_of = heading_of,
  label_of = label_of,
  left_out_of = left_out_of,
  ratios_of = ratios_of,
  write = write,
  write_heading = write_heading,
}
