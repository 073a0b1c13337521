-- sipcodes kpi
local cause = require("sipcodes.cause")
local census_of = require("sipcodes.cli.census")
local compare = require("sipcodes.cli.kpi_compare")
local exit = require("sipcodes.cli.exit")
local groups = require("sipcodes.cli.kpi_groups")
local input = require("sipcodes.cli.input")
local kpi = require("sipcodes.kpi")
local kpi_page = require("sipcodes.cli.kpi_page")
local kpi_report = require("sipcodes.cli.kpi_report")
local messages = require("sipcodes.cli.messages")
local new_grouping = require("sipcodes.cli.groups").new
local texts = require("sipcodes.cli.text")

local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local propose, take_census = census_of.propose, census_of.take
local printable, trim, unicode = texts.printable, texts.trim, texts.unicode
local find = string.find

-- The list that --ner names.
local function read_ner(text)
  local list = {}
  for part in (text .. ","):gmatch("([^,]*),") do
    local word = trim(part)
    if not find(word, "^[2-6][xX][xX]$") and not find(word, "^[2-6]%d%d$") then
      fail(TROUBLE, ('"%s" in --ner is not a final response code or class'):format(word))
    end
    list[#list + 1] = word
  end
  return list
end

local function read_delimiter(text)
  local delimiter = (text == "\\t" or text == "tab") and "\t" or text
  if #delimiter ~= 1 or find(delimiter, '[%w"\r\n\128-\255]') then
    fail(TROUBLE, ('"%s" is not a delimiter: one character, no letter, digit or quote'):format(text))
  end
  return delimiter
end

-- {column=, value=} of COLUMN=VALUE.
local function read_where(text)
  if not text then
    return nil
  end
  local column, value = text:match("^([^=]+)=(.*)$")
  if not column then
    fail(TROUBLE, ('"%s" in --where is not COLUMN=VALUE'):format(text))
  end
  return { column = trim(column), value = trim(value) }
end

local function check_table(name)
  if not name then
    return
  end
  local names = {}
  for _, source in ipairs(cause.tables()) do
    if source.to_sip then
      names[#names + 1] = source.name
      if source.name == name then
        return
      end
    end
  end
  fail(TROUBLE, ('"%s" is not a table that maps to SIP: %s'):format(name, table.concat(names, ", ")))
end

-- What options need of each other.
local function check(options)
  for _, name in ipairs({ "delimiter", "where" }) do
    if options[name] and not options.column then
      fail(TROUBLE, ("--%s needs --column"):format(name))
    end
  end
  if options.every and options.column and not options.time then
    fail(TROUBLE, "--every needs --time, the column of the time")
  elseif options.time and not options.every then
    fail(TROUBLE, "--time needs --every")
  elseif options.format and options.format ~= "csv" and options.format ~= "openmetrics" then
    fail(TROUBLE, ('"%s" in --format is not csv or openmetrics'):format(options.format))
  end
  check_table(options.table)
end

-- Leaves 401 and 407 out of counts; returns how many there were.
local function drop_challenges(codes)
  local challenges = (codes[401] or 0) + (codes[407] or 0)
  codes[401], codes[407] = nil, nil
  return challenges
end

-- Why a report has no figures that can be trusted; nil if it has.
local function trouble_of(report, name, size, is_capture)
  local census, attempts = report.census, report.ratios.attempts
  local why = census.seen and messages.trouble(census.seen)
  if why then
    return name .. why
  elseif attempts > 0 and (census.seen or census.no_code <= attempts + census.provisional) then
    return nil
  elseif is_capture and not census.unfinished then
    return "no SIP call in " .. name .. input.NO_SIP
  elseif size == 0 then
    return name .. " is empty"
  end
  local parts = { attempts > 0 and "most of " .. name .. " is not read: no figures"
    or "no final response code in " .. name }
  parts[2] = propose(census)
  for _, text in ipairs(kpi_report.left_out_of(report)) do
    parts[#parts + 1] = text
  end
  return table.concat(parts, "; ")
end

-- The report of a file, see kpi_report.lua; its field trouble says why it has no figures that can be trusted.
local function report_of(file, options, settings, grouping, out)
  local csv = {
    column = options.column, delimiter = options.delimiter and read_delimiter(options.delimiter),
    where = read_where(options.where), of = options.table, grouping = grouping,
  }
  local census, size, name, is_capture = input.read(file, {
    command = "kpi", ports = input.read_ports(options.port),
    scan = function(read, progress)
      return take_census(read, progress, csv)
    end,
  }, out)
  local where = csv.where or census.where
  census.condition = where and where.column .. " = " .. where.value
  census.of = census.kind.id ~= "codes" and census.kind.id ~= "calls" and (csv.of or census.kind.table) or nil
  local ratios = kpi.ratios(census.codes, settings)
  local report = { census = census, ratios = ratios, codes = census.codes, challenges = 0 }
  if options.no_challenges then
    report.challenges = drop_challenges(census.codes)
    for _, group in pairs(census.groups) do
      drop_challenges(group.codes)
    end
  end
  report.trouble = trouble_of(report, name, size, is_capture)
  return report
end

-- Ends the command with the reason why there are no figures. JSON says in addition that there are no attempts.
local function write_no_figures(report, out)
  if out.as_json and report.ratios.attempts == 0 then
    out.json(kpi_report.as_json(report, out), kpi_report.KEYS)
  end
  fail(NOT_FOUND, report.trouble)
end

-- Writes a report, by group if it has groups.
local function write_report(report, rows, format, out)
  local has_groups = rows ~= nil
  if format then
    local _, codes = kpi_report.distribution(report.census.codes, report.ratios.attempts)
    rows = rows or { { group = "", attempts = report.ratios.attempts, codes = codes } }
  end
  if format == "csv" then
    groups.write_as_csv(rows, out)
  elseif format == "openmetrics" then
    groups.write_as_metrics(rows, has_groups, out)
  elseif out.as_json then
    local value = kpi_report.as_json(report, out)
    value.groups = rows and groups.as_json(rows, out)
    out.json(value, kpi_report.KEYS)
  elseif rows then
    kpi_report.write_heading(report, out)
    out.write("\n")
    groups.write(rows, out)
  else
    kpi_report.write(report, out)
  end
end

-- Writes the differences of two reports, and of the groups that both have.
local function write_comparison(this, rows, other, other_rows, out)
  local by_group = {}
  for _, row in ipairs(other_rows or {}) do
    by_group[row.group] = row
  end
  local pairs_of_groups = {}
  for _, row in ipairs(rows or {}) do
    local same = by_group[row.group]
    if same then
      pairs_of_groups[#pairs_of_groups + 1] = {
        name = row.group,
        this = { ratios = row.ratios, codes = this.census.groups[row.group].codes },
        other = { ratios = same.ratios, codes = other.census.groups[row.group].codes },
      }
    end
  end
  if out.as_json then
    local list = {}
    for i, pair in ipairs(pairs_of_groups) do
      list[i] = { group = unicode(pair.name), comparison = compare.rows(pair.this, pair.other) }
    end
    out.json({ comparison = compare.rows(this, other), groups = rows and list }, kpi_report.KEYS)
    return
  end
  compare.write("all", this, other, out)
  for _, pair in ipairs(pairs_of_groups) do
    compare.write(printable(pair.name), pair.this, pair.other, out)
  end
  compare.write_legend(out)
end

return {
  name = "kpi",
  usage = "kpi [FILE] [--column NAME] [OPTION...]",
  summary = "rate calls by their final response codes",
  declare = function(parser)
    parser:argument("file", "The codes, one a line, or CSV, or a capture or a log with whole SIP messages; standard "
      .. "input if absent or -."):args("?")
    input.declare_ports(parser)
    parser:option("--column", "Read CSV: the column of the codes, causes or dispositions, by its name, or its number "
      .. "if there is no header."):argname("NAME")
    parser:option("--where", "Keep the rows with this value, such as method=INVITE. A column named method is "
      .. "held to INVITE unless you say otherwise."):argname("COLUMN=VALUE")
    parser:option("--table", "The table that maps causes to codes (freeswitch, asterisk or rfc3398 unless given).")
      :argname("TABLE")
    parser:option("--delimiter", 'What stands between the cells of CSV; "tab" for a tab.'):argname("CHARACTER")
    parser:option("--by", "A row for each value of this column, or of its first octets: destination:4. Calls are "
      .. "grouped by from or to."):argname("COLUMN")
    parser:option("--every", "A row for each stretch of time: 15m, 1h, 1d."):argname("TIME")
    parser:option("--time", "The column of the time for --every."):argname("NAME")
    parser:option("--compare", "Show the differences from this file, and which of them chance does not explain.")
      :argname("FILE")
    parser:option("--html", "Write a page with tables and bars into this file, too."):argname("FILE")
    parser:flag("--csv", "Print CSV, a row for each code (of each group).")
    parser:option("--format", "csv, or openmetrics: counters for the textfile folder of node_exporter.")
      :argname("FORMAT")
    parser:flag("--no-challenges", "Leave 401 and 407 out.")
    parser:option("--ner", "The codes and classes that NER counts: 2xx,480,486,600,603 unless given."):argname("LIST")
    parser:epilog('A code may be written 486, sip:486, "SIP/2.0 486 Busy" or "486 Busy Here". Each stands for a call '
      .. "attempt: leave responses to other requests than INVITE out, and repeated ones.")
  end,
  run = function(options, out)
    check(options)
    local settings = {
      challenges = not options.no_challenges, ner = options.ner and read_ner(options.ner) or nil,
    }
    local grouping = new_grouping(options)
    local report = report_of(options.file, options, settings, grouping, out)
    if report.trouble then
      write_no_figures(report, out)
    end
    local rows = grouping and groups.rows(report, settings, grouping.is_timed)
    if options.html then
      kpi_page.write(options.html, report, rows, out)
    end
    if options.compare then
      local other = report_of(options.compare, options, settings, grouping, out)
      if other.trouble then
        fail(NOT_FOUND, other.trouble)
      end
      local other_rows = grouping and groups.rows(other, settings)
      write_comparison(report, rows, other, other_rows, out)
    else
      write_report(report, rows, options.csv and "csv" or options.format, out)
    end
    return FOUND
  end,
}
