-- The records of calls as they are written: for a reader, as CSV, as JSON.
local header = require("sipcodes.header")
local html = require("sipcodes.cli.html")
local iso_time = require("sipcodes.cli.time").iso_time
local kpi = require("sipcodes.kpi")
local record_of = require("sipcodes.cli.csv").record_of
local texts = require("sipcodes.cli.text")

local amount, columns, printable, shortened, unicode, wrapped =
  texts.amount, texts.columns, texts.printable, texts.shortened, texts.unicode, texts.wrapped
local match, rep, sub = string.match, string.rep, string.sub

local PARTY = 16 -- columns of a caller or callee
local RESULT = 20 -- the fewest columns of a code and its phrase

-- The outcomes of the records, the most frequent first.
local function outcomes_of(records)
  local by_outcome, list = {}, {}
  for _, outcome in ipairs(kpi.outcomes()) do
    by_outcome[outcome] = { outcome = outcome, count = 0, place = #list }
    list[#list + 1] = by_outcome[outcome]
  end
  for _, record in ipairs(records) do
    by_outcome[record.outcome].count = by_outcome[record.outcome].count + 1
  end
  table.sort(list, function(a, b)
    if a.count ~= b.count then
      return a.count > b.count
    end
    return a.place < b.place
  end)
  while list[1] and list[#list].count == 0 do
    list[#list] = nil
  end
  for _, row in ipairs(list) do
    row.place, row.share = nil, 100 * row.count / #records
  end
  return list
end

local KEYS = { "from", "to", "call_id", "code", "phrase", "outcome", "cause", "protocol", "text", "pdd", "duration" }

-- The keys of JSON, in order.
local JSON_KEYS = {
  "total", "calls", "start", "from", "to", "call_id", "code", "phrase", "outcome", "cause", "protocol", "text", "tried",
  "pdd", "duration", "outcomes", "count", "share",
}

--- Writes the first records as JSON; the totals are those of all.
local function write_as_json(records, shown, out)
  local list = {}
  for i = 1, shown do
    local record = records[i]
    list[i] = {
      start = iso_time(record.start, record.zone),
      tried = setmetatable(record.tried, { __jsontype = "array" }),
    }
    for _, key in ipairs(KEYS) do
      local value = record[key]
      list[i][key] = type(value) == "string" and unicode(value) or value
    end
  end
  out.json({
    total = #records, calls = setmetatable(list, { __jsontype = "array" }), outcomes = outcomes_of(records),
  }, JSON_KEYS)
end

--- Writes the first records as CSV.
local function write_as_csv(records, shown, out)
  out.write("start,", table.concat(KEYS, ","), ",tried\r\n")
  for i = 1, shown do
    local record = records[i]
    local values = { iso_time(record.start, record.zone) }
    for k, key in ipairs(KEYS) do
      values[k + 1] = record[key]
    end
    values[#KEYS + 2] = table.concat(record.tried, " ")
    out.write(record_of(values, #KEYS + 2))
  end
end

local function seconds_of(value, form)
  return value and form:format(value) or ""
end

-- The day of all records, or nil if they have several or none.
local function common_day(records)
  local day
  for _, record in ipairs(records) do
    local its = sub(iso_time(record.start, record.zone) or "", 1, 10)
    if its == "" or day and day ~= its then
      return nil
    end
    day = its
  end
  return day
end

-- What is said of a call in addition to its result: the path, if it says more, and the Reason.
local function remark(record)
  local parts = {}
  if record.tried[2] or record.tried[1] and record.tried[1] ~= record.code then
    parts[1] = "tried " .. table.concat(record.tried, ", ")
  end
  if record.cause then
    local text = record.text or header.meaning(record.protocol, record.cause) or ""
    parts[#parts + 1] = ("%s %d %s"):format(record.protocol, record.cause, text)
  end
  return printable(table.concat(parts, "; "))
end

local function result_of(record)
  if not record.code then
    return "no final response"
  end
  return printable(("%d %s"):format(record.code, record.phrase))
end

local function padded(text, width)
  text = columns(text) > width and shortened(text, width - 3) or text
  return text .. rep(" ", width - columns(text))
end

local function time_of(record, day)
  if not record.start then
    return "?"
  end
  local clock = os.date("!%H:%M:%S", math.floor(record.start % 86400))
  local date = not day and sub(iso_time(record.start, record.zone) or "", 1, 10) or ""
  return date == "" and clock or date .. " " .. clock
end

-- The widths of the columns for a line of `width`, or nil if they do not fit.
local function widths_of(records, shown, day, width)
  local widths = { time = 5, from = 4, to = 2, pdd = 9, duration = 9 }
  for i = 1, shown do
    local record = records[i]
    widths.time = math.max(widths.time, #time_of(record, day))
    widths.from = math.max(widths.from, math.min(PARTY, columns(printable(record.from))))
    widths.to = math.max(widths.to, math.min(PARTY, columns(printable(record.to))))
  end
  widths.result = width - widths.time - widths.from - widths.to - widths.pdd - widths.duration - 6
  return widths.result >= RESULT and widths or nil
end

-- A text in the colour of its code's class, if there is a code and colours are wanted.
local function in_colour(code, text, out)
  return code and out.paint(math.floor(code / 100), text) or text
end

local function write_table(records, shown, day, widths, out)
  local function line(time, from, to, result, pdd, duration, code)
    local text = ("%s  %s  %s  %s%9s%9s"):format(padded(time, widths.time), padded(from, widths.from),
      padded(to, widths.to), in_colour(code, padded(result, widths.result), out), pdd, duration)
    out.write(match(text, "^(.-)%s*$"), "\n")
  end
  local indent = rep(" ", widths.time + widths.from + widths.to + 6)
  line("start", "from", "to", "result", "pdd", "duration")
  for i = 1, shown do
    local record = records[i]
    line(time_of(record, day), printable(record.from), printable(record.to), result_of(record),
      seconds_of(record.pdd, "%.3f s"), seconds_of(record.duration, "%.1f s"), record.code)
    local more = remark(record)
    if more ~= "" then
      out.write(wrapped(indent, more, out.width))
    end
  end
end

-- The same for a narrow terminal: two lines a call, or three.
local function write_blocks(records, shown, day, out)
  for i = 1, shown do
    local record = records[i]
    out.write(wrapped("", ("%s  %s > %s"):format(time_of(record, day), printable(record.from), printable(record.to)),
      out.width))
    local parts = { result_of(record) }
    parts[#parts + 1] = record.pdd and ("pdd %.3f s"):format(record.pdd)
    parts[#parts + 1] = record.duration and ("duration %.1f s"):format(record.duration)
    out.write(in_colour(record.code, sub(wrapped("  ", table.concat(parts, ", "), out.width), 1, -2), out), "\n")
    local more = remark(record)
    out.write(more ~= "" and wrapped("  ", more, out.width) or "")
  end
end

-- How many calls there are, and when.
local function title_of(records, shown, day)
  local zone = records[1].zone == "UTC" and " (UTC)" or ""
  return amount(#records, "call", "calls") .. (day and " on " .. day .. zone or zone)
    .. (shown < #records and (", %d shown"):format(shown) or "")
end

--- Writes the first records for a reader, and the outcomes of all.
local function write(records, shown, out)
  local day = common_day(records)
  out.write(title_of(records, shown, day), "\n\n")
  local widths = widths_of(records, shown, day, out.width)
  if widths then
    write_table(records, shown, day, widths, out)
  else
    write_blocks(records, shown, day, out)
  end
  out.write("\n")
  for _, row in ipairs(outcomes_of(records)) do
    out.write(("%6d  %5.1f %%  %s\n"):format(row.count, row.share, row.outcome))
  end
end

--- Writes a page of HTML with the first records, and the outcomes of all, into a file.
local function write_as_html(path, records, shown, out)
  local day, list = common_day(records), {}
  for i = 1, shown do
    local record = records[i]
    list[i] = { time_of(record, day), record.from, record.to, result_of(record), seconds_of(record.pdd, "%.3f s"),
      seconds_of(record.duration, "%.1f s"), remark(record) }
  end
  html.write(path, "Calls", html.paragraph(title_of(records, shown, day))
    .. html.heading("Outcomes") .. html.bars("outcome", outcomes_of(records), function(row)
      return row.outcome
    end)
    .. html.heading("Calls") .. html.table({ { "start" }, { "from" }, { "to" }, { "result" }, { "pdd", true },
      { "duration", true }, { "path and cause" } }, list), out)
end

return { write = write, write_as_csv = write_as_csv, write_as_html = write_as_html, write_as_json = write_as_json }
