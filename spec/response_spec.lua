local call = require("spec.support.call")
local rows = require("spec.support.rows")
local sip = require("sipcodes")
local actions = require("spec.support.actions")

local read = require("spec.support.file").read
local results, message = call.results, call.message

local registered = rows.tsv("spec/data/response_codes.tsv")
local unregistered = rows.tsv("spec/data/unregistered_codes.tsv")
local iana = rows.csv("spec/data/iana_response_codes.csv")

local by_code = {}
for _, row in ipairs(registered) do
  by_code[tonumber(row.code)] = row
end
local vendor = {}
for _, row in ipairs(unregistered) do
  vendor[tonumber(row.code)] = row
end

local titles = {
  "Informational",
  "Successful",
  "Redirection",
  "Client Failure",
  "Server Failure",
  "Global Failure",
}

-- The phrases of the column "former": "phrase (source)|phrase (source)". A source that begins with
-- "bug:" marks the mistake of some software, which is not passed on.
local function former_phrases(cell)
  local list = {}
  for entry in (cell .. "|"):gmatch("(.-)|") do
    local phrase, source = entry:match("^(.-) (%(.*)$")
    if phrase and not source:find("^%(bug:") then
      list[#list + 1] = phrase
    end
  end
  return list
end

describe("the table of responses", function()
  it("has the codes of the registry and no other registered one", function()
    local listed, known, typed = {}, {}, {}
    for i, row in ipairs(iana) do
      listed[i] = tonumber(row["Response Code"])
    end
    for code in sip.codes() do
      known[#known + 1] = code
    end
    for i, row in ipairs(registered) do
      typed[i] = tonumber(row.code)
    end
    assert.same(listed, known)
    assert.same(listed, typed)
  end)

  for _, row in ipairs(iana) do
    local code = tonumber(row["Response Code"])
    it("gives " .. code .. " the registry's phrase and reference", function()
      local phrase = row.Description
      if code == 202 then
        -- The registry's "(Deprecated)" is a remark, not a part of the phrase. It is the one
        -- deliberate difference.
        assert.equal("Accepted (Deprecated)", phrase)
        phrase = "Accepted"
      end
      assert.equal(phrase, sip.reason(code))
      assert.equal(row.Reference, "[" .. sip.info(code, "rfc"):gsub(" ", "") .. "]")
    end)
  end

  for _, row in ipairs(registered) do
    it("knows the facts of " .. row.code .. " that have a second witness", function()
      local code = tonumber(row.code)
      local info = sip.info(code)
      local class = math.floor(code / 100)
      local deprecated = row.deprecated ~= "" and row.deprecated or nil
      local dialog = row.dialog_effect ~= "-" and row.dialog_effect or nil
      assert.same({
        code = code,
        reason = row.phrase,
        name = row.name,
        class = class,
        title = titles[class],
        registered = true,
        deprecated = deprecated,
        rfc = row.rfc,
        section = row.section,
        formerly = former_phrases(row.former),
        methods = info.methods,
        must = info.must,
        should = info.should,
        may = info.may,
        action = actions[row.retry],
        basis = info.basis,
        retry_after = row.retry_after == "yes",
        dialog = dialog,
        note = info.note,
      }, info)
    end)

    it("has our own reading of the RFC for " .. row.code, function()
      local info = sip.info(tonumber(row.code))
      for _, field in ipairs({ "methods", "basis", "note" }) do
        assert.matches("^%S.*%S$", info[field])
      end
      for _, field in ipairs({ "must", "should", "may" }) do
        assert.is_string(info[field])
      end
    end)
  end

  for _, row in ipairs(unregistered) do
    it("knows the unregistered " .. row.code .. " and whose it is", function()
      local code = tonumber(row.code)
      local class = math.floor(code / 100)
      assert.same({
        code = code,
        reason = row.phrase,
        class = class,
        title = titles[class],
        registered = false,
        formerly = former_phrases(row.former),
        action = actions[by_code[class * 100].retry],
        retry_after = false,
        note = sip.info(code, "note"),
        origin = row.origin,
      }, sip.info(code))
      assert.matches("^%S.*%S$", sip.info(code, "note"))
    end)
  end

  -- The rows of index.def as the table of responses needs them.
  local function index_rows()
    local names, phrases, former = {}, {}, {}
    local function add(list, text, code, n, row)
      local folded = text:gsub("%u", string.lower)
      list[#list + 1] = { key = folded .. ("\1%03d%03d"):format(code, n), row = row }
    end
    for code = 100, 699 do
      local info = sip.info(code) or { formerly = {} }
      if info.registered then
        add(names, info.name, code, 0, ("BY_NAME(%s, %d)"):format(info.name, code))
        add(phrases, info.reason, code, 0, ('BY_PHRASE("%s", %d)'):format(info.reason, code))
      elseif info.reason then
        add(former, info.reason, code, 0, ('BY_UNREGISTERED("%s", %d)'):format(info.reason, code))
      end
      for n, phrase in ipairs(info.formerly) do
        add(former, phrase, code, n, ('BY_FORMER("%s", %d, %d)'):format(phrase, code, n))
      end
    end
    local all = {}
    for _, list in ipairs({ names, phrases, former }) do
      table.sort(list, function(a, b)
        return a.key < b.key
      end)
      for _, entry in ipairs(list) do
        all[#all + 1] = entry.row
      end
    end
    return all
  end

  it("is indexed by text, in order", function()
    local found = {}
    local kinds = { BY_NAME = true, BY_PHRASE = true, BY_FORMER = true, BY_UNREGISTERED = true }
    for row in read("csrc/data/index.def"):gmatch("\n(BY_[^\n]+)") do
      if kinds[row:match("^[%u_]+")] then
        found[#found + 1] = row
      end
    end
    assert.equal(table.concat(index_rows(), "\n"), table.concat(found, "\n"))
  end)

  -- So no phrase belongs to three codes, and no former one hides behind another code's current one.
  it("finds a code by each of its phrases", function()
    for code = 100, 699 do
      local info = sip.info(code) or { formerly = {} }
      local phrases = info.formerly
      phrases[#phrases + 1] = info.reason
      for _, phrase in ipairs(phrases) do
        local first, second = sip.code(phrase:upper())
        assert.is_true(first == code or second == code, phrase)
      end
    end
  end)

  it("follows the registry of the date that it names", function()
    assert.equal("2026-01-07", sip._REGISTRY)
  end)
end)

describe("the whole range of numbers", function()
  local function expect(code, ...)
    local known = by_code[code] or vendor[code]
    local valid = code >= 100 and code <= 699
    local class = valid and math.floor(code / 100) or 0
    for _, form in ipairs({ ... }) do
      assert.equal(known and known.phrase or nil, (sip.reason(form)))
      assert.equal(known and known.phrase or nil, sip.reasons[form])
      assert.equal(valid and class or nil, (sip.class(form)))
      assert.equal(titles[class], valid and select(2, sip.class(form)) or nil)
      assert.equal(valid and code or nil, (sip.code(form)))
      assert.equal(known and code or nil, (sip.info(form, "code")))
      assert.equal(class == 1, sip.is_provisional(form))
      assert.equal(class >= 2, sip.is_final(form))
      assert.equal(class == 2, sip.is_success(form))
      assert.equal(class == 3, sip.is_redirection(form))
      assert.equal(class >= 4, sip.is_failure(form))
      assert.equal(by_code[code] ~= nil, sip.is_registered(form))
      local treated = by_code[code] and code or class == 1 and 183 or class * 100
      assert.equal(valid and treated or nil, (sip.treat_as(form)))
      if valid then
        local phrase = known and known.phrase or titles[class]
        assert.same({ n = 2, code, phrase }, results(sip.reply, form))
        assert.equal(code .. " " .. phrase, sip.line(form))
        assert.equal("SIP/2.0 " .. code .. " " .. phrase, sip.status_line(form))
        assert.same({ n = 2, code, phrase }, results(sip.parse, sip.status_line(form)))
      end
    end
  end

  it("is answered alike for numbers and for strings of three digits #slow", function()
    for code = -10, 99 do
      expect(code, code, tostring(code), ("%03d"):format(code))
    end
    for code = 100, 1010 do
      expect(code, code, code + 0.0, tostring(code))
    end
  end)

  it("gives integers, not floats", function()
    for _, form in ipairs({ 486, 486.0, "486" }) do
      assert.equal("486", tostring((sip.code(form))))
      assert.equal("4", tostring((sip.class(form))))
      assert.equal("486", tostring((sip.treat_as(form))))
      assert.equal("486", tostring((sip.reply(form))))
      assert.equal("486", tostring(sip.info(form, "code")))
    end
    assert.equal("486", tostring((sip.parse("SIP/2.0 486 "))))
    assert.equal("486", tostring(sip.BUSY_HERE))
    assert.equal("600", tostring((sip.codes(6)(6, 0))))
  end)
end)

-- Values of the right type that are no code, and how a message shows them.
local no_codes = {
  { 0, "0" },
  { -486, "-486" },
  { 99, "99" },
  { 700, "700" },
  { 1000, "1000" },
  { 404.7, "404.7" },
  { 404.00000001, "404.00000001" },
  { 2 ^ 32 + 404, "4294967700" },
  { 2 ^ 53, "9.007199254741e+15" },
  { 1e300, "1e+300" },
  { math.huge, "inf" },
  { -math.huge, "-inf" },
  { 0 / 0, "nan" },
  { -(0 / 0), "nan" },
  { "", '""' },
  { "4", '"4"' },
  { "40", '"40"' },
  { "0404", '"0404"' },
  { "099", '"099"' },
  { "700", '"700"' },
  { "404 ", '"404 "' },
  { " 404", '" 404"' },
  { "404\n", '"404\\n"' },
  { "404\0", '"404\\x00"' },
  { "404.0", '"404.0"' },
  { "0x194", '"0x194"' },
  { "4e2", '"4e2"' },
  { "-404", '"-404"' },
  { "+404", '"+404"' },
  { "４０４", '"４０４"' },
  { "\27[31m", '"\\x1B[31m"' },
  { '4"4', '"4\\"4"' },
  { "4\\4", '"4\\\\4"' },
  { "4\r\n\t4\127", '"4\\r\\n\\t4\\x7F"' },
  { ("x"):rep(40), '"' .. ("x"):rep(40) .. '"' },
  { ("x"):rep(41), '"' .. ("x"):rep(40) .. '"...' },
  { ("x"):rep(39) .. "\195\164", '"' .. ("x"):rep(39) .. '"...' },
  { ("x"):rep(38) .. "\195\164", '"' .. ("x"):rep(38) .. '\195\164"' },
  -- What steers a terminal or turns a line: C1, separators, directions; and what is not UTF-8.
  { "4\194\155[31m\194\133", '"4\\xC2\\x9B[31m\\xC2\\x85"' },
  { "\226\128\168 \226\128\174 \226\129\166", '"\\xE2\\x80\\xA8 \\xE2\\x80\\xAE \\xE2\\x81\\xA6"' },
  { "\226\128\167\226\128\175\226\129\165\194\160", '"\226\128\167\226\128\175\226\129\165\194\160"' },
  { "4\2554\195", '"4\\xFF4\\xC3"' },
  { ("\255"):rep(41), '"' .. ("\\xFF"):rep(40) .. '"...' },
  { ("\0"):rep(1000), '"' .. ("\\x00"):rep(40) .. '"...' },
}

describe("a value that is not a code", function()
  for _, case in ipairs(no_codes) do
    local value, shown = case[1], case[2]
    it("is unknown: " .. shown, function()
      local unknown = { n = 2, nil, shown .. " is not a SIP response code" }
      assert.same(unknown, results(sip.reason, value))
      assert.same(unknown, results(sip.class, value))
      assert.same(unknown, results(sip.info, value))
      assert.same(unknown, results(sip.info, value, "reason"))
      assert.same(unknown, results(sip.treat_as, value))
      for _, name in ipairs({ "provisional", "final", "success", "redirection", "failure", "registered" }) do
        assert.same({ n = 1, false }, results(sip["is_" .. name], value))
      end
      for _, name in ipairs({ "reply", "line", "status_line" }) do
        assert.equal(
          ("bad argument #1 to '%s' (%s is not a SIP response code)"):format(name, shown),
          message(sip[name], value)
        )
      end
    end)
  end

  it("is a nil in reasons, whatever it is", function()
    for _, case in ipairs(no_codes) do
      assert.is_nil(sip.reasons[case[1]])
    end
    for _, other in ipairs(call.other_types()) do
      assert.is_nil(sip.reasons[other.value])
    end
  end)

  it("is told from a code that is only unknown", function()
    for _, code in ipairs({ 499, 499.0, 102, 699 }) do
      local unknown = { n = 2, nil, ("%d is not a known SIP response code"):format(code) }
      assert.same(unknown, results(sip.reason, code))
      assert.same(unknown, results(sip.info, code))
      assert.same(unknown, results(sip.info, code, "reason"))
    end
    assert.same({ n = 2, nil, '"499" is not a known SIP response code' }, results(sip.reason, "499"))
  end)
end)

describe("info", function()
  it("gives each field alone as in the table", function()
    for code in sip.codes() do
      for field, value in pairs(sip.info(code)) do
        assert.same({ n = 1, value }, results(sip.info, code, field))
      end
    end
  end)

  it("gives nil for a field that does not apply", function()
    assert.same({ n = 1, nil }, results(sip.info, 486, "deprecated"))
    assert.same({ n = 1, nil }, results(sip.info, 180, "dialog"))
    assert.same({ n = 1, nil }, results(sip.info, 486, "origin"))
    for _, field in ipairs({ "name", "rfc", "section", "methods", "must", "should", "may", "basis" }) do
      assert.same({ n = 1, nil }, results(sip.info, 477, field))
    end
    assert.equal("RFC 6665", sip.info(202, "deprecated"))
  end)

  it("makes a fresh table each time", function()
    local first = sip.info(423)
    first.reason = "changed"
    first.formerly[1] = "changed"
    assert.equal("Interval Too Brief", sip.info(423).reason)
    assert.equal("Interval too small", sip.info(423).formerly[1])
  end)

  it("raises on another field, also for an unknown code", function()
    assert.equal("bad argument #2 to 'info' (no field \"phrase\")", message(sip.info, 486, "phrase"))
    assert.equal("bad argument #2 to 'info' (no field \"\")", message(sip.info, 486, ""))
    assert.equal("bad argument #2 to 'info' (no field \"code\\x00\")", message(sip.info, 486, "code\0"))
    assert.equal("bad argument #2 to 'info' (no field \"Reason\")", message(sip.info, 499, "Reason"))
  end)
end)

describe("codes", function()
  local function collect(...)
    local list = {}
    for code, reason in sip.codes(...) do
      list[#list + 1] = { code, reason }
    end
    return list
  end

  it("goes through the registered codes in ascending order", function()
    local expected = {}
    for i, row in ipairs(registered) do
      expected[i] = { tonumber(row.code), row.phrase }
    end
    assert.same(expected, collect())
    assert.same(expected, collect(nil))
  end)

  it("goes through one class", function()
    for class = 1, 6 do
      local expected = {}
      for _, row in ipairs(registered) do
        if row.code:sub(1, 1) == tostring(class) then
          expected[#expected + 1] = { tonumber(row.code), row.phrase }
        end
      end
      assert.same(expected, collect(class))
      assert.same(expected, collect(class + 0.0))
      assert.same(expected, collect(tostring(class)))
    end
  end)

  it("is stateless, so that loops can be nested and resumed", function()
    local next_code, state, control = sip.codes(6)
    assert.same({ n = 2, 603, "Decline" }, results(next_code, state, 600))
    assert.same({ n = 2, 603, "Decline" }, results(next_code, state, 602))
    assert.same({ n = 2, 600, "Busy Everywhere" }, results(next_code, state, control))
    assert.same({ n = 0 }, results(next_code, state, 608))
    assert.same({ n = 0 }, results(next_code, state, math.huge))
    assert.same({ n = 2, 600, "Busy Everywhere" }, results(next_code, state, -math.huge))
    assert.same({ n = 2, 100, "Trying" }, results(next_code))
  end)

  it("raises on what is not a class", function()
    local expected = "bad argument #1 to 'codes' (%s is not a class, 1 to 6)"
    for _, case in ipairs({ { 7, "7" }, { 0, "0" }, { -1, "-1" }, { 4.5, "4.5" }, { 486, "486" },
        { "7", '"7"' }, { "4xx", '"4xx"' }, { "", '""' } }) do
      assert.equal(expected:format(case[2]), message(sip.codes, case[1]))
    end
  end)
end)

describe("code", function()
  local accepted = {
    { "sip:486", 486 }, { "sips:486", 486 }, { "SIP:486", 486 }, { "SiPs:486", 486 },
    { "sip:699", 699 },
    { "486 Busy Here", 486 }, { "486 Quite Busy", 486 }, { "499 x", 499 }, { "486 Besetzt \195\164", 486 },
    { "SIP/2.0 486 Busy", 486 }, { "sip/2.0 499 ", 499 }, { "SIP/2.0 486", 486 },
    { "SIP/2.0 486 Busy Here\r\n", 486 },
    { "BUSY_HERE", 486 }, { "busy_here", 486 }, { "Busy Here", 486 }, { "bUSY hERE", 486 },
    { "NOT_ACCEPTABLE", 406 }, { "NOT_ACCEPTABLE_ANYWHERE", 606 },
    { "Not Acceptable", 406, 606 }, { "not acceptable", 406, 606 },
    { "OK", 200 }, { "ok", 200 },
    { "Busy", 600 }, { "Declined", 603 }, { "Network Blocked", 603 }, { "Stale Date", 403 },
    { "Internal Server Error", 500 }, { "Unsupported Certificate", 437 },
    { "Bad Extension", 420 }, -- not 417, which some software calls so by mistake
    { "Send Failed", 477 }, { "Conflict", 409 },
    { "Bad URI", 475, 479 }, { "Unresolvable Destination", 476, 478 },
  }
  for _, case in ipairs(accepted) do
    it("reads " .. case[1]:gsub("%c", "."), function()
      assert.same({ n = #case - 1, case[2], case[3] }, results(sip.code, case[1]))
    end)
  end

  it("reads every name, phrase and former phrase, in any case", function()
    local phrases = {}
    local function add(phrase, code)
      local key = phrase:lower()
      phrases[key] = phrases[key] or {}
      if phrases[key][#phrases[key]] ~= code then
        table.insert(phrases[key], code)
      end
    end
    for _, row in ipairs(registered) do
      add(row.phrase, tonumber(row.code))
      assert.same({ n = 1, tonumber(row.code) }, results(sip.code, row.name:lower()))
    end
    local current = {}
    for phrase in pairs(phrases) do
      current[phrase] = true
    end
    for code = 100, 699 do
      local row = by_code[code]
      for _, phrase in ipairs(row and former_phrases(row.former) or { (vendor[code] or {}).phrase }) do
        if not current[phrase:lower()] then
          add(phrase, code)
        end
      end
    end
    for phrase, codes in pairs(phrases) do
      -- A one-word phrase is also a constant's name, which comes first.
      if not (#codes > 1 and not phrase:find(" ")) then
        assert.same({ n = #codes, codes[1], codes[2] }, results(sip.code, phrase))
        assert.same({ n = #codes, codes[1], codes[2] }, results(sip.code, phrase:upper()))
        assert.is_true(#codes <= 2)
      end
    end
  end)

  it("reads what Asterisk says of a channel", function()
    for _, text in ipairs({ "SIP 486 Busy Here", "SIP 486 Besetzt", "SIP 486", "sip 486 x" }) do
      assert.same({ n = 1, 486 }, results(sip.code, text))
    end
  end)

  for _, case in ipairs(no_codes) do
    it("knows no " .. case[2], function()
      local problem = type(case[1]) == "number" and "is not a SIP response code" or "names no SIP response code"
      assert.same({ n = 2, nil, case[2] .. " " .. problem }, results(sip.code, case[1]))
    end)
  end

  for _, text in ipairs({ "SIP", "SIP ", "SIP 48", "SIP  486", "SIP 4866", "SIP 099 x", "SIP 486\tx", "SIPS 486",
      "sip:", "sip:48", "sip:4866", "sip:486@host", "sip: 486", "sipx:486", "sips:099",
      "sip:486 Busy", "486  Busy", "486\tBusy", "486 Busy\n", "486-Busy", "4866 Busy", "099 x", "700 x",
      "Busy Here ", " Busy Here", "Busy  Here", "BUSY-HERE", "BUSY_HERE\0", "Quite Busy", "USER_BUSY",
      "SIP/2.0  486 Busy", "SIP/2.0 486 Bu\0sy" }) do
    it("refuses " .. text:gsub("%c", "."), function()
      local code, problem = sip.code(text)
      assert.is_nil(code)
      assert.matches(" names no SIP response code$", problem)
    end)
  end
end)

describe("reply, line and status_line", function()
  it("use the phrase that is given", function()
    assert.same({ n = 2, 486, "Besetzt" }, results(sip.reply, 486, "Besetzt"))
    assert.same({ n = 2, 486, "Besetzt" }, results(sip.reply, "486", "Besetzt"))
    assert.same({ n = 1, "486 Besetzt" }, results(sip.line, 486, "Besetzt"))
    assert.same({ n = 1, "SIP/2.0 486 Besetzt" }, results(sip.status_line, 486, "Besetzt"))
    assert.equal('486 a\tb "c" <d> \195\164\255', sip.line(486, 'a\tb "c" <d> \195\164\255'))
  end)

  it("never send an empty phrase, except in a status line that asks for it", function()
    assert.same({ n = 2, 486, "Busy Here" }, results(sip.reply, 486, nil))
    assert.same({ n = 2, 486, "Busy Here" }, results(sip.reply, 486, ""))
    assert.same({ n = 2, 499, "Client Failure" }, results(sip.reply, 499, ""))
    assert.equal("486 Busy Here", sip.line(486, ""))
    assert.equal("SIP/2.0 486 Busy Here", sip.status_line(486, nil))
    assert.equal("SIP/2.0 486 ", sip.status_line(486, ""))
  end)

  it("give an unregistered code the usual phrase, an unknown one the class title", function()
    assert.same({ n = 2, 477, "Send Failed" }, results(sip.reply, 477))
    assert.same({ n = 2, 198, "Informational" }, results(sip.reply, 198))
    assert.equal("299 Successful", sip.line(299))
    assert.equal("SIP/2.0 699 Global Failure", sip.status_line(699))
  end)

  it("take a phrase of any length", function()
    local long = ("a"):rep(100000)
    assert.equal("486 " .. long, sip.line(486, long))
    assert.equal("SIP/2.0 486 " .. long, sip.status_line(486, long))
    assert.same({ n = 2, 486, long }, results(sip.parse, sip.status_line(486, long)))
  end)
end)

describe("parse", function()
  local accepted = {
    { "SIP/2.0 486 Busy Here", 486, "Busy Here" },
    { "SIP/2.0 486 Busy Here\r\n", 486, "Busy Here" },
    { "SIP/2.0 486 Busy Here\n", 486, "Busy Here" },
    { "sip/2.0 486 Busy Here", 486, "Busy Here" },
    { "SiP/10.42 486 Busy Here", 486, "Busy Here" },
    { "SIP/00002.000 486 x", 486, "x" },
    { "SIP/2.0 486 ", 486, "" },
    { "SIP/2.0 486", 486, "" },
    { "SIP/2.0 486\r\n", 486, "" },
    { "SIP/2.0 486 \r\n", 486, "" },
    { "SIP/2.0 486  Busy  Here ", 486, " Busy  Here " },
    { "SIP/2.0 486 \tBusy", 486, "\tBusy" },
    { "SIP/2.0 100 Trying", 100, "Trying" },
    { "SIP/2.0 699 x", 699, "x" },
    { "SIP/2.0 200 = 2**3 * 5**2 \208\189\208\190", 200, "= 2**3 * 5**2 \208\189\208\190" },
    { "SIP/2.0 486 \255\254", 486, "\255\254" },
    { 'SIP/2.0 486 "quoted" <x> %', 486, '"quoted" <x> %' },
  }
  for _, case in ipairs(accepted) do
    it("reads " .. case[1]:gsub("%c", "."), function()
      assert.same({ n = 2, case[2], case[3] }, results(sip.parse, case[1]))
    end)
  end

  local refused = {
    { "", "no SIP version", 1 },
    { "\r\n", "no SIP version", 1 },
    { "SIP", "no SIP version", 1 },
    { "SIP/", "no SIP version", 5 },
    { "SIP/2", "no SIP version", 6 },
    { "SIP/2,0 486", "no SIP version", 6 },
    { "SIP/2.", "no SIP version", 7 },
    { "SIP/.0 486 Busy", "no SIP version", 5 },
    { "SIP/2. 486 Busy", "no SIP version", 7 },
    { "SIP/x.0 486 Busy", "no SIP version", 5 },
    { "HTTP/1.1 404 Not Found", "no SIP version", 1 },
    { " SIP/2.0 486 Busy", "no SIP version", 1 },
    { "INVITE sip:a@b SIP/2.0", "no SIP version", 1 },
    { "SIP/2.0", "no space after the version", 8 },
    { "SIP/2.0\t486 Busy", "no space after the version", 8 },
    { "SIP/2.0x 486 Busy", "no space after the version", 8 },
    { "SIP/2.0 ", "no response code", 9 },
    { "SIP/2.0 48", "no response code", 9 },
    { "SIP/2.0  486 Busy", "no response code", 9 },
    { "SIP/2.0 4x6 Busy", "no response code", 9 },
    { "SIP/2.0 +86 Busy", "no response code", 9 },
    { "SIP/2.0 099 Busy", "no response code", 9 },
    { "SIP/2.0 700 Busy", "no response code", 9 },
    { "SIP/2.0 4866 Busy", "no space after the code", 12 },
    { "SIP/2.0 486\tBusy", "no space after the code", 12 },
    { "SIP/2.0 486-Busy", "no space after the code", 12 },
    { "SIP/2.0 486\r", "no space after the code", 12 },
    { "SIP/2.0 486 Busy\r", "control character in the phrase", 17 },
    { "SIP/2.0 486 Busy\n\n", "control character in the phrase", 17 },
    { "SIP/2.0 486 Busy\r\n\r\n", "control character in the phrase", 17 },
    { "SIP/2.0 486 Busy\r\nX: y", "control character in the phrase", 17 },
    { "SIP/2.0 486 \0", "control character in the phrase", 13 },
    { "SIP/2.0 486 a\127", "control character in the phrase", 14 },
  }
  for _, case in ipairs(refused) do
    it("refuses " .. case[1]:gsub("%c", "."), function()
      local code, problem = sip.parse(case[1])
      assert.is_nil(code)
      assert.matches(" is not a Status%-Line: " .. case[2] .. " at octet " .. case[3] .. "$", problem)
    end)
  end

  it("shows the line that it refuses, cut and escaped", function()
    assert.same(
      { n = 2, nil, '"INVITE sip:a@b SIP/2.0\\r\\n" is not a Status-Line: no SIP version at octet 1' },
      results(sip.parse, "INVITE sip:a@b SIP/2.0\r\n")
    )
    assert.same(
      { n = 2, nil, '"' .. ("x"):rep(40) .. '"... is not a Status-Line: no SIP version at octet 1' },
      results(sip.parse, ("x"):rep(41))
    )
  end)

  it("reads back every status line that is written", function()
    for code = 100, 699 do
      for _, phrase in ipairs({ "", " ", "x", "Busy Here", "\t", "\195\164" }) do
        assert.same({ n = 2, code, phrase }, results(sip.parse, sip.status_line(code, phrase)))
      end
    end
  end)
end)

describe("localize", function()
  local own = sip.localize({ [404] = "Nicht gefunden", ["486"] = "Besetzt", [499] = "Eigenes", [477.0] = "Kaputt" })

  it("prefers the local phrases", function()
    assert.same({ n = 1, "Nicht gefunden" }, results(own.reason, 404))
    assert.same({ n = 1, "Nicht gefunden" }, results(own.reason, "404"))
    assert.same({ n = 1, "Besetzt" }, results(own.reason, 486))
    assert.same({ n = 2, 486, "Besetzt" }, results(own.reply, 486))
    assert.same({ n = 2, 499, "Eigenes" }, results(own.reply, "499"))
    assert.equal("404 Nicht gefunden", own.line(404))
    assert.equal("SIP/2.0 477 Kaputt", own.status_line(477))
  end)

  it("knows the other codes as the module does", function()
    assert.equal("Server Internal Error", own.reason(500))
    assert.same({ n = 2, nil, "498 is not a known SIP response code" }, results(own.reason, 498))
    assert.same({ n = 2, 498, "Client Failure" }, results(own.reply, 498))
    assert.equal("486 Busy", own.line(486, "Busy"))
    assert.equal("SIP/2.0 404 ", own.status_line(404, ""))
    assert.same({ n = 2, 404, "Nicht gefunden" }, results(own.reply, 404, ""))
  end)

  it("is a table of four functions", function()
    local names = {}
    for name in pairs(own) do
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({ "line", "reason", "reply", "status_line" }, names)
  end)

  it("leaves the module and other tables as they are", function()
    local other = sip.localize({ [404] = "Pas trouvé" })
    assert.equal("Pas trouvé", other.reason(404))
    assert.equal("Nicht gefunden", own.reason(404))
    assert.equal("Not Found", sip.reason(404))
    assert.equal("Not Found", sip.reasons[404])
  end)

  it("keeps its own copy of the table", function()
    local phrases = { [404] = "A" }
    local copy = sip.localize(phrases)
    phrases[404] = "B"
    phrases[405] = "C"
    assert.equal("A", copy.reason(404))
    assert.equal("Method Not Allowed", copy.reason(405))
  end)

  it("takes an empty table, and an empty phrase as reply and status_line do", function()
    assert.equal("Not Found", sip.localize({}).reason(404))
    local empty = sip.localize({ [404] = "", [499] = "" })
    assert.equal("", empty.reason(404))
    assert.same({ n = 2, 404, "Not Found" }, results(empty.reply, 404))
    assert.same({ n = 2, 499, "Client Failure" }, results(empty.reply, 499))
    assert.equal("404 Not Found", empty.line(404))
    assert.equal("SIP/2.0 404 ", empty.status_line(404))
  end)

  it("raises on arguments as the module does", function()
    assert.equal("bad argument #1 to 'reply' (99 is not a SIP response code)", message(own.reply, 99))
    assert.equal("bad argument #2 to 'line' (LF at octet 1)", message(own.line, 404, "\n"))
  end)

  local good = {
    "a", "A-Z a-z 0-9", "-_.!~*'()", ";/?:@&=+$,", "tab\there", "100%25", "%aF",
    "\194\128", "\223\191", "\224\160\128", "\237\159\191", "\238\128\128", "\239\191\191",
    "\240\144\128\128", "\244\143\191\191",
  }
  for _, phrase in ipairs(good) do
    it("takes the phrase " .. phrase:gsub("[%c\128-\255]", "."), function()
      assert.equal(phrase, sip.localize({ [404] = phrase }).reason(404))
    end)
  end

  local bad = {
    { 'say "no"', "0x22 at octet 5" }, { "a#", "0x23 at octet 2" }, { "<a", "0x3C at octet 1" },
    { "a>", "0x3E at octet 2" }, { "[", "0x5B at octet 1" }, { "\\", "0x5C at octet 1" },
    { "]", "0x5D at octet 1" }, { "^", "0x5E at octet 1" }, { "`", "0x60 at octet 1" },
    { "{", "0x7B at octet 1" }, { "|", "0x7C at octet 1" }, { "}", "0x7D at octet 1" },
    { "\127", "0x7F at octet 1" }, { "\1", "0x01 at octet 1" }, { "\31", "0x1F at octet 1" },
    { "100%", "0x25 at octet 4" }, { "%4", "0x25 at octet 1" }, { "%4x", "0x25 at octet 1" },
    { "a\r\nb", "CR at octet 2" }, { "a\n", "LF at octet 2" }, { "\0", "NUL at octet 1" },
    { "\128", "0x80 at octet 1" }, { "\193\128", "0xC1 at octet 1" }, { "\195", "0xC3 at octet 1" },
    { "\195x", "0xC3 at octet 1" }, { "a\195\164\164", "0xA4 at octet 4" },
    { "\224\159\191", "0xE0 at octet 1" }, { "\237\160\128", "0xED at octet 1" },
    { "\240\143\191\191", "0xF0 at octet 1" }, { "\244\144\128\128", "0xF4 at octet 1" },
    { "\240\144\128", "0xF0 at octet 1" }, { "\245\128\128\128", "0xF5 at octet 1" },
    { "\248\136\128\128\128", "0xF8 at octet 1" }, { "\255", "0xFF at octet 1" },
  }
  for _, case in ipairs(bad) do
    it("refuses " .. case[2], function()
      assert.equal(
        "bad argument #1 to 'localize' (phrase of 404: " .. case[2] .. ")",
        message(sip.localize, { [404] = case[1] })
      )
    end)
  end

  local misuse = {
    { { "x" }, "key 1 is not a SIP response code" },
    { { [99] = "x" }, "key 99 is not a SIP response code" },
    { { [404.5] = "x" }, "key 404.5 is not a SIP response code" },
    { { NOT_FOUND = "x" }, 'key "NOT_FOUND" is not a SIP response code' },
    { { [true] = "x" }, "key true is not a SIP response code" },
    { { [{}] = "x" }, "key table is not a SIP response code" },
    { { [404] = 1 }, "phrase of 404: string expected, got number" },
    { { [404] = true }, "phrase of 404: string expected, got boolean" },
    { { [404] = "a", ["404"] = "b" }, "code 404 given twice" },
    -- Keys before phrases; then by ascending code.
    { { [404] = "\n", [700] = "x" }, "key 700 is not a SIP response code" },
    { { [700] = "x", [99] = "x", b = "x", a = "x" }, 'key "a" is not a SIP response code' },
    { { [500] = "\n", [404] = 1, [405] = "\n" }, "phrase of 404: string expected, got number" },
    { { [500] = "\n", ["404"] = 1, [405] = "\n" }, "phrase of 404: string expected, got number" },
    { { [500] = "\n", ["404"] = "a", [404] = "a" }, "code 404 given twice" },
  }
  for _, case in ipairs(misuse) do
    it("raises: " .. case[2], function()
      assert.equal("bad argument #1 to 'localize' (" .. case[2] .. ")", message(sip.localize, case[1]))
    end)
  end
end)

describe("the constants", function()
  it("are the registered codes by name", function()
    for _, row in ipairs(registered) do
      assert.equal(tonumber(row.code), sip[row.name])
      assert.equal(tonumber(row.code), rawget(sip, row.name))
    end
  end)

  it("raise when misspelt", function()
    for _, name in ipairs({ "BUSY", "BUSY_HEER", "A", "OK2", "X_", "SEND_FAILED", "OKAY" }) do
      local expected = ("sipcodes has no constant %q"):format(name)
      assert.equal(expected, message(function()
        return sip[name]
      end))
    end
  end)

  it("leave every other unknown field nil", function()
    for _, name in ipairs({ "busy_here", "Busy", "_BUSY", "2XX", "", "BUSY-HERE", "BUSY HERE", "reasn" }) do
      assert.is_nil(sip[name])
    end
    assert.is_nil(sip[486])
    assert.is_nil(sip[true])
    assert.is_nil(sip[{}])
    assert.is_nil(sip[0 / 0])
  end)
end)

describe("reasons", function()
  it("fills itself with what was asked", function()
    local reasons = sip.reasons
    for key in pairs(reasons) do
      reasons[key] = nil
    end
    assert.equal("Busy Here", reasons[486])
    assert.equal("Busy Here", rawget(reasons, 486))
    assert.equal("Send Failed", reasons[477.0])
    assert.equal("Not Found", reasons["404"])
    assert.is_nil(reasons[499])
    assert.is_nil(reasons["Busy Here"])
    local seen = {}
    for key, value in pairs(reasons) do
      seen[key] = value
    end
    assert.same({ [486] = "Busy Here", [477] = "Send Failed", ["404"] = "Not Found" }, seen)
  end)

  it("is not what the functions read", function()
    sip.reasons[486] = "changed"
    assert.equal("Busy Here", sip.reason(486))
    assert.equal("486 Busy Here", sip.line(486))
    sip.reasons[486] = nil
    assert.equal("Busy Here", sip.reasons[486])
  end)
end)

describe("a metamethod called by hand", function()
  it("does no harm", function()
    local of_reasons = getmetatable(sip.reasons).__index
    assert.equal("Busy Here", of_reasons("no table", 486))
    assert.is_nil(of_reasons())
    assert.is_nil(of_reasons({}, nil))
    local of_module = getmetatable(sip).__index
    assert.equal(486, of_module(nil, "BUSY_HERE"))
    assert.is_nil(of_module())
    assert.is_nil(of_module({}, 486))
  end)
end)
