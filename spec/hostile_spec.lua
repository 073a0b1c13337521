-- What a host or a script may do around a call. Each function must give its usual results.
local call = require("spec.support.call")
local every_call = require("spec.support.every_call")
local session = require("spec.support.session")
local sip = require("sipcodes")

local message, results = call.message, call.results
local unpack = table.unpack or unpack -- luacheck: ignore 143
local jit = rawget(_G, "jit")

-- All that came of pcall, as one text, without the position in front of a message.
local function as_text(ok, first, ...)
  if not ok then
    return "error: " .. first:gsub("^[^:]+:%d+: ", "")
  end
  return every_call.shown(first, ...)
end

local function outcome(run)
  return as_text(pcall(run))
end

-- The usual outcomes by the names of the calls.
local usual = {}
for _, each in ipairs(every_call.list()) do
  usual[each.name] = outcome(each.run)
end

-- Makes every call as `with` does it: a function of the call that returns its outcome.
local function all_as_usual(with)
  local seen = 0
  for _, each in ipairs(every_call.list()) do
    assert.equal(usual[each.name], (with or outcome)(each.run, each), each.name)
    seen = seen + 1
  end
  assert.is_true(seen > 150)
end

-- A metatable whose every metamethod raises.
local hostile = { __name = {} }
for _, event in ipairs({ "__index", "__newindex", "__call", "__len", "__eq", "__lt", "__le", "__concat", "__tostring",
  "__add", "__unm", "__pairs", "__ipairs" }) do
  hostile[event] = function()
    error("a metamethod was called: " .. event)
  end
end

describe("every function gives its usual results", function()
  it("when it is called again", function()
    all_as_usual()
  end)

  it("in a coroutine, and in one inside another", function()
    all_as_usual(function(run)
      return coroutine.wrap(function()
        return coroutine.wrap(function()
          return outcome(run)
        end)()
      end)()
    end)
  end)

  -- LuaJIT calls no hook in compiled code.
  it("under a hook on every instruction that collects garbage", function()
    local hooked = 0
    if jit then
      jit.off()
    end
    all_as_usual(function(run)
      debug.sethook(function()
        hooked = hooked + 1
        if hooked % 50 == 0 then
          collectgarbage("step")
        end
      end, "crl", 1)
      local text = outcome(run)
      debug.sethook()
      return text
    end)
    if jit then
      jit.on()
    end
    assert.is_true(hooked > 1000)
  end)

  it("with 7,000 arguments", function()
    local fillers = {}
    for i = 1, 7000 do
      fillers[i] = i % 2 == 0 and {} or "x"
    end
    all_as_usual(function(run, each)
      if not each.f then
        return outcome(run)
      end
      local given = { unpack(fillers) }
      for i = 1, every_call.MOST_ARGUMENTS do
        given[i] = each.arguments[i]
      end
      return as_text(pcall(each.f, unpack(given, 1, #fillers)))
    end)
  end)

  it("deep in a recursion of Lua functions, and of C functions", function()
    local function deep(depth, run)
      if depth == 0 then
        return outcome(run)
      end
      return (deep(depth - 1, run))
    end
    local function deep_in_c(depth, run)
      local text
      if depth == 0 then
        return outcome(run)
      end
      ("x"):gsub("x", function()
        text = deep_in_c(depth - 1, run)
      end)
      return text
    end
    all_as_usual(function(run)
      return deep(3000, run)
    end)
    all_as_usual(function(run)
      return deep_in_c(20, run)
    end)
  end)

  -- spec/c/oom.c collects all garbage at every request for memory.
  it("while garbage is collected by generations, and while it is not collected", function()
    if _VERSION == "Lua 5.2" or _VERSION == "Lua 5.4" then
      collectgarbage("generational")
      all_as_usual()
      collectgarbage("incremental")
    end
    collectgarbage("stop")
    all_as_usual()
    collectgarbage("restart")
  end)

  it("where the basic types have metatables that raise", function()
    local values = { nil, 1, true, print, coroutine.create(function() end) }
    -- The module in Lua uses methods of strings: it is not called then.
    for _, each in ipairs(every_call.list()) do
      if not each.name:find("^kamailio") and not each.name:find("^open") then
        local kept = {}
        for i = 1, 5 do
          kept[i] = debug.getmetatable(values[i])
          debug.setmetatable(values[i], hostile)
        end
        local strings = debug.getmetatable("")
        debug.setmetatable("", hostile)
        local got = results(pcall, each.run)
        debug.setmetatable("", strings)
        for i = 1, 5 do
          debug.setmetatable(values[i], kept[i])
        end
        assert.equal(usual[each.name], as_text(unpack(got, 1, got.n)), each.name)
      end
    end
  end)
end)

-- Lists, records and options are read raw: a proxy counts as an empty table.
describe("a proxy", function()
  -- Its metamethods would raise, and what it stands for cannot be seen.
  local function proxy()
    return setmetatable({}, hostile)
  end

  it("is an empty list, record or set of options", function()
    assert.same({ n = 1, 408 }, results(sip.routing.best, proxy()))
    assert.same({ n = 2, 500, 1 }, results(sip.routing.best, { 503 }, proxy()))
    assert.same({ n = 3, false, "carrier", nil }, results(sip.routing.policy(proxy()), 486))
    assert.same({ n = 3, true, "carrier", nil }, results(sip.routing.failover, 503, nil, nil, proxy()))
    assert.equal(0, sip.kpi.ratios(proxy(), proxy()).attempts)
    assert.equal("Not Found", sip.localize(proxy()).reason(404))
    assert.equal(3, results(sip.header.reason, "SIP;", proxy()).n)
    assert.equal(3, results(sip.header.pick, "SIP;", nil, proxy()).n)
    assert.equal("SIP", sip.blocking.detect(603, "Network Blocked", 'SIP;cause=603;text="v=analytics1"', proxy()).protocol)
    assert.equal("SIP", sip.header.format_reason({ { protocol = "SIP", params = proxy() } }))
    assert.is_table(sip.freeswitch.attempts(session.new(), proxy()))
  end)

  it("is refused where an empty one is", function()
    for problem, f in pairs({
      ["#1 to 'format_reason' (no value to write)"] = sip.header.format_reason,
      ["#1 to 'format_warning' (no value to write)"] = sip.header.format_warning,
      ["#1 to 'causes' (no element)"] = sip.freeswitch.causes,
      ["#1 to 'reply' (one of url, tel and email is needed)"] = sip.blocking.reply,
    }) do
      assert.equal("bad argument " .. problem, message(f, proxy()))
    end
    assert.equal("bad argument #2 to 'pick' (no protocol in the order)", message(sip.header.pick, "SIP", proxy()))
    assert.equal("bad argument #2 to 'set_reason' (no value to write)",
      message(sip.freeswitch.set_reason, session.new(), proxy()))
    assert.equal("bad argument #1 to 'format_reason' (value 1: protocol: string expected, got nil)",
      message(sip.header.format_reason, { proxy() }))
    assert.equal("bad argument #1 to 'format_warning' (value 1: code: number expected, got nil)",
      message(sip.header.format_warning, { proxy() }))
  end)

  it("is counted in without its metamethods", function()
    local histogram = proxy()
    sip.kpi.add(histogram, 486)
    sip.kpi.add(histogram, 486)
    assert.equal(2, rawget(histogram, 486))
  end)

  it("is shown by its type", function()
    assert.equal("bad argument #1 to 'reason' (code expected, got table)", message(sip.reason, proxy()))
    assert.equal("bad argument #1 to 'best' (element 1: table is not a SIP response code)",
      message(sip.routing.best, { proxy() }))
    assert.equal("bad argument #1 to 'localize' (key table is not a SIP response code)",
      message(sip.localize, { [proxy()] = "x" }))
    assert.equal("bad argument #1 to 'policy' (rule table: no such rule)", message(sip.routing.policy, { [proxy()] = true }))
    assert.is_nil(sip.reasons[proxy()])
    assert.is_nil(sip[proxy()])
  end)
end)

describe("the end of a recursion", function()
  it("leaves a state that works", function()
    local calls = 0
    local function recurse()
      calls = calls + 1
      local phrase = sip.line(486) .. recurse()
      return phrase
    end
    local ok, problem = pcall(recurse)
    assert.is_false(ok)
    assert.matches("overflow", problem)
    assert.is_true(calls > 100)
    all_as_usual()
  end)
end)

describe("a list of 100,000", function()
  local MANY = 100000

  local function list(element)
    local many = {}
    for i = 1, MANY do
      many[i] = element
    end
    return many
  end

  it("of codes is read to its end", function()
    local codes = list(503)
    codes[MANY] = 404
    assert.same({ n = 2, 404, MANY }, results(sip.routing.best, codes))
    codes[MANY] = 99
    assert.equal("bad argument #1 to 'best' (element 100000: 99 is not a SIP response code)",
      message(sip.routing.best, codes))
    assert.equal("NORMAL_TEMPORARY_FAILURE", (sip.freeswitch.causes(list(503))))
    assert.same({ "2xx" }, sip.kpi.ratios({}, { ner = list("2xx") }).ner_set)
  end)

  it("of records is written", function()
    local value = sip.header.format_reason(list({ protocol = "SIP", cause = 486 }))
    assert.equal(MANY * #"SIP;cause=486, " - 2, #value)
    assert.equal(MANY * #'399 a "", ' - 2, #sip.header.format_warning(list({ code = 399, agent = "a", text = "" })))
    assert.equal(MANY, #sip.header.reason(value))
    assert.same({ n = 3, 486, "SIP", nil }, results(sip.header.pick, value))
  end)

  it("of names or rules is refused", function()
    assert.equal("bad argument #2 to 'pick' (more than 64 protocols)", message(sip.header.pick, "SIP", list("SIP")))
    assert.equal("bad argument #1 to 'localize' (key 1 is not a SIP response code)", message(sip.localize, list("x")))
    assert.equal("bad argument #1 to 'ratios' (key 1 is not a SIP response code)", message(sip.kpi.ratios, list(1)))
    -- The message is the first of all by its text.
    assert.equal("bad argument #1 to 'policy' (rule 100000: no such rule)", message(sip.routing.policy, list(true)))
  end)
end)

-- Each result is made of the whole string.
describe("a string of 64 MiB #slow", function()
  local size = 2 ^ 26
  local long

  setup(function()
    long = ("x"):rep(size)
  end)

  teardown(function()
    long = nil
    collectgarbage()
  end)

  it("is read", function()
    local shown = '"' .. ("x"):rep(40) .. '"...'
    assert.equal(shown .. " is not a SIP response code", select(2, sip.reason(long)))
    assert.equal(shown .. " names no SIP response code", select(2, sip.code(long)))
    assert.equal(shown .. " is not a Status-Line: no SIP version at octet 1", select(2, sip.parse(long)))
    assert.equal(size + 1, select(3, sip.header.reason(long .. "@")))
    assert.equal(1, select(3, sip.header.retry_after(long)))
    assert.equal(31, (sip.cause.from_sip(488, nil, long)))
    assert.is_nil((sip.cause.to_sip(long)))
    assert.is_nil((sip.blocking.detect(603, long, long)))
  end)

  it("is refused as an option", function()
    assert.equal('bad argument #2 to \'from_sip\' (no table "' .. ("x"):rep(40) .. '"...)',
      message(sip.cause.from_sip, 486, long))
  end)

  it("is written", function()
    assert.equal(size, #select(2, sip.reply(486, long)))
  end)
end)
