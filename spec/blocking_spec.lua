local blocking = require("sipcodes.blocking")
local call = require("spec.support.call")
local cases = require("spec.support.blocking_cases")
local header = require("sipcodes.header")
local random = require("spec.support.random")

local results, message = call.results, call.message

local locations = {
  "U", "LPN", "LN", "TN", "RLN", "RPN", "LOC-6", "INTL", "LOC-8", "LOC-9", "BI", "LOC-11", "LOC-12", "LOC-13", "LOC-14",
  "LOC-15",
}

-- A notification with one field changed.
local function notice(name, value)
  local fields = { tel = "+15551230000", location = "TN" }
  if name then
    fields[name] = value
  end
  return fields
end

describe("detect", function()
  for _, case in ipairs(cases.right) do
    it("finds " .. case[1], function()
      for _, code in ipairs({ 603, "603", 603.0 }) do
        assert.same({ n = 1, case[4] }, results(blocking.detect, code, case[2], case[3]))
      end
    end)
  end

  for _, case in ipairs(cases.wrong) do
    it("does not take for it: " .. case[1], function()
      assert.same({ n = 2, nil, case[5] }, results(blocking.detect, case[2], case[3], case[4]))
    end)
  end

  it("is about 603 alone", function()
    for code = 100, 699 do
      local found = blocking.detect(code, "Network Blocked", 'SIP;cause=603;text="v=analytics1"')
      assert.equal(code == 603, found ~= nil)
    end
  end)

  it("needs every octet of the Reason value", function()
    local reason = cases.right[1][3]
    for size = 0, #reason do
      local found, why = blocking.detect(603, "Network Blocked", reason:sub(1, size))
      -- The text has its end, and what follows is "", a flag, or a location.
      local rest = reason:sub(1, size):match('"[^"]+"(.*)$')
      if rest and (rest == "" or rest:find("^;%a+$") and rest ~= ";location" or rest:find("=.")) then
        assert.is_nil(why)
        assert.equal("blk_42", found.id)
      else
        assert.is_nil(found)
        assert.equal("string", type(why))
      end
    end
  end)

  it("judges without what is absent", function()
    assert.same({ n = 2, nil, "the code is not 603" }, results(blocking.detect, 486))
    assert.same({ n = 2, nil, 'the phrase is not "Network Blocked"' }, results(blocking.detect, 603))
    assert.same({ n = 2, nil, "no Reason" }, results(blocking.detect, 603, "Network Blocked"))
  end)

  it("is soon done with any size", function()
    local start = os.clock()
    local head = 'SIP;cause=603;text="v=analytics1'
    for _, piece in ipairs({ ";", "=", ";id=", ";=", "\\;", "\\\\" }) do
      assert.is_table(blocking.detect(603, "Network Blocked", head .. ";" .. piece:rep(2 ^ 18) .. '"'))
    end
    local many = ('SIP;cause=603;text="x",'):rep(2 ^ 15)
    assert.is_table(blocking.detect(603, "Network Blocked", many .. head .. '"'))
    assert(os.clock() - start < 60)
  end)
end)

describe("reply", function()
  local written = {
    { notice(), 'SIP;cause=603;text="v=analytics1;tel=+15551230000";location=TN' },
    { { url = "https://carrier.example/redress", location = "TN" },
      'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN' },
    { { protocol = "Q.850", tel = "+15551230000", id = "blk_42", location = "RLN" },
      'Q.850;cause=21;text="v=analytics1;tel=+15551230000;id=blk_42";location=RLN' },
    { { id = "a", email = "b@c.example", tel = "+1", url = "https://d.example", location = "U" },
      'SIP;cause=603;text="v=analytics1;url=https://d.example;tel=+1;email=b@c.example;id=a";location=U' },
    { notice("protocol", "sip"), 'SIP;cause=603;text="v=analytics1;tel=+15551230000";location=TN' },
    { notice("protocol", "q.850"), 'Q.850;cause=21;text="v=analytics1;tel=+15551230000";location=TN' },
    { notice("location", "loc-6"), 'SIP;cause=603;text="v=analytics1;tel=+15551230000";location=LOC-6' },
    { notice("tel", "+1"), 'SIP;cause=603;text="v=analytics1;tel=+1";location=TN' },
    { notice("tel", "+123456789012345"), 'SIP;cause=603;text="v=analytics1;tel=+123456789012345";location=TN' },
  }

  for _, case in ipairs(written) do
    it("gives " .. case[2], function()
      assert.same({ n = 3, 603, "Network Blocked", case[2] }, results(blocking.reply, case[1]))
    end)
  end

  it("gives an integer", function()
    assert.equal("603", tostring((blocking.reply(notice()))))
  end)

  it("knows the sixteen locations, in any case", function()
    for _, location in ipairs(locations) do
      for _, form in ipairs({ location, location:lower() }) do
        local _, _, reason = blocking.reply(notice("location", form))
        assert.equal(location, header.reason(reason)[1].location)
      end
    end
  end)

  local good = {
    url = {
      "https://a", "https://a.example", "HTTPS://A.Example/", "https://a.example:8443/x", "https://192.0.2.1/",
      "https://a.example:65535", "https://" .. ("x"):rep(63) .. ".example", "https://a." .. ("x"):rep(63),
      "https://a.example?b=c&d=e", "https://a.example#f", "https://a-b.c-d/",
      "https://a.example/%C3%BC/(x)/~y!*'$,+@:[]", "https://a.example/" .. ("x"):rep(10000),
    },
    email = { ("x"):rep(64) .. "@b.example", "a@b." .. ("x"):rep(63) .. ".c", "a@b", "a.b+c@d.example", "x_y-z@1.example", "!#$%&'*+-/=?^_`{|}~@b" },
    id = { "a", "blk_42", "A-Z_0-9", ("x"):rep(64) },
  }

  for name, values in pairs(good) do
    for _, value in ipairs(values) do
      it("takes as " .. name .. " " .. value:sub(1, 60), function()
        local _, _, reason = blocking.reply(notice(name, value))
        assert.equal(value, blocking.detect(603, "Network Blocked", reason)[name])
      end)
    end
  end

  local no_url, no_host = "is not an https URL", "has no host name"
  local no_octet = "has an octet that a URL cannot hold there"
  local no_tel, no_email = "is not + and 1 to 15 digits", "is not an address"
  local no_id, no_location = "is not 1 to 64 letters, digits, _ and -", "is not a location of RFC 8606"

  -- {field, value, as it is shown or nil for quotes around it, problem}
  local bad = {
    { "url", "", no_url },
    { "url", "http://a.example", no_url },
    { "url", "sip:a@b.example", no_url },
    { "url", "https:/a.example", no_url },
    { "url", " https://a.example", no_url },
    { "url", "a.example", no_url },
    { "url", "https://", no_host },
    { "url", "https:///x", no_host },
    { "url", "https://?x", no_host },
    { "url", "https://:443/", no_host },
    { "url", "https://a.example:/", no_host },
    { "url", "https://a.example:x/", no_host },
    { "url", "https://a.example:80:80/", no_host },
    { "url", "https://user@a.example/", no_host },
    { "url", "https://-a.example/", no_host },
    { "url", "https://a-.example/", no_host },
    { "url", "https://a..example/", no_host },
    { "url", "https://.a.example/", no_host },
    { "url", "https://a.example./", no_host },
    { "url", "https://a.exam-/", no_host },
    { "url", "https://a_b.example/", no_host },
    { "url", "https://[2001:db8::1]/", no_host },
    { "url", "https://a.example;x", no_host },
    { "url", "https://a.example:65536/", no_host },
    { "url", "https://a.example:4294967739/", no_host },
    { "url", "https://" .. ("x"):rep(64) .. ".example/", no_host },
    { "url", "https://a." .. ("x"):rep(64) .. "/", no_host },
    { "url", "https://a.example/a b", no_octet },
    { "url", "https://a.example/;x", no_octet },
    { "url", "https://a.example/<x>", no_octet },
    { "url", "https://a.example/{x}", no_octet },
    { "url", "https://a.example/%", no_octet },
    { "url", "https://a.example/%4", no_octet },
    { "url", "https://a.example/%4x", no_octet },
    { "url", "https://a.example/ü", no_octet },
    { "tel", "", no_tel },
    { "tel", "+", no_tel },
    { "tel", "15551230000", no_tel },
    { "tel", "+1234567890123456", no_tel },
    { "tel", "+1-555-123", no_tel },
    { "tel", "+1 555", no_tel },
    { "tel", "+1;x", no_tel },
    { "tel", "++1", no_tel },
    { "tel", "+0123", no_tel },
    { "tel", "tel:+1", no_tel },
    { "email", "", no_email },
    { "email", "a", no_email },
    { "email", "@b", no_email },
    { "email", "a@", no_email },
    { "email", "a@b@c", no_email },
    { "email", ".a@b", no_email },
    { "email", "a.@b", no_email },
    { "email", "a..b@c", no_email },
    { "email", "a b@c", no_email },
    { "email", "a;b@c", no_email },
    { "email", "a@b c", no_email },
    { "email", "a@b;x=1", no_email },
    { "email", "a@.b", no_email },
    { "email", "a@b.", no_email },
    { "email", "a@[::1]", no_email },
    { "email", "ü@b", no_email },
    { "email", "mailto:a@b", no_email },
    { "email", ("x"):rep(65) .. "@b.example", no_email },
    { "email", "a@" .. ("x"):rep(64) .. ".example", no_email },
    { "email", "a@b." .. ("x"):rep(64), no_email },
    { "id", "", no_id },
    { "id", ("x"):rep(65), no_id },
    { "id", "a b", no_id },
    { "id", "a;b", no_id },
    { "id", "a.b", no_id },
    { "id", "ü", no_id },
    { "location", "", no_location },
    { "location", "X", no_location },
    { "location", "LOC-7", no_location },
    { "location", "LOC-16", no_location },
    { "location", "LOC", no_location },
    { "location", "U ", no_location },
    { "location", "UU", no_location },
  }

  for _, case in ipairs(bad) do
    it(("refuses as %s: %s"):format(case[1], case[2]), function()
      local shown = '"' .. case[2]:sub(1, 40) .. '"' .. (#case[2] > 40 and "..." or "")
      assert.equal(
        ("bad argument #1 to 'reply' (%s: %s %s)"):format(case[1], shown, case[3]),
        message(blocking.reply, notice(case[1], case[2]))
      )
    end)
  end

  it("refuses every octet that could end the text or the header", function()
    local values = { url = "https://a.example/x", tel = "+1555", email = "a@b.example", id = "blk", location = "TN" }
    values.protocol = "SIP"
    for name, value in pairs(values) do
      for _, octet in ipairs({ '"', "\\", ";", ",", " ", "\t", "\r", "\n", "\0", "\1", "\127", "\195\188", "\255" }) do
        -- A comma is right in a URL: the quotes keep it.
        if not (name == "url" and octet == ",") then
          for at = 0, #value do
            local text = value:sub(1, at) .. octet .. value:sub(at + 1)
            assert.is_truthy(message(blocking.reply, notice(name, text)):find("to 'reply' (" .. name .. ": ", 1, true))
          end
        end
      end
    end
    for name in pairs(values) do
      if name ~= "protocol" then
        assert.equal(
          "bad argument #1 to 'reply' (" .. name .. ": CR at octet 61)",
          message(blocking.reply, notice(name, ("x"):rep(60) .. "\r\nX: y"))
        )
      end
    end
  end)

  it("raises on what is missing or unknown", function()
    local refused = {
      { {}, "one of url, tel and email is needed" },
      { { location = "TN" }, "one of url, tel and email is needed" },
      { { location = "TN", id = "a" }, "one of url, tel and email is needed" },
      { { tel = "+1" }, "location is missing" },
      { notice("protocol", "STIR"), 'protocol: "STIR" is neither SIP nor Q.850' },
      { notice("protocol", ""), 'protocol: "" is neither SIP nor Q.850' },
      { notice("Tel", "+1"), 'unknown field "Tel"' },
      { notice("phrase", "x"), 'unknown field "phrase"' },
      { notice(1, "x"), "unknown field 1" },
    }
    for _, case in ipairs(refused) do
      assert.equal("bad argument #1 to 'reply' (" .. case[2] .. ")", message(blocking.reply, case[1]))
    end
  end)

  it("is read back by detect", function()
    local source = random.new(1000099)
    for _ = 1, 300 do
      local fields = { protocol = source.pick({ "SIP", "Q.850" }), location = source.pick(locations) }
      local made = {
        url = source.pick({ "https://a.example/", "https://b:1/", "https://c-d?" })
          .. source.text({ "x", "=", "&", "%3B", ":" }, 9),
        tel = "+" .. source.next(999999999),
        email = "a" .. source.next(99) .. "@b.example",
        id = source.text({ "a", "Z", "0", "_", "-" }, 30) .. "x",
      }
      for _, name in ipairs({ source.pick({ "url", "tel", "email" }), source.pick({ "url", "tel", "email", "id" }) }) do
        fields[name] = made[name]
      end
      assert.same({ n = 1, fields }, results(blocking.detect, blocking.reply(fields)))
    end
  end)
end)

describe("the module", function()
  it("holds two functions", function()
    local names = {}
    for name, value in pairs(blocking) do
      assert.equal("function", type(value))
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({ "detect", "reply" }, names)
  end)
end)
