local blocking = require("sipcodes.blocking")
local call = require("spec.support.call")
local file = require("spec.support.file")
local kamailio = require("sipcodes.kamailio")
local ksr = require("spec.support.ksr")
local routing = require("sipcodes.routing")
local sip = require("sipcodes")

local results, message = call.results, call.message
local unpack = table.unpack or unpack -- luacheck: ignore 143

-- Inside a route: calls f while the global KSR stands for it. Answers the route, to be looked at.
local function inside(route, f)
  local state = {}
  for key, value in pairs(route) do
    state[key] = value
  end
  _G.KSR = ksr.new(state)
  local ok, problem = pcall(f, state)
  _G.KSR = nil
  assert(ok, problem)
  assert.same({}, state.errors)
  return state
end

-- The results of a function of the module in a route.
local function answers(route, name, ...)
  local arguments = { n = select("#", ...), ... }
  local all
  inside(route, function()
    all = results(kamailio[name], unpack(arguments, 1, arguments.n))
  end)
  return all
end

local function failed(code, phrase, more)
  local route = { route = "failure", code = code, phrase = phrase }
  for key, value in pairs(more or {}) do
    route[key] = value
  end
  return route
end

local timed_out = failed(408, "Request Timeout", { is_local = true, timeout = true })
local blocked = select(3, blocking.reply({ url = "https://carrier.example/redress", location = "TN" }))

describe("the module", function()
  -- Loads the file anew, KSR being the value that is given.
  local function load_again(value)
    local kept = package.loaded["sipcodes.kamailio"]
    package.loaded["sipcodes.kamailio"] = nil
    _G.KSR = value
    local ok, module = pcall(require, "sipcodes.kamailio")
    _G.KSR = nil
    package.loaded["sipcodes.kamailio"] = kept
    assert(ok, module)
    return module
  end

  it("touches nothing of KSR while it loads", function()
    local function touched()
      error("KSR was touched")
    end
    load_again(setmetatable({}, { __index = touched, __newindex = touched, __call = touched, __pairs = touched }))
  end)

  it("sets no globals", function()
    local before = {}
    for key, value in pairs(_G) do
      before[key] = value
    end
    load_again(nil)
    for key, value in pairs(_G) do
      assert.equal(before[key], value, tostring(key))
    end
  end)

  it("finds the KSR of the call, not that of the load", function()
    local old = ksr.new({ route = "request" })
    local module = load_again(old)
    local state = inside({ route = "request" }, function()
      assert.is_true(module.reply(486))
      assert.is_true(kamailio.reply(480))
    end)
    assert.same({ { n = 2, 486, "Busy Here" }, { n = 2, 480, "Temporarily Unavailable" } }, state.sent)
  end)

  it("lives on when a script is loaded again, whether it clears package.loaded or not", function()
    for _ = 1, 3 do
      local again = load_again(nil)
      assert.are_not.equal(kamailio, again)
      for _, module in ipairs({ kamailio, again, require("sipcodes.kamailio") }) do
        inside(failed(503), function()
          assert.same({ n = 3, 503, "", "remote" }, results(module.status))
        end)
      end
    end
  end)

  it("catches no error but those of sipcodes' own functions", function()
    local text = file.read("lua/sipcodes/kamailio.lua")
    assert.equal(1, select(2, text:gsub("pcall%(", "")))
    assert.is_nil(text:find("coroutine"))
    for f in text:gmatch("checked%(\"[%w_]+\", ([%w_.]+)") do
      assert.is_true(f == "sip.reply" or f == "header.format_reason", f)
    end
  end)

  it("names itself and the script's line in an error", function()
    inside({ route = "request" }, function()
      for name, misuse in pairs({
        reply = function()
          local sent = kamailio.reply(700)
          return sent
        end,
        add_reason = function()
          local added = kamailio.add_reason({})
          return added
        end,
      }) do
        local ok, text = pcall(misuse)
        assert.is_false(ok)
        assert.matches("kamailio_spec%.lua:%d+: bad argument #1 to '" .. name .. "' %(", text)
      end
    end)
  end)

  it("holds functions with plain names and nothing else", function()
    local names = {}
    for key, value in pairs(kamailio) do
      assert.is_function(value)
      names[#names + 1] = key
    end
    table.sort(names)
    assert.same({ "add_reason", "contacts", "failover", "keep", "reason", "reply", "status", "yes" }, names)
  end)
end)

describe("a module of Kamailio that is not loaded", function()
  local ways = {
    { "reply", { route = "request" }, { "sl" }, 486 },
    { "status", { route = "reply", code = 486 }, { "pv" } },
    { "status", failed(503), { "pv", "tmx" } },
    { "contacts", failed(302), { "pv", "tmx" } },
    { "keep", failed(503), { "pv", "tmx" } },
    { "reason", { route = "reply", code = 486 }, { "pv" } },
    { "reason", failed(503), { "pv", "tmx" } },
    { "add_reason", { route = "request" }, { "hdr" }, { { protocol = "SIP", cause = 200 } } },
    { "failover", failed(503), { "pv", "tmx", "tm" } },
  }
  for _, way in ipairs(ways) do
    local name, route, modules, argument = way[1], way[2], way[3], way[4]
    for _, module in ipairs(modules) do
      it(("raises in %s: %s in a %s route"):format(name, module, route.route), function()
        local ksr_without = ksr.new({ route = route.route, code = route.code, without = { [module] = true } })
        _G.KSR = ksr_without
        local ok, text = pcall(message, kamailio[name], argument)
        _G.KSR = nil
        assert(ok, text)
        assert.equal(("sipcodes.kamailio: %s needs the module %s"):format(name, module), text)
      end)
    end
  end

  it("raises where there is no Kamailio at all", function()
    assert.equal("sipcodes.kamailio: reply needs the module sl", message(kamailio.reply, 486))
    assert.equal("sipcodes.kamailio: status needs the module pv", message(kamailio.status))
    assert.equal("sipcodes.kamailio: reason needs the module pv", message(kamailio.reason))
    assert.equal("sipcodes.kamailio: add_reason needs the module hdr", message(kamailio.add_reason, "SIP;cause=200"))
    assert.equal("sipcodes.kamailio: failover needs the module pv", message(kamailio.failover))
  end)

  it("is named at the line of the script", function()
    local ok, text = pcall(function()
      local sent = kamailio.reply(486)
      return sent
    end)
    assert.is_false(ok)
    assert.matches("^[^:]*kamailio_spec%.lua:%d+: sipcodes%.kamailio: reply needs the module sl$", text)
  end)

  it("is not asked for where it is not needed", function()
    local only_pv = { sl = true, hdr = true, tm = true, tmx = true }
    local reply = { route = "core reply", code = 486, phrase = "Busy", fields = { Reason = { "SIP;cause=1" } } }
    reply.without = only_pv
    assert.same({ n = 3, 486, "Busy", "remote" }, answers(reply, "status"))
    assert.same(1, answers(reply, "reason")[1][1].cause)
    local only_sl = { pv = true, hdr = true, tm = true, tmx = true }
    assert.same({ n = 1, true }, answers({ route = "request", without = only_sl }, "reply", 200))
  end)
end)

describe("yes", function()
  it("is true for 1 and what is like it, false for every other result", function()
    for _, value in ipairs({ 1, 2, 1.0, true }) do
      assert.is_true(kamailio.yes(value))
    end
    for _, value in ipairs({ -1, 0, -2, -1.0, false, "1", "", {}, print, 0 / 0 }) do
      assert.is_false(kamailio.yes(value))
    end
    assert.is_false(kamailio.yes(nil))
    assert.is_false(kamailio.yes())
  end)
end)

describe("reply", function()
  it("sends every code, always with a phrase", function()
    local count = 0
    local state = inside({ route = "request" }, function()
      for _ = 1, 2 do -- the phrase of the second time is the one that was checked at the first time
        for code = 100, 699 do
          assert.is_true(kamailio.reply(code))
          count = count + 1
        end
      end
    end)
    assert.equal(1200, count)
    for i, sent in ipairs(state.sent) do
      assert.same(results(sip.reply, 100 + (i - 1) % 600), sent)
      assert.equal(2, sent.n)
      assert.is_true(#sent[2] > 0)
    end
  end)

  it("sends the phrase that is given", function()
    local words = sip.localize({ [404] = "Nicht gefunden" })
    local state = inside({ route = "request" }, function()
      kamailio.reply(486, "Besetzt")
      kamailio.reply("486", "")
      kamailio.reply(486.0, nil)
      kamailio.reply(words.reply(404))
      kamailio.reply(words.reply(480))
    end)
    assert.same({
      { n = 2, 486, "Besetzt" },
      { n = 2, 486, "Busy Here" },
      { n = 2, 486, "Busy Here" },
      { n = 2, 404, "Nicht gefunden" },
      { n = 2, 480, "Temporarily Unavailable" },
    }, state.sent)
  end)

  it("is a boolean, whatever Kamailio returns", function()
    local cases = { { 1, true }, { 2, true }, { true, true }, { -1, false }, { -2, false }, { 0, false },
      { false, false }, { "nil", false } }
    for _, case in ipairs(cases) do
      local route = { route = "request", returns = { send_reply = case[1] } }
      local expected = case[2] and { n = 1, true } or { n = 2, false, "Kamailio did not send the reply" }
      assert.same(expected, answers(route, "reply", 486), tostring(case[1]))
    end
  end)

  it("raises on what cannot be sent, and sends nothing", function()
    local cases = {
      { 486, "Busy\r\nX: 1", "bad argument #2 to 'reply' (CR at octet 5)" },
      { 486, "\n", "bad argument #2 to 'reply' (LF at octet 1)" },
      { 486, "Busy\0", "bad argument #2 to 'reply' (NUL at octet 5)" },
      { 99, nil, "bad argument #1 to 'reply' (99 is not a SIP response code)" },
      { "busy", nil, "bad argument #1 to 'reply' (\"busy\" is not a SIP response code)" },
    }
    local state = inside({ route = "request" }, function()
      for _, case in ipairs(cases) do
        assert.equal(case[3], message(kamailio.reply, case[1], case[2]))
      end
    end)
    assert.same({}, state.sent)
  end)

  it("lets an error of Kamailio through, KSR.x.exit() among them", function()
    inside({ route = "request", exits = true }, function()
      local ok, problem = pcall(kamailio.reply, 486)
      assert.is_false(ok)
      assert.equal("~~ksr~exit~~", problem)
    end)
  end)
end)

describe("status", function()
  it("is the reply in a reply route", function()
    for _, route in ipairs({ "reply", "core reply" }) do
      for _, code in ipairs({ 180, 200, 408, 486, 503, 603, 799 }) do
        for _, phrase in ipairs({ "Phrase", "", false }) do
          local reply = { route = route, code = code, phrase = phrase or nil }
          assert.same({ n = 3, code, phrase or "", "remote" }, answers(reply, "status"))
        end
      end
    end
  end)

  it("tells received responses from Kamailio's own in a failure route", function()
    local cases = {
      { failed(503, "Service Unavailable"), 503, "Service Unavailable", "remote" },
      { failed(486, ""), 486, "", "remote" },
      { failed(408, "Request Timeout"), 408, "Request Timeout", "remote" },
      { timed_out, 408, "Request Timeout", "local" },
      -- After two branches, of which the other one timed out.
      { failed(486, "Busy Here", { timeout = true }), 486, "Busy Here", "remote" },
      { failed(503, "Service Unavailable", { is_local = true }), 503, "Service Unavailable", "local" },
      { failed(487, "Request Terminated", { is_local = true }), 487, "Request Terminated", "local" },
    }
    for _, case in ipairs(cases) do
      assert.same({ n = 3, case[2], case[3], case[4] }, answers(case[1], "status"))
    end
  end)

  it("does so in a branch failure route, where a local response has no phrase", function()
    local cases = {
      { { code = 503, phrase = "Service Unavailable" }, 503, "Service Unavailable", "remote" },
      { { code = 486, phrase = "" }, 486, "", "remote" },
      { { code = 408, phrase = "Gone" }, 408, "Gone", "remote" },
      { { code = 408, is_local = true, timeout = true }, 408, "", "local" },
      { { code = 503, is_local = true }, 503, "", "local" },
    }
    for _, case in ipairs(cases) do
      case[1].route = "branch failure"
      assert.same({ n = 3, case[2], case[3], case[4] }, answers(case[1], "status"))
    end
  end)

  it("is nil and a message elsewhere, though $T_reply_code is not nil there", function()
    for _, route in ipairs({ "request", "branch", "other" }) do
      for _, code in ipairs({ 0, 100, 486 }) do
        assert.same({ n = 2, nil, "no response in this route" }, answers({ route = route, code = code }, "status"))
      end
    end
  end)
end)

describe("reason", function()
  local fields = { Reason = { "SIP;cause=503", 'Q.850;cause=38;text="Network out of order", X.int;cause=1;a=b' } }
  local expected = {
    { protocol = "SIP", cause = 503, params = {} },
    { protocol = "Q.850", cause = 38, text = "Network out of order", params = {} },
    { protocol = "X.int", cause = 1, params = { a = "b" } },
  }

  for _, route in ipairs({ "reply", "core reply", "failure", "branch failure" }) do
    it("reads every value of every Reason field in a " .. route .. " route", function()
      assert.same({ n = 2, expected, nil }, answers({ route = route, code = 503, fields = fields }, "reason"))
    end)

    it("reads the first field in a " .. route .. " route that has no room for all", function()
      local all = answers({ route = route, code = 503, fields = fields, overflow = true }, "reason")
      assert.same({ n = 2, { expected[1] }, nil }, all)
    end)

    it("is nil and a message in a " .. route .. " route without the field", function()
      assert.same({ n = 2, nil, "no Reason" }, answers({ route = route, code = 503 }, "reason"))
    end)

    it("passes over what it cannot read in a " .. route .. " route, and says so", function()
      local all = answers({ route = route, code = 503, fields = { Reason = { "SIP;cause=503,;" } } }, "reason")
      assert.same({ n = 2, { expected[1] }, "no protocol at octet 15" }, all)
    end)
  end

  it("is nil for a response of Kamailio's own and where there is none", function()
    local request = { route = "request", fields = fields }
    local branch = { route = "branch", fields = fields }
    assert.same({ n = 2, nil, "no Reason" }, answers(timed_out, "reason"))
    for _, route in ipairs({ request, branch }) do
      assert.same({ n = 2, nil, "no response in this route" }, answers(route, "reason"))
    end
  end)
end)

describe("add_reason", function()
  it("adds one field with all values", function()
    local state = inside({ route = "request" }, function()
      assert.is_true(kamailio.add_reason({ { protocol = "Q.850", cause = 17, text = "User busy" } }))
      assert.is_true(kamailio.add_reason({ { protocol = "SIP", cause = 486 }, { protocol = "Q.850", cause = 17 } }))
    end)
    assert.same({
      'Reason: Q.850;cause=17;text="User busy"\r\n',
      "Reason: SIP;cause=486, Q.850;cause=17\r\n",
    }, state.appended)
  end)

  it("takes a field value, too", function()
    local state = inside({ route = "request" }, function()
      kamailio.add_reason(blocked)
      kamailio.add_reason(' SIP ;\r\n cause=200;Text="Call completed elsewhere"')
    end)
    assert.same({
      "Reason: " .. blocked .. "\r\n",
      'Reason: SIP;cause=200;text="Call completed elsewhere"\r\n',
    }, state.appended)
  end)

  it("is a boolean, whatever Kamailio returns", function()
    for _, case in ipairs({ { 1, true }, { true, true }, { -1, false }, { false, false } }) do
      local route = { route = "failure", returns = { append_to_reply = case[1] } }
      local expected = case[2] and { n = 1, true } or { n = 2, false, "Kamailio did not take the field" }
      assert.same(expected, answers(route, "add_reason", "SIP;cause=200"))
    end
  end)

  it("raises on what cannot be written, and adds nothing", function()
    local state = inside({ route = "request" }, function()
      local injected = { { protocol = "SIP", text = "a\r\nX: 1" } }
      for _, values in ipairs({ {}, injected, { { protocol = "a b" } } }) do
        assert.matches("^bad argument #1 to 'add_reason' %(", message(kamailio.add_reason, values))
      end
      for _, value in ipairs({ "", "SIP;cause=1,", 'SIP;text="a\r\nX: 1"', "SIP;cause=1\r\nX: 1", "SIP\0" }) do
        assert.matches("^bad argument #1 to 'add_reason' %(", message(kamailio.add_reason, value))
      end
    end)
    assert.same({}, state.appended)
  end)
end)

describe("a route in which Kamailio sends nothing", function()
  for _, route in ipairs({ "branch", "reply", "core reply", "branch failure", "other" }) do
    it("is told by reply and add_reason: " .. route, function()
      local why = { n = 2, false, "Kamailio answers only in a request route or a failure route" }
      local state = inside({ route = route, code = 503, phrase = "" }, function()
        assert.same(why, results(kamailio.reply, 486))
        assert.same(why, results(kamailio.add_reason, "SIP;cause=200"))
      end)
      assert.same({}, state.sent)
      assert.same({}, state.appended)
    end)
  end

  it("cannot be told without tmx", function()
    inside({ route = "branch", without = { tmx = true } }, function()
      assert.is_true(kamailio.reply(486))
    end)
  end)
end)

describe("contacts", function()
  local cases = {
    { { "<sip:a@h>;q=0.2, sip:b@h;q=0.9", "\"x, <y>\" <sip:c@h;lr>" },
      { { uri = "sip:c@h;lr", q = 1 }, { uri = "sip:b@h", q = 0.9 }, { uri = "sip:a@h", q = 0.2 } } },
    { { "<sip:a@h>, <sip:b@h>" }, { { uri = "sip:a@h", q = 1 }, { uri = "sip:b@h", q = 1 } } },
    { { "<sip:a@h?Subject=x,y>;Q = 0.5;expires=3" }, { { uri = "sip:a@h?Subject=x,y", q = 0.5 } } },
    { { ",, tel:+15550100 ," }, { { uri = "tel:+15550100", q = 1 } } },
    { { '"a \\" <b>" <sips:d@h>' }, { { uri = "sips:d@h", q = 1 } } },
  }
  for i, case in ipairs(cases) do
    for _, route in ipairs({ "failure", "reply" }) do
      it("are sorted by q, case " .. i .. " in a " .. route .. " route", function()
        local all = answers({ route = route, code = 302, fields = { Contact = case[1] } }, "contacts")
        assert.same({ n = 1, case[2] }, all)
      end)
    end
  end

  it("are nil and a message if there is none", function()
    for _, value in ipairs({ "", "*", "<>", "x" }) do
      local all = answers({ route = "failure", code = 302, fields = { Contact = { value } } }, "contacts")
      assert.same({ n = 2, nil, "no Contact" }, all)
    end
    assert.same({ n = 2, nil, "no Contact" }, answers({ route = "failure", code = 302 }, "contacts"))
  end)
end)

describe("after async.route or t_continue", function()
  local gone = "the response is gone after async.route or t_continue: call keep before it"
  local fields = {
    Reason = { "SIP;cause=503", "Q.850;cause=34" },
    ["Retry-After"] = { "7" },
    Contact = { "<sip:a@h>;q=0.2,<sip:b@h>" },
  }

  -- The route that goes on after a failure route of this kind kept its response; more is what differs there.
  local function continued(route, more)
    local state = inside(route, function()
      assert.same({ n = 1, true }, results(kamailio.keep))
    end)
    local after = { route = "continued", xavp = state.xavp, branches = (route.branches or 1) + 1 }
    for key, value in pairs(more or {}) do
      after[key] = value
    end
    return after
  end

  it("there is no response, and nothing in the log, and a message that says what to do", function()
    for _, waiting in ipairs({ false, true }) do
      for _, name in ipairs({ "status", "reason", "contacts", "failover", "keep" }) do
        assert.same({ n = 2, nil, gone }, answers({ route = "continued", waiting = waiting }, name), name)
      end
    end
  end)

  it("the response that was kept is there, with its fields", function()
    local after = continued(failed(503, "No lines", { fields = fields }))
    assert.same({ n = 3, 503, "No lines", "remote" }, answers(after, "status"))
    assert.same({ n = 3, true, "carrier", 7 }, answers(after, "failover"))
    assert.same({ n = 2, {
      { protocol = "SIP", cause = 503, params = {} },
      { protocol = "Q.850", cause = 34, params = {} },
    }, nil }, answers(after, "reason"))
    assert.same({ n = 1, { { uri = "sip:b@h", q = 1 }, { uri = "sip:a@h", q = 0.2 } } }, answers(after, "contacts"))
  end)

  it("the response that was kept counts more than an earlier one that Kamailio still looks at", function()
    local after = continued(failed(503, "No lines", { fields = fields }), { code = 404, phrase = "Not Found" })
    assert.same({ n = 3, 503, "No lines", "remote" }, answers(after, "status"))
    assert.same({ n = 3, true, "carrier", 7 }, answers(after, "failover"))
  end)

  it("a timeout that was kept is one", function()
    local after = continued(timed_out)
    assert.same({ n = 3, 408, "Request Timeout", "local" }, answers(after, "status"))
    local rule = select(2, unpack(answers(after, "failover", routing.policy({ timeout = false }))))
    assert.equal("timeout", rule)
    assert.same({ n = 2, nil, "no Reason" }, answers(after, "reason"))
    assert.same({ n = 2, nil, "no Contact" }, answers(after, "contacts"))
  end)

  it("what was kept counts for one suspension", function()
    local route = failed(503, "", { fields = fields, branches = 2 })
    assert.same({ n = 3, 503, "", "remote" }, answers(continued(route), "status"))
    for _, branches in ipairs({ 1, 2, 4, 5 }) do
      assert.same({ n = 2, nil, gone }, answers(continued(route, { branches = branches }), "status"))
    end
  end)

  it("it can be kept for a second suspension", function()
    local first = continued(failed(503, "No lines", { fields = fields }))
    local second = continued(first)
    assert.equal(3, second.branches)
    assert.same({ n = 3, 503, "No lines", "remote" }, answers(second, "status"))
    assert.same({ n = 3, true, "carrier", 7 }, answers(second, "failover"))
  end)

  it("a new response counts more than the one that was kept", function()
    local after = continued(failed(503, "", { fields = fields }))
    after.route, after.code, after.phrase, after.branches = "failure", 404, "Not Found", 3
    assert.same({ n = 3, 404, "Not Found", "remote" }, answers(after, "status"))
    assert.same({ n = 2, nil, "no Reason" }, answers(after, "reason"))
  end)

  it("keep forgets what was kept before", function()
    local state = inside(failed(503, "", { fields = fields }), kamailio.keep)
    local route = failed(404, "Not Found", { xavp = state.xavp })
    assert.same({ n = 2, nil, "no Reason" }, answers(continued(route), "reason"))
  end)

  it("nothing is kept outside of a failure route", function()
    for _, route in ipairs({ "request", "branch", "reply", "core reply", "branch failure", "other" }) do
      local all = answers({ route = route, code = 503, phrase = "" }, "keep")
      assert.same({ n = 2, nil, "only the response of a failure route can be kept" }, all)
    end
  end)
end)

describe("failover", function()
  it("decides like routing.failover without a policy", function()
    for code = 300, 699 do
      local verdict, rule = routing.failover(code)
      assert.same({ n = 3, verdict, rule, nil }, answers(failed(code, "Phrase"), "failover"))
    end
  end)

  it("gives a policy all that there is to know", function()
    local fields = { Reason = { "SIP;cause=1", "Q.850;cause=2" }, ["Retry-After"] = { "7" } }
    local cases = {
      { failed(503, "Busy lines", { fields = fields }),
        { n = 4, 503, "Busy lines", "SIP;cause=1,Q.850;cause=2", { lenient = true, retry_after = "7" } } },
      { failed(486, ""), { n = 4, 486, "", nil, {} } },
      { failed(408, "Gone"), { n = 4, 408, "Gone", nil, {} } },
      { timed_out, { n = 4, 408, "Request Timeout", nil, { timeout = true } } },
      { failed(503, "", { is_local = true }), { n = 4, 503, "", nil, {} } },
      { { route = "branch failure", code = 408, is_local = true, timeout = true },
        { n = 4, 408, "", nil, { timeout = true } } },
    }
    for _, case in ipairs(cases) do
      local given
      local function policy(...)
        given = { n = select("#", ...), ... }
        return true, "mine", 3
      end
      assert.same({ n = 3, true, "mine", 3 }, answers(case[1], "failover", policy))
      assert.same(case[2], given)
    end
  end)

  it("follows the rules of a policy and names the one that decided", function()
    local policy = routing.policy({
      [404] = true, [503] = false, ["480 No Routes Found"] = true, ["5xx"] = true, timeout = false, base = "rfc",
    })
    local cases = {
      { failed(404, ""), true, "404" },
      { failed(503, ""), false, "503" },
      { failed(500, ""), true, "5xx" },
      { failed(480, "no routes FOUND"), true, "480 no routes found" },
      { failed(480, "Temporarily Unavailable"), false, "rfc" },
      { timed_out, false, "timeout" },
      { failed(408, "Request Timeout"), false, "rfc" },
      { failed(430, "Flow Failed"), true, "rfc" },
    }
    for _, case in ipairs(cases) do
      local all = answers(case[1], "failover", policy)
      assert.same({ n = 3, case[2], case[3]:lower(), nil }, { n = all.n, all[1], all[2]:lower(), all[3] })
    end
  end)

  it("never goes on after 603+, in whichever Reason field it is told", function()
    local fields = { Reason = { "Q.850;cause=21", blocked } }
    local policy = routing.policy({ [603] = true })
    local plus = failed(603, "Network Blocked", { fields = fields })
    assert.same({ n = 3, false, "603+", nil }, answers(plus, "failover", policy))
    local plain = failed(603, "Decline", { fields = fields })
    assert.same({ n = 3, true, "603", nil }, answers(plain, "failover", policy))
  end)

  it("gives the seconds of Retry-After", function()
    local cases = { { "120", 120 }, { "5;duration=60", 5 }, { "18000 (maintenance)", 18000 }, { "soon", nil } }
    for _, case in ipairs(cases) do
      local route = failed(503, "", { fields = { ["Retry-After"] = { case[1] } } })
      assert.same({ n = 3, true, "carrier", case[2] }, answers(route, "failover"))
    end
  end)

  it("never goes on with a call that was cancelled", function()
    local busy = failed(503, "", { fields = { ["Retry-After"] = { "9" } } })
    for _, route in ipairs({ failed(487, "Request Terminated"), busy, timed_out }) do
      local copy = { canceled = true }
      for key, value in pairs(route) do
        copy[key] = value
      end
      local state = inside(copy, function()
        assert.same({ n = 3, false, "canceled", route.fields and 9 }, results(kamailio.failover))
      end)
      local expected = route.code ~= 487 and { { n = 2, 487, "Request Terminated" } } or {}
      assert.same(expected, state.sent)
    end
  end)

  it("is nil and a message where there is nothing to judge", function()
    local text = "no response in this route"
    for _, route in ipairs({ "request", "branch", "reply", "core reply", "other" }) do
      assert.same({ n = 2, nil, text }, answers({ route = route, code = 503, phrase = "" }, "failover"))
    end
    assert.same({ n = 2, nil, "799 is not a SIP response code" }, answers(failed(799, "Odd"), "failover"))
  end)

  -- How many steps of Lua the module takes to decide; those of KSR do not count.
  local function steps_of_failover(values)
    local steps = 0
    local function count()
      if debug.getinfo(2, "S").source:find("sipcodes/kamailio", 1, true) then
        steps = steps + 1
      end
    end
    local function no()
      return -1
    end
    _G.KSR = {
      pv = { get = function(name) return values[name] end },
      tm = { t_is_canceled = no },
      tmx = { t_is_failure_route = no, t_is_request_route = no },
    }
    debug.sethook(count, "", 1)
    kamailio.failover()
    debug.sethook()
    _G.KSR = nil
    return steps
  end

  if not rawget(_G, "jit") then -- its compiled code calls no hook
    it("takes at most 70 steps, not many more than the same by hand", function()
      local received = { ["$T_rpl($rs)"] = 503, ["$T_rpl($rr)"] = "", ["$T_rpl($hdr(Reason))"] = "Q.850;cause=34" }
      local made = { ["$T(reply_type)"] = 1, ["$T_reply_code"] = 408, ["$T_reply_reason"] = "" }
      assert.is_true(steps_of_failover(received) <= 70)
      assert.is_true(steps_of_failover(made) <= 70)
    end)
  end

  it("gives each policy all there is to know, whatever an earlier one wrote there", function()
    local seen = {}
    local function policy(_, _, _, how)
      seen[#seen + 1] = { how.timeout or false, how.retry_after or false, how.lenient or false }
      how.timeout, how.retry_after, how.lenient = "spoilt", "spoilt", "spoilt"
      return false, "mine"
    end
    answers(timed_out, "failover", policy)
    answers(failed(503, "", { fields = { ["Retry-After"] = { "7" } } }), "failover", policy)
    answers(failed(486, ""), "failover", policy)
    answers(failed(486, "", { fields = { Reason = { "SIP;cause=1" } } }), "failover", policy)
    local expected = { { true, false, false }, { false, "7", false }, { false, false, false }, { false, false, true } }
    assert.same(expected, seen)
  end)

  it("lets an error of a policy through", function()
    inside(failed(503), function()
      assert.equal("mine", message(kamailio.failover, function()
        error("mine", 0)
      end))
    end)
  end)
end)
