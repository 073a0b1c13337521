local call = require("spec.support.call")
local finalized = require("spec.support.finalized")
local rows = require("spec.support.rows")
local sip = require("sipcodes")
local routing = require("sipcodes.routing")
local actions = require("spec.support.actions")

local results, message = call.results, call.message

local retry = {}
for _, row in ipairs(rows.tsv("spec/data/response_codes.tsv")) do
  retry[tonumber(row.code)] = row.retry
end

local finals = {}
for code in sip.codes() do
  if code >= 200 then
    finals[#finals + 1] = code
  end
end

describe("action", function()
  it("is the table's for every code, an unregistered one acting like what it is treated as", function()
    for code = 100, 699 do
      local expected = actions[retry[code] or retry[sip.treat_as(code)]]
      assert.is_string(expected)
      assert.same({ n = 1, expected }, results(routing.action, code))
      assert.same({ n = 1, expected }, results(routing.action, tostring(code)))
      local known = sip.info(code, "action")
      assert.is_true(known == nil or known == expected)
    end
  end)

  it("knows the ones that a script meets most", function()
    local expected = {
      [180] = "wait", [150] = "wait", [200] = "answered", [299] = "answered", [302] = "redirect",
      [401] = "authenticate", [407] = "authenticate", [404] = "stop", [415] = "modify", [480] = "later",
      [486] = "later", [491] = "glare", [499] = "stop", [500] = "later", [503] = "elsewhere",
      [599] = "later", [603] = "stop_everywhere", [699] = "stop_everywhere", [477] = "stop",
    }
    for code, action in pairs(expected) do
      assert.equal(action, routing.action(code))
    end
  end)

  it("is nil for what is not a code", function()
    assert.same({ n = 2, nil, "99 is not a SIP response code" }, results(routing.action, 99))
    assert.same({ n = 2, nil, "700 is not a SIP response code" }, results(routing.action, 700))
    assert.same({ n = 2, nil, '"486 " is not a SIP response code' }, results(routing.action, "486 "))
    assert.same({ n = 2, nil, "486.5 is not a SIP response code" }, results(routing.action, 486.5))
  end)
end)

-- The order of best, written down as a list of what is looked for, each in the whole list.
local function class_of(code)
  return math.floor(code / 100)
end

local function is(...)
  local set = {}
  for _, code in ipairs({ ... }) do
    set[code] = true
  end
  return function(code)
    return set[code]
  end
end

local function in_class(class, but)
  return function(code)
    return class_of(code) == class and code ~= but
  end
end

local looked_for = {
  in_class(2), in_class(6), in_class(3), is(401, 407, 415, 420, 484), is(486), is(488), is(480),
  in_class(4, 408), is(408), in_class(5, 503), is(503),
}

local function literal_best(codes)
  for _, wanted in ipairs(looked_for) do
    for position, code in ipairs(codes) do
      if wanted(code) then
        return code, position
      end
    end
  end
end

-- What RFC 3261 16.7 allows upstream: with a 6xx there, any 6xx; else any of the lowest class.
local function is_allowed(codes, code)
  local lowest, has_2xx, has_6xx = 9, false, false
  for _, each in ipairs(codes) do
    lowest = math.min(lowest, class_of(each))
    has_2xx = has_2xx or class_of(each) == 2
    has_6xx = has_6xx or class_of(each) == 6
  end
  local class = has_2xx and 2 or has_6xx and 6 or lowest
  for _, each in ipairs(codes) do
    if each == code and class_of(each) == class then
      return true
    end
  end
  return false
end

describe("best", function()
  -- Compares without an assertion each, of which a third of a million would take minutes.
  local function check(codes)
    local expected, expected_position = literal_best(codes)
    local code, position = routing.best(codes)
    local kept = routing.best(codes, { keep_503 = true })
    local sent = expected == 503 and 500 or expected
    if code ~= sent or position ~= expected_position or kept ~= expected or not is_allowed(codes, kept) then
      error(("best of %s: %s at %s"):format(table.concat(codes, " "), tostring(code), tostring(position)))
    end
  end

  it("is what the rule says for every single code and pair", function()
    assert.equal(69, #finals)
    for _, first in ipairs(finals) do
      check({ first })
      for _, second in ipairs(finals) do
        check({ first, second })
      end
    end
  end)

  it("is what the rule says for every triple #slow", function()
    local codes = {}
    for _, first in ipairs(finals) do
      codes[1] = first
      for _, second in ipairs(finals) do
        codes[2] = second
        for _, third in ipairs(finals) do
          codes[3] = third
          check(codes)
        end
      end
    end
  end)

  it("is what the rule says for 20,000 sets of any size, unregistered codes among them #slow", function()
    local state = 4711
    local function random(n)
      state = (state * 16807) % 2147483647
      return state % n + 1
    end
    for _ = 1, 20000 do
      local codes = {}
      for i = 1, random(12) do
        codes[i] = random(4) == 1 and 199 + random(500) or finals[random(#finals)]
      end
      check(codes)
    end
  end)

  local cases = {
    { { 503, 486 }, 486, 2 },
    { { 408, 503 }, 408, 1 },
    { { 503, 503 }, 500, 1 },
    { { 503, 500 }, 500, 2 },
    { { 503, 504 }, 504, 2 },
    { { 404, 486, 480, 488 }, 486, 2 },
    { { 404, 480, 488 }, 488, 3 },
    { { 404, 480 }, 480, 2 },
    { { 408, 404 }, 404, 2 },
    { { 484, 401, 407 }, 484, 1 },
    { { 486, 407 }, 407, 2 },
    { { 486, 603, 200 }, 200, 3 },
    { { 486, 603, 600 }, 603, 2 },
    { { 404, 302 }, 302, 2 },
    { { 180, 100, 486 }, 486, 3 },
    { { "503", "486" }, 486, 2 },
    { { 486.0 }, 486, 1 },
    { { 499, 498 }, 499, 1 },
  }
  for _, case in ipairs(cases) do
    it("of " .. table.concat(case[1], " ") .. " is " .. case[2], function()
      assert.same({ n = 2, case[2], case[3] }, results(routing.best, case[1]))
      assert.equal(tostring(case[2]), tostring((routing.best(case[1]))))
      assert.equal(tostring(case[3]), tostring((select(2, routing.best(case[1])))))
    end)
  end

  it("keeps a 503 that wins where it is asked to", function()
    assert.same({ n = 2, 503, 1 }, results(routing.best, { 503, 503 }, { keep_503 = true }))
    assert.same({ n = 2, 500, 1 }, results(routing.best, { 503, 503 }, { keep_503 = false }))
    assert.same({ n = 2, 486, 2 }, results(routing.best, { 503, 486 }, { keep_503 = true }))
  end)

  it("is a 408 without a position where nothing is left, but only for INVITE", function()
    local none = { n = 2, nil, "no final response, and no 408 but to INVITE" }
    for _, codes in ipairs({ {}, { 100, 180 } }) do
      assert.same({ n = 1, 408 }, results(routing.best, codes))
      assert.same({ n = 1, 408 }, results(routing.best, codes, {}))
      assert.same({ n = 1, 408 }, results(routing.best, codes, { method = "INVITE" }))
      assert.same(none, results(routing.best, codes, { method = "OPTIONS" }))
      assert.same(none, results(routing.best, codes, { method = "invite" })) -- methods have a case
      assert.same(none, results(routing.best, codes, { method = "X" }))
    end
    assert.same({ n = 2, 408, 1 }, results(routing.best, { 408 }, { method = "OPTIONS" }))
  end)

  local misuse = {
    { { { 486, 99 } }, 1, "element 2: 99 is not a SIP response code" },
    { { { "x", 99 } }, 1, 'element 1: "x" is not a SIP response code' },
    { { { 486, true } }, 1, "element 2: true is not a SIP response code" },
    { { { 404.5 } }, 1, "element 1: 404.5 is not a SIP response code" },
    { { { {} } }, 1, "element 1: table is not a SIP response code" },
    { { { [486] = 2, [404] = 1 } }, 1, "element 1: nil is not a SIP response code" },
    { { { 486, code = 404 } }, 1, "element 2: nil is not a SIP response code" },
    { { { [0] = 486 } }, 1, "element 1: nil is not a SIP response code" },
    { { { 486 }, { keep503 = true } }, 2, 'unknown field "keep503"' },
    { { { 486 }, { zz = 1, aa = 1, [1] = 1 } }, 2, 'unknown field "aa"' },
    { { { 486 }, { method = "" } }, 2, 'method: "" is not a token' },
    { { { 486 }, { method = "INVITE\r\n" } }, 2, 'method: "INVITE\\r\\n" is not a token' },
  }
  for _, case in ipairs(misuse) do
    it("raises: " .. case[3], function()
      local args = case[1]
      assert.equal(
        ("bad argument #%d to 'best' (%s)"):format(case[2], case[3]),
        message(routing.best, args[1], args[2])
      )
    end)
  end
end)

local blocked = 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN'

describe("failover", function()
  it("goes on where the carrier failed, and nowhere else", function()
    local goes_on = is(408, 430, 476, 477, 478, 500, 502, 503, 504)
    for code = 100, 699 do
      local expected = { n = 3, goes_on(code) or false, "carrier", nil }
      assert.same(expected, results(routing.failover, code))
      assert.same(expected, results(routing.failover, tostring(code)))
      assert.same(expected, results(routing.failover, code, "Some Phrase", nil, {}))
    end
  end)

  it("goes on after a timeout", function()
    assert.same({ n = 3, true, "carrier", nil }, results(routing.failover, 408, nil, nil, { timeout = true }))
    assert.same({ n = 3, true, "carrier", nil }, results(routing.failover, 408, nil, nil, { timeout = false }))
  end)

  it("never goes on after a call-blocking notification", function()
    local stop = { n = 3, false, "603+", nil }
    assert.same(stop, results(routing.failover, 603, "Network Blocked", blocked))
    assert.same(stop, results(routing.failover, "603", "NETWORK BLOCKED", "Q.850;cause=16, " .. blocked))
    local plain = { n = 3, false, "carrier", nil }
    assert.same(plain, results(routing.failover, 603, "Decline", blocked))
    assert.same(plain, results(routing.failover, 603, "Network Blocked", nil))
    assert.same(plain, results(routing.failover, 603, "Network Blocked", "Q.850;cause=21"))
    assert.same(plain, results(routing.failover, 603, "Network Blocked", blocked:sub(1, 40)))
    assert.same(plain, results(routing.failover, 603, nil, blocked))
    assert.same({ n = 3, true, "carrier", nil }, results(routing.failover, 503, "Network Blocked", blocked))
  end)

  it("tells for how long the server asks to be left alone", function()
    local function hold_down(value)
      return (select(3, routing.failover(503, nil, nil, { retry_after = value })))
    end
    assert.equal(120, hold_down("120"))
    assert.equal("120", tostring(hold_down("120")))
    assert.equal(120, hold_down("120 (in (a) minute)"))
    assert.equal(120, hold_down("120;duration=3600"))
    assert.equal(0, hold_down("0"))
    assert.equal(30, hold_down(30))
    assert.is_nil(hold_down(nil))
    assert.is_nil(hold_down("soon"))
    assert.is_nil(hold_down(""))
    assert.is_nil(hold_down("-1"))
    assert.is_nil(hold_down(-1))
    assert.is_nil(hold_down(1.5))
    assert.same({ n = 3, false, "carrier", 5 }, results(routing.failover, 486, nil, nil, { retry_after = "5" }))
    assert.same(
      { n = 3, false, "603+", 5 },
      results(routing.failover, 603, "Network Blocked", blocked, { retry_after = "5" })
    )
  end)

  local misuse = {
    { { 99 }, 1, "99 is not a SIP response code" },
    { { 700 }, 1, "700 is not a SIP response code" },
    { { "486 Busy" }, 1, '"486 Busy" is not a SIP response code' },
    { { 503, nil, nil, { time_out = true } }, 4, 'unknown field "time_out"' },
  }
  for _, case in ipairs(misuse) do
    it("raises: " .. case[3], function()
      local a = case[1]
      local expected = ("bad argument #%d to 'failover' (%s)"):format(case[2], case[3])
      assert.equal(expected, message(routing.failover, a[1], a[2], a[3], a[4]))
      assert.equal(expected, message(routing.policy({}), a[1], a[2], a[3], a[4]))
    end)
  end
end)

describe("policy", function()
  local timeout = { timeout = true }

  -- Rules; then calls, each with the verdict and the name that it is given.
  local cases = {
    {
      {},
      { { 503 }, true, "carrier" }, { { 486 }, false, "carrier" }, { { 408, nil, nil, timeout }, true, "carrier" },
    },
    { { base = "carrier" }, { { 502 }, true, "carrier" }, { { 404 }, false, "carrier" } },
    {
      { base = "rfc" },
      { { 503 }, true, "rfc" }, { { 430 }, true, "rfc" }, { { 500 }, false, "rfc" }, { { 502 }, false, "rfc" },
      { { 408 }, false, "rfc" }, { { 408, nil, nil, timeout }, true, "rfc" },
      { { 408, nil, nil, { timeout = false } }, false, "rfc" },
    },
    {
      { [486] = true, ["503"] = false, [404.0] = true },
      { { 486 }, true, "486" }, { { "486" }, true, "486" }, { { 503 }, false, "503" }, { { 404 }, true, "404" },
      { { 502 }, true, "carrier" }, { { 603 }, false, "carrier" },
    },
    {
      { ["5xx"] = false, ["4XX"] = true, [486] = false },
      { { 500 }, false, "5xx" }, { { 599 }, false, "5xx" }, { { 499 }, true, "4xx" }, { { 486 }, false, "486" },
      { { 603 }, false, "carrier" }, { { 408, nil, nil, timeout }, true, "4xx" },
    },
    {
      { ["480 No Routes Found"] = true, [480] = false },
      { { 480 }, false, "480" }, { { 480, "No Routes Found" }, true, "480 No Routes Found" },
      { { 480, "NO ROUTES FOUND" }, true, "480 No Routes Found" }, { { 480, "No Routes" }, false, "480" },
      { { 480, "" }, false, "480" }, { { 481, "No Routes Found" }, false, "carrier" },
      { { 480, "No Routes Found", nil, timeout }, true, "480 No Routes Found" },
    },
    {
      {
        ["480 No Routes Found"] = true, ["480 Do Not Disturb"] = false, ["503 No Routes Found"] = false,
        ["4xx"] = true,
      },
      { { 480, "no routes found" }, true, "480 No Routes Found" },
      { { 480, "do not disturb" }, false, "480 Do Not Disturb" },
      { { 503, "no routes found" }, false, "503 No Routes Found" },
      { { 480, "other" }, true, "4xx" }, { { 503, "other" }, true, "carrier" },
    },
    {
      { timeout = false, [408] = true },
      { { 408 }, true, "408" }, { { 408, nil, nil, timeout }, false, "timeout" },
      { { 503, nil, nil, timeout }, false, "timeout" }, { { 503 }, true, "carrier" },
    },
    {
      { [408] = false },
      { { 408, nil, nil, timeout }, false, "408" }, { { 503, nil, nil, timeout }, true, "carrier" },
    },
    {
      { ["48x"] = true, ["480-499"] = false, ["486-487"] = false, [488] = false, ["4xx"] = true, base = false },
      { { 480 }, true, "48x" }, { { 489 }, true, "48x" }, { { 486 }, false, "486-487" }, { { 487 }, false, "486-487" },
      { { 488 }, false, "488" }, { { 490 }, false, "480-499" }, { { 499 }, false, "480-499" }, { { 479 }, true, "4xx" },
      { { 500 }, false, "false" }, { { 503, nil, nil, timeout }, false, "false" },
    },
    {
      { ["48X"] = false, base = true },
      { { 481 }, false, "48x" }, { { 490 }, true, "true" }, { { 603 }, true, "true" },
      { { 603, "Network Blocked", blocked }, false, "603+" }, { { 200 }, true, "true" },
    },
    {
      { ["400-699"] = true, ["5xx"] = false, ["480-489"] = false },
      { { 500 }, true, "400-699" }, { { 480 }, false, "480-489" }, { { 399 }, false, "carrier" },
    },
    {
      { ["480 x"] = true, timeout = false, [480] = false, ["48x"] = false, ["4xx"] = false },
      { { 480, "X", nil, timeout }, true, "480 x" }, { { 480, "y", nil, timeout }, false, "timeout" },
    },
    {
      { [603] = true, ["603 Network Blocked"] = true, ["6xx"] = true, timeout = true },
      { { 603 }, true, "603" }, { { 603, "Network Blocked" }, true, "603 Network Blocked" },
      { { 603, "Network Blocked", blocked }, false, "603+" },
      { { 603, "Network Blocked", blocked, timeout }, false, "603+" },
      { { 607 }, true, "6xx" },
    },
  }
  for i, case in ipairs(cases) do
    it("decides as its rules say, case " .. i, function()
      local decide = routing.policy(case[1])
      for n = 2, #case do
        local args = case[n][1]
        assert.same(
          { n = 3, case[n][2], case[n][3], nil },
          results(decide, args[1], args[2], args[3], args[4]),
          "call " .. n
        )
      end
    end)
  end

  it("gives a lone code the verdict that it gives with empty arguments", function()
    local decide = routing.policy({ [486] = true, ["5xx"] = false, ["480 x"] = true, timeout = true, base = "rfc" })
    for code = 100, 699 do
      assert.same(results(decide, code, nil, nil, nil), results(decide, code))
      assert.same(results(decide, code, "", "", {}), results(decide, tostring(code)))
    end
  end)

  it("keeps its own copy of the rules", function()
    local rules = { [486] = true }
    local decide = routing.policy(rules)
    rules[486] = false
    rules["4xx"] = true
    assert.is_true((decide(486)))
    assert.is_false((decide(404)))
  end)

  it("takes any number of rules", function()
    local rules = {}
    for code = 100, 699 do
      rules[code] = code % 2 == 0
      rules[code .. " Phrase"] = code % 3 == 0
      rules[code .. " Other"] = code % 5 == 0
    end
    for class = 1, 6 do
      rules[class .. "xx"] = true
    end
    local decide = routing.policy(rules)
    for code = 100, 699 do
      assert.same({ n = 3, code % 2 == 0, tostring(code), nil }, results(decide, code))
      assert.same({ n = 3, code % 3 == 0, code .. " Phrase", nil }, results(decide, code, "phrase"))
      assert.same({ n = 3, code % 5 == 0, code .. " Other", nil }, results(decide, code, "OTHER"))
    end
  end)

  it("takes 32766 rules, and refuses one more", function()
    local rules = {}
    for i = 1, 32766 do
      rules["480 " .. i] = i % 2 == 0
    end
    local decide = routing.policy(rules)
    assert.same({ n = 3, true, "480 32766", nil }, results(decide, 480, "32766"))
    assert.same({ n = 3, false, "480 1", nil }, results(decide, 480, "1"))
    rules["480 0"] = true
    assert.equal("bad argument #1 to 'policy' (more than 32766 rules)", message(routing.policy, rules))
  end)

  -- Each entry is read once: what a finalizer changes meanwhile cannot write past what was counted.
  it("is safe from a finalizer that changes the rules while they are read", function()
    for round = 1, 200 do
      local rules = { base = "rfc", [486] = true }
      for i = 1, 40 do
        rules["480 " .. round .. " " .. i] = true
      end
      for _ = 1, 20 do
        finalized(function()
          rules.base = "nothing"
          for key in pairs(rules) do
            rules[key] = 7
          end
        end)
      end
      local ok, decide = pcall(routing.policy, rules)
      if ok then
        assert.is_boolean((decide(480, round .. " 1")))
      else
        assert.matches("bad argument #1 to 'policy'", decide)
      end
    end
  end)

  local misuse = {
    { { 486 }, "rule 1: no such rule" },
    { { [99] = true }, "rule 99: no such rule" },
    { { [486.5] = true }, "rule 486.5: no such rule" },
    { { ["7xx"] = true }, 'rule "7xx": no such rule' },
    { { ["0xx"] = true }, 'rule "0xx": no such rule' },
    { { ["4x"] = true }, 'rule "4x": no such rule' },
    { { ["480 "] = true }, 'rule "480 ": no such rule' },
    { { ["099 Phrase"] = true }, 'rule "099 Phrase": no such rule' },
    { { ["480 a\nb"] = true }, 'rule "480 a\\nb": no such rule' },
    { { BUSY_HERE = true }, 'rule "BUSY_HERE": no such rule' },
    { { Timeout = true }, 'rule "Timeout": no such rule' },
    { { [true] = true }, "rule true: no such rule" },
    { { [486] = 1 }, "rule 486: boolean expected, got number" },
    { { ["486"] = "yes" }, 'rule "486": boolean expected, got string' },
    { { ["4xx"] = {} }, 'rule "4xx": boolean expected, got table' },
    { { timeout = 1 }, 'rule "timeout": boolean expected, got number' },
    { { base = "itu" }, 'rule "base": "itu" is not a base: "carrier", "rfc", true or false' },
    { { base = "RFC" }, 'rule "base": "RFC" is not a base: "carrier", "rfc", true or false' },
    { { base = 1 }, 'rule "base": 1 is not a base: "carrier", "rfc", true or false' },
    { { ["489-480"] = true }, 'rule "489-480": no such rule' },
    { { ["480-700"] = true }, 'rule "480-700": no such rule' },
    { { ["099-480"] = true }, 'rule "099-480": no such rule' },
    { { ["480-48x"] = true }, 'rule "480-48x": no such rule' },
    { { ["4x8"] = true }, 'rule "4x8": no such rule' },
    { { ["48x"] = 1 }, 'rule "48x": boolean expected, got number' },
    { { ["48x"] = true, ["48X"] = true }, 'rule "48x" given twice' },
    { { ["48x"] = true, ["480-489"] = false }, 'rules "480-489" and "48x" overlap' },
    { { ["480-484"] = true, ["484-488"] = true }, 'rules "480-484" and "484-488" overlap' },
    { { [486] = true, ["486"] = true }, 'rule "486" given twice' },
    { { ["5xx"] = true, ["5XX"] = false }, 'rule "5xx" given twice' },
    { { ["480 A B"] = true, ["480 a b"] = true }, 'rule "480 a b" given twice' },
    { { zz = true, aa = true, [1] = true }, 'rule "aa": no such rule' },
  }
  for _, case in ipairs(misuse) do
    it("raises: " .. case[2], function()
      assert.equal("bad argument #1 to 'policy' (" .. case[2] .. ")", message(routing.policy, case[1]))
    end)
  end
end)
