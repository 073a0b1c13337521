-- What the session of a FreeSWITCH script, or Kamailio's KSR, may do while a function calls it.
local call = require("spec.support.call")
local ksr = require("spec.support.ksr")
local session = require("spec.support.session")
local sip = require("sipcodes")

local freeswitch, kamailio = sip.freeswitch, sip.kamailio
local message, results = call.message, call.results

local VARIABLES = {
  originate_disposition = "CALL_REJECTED",
  last_bridge_hangup_cause = "CALL_REJECTED",
  originate_causes = "a;CALL_REJECTED|b;USER_BUSY",
  last_bridge_proto_specific_hangup_cause = "sip:603",
  sip_invite_failure_status = "603",
  sip_invite_failure_phrase = "Network Blocked",
  sip_reason = 'SIP;cause=603;text="v=analytics1;tel=+1";location=TN',
}

-- Each function that takes a session, and the methods that it calls.
local functions = {
  status = { call = freeswitch.status, "getVariable" },
  legs = { call = freeswitch.legs, "getVariable" },
  clear = { call = freeswitch.clear, "setVariable" },
  respond = { call = function(s) freeswitch.respond(s, 486) end, "getVariable", "setVariable", "execute" },
  redirect = { call = function(s) freeswitch.respond(s, 302, "sip:a@b") end, "getVariable", "setVariable", "execute" },
  hangup = { call = function(s) freeswitch.hangup(s, "USER_BUSY") end, "getVariable", "setVariable", "hangup" },
  set_reason = { call = function(s) freeswitch.set_reason(s, { { protocol = "SIP" } }) end, "setVariable" },
  pass_on = { call = freeswitch.pass_on, "getVariable", "setVariable", "execute" },
  attempt = { call = function(s) return freeswitch.attempts(s)("a") end, "getVariable", "setVariable", "execute" },
  finish = { call = function(s) return freeswitch.attempts(s).finish() end, "getVariable", "setVariable", "execute", "ready" },
}

local function each_method(with)
  for name, f in pairs(functions) do
    for _, method in ipairs(f) do
      with(name, f.call, method)
    end
  end
end

local usual = {}
for name, f in pairs(functions) do
  usual[name] = results(f.call, session.new(VARIABLES))
end

-- A session whose method is the one given; it gets the original one as its first argument.
local function with_method(method, f)
  local stand_in = session.new(VARIABLES)
  local original = stand_in[method] or function()
    return true
  end
  stand_in[method] = function(...)
    return f(original, ...)
  end
  return stand_in
end

local function works()
  for name, f in pairs(functions) do
    assert.same(usual[name], results(f.call, session.new(VARIABLES)))
  end
end

describe("a session's method", function()
  each_method(function(name, f, method)
    it(("may raise any value in %s: %s"):format(name, method), function()
      for _, problem in ipairs({ "text", {}, true, 17 }) do
        local ok, got = pcall(f, with_method(method, function()
          error(problem, 0)
        end))
        assert.is_false(ok)
        assert.equal(problem, got)
      end
      works()
    end)

    it(("may collect garbage in %s: %s"):format(name, method), function()
      local asked = 0
      assert.same(usual[name], results(f, with_method(method, function(original, ...)
        asked = asked + 1
        collectgarbage()
        local value = original(...)
        return type(value) == "string" and ("%s"):format(value) or value
      end)))
      assert.is_true(asked > 0)
    end)

    it(("may call the function again in %s: %s"):format(name, method), function()
      local inside = false
      assert.same(usual[name], results(f, with_method(method, function(original, self, ...)
        if not inside then
          inside = true
          assert.same(usual[name], results(f, session.new(VARIABLES)))
        end
        return original(self, ...)
      end)))
      assert.is_true(inside)
    end)

    -- A C function between the method and the coroutine: Lua refuses that.
    it(("cannot yield in %s: %s"):format(name, method), function()
      local stand_in = with_method(method, function(original, ...)
        coroutine.yield()
        return original(...)
      end)
      local ok, problem = coroutine.resume(coroutine.create(function()
        return f(stand_in)
      end))
      assert.is_false(ok)
      assert.matches("yield", problem)
      works()
    end)

    it(("may be a table that can be called, but nothing else, in %s: %s"):format(name, method), function()
      local stand_in = session.new(VARIABLES)
      local original = stand_in[method] or function()
        return true
      end
      stand_in[method] = setmetatable({}, {
        __call = function(_, ...)
          return original(...)
        end,
      })
      assert.same(usual[name], results(f, stand_in))
      for _, value in ipairs({ 17, "x", true, {} }) do
        stand_in = session.new(VARIABLES)
        stand_in[method] = value
        assert.matches("attempt to call", message(f, stand_in))
      end
    end)
  end)

  it("may call itself through the library without end", function()
    local stand_in = session.new(VARIABLES)
    function stand_in:getVariable()
      return (freeswitch.status(self))
    end
    local ok, problem = pcall(freeswitch.status, stand_in)
    assert.is_false(ok)
    assert.matches("overflow", problem)
    works()
  end)

  it("may take the session's methods away", function()
    local stand_in = session.new(VARIABLES)
    function stand_in:getVariable()
      self.getVariable = false
      setmetatable(self, nil)
      self.getVariable = nil
    end
    assert.equal("bad argument #1 to 'status' (session expected, got a table without getVariable)",
      message(freeswitch.status, stand_in))
  end)
end)

describe("a variable", function()
  it("that is not a string is absent", function()
    for _, value in ipairs({ 17, true, {}, print, "" }) do
      local stand_in = session.new()
      function stand_in.getVariable()
        return value
      end
      assert.same({ n = 2, nil, "no attempt has ended" }, results(freeswitch.status, stand_in))
      assert.same({ n = 2, nil, "no attempt has ended" }, results(freeswitch.legs, stand_in))
      assert.same({ n = 2, false, "no attempt has ended" }, results(freeswitch.pass_on, stand_in))
    end
  end)

  it("counts as its first result", function()
    local stand_in = session.new()
    function stand_in.getVariable(_, name)
      return VARIABLES[name], 17, {}, name
    end
    assert.same(usual.status, results(freeswitch.status, stand_in))
  end)

  it("may be of any size", function()
    local causes = ("a;CALL_REJECTED|"):rep(20000)
    local stand_in = session.new(VARIABLES)
    stand_in.variables.originate_causes = causes
    assert.equal(20000, #freeswitch.legs(stand_in))
    stand_in.variables.sip_reason = ("SIP,"):rep(100000) .. VARIABLES.sip_reason
    assert.is_true(freeswitch.pass_on(stand_in))
    assert.equal(#VARIABLES.sip_reason + 400000, #stand_in.variables.sip_reason)
  end)
end)

describe("a session of another kind", function()
  it("is refused if it lacks what only the end of a function needs", function()
    local stand_in = setmetatable(session.new(VARIABLES), nil)
    for _, method in ipairs({ "getVariable", "setVariable" }) do
      stand_in[method] = getmetatable(session.new()).__index[method]
    end
    for name, missing in pairs({ hangup = "hangup", respond = "execute", redirect = "execute", pass_on = "execute" }) do
      assert.matches("^bad argument #1 to '[a-z_]+' %(session expected, got a table without " .. missing .. "%)$",
        message(functions[name].call, stand_in))
    end
  end)

  it("is refused by its first missing method", function()
    for name, f in pairs(functions) do
      if name ~= "finish" then
        assert.matches("^bad argument #1 to '[a-z_]+' %(session expected, got a userdata without [a-zA-Z]+%)$",
          message(f.call, io.stdout), name)
      end
    end
  end)
end)

describe("a collector", function()
  it("may be used while it bridges", function()
    local stand_in = session.new()
    local attempts = freeswitch.attempts(stand_in)
    local depth = 0
    function stand_in:execute(application, data)
      self.calls[#self.calls + 1] = { "execute", application, data }
      if application == "bridge" and depth < 3 then
        depth = depth + 1
        attempts("again")
        self.variables.originate_disposition = "USER_BUSY"
        self.variables.last_bridge_hangup_cause = "USER_BUSY"
        self.variables.last_bridge_proto_specific_hangup_cause = "sip:486"
        self.variables.sip_invite_failure_status = "486"
      end
    end
    assert.same({ n = 4, false, 486, "USER_BUSY", "last_bridge_proto_specific_hangup_cause" }, results(attempts, "a"))
    assert.equal(486, (attempts.finish()))
  end)

  it("keeps what it needs when the script forgets its session", function()
    local seen = {}
    local finish
    do
      local stand_in = session.new()
      function stand_in:execute(application, data)
        seen[#seen + 1] = application .. " " .. data
        self.variables.originate_disposition = "USER_BUSY"
        self.variables.last_bridge_proto_specific_hangup_cause = "sip:486"
      end
      local attempts = freeswitch.attempts(stand_in)
      attempts("a")
      finish = attempts.finish
    end
    collectgarbage()
    collectgarbage()
    assert.equal(486, (finish()))
    assert.same({ "bridge a", "respond 486 Busy Here" }, seen)
  end)
end)

describe("an error of Kamailio", function()
  -- KSR.x.exit() ends a route by one.
  local calls = {
    reply = { 486 }, status = {}, reason = {}, contacts = {}, add_reason = { "SIP" }, keep = {}, failover = {},
  }

  after_each(function()
    _G.KSR = nil
  end)

  for name, arguments in pairs(calls) do
    it("comes through " .. name, function()
      for _, problem in ipairs({ "~~ksr~exit~~", {}, 17 }) do
        local fake = ksr.new({ route = "failure", code = 503, phrase = "x" })
        local raised = 0
        for _, module in pairs(fake) do
          for key, f in pairs(module) do
            if type(f) == "function" then
              module[key] = function()
                raised = raised + 1
                error(problem, 0)
              end
            end
          end
        end
        _G.KSR = fake
        local ok, got = pcall(kamailio[name], arguments[1])
        assert.is_false(ok)
        assert.equal(problem, got)
        assert.equal(1, raised)
      end
    end)
  end
end)
