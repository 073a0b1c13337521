-- A report of sipcodes kpi as a page of HTML.
local groups = require("sipcodes.cli.kpi_groups")
local html = require("sipcodes.cli.html")
local kpi_report = require("sipcodes.cli.kpi_report")

local function group_table(rows)
  local list = {}
  for i, row in ipairs(rows) do
    list[i] = { row.group, ("%d"):format(row.attempts), groups.percent(row.ratios.asr), groups.percent(row.ratios.ner),
      groups.percent(row.ratios.ser), groups.outcomes_of(row) }
  end
  return html.table({ { "group" }, { "attempts", true }, { "ASR", true }, { "NER", true }, { "SER", true },
    { "main outcomes" } }, list)
end

--- Writes the page of a report, and of its groups if there are any, into a file.
local function write(path, report, rows, out)
  local outcomes, codes = kpi_report.distribution(report.census.codes, report.ratios.attempts)
  local parts = {}
  for _, text in ipairs(kpi_report.heading_of(report)) do
    parts[#parts + 1] = html.paragraph(text)
  end
  parts[#parts + 1] = html.heading("Ratios")
    .. html.table({ { "ratio" }, { "value", true }, { "counted codes" } }, kpi_report.ratios_of(report.ratios))
  if rows then
    parts[#parts + 1] = html.heading("Groups") .. group_table(rows)
  end
  parts[#parts + 1] = html.heading("Outcomes") .. html.bars("outcome", outcomes, kpi_report.label_of)
  parts[#parts + 1] = html.heading("Final responses") .. html.bars("response", codes, kpi_report.label_of)
  html.write(path, "Call quality", table.concat(parts), out)
end

return { write = write }
