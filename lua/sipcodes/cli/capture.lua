-- The responses of a capture, by tshark: UDP, TCP with several messages in a segment, WebSocket, fragments.
local exit = require("sipcodes.cli.exit")
local printable = require("sipcodes.cli.text").printable

local TROUBLE, fail = exit.TROUBLE, exit.fail
local find, gsub, match, sub = string.find, string.gsub, string.match, string.sub

local SEPARATOR = "\31" -- between the Status-Lines of one frame
local KEPT = 4096 -- octets at the end that may be tshark's last words

local function quoted(text)
  return "'" .. gsub(text, "'", "'\\''") .. "'"
end

-- The command for a capture: the Status-Lines of each frame on a line, then tshark's exit status. A file whose name
-- begins with a hyphen is still a file.
local function command_of(path, ports)
  if find(path, "^%-") then
    path = "./" .. path
  end
  local decode = ""
  for _, port in ipairs(ports or {}) do
    decode = decode .. (" -d udp.port==%s,sip -d tcp.port==%s,sip"):format(port, port)
  end
  return ("{ tshark -n -r %s%s -Y sip.Status-Line -T fields -E occurrence=a -E aggregator=%s -e sip.Status-Line 2>&1; "
    .. 'echo "exit $?"; } </dev/null'):format(quoted(path), decode, quoted(SEPARATOR))
end

-- What tshark says of itself as root is not a fault.
local function without_notices(text)
  return (gsub(text, "Running as user \"root\"[^\n]*\n", ""))
end

local capture = {}

--- A stream of the Status-Lines of a capture, one a line, to be read as a file is. Fails if tshark is missing or
-- cannot read the file.
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
    local give = ended and rest or sub(rest, 1, -KEPT - 1)
    rest = sub(rest, #give + 1)
    give = gsub(without_notices(give), SEPARATOR, "\n")
    return give ~= "" and give or nil
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
