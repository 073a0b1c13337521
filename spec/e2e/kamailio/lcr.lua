-- Plays many calls at a time against a Kamailio that runs lua/examples/kamailio.lua:
--   lua5.4 spec/e2e/kamailio/lcr.lua PHASE SERVER-PORT CARRIER-PORT CARRIER-PORT CARRIER-PORT RELOAD
-- The number that is called says what each of the carriers does: 503-200 is refused by the first one with 503 and
-- answered by the second one. RELOAD is a command that loads the script again.
-- It ends with status 0, or says what was different. `phases` at the end has the names.

package.path = "./?.lua;" .. package.path
local carriers = require("spec.e2e.kamailio.carriers")
local peer = require("spec.e2e.kamailio.peer")
local socket = require("socket")

local PATIENCE = 60 -- seconds until a call has to be over; the machine may be busy
local AT_A_TIME = 32
local AGAIN = 2 -- seconds after which a request without a response is sent again

local phase, server, reload = arg[1], tonumber(arg[2]), arg[6]
local caller = peer.open(server)
carriers.open(server, { tonumber(arg[3]), tonumber(arg[4]), tonumber(arg[5]) })

local TOO_LONG = 'Q.850;cause=102;text="Recovery on timer expiry"'
local PLUS, GAVE_UP, equal = carriers.PLUS, carriers.GAVE_UP, carriers.equal

-- The caller. `calls` has what goes on, by Call-ID.
local calls, open = {}, 0

local function send(call, method, changes)
  call.due, call.last = socket.gettime() + AGAIN, { method, changes }
  caller:again(call.request, method, changes)
end

local function start(number, expected)
  local call = { number = number, expected = expected, began = socket.gettime() }
  call.request = caller:request("INVITE", ("sip:%s@127.0.0.1:%d"):format(number, server))
  call.due, call.last = call.began + AGAIN, { "INVITE", call.request }
  calls[call.request.call_id:match("%S+$")] = call
  open = open + 1
end

local function over(call)
  call.due, call.over = nil, true
  open = open - 1
end

-- An answered call: the ACK, and the BYE unless Kamailio has to end the call.
local function answered(call, response)
  local dialog = {
    uri = peer.field(response, "Contact"):match("<(.-)>"),
    to = "To: " .. peer.field(response, "To"),
    fields = { "Route: " .. peer.field(response, "Record-Route") },
    via = call.request.via .. "a",
  }
  caller:again(call.request, "ACK", dialog)
  if not call.answered and phase ~= "too_long" then
    local bye = { cseq = 2, via = call.request.via .. "b" }
    send(call, "BYE", setmetatable(bye, { __index = dialog }))
  end
  call.answered = true
end

local function final(call, response)
  local code = tonumber(response:match("^SIP/2%.0 (%d+)"))
  equal(call.expected, code, call.number)
  if code == 200 then
    call.due = nil
    return answered(call, response)
  end
  caller:again(call.request, "ACK", { to = "To: " .. peer.field(response, "To") })
  if not call.over then
    if call.number:find("plus", 1, true) then
      equal("SIP/2.0 603 Network Blocked", peer.first_line(response), call.number)
      equal(PLUS, peer.field(response, "Reason"), call.number)
    end
    over(call)
  end
end

local function received(response)
  local call = calls[peer.field(response, "Call-ID")]
  if response:find("^BYE ") then
    call.reason = peer.field(response, "Reason")
    return caller:respond(response, "SIP/2.0 200 OK")
  end
  local code, method = tonumber(response:match("^SIP/2%.0 (%d+)")), peer.field(response, "CSeq"):match("%u+$")
  if method == "BYE" then
    equal(200, code, "the response to a BYE")
    if not call.over then
      over(call)
    end
  elseif method == "INVITE" and code >= 200 then
    final(call, response)
  elseif method == "INVITE" and not call.cancelled then
    call.due = nil
    if code == 180 and call.expected == 487 then
      call.cancelled = true
      send(call, "CANCEL", { fields = { "Reason: " .. GAVE_UP } })
    end
  elseif method == "CANCEL" then
    call.due = nil
  end
end

local sockets, index_of = { caller.socket }, {}
for i, carrier in ipairs(carriers) do
  sockets[#sockets + 1] = carrier.socket
  index_of[carrier.socket] = i
end
for _, each in ipairs(sockets) do
  each:settimeout(0)
end

-- Everything that has come; waits a little for it.
local function receive()
  for _, ready in ipairs((socket.select(sockets, nil, 0.05))) do
    local message = ready:receive()
    while message do
      local index = index_of[ready]
      if index then
        carriers.serve(index, message)
      else
        received(message)
      end
      message = ready:receive()
    end
  end
end

local function repeat_requests()
  local now = socket.gettime()
  for _, call in pairs(calls) do
    if call.due and call.due < now then
      send(call, call.last[1], call.last[2])
    end
    assert(call.over or now - call.began < PATIENCE, call.number .. " does not end")
  end
end

-- Plays calls of these kinds in turn. After each `every` calls that have begun the script is loaded again.
local function play(kinds, count, every)
  calls = {}
  local started, looked = 0, 0
  while started < count or open > 0 do
    while started < count and open < AT_A_TIME do
      started = started + 1
      local kind = kinds[started % #kinds + 1]
      start(kind[1], kind[2])
      if every and started % every == 0 then
        assert(os.execute(reload), "the script could not be loaded again")
      end
    end
    receive()
    if socket.gettime() - looked > 0.5 then
      looked = socket.gettime()
      repeat_requests()
    end
  end
end

-- The number, and the code that the caller gets. A carrier without a word is not asked.
local KINDS = {
  { "200", 200 },
  { "486", 486 },
  { "503-200", 200 },
  { "404", 404 },
  { "ring", 487 },
  { "plus", 603 },
  { "500-486", 486 },
  { "503-503", 500 },
  { "race", 487 },
  { "407-401", 500 },
  { "407-200", 200 },
  { "603", 603 },
  { "302-302-486", 486 },
  { "routeless-404", 404 },
  { "routeless-503", 500 },
  { "announces-200", 200 },
  { "408-504", 408 },
  { "503-plus", 603 },
  { "announces-503", 500 },
  { "504-ring", 487 },
  { "away", 302 },
  { "799", 799 },
}

-- How many INVITEs each carrier has to get for so many calls.
local function invites(kinds, count, index)
  local total = 0
  for i = 1, count do
    local words = select(2, kinds[i % #kinds + 1][1]:gsub("[^-]+", ""))
    -- The third word is that of a carrier to which the first one redirects.
    total = total + ((words == 3 and index == 2 or words < index) and 0 or 1)
  end
  return total
end

local function mixed(count)
  play(KINDS, count, 125)
  for i, carrier in ipairs(carriers) do
    equal(invites(KINDS, count, i), carrier.invites, "the calls of carrier " .. i)
  end
end

local phases = {}

function phases.first()
  mixed(500)
end

function phases.rest()
  mixed(1500)
end

-- All workers leave the carrier alone that one of them was asked to, also after the script was loaded again.
function phases.hold_down()
  play({ { "rest-486", 486 } }, 1)
  play({ { "486-486", 486 } }, 200, 50)
  equal(1, carriers[1].invites, "the calls of the carrier that rests")
  equal(201, carriers[2].invites, "the calls of the other carrier")
end

-- A carrier that says nothing costs no call.
function phases.silent()
  play({ { "silent-200", 200 } }, 20)
end

-- Both sides of a call that is too long get a BYE with a Reason.
function phases.too_long()
  start("200", 200)
  local call, patient = select(2, next(calls)), socket.gettime() + PATIENCE
  while not (call.reason and carriers[1].reason) do
    receive()
    assert(socket.gettime() < patient, "no BYE")
  end
  equal(TOO_LONG, call.reason, "the Reason of the caller's BYE")
  equal(TOO_LONG, carriers[1].reason, "the Reason of the carrier's BYE")
end

local ok, problem = pcall(assert(phases[phase], "no phase of this name: " .. phase))
if not ok then
  io.stderr:write(phase, ": ", tostring(problem), "\n")
  os.exit(1)
end
