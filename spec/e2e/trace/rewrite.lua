-- Writes spec/data/traces/calls.pcap anew with other ports, hosts and transport:
--   lua5.4 spec/e2e/trace/rewrite.lua PORT udp|tcp FILE
-- PORT takes the place of the proxy's 15160. Each host of the run, which is a port of 127.0.0.1 there, becomes an
-- address of 192.0.2.0/24, and a message over TCP is a segment. Needs Lua 5.3 or newer.
local pack, unpack = string.pack, string.unpack -- luacheck: ignore 143
local port, transport, path = tonumber(arg[1]), arg[2], arg[3]
local PROXY = 15160

local function checksum(octets)
  local sum = 0
  if #octets % 2 == 1 then
    octets = octets .. "\0"
  end
  for at = 1, #octets, 2 do
    sum = sum + unpack(">H", octets, at)
  end
  while sum > 0xffff do
    sum = (sum & 0xffff) + (sum >> 16)
  end
  return ~sum & 0xffff
end

local function address(old_port)
  return string.char(192, 0, 2, old_port % 250 + 1)
end

local sequence = {}

-- The segment or datagram of a payload, with its checksum.
local function packet(from, to, payload)
  local source, destination = address(from), address(to)
  from, to = from == PROXY and port or from, to == PROXY and port or to
  local number = transport == "udp" and 17 or 6
  local head, tail
  if transport == "udp" then
    head, tail = pack(">HHH", from, to, 8 + #payload), payload
  else
    local here, there = source .. from .. destination .. to, destination .. to .. source .. from
    head = pack(">HHI4I4BBH", from, to, sequence[here] or 1000, sequence[there] or 1000, 0x50, 0x18, 65535)
    sequence[here] = (sequence[here] or 1000) + #payload
    tail = "\0\0" .. payload
  end
  local length = #head + 2 + #tail
  local pseudo = source .. destination .. pack(">BBH", 0, number, length)
  local sum = checksum(pseudo .. head .. "\0\0" .. tail)
  local body = head .. pack(">H", sum == 0 and 0xffff or sum) .. tail
  local ip = pack(">BBHHHBB", 0x45, 0, 20 + #body, 1, 0, 64, number)
  return ip .. pack(">H", checksum(ip .. "\0\0" .. source .. destination)) .. source .. destination .. body
end

local input = assert(io.open("spec/data/traces/calls.pcap", "rb"))
local output = assert(io.open(path, "wb"))
output:write(input:read(24))
local record = input:read(16)
while record do
  local seconds, fraction, length = unpack("<I4I4I4", record)
  local frame = input:read(length)
  local ip_length = (frame:byte(15) & 15) * 4
  local from, to, datagram = unpack(">HHH", frame, 15 + ip_length)
  local changed = frame:sub(1, 14) .. packet(from, to, frame:sub(15 + ip_length + 8, 14 + ip_length + datagram))
  output:write(pack("<I4I4I4I4", seconds, fraction, #changed, #changed), changed)
  record = input:read(16)
end
output:close()
