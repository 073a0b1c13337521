-- A Status-Line in a text: what some tool put around it, and whether it is the body of another message.
local sip = require("sipcodes")
local NGREP = require("sipcodes.cli.tool_output").NGREP
local texts = require("sipcodes.cli.text")

local trim = texts.trim
local byte, find, gmatch, lower, match, sub =
  string.byte, string.find, string.gmatch, string.lower, string.match, string.sub

local BEHIND = 8192 -- octets in front of a Content-Type in which its header begins
local FRONT = 512 -- octets before a match in which its line, and the line above, begin

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

-- Header fields that end a phrase where a message was put on one line.
local FIELDS = {}
for name in ("via from to call-id cseq contact content-type content-length max-forwards record-route route server "
  .. "user-agent reason warning allow supported require date retry-after www-authenticate proxy-authenticate expires "
  .. "organization p-asserted-identity unsupported accept session-expires rseq"):gmatch("%S+") do
  FIELDS[name] = true
end

-- The text up to where a header field begins in it.
local function before_fields(text)
  local at = find(text, "%s%a[%w-]*%s?:")
  while at do
    local name = match(text, "^%s(%a[%w-]*)%s?:", at)
    if FIELDS[lower(name)] then
      return sub(text, 1, at - 1)
    end
    at = find(text, "%s%a[%w-]*%s?:", at + 1)
  end
  return text
end

-- Does the line begin with a header field, whatever stands in front of it?
local function is_field(line)
  local name = match(line, "(%a[%w-]*)%s*:")
  if name and FIELDS[lower(name)] then
    return true
  end
  for other in gmatch(line, "(%a[%w-]*)%s?:") do
    if FIELDS[lower(other)] then
      return true
    end
  end
  return false
end

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

local function is_empty_length(text)
  return find(lower(text), "%f[%w]content%-length%s*:%s*0+%.?%s*$") ~= nil
end

-- Has the header in front of a Content-Type a Content-Length of 0? Fields come in any order. The lines are gone
-- through from the last to the first, in the reversed text.
local function has_no_body(data, type_at)
  local above = match(sub(data, math.max(1, type_at - BEHIND), type_at):reverse(), "\n(.*)$") or ""
  for reversed in gmatch(above .. "\n", "([^\n]*)\n") do
    local content = trim(reversed:reverse())
    if is_empty_length(content) then
      return true
    elseif content == "" or find(content, "%f[%w][sS][iI][pP]/%d") and not find(lower(content), "via%s*:") then
      return false
    end
  end
  return false
end

-- Is the Status-Line that starts at a place the body of the message whose type stands before it,
-- rather than a response? It is if it has much the same in front on its line, and comes after an empty
-- line that ends the header; tshark says "Message Body" and "Sipfrag" instead.
local function is_body(data, type_at, type_front, start)
  local between = match(sub(data, type_at, start - 1), "\n(.*)$") or ""
  local front = #trim((last_line(between)))
  if math.abs(front - type_front) > 2 and front > 0 or has_no_body(data, type_at) then
    return false
  end
  local in_header = true
  for line in gmatch(between, "([^\n]*)\n") do
    local text = trim(line)
    local is_empty = #text <= front or text == "." or text == "Message Body"
    if in_header then
      if is_empty_length(text) then
        return false
      end
      in_header = not is_empty
    elseif not is_empty and text ~= "Sipfrag" then
      return false
    end
  end
  return not in_header
end

-- The body of a message that was put on one line with its header. ngrep shows an empty line as four dots.
local function is_inline_body(front, above)
  local before = lower(front)
  if find(before, "sipfrag", 1, true) and not find(before, "content%-length%s*:%s*0+%f[%D]") then
    return true
  end
  local ending = sub(front, -24)
  local rows = find(ending, "^  [^ ]*$") and sub(above, -80) .. sub(ending, 3) or front
  return find(rows, "....", -4, true) ~= nil and find(sub(rows, -80), "%a[%w-]*%s?: ?[^:]*%.%.%.%.$") ~= nil
    and not find(lower(rows), "content%-length%s*:%s*0+%.%.%.%.$")
end

-- Is the Status-Line that starts at a place the body of a NOTIFY or of another message, which says neither
-- its media type nor that it is empty? It stands behind the empty line of a header, and has the length that
-- the header says, or the header is that of a NOTIFY about a REFER.
local function is_untyped_body(data, start, line)
  if start < 3 then
    return false
  end
  local blank, before = last_line(sub(data, math.max(1, start - FRONT * 4), start - 2))
  if find(blank, "%S") then
    return false
  end
  local last = sub(last_line(before), -FRONT)
  if not find(last, "%a[%w-]*%s?:") or find(last, ":%s*$") then
    return false
  end
  local header = before
  header = lower(match(header, "^.*\n%s*\n(.*)$") or header)
  local length = tonumber(match(header, "%f[%w]content%-length%s*:%s*(%d+)"))
  if length then
    return length >= line and length <= line + 2
  end
  return find(header, "%f[%w]event%s*:%s*refer") ~= nil and find(header, "%f[%w]notify%s") ~= nil
end

-- Does the Status-Line that starts at a place stand behind an empty line that ends a header? The line above
-- ends with a digit or letter then, and not with a colon or a row of hyphens, as a tool's own does.
local function is_behind_header(data, start)
  if start < 6 then
    return false
  end
  local empty, feed, ending = byte(data, start - 2), byte(data, start - 3), byte(data, start - 3)
  if empty == 13 then
    feed, ending = byte(data, start - 3), byte(data, start - 4)
  elseif empty ~= 10 then
    return false
  end
  if feed == 10 or feed == 13 then
    ending = ending == 13 and byte(data, start - 5) or byte(data, start - 4)
  end
  return ending ~= nil and find(string.char(ending), "[%w;>\r]") ~= nil
end

-- What closes what a tool opened in front of the Status-Line.
local CLOSING = { ['"'] = '"', ["'"] = "'", ["<"] = ">", ["["] = "]", ["("] = ")", ["|"] = "|", ["`"] = "`" }

-- The text without what stands behind the delimiter that was opened in front of it.
local function before_delimiter(front, text)
  local _, quotes = front:gsub('"', "")
  if quotes % 2 == 1 then
    return cut(text, '"')
  end
  local closing = CLOSING[match(front, "(%p)%s*$") or ""]
  local at = closing and find(text, closing, 1, true)
  return at and sub(text, 1, at - 1) or text
end

-- Does a tool show no more than the Status-Line behind this: tcpdump's summary, tshark's tree, an attribute of PDML?
local function is_shown_by_tool(front)
  return find(front, "SIP: $") ~= nil or find(front, "Status%-Line: $") ~= nil or find(front, '"$') ~= nil
end

-- A Status-Line that prose quotes: "reply from gw: SIP/2.0 486 Busy Here for call c1". If no header field
-- follows, and the text begins with a phrase of its code, the phrase ends there.
local function quoted_in_prose(front, text, below)
  local code = sip.code(sub(text, 1, 3))
  local phrase = code and sip.reason(code)
  if not phrase or not find(front, "%S") or is_field(below) or is_shown_by_tool(front) then
    return text
  end
  local known = sub(text, 1, 3) .. " " .. phrase
  local follows = sub(text, #known + 1, #known + 1)
  if lower(sub(text, 1, #known)) == lower(known) and follows ~= "" and not find(follows, "%w") then
    return sub(text, 1, #known)
  end
  return text
end

local HEADER = 4096 -- octets behind a Status-Line in which its header is read

-- Where a request's start line ends in a text, if there is one.
local REQUEST = " SIP/2%.0%f[^%w./]"

-- The method of a response, from its header field CSeq, in a text that begins behind its Status-Line.
local function method_of(text)
  local at = find(text, "CSeq:", 1, true) or find(text, "%f[%w][cC][sS][eE][qQ]%s*:")
  local method = at and match(text, "^%a+%s*:%s*%d+%s+(%u+)", at)
  local ending = method and find(text, "\r\n\r\n", 1, true)
  local is_anothers = method and (ending and ending < at or not ending and find(sub(text, 1, at), REQUEST))
  return not is_anothers and method or nil
end

local function may_have_reasons(text)
  return (find(text, "eason", 1, true) or find(text, "EASON", 1, true)) ~= nil
end

-- The value of its Reason fields, a comma between two.
local function reason_of(text)
  if not may_have_reasons(text) then
    return nil
  end
  local values
  for value in gmatch(text, "%f[%w-][rR][eE][aA][sS][oO][nN]%s*:%s*([^\r\n]+)") do
    local plain = trim((before_fields(" " .. value):gsub('\\"', '"')))
    values = values and values .. ", " .. plain or plain
  end
  return values
end

-- A row of a hex dump: an offset, octets, and their characters.
local function is_hex_row(front)
  return find(front, "^%s*0?x?%x%x%x%x+:?%s+%x%x ?%x%x ?") ~= nil
end

-- The text from the code on, without what some tool put after the phrase, for a Status-Line that does
-- not just fill a line; nil where it is not a response.
local function plain_status(front, above, below, text)
  -- Kamailio's debug output shows the begin of its own replies twice.
  if find(front, "_reply_light", 1, true) or is_inline_body(front, above) then
    return nil
  end
  if find(front, "[[", -4, true) then -- Kamailio's debug output
    text = cut(text, " 0[AD] ")
  end
  -- ngrep shows CR, and LF unless told otherwise, as a dot.
  if find(front, NGREP) or not find(front, "%S") and find((last_line(above)), NGREP) then
    text = cut(text, "%.%.%a[%w-]*:"):gsub("%.%.%u[%w-]*$", ""):gsub("%.$", "")
  end
  return quoted_in_prose(front, before_fields(before_delimiter(front, text)), below)
end

return {
  FIELDS = FIELDS,
  HEADER = HEADER,
  body_type = body_type,
  is_behind_header = is_behind_header,
  is_body = is_body,
  is_hex_row = is_hex_row,
  is_untyped_body = is_untyped_body,
  last_line = last_line,
  may_have_reasons = may_have_reasons,
  method_of = method_of,
  plain_status = plain_status,
  reason_of = reason_of,
}
