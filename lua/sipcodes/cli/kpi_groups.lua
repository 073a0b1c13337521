-- The groups of a report: a row each, in text, CSV or JSON.
local distribution = require("sipcodes.cli.kpi_report").distribution
local kpi = require("sipcodes.kpi")
local record_of = require("sipcodes.cli.csv").record_of
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local columns, printable, shortened, unicode, wrapped =
  texts.columns, texts.printable, texts.shortened, texts.unicode, texts.wrapped
local rep = string.rep

local NAME = 24 -- columns of a group's name
local RATIOS = { "asr", "ner", "ser" }

local groups = {}

--- The rows of a report's groups, {group, attempts, ratios, outcomes, codes}: by attempts, or in the order of time.
function groups.rows(report, settings, is_timed)
  local rows = {}
  for name, counts in pairs(report.census.groups) do
    local ratios = kpi.ratios(counts.codes, settings)
    if ratios.attempts > 0 then
      local outcomes, codes = distribution(counts.codes, ratios.attempts)
      table.sort(outcomes, function(a, b)
        if a.count ~= b.count then
          return a.count > b.count
        end
        return a.outcome < b.outcome
      end)
      rows[#rows + 1] = {
        group = name, attempts = ratios.attempts, ratios = ratios, outcomes = outcomes, codes = codes,
      }
    end
  end
  table.sort(rows, function(a, b)
    if not is_timed and a.attempts ~= b.attempts then
      return a.attempts > b.attempts
    end
    return a.group < b.group
  end)
  return rows
end

--- A ratio as a text.
function groups.percent(ratio)
  return ratio and ("%.1f %%"):format(ratio) or "-"
end

--- "answered 54, busy 30": the main outcomes of a row.
function groups.outcomes_of(row)
  local parts = {}
  for i = 1, math.min(3, #row.outcomes) do
    parts[i] = row.outcomes[i].outcome .. " " .. row.outcomes[i].count
  end
  return table.concat(parts, ", ")
end

function groups.write(rows, out)
  local width = out.width
  local widest = 5
  for _, row in ipairs(rows) do
    widest = math.max(widest, math.min(NAME, columns(printable(row.group))))
  end
  local function line(name, attempts, asr, ner, ser, outcomes)
    name = columns(name) > widest and shortened(name, widest - 3) or name
    local head = ("%s%s  %8s%9s%9s%9s  "):format(name, rep(" ", widest - columns(name)), attempts, asr, ner, ser)
    if columns(head) + 20 <= width then
      out.write(wrapped(head, outcomes, width))
    else
      out.write(head:gsub("%s+$", ""), "\n", outcomes ~= "" and wrapped("    ", outcomes, width) or "")
    end
  end
  line("group", "attempts", "ASR", "NER", "SER", "main outcomes")
  for _, row in ipairs(rows) do
    line(printable(row.group), ("%d"):format(row.attempts), groups.percent(row.ratios.asr),
      groups.percent(row.ratios.ner), groups.percent(row.ratios.ser), groups.outcomes_of(row))
  end
end

--- A row for each code of each group, or of the whole report if there are no groups.
function groups.write_as_csv(rows, out)
  out.write("group,code,reason,outcome,count,attempts\r\n")
  for _, row in ipairs(rows) do
    for _, code in ipairs(row.codes) do
      out.write(record_of({ row.group, code.code, sip.reason(code.code), code.outcome, code.count, row.attempts }, 6))
    end
  end
end

--- What JSON says of the rows.
function groups.as_json(rows, out)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = { group = unicode(row.group), attempts = row.attempts, outcomes = row.outcomes, codes = row.codes }
    for _, key in ipairs(RATIOS) do
      list[i][key] = row.ratios[key] or out.dkjson.null
    end
  end
  return list
end

-- A label's value as the format of Prometheus writes it.
local function label(text)
  return (text:gsub("\\", "\\\\"):gsub('"', '\\"'):gsub("\n", "\\n"))
end

--- Counters for the folder of node_exporter's textfile collector: calls by code and outcome, and by group if there are
-- groups.
function groups.write_as_metrics(rows, has_groups, out)
  out.write("# HELP sipcodes_calls_total Call attempts by final response code.\n# TYPE sipcodes_calls_total counter\n")
  for _, row in ipairs(rows) do
    local group = has_groups and (',group="%s"'):format(label(unicode(row.group))) or ""
    for _, code in ipairs(row.codes) do
      out.write(('sipcodes_calls_total{code="%d",outcome="%s"%s} %d\n'):format(code.code, label(code.outcome), group,
        code.count))
    end
  end
end

return groups
