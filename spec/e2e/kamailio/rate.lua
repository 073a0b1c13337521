-- How fast a Kamailio worker serves the same request with one script and with another, in turn:
--   lua5.4 spec/e2e/kamailio/rate.lua PORT PID COMMAND COMMAND
-- Each command gives the server one of the scripts. It is one worker, so that nothing differs but the
-- script. Prints the rate with the first script in that with the second, the median over many
-- rounds: by the processor time of the worker, which other work of the machine hardly touches, and by
-- the clock.

local socket = require("socket")

local ROUNDS, REQUESTS, WARM_UP, AT_A_TIME = 31, 5000, 200, 64

local port, pid, commands = tonumber(arg[1]), arg[2], { arg[3], arg[4] }

local caller = assert(socket.udp())
assert(caller:setsockname("127.0.0.1", 0))
caller:settimeout(10)
local _, own_port = caller:getsockname()

-- Stateless answers need no transactions of their own: one request does for all.
local request = table.concat({
  ("OPTIONS sip:busy@127.0.0.1:%d SIP/2.0"):format(port),
  ("Via: SIP/2.0/UDP 127.0.0.1:%d;branch=z9hG4bKrate"):format(own_port),
  "Max-Forwards: 70",
  "From: <sip:caller@127.0.0.1>;tag=rate",
  ("To: <sip:busy@127.0.0.1:%d>"):format(port),
  "Call-ID: rate",
  "CSeq: 1 OPTIONS",
  "Content-Length: 0\r\n\r\n",
}, "\r\n")

-- The nanoseconds for which the worker has run.
local function processor_time()
  local file = assert(io.open(("/proc/%d/schedstat"):format(pid)))
  local time = file:read("n")
  file:close()
  return time
end

local function serve(count)
  local sent, received = 0, 0
  while received < count do
    while sent < count and sent - received < AT_A_TIME do
      assert(caller:sendto(request, "127.0.0.1", port))
      sent = sent + 1
    end
    local response = assert(caller:receive())
    assert(response:find("SIP/2.0 486 Busy Here\r\n", 1, true) == 1, response)
    received = received + 1
  end
end

-- Adds up the times that half of the requests take with a script: the worker's, and all.
local function measure(command, total)
  assert(os.execute(command))
  serve(WARM_UP)
  local processor, clock = processor_time(), socket.gettime()
  serve(REQUESTS / 2)
  total.processor = (total.processor or 0) + processor_time() - processor
  total.clock = (total.clock or 0) + socket.gettime() - clock
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) / 2]
end

-- One script, the other one twice, the first again: what slowly changes meets both alike.
local by_processor, by_clock = {}, {}
for round = 1, ROUNDS do
  local totals = { {}, {} }
  for _, which in ipairs({ 1, 2, 2, 1 }) do
    measure(commands[which], totals[which])
  end
  by_processor[round] = totals[2].processor / totals[1].processor
  by_clock[round] = totals[2].clock / totals[1].clock
end
print(("%.3f %.3f"):format(median(by_processor), median(by_clock)))
