-- The responses in a SIP trace.
local status_line = require("sipcodes.cli.status_line")
local tallies = require("sipcodes.cli.tally")
local texts = require("sipcodes.cli.text")
local tool_output = require("sipcodes.cli.tool_output")
local window = require("sipcodes.cli.window")

local count, count_reason, new_tally = tallies.count, tallies.count_reason, tallies.new
local trim = texts.trim
local last_line = status_line.last_line
local byte, find, lower, match, sub = string.byte, string.find, string.lower, string.match, string.sub

-- The blocks that are read are searched for the few octets no response comes without, so that
-- a long trace costs little more than its reading, and one without line ends costs no memory.
local FRONT = 512 -- octets before a match in which its line, and the line above, begin
local LONGEST = tallies.LONGEST

-- Status-Lines

local status_lines = { id = "status_lines", name = "Status-Lines" }

-- on_response(start, at, text), if given, hears of each response: where its Status-Line starts, where its code stands,
-- and its code and phrase.
function status_lines.new(on_response)
  local tally = new_tally()
  local plain = {} -- the texts that filled a line and are counted as they are
  local type_at, type_front -- the latest Content-Type of a body that is SIP
  local has_reasons -- may the text that is scanned have Reason fields?
  local shown_at, shown -- where tcpdump or PDML showed a Status-Line that it shows again

  -- Is this the Status-Line that the tool has shown before, for the same packet?
  local function is_shown_again(data, start, text)
    if not shown_at or shown ~= text then
      return false
    end
    for line in sub(data, shown_at, start):gmatch("\n([^\n]*)") do
      if find(line, tool_output.PACKET) then
        return false
      end
    end
    shown_at = nil
    return true
  end

  -- Counts the text of a response, with what its header says, which begins at a place and ends before another.
  local function count_with_header(text, data, at, stop)
    local header = sub(data, at, math.min(stop, at + status_line.HEADER))
    local method, reason = status_line.method_of(header), has_reasons and status_line.reason_of(header)
    local key = plain[text] and text .. "\n" .. (method or "")
    local response = text
    if tally.counts[key] then
      tally.counts[key] = tally.counts[key] + 1
    else
      response = count(tally, text, method)
    end
    if reason and response then
      count_reason(tally, response, reason)
    end
    return response
  end

  local function count_other(data, start, text, at, stop)
    local front, above = last_line(sub(data, math.max(1, start - FRONT), start - 1))
    if status_line.is_hex_row(front) then
      tally.hex = true
      return
    end
    if front == "" and status_line.is_untyped_body(data, start, #text + 8) then
      return
    end
    local below = match(sub(data, at, at + LONGEST + FRONT), "\n([^\n]*)") or ""
    below = sub(below, 1, 120)
    text = status_line.plain_status(front, above, below, text)
    if not text then
      return
    end
    text = trim(text)
    if is_shown_again(data, start, text) then
      return
    elseif tool_output.is_shown_twice(front, above) then
      shown_at, shown = start, text
    end
    if on_response then
      on_response(start, at, text)
    end
    count_with_header(text, data, at, shown_at == start and at + status_line.HEADER or stop)
  end

  -- Counts the response at a place, whose header ends before another.
  local function count_one(data, start, at, stop)
    local text = match(sub(data, at, at + LONGEST + 8), "^[^\r\n]*")
    local before = byte(data, start - 1)
    local fills_line = start == 1 or before == 10 or before == 13
    if on_response then
      fills_line = false -- each is heard of
    elseif fills_line and status_line.is_behind_header(data, start) then
      fills_line = false -- perhaps a body
    end
    if fills_line and not shown_at and (plain[text] or not find(text, "[\\#.:\"<]")) then
      plain[text] = count_with_header(text, data, at, stop) == text
    else
      count_other(data, start, text, at, stop)
    end
  end

  local small, capital -- where the next "/sip" and "/SIP" are, which a media type may hold

  local function next_type(data, at)
    if small and small < at then
      small = find(data, "/sip", at, true)
    end
    if capital and capital < at then
      capital = find(data, "/SIP", at, true)
    end
    return small and capital and math.min(small, capital) or small or capital
  end

  -- Looks for such a Content-Type from `at` on, up to `to`; returns where to go on.
  local function note_types(data, at, to)
    while at and at <= to do
      local front = status_line.body_type(data, at)
      if front then
        type_at, type_front = at, front
      end
      at = next_type(data, at + 1)
    end
    return at
  end

  -- Counts the packets of SIP that tcpdump has left out, whose line has a text from one place to another.
  local function note_left_out(data, text, from, to)
    local at = find(data, text, from, true)
    while at and at <= to do
      local line_end = find(data, "\n", at, true)
      if line_end and tool_output.is_left_out(data, line_end) then
        tally.unshown = tally.unshown + 1
      end
      at = find(data, text, at + 1, true)
    end
  end

  -- Counts the Status-Lines whose "/2.0 " is from one place to another. So many octets of what the
  -- last call saw have been dropped since.
  function tally.scan(data, from, to, dropped)
    type_at = type_at and type_at > dropped and type_at - dropped or nil
    shown_at = shown_at and shown_at > dropped and shown_at - dropped or nil
    small, capital = 0, 0
    has_reasons = status_line.may_have_reasons(data)
    note_left_out(data, " SIP\n", from, to)
    note_left_out(data, " SIP, length: ", from, to)
    local type_next = next_type(data, from)
    local slash = find(data, "/2.0 ", from, true)
    while slash and slash <= to do
      type_next = note_types(data, type_next, slash)
      local start = slash - 3
      local following = find(data, "/2.0 ", slash + 5, true)
      if lower(sub(data, start, slash - 1)) == "sip" and find(data, "^%d%d%d", slash + 5) then
        if not (type_at and status_line.is_body(data, type_at, type_front, start)) then
          count_one(data, start, slash + 5, following and following - 4 or #data)
        end
        type_at = nil
      end
      slash = following
    end
    note_types(data, type_next, to)
  end

  return tally
end

-- tshark's lines of one packet each: "Status: 200 OK (INVITE) | ".
local summaries = { id = "summaries", name = "one-line summaries" }

function summaries.new()
  local tally = new_tally()

  function tally.scan(data, from, to)
    local at = find(data, "Status: ", from, true)
    while at and at <= to do
      local front = find(data, "^%d%d%d", at + 8) and last_line(sub(data, math.max(1, at - FRONT), at - 1))
      if front and (not find(front, "%S") or find(front, "\t$", -1) or find(front, "%f[%w]SIP%f[%W]")) then
        local text = match(sub(data, at + 8, at + LONGEST + 64), "^[^\r\n|]*")
        text = trim(text):gsub("%s*%(%d+ bindings?%)$", ""):gsub(", with session description$", "")
        count(tally, (text:gsub("^(200 .*) %(%u+%)$", "%1")))
      end
      at = find(data, "Status: ", at + 8, true)
    end
  end

  return tally
end

-- Kamailio's debug output shows a reply that it received several times, cut off or changed, and once
-- on two lines of one process: "status:  <486>" and "reason:  <Busy Here>".
local debug_output = { id = "kamailio_debug", name = "replies in Kamailio's debug output" }

local function process(front)
  return match(front, "[%[(]%d+[%])]")
end

function debug_output.new()
  local tally = new_tally()

  local function phrase_after(data, at, id)
    local text = sub(data, at, at + window.AHEAD)
    local reason = find(text, "  reason:  <", 1, true)
    while reason do
      if process(last_line(sub(text, 1, reason))) == id then
        return match(text, "^([^\r\n]*)>", reason + 12) or ""
      end
      reason = find(text, "  reason:  <", reason + 12, true)
    end
    return ""
  end

  function tally.scan(data, from, to)
    local at = find(data, "  status:  <", from, true)
    while at and at <= to do
      local digits = match(data, "^%d%d%d>", at + 12)
      local front = digits and last_line(sub(data, math.max(1, at - FRONT), at - 1))
      if front and find(front, "parse_msg", 1, true) then
        count(tally, sub(digits, 1, 3) .. " " .. phrase_after(data, at + 12, process(front)))
      end
      at = find(data, "  status:  <", at + 12, true)
    end
  end

  return tally
end

-- A trace that has the same responses in several of these forms is counted by the first of them.
local forms = { debug_output, status_lines, summaries }

-- Has a text rows of a hex dump at its beginning, as tshark -x, tcpdump -X and xxd write them?
local function has_hex_rows(text)
  text = sub(text, 1, 8192)
  return find(text, "%f[^\n%z]%s*0x%x%x%x0:%s+%x%x%x%x ") ~= nil
    or find(text, "%f[^\n%z]%x%x%x%x+:?  ?%x%x ?%x%x %x%x ?%x%x ") ~= nil
end

--- A tally for each of `forms`.
local function new_tallies()
  local list = {}
  for i, form in ipairs(forms) do
    list[i] = form.new()
  end
  return list
end

--- Reads it all: read(size) gives the next octets or nil, progress(octets) hears how many were read,
-- progress() that all were. Returns a tally for each of `forms`, and the number of octets; list holds such tallies, if
-- someone looks at them meanwhile.
local function scan(read, progress, list)
  list = list or new_tallies()
  local size, first = window.slide(read, progress, function(data, from, to, dropped)
    for _, tally in ipairs(list) do
      tally.scan(data, from, to, dropped)
    end
  end)
  list.hex_rows = has_hex_rows(first)
  return list, size
end

return {
  forms = forms,
  has_hex_rows = has_hex_rows,
  new_tallies = new_tallies,
  scan = scan,
  status_lines = status_lines,
}
