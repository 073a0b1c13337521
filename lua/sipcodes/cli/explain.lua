-- sipcodes explain
local response = require("sipcodes.cli.response")
local exit = require("sipcodes.cli.exit")
local explain_reasons = require("sipcodes.cli.explain_reasons")
local input = require("sipcodes.cli.input")
local add_tally = require("sipcodes.cli.tally").add
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")
local tool_output = require("sipcodes.cli.tool_output")
local trace = require("sipcodes.cli.trace")

local class_name, with_phrase, describe = response.class_name, response.with_phrase, response.describe
local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local printable, unicode, wrapped = texts.printable, texts.unicode, texts.wrapped
local match, rep, sub = string.match, string.rep, string.sub

-- The rows of a tally, by code, the most frequent phrase first.
local function rows_of(tally)
  local rows = {}
  local function add(code, amount, phrase, method)
    local row = describe(code)
    row.count, row.phrase, row.method = amount, phrase, method
    row.differs = row.known and phrase ~= row.reason
    rows[#rows + 1] = row
  end
  for text, amount in pairs(tally.counts) do
    local phrase, method = match(text, "^%d+ (.-)\n(.*)$")
    add(sip.code(sub(text, 1, 3)), amount, phrase, method ~= "" and method or nil)
  end
  for code, amount in pairs(tally.others) do
    add(code, amount, nil)
  end
  table.sort(rows, function(a, b)
    if a.code ~= b.code then
      return a.code < b.code
    elseif a.count ~= b.count and a.phrase and b.phrase then
      return a.count > b.count
    elseif a.phrase ~= b.phrase and a.phrase and b.phrase then
      return a.phrase < b.phrase
    elseif a.phrase ~= b.phrase then
      return a.phrase ~= nil
    end
    return (a.method or "") < (b.method or "")
  end)
  return rows
end

local function totals_of(rows)
  local total, by_class, classes = 0, {}, {}
  for _, row in ipairs(rows) do
    total = total + row.count
    local class = by_class[row.class]
    if not class then
      class = { class = row.class, title = row.title, count = 0 }
      by_class[row.class] = class
      classes[#classes + 1] = class
    end
    class.count = class.count + row.count
  end
  return total, classes
end

-- The keys of JSON, in order.
local KEYS = response.keys_with("total", "form", "responses", "classes", "reasons", "notices", "count", "protocol",
  "cause", "text", "url", "tel", "email", "id", "location")

-- What JSON says of a row.
local row_keys = {
  "count", "code", "method", "reason", "differs", "class", "title", "known", "registered", "treat_as",
  "origin", "note", "action", "next", "retry_after",
}

local function write_rows_as_json(rows, total, classes, tally, form, out)
  local responses = {}
  for i, row in ipairs(rows) do
    responses[i] = { phrase = row.phrase and unicode(row.phrase) }
    for _, key in ipairs(row_keys) do
      responses[i][key] = row[key]
    end
  end
  local reasons, notices = explain_reasons.of(tally)
  out.json({
    total = total, form = total > 0 and form or nil, responses = responses, classes = classes,
    reasons = explain_reasons.unicode(reasons), notices = explain_reasons.unicode(notices),
  }, KEYS)
end

local INDENT = rep(" ", 13)

-- What is to be said of a phrase or a code that is not the registered one.
local function remark(row)
  if not row.known then
    return "unknown: treated as " .. with_phrase(row.treat_as)
  elseif not row.registered then
    return ("%s (%s): treated as %s"):format(row.reason, row.origin, with_phrase(row.treat_as))
  elseif row.differs then
    return "registered: " .. row.reason
  end
end

local function write_rows(rows, out)
  local widest = 0
  for _, row in ipairs(rows) do
    widest = math.max(widest, #(row.method or ""))
  end
  local form = widest > 0 and ("%%5d  %%4d  %%-16s%%-%ds  "):format(math.max(6, widest)) or "%5d  %4d  %-16s%s"
  local heading = widest > 0 and ("%-" .. math.max(6, widest) .. "s  "):format("method") or ""
  out.write("count  code  class           ", heading, "phrase\n")
  for i, row in ipairs(rows) do
    local phrase = not row.phrase and "(other phrases)" or row.phrase == "" and "(no phrase)" or printable(row.phrase)
    local head = form:format(row.count, row.code, row.title, row.method or "")
    out.write(out.paint(row.class, sub(wrapped(head, phrase, out.width), 1, -2)), "\n")
    local text = remark(row)
    if text then
      out.write(wrapped(INDENT, text, out.width))
    end
    if not rows[i + 1] or rows[i + 1].code ~= row.code then
      if row.note then
        out.write(wrapped(INDENT, row.note, out.width))
      end
      out.write(wrapped(INDENT, "next: " .. row.next, out.width))
    end
  end
end

local function write_totals(total, classes, out)
  out.write(("\n%5d  %s\n"):format(total, total == 1 and "response" or "responses"))
  for _, class in ipairs(classes) do
    local share = math.floor(100 * class.count / total + 0.5)
    out.write(("%5d  %3d %%  %s\n"):format(class.count, share, class_name(class.class, class.title)))
  end
end

-- The tally of the first form that has responses, or an empty one, and the form's id.
local function choose(tallies, out)
  local chosen
  for i, tally in ipairs(tallies) do
    if next(tally.counts) and not chosen then
      chosen = i
    elseif next(tally.counts) then
      out.warn(("counted the %s; left out the %s"):format(trace.forms[chosen].name, trace.forms[i].name))
    end
  end
  chosen = chosen or 2
  if tallies[chosen].invalid > 0 then
    out.warn(("left out %d with a code that is not 100 to 699"):format(tallies[chosen].invalid))
  end
  return tallies[chosen], trace.forms[chosen].id
end

-- Reads the files, or standard input: the tallies of all, their names, and {size, capture}: how many octets they have,
-- and whether one is a capture.
local function read_all(options, out)
  local tallies, names, found = trace.new_tallies(), {}, { size = 0 }
  local files = options.file[1] and options.file or { "-" }
  for i, file in ipairs(files) do
    local its_tallies, size, name, is_capture = input.read(file, {
      command = "explain", is_patient = true, scan = trace.scan, ports = input.read_ports(options.port),
    }, out)
    for k, tally in ipairs(its_tallies) do
      add_tally(tallies[k], tally)
    end
    tallies.hex_rows = tallies.hex_rows or its_tallies.hex_rows
    names[i] = name
    found.size, found.capture = found.size + size, found.capture or is_capture
  end
  return tallies, table.concat(names, ", "), found
end

local CLEAR = "\27[H\27[2J" -- the terminal, from its top

-- Writes the report of a tally; returns how many responses it has.
local function write_report(tally, form, out)
  local rows = rows_of(tally)
  local total, classes = totals_of(rows)
  if out.as_json then
    write_rows_as_json(rows, total, classes, tally, form, out)
  elseif total > 0 then
    write_rows(rows, out)
    write_totals(total, classes, out)
    explain_reasons.write(tally, out)
  end
  return total
end

-- Reads a file on while it grows, until ^C, and shows the report anew each second on a terminal. Returns the same as
-- read_all.
local function follow(options, out)
  local tallies = trace.new_tallies()
  local refreshes, shown_at = not out.as_json and out.env.isatty(1), os.time()
  local function show()
    local now = os.time()
    if refreshes and now ~= shown_at then
      shown_at = now
      out.write(CLEAR)
      write_report(tallies[next(tallies[1].counts) and 1 or 2], nil, out)
      out.flush()
    end
  end
  local _, size, name, is_capture = input.read(options.file[1], {
    command = "explain", follows = true, ports = {},
    scan = function(read, progress)
      return trace.scan(function(octets)
        show()
        return read(octets)
      end, progress, tallies)
    end,
  }, out)
  if refreshes then
    out.write(CLEAR)
  end
  return tallies, name, { size = size, capture = is_capture }
end

return {
  name = "explain",
  usage = "explain [FILE...]",
  summary = "count and explain the responses in SIP traces and captures",
  declare = function(parser)
    parser:argument("file", "Traces or captures; standard input if absent or -."):args("*")
    input.declare_ports(parser)
    parser:flag("--follow", "Read one trace on while it grows, until ^C; a terminal shows the report each second. "
      .. "A response counts when 8 KiB more have come, or at ^C.")
    parser:epilog("The trace is text with SIP messages or their first lines in it, as sipp -trace_msg, "
      .. "tshark, sngrep, ngrep and Kamailio's debug output have them.")
  end,
  run = function(options, out)
    if options.follow and options.file[2] then
      fail(TROUBLE, "--follow reads one file")
    end
    local tallies, name, found = (options.follow and follow or read_all)(options, out)
    local tally, form = choose(tallies, out)
    if tallies[2].hex or tallies.hex_rows and not next(tally.counts) then
      fail(TROUBLE, name .. tool_output.HEX_TEXT)
    elseif tally.unshown > 0 then
      fail(TROUBLE, name .. tool_output.left_out_text(tally.unshown))
    end
    if write_report(tally, form, out) == 0 then
      fail(NOT_FOUND, found.size == 0 and not found.capture and name .. " is empty" or "no SIP response in " .. name
        .. (found.capture and input.NO_SIP or ""))
    end
    return FOUND
  end,
}
