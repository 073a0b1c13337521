-- The messages of a trace or log that has them whole: the start line, and the header fields that calls are told by.
local status_line = require("sipcodes.cli.status_line")
local time_in = require("sipcodes.cli.time").time_in
local tool_output = require("sipcodes.cli.tool_output")
local trace = require("sipcodes.cli.trace")
local trim = require("sipcodes.cli.text").trim
local window = require("sipcodes.cli.window")

local FIELDS, last_line = status_line.FIELDS, status_line.last_line
local find, gmatch, gsub, lower, match, sub =
  string.find, string.gmatch, string.gsub, string.lower, string.match, string.sub

local FRONT = 6144 -- octets before a start line in which its time stands
local LINE = 512 -- octets of a line that are looked at, and of the line above
local LONGEST_URI = 2048

-- The header fields that are read, and their compact names (RFC 3261 7.3.3).
local WANTED = { ["call-id"] = "call_id", cseq = "cseq", via = "via", from = "from", to = "to", reason = "reason" }
local COMPACT = { i = "call_id", v = "via", f = "from", t = "to" }

-- PRACK comes before ACK, with which it ends.
local METHODS = {
  "INVITE", "PRACK", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "SUBSCRIBE", "NOTIFY", "PUBLISH", "INFO", "REFER",
  "MESSAGE", "UPDATE",
}

-- Header fields

-- ngrep shows each octet of a line end as a dot.
local function without_dots(text)
  return (gsub(gsub(text, "%.%.", "\n"), "%.\n", "\n"))
end

-- Keeps the value of a field: the first, but all of Via.
local function keep(fields, name, value)
  if name == "via" then
    fields.via = fields.via and fields.via .. "," .. value or value
  elseif name and not fields[name] then
    fields[name] = value
  end
end

-- Keeps the field that a line begins with; returns whether there is one.
local function keep_start(fields, line)
  local start, value_at = match(line, "^%s*(%a[%w-]*)%s*:%s*()")
  local name = start and lower(start)
  local wanted = name and (WANTED[name] or COMPACT[name])
  if wanted then
    keep(fields, wanted, sub(line, value_at))
  end
  return name ~= nil and (wanted or FIELDS[name]) ~= nil
end

-- Keeps what a line has, whatever a tool put in front of the name; a message on one line has several fields. Returns
-- whether there is any.
local function keep_line(fields, line)
  local name, from
  for at, word, after in gmatch(line, "()%f[%w-](%a[%w-]*)%s?:%s*()") do
    local before = sub(line, at - 1, at - 1)
    if FIELDS[lower(word)] and not find(before, "[%w.:;@]") then
      keep(fields, name, from and trim(sub(line, from, at - 1)))
      name, from = WANTED[lower(word)], after
    end
  end
  keep(fields, name, from and trim(sub(line, from)))
  return from ~= nil
end

local function is_start_line(line)
  return find(line, "/2.0", 1, true) ~= nil
    and (find(line, "%f[%a][sS][iI][pP]/2%.0 %d%d%d") or find(line, "%u %a[%w+.-]*:%S+ SIP/2%.0%f[^%w./]")) ~= nil
end

-- Is a start line behind this shown again with its header: by tcpdump, or in PDML?
local function is_shown_alone(front)
  return find(front, tool_output.SUMMARY) ~= nil or find(front, '"Request%-Line: $') ~= nil
end

-- What a log puts in front of a line, but for its numbers.
local function shape(front)
  return (gsub(trim(front), "%d+", "0"))
end

-- The header fields in a text that begins behind a start line. The header ends with a line in which there is no more
-- than in front of the start line, or with another start line; tcpdump shows the start line twice.
local function fields_of(text, front)
  local fields = {}
  local empty = shape(front)
  local is_shown_again = find(front, tool_output.SUMMARY) ~= nil
  local rest_of_start, after = match(text, "^([^\r\n]*)()")
  local any = not is_start_line(rest_of_start) and keep_line(fields, rest_of_start)
  for line in gmatch(sub(text, after) .. "\n", "\r?\n([^\r\n]*)") do
    local has_field = keep_start(fields, line)
    if not has_field then
      if is_start_line(line) and not is_shown_again then
        break
      end
      is_shown_again = is_shown_again and not is_start_line(line)
      has_field = keep_line(fields, line)
      local content = trim(line)
      if any and not has_field and (content == "" or content == "." or shape(content) == empty) then
        break
      end
    end
    any = any or has_field
  end
  return fields
end

-- The host and port that sent a message, the branch of its transaction, and how many have sent it, from its Via fields
-- (RFC 3261 20.42).
local function read_via(message, via)
  message.hops = select(2, gsub(via, "[sS][iI][pP]%s*/%s*%d[%d.]*%s*/", ""))
  local first = match(via, "^[^,]*")
  message.sent_by = match(first, "/%s*%a+%s+([^;,%s]+)")
  message.branch = match(first, "[bB][rR][aA][nN][cC][hH]%s*=%s*([^;,%s\"]+)")
end

-- The user of a From or To field, or its host if there is none (RFC 3261 20.10).
local function party_of(value)
  local uri = match(value, "^.*<([^>]*)") or match(value, "^[^;]*")
  return match(uri, "^[sS][iI][pP][sS]?:([^@;]+)@") or match(uri, "^%a+:([^;?>]+)") or trim(uri)
end

local function tag_of(value)
  return match(value, ";%s*[tT][aA][gG]%s*=%s*([^;,%s\"]+)")
end

--- What is known of a message, from its start line and its fields:
--   time, zone             seconds, and what they count from (see time_in)
--   method                 that of CSeq
--   code, phrase           of a response
--   is_request, call_id, cseq, from, to, from_tag, to_tag, reason, hops, sent_by, branch
local function message_of(found, fields)
  local message = { is_request = found.method ~= nil, code = found.code, phrase = found.phrase }
  message.call_id = fields.call_id and match(fields.call_id, '^[^%s"]+')
  message.reason = fields.reason
  local number, method = match(fields.cseq or "", "^(%d+)%s+(%u+)")
  message.cseq, message.method = tonumber(number), method
  read_via(message, fields.via or "")
  message.from, message.from_tag = party_of(fields.from or ""), tag_of(fields.from or "")
  message.to, message.to_tag = party_of(fields.to or ""), tag_of(fields.to or "")
  return message
end

-- Scanning

-- The start and the method of the request whose version stands at a place, or nil. Raw octets that are letters may
-- stand in front of the method. The text is matched from its end.
local function request_before(data, at)
  local uri, letters = match(sub(data, math.max(1, at - LONGEST_URI), at - 1):reverse(), "^ (%S+) (%u+)")
  if not uri or not find(uri:reverse(), "^%a[%w+.-]*:") then
    return nil
  end
  letters = letters:reverse()
  for _, method in ipairs(METHODS) do
    if sub(letters, -#method) == method then
      return at - #uri - 2 - #method, method
    end
  end
  return nil
end

local function note_requests(data, from, to, list)
  local slash = find(data, "/2.0", from, true)
  while slash and slash <= to do
    if lower(sub(data, slash - 3, slash - 1)) == "sip" and not find(data, "^ ?[%d/]", slash + 4) then
      local start, method = request_before(data, slash - 3)
      if start then
        list[#list + 1] = { start = start, after = slash + 4, method = method }
      end
    end
    slash = find(data, "/2.0", slash + 4, true)
  end
end

local messages = {}

--- Reads it all as trace.scan does; calls take(message) for each message that has a Call-ID and a CSeq. Returns how
-- many were taken and how many were not (left_out), the size in octets, how many packets a tool has not shown
-- (unshown), and whether there are rows of a hex dump (has_hex).
function messages.scan(read, progress, take)
  local taken, left_out = 0, 0
  local list

  local tally = trace.status_lines.new(function(start, at, text)
    local code = tonumber(match(text, "^%d%d%d"))
    if code >= 100 and code <= 699 then
      list[#list + 1] = { start = start, after = at + #text, code = code, phrase = trim(sub(text, 4)) }
    end
  end)

  -- Takes the message that has been found, which stands between the end of the one before it and the start of the next.
  local function take_one(data, found, previous, following)
    local front, above = last_line(sub(data, math.max(1, found.start - LINE), found.start - 1))
    local text = sub(data, found.after, math.min(following - 1, found.after + window.AHEAD))
    if find(front, tool_output.NGREP) or front == "" and find((last_line(above)), tool_output.NGREP) then
      text, front = without_dots(text), ""
    end
    local message = message_of(found, fields_of(text, front))
    if not message.call_id or not message.method then
      left_out = left_out + (is_shown_alone(front) and 0 or 1)
      return
    end
    local between = math.max(1, found.start - FRONT, previous)
    message.time, message.zone = time_in(sub(data, between, found.start - 1))
    taken = taken + 1
    take(message)
  end

  local previous = 1 -- where the message before this one ends
  local size, first = window.slide(read, progress, function(data, from, to, dropped)
    list = {}
    previous = math.max(1, previous - dropped)
    tally.scan(data, from, to, dropped)
    note_requests(data, from, to, list)
    table.sort(list, function(a, b) return a.start < b.start end)
    for i, found in ipairs(list) do
      take_one(data, found, previous, list[i + 1] and list[i + 1].start or math.huge)
      previous = found.after
    end
  end)
  return {
    taken = taken, left_out = left_out, size = size, unshown = tally.unshown,
    has_hex = tally.hex or trace.has_hex_rows(first),
  }
end

--- Why what has been seen gives no figures: text that is to follow the name of its input, or nil. The second result is
-- true if the input cannot be read at all.
function messages.trouble(seen)
  if seen.unshown > 0 then
    return tool_output.left_out_text(seen.unshown), true
  elseif seen.taken == 0 and seen.has_hex then
    return tool_output.HEX_TEXT, true
  elseif seen.taken == 0 then
    return seen.size == 0 and " is empty"
      or " has no whole SIP message: a call is told by its Call-ID, CSeq and Via fields"
  elseif seen.left_out > seen.taken then
    return " has most messages without a Call-ID: no figures"
  end
  return nil
end

--- Has a text, the first of a file, whole messages?
function messages.are_in(text)
  local first = true
  local seen = messages.scan(function()
    local block = first and sub(text, 1, 65536) or nil
    first = false
    return block
  end, function() end, function() end)
  return seen.taken > 0
end

return messages
