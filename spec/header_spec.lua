local abnf = require("spec.support.abnf")
local call = require("spec.support.call")
local cases = require("spec.support.header_cases")
local header = require("sipcodes.header")
local sip = require("sipcodes")
local random = require("spec.support.random")
local rows = require("spec.support.rows")

local results, message = call.results, call.message

local function visible(text)
  return (text:gsub("[%c\128-\255]", "."):sub(1, 60))
end

-- The records of a case in the form that reason and warning give.
local function reasons(list)
  local records = {}
  for i, r in ipairs(list) do
    records[i] = { protocol = r[1], cause = r[2], text = r[3], location = r[4], params = r[5] or {} }
  end
  return records
end

local function warnings(list)
  local records = {}
  for i, w in ipairs(list) do
    records[i] = { code = w[1], agent = w[2], text = w[3] }
  end
  return records
end

-- Every octet that can stand between `before` and `after` so that `read` takes the whole.
local function octets_between(read, before, after)
  local taken = {}
  for c = 0, 255 do
    if read(before .. string.char(c) .. after) then
      taken[#taken + 1] = string.char(c)
    end
  end
  return table.concat(taken)
end

local TOKEN = "!%'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_`abcdefghijklmnopqrstuvwxyz~"

local function octet_range(first, last, without)
  local list = {}
  for c = first, last do
    local octet = string.char(c)
    if not without:find(octet, 1, true) then
      list[#list + 1] = octet
    end
  end
  return table.concat(list)
end

local function sorted(text)
  local list = {}
  for i = 1, #text do
    list[i] = text:byte(i)
  end
  table.sort(list)
  for i = 1, #list do
    list[i] = string.char(list[i])
  end
  return table.concat(list)
end

-- No line of the specs waits for long, but a quadratic parser would need minutes.
local function soon(f, ...)
  local start = os.clock()
  local list = results(f, ...)
  assert(os.clock() - start < 60, "this took too long")
  return list
end

describe("reason", function()
  for _, case in ipairs(cases.reason) do
    it("reads " .. visible(case[1]), function()
      assert.same({ n = 1, reasons(case[2]) }, results(header.reason, case[1]))
    end)
  end

  for _, case in ipairs(cases.bad_reason) do
    local value, problem, position = case[1], case[2], case[3]
    it(("refuses %s: %s at %d"):format(visible(value), problem, position), function()
      local list = results(header.reason, value)
      assert.equal(3, list.n)
      assert.is_nil(list[1])
      assert.equal((" is not a Reason: %s at octet %d"):format(problem, position), list[2]:match(" is not a Reason: .*$"))
      assert.equal(position, list[3])
    end)
  end

  it("shows the value that it refuses, cut and escaped", function()
    assert.same(
      { n = 3, nil, '"SIP\\r\\n\\x00\\"" is not a Reason: unexpected octet at octet 4', 4 },
      results(header.reason, 'SIP\r\n\0"')
    )
    assert.same(
      { n = 3, nil, '"' .. ("x"):rep(40) .. '"... is not a Reason: unexpected octet at octet 51', 51 },
      results(header.reason, ("x"):rep(50) .. "@")
    )
  end)

  it("says that there is none where the value is absent", function()
    assert.same({ n = 2, nil, "no Reason" }, results(header.reason, nil))
    assert.same({ n = 2, nil, "no Reason" }, results(header.reason))
  end)

  it("gives integers", function()
    assert.equal("486", tostring(header.reason("SIP;cause=486")[1].cause))
    assert.equal("399", tostring(header.warning('399 gw "x"')[1].code))
    assert.equal("5", tostring((select(3, header.reason("SIP;")))))
  end)

  it("gives fresh tables", function()
    local value = "SIP;cause=1,SIP"
    local first = header.reason(value)
    first[1].params.x, first[1].cause, first[3] = 1, 2, 3
    assert.same(reasons({ { "SIP", 1 }, { "SIP" } }), header.reason(value))
  end)

  it("takes the octets of a token where one stands, and no others", function()
    -- Between two letters the separators begin something else that is right, too.
    assert.equal(sorted(TOKEN .. ",;"), octets_between(header.reason, "a", "b"))
    assert.equal(sorted(TOKEN .. ",;="), octets_between(header.reason, "SIP;a", "b"))
    assert.equal(sorted(TOKEN .. ",;"), octets_between(header.reason, "SIP;a=a", "b"))
    assert.equal(sorted(TOKEN), octets_between(header.reason, "SIP;", ""):gsub("[%s;,]", ""))
    assert.equal("0123456789", octets_between(header.reason, "SIP;cause=1", "1"):gsub("[,;]", ""))
  end)

  it("takes the octets of a quoted string, and no others", function()
    local inside = "\t" .. octet_range(0x20, 0xFF, '"\127')
    assert.equal(inside, octets_between(header.reason, 'SIP;text="a', 'b"'))
    local escaped = octet_range(0, 0x7F, "\r\n")
    assert.equal(escaped, octets_between(header.reason, 'SIP;text="a\\', 'b"'))
    for c in escaped:gmatch(".") do
      assert.equal("a" .. c .. "b", header.reason('SIP;text="a\\' .. c .. 'b"')[1].text)
    end
  end)

  it("refuses every beginning of a value that ends inside something", function()
    local value = 'Q.850;cause=17;text="User \\"busy\\"";x=[::1], SIP;a="b'
    local whole = {}
    for size = 0, #value do
      if header.reason(value:sub(1, size)) then
        whole[#whole + 1] = size
      else
        local _, _, position = header.reason(value:sub(1, size))
        assert.is_true(position >= 1 and position <= size + 1)
      end
    end
    -- Q, Q. and so on are protocols, and c, ca, te are flags.
    assert.same({ 1, 2, 3, 4, 5, 7, 8, 9, 10, 13, 14, 16, 17, 18, 35, 37, 43, 46, 47, 48, 50 }, whole)
  end)
end)

describe("warning", function()
  for _, case in ipairs(cases.warning) do
    it("reads " .. visible(case[1]), function()
      assert.same({ n = 1, warnings(case[2]) }, results(header.warning, case[1]))
    end)
  end

  for _, case in ipairs(cases.bad_warning) do
    local value, problem, position = case[1], case[2], case[3]
    it(("refuses %s: %s at %d"):format(visible(value), problem, position), function()
      local list = results(header.warning, value)
      assert.equal(3, list.n)
      assert.is_nil(list[1])
      assert.equal((" is not a Warning: %s at octet %d"):format(problem, position), list[2]:match(" is not a Warning: .*$"))
      assert.equal(position, list[3])
    end)
  end

  it("says that there is none if the value is absent", function()
    assert.same({ n = 2, nil, "no Warning" }, results(header.warning, nil))
  end)

  it("takes the octets of its parts, and no others", function()
    assert.equal(TOKEN, octets_between(header.warning, "399 a", 'b "x"'))
    assert.equal("0123456789", octets_between(header.warning, "3", '9 a "x"'))
    assert.equal("0123456789", octets_between(header.warning, "399 a:1", '2 "x"'))
    assert.equal(".0123456789:ABCDEFabcdef", octets_between(header.warning, "399 [:", ':] "x"'))
    assert.equal("\t ", octets_between(header.warning, "399", 'a "x"'))
  end)
end)

describe("retry_after", function()
  for _, case in ipairs(cases.retry_after) do
    it("reads " .. visible(case[1]), function()
      assert.same({ n = 3, case[2], case[3], case[4] }, results(header.retry_after, case[1]))
    end)
  end

  for _, case in ipairs(cases.bad_retry_after) do
    local value, problem, position = case[1], case[2], case[3]
    it(("refuses %s: %s at %d"):format(visible(value), problem, position), function()
      local list = results(header.retry_after, value)
      assert.equal(3, list.n)
      assert.is_nil(list[1])
      assert.equal(
        (" is not a Retry-After: %s at octet %d"):format(problem, position),
        list[2]:match(" is not a Retry%-After: .*$")
      )
      assert.equal(position, list[3])
    end)
  end

  it("takes a number for its digits", function()
    assert.same({ n = 3, 30, nil, nil }, results(header.retry_after, 30))
    assert.same({ n = 3, 0, nil, nil }, results(header.retry_after, 0.0))
    assert.same({ n = 3, 2147483647, nil, nil }, results(header.retry_after, 2147483647))
    assert.equal("30", tostring((header.retry_after(30.0))))
    for _, case in ipairs({
      { -1, "-1" },
      { 0.5, "0.5" },
      { 2147483648, "2147483648" },
      { 0 / 0, "nan" },
      { math.huge, "inf" },
    }) do
      assert.same({ n = 2, nil, case[2] .. " is not a Retry-After" }, results(header.retry_after, case[1]))
    end
  end)

  it("says that there is none if the value is absent", function()
    assert.same({ n = 2, nil, "no Retry-After" }, results(header.retry_after, nil))
  end)

  it("takes the octets of a comment, and no others", function()
    assert.equal("\t" .. octet_range(0x20, 0xFF, "()\127"), octets_between(header.retry_after, "5 (a", "b)"))
    assert.equal(octet_range(0, 0x7F, "\r\n"), octets_between(header.retry_after, "5 (a\\", "b)"))
  end)
end)

describe("the grammar of the RFCs", function()
  -- What the parsers refuse although the grammar has it: what a value means, not how it looks.
  local refused_for_meaning = {
    ["second cause"] = true,
    ["second text"] = true,
    ["second duration"] = true,
    ["no value"] = true,
    ["no decimal number of at most 2147483647"] = true,
  }

  local pieces = {
    reason = {
      "SIP", "Q.850", ";", ";", ",", "=", "cause", "text", "location", "x", "17", '"', '"a"', "\\", " ", "\t", "\r\n ",
      "\n ", "\n", "\r", "[::1]", "[", "]", "\195\188", "\0", "\127", "(", ")", ":", ";cause=1", ';text="a"',
    },
    warning = {
      "399", "37", "0", "gw", " ", " ", '"', '"a"', '"a"', ",", "\\", ":", "5060", "[::1]", "[", "\r\n ", "\n", "\t",
      "\195\188", "\0", "\127", ',399 gw "x"', ";",
    },
    retry_after = {
      "5", "120", "x", " ", "(", ")", "(a)", "\\", ";", "=", "duration", ";duration=5", '"', '"a"', "\r\n ", "\n", "\t",
      "\195\188", "\0", "\127", ",",
    },
  }

  -- A case with a few pieces put in and a few octets taken out.
  local function changed(source, name)
    local value = source.pick(cases[name])[1]
    for _ = 1, source.next(3) do
      local at = source.next(#value + 1)
      local left = source.next(3)
      value = value:sub(1, at - 1) .. source.text(pieces[name], 2) .. value:sub(at + left - 1)
    end
    return #value < 200 and value or ""
  end

  for _, name in ipairs({ "reason", "warning", "retry_after" }) do
    it("is what " .. name .. " reads #slow", function()
      local source = random.new(20260107)
      local taken = 0
      for i = 1, 3000 do
        local value = i % 2 == 0 and changed(source, name) or source.text(pieces[name], 9)
        local result, why = header[name](value)
        local right = abnf.matches(abnf.rules[name], value)
        if result then
          taken = taken + 1
          assert(right, ("%q was taken"):format(value))
        else
          local problem = why:match(": ([%w ]-) at octet %d+$")
          assert(not right or refused_for_meaning[problem], ("%q was refused: %s"):format(value, why))
        end
      end
      assert.is_true(taken > 250)
    end)

    it("is that of the cases of " .. name, function()
      for _, case in ipairs(cases[name]) do
        assert(#case[1] > 200 or abnf.matches(abnf.rules[name], case[1]), case[1])
      end
      for _, case in ipairs(cases["bad_" .. name]) do
        assert(refused_for_meaning[case[2]] or not abnf.matches(abnf.rules[name], case[1]), case[1])
      end
    end)
  end
end)

describe("pick", function()
  local both = 'SIP;cause=486;text="Busy Here", q.850;cause=17;text="User busy"'
  local rows_of_picks = {
    -- value, order, cause, protocol, text
    { both, nil, 17, "Q.850", "User busy" },
    { both, { "SIP", "Q.850" }, 486, "SIP", "Busy Here" },
    { both, { "sip" }, 486, "SIP", "Busy Here" },
    { both, { "STIR", "Q.850" }, 17, "Q.850", "User busy" },
    { "sip;cause=486", nil, 486, "SIP", nil },
    { "Q.850;cause=16,Q.850;cause=17", nil, 16, "Q.850", nil },
    -- A value without a cause has nothing to trust.
    { 'Q.850;text="x",SIP;cause=486', nil, 486, "SIP", nil },
    { "Q.850,Q.850;cause=0", nil, 0, "Q.850", nil },
    { "FreeSWITCH;cause=802,SIP;cause=486", { "freeswitch" }, 802, "FreeSWITCH", nil },
    { "x-own;cause=1", { "X-OWN" }, 1, "x-own", nil },
    { "PREEMPTION;cause=1;text=a", { "preemption" }, 1, "Preemption", "a" },
    { 'release_cause;cause=1;text="\\a"', { "RELEASE_CAUSE" }, 1, "RELEASE_CAUSE", "a" },
    { "SIP;cause=1,SIP;cause=2", { "SIP", "SIP" }, 1, "SIP", nil },
  }

  for _, row in ipairs(rows_of_picks) do
    it("finds " .. row[3] .. " in " .. row[1], function()
      assert.same({ n = 3, row[3], row[4], row[5] }, results(header.pick, row[1], row[2]))
    end)
  end

  it("finds nothing in a value without such a cause", function()
    for _, value in ipairs({ "SIP", "Q.850;text=x", "STIR;cause=436", "Q.8;cause=1", "Q.8500;cause=1" }) do
      assert.same(
        { n = 2, nil, '"' .. value .. '" has no cause of the protocols in the order' },
        results(header.pick, value)
      )
    end
    assert.same(
      { n = 2, nil, '"SIP;cause=1" has no cause of the protocols in the order' },
      results(header.pick, "SIP;cause=1", { "Q.850", "SI", "SIPS" })
    )
  end)

  it("answers as reason where the value is absent or wrong", function()
    assert.same({ n = 2, nil, "no Reason" }, results(header.pick))
    assert.same({ n = 2, nil, "no Reason" }, results(header.pick, nil, { "SIP" }))
    assert.same(results(header.reason, "SIP;cause=1,"), results(header.pick, "SIP;cause=1,"))
    assert.same(results(header.reason, ""), results(header.pick, ""))
  end)

  it("raises on what is not an order", function()
    local orders = {
      { {}, "no protocol in the order" },
      { { "SIP", 850 }, "protocol 2: string expected, got number" },
      { { [2] = "SIP" }, "protocol 1: string expected, got nil" },
      { { "SIP", nil, "STIR" }, "protocol 2: string expected, got nil" },
      { { "SIP", x = "STIR" }, "protocol 2: string expected, got nil" },
      { { protocol = "SIP" }, "protocol 1: string expected, got nil" },
      { { "SIP", "" }, 'protocol 2: "" is not a token' },
      { { "Q.850 " }, 'protocol 1: "Q.850 " is not a token' },
      { { "SIP\0" }, 'protocol 1: "SIP\\x00" is not a token' },
    }
    for _, case in ipairs(orders) do
      assert.equal("bad argument #2 to 'pick' (" .. case[2] .. ")", message(header.pick, "SIP;cause=1", case[1]))
    end
  end)
end)

describe("format_reason", function()
  local written = {
    { { { protocol = "SIP" } }, "SIP" },
    { { { protocol = "Q.850", cause = 17, text = "User busy" } }, 'Q.850;cause=17;text="User busy"' },
    { { { protocol = "SIP", cause = 486 }, { protocol = "Q.850", cause = 17 } }, "SIP;cause=486, Q.850;cause=17" },
    { { { protocol = "q.850", location = "LN", text = "a", cause = 1 } }, 'q.850;cause=1;text="a";location=LN' },
    -- Numbers and digits.
    { { { protocol = "SIP", cause = 486.0 } }, "SIP;cause=486" },
    { { { protocol = "SIP", cause = "486" } }, "SIP;cause=486" },
    { { { protocol = "SIP", cause = "007" } }, "SIP;cause=7" },
    { { { protocol = "SIP", cause = 0 } }, "SIP;cause=0" },
    { { { protocol = "SIP", cause = 2147483647 } }, "SIP;cause=2147483647" },
    -- Text is always quoted, and so is ppi.
    { { { protocol = "SIP", text = "" } }, 'SIP;text=""' },
    { { { protocol = "SIP", text = 'say "a\\b"' } }, [[SIP;text="say \"a\\b\""]] },
    { { { protocol = "SIP", text = "a;b,c=d\tü" } }, 'SIP;text="a;b,c=d\tü"' },
    { { { protocol = "STIR", params = { ppi = "..sig" } } }, 'STIR;ppi="..sig"' },
    { { { protocol = "STIR", params = { PPI = "x" } } }, 'STIR;PPI="x"' },
    { { { protocol = "STIR", params = { ppi = 5 } } }, 'STIR;ppi="5"' },
    { { { protocol = "STIR", params = { ppi = true } } }, "STIR;ppi" },
    -- Other parameters by name.
    { { { protocol = "SIP", params = {} } }, "SIP" },
    { { { protocol = "SIP", params = { c = "1", a = true, B = "x y" } } }, 'SIP;a;B="x y";c=1' },
    { { { protocol = "SIP", params = { a = "1", ab = "2", ["a-"] = "3" } } }, "SIP;a=1;a-=3;ab=2" },
    { { { protocol = "SIP", params = { a = "", b = "[::1]", c = "a@b" } } }, 'SIP;a="";b="[::1]";c="a@b"' },
    { { { protocol = "SIP", params = { a = 1, b = -5, c = 2.0, d = -0.0 } } }, "SIP;a=1;b=-5;c=2;d=0" },
    { { { protocol = "SIP", params = { a = 2 ^ 53 - 1, b = 1 - 2 ^ 53 } } },
      "SIP;a=9007199254740991;b=-9007199254740991" },
  }

  for _, case in ipairs(written) do
    it("writes " .. case[2], function()
      assert.same({ n = 1, case[2] }, results(header.format_reason, case[1]))
    end)
  end

  -- {list, what the message says}
  local refused = {
    { {}, "no value to write" },
    { { {} }, "value 1: protocol: string expected, got nil" },
    { { "SIP" }, "value 1: table expected, got string" },
    { { protocol = "SIP" }, "value 1: table expected, got nil" },
    { { { protocol = "SIP" }, nil, { protocol = "SIP" } }, "value 2: table expected, got nil" },
    { { { protocol = "SIP" }, x = 1 }, "value 2: table expected, got nil" },
    { { { protocol = "SIP" }, { protocol = "SIP", cause = -1 } },
      "value 2: cause: -1 is not a whole number in 0..2147483647" },
    { { { protocol = 5 } }, "value 1: protocol: string expected, got number" },
    { { { protocol = "" } }, 'value 1: protocol: "" is not a token' },
    { { { protocol = "Q 850" } }, 'value 1: protocol: "Q 850" is not a token' },
    { { { protocol = "SIP;x" } }, 'value 1: protocol: "SIP;x" is not a token' },
    { { { protocol = "SIP\r\nX: y" } }, "value 1: protocol: CR at octet 4" },
    { { { protocol = "SIP", txet = "a" } }, 'value 1: unknown field "txet"' },
    { { { protocol = "SIP", b = 1, a = 1, [1] = 1 } }, 'value 1: unknown field "a"' },
    { { { protocol = "SIP", [1] = 1, [true] = 1 } }, "value 1: unknown field 1" },
    { { { protocol = "SIP", Cause = 1 } }, 'value 1: unknown field "Cause"' },
    { { { protocol = "SIP", cause = 1.5 } }, "value 1: cause: 1.5 is not a whole number in 0..2147483647" },
    { { { protocol = "SIP", cause = 2147483648 } }, "value 1: cause: 2147483648 is not a whole number in 0..2147483647" },
    { { { protocol = "SIP", cause = 0 / 0 } }, "value 1: cause: nan is not a whole number in 0..2147483647" },
    { { { protocol = "SIP", cause = "" } }, 'value 1: cause: "" is not a whole number in 0..2147483647' },
    { { { protocol = "SIP", cause = "1x" } }, 'value 1: cause: "1x" is not a whole number in 0..2147483647' },
    { { { protocol = "SIP", cause = " 1" } }, 'value 1: cause: " 1" is not a whole number in 0..2147483647' },
    { { { protocol = "SIP", cause = "0x1" } }, 'value 1: cause: "0x1" is not a whole number in 0..2147483647' },
    { { { protocol = "SIP", cause = "2147483648" } },
      'value 1: cause: "2147483648" is not a whole number in 0..2147483647' },
    { { { protocol = "SIP", cause = true } }, "value 1: cause: number expected, got boolean" },
    { { { protocol = "SIP", cause = false } }, "value 1: cause: number expected, got boolean" },
    { { { protocol = "SIP", text = 5 } }, "value 1: text: string expected, got number" },
    { { { protocol = "SIP", text = false } }, "value 1: text: string expected, got boolean" },
    { { { protocol = "SIP", location = "a\nb" } }, "value 1: location: LF at octet 2" },
    { { { protocol = "SIP", location = 5 } }, "value 1: location: string expected, got number" },
    { { { protocol = "SIP", params = 5 } }, "value 1: params: table expected, got number" },
    { { { protocol = "SIP", params = { "x" } } }, "value 1: params: key 1 is not a string" },
    { { { protocol = "SIP", params = { [true] = 1, [2.5] = 1 } } }, "value 1: params: key 2.5 is not a string" },
    { { { protocol = "SIP", params = { [""] = 1 } } }, 'value 1: params: "" is not a token' },
    { { { protocol = "SIP", params = { ["a b"] = 1, ["c d"] = 1 } } }, 'value 1: params: "a b" is not a token' },
    { { { protocol = "SIP", params = { ["a\0"] = 1 } } }, 'value 1: params: "a\\x00" is not a token' },
    { { { protocol = "SIP", params = { ["a\r\nb"] = 1 } } }, 'value 1: params: "a\\r\\nb" is not a token' },
    { { { protocol = "SIP", params = { Cause = 1 } } }, 'value 1: params: "Cause" has a field of its own' },
    { { { protocol = "SIP", params = { text = 1 } } }, 'value 1: params: "text" has a field of its own' },
    { { { protocol = "SIP", params = { LOCATION = 1 } } }, 'value 1: params: "LOCATION" has a field of its own' },
    { { { protocol = "SIP", params = { a = 1, A = 2 } } }, 'value 1: params: "a" is given twice' },
    { { { protocol = "SIP", params = { xY = 1, Xy = 2, b = 1 } } }, 'value 1: params: "xY" is given twice' },
    { { { protocol = "SIP", params = { a = false } } }, 'value 1: parameter "a": false is not a value' },
    { { { protocol = "SIP", params = { a = {} } } }, 'value 1: parameter "a": string expected, got table' },
    { { { protocol = "SIP", params = { a = 0.5 } } }, 'value 1: parameter "a": 0.5 is not a whole number below 2^53' },
    { { { protocol = "SIP", params = { a = 2 ^ 53 } } },
      'value 1: parameter "a": 9.007199254741e+15 is not a whole number below 2^53' },
    { { { protocol = "SIP", params = { a = -2 ^ 53 } } },
      'value 1: parameter "a": -9.007199254741e+15 is not a whole number below 2^53' },
    { { { protocol = "SIP", params = { a = 1 / 0 } } }, 'value 1: parameter "a": inf is not a whole number below 2^53' },
    { { { protocol = "SIP", params = { a = 0 / 0 } } }, 'value 1: parameter "a": nan is not a whole number below 2^53' },
  }

  for _, case in ipairs(refused) do
    it("refuses: " .. case[2], function()
      assert.equal("bad argument #1 to 'format_reason' (" .. case[2] .. ")", message(header.format_reason, case[1]))
    end)
  end

  it("writes parameters by name, whatever the order in which they were set", function()
    local names = { "a", "ab", "abc", "abcd" }
    local orders = 0
    local function permute(chosen)
      if #chosen == #names then
        local params = {}
        for _, name in ipairs(chosen) do
          params[name] = name
        end
        assert.equal("SIP;a=a;ab=ab;abc=abc;abcd=abcd", header.format_reason({ { protocol = "SIP", params = params } }))
        orders = orders + 1
        return
      end
      for _, name in ipairs(names) do
        local taken = table.concat(chosen, " ") .. " "
        if not (" " .. taken):find(" " .. name .. " ", 1, true) then
          local longer = { name }
          for i, each in ipairs(chosen) do
            longer[i + 1] = each
          end
          permute(longer)
        end
      end
    end
    permute({})
    assert.equal(24, orders)
  end)

  it("writes as many flags as there are", function()
    local params, expected = {}, { "SIP" }
    for i = 1, 70 do
      expected[i + 1] = ("f%02d"):format(i)
      params[expected[i + 1]] = true
    end
    assert.equal(table.concat(expected, ";"), header.format_reason({ { protocol = "SIP", params = params } }))
  end)

  it("looks at the tables themselves, not at their metamethods", function()
    local function never()
      error("called")
    end
    local odd = { __index = never, __len = never, __pairs = never, __tostring = never, __newindex = never }
    local record = setmetatable({ protocol = "SIP", params = setmetatable({ a = true }, odd) }, odd)
    assert.equal("SIP;a", header.format_reason(setmetatable({ record }, odd)))
  end)
end)

describe("format_warning", function()
  local written = {
    { { { code = 399, agent = "gw", text = "a" } }, '399 gw "a"' },
    { { { code = "370", agent = "[::1]:5060", text = 'a "b" \\' } }, [[370 [::1]:5060 "a \"b\" \\"]] },
    { { { code = 5, agent = "gw.example.com:5060", text = "" }, { code = 999.0, agent = "-", text = "ü" } },
      '005 gw.example.com:5060 "", 999 - "ü"' },
    { { { code = "000", agent = "`", text = "\t" } }, '000 ` "\t"' },
  }
  for _, case in ipairs(written) do
    it("writes " .. visible(case[2]), function()
      assert.same({ n = 1, case[2] }, results(header.format_warning, case[1]))
    end)
  end

  local refused = {
    { {}, "no value to write" },
    { { 5 }, "value 1: table expected, got number" },
    { { code = 399, agent = "gw", text = "x" }, "value 1: table expected, got nil" },
    { { { agent = "gw", text = "x" } }, "value 1: code: number expected, got nil" },
    { { { code = -1, agent = "gw", text = "x" } }, "value 1: code: -1 is not a warn-code, 0 to 999" },
    { { { code = 1000, agent = "gw", text = "x" } }, "value 1: code: 1000 is not a warn-code, 0 to 999" },
    { { { code = 399.5, agent = "gw", text = "x" } }, "value 1: code: 399.5 is not a warn-code, 0 to 999" },
    { { { code = 2 ^ 32 + 399, agent = "gw", text = "x" } }, "value 1: code: 4294967695 is not a warn-code, 0 to 999" },
    { { { code = "39", agent = "gw", text = "x" } }, 'value 1: code: "39" is not a warn-code, 0 to 999' },
    { { { code = "0399", agent = "gw", text = "x" } }, 'value 1: code: "0399" is not a warn-code, 0 to 999' },
    { { { code = "+39", agent = "gw", text = "x" } }, 'value 1: code: "+39" is not a warn-code, 0 to 999' },
    { { { code = 399, text = "x" } }, "value 1: agent: string expected, got nil" },
    { { { code = 399, agent = "", text = "x" } }, 'value 1: agent: "" is not a host or token' },
    { { { code = 399, agent = "a b", text = "x" } }, 'value 1: agent: "a b" is not a host or token' },
    { { { code = 399, agent = "a:", text = "x" } }, 'value 1: agent: "a:" is not a host or token' },
    { { { code = 399, agent = "::1", text = "x" } }, 'value 1: agent: "::1" is not a host or token' },
    { { { code = 399, agent = "a\n", text = "x" } }, "value 1: agent: LF at octet 2" },
    { { { code = 399, agent = "gw" } }, "value 1: text: string expected, got nil" },
    { { { code = 399, agent = "gw", text = 5 } }, "value 1: text: string expected, got number" },
    { { { code = 399, agent = "gw", text = "x", warn = 1 } }, 'value 1: unknown field "warn"' },
    { { { code = 399, agent = "gw", text = "x" }, { code = 399, agent = "gw", text = "\0" } },
      "value 2: text: NUL at octet 1" },
  }
  for _, case in ipairs(refused) do
    it("refuses: " .. case[2], function()
      assert.equal("bad argument #1 to 'format_warning' (" .. case[2] .. ")", message(header.format_warning, case[1]))
    end)
  end
end)

describe("a text that goes out", function()
  it("never holds a control character, wherever it stands", function()
    for c = 0, 127 do
      local octet = string.char(c)
      local control = (c < 32 or c == 127) and c ~= 9
      local name = ({ [0] = "NUL", [10] = "LF", [13] = "CR" })[c] or ("0x%02X"):format(c)
      for place, text in ipairs({ octet .. "ab", "a" .. octet .. "b", "ab" .. octet }) do
        local writers = {
          text = function()
            return header.format_reason({ { protocol = "SIP", text = text } })
          end,
          ['parameter "x"'] = function()
            return header.format_reason({ { protocol = "SIP", params = { x = text } } })
          end,
          ['parameter "ppi"'] = function()
            return header.format_reason({ { protocol = "SIP", params = { ppi = text } } })
          end,
        }
        for what, write in pairs(writers) do
          if control then
            assert.equal(
              ("bad argument #1 to 'format_reason' (value 1: %s: %s at octet %d)"):format(what, name, place),
              message(write)
            )
          else
            assert.is_nil(write():find("[%z\1-\8\10-\31\127]"))
          end
        end
        local function warn()
          return header.format_warning({ { code = 399, agent = "gw", text = text } })
        end
        if control then
          assert.equal(
            ("bad argument #1 to 'format_warning' (value 1: text: %s at octet %d)"):format(name, place),
            message(warn)
          )
        else
          assert.is_nil(warn():find("[%z\1-\8\10-\31\127]"))
        end
      end
    end
  end)
end)

describe("a round trip", function()
  local words = { "a", "B", "7", " ", '"', "\\", ";", ",", "=", "(", "\t", "ü", "\255", "cause=1", "[::1]", "%", "'" }
  local tokens = { "a", "b", "Z", "9", "-", ".", "!", "%", "*", "_", "+", "`", "'", "~" }

  local function token(source)
    return source.pick(tokens) .. source.text(tokens, 6)
  end

  local function some_params(source)
    local params = {}
    for _ = 1, source.next(4) - 1 do
      local name = token(source):lower()
      params[name] = source.next(3) == 1 or source.text(words, 8)
    end
    return params
  end

  local function some_reason(source)
    return {
      protocol = token(source),
      cause = source.next(3) > 1 and source.next(2147483647) - 1 or nil,
      text = source.next(3) > 1 and source.text(words, 12) or nil,
      location = source.next(3) == 1 and token(source) or nil,
      params = some_params(source),
    }
  end

  local function some_list(source, make)
    local list = {}
    for i = 1, source.next(4) do
      list[i] = make(source)
    end
    return list
  end

  it("keeps every Reason record #slow", function()
    local source = random.new(3326)
    for _ = 1, 400 do
      local list = some_list(source, some_reason)
      local value = header.format_reason(list)
      assert.same(list, header.reason(value))
      assert.equal(value, header.format_reason(header.reason(value)))
      assert.is_true(abnf.matches(abnf.rules.reason, value))
    end
  end)

  it("keeps every Warning record", function()
    local source = random.new(3261)
    for _ = 1, 200 do
      local list = some_list(source, function()
        return {
          code = source.next(1000) - 1,
          agent = source.pick({ token(source), "[2001:db8::" .. source.next(9) .. "]", token(source) .. ":5060" }),
          text = source.text(words, 12),
        }
      end)
      local value = header.format_warning(list)
      assert.same(list, header.warning(value))
      assert.is_true(abnf.matches(abnf.rules.warning, value))
    end
  end)

  it("says again what any value said that could be read", function()
    for _, case in ipairs(cases.reason) do
      local list = header.reason(case[1])
      if not case[1]:find("[%z\127]") then
        assert.same(list, header.reason(header.format_reason(list)))
      end
    end
    for _, case in ipairs(cases.warning) do
      local list = header.warning(case[1])
      assert.same(list, header.warning(header.format_warning(list)))
    end
  end)
end)

describe("a big value", function()
  local SIZE = 2 ^ 20

  it("is read or refused soon, whatever its shape #slow", function()
    local function refused(f, value, problem, position)
      local list = soon(f, value)
      assert.is_nil(list[1])
      assert.equal(position, list[3])
      assert.is_truthy(list[2]:find(problem, 1, true))
    end
    for _, f in ipairs({ header.reason, header.warning }) do
      refused(f, (","):rep(SIZE), "empty list element", 1)
      refused(f, (" "):rep(SIZE), "empty list element", SIZE + 1)
      refused(f, ("\r\n "):rep(SIZE / 4), "empty list element", SIZE / 4 * 3 + 1)
    end
    refused(header.reason, ('"'):rep(SIZE), "no protocol", 1)
    refused(header.reason, "SIP;text=" .. ('"'):rep(SIZE), "unexpected octet", 12)
    refused(header.reason, 'SIP;text="' .. ("\\"):rep(SIZE), "no closing quote", 10)
    refused(header.reason, 'SIP;text="' .. ("\r\n "):rep(SIZE / 4), "no closing quote", 10)
    refused(header.reason, "SIP;x=" .. ("["):rep(SIZE), "no IPv6 reference", 7)
    refused(header.reason, "SIP;x=[" .. (":"):rep(SIZE), "no IPv6 reference", 7)
    refused(header.reason, "SIP" .. (";"):rep(SIZE), "no parameter name", 5)
    refused(header.reason, "SIP;cause=" .. ("9"):rep(SIZE), "no decimal number", 11)
    refused(header.reason, ("a"):rep(SIZE) .. "\0", "unexpected octet", SIZE + 1)
    refused(header.warning, "399 " .. ("a"):rep(SIZE), "no space", SIZE + 5)
    refused(header.retry_after, "5 " .. ("("):rep(SIZE), "no closing bracket", 3)
    refused(header.retry_after, "5 " .. ("()"):rep(SIZE / 2), "unexpected octet", 5)
    refused(header.retry_after, ("5"):rep(SIZE), "no decimal number", 1)
  end)

  it("is kept whole", function()
    local text = ('a"\\'):rep(SIZE / 4)
    local value = header.format_reason({ { protocol = "SIP", text = text } })
    assert.equal(text, soon(header.reason, value)[1][1].text)
    local name = ("Aa"):rep(SIZE / 2)
    assert.is_true(soon(header.reason, "SIP;" .. name)[1][1].params[name:lower()])
    assert.equal(0, header.reason("SIP;cause=" .. ("0"):rep(SIZE))[1].cause)
    local depth = SIZE / 2
    local nested = ("("):rep(depth) .. (")"):rep(depth)
    assert.same({ n = 3, 5, nested:sub(2, -2), nil }, soon(header.retry_after, "5 " .. nested))
  end)

  it("may hold many values and parameters #slow", function()
    local count = 2 ^ 14
    local list = soon(header.reason, ("SIP;cause=1;x,"):rep(count) .. "SIP")[1]
    assert.equal(count + 1, #list)
    assert.same({ protocol = "SIP", cause = 1, params = { x = true } }, list[count])
    assert.same({ a = true }, soon(header.reason, "SIP" .. (";A"):rep(count))[1][1].params)
    local names, params = {}, {}
    for i = 1, count do
      names[i] = ";n" .. i .. "=v" .. i
      params["n" .. i] = "v" .. i
    end
    local many = soon(header.reason, "SIP" .. table.concat(names))[1][1]
    assert.is_true(many.more)
    for i = 1, count do
      assert.equal(i <= 64 and params["n" .. i] or nil, many.params["n" .. i])
    end
    assert.equal(count, #soon(header.warning, ('399 gw "x",'):rep(count - 1) .. '399 gw "x"')[1])
    assert.same({ n = 3, 7, "SIP", nil }, soon(header.pick, ("SIP,"):rep(count) .. "SIP;cause=7"))
    local records = {}
    for i = 1, count do
      records[i] = { protocol = "SIP", cause = i, params = i == 1 and params or nil }
    end
    local value = soon(header.format_reason, records)[1]
    assert.equal(count, header.reason(value)[count].cause)
    local written = {}
    for name, text in value:match("^(.-),"):gmatch(";(n%d+)=([^;]+)") do
      written[name] = text
    end
    assert.same(params, written)
  end)
end)

describe("the registries", function()
  it("are those of IANA", function()
    local listed, known = {}, {}
    for i, row in ipairs(rows.tsv("spec/data/reason_protocols.tsv")) do
      listed[i] = { row.protocol, row.description, row.reference }
    end
    for name, description, reference in header.protocols() do
      known[#known + 1] = { name, description, reference }
    end
    assert.equal(22, #listed)
    assert.same(listed, known)
    listed, known = {}, {}
    for i, row in ipairs(rows.tsv("spec/data/warn_codes.tsv")) do
      listed[i] = { tonumber(row.code), row.text }
    end
    for code, text in header.warnings() do
      known[#known + 1] = { code, text }
    end
    assert.equal(15, #listed)
    assert.same(listed, known)
  end)

  it("know the published text of every cause", function()
    local listed = 0
    for _, row in ipairs(rows.tsv("spec/data/reason_protocol_causes.tsv")) do
      local cause = tonumber(row.cause)
      if not cause then
        local meaning, why = header.meaning(row.protocol, 7)
        assert.is_nil(meaning)
        assert.matches("^cause 7 of " .. row.protocol:gsub("%p", "%%%0") .. " is not known here: see 3GPP TS [%d.]+$", why)
      elseif row.protocol ~= "SIP" then
        listed = listed + 1
        assert.same({ n = 1, row.text }, results(header.meaning, row.protocol, cause))
        assert.equal(row.text, header.meaning(row.protocol:lower(), row.cause))
      end
    end
    assert.equal(20, listed)
    for code = 100, 699 do
      assert.equal(sip.reason(code), (header.meaning("SIP", code)))
    end
    for cause = 0, 200 do
      assert.equal(sip.cause.text(cause), (header.meaning("Q.850", cause)))
    end
  end)

  it("say what is wrong with a protocol or a cause", function()
    local wrong = {
      { "X", 1, '"X" is not a registered Reason protocol' },
      { "STIR", 404, "cause 404 of STIR is not known here: see RFC 8224, RFC 9410" },
      { "Preemption", -1, "cause -1 of Preemption is not known here: see RFC 4411" },
      { "Preemption", "x", 'cause "x" of Preemption is not known here: see RFC 4411' },
      { "Q.850", 17.5, "cause 17.5 of Q.850 is not known here: see ITU-T Q.850" },
      { "SIP", 2 ^ 32 + 486, "cause 4294967782 of SIP is not known here: see RFC 3261" },
    }
    for _, case in ipairs(wrong) do
      assert.same({ n = 2, nil, case[3] }, results(header.meaning, case[1], case[2]))
    end
  end)

  it("give every protocol its registered spelling", function()
    for name in header.protocols() do
      for _, form in ipairs({ name, name:lower(), name:upper() }) do
        assert.same({ n = 3, 5, name, nil }, results(header.pick, form .. ";cause=5", { name:upper() }))
      end
    end
  end)

  it("are gone through by stateless iterators", function()
    local next_protocol = header.protocols()
    assert.same({ n = 3, "Q.850", "Cause value in decimal representation", "ITU-T Q.850" }, results(next_protocol, nil, "sip"))
    assert.same({ n = 0 }, results(next_protocol, nil, "NGAP-PROT"))
    assert.same({ n = 0 }, results(next_protocol, nil, "no such"))
    assert.equal("SIP", (next_protocol()))
    local next_warning = header.warnings()
    assert.same({ n = 2, 370, "Insufficient bandwidth" }, results(next_warning, nil, 331))
    assert.same({ n = 2, 399, "Miscellaneous warning" }, results(next_warning, nil, 381.5))
    assert.same({ n = 0 }, results(next_warning, nil, 399))
    assert.same({ n = 0 }, results(next_warning, nil, 2 ^ 40))
    assert.equal(300, (next_warning(nil, 0 / 0)))
    assert.equal("300", tostring((next_warning())))
  end)
end)

describe("the module", function()
  it("holds these functions and nothing else", function()
    local names = {}
    for name, value in pairs(header) do
      assert.equal("function", type(value))
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same(
      { "format_reason", "format_warning", "meaning", "pick", "protocols", "reason", "retry_after", "warning", "warnings" },
      names
    )
  end)
end)
