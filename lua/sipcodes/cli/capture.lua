-- The messages of a capture, by tshark: UDP, TCP with several messages in a segment, WebSocket, fragments.
local exit = require("sipcodes.cli.exit")
local printable = require("sipcodes.cli.text").printable

local TROUBLE, fail = exit.TROUBLE, exit.fail
local find, gmatch, gsub, match, sub = string.find, string.gmatch, string.gsub, string.match, string.sub

local SEPARATOR = "\31" -- between the values of one frame
local KEPT = 4096 -- octets at the end that may be tshark's last words

local capture = {}

--- The text as one word of the shell.
function capture.quoted(text)
  return "'" .. gsub(text, "'", "'\\''") .. "'"
end

-- What is asked of each frame: the time, and what each message of it has of each of the others. sip is the heading
-- "Session Initiation Protocol (486)", with the method in place of the code if the message is a request.
local FIELDS = "-e frame.time_epoch -e sip -e sip.Request-Line -e sip.Status-Line -e sip.msg_hdr"
local ROW = "^(%d+)(%.?%d*)\t([^\t]*)\t([^\t]*)\t([^\t]*)\t([^\t]*)$"

-- The command for a capture: a row a frame, then tshark's exit status. ICMP errors quote messages, they are none. A
-- file whose name begins with a hyphen is still a file.
local function command_of(path, ports)
  if find(path, "^%-") then
    path = "./" .. path
  end
  local decode = ""
  for _, port in ipairs(ports or {}) do
    decode = decode .. (" -d udp.port==%s,sip -d tcp.port==%s,sip"):format(port, port)
  end
  return ("{ tshark -n -r %s%s -Y 'sip && !icmp && !icmpv6' -T fields -E occurrence=a -E aggregator=%s %s 2>&1; "
    .. 'echo "exit $?"; } </dev/null'):format(capture.quoted(path), decode, capture.quoted(SEPARATOR), FIELDS)
end

local function values_of(cell)
  return gmatch(cell, "[^" .. SEPARATOR .. "]+")
end

-- The messages of a row as text: a line with the time in UTC, the start line, the header, an empty line. In a TCP
-- segment tshark's header of a message goes on with the messages behind it.
local function messages_of(row)
  local seconds, fraction, headings, requests, statuses, headers = match(row, ROW)
  if not seconds then
    return ""
  end
  local time = os.date("!%Y-%m-%dT%H:%M:%S", tonumber(seconds)) .. sub(fraction, 1, 7) .. "Z"
  local parts = {}
  local next_request, next_status, next_header = values_of(requests), values_of(statuses), values_of(headers)
  for what in gmatch(headings, "%(([%w-]+)%)") do
    local start = find(what, "^%d") and next_status() or next_request()
    local header = next_header() or ""
    header = sub(header, 1, (find(header, "\\r\\n\\r\\n", 1, true) or 0) - 1)
    if start then
      parts[#parts + 1] = ("%s\n%s\n%s\n\n"):format(time, start, gsub(header, "\\r\\n", "\n"))
    end
  end
  return table.concat(parts)
end

-- What tshark says of itself as root is not a fault.
local function without_notices(text)
  return (gsub(text, "Running as user \"root\"[^\n]*\n", ""))
end

--- A stream of the messages of a capture, without their bodies, to be read as a file is. Fails if tshark is missing
-- or cannot read the file.
function capture.open(path, ports, out)
  local pipe = out.env.popen(command_of(path, ports), "r")
  local rest, ended = "", false
  local stream = {}

  local function finish()
    local before, status = match(rest, "^(.*)exit (%d+)\n$")
    if status == "127" then
      fail(TROUBLE, printable(path) .. " is a capture, which tshark reads: apt-get install tshark")
    elseif status ~= "0" then
      local last = match(without_notices(before or rest), "([^\n]+)\n*$") or "no output"
      fail(TROUBLE, ("tshark cannot read %s: %s"):format(printable(path), printable(last)))
    end
    rest = before
  end

  function stream.read(_, size)
    while not ended and #rest < size + KEPT do
      local block = pipe:read(size)
      ended = not block
      rest = rest .. (block or "")
      if ended then
        finish()
      end
    end
    local rows = ended and rest or match(sub(rest, 1, -KEPT - 1), "^.*\n") or ""
    rest = sub(rest, #rows + 1)
    local text = gsub(rows, "([^\n]*)\n", messages_of)
    return (text ~= "" or not ended) and text or nil
  end

  function stream.seek()
    return nil
  end

  function stream.close()
    pipe:close()
  end

  return stream
end

return capture
