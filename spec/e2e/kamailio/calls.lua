-- Plays one call, or a row of them, against a Kamailio that runs spec/e2e/kamailio/route.lua:
--   lua5.4 spec/e2e/kamailio/calls.lua NAME,NAME... SERVER-PORT GATEWAY-PORT GATEWAY-PORT
-- It ends with status 0, or says what was different. `calls` has the names. The environment variable TRANSPORT may
-- be tcp.

package.path = "./?.lua;" .. package.path
local peer = require("spec.e2e.kamailio.peer")
local rows = require("spec.support.rows")

local names, server, transport = arg[1], tonumber(arg[2]), os.getenv("TRANSPORT")
local caller = peer.open(server, nil, transport)
local gateways = {}
for i = 3, #arg do
  gateways[i - 2] = peer.open(server, tonumber(arg[i]), transport)
end
local first, second = gateways[1], gateways[2]

-- Long enough for Kamailio to do what it must not do; it has answered the call by then.
local A_MOMENT = 0.2

local function equal(expected, got)
  if expected ~= got then
    error(("%q was expected, but it is %q"):format(tostring(expected), tostring(got)), 2)
  end
end

local function at_server(user)
  return ("sip:%s@127.0.0.1:%d"):format(user, server)
end

local function invite(user)
  return caller:request("INVITE", at_server(user or "5551234"))
end

-- The caller's response has this line, and these Reason fields.
local function ends(call, line, ...)
  local response = caller:response(call)
  equal(line, peer.first_line(response))
  equal(table.concat({ ... }, " | "), table.concat(peer.fields(response, "Reason"), " | "))
  return response
end

-- A gateway refuses the call that comes to it.
local function refuse(gateway, line, fields)
  gateway:respond(gateway:expect("INVITE"), line, fields)
  gateway:expect("ACK")
end

-- A gateway is not asked, or not again.
local function left_alone(gateway)
  gateway:silence(A_MOMENT)
end

local function options(user, fields)
  return peer.first_line(caller:response(caller:request("OPTIONS", at_server(user), fields)))
end

local REDRESS = 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress?a=b&c=d;id=blk_42";location=TN'
local TIMEOUT = 'Q.850;cause=102;text="Recovery on timer expiry"'

local calls = {}

-- What stands for 202 in the registry is a remark beside the phrase.
function calls.registered_codes()
  local count = 0
  for _, row in ipairs(rows.csv("spec/data/iana_response_codes.csv")) do
    local code = row["Response Code"]
    if tonumber(code) >= 200 then
      equal(("SIP/2.0 %s %s"):format(code, (row.Description:gsub(" %(Deprecated%)", ""))), options(code))
      count = count + 1
    end
  end
  equal(69, count)
end

function calls.unregistered_codes()
  local expected = { [299] = "Successful", [399] = "Redirection", [499] = "Client Failure", [599] = "Server Failure",
    [699] = "Global Failure" }
  for _, row in ipairs(rows.tsv("spec/data/unregistered_codes.tsv")) do
    if tonumber(row.code) >= 200 then
      expected[tonumber(row.code)] = row.phrase
    end
  end
  for code, phrase in pairs(expected) do
    equal(("SIP/2.0 %d %s"):format(code, phrase), options(code))
  end
end

function calls.phrases()
  equal("SIP/2.0 404 Nicht gefunden", options("nobody"))
  equal("SIP/2.0 404 Nicht gefunden", options("199"))
  equal("SIP/2.0 404 Nicht gefunden", options("700"))
  equal("SIP/2.0 486 Besetzt, später", options("486", { "X-Phrase: Besetzt, später" }))
  equal("SIP/2.0 486 Busy Here", options("486", { "X-Phrase:" }))
  local call = invite("11")
  ends(call, "SIP/2.0 484 Bitte vollständig wählen")
end

-- Folding brings a line's end into the value of a field.
function calls.injection()
  for _, phrase in ipairs({ "Busy\r\n X-Injected: yes", "Busy\rX-Injected: yes", "Busy\n\tX-Injected: yes", "\127" }) do
    caller:request("OPTIONS", at_server("486"), { "X-Phrase: " .. phrase })
    caller:silence(A_MOMENT)
  end
  equal("SIP/2.0 486 Busy Here", options("486"))
end

-- The second gateway takes the call, which then goes its whole way through Kamailio.
function calls.failover()
  local call = invite()
  refuse(first, "SIP/2.0 503 Service Unavailable")
  local invited = second:expect("INVITE")
  second:respond(invited, "SIP/2.0 180 Ringing")
  equal("SIP/2.0 180 Ringing", peer.first_line(caller:response(call)))
  second:respond(invited, "SIP/2.0 200 OK")
  local answer = ends(call, "SIP/2.0 200 OK")
  local dialog = {
    uri = peer.field(answer, "Contact"):match("<(.-)>"),
    to = "To: " .. peer.field(answer, "To"),
    fields = { "Route: " .. peer.field(answer, "Record-Route") },
    via = call.via .. "a",
  }
  caller:again(call, "ACK", dialog)
  second:expect("ACK")
  dialog.cseq, dialog.via = 2, call.via .. "b"
  caller:again(call, "BYE", dialog)
  second:respond(second:expect("BYE"), "SIP/2.0 200 OK")
  equal("SIP/2.0 200 OK", peer.first_line(caller:response(call)))
  left_alone(first)
end

function calls.final()
  local call = invite()
  refuse(first, "SIP/2.0 486 Besetzt", { 'Reason: Q.850 ;cause=17; text="User busy"' })
  ends(call, "SIP/2.0 486 Besetzt", 'Q.850 ;cause=17; text="User busy"')
  left_alone(second)
end

-- Kamailio takes what is not a response code of SIP, and sends it up.
function calls.no_code()
  local call = invite()
  refuse(first, "SIP/2.0 799 Odd")
  ends(call, "SIP/2.0 799 Odd")
  left_alone(second)
end

-- The phrase decides: this carrier says so where it has no route.
function calls.phrase_rule()
  local call = invite()
  refuse(first, "SIP/2.0 480 no routes found")
  refuse(second, "SIP/2.0 480 Temporarily Unavailable")
  ends(call, "SIP/2.0 480 Temporarily Unavailable")
end

function calls.first_dead()
  local call = invite()
  first:expect("INVITE")
  refuse(second, "SIP/2.0 404 Not Found")
  ends(call, "SIP/2.0 404 Not Found")
end

-- A 1xx does not make the 408 that follows a gateway's own.
function calls.first_rings()
  local call = invite()
  first:respond(first:expect("INVITE"), "SIP/2.0 180 Ringing")
  equal("SIP/2.0 180 Ringing", peer.first_line(caller:response(call)))
  local cancel = first:expect("CANCEL")
  first:respond(cancel, "SIP/2.0 200 OK")
  refuse(second, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")
end

-- A 408 that a gateway sent is not a timeout, though the carrier's rules treat both alike.
function calls.remote_408()
  local call = invite()
  refuse(first, "SIP/2.0 408 Gone")
  refuse(second, "SIP/2.0 408 Gone, too")
  ends(call, "SIP/2.0 408 Gone, too")
end

function calls.both_dead()
  local call = invite()
  first:expect("INVITE")
  second:expect("INVITE")
  ends(call, "SIP/2.0 408 Request Timeout", TIMEOUT)
end

-- Two Reason fields, one of them a list, come out as one list.
function calls.both_refuse()
  local call = invite()
  refuse(first, "SIP/2.0 503 Service Unavailable")
  refuse(second, "SIP/2.0 503 Maintenance", {
    "Reason: SIP ;cause=503",
    'reason:Q.850;cause=38;text="Network, out of order", X.int;cause=1',
  })
  ends(call, "SIP/2.0 500 Server Internal Error",
    'SIP;cause=503, Q.850;cause=38;text="Network, out of order", X.int;cause=1')
end

function calls.cancelled()
  local call = invite()
  first:expect("INVITE")
  caller:again(call, "CANCEL")
  equal("CANCEL", peer.field(caller:response(call), "CSeq"):match("%a+"))
  ends(call, "SIP/2.0 487 Request Terminated")
  left_alone(second)
end

-- All ring at once. Kamailio alone would send the lower code.
function calls.fork_client()
  local call = invite("all")
  local invited = second:expect("INVITE")
  refuse(first, "SIP/2.0 404 Not Found")
  second:respond(invited, "SIP/2.0 486 Busy")
  second:expect("ACK")
  ends(call, "SIP/2.0 486 Busy Here")
end

function calls.fork_same()
  local call = invite("all")
  local invited = second:expect("INVITE")
  refuse(first, "SIP/2.0 480 On holiday")
  second:respond(invited, "SIP/2.0 503 Service Unavailable")
  second:expect("ACK")
  ends(call, "SIP/2.0 480 On holiday")
end

-- The branch that never answers counts as 408.
function calls.fork_dead()
  local call = invite("all")
  first:expect("INVITE")
  refuse(second, "SIP/2.0 503 Service Unavailable")
  ends(call, "SIP/2.0 408 Request Timeout")
end

function calls.fork_server()
  local call = invite("all")
  local invited = second:expect("INVITE")
  refuse(first, "SIP/2.0 503 Service Unavailable")
  second:respond(invited, "SIP/2.0 503 Service Unavailable")
  second:expect("ACK")
  ends(call, "SIP/2.0 500 Server Internal Error")
end

-- One branch refuses for all, and the other is cancelled.
function calls.fork_global()
  local call = invite("all")
  local invited = second:expect("INVITE")
  second:respond(invited, "SIP/2.0 180 Ringing")
  equal("SIP/2.0 180 Ringing", peer.first_line(caller:response(call)))
  refuse(first, "SIP/2.0 600 Busy Everywhere")
  second:respond(second:expect("CANCEL"), "SIP/2.0 200 OK")
  second:respond(invited, "SIP/2.0 487 Request Terminated")
  second:expect("ACK")
  ends(call, "SIP/2.0 600 Busy Everywhere")
end

-- Found in the second field, and passed on as it came: fields, order and blanks.
function calls.blocked()
  local call = invite()
  refuse(first, "SIP/2.0 603 Network Blocked", { "Reason: Q.850; cause=21", "Reason: " .. REDRESS })
  ends(call, "SIP/2.0 603 Network Blocked", "Q.850; cause=21", REDRESS)
  left_alone(second)
end

-- To this carrier a plain 603 means no route.
function calls.declined()
  local call = invite()
  refuse(first, "SIP/2.0 603 Decline", { "Reason: " .. REDRESS })
  refuse(second, "SIP/2.0 603 Decline")
  ends(call, "SIP/2.0 603 Decline")
end

-- The gateway that asked for two seconds gets them, and is asked again after them.
function calls.hold_down()
  local call = invite()
  refuse(first, "SIP/2.0 503 Service Unavailable", { "Retry-After: 2 (restarting);duration=60" })
  refuse(second, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")

  call = invite()
  refuse(second, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")
  first:silence(3)

  call = invite()
  refuse(first, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")
  left_alone(second)
end

-- The first gateway's response is known, or not, after async.route.
for _, user in ipairs({ "later", "lost" }) do
  calls["async_" .. user] = function()
    local call = invite(user)
    refuse(first, "SIP/2.0 503 No lines", { "Retry-After: 7" })
    refuse(second, "SIP/2.0 486 Busy Here")
    ends(call, "SIP/2.0 486 Busy Here")
  end
end

-- For a check that the script begins anew: the first gateway asks for an hour.
function calls.long_rest()
  local call = invite()
  refuse(first, "SIP/2.0 503 Service Unavailable", { "Retry-After: 3600" })
  refuse(second, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")
  call = invite()
  refuse(second, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")
  left_alone(first)
end

-- The script is another one now: see spec/suites/kamailio.sh.
function calls.reloaded()
  equal("SIP/2.0 404 Unbekannt", options("nobody"))
end

-- There is no way to the gateway before the others: the next one has the call, and so on.
function calls.no_way()
  local call = invite()
  refuse(first, "SIP/2.0 503 Service Unavailable")
  refuse(second, "SIP/2.0 486 Busy Here")
  ends(call, "SIP/2.0 486 Busy Here")
end

-- Without tmx a failure route cannot know its response: the one of the gateway goes up.
function calls.no_failover()
  local call = invite()
  refuse(first, "SIP/2.0 503 Service Unavailable")
  equal("SIP/2.0 500 Service Unavailable", peer.first_line(caller:response(call)))
  left_alone(second)
end

-- Many requests at a time, their number from the environment: every response is looked at.
function calls.load()
  local codes, asked = {}, {}
  for _, row in ipairs(rows.csv("spec/data/iana_response_codes.csv")) do
    local code = tonumber(row["Response Code"])
    if code >= 200 and code < 300 or code >= 400 then
      codes[#codes + 1] = { code, ("SIP/2.0 %d %s"):format(code, (row.Description:gsub(" %(Deprecated%)", ""))) }
    end
  end
  local at_a_time, sent, received = 32, 0, 0
  local count = tonumber(os.getenv("REQUESTS"))
  while received < count do
    while sent < count and sent - received < at_a_time do
      sent = sent + 1
      local code = codes[sent % #codes + 1]
      asked[caller:request("OPTIONS", at_server(code[1])).call_id] = code[2]
    end
    local response = caller:response({ method = "OPTIONS" })
    local id = "Call-ID: " .. peer.field(response, "Call-ID")
    equal(asked[id], peer.first_line(response))
    asked[id] = nil
    received = received + 1
  end
end

for name in names:gmatch("[^,]+") do
  local ok, problem = pcall(assert(calls[name], "no call of this name: " .. name))
  if not ok then
    io.stderr:write(name, ": ", tostring(problem), "\n")
    os.exit(1)
  end
end
