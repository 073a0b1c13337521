local call = require("spec.support.call")
local random = require("spec.support.random")
local kpi = require("sipcodes.kpi")
local sip = require("sipcodes")

local results, message = call.results, call.message

local usual_set = { "2xx", 480, 486, 600, 603 }

-- Where Lua has integers they are told by how they are written.
local function is_integer(value)
  return _VERSION < "Lua 5.3" or not tostring(value):find(".", 1, true)
end

-- {what, histogram, attempts, ser, seer, isa, asr, ner}, worked out by hand; "undefined" is nil.
local worked = {
  { "nothing", {}, 0, "undefined", "undefined", "undefined", "undefined", "undefined" },
  { "counts of nought", { [200] = 0, [486] = 0 }, 0, "undefined", "undefined", "undefined", "undefined", "undefined" },
  { "only redirections", { [301] = 1, [302] = 3 }, 4, "undefined", "undefined", 0, 0, 0 },
  { "only answers", { [200] = 7 }, 7, 100, 100, 0, 100, 100 },
  { "only lost calls", { [408] = 1, [500] = 1, [503] = 1, [504] = 1 }, 4, 0, 0, 100, 0, 0 },
  { "only other failures", { [404] = 1, [487] = 1, [502] = 1, [607] = 1 }, 4, 0, 0, 0, 0, 0 },
  { "each effective response once", { [200] = 1, [480] = 1, [486] = 1, [600] = 1, [603] = 1 }, 5, 20, 100, 0, 20, 100 },
  -- 200: 450, all 1000, 3xx 50; 480 486 600 603: 120 + 180 + 5 + 25 = 330; 408 500 503 504: 60.
  { "a day of calls",
    { [200] = 450, [302] = 50, [401] = 30, [404] = 40, [407] = 20, [408] = 30, [480] = 120, [486] = 180, [487] = 20,
      [500] = 10, [503] = 15, [504] = 5, [600] = 5, [603] = 25 },
    1000, 45000 / 950, 78000 / 950, 6, 45, 78 },
  { "29 of 100", { [200] = 29, [404] = 71 }, 100, 29, 29, 0, 29, 29 },
  { "every 2xx", { [200] = 1, [202] = 1, [299] = 1, [400] = 1 }, 4, 75, 75, 0, 75, 75 },
  { "unregistered codes", { [299] = 1, [399] = 1, [499] = 1, [599] = 1, [699] = 1 }, 5, 25, 25, 0, 20, 20 },
  { "607 and 608, which RFC 6076 does not know", { [200] = 1, [607] = 2, [608] = 1 }, 4, 25, 25, 0, 25, 25 },
  -- RFC 6076 gives no numbers, but these flows.
  { "4.6, the first flow", { [200] = 1 }, 1, 100, 100, 0, 100, 100 },
  { "4.6, the second flow", { [302] = 1, [200] = 1 }, 2, 100, 100, 0, 50, 50 },
  { "4.8, the flow", { [407] = 1, [408] = 1 }, 2, 0, 0, 50, 0, 0 },
  { "4.9, the flow", { [407] = 1, [200] = 1 }, 2, 50, 50, 0, 50, 50 },
}

local function expected_of(row, set)
  local function ratio(place)
    return row[place] ~= "undefined" and row[place] or nil
  end
  return {
    attempts = row[3], ser = ratio(4), seer = ratio(5), isa = ratio(6), asr = ratio(7), ner = ratio(8),
    ner_set = set or usual_set,
  }
end

describe("ratios", function()
  for _, row in ipairs(worked) do
    it("are right for " .. row[1], function()
      assert.same(expected_of(row), kpi.ratios(row[2]))
      assert.is_true(is_integer(kpi.ratios(row[2]).attempts))
    end)
  end

  it("take 486 and \"486\" for the same", function()
    assert.same(kpi.ratios({ [200] = 3, [486] = 7 }), kpi.ratios({ ["200"] = 3, [486] = 2, ["486"] = 5 }))
    assert.same(kpi.ratios({ [200] = 3 }), kpi.ratios({ [200.0] = 3.0 }))
    assert.is_true(is_integer(kpi.ratios({ [200] = 3.0 }).attempts))
  end)

  it("give a fresh table, and leave the arguments as they are", function()
    local histogram, options = { [200] = 1, [401] = 1, ["486"] = 1 }, { challenges = false, ner = { 486, "2xx" } }
    local first = kpi.ratios(histogram, options)
    first.ner_set[1] = "changed"
    local second = kpi.ratios(histogram, options)
    assert.same({ "2xx", 486 }, second.ner_set)
    assert.same({ [200] = 1, [401] = 1, ["486"] = 1 }, histogram)
    assert.same({ challenges = false, ner = { 486, "2xx" } }, options)
    kpi.ratios({}).ner_set[1] = "changed"
    assert.same(usual_set, kpi.ratios({}).ner_set)
  end)

  it("are integers where they are whole, so that they print alike on every Lua", function()
    local ratios = kpi.ratios({ [200] = 1, [486] = 1 })
    assert.equal("50 100 0 50", table.concat({ ratios.ser, ratios.seer, ratios.isa, ratios.asr }, " "))
  end)

  it("are not rounded", function()
    assert.equal(100 / 3, kpi.ratios({ [200] = 1, [404] = 2 }).ser)
    assert.equal(100 / 7, kpi.ratios({ [503] = 1, [404] = 6 }).isa)
  end)

  it("look past metatables", function()
    local histogram = setmetatable({ [200] = 1 }, {
      __index = function()
        error("asked")
      end,
      __pairs = function()
        error("asked")
      end,
    })
    assert.equal(1, kpi.ratios(histogram).attempts)
    assert.equal(1, kpi.ratios({ [200] = 1 }, setmetatable({}, getmetatable(histogram))).attempts)
  end)

  it("hold counts up to 2^53", function()
    local most = 2 ^ 53
    local ratios = kpi.ratios({ [200] = most })
    assert.same({ most, 100, 100, 0, 100, 100 },
      { ratios.attempts, ratios.ser, ratios.seer, ratios.isa, ratios.asr, ratios.ner })
    local histogram = {}
    for code = 200, 699 do
      histogram[code], histogram[tostring(code)] = most, most
    end
    assert.equal(1000 * most, kpi.ratios(histogram).attempts)
    assert.is_true(is_integer(kpi.ratios(histogram).attempts))
    assert.equal(25, kpi.ratios(histogram).ser)
    assert.equal(26, kpi.ratios(histogram).seer)
  end)
end)

describe("the option challenges", function()
  it("leaves 401 and 407 out where it is false", function()
    local histogram = { [200] = 6, [302] = 2, [401] = 50, ["407"] = 50, [402] = 1, [486] = 2, [503] = 1 }
    local row = { "", histogram, 12, 60, 80, 100 / 12, 50, 800 / 12 }
    assert.same(expected_of(row), kpi.ratios(histogram, { challenges = false }))
    -- The flows of RFC 6076 with a challenge, taken for one session each.
    assert.equal(100, kpi.ratios({ [407] = 1, [408] = 1 }, { challenges = false }).isa)
    assert.equal(100, kpi.ratios({ [407] = 1, [200] = 1 }, { challenges = false }).ser)
    assert.same(kpi.ratios({}), kpi.ratios({ [401] = 3, [407] = 4 }, { challenges = false }))
  end)

  it("counts them where it is true or absent", function()
    local histogram = { [200] = 1, [401] = 1, [407] = 2 }
    assert.equal(4, kpi.ratios(histogram).attempts)
    assert.same(kpi.ratios(histogram), kpi.ratios(histogram, {}))
    assert.same(kpi.ratios(histogram), kpi.ratios(histogram, { challenges = true }))
  end)

  it("leaves them out of NER as well", function()
    assert.equal(50, kpi.ratios({ [200] = 1, [404] = 1, [401] = 8 }, { challenges = false, ner = { "2xx", 401 } }).ner)
  end)
end)

describe("the option ner", function()
  local histogram = { [200] = 10, [302] = 10, [480] = 10, [486] = 10, [487] = 10, [503] = 10, [600] = 10, [699] = 30 }

  it("replaces the counted set, and nothing else", function()
    for _, case in ipairs({
      { { "2xx", 480, 486, 600, 603 }, 40, usual_set },
      { { 603, 600, "2xx", 480, 486 }, 40, usual_set },
      { { "2xx", 480, 486, 487, 600, 603 }, 50, { "2xx", 480, 486, 487, 600, 603 } },
      { { 200 }, 10, { 200 } },
      { { "200", 486.0, "486" }, 20, { 200, 486 } },
      { { "2xx", "3xx", "4xx", "5xx", "6xx" }, 100, { "2xx", "3xx", "4xx", "5xx", "6xx" } },
      { { "6XX", "4Xx", "4xX", "4xx" }, 70, { "4xx", "6xx" } },
      { { 486, "4xx", 200, "2xx" }, 40, { "2xx", "4xx", 200, 486 } },
      { { 404 }, 0, { 404 } },
      { {}, 0, {} },
    }) do
      local expected = kpi.ratios(histogram)
      expected.ner, expected.ner_set = case[2], case[3]
      local ratios = kpi.ratios(histogram, { ner = case[1] })
      assert.same(expected, ratios)
      for _, member in ipairs(ratios.ner_set) do
        assert.is_true(type(member) == "string" or is_integer(member))
      end
    end
  end)

  it("raises on an element that is not a code of a final response and no class", function()
    for _, case in ipairs({
      { { 486, 180 }, "element 2: 180" }, { { "180" }, 'element 1: "180"' }, { { "1xx" }, 'element 1: "1xx"' },
      { { "7xx" }, 'element 1: "7xx"' }, { { "0xx" }, 'element 1: "0xx"' }, { { "2x" }, 'element 1: "2x"' },
      { { "2xx " }, 'element 1: "2xx "' }, { { 2 }, "element 1: 2" }, { { 700 }, "element 1: 700" },
      { { 486.5 }, "element 1: 486.5" }, { { "sip:486" }, 'element 1: "sip:486"' }, { { "" }, 'element 1: ""' },
      { { true }, "element 1: true" }, { { {} }, "element 1: table" }, { { 486, nil, 487 }, "element 2: nil" },
      { { ["486"] = true }, "element 1: nil" }, { { 486, n = 1 }, "element 2: nil" }, { { 0 / 0 }, "element 1: nan" },
      { { "a\r\n\0" }, [[element 1: "a\r\n\x00"]] }, { { 2 ^ 32 + 486 }, "element 1: 4294967782" },
    }) do
      assert.equal(("bad argument #2 to 'ratios' (ner: %s is not a final response code or class)"):format(case[2]),
        message(kpi.ratios, {}, { ner = case[1] }))
    end
  end)
end)

describe("ratios raise on", function()
  local function refused(histogram, problem)
    assert.equal(("bad argument #1 to 'ratios' (%s)"):format(problem), message(kpi.ratios, histogram))
  end

  it("a key that is not a code", function()
    for _, case in ipairs({
      { 0, "0" }, { 1, "1" }, { -486, "-486" }, { 99, "99" }, { 700, "700" }, { 404.7, "404.7" }, { 1e300, "1e+300" },
      { 2 ^ 32 + 404, "4294967700" }, { 1 / 0, "inf" }, { -1 / 0, "-inf" }, { "", '""' }, { "99", '"99"' },
      { "700", '"700"' }, { "404 ", '"404 "' }, { "0x194", '"0x194"' }, { "404\0", [["404\x00"]] }, { "4e2", '"4e2"' },
      { "sip:486", '"sip:486"' }, { "486 Busy Here", '"486 Busy Here"' }, { "2xx", '"2xx"' }, { "n", '"n"' },
      { ("x"):rep(50), '"' .. ("x"):rep(40) .. '"...' }, { true, "true" }, { false, "false" }, { {}, "table" },
      { print, "function" },
    }) do
      refused({ [case[1]] = 1 }, ("key %s is not a SIP response code"):format(case[2]))
    end
    refused({ 940, 31 }, "key 1 is not a SIP response code")
  end)

  it("a key that is not a final response", function()
    for _, code in ipairs({ 100, 150, 180, 199 }) do
      refused({ [code] = 1 }, ("key %d is not a final response"):format(code))
      refused({ [tostring(code)] = 0 }, ('key "%d" is not a final response'):format(code))
    end
    assert.equal(1, kpi.ratios({ [200] = 1 }).attempts)
  end)

  it("a count that is not a whole number, and name its key", function()
    for _, case in ipairs({
      { -1, "-1" }, { -0.5, "-0.5" }, { 0.5, "0.5" }, { 1e-300, "1e-300" }, { 2 ^ 54, "1.8014398509482e+16" },
      { 1e300, "1e+300" }, { 1 / 0, "inf" }, { -1 / 0, "-inf" }, { 0 / 0, "nan" }, { -(0 / 0), "nan" },
    }) do
      for _, key in ipairs({ 486, "486" }) do
        refused({ [key] = case[1] },
          ("count of 486: %s is not a whole number in 0..9007199254740992"):format(case[2]))
      end
    end
    for _, other in ipairs(call.other_types()) do
      if other.name ~= "nil" then
        refused({ [486] = other.value }, "count of 486: number expected, got " .. other.name)
      end
    end
    refused({ [486] = "1" }, "count of 486: number expected, got string")
    assert.equal(0, kpi.ratios({ [486] = -0.0 }).attempts)
  end)

  it("the same of several entries, however the table was filled", function()
    local bad = { [503] = -1, [404] = -1, [486] = 0.5, ["404"] = "x", [180] = 1, x = 1, [700] = 1, [true] = 1 }
    local keys = { 503, 404, 486, "404", 180, "x", 700, true }
    local generator = random.new(6076)
    for _ = 1, 50 do
      local histogram = {}
      for i = #keys, 1, -1 do
        local j = generator.next(i)
        keys[i], keys[j] = keys[j], keys[i]
        histogram[keys[i]] = bad[keys[i]]
      end
      refused(histogram, "count of 404: -1 is not a whole number in 0..9007199254740992")
    end
    refused({ y = 1, x = 1, z = 1 }, 'key "x" is not a SIP response code')
  end)

  it("other options", function()
    local function option_refused(options, problem)
      assert.equal(("bad argument #2 to 'ratios' (%s)"):format(problem), message(kpi.ratios, {}, options))
    end
    option_refused({ challenge = false }, 'unknown field "challenge"')
    option_refused({ NER = {}, z = 1, a = 1, [1] = 1 }, 'unknown field "NER"')
    option_refused({ 486 }, "unknown field 1")
    option_refused({ [486] = 1 }, "unknown field 486")
    option_refused({ ["486"] = 1 }, 'unknown field "486"')
    option_refused({ ["x\n"] = 1 }, [[unknown field "x\n"]])
    option_refused({ [false] = 1 }, "unknown field false")
    assert.same(kpi.ratios({}), kpi.ratios({}, nil))
  end)

  it("the first argument before the second, at the place of the call", function()
    local function misused()
      local ratios = kpi.ratios({ x = 1 }, { x = 1 })
      return ratios
    end
    local _, problem = pcall(misused)
    assert.matches("kpi_spec%.lua:%d+: bad argument #1 to 'ratios' %(key \"x\" is not a SIP response code%)$", problem)
  end)
end)

describe("ratios of any histogram", function()
  local finals = {}
  for code = 200, 699 do
    finals[#finals + 1] = code
  end

  -- The share of the codes for which `has` is true, added up one response after the other.
  local function literal(histogram, has, but)
    local part, whole = 0, 0
    for code, count in pairs(histogram) do
      for _ = 1, count do
        part = part + (has(tonumber(code)) and 1 or 0)
        whole = whole + (but and but(tonumber(code)) and 0 or 1)
      end
    end
    return whole > 0 and 100 * part / whole or nil
  end

  local function one_of(...)
    local codes = { ... }
    return function(code)
      for _, each in ipairs(codes) do
        if code == each or each < 10 and math.floor(code / 100) == each then
          return true
        end
      end
      return false
    end
  end

  it("are what the definitions say, and stand in order #slow", function()
    local generator = random.new(3261)
    for _ = 1, 500 do
      local histogram = {}
      for _ = 1, generator.next(12) - 1 do
        local code = generator.pick(generator.next(2) == 1 and finals or { 200, 302, 401, 407, 480, 486, 503, 603 })
        histogram[generator.next(2) == 1 and code or tostring(code)] = generator.next(30) - 1
      end
      local ratios = kpi.ratios(histogram)
      local redirected = one_of(3)
      assert.equal(literal(histogram, one_of(2), redirected), ratios.ser)
      assert.equal(literal(histogram, one_of(2, 480, 486, 600, 603), redirected), ratios.seer)
      assert.equal(literal(histogram, one_of(408, 500, 503, 504)), ratios.isa)
      assert.equal(literal(histogram, one_of(2)), ratios.asr)
      assert.equal(literal(histogram, one_of(2, 480, 486, 600, 603)), ratios.ner)
      assert.equal(ratios.attempts == 0, ratios.asr == nil)
      if ratios.ser then
        assert.is_true(0 <= ratios.ser and ratios.ser <= ratios.seer and ratios.seer <= 100)
        assert.is_true(ratios.asr <= ratios.ser and ratios.asr <= ratios.ner and ratios.ner <= ratios.seer)
      end
      if ratios.isa then
        assert.is_true(0 <= ratios.isa and ratios.isa + ratios.ner <= 100 + 1e-9)
      end
    end
  end)

  it("never pass 100, however large the counts", function()
    local generator = random.new(4320)
    for _ = 1, 500 do
      local count = generator.next(2 ^ 31) * 2 ^ 22 - generator.next(2 ^ 22)
      local ratios = kpi.ratios({ [200] = count, [486] = generator.next(2) - 1 })
      assert.is_true(ratios.ser <= ratios.seer and ratios.seer <= 100 and ratios.ner <= 100)
    end
  end)

  it("have outcomes whose shares sum to all", function()
    local generator = random.new(2543)
    for _ = 1, 100 do
      local histogram, by_outcome, sum = {}, {}, 0
      for _ = 1, 20 do
        kpi.add(histogram, generator.pick(finals))
      end
      for code, count in pairs(histogram) do
        local outcome = kpi.outcome(code)
        by_outcome[outcome] = (by_outcome[outcome] or 0) + count
      end
      for _, outcome in ipairs(kpi.outcomes()) do
        sum = sum + 100 * (by_outcome[outcome] or 0) / kpi.ratios(histogram).attempts
      end
      assert.is_true(math.abs(sum - 100) < 1e-9)
    end
  end)
end)

describe("add", function()
  it("counts a response under its integer code", function()
    local histogram = {}
    for _, code in ipairs({ 486, "486", 486.0, 200, "299", 699, "503", 499 }) do
      assert.same({ n = 0 }, results(kpi.add, histogram, code))
    end
    assert.same({ [486] = 3, [200] = 1, [299] = 1, [699] = 1, [503] = 1, [499] = 1 }, histogram)
    for code in pairs(histogram) do
      assert.is_true(is_integer(code))
    end
  end)

  it("adds to what is there", function()
    local histogram = { [486] = 41, ["486"] = 7 }
    kpi.add(histogram, "486")
    assert.same({ [486] = 42, ["486"] = 7 }, histogram)
  end)

  it("ignores 1xx, and what is not a code", function()
    local histogram = {}
    for code = -10, 1010 do
      kpi.add(histogram, code)
      kpi.add(histogram, tostring(code))
    end
    for _, odd in ipairs({
      100, "180", 199, 486.5, 2 ^ 32 + 486, 1 / 0, -1 / 0, 0 / 0, "", "486 ", " 486", "486\0", "0x1E6",
      "4e2", "sip:486", "486 Busy Here", "BUSY_HERE", "2xx", ("4"):rep(5000), true, false, {}, print, io.stdout,
    }) do
      kpi.add(histogram, odd)
    end
    kpi.add(histogram, nil)
    kpi.add(histogram)
    local expected = {}
    for code = 200, 699 do
      expected[code] = 2
    end
    assert.same(expected, histogram)
  end)

  it("looks past metatables", function()
    local histogram = setmetatable({}, {
      __index = function()
        return 1000
      end,
      __newindex = function()
        error("asked")
      end,
    })
    kpi.add(histogram, 486)
    kpi.add(histogram, 486)
    assert.equal(2, rawget(histogram, 486))
  end)

  it("adds to any number, as Lua does", function()
    local histogram = { [486] = 1.5, [487] = -1, [488] = 2 ^ 53 }
    for code in pairs({ [486] = true, [487] = true, [488] = true }) do
      kpi.add(histogram, code)
    end
    assert.same({ [486] = 2.5, [487] = 0, [488] = 2 ^ 53 + 1 }, histogram)
  end)

  it("raises if there is something else than a count in it", function()
    for _, other in ipairs(call.other_types()) do
      if other.name ~= "nil" then
        assert.equal("bad argument #1 to 'add' (count of 486: number expected, got " .. other.name .. ")",
          message(kpi.add, { [486] = other.value }, "486"))
      end
    end
  end)
end)

-- The groups as they are written down for the user, classes by their digit.
local members_of = {
  ["in progress"] = { 1 },
  answered = { 2 },
  redirected = { 3 },
  challenged = { 401, 407 },
  busy = { 486, 600 },
  ["no answer"] = { 408, 480 },
  cancelled = { 487 },
  rejected = { 403, 433, 488, 6 },
  ["not reachable"] = { 404, 410, 416, 484, 485, 604 },
  blocked = { 428, 436, 437, 438, 607, 608 },
  ["network failure"] = { 430, 5 },
  ["client error"] = { 4 },
}

describe("outcome", function()
  it("is the group that names the code, else that of the class, from 100 to 699", function()
    local group_of = {}
    for group, members in pairs(members_of) do
      for _, member in ipairs(members) do
        assert.is_nil(group_of[member])
        group_of[member] = group
      end
    end
    for code = 100, 699 do
      local expected = group_of[code] or group_of[math.floor(code / 100)]
      assert.same({ n = 1, expected }, results(kpi.outcome, code))
      assert.same({ n = 1, expected }, results(kpi.outcome, tostring(code)))
      assert.same({ n = 1, expected }, results(kpi.outcome, code + 0.0))
    end
  end)

  it("is nil for what is not a code", function()
    for _, value in ipairs({
      -1, 0, 99, 700, 404.7, 2 ^ 32 + 404, 1 / 0, 0 / 0, "", "99", "700", "404 ", "0x194", "404\0", "sip:404", "x\r\n",
    }) do
      assert.same({ n = 2, nil, select(2, sip.class(value)) }, results(kpi.outcome, value))
    end
    assert.same({ n = 2, nil, '"x\\r\\n" is not a SIP response code' }, results(kpi.outcome, "x\r\n"))
  end)
end)

describe("outcomes", function()
  it("are all the groups in one order, as a fresh array", function()
    local groups = kpi.outcomes()
    assert.same({
      "in progress", "answered", "redirected", "challenged", "busy", "no answer", "cancelled", "rejected",
      "not reachable", "blocked", "network failure", "client error",
    }, groups)
    for _, group in ipairs(groups) do
      assert.is_table(members_of[group])
    end
    groups[1] = nil
    assert.equal("in progress", kpi.outcomes()[1])
  end)
end)

describe("misuse of sipcodes.kpi", function()
  local odd, ODD = call.odd, call.ODD
  for _, name in ipairs({ "add", "outcome", "outcomes", "ratios" }) do
    it("raises a readable message or answers: " .. name, function()
      local function try(...)
        call.misused(kpi[name], name, ...)
      end
      try()
      for i = 1, ODD do
        try(odd[i])
        for j = 1, ODD do
          try(odd[i], odd[j])
          try({}, odd[i], odd[j])
          if odd[i] ~= nil and odd[i] == odd[i] then
            try({ [odd[i]] = odd[j] }, odd[j])
            try({}, { [odd[i]] = odd[j] })
          end
          try({}, { ner = { odd[i], odd[j] }, challenges = odd[j] })
        end
      end
    end)
  end
end)
