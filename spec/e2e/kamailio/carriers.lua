-- The carriers of spec/e2e/kamailio/lcr.lua. The number that is called says what each of them does, one word for each.

local peer = require("spec.e2e.kamailio.peer")

local carriers = {}

carriers.PLUS = 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN'
carriers.GAVE_UP = 'SIP;cause=200;text="Call completed elsewhere"'

--- Raises if the two differ.
function carriers.equal(expected, got, what)
  if expected ~= got then
    error(("%s: %q was expected, but it is %q"):format(what, tostring(expected), tostring(got)), 0)
  end
end

-- The INVITE of each call that rings, by its Call-ID and carrier.
local rings = {}

local function refuse(line, fields)
  return function(carrier, request)
    carrier:respond(request, line, fields)
  end
end

local function ring(line, fields)
  return function(carrier, request)
    rings[peer.field(request, "Call-ID") .. carrier.port] = request
    carrier:respond(request, line, fields)
  end
end

-- Redirects to the third carrier, and to a host that nobody knows.
local function redirect(carrier, request)
  local contacts = "Contact: <sip:302-302-486@192.0.2.1>;q=0.9, <sip:302-302-486@127.0.0.1:%d>;q=0.5"
  carrier:respond(request, "SIP/2.0 302 Moved Temporarily", { contacts:format(carriers[3].port) })
end

local on_invite = {
  ["200"] = function(carrier, request)
    carrier:respond(request, "SIP/2.0 180 Ringing")
    carrier:respond(request, "SIP/2.0 200 OK")
  end,
  ["302"] = redirect,
  ["503"] = refuse("SIP/2.0 503 Service Unavailable", { 'Reason: Q.850;cause=34;text="No circuit/channel available"' }),
  away = refuse("SIP/2.0 302 Moved Temporarily", { "Contact: <sip:away@192.0.2.1>" }),
  plus = refuse("SIP/2.0 603 Network Blocked", { "Reason: " .. carriers.PLUS }),
  routeless = refuse("SIP/2.0 480 No Routes Found"),
  rest = refuse("SIP/2.0 503 Service Unavailable", { "Retry-After: 250" }),
  ring = ring("SIP/2.0 180 Ringing"),
  race = ring("SIP/2.0 180 Ringing"),
  announces = ring("SIP/2.0 183 Session Progress", { "Reason: Q.850;cause=34" }),
  silent = function() end,
}

-- What a carrier's word for this call is.
local function word_of(request, index)
  local number = request:match("^%u+ sip:([%w-]+)@")
  local words = {}
  for word in number:gmatch("[^-]+") do
    words[#words + 1] = word
  end
  return words[index]
end

local function cancelled(carrier, request, word)
  local expected = word == "announces" and "SIP;cause=503" or carriers.GAVE_UP
  carriers.equal(expected, peer.field(request, "Reason"), "the Reason of a CANCEL")
  carrier:respond(request, "SIP/2.0 200 OK")
  local invite = rings[peer.field(request, "Call-ID") .. carrier.port]
  carrier:respond(invite, word == "race" and "SIP/2.0 503 Service Unavailable" or "SIP/2.0 487 Request Terminated")
end

--- Does what the carrier of this index does with a request. Each counts its INVITEs in `invites`, and keeps the Reason
-- of the last BYE in `reason`.
function carriers.serve(index, request)
  local carrier = carriers[index]
  local method = request:match("^%u+")
  local word = method ~= "OPTIONS" and word_of(request, index)
  if method == "INVITE" then
    local branch = peer.field(request, "Via")
    if not carrier.seen[branch] then
      carrier.seen[branch] = true
      carrier.invites = carrier.invites + 1
    end
    carriers.equal("string", type(word), "the word of a call for carrier " .. index)
    local answer = on_invite[word] or refuse(("SIP/2.0 %s No"):format(word))
    answer(carrier, request)
  elseif method == "CANCEL" then
    cancelled(carrier, request, word)
  elseif method ~= "ACK" then
    carrier.reason = method == "BYE" and peer.field(request, "Reason") or carrier.reason
    carrier:respond(request, "SIP/2.0 200 OK")
  end
end

--- Opens them at their ports; they talk to the server at another one.
function carriers.open(server, ports)
  for i, port in ipairs(ports) do
    carriers[i] = peer.open(server, port)
    carriers[i].invites = 0
  end
end

return carriers
