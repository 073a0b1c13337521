-- A SIP peer on loopback, as much of one as a test needs: it sends what it is told to and waits for
-- what the test expects. Callers and gateways are both peers, in one process, so that a test reads
-- as the call that it plays.

local socket = require("socket")

local peer = {}
peer.__index = peer

-- How long anything may take that is to happen, in seconds. The machine may be busy.
local PATIENCE = 10

local HOST = "127.0.0.1"
local serial = 0

-- Something that no other message has.
local function unique()
  serial = serial + 1
  return ("%x-%x-%x"):format(os.time(), serial, math.random(0, 0xffffff))
end

--- The first field of that name; nil if there is none.
function peer.field(message, name)
  return peer.fields(message, name)[1]
end

--- The values of all fields of that name.
function peer.fields(message, name)
  local list = {}
  for line in message:gmatch("[^\r\n]+") do
    local found, value = line:match("^([%w-]+)%s*:%s*(.-)%s*$")
    if found and found:lower() == name:lower() then
      list[#list + 1] = value
    end
  end
  return list
end

--- The first line of a message.
function peer.first_line(message)
  return message:match("^[^\r\n]*")
end

--- A peer at a port, any free one without it; it talks to the server at another port. transport is "udp" unless
-- given, or "tcp": then a peer without a port connects to the server, and one with a port is connected to.
function peer.open(server, port, transport)
  local self = setmetatable({ server = server, seen = {}, transport = transport or "udp" }, peer)
  if self.transport == "udp" then
    self.socket = assert(socket.udp())
    assert(self.socket:setsockname(HOST, port or 0))
  else
    self.connections, self.listens = {}, port ~= nil
    self.socket = port and assert(socket.bind(HOST, port)) or nil
    if not port then
      self.socket = assert(socket.connect(HOST, server))
      self.connections[1], self.last = { socket = self.socket, text = "" }, self.socket
    end
  end
  local _, own = self.socket:getsockname()
  self.port = tonumber(own)
  return self
end

function peer:close()
  self.socket:close()
end

-- Over TCP a message goes to the peer that has sent the last one.
function peer:send(message)
  if self.transport == "udp" then
    assert(self.socket:sendto(message, HOST, self.server))
  else
    assert(self.last:send(message))
  end
end

-- The next message of a connection, which is all up to an empty line: none of them has a body.
local function take(self, connection)
  local message, rest = connection.text:match("^(.-\r\n\r\n)(.*)$")
  if message then
    connection.text, self.last = rest, connection.socket
  end
  return message
end

-- Reads what has come on the connections, and takes new ones.
local function read_connections(self, seconds)
  local sockets, connection_of = {}, {}
  for _, connection in ipairs(self.connections) do
    if not connection.closed then
      sockets[#sockets + 1], connection_of[connection.socket] = connection.socket, connection
    end
  end
  if self.listens then
    sockets[#sockets + 1] = self.socket
  end
  for _, ready in ipairs((socket.select(sockets, nil, seconds))) do
    local connection = connection_of[ready]
    if not connection then
      self.connections[#self.connections + 1] = { socket = assert(ready:accept()), text = "" }
    else
      ready:settimeout(0)
      local all, _, part = ready:receive("*a")
      connection.text = connection.text .. (all or part)
      ready:settimeout(nil)
      connection.closed = all ~= nil
    end
  end
end

local function receive_tcp(self, seconds)
  local deadline = socket.gettime() + seconds
  repeat
    for _, connection in ipairs(self.connections) do
      local message = take(self, connection)
      if message then
        return message
      end
    end
    read_connections(self, math.max(0, deadline - socket.gettime()))
  until socket.gettime() >= deadline
end

local function receive_udp(self, seconds)
  self.socket:settimeout(seconds)
  return (self.socket:receive())
end

-- The next message that is not a retransmission; nil if none comes in time.
local function receive(self, seconds)
  local deadline = socket.gettime() + seconds
  local receive_any = self.transport == "udp" and receive_udp or receive_tcp
  repeat
    local message = receive_any(self, math.max(0, deadline - socket.gettime()))
    if message then
      local line, via = peer.first_line(message), peer.field(message, "Via")
      local key = line .. "\n" .. via .. "\n" .. peer.field(message, "CSeq") .. "\n" .. (peer.field(message, "To"))
      if not self.seen[key] then
        self.seen[key] = true
        return message
      end
    end
  until socket.gettime() >= deadline
end

-- The peer's own Contact.
local function contact(self, user)
  local parameter = self.transport == "udp" and "" or ";transport=" .. self.transport
  return ("Contact: <sip:%s@%s:%d%s>"):format(user, HOST, self.port, parameter)
end

--- Sends a request; fields are lines to add. Answers it, for again and response.
function peer:request(method, uri, fields)
  local request = {
    method = method,
    uri = uri,
    via = ("Via: SIP/2.0/%s %s:%d;branch=z9hG4bK%s"):format(self.transport:upper(), HOST, self.port, unique()),
    from = ("From: <sip:caller@%s>;tag=%s"):format(HOST, unique()),
    to = ("To: <%s>"):format(uri),
    call_id = "Call-ID: " .. unique(),
    cseq = 1,
    fields = fields,
  }
  self:again(request, method, request)
  return request
end

--- Sends a message that belongs to a request: its ACK, its CANCEL, another one of its dialog. What
-- differs from the request stands in changes.
function peer:again(request, method, changes)
  local function value(name)
    return changes and changes[name] or request[name]
  end
  local lines = {
    ("%s %s SIP/2.0"):format(method, value("uri")),
    value("via"),
    "Max-Forwards: 70",
    request.from,
    value("to"),
    request.call_id,
    ("CSeq: %d %s"):format(value("cseq"), method),
    contact(self, "caller"),
  }
  for _, line in ipairs(changes and changes.fields or {}) do
    lines[#lines + 1] = line
  end
  lines[#lines + 1] = "Content-Length: 0\r\n\r\n"
  self:send(table.concat(lines, "\r\n"))
end

--- Sends a response to a request that was received; fields are lines to add. A Contact among them takes the place of
-- the peer's own.
function peer:respond(request, line, fields)
  local lines = { line }
  for _, name in ipairs({ "Via", "Record-Route", "From", "Call-ID", "CSeq" }) do
    for _, value in ipairs(peer.fields(request, name)) do
      lines[#lines + 1] = name .. ": " .. value
    end
  end
  local to = peer.field(request, "To")
  lines[#lines + 1] = "To: " .. to .. (to:find(";tag=", 1, true) and "" or ";tag=gateway")
  local more = table.concat(fields or {}, "\r\n")
  if not more:find("Contact:", 1, true) then
    lines[#lines + 1] = contact(self, "gateway")
  end
  lines[#lines + 1] = more ~= "" and more or nil
  lines[#lines + 1] = "Content-Length: 0\r\n\r\n"
  self:send(table.concat(lines, "\r\n"))
end

--- Waits for a request of that method, and answers it. Another message is an error.
function peer:expect(method)
  local message = receive(self, PATIENCE)
  assert(message, ("no %s came"):format(method))
  local line = peer.first_line(message)
  assert(line:match("^%S+") == method, ("%s was to come, but it is: %s"):format(method, line))
  return message
end

--- Waits for a response, and answers it; a 100 is passed over. To one that refuses an INVITE it
-- sends the ACK.
function peer:response(request)
  repeat
    local message = receive(self, PATIENCE)
    assert(message, "no response came")
    local code = tonumber(message:match("^SIP/2%.0 (%d%d%d)"))
    assert(code, "no response: " .. peer.first_line(message))
    if code > 100 then
      if code >= 300 and request.method == "INVITE" and peer.field(message, "CSeq"):find("INVITE", 1, true) then
        self:again(request, "ACK", { to = "To: " .. peer.field(message, "To") })
      end
      return message
    end
  until false
end

--- Fails if anything comes within these seconds.
function peer:silence(seconds)
  local message = receive(self, seconds)
  assert(not message, message and "nothing was to come, but it is: " .. peer.first_line(message))
end

return peer
