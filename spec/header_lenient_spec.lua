-- The lenient reading of Reason: what cannot be read is passed over, and told.
local call = require("spec.support.call")
local cases = require("spec.support.header_cases")
local random = require("spec.support.random")
local blocking = require("sipcodes.blocking")
local header = require("sipcodes.header")
local routing = require("sipcodes.routing")

local results, message = call.results, call.message
local LENIENT = { lenient = true }

local function pick(value, order)
  return results(header.pick, value, order, LENIENT)
end

describe("the lenient reading", function()
  -- {value, cause, protocol, text, what was passed over}
  local values = {
    { 'Q.850;cause="16"', 16, "Q.850" },
    { 'Q.850;cause="41"', 41, "Q.850" },
    { 'Q.850;cause=17;text="User busy", "bad"', 17, "Q.850", "User busy", "no protocol at octet 34" },
    { 'SIP ;cause=200 ;text="Call completed elsewhere", "bad", Q.850;cause=16', 16, "Q.850", nil,
      "no protocol at octet 50" },
    { "Q.850;cause=17;", 17, "Q.850", nil, "no parameter name at octet 16" },
    { 'Q.850;cause=17;text="User busy",', 17, "Q.850", "User busy", "empty list element at octet 33" },
    { "Q.850;cause=17;text=User busy", 17, "Q.850", "User busy" },
    { "Q.850;cause=17", 17, "Q.850" },
    { ",Q.850;cause=17", 17, "Q.850", nil, "empty list element at octet 1" },
    { ",,SIP;cause=486,,,Q.850;cause=17,,", 17, "Q.850", nil, "empty list element at octet 1, and 5 more" },
    { "Q.850;;cause=17", 17, "Q.850", nil, "no parameter name at octet 7" },
    { "Q.850 ; ; ; cause=17 ; ", 17, "Q.850", nil, "no parameter name at octet 9, and 2 more" },
    { "Q.850;cause=17;text=User busy;location=U", 17, "Q.850", "User busy" },
    { "Q.850;text=User busy ;cause=17", 17, "Q.850", "User busy" },
    { "Q.850;cause=17;text=(busy)", 17, "Q.850", "(busy)" },
    { "Q.850;cause=17;text= User  busy , SIP;cause=486", 17, "Q.850", "User  busy" },
    { "Q.850;cause=17;text=User\r\n busy", 17, "Q.850", "User busy" },
    { "Q.850;cause=17; text=User busy", 17, "Q.850", "User busy" },
    { "Q.850;cause=17 ;\r\n text = User busy", 17, "Q.850", "User busy" },
    -- Outside quotes a backslash hides no separator.
    { [[SIP;text=User busy\, Q.850;cause=17]], 17, "Q.850" },
    { [[Q.850;text=User busy\;cause=17]], 17, "Q.850", "User busy\\" },
    { "Q.850; text=v=;cause=17", 17, "Q.850", "v=" },
    { 'Q.850;cause=17;text="User busy" x', 17, "Q.850", "User busy", "unexpected octet at octet 33" },
    { 'Q.850;cause=17;text="User busy', 17, "Q.850", nil, "no closing quote at octet 21" },
    { 'SIP;cause=486;text="a\1b", Q.850;cause=17', 17, "Q.850", nil, "control character at octet 22" },
    { "Q.850;cause=17;text=a\1b", 17, "Q.850", nil, "control character at octet 22" },
    { "Q.850;cause=17;cause=18", 17, "Q.850", nil, "second cause at octet 16" },
    { "Q.850;cause=x;cause=17", 17, "Q.850", nil, "no decimal number of at most 2147483647 at octet 13" },
    { 'Q.850;text="a";text="b";cause=17', 17, "Q.850", "a", "second text at octet 16" },
    { "Q.850;cause=17;location", 17, "Q.850", nil, "no value at octet 24" },
    { "Q.850;cause=17;location=;text=x", 17, "Q.850", "x", "no value at octet 25" },
    { "Q.850;cause=17 foo;text=x", 17, "Q.850", "x", "unexpected octet at octet 16" },
    { "@, Q.850;cause=17", 17, "Q.850", nil, "no protocol at octet 1" },
    { '"a, Q.850;cause=1", Q.850;cause=17', 17, "Q.850", nil, "no protocol at octet 1" },
    { 'SIP;x="a, Q.850;cause=1;text=\\"b", Q.850;cause=17', 17, "Q.850" },
    { "Q.850;cause=17;=x;text=y", 17, "Q.850", "y", "no parameter name at octet 16" },
  }
  for _, case in ipairs(values) do
    it("of " .. case[1]:gsub("%c", "?") .. " finds " .. case[2], function()
      assert.same({ n = 4, case[2], case[3], case[4], case[5] }, pick(case[1]))
    end)
  end

  for _, case in ipairs({
    { "Q.850;cause=abc", "no decimal number of at most 2147483647 at octet 13" },
    { "", "empty list element at octet 1" },
    { ",", "empty list element at octet 1, and 1 more" },
    { 'Q.850;cause="abc"', "no decimal number of at most 2147483647 at octet 13" },
    { "Q.850;cause=2147483648", "no decimal number of at most 2147483647 at octet 13" },
    { "Q.850;cause=", "no value at octet 13" },
    { "Q.850;cause", "no value at octet 12" },
    { "Q.850;cause=-1", "no decimal number of at most 2147483647 at octet 13" },
    { ";cause=17", "no protocol at octet 1" },
    { "Q.850 cause=17", "unexpected octet at octet 7" },
    { "X;cause=17" },
  }) do
    it("of " .. case[1] .. " finds nothing", function()
      local problem = ('"%s" has no cause of the protocols in the order'):format(case[1]:gsub('"', '\\"'))
      assert.same({ n = 3, nil, problem, case[2] }, pick(case[1]))
    end)
  end

  it("gives the records that it could read", function()
    local list, skipped = header.reason('SIP;cause=486;a=1;;b, "bad", Q.850;cause="17";text=User busy;c="', LENIENT)
    assert.same({
      { protocol = "SIP", cause = 486, params = { a = "1", b = true } },
      { protocol = "Q.850", cause = 17, text = "User busy", params = {} },
    }, list)
    assert.equal("no parameter name at octet 19, and 2 more", skipped)
  end)

  it("gives the parameters behind a text that ends in a backslash", function()
    local list, skipped = header.reason("X;text=\\;~\\;x\\,\0", LENIENT)
    assert.same({ { protocol = "X", text = "\\", params = { ["~"] = true, x = true } } }, list)
    assert.equal("unexpected octet at octet 11, and 2 more", skipped)
  end)

  it("says nothing of a value that it read as it is", function()
    assert.same({ n = 2, { { protocol = "SIP", params = {} } }, nil }, results(header.reason, "SIP", LENIENT))
    assert.same({ n = 1, { { protocol = "SIP", params = {} } } }, results(header.reason, "SIP", {}))
    assert.same({ n = 2, nil, "no Reason" }, results(header.reason, nil, LENIENT))
    assert.same({ n = 2, nil, "no Reason" }, pick(nil))
  end)

  it("reads all that the strict reading accepts, alike", function()
    for _, case in ipairs(cases.reason) do
      local strict = header.reason(case[1])
      assert.same({ n = 2, strict, nil }, results(header.reason, case[1], LENIENT))
    end
  end)

  -- Values put together of good and bad parts.
  local parts = {
    "SIP", "Q.850", "X", ";", ",", " ", "\t", "\r\n ", "=", "cause", "text", "location", "a", "17", '"', '"17"',
    '"a b"', '"a\\"b"', "\\", "\1", "User busy", "(", ";cause=17", ';text="x"', ", ", "[::1]", "\128",
  }

  it("never refuses, and agrees with the strict one where that reads #slow", function()
    local generator = random.new(20261125)
    local accepted = 0
    for _ = 1, 20000 do
      local value = generator.text(parts, 12)
      local strict = header.reason(value)
      local list, skipped = header.reason(value, LENIENT)
      assert.is_table(list)
      if strict then
        accepted = accepted + 1
        assert.same(strict, list)
        assert.is_nil(skipped)
      else
        -- A quoted decimal and a text without quotes are read, not passed over.
        assert.is_true(skipped ~= nil or value:find('"17"', 1, true) ~= nil or value:find("text", 1, true) ~= nil)
      end
    end
    assert.is_true(accepted > 500)
  end)

  it("finds a good value wherever a bad one stands", function()
    local bad = { '"bad"', "@", ";cause=1", "", "SIP;cause=x", "SIP;text=a b", "SIP;;", [[SIP;x="\""]], "SIP x y" }
    for _, one in ipairs(bad) do
      for _, other in ipairs(bad) do
        for _, value in ipairs({ "%s,%s,Q.850;cause=34", "%s,Q.850;cause=34,%s", "Q.850;cause=34,%s,%s" }) do
          assert.equal(34, (header.pick(value:format(one, other), nil, LENIENT)))
        end
      end
    end
  end)

  it("raises for other options", function()
    assert.equal("bad argument #2 to 'reason' (unknown field \"x\")", message(header.reason, "SIP", { x = 1 }))
    assert.equal("bad argument #2 to 'reason' (table expected, got boolean)", message(header.reason, "SIP", true))
    assert.equal("bad argument #2 to 'reason' (lenient: boolean expected, got number)",
      message(header.reason, nil, { lenient = 1 }))
    assert.equal("bad argument #3 to 'pick' (unknown field \"x\")", message(header.pick, "SIP", nil, { x = 1 }))
  end)
end)

describe("603+", function()
  local value = 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN, "bad"'

  it("is detected leniently if that is asked for", function()
    assert.is_nil((blocking.detect(603, "Network Blocked", value)))
    assert.equal("TN", blocking.detect(603, "Network Blocked", value, LENIENT).location)
    assert.equal("bad argument #4 to 'detect' (table expected, got number)", message(blocking.detect, 603, "x", "y", 1))
  end)

  it("is final leniently, too", function()
    local policy = routing.policy({ base = true })
    assert.same({ n = 3, true, "true", nil }, results(policy, 603, "Network Blocked", value))
    assert.same({ n = 3, false, "603+", nil }, results(policy, 603, "Network Blocked", value, LENIENT))
  end)
end)

describe("many parameters", function()
  -- Names that Lua 5.1 hashes alike: its hash of a string of 32 octets or more leaves some out.
  local function colliding(count)
    local list = { "SIP" }
    for i = 1, count do
      local digits = ("%06d"):format(i)
      local name = {}
      for place = 1, 64 do
        local digit = place % 3 == 2 and math.floor(place / 3) + 1 or 7
        name[place] = digit <= 6 and digits:sub(digit, digit) or "a"
      end
      list[#list + 1] = ";" .. table.concat(name)
    end
    return table.concat(list)
  end

  it("are read up to 64, and more is said", function()
    local record = header.reason(colliding(64))[1]
    assert.is_nil(record.more)
    record = header.reason(colliding(65) .. ";cause=5")[1]
    assert.is_true(record.more)
    assert.equal(5, record.cause)
    local count = 0
    for _ in pairs(record.params) do
      count = count + 1
    end
    assert.is_true(count <= 64)
  end)
end)

describe("format_reason after reason", function()
  local parts = {
    "SIP", "Q.850", ";", ",", " ", "cause=1", "text", "location", "a", "B", "=", '"x y"', [["a\"b"]], [["\\"]], "[::1]",
    ';location="a b"', ';A="[::1]"', ';text="a;b, c"', "\r\n ", ";lr", ";ppi=x",
  }

  it("is accepted for every value without control characters, and says the same #slow", function()
    local generator = random.new(603)
    local checked = 0
    for _ = 1, 20000 do
      local value = generator.text(parts, 10)
      local list = header.reason(value)
      if list then
        checked = checked + 1
        local written = header.format_reason(list)
        assert.same(list, header.reason(written))
      end
    end
    assert.is_true(checked > 500, checked)
  end)
end)
