-- The responses in a SIP trace.
local input = require("sipcodes.cli.input")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local trim, shortened = texts.trim, texts.shortened
local byte, find, lower, match, sub = string.byte, string.find, string.lower, string.match, string.sub

-- The blocks that are read are searched for the few octets no response comes without, so that
-- a long trace costs little more than its reading, and one without line ends costs no memory.
local BEHIND = 8192 -- octets kept of what stands before a match
local AHEAD = 4096 -- octets that must be there after it
local FRONT = 512 -- octets before a match in which its line, and the line above, begin
local LONGEST = 256 -- octets of a phrase, the rest being cut off
local VARIETY = 200 -- phrases of one code that are told apart

-- The last line of a text, and what stands before it.
local function last_line(text)
  if not find(text, "\n", 1, true) then
    return text, ""
  end
  local before, line = match(text, "^(.*)\n(.*)$")
  return line, before
end

local function cut(text, pattern)
  return sub(text, 1, (find(text, pattern) or 0) - 1)
end

-- A tally counts texts such as "486 Busy Here".
local function new_tally()
  return { counts = {}, variety = {}, others = {}, invalid = 0 }
end

-- Counts a text that begins with a code and goes on with a blank, if it does; answers how it is
-- counted.
local function count(tally, text)
  local digits = match(text, "^%d%d%d")
  if not digits or #text > 3 and not find(text, "^%s", 4) then
    return nil
  end
  local phrase = trim(sub(text, 4))
  local code = sip.code(digits)
  if not code then
    tally.invalid = tally.invalid + 1
    return nil
  end
  local key = digits .. " " .. shortened(phrase, LONGEST)
  local counts, variety = tally.counts, tally.variety[code] or 0
  if counts[key] then
    counts[key] = counts[key] + 1
  elseif variety < VARIETY then
    tally.variety[code] = variety + 1
    counts[key] = 1
  else
    tally.others[code] = (tally.others[code] or 0) + 1
    return nil
  end
  return key
end

-- Status-Lines

-- Where a "/sip" is that of "Content-Type: message/sipfrag" (or message/sip): how much text stands in
-- front of the field on its line, a timestamp or the like. Else nil.
local function body_type(data, at)
  if lower(sub(data, at - 7, at - 1)) ~= "message" then
    return nil
  end
  local text = lower(sub(data, math.max(1, at - FRONT), at - 1))
  local before = match(text, "^(.*)content%-type%s*:%s*message$") or match(text, "^(.*%f[%w])c%s*:%s*message$")
  return before and #trim((last_line(before)))
end

-- Is the Status-Line that starts at a place the body of the message whose type stands before it,
-- rather than a response? It is if it has much the same in front on its line, and comes after an empty
-- line that ends the header; tshark says "Message Body" and "Sipfrag" instead.
local function is_body(data, type_at, type_front, start)
  local between = match(sub(data, type_at, start - 1), "\n(.*)$") or ""
  local front = #trim((last_line(between)))
  if math.abs(front - type_front) > 2 then
    return false
  end
  local in_header = true
  for line in between:gmatch("([^\n]*)\n") do
    local text = trim(line)
    local is_empty = #text <= front or text == "." or text == "Message Body"
    if in_header then
      if find(lower(text), "%f[%w]content%-length%s*:%s*0+%.?$") then
        return false
      end
      in_header = not is_empty
    elseif not is_empty and text ~= "Sipfrag" then
      return false
    end
  end
  return not in_header
end

-- The text from the code on, without what some tool put after the phrase, for a Status-Line that does
-- not just fill a line; nil where it is not a response.
local function plain_status(data, start, text)
  local front, above = last_line(sub(data, math.max(1, start - FRONT), start - 1))
  -- Kamailio's debug output shows the begin of its own replies twice.
  if find(front, "^%w", -1) or find(front, "_reply_light", 1, true) then
    return nil
  end
  -- A body put on one line with its header, by JSON, rsyslog and ngrep.
  local ending = sub(front, -24)
  local rows = find(ending, "^  [^ ]*$") and sub(above, -4) .. sub(ending, 3) or ending
  if find(ending, "\\n\\r?\\?n$") or find(ending, "#012#015#012$") or find(rows, "%.%.%.%.$")
    or find(front, "sipfrag", 1, true) then
    return nil
  end
  if find(ending, '"$') then
    text = cut(text, '"')
  end
  if find(ending, "%[%[$") then -- Kamailio's debug output
    text = cut(text, " 0[AD] ")
  end
  if find(text, "\\", 1, true) then
    text = cut(text, "\\[rn]")
  elseif find(text, "#", 1, true) then
    text = cut(text, "#01[25]")
  end
  -- ngrep shows CR, and LF unless told otherwise, as a dot.
  if find(front, "^[UTI] .*%->") or not find(front, "%S") and find((last_line(above)), "^[UTI] .*%->") then
    text = cut(text, "%.%.%a[%w-]*:"):gsub("%.%.%u[%w-]*$", ""):gsub("%.$", "")
  end
  return text
end

local status_lines = { id = "status_lines", name = "Status-Lines" }

function status_lines.new()
  local tally = new_tally()
  local plain = {} -- the texts that filled a line and are counted as they are
  local type_at, type_front -- the latest Content-Type of a body that is SIP

  local function count_one(data, start, at)
    local text = match(sub(data, at, at + LONGEST + 8), "^[^\r\n]*")
    local before = byte(data, start - 1)
    local fills_line = start == 1 or before == 10 or before == 13
    if fills_line and plain[text] then
      tally.counts[text] = tally.counts[text] + 1
    elseif fills_line and not find(text, "[\\#.]") then
      plain[text] = count(tally, text) == text or nil
    else
      text = plain_status(data, start, text)
      if text then
        count(tally, text)
      end
    end
  end

  -- Looks for such a Content-Type from `at` on, up to `to`; answers where to go on.
  local function note_types(data, at, to)
    while at and at <= to do
      local front = body_type(data, at)
      if front then
        type_at, type_front = at, front
      end
      at = find(data, "/sip", at + 1, true)
    end
    return at
  end

  -- Counts the Status-Lines whose "/2.0 " is from one place to another. So many octets of what the
  -- last call saw have been dropped since.
  function tally.scan(data, from, to, dropped)
    type_at = type_at and type_at > dropped and type_at - dropped or nil
    local type_next = find(data, "/sip", from, true)
    local slash = find(data, "/2.0 ", from, true)
    while slash and slash <= to do
      type_next = note_types(data, type_next, slash)
      local start = slash - 3
      if lower(sub(data, start, slash - 1)) == "sip" then
        if not (type_at and is_body(data, type_at, type_front, start)) then
          count_one(data, start, slash + 5)
        end
        type_at = nil
      end
      slash = find(data, "/2.0 ", slash + 5, true)
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
    local text = sub(data, at, at + AHEAD)
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

--- Reads it all: read(size) gives the next octets or nil, progress(octets) hears how many were read,
-- progress() that all were. Answers a tally for each of `forms`, and the number of octets.
local function scan(read, progress)
  local tallies = {}
  for i, form in ipairs(forms) do
    tallies[i] = form.new()
  end
  local data, from, size = "", 1, 0
  local block
  repeat
    block = read(input.BLOCK)
    local dropped = 0
    if block then
      dropped = math.max(0, from - 1 - BEHIND)
      data = sub(data, dropped + 1) .. block
      from = from - dropped
      size = size + #block
      progress(size)
    end
    local to = block and #data - AHEAD or #data
    for _, tally in ipairs(tallies) do
      tally.scan(data, from, to, dropped)
    end
    from = math.max(from, to + 1)
  until not block
  progress()
  return tallies, size
end

return { forms = forms, scan = scan }
