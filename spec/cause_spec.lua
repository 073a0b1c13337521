local call = require("spec.support.call")
local rows = require("spec.support.rows")
local cause = require("sipcodes.cause")
local sip = require("sipcodes")

local results, message = call.results, call.message

local function by(key, path)
  local index, list = {}, rows.tsv(path)
  for _, row in ipairs(list) do
    index[tonumber(row[key]) or row[key]] = row
  end
  return index, list
end

local causes, cause_list = by("cause", "spec/data/q850_causes.tsv")
local from, from_list = by("sip", "spec/data/sip_to_q850.tsv")
local to, to_list = by("cause", "spec/data/q850_to_sip.tsv")
local switch, switch_list = by("number", "spec/data/freeswitch_causes.tsv")
local switch_sip, switch_sip_list = by("name", "spec/data/freeswitch_name_to_sip.tsv")
local switch_old = by("number_before_v1.10.8", "spec/data/freeswitch_causes.tsv")

local tables = { "rfc3398", "rfc4497", "dss1", "cisco", "freeswitch", "asterisk" }
local two_way = { "rfc3398", "rfc4497", "cisco", "freeswitch", "asterisk" }
local is_rfc = { rfc3398 = true, rfc4497 = true }

-- What a table calls a cause.
local function name_of(name, number)
  local row = causes[number] or {}
  if name == "freeswitch" and switch[number] then
    return switch[number].name
  elseif name == "asterisk" and row.asterisk ~= "" then
    return row.asterisk
  end
  return row.name
end

-- What the row DEFAULT says of a code: of Asterisk "4xx=127 5xx=34 6xx=127 other=16".
local function default_cause(name, code)
  local cell = from.DEFAULT[name]
  if name == "asterisk" then
    return tonumber(cell:match(("%dxx=(%%d+)"):format(math.floor(code / 100))) or cell:match("other=(%d+)"))
  elseif is_rfc[name] and code < 400 then
    return nil
  end
  return tonumber(cell)
end

-- All results of from_sip for a code as the published table has it; `bearer`: with a Warning that
-- speaks of the bearer.
local function expect_from(name, code, bearer)
  local row = from[code] or {}
  local cell = row[name == "freeswitch" and "freeswitch_number" or name] or ""
  local usual, other = cell:match("^(%d+)/(%d+)$")
  local number = tonumber(bearer and other or usual or cell)
  local by_default = cell == ""
  if by_default then
    number = default_cause(name, code)
  end
  if not number then
    return { n = 2, nil, ("%d has no cause in %s"):format(code, name) }
  elseif by_default then
    return { n = 3, number, name_of(name, number), "default" }
  end
  return { n = 2, number, name_of(name, number) }
end

-- The same for to_sip. `other` takes the second branch of a cell "403/603".
local function expect_to(name, number, other)
  local cell = (to[number] or {})[name] or ""
  if name == "freeswitch" and switch[number] then
    local row = switch_sip[switch[number].name]
    cell = row.mapping == "explicit" and row.sip or ""
  end
  local usual, second = cell:match("^(%d+)/(%d+)$")
  local code = tonumber(other and second or usual or cell)
  if cell == "-" then
    return { n = 2, nil, ("%d has no response code in %s"):format(number, name) }
  elseif cell == "" then
    code = tonumber(name == "asterisk" and to.DEFAULT.asterisk_effective or to.DEFAULT[name])
    return { n = 3, code, sip.reason(code), "default" }
  end
  return { n = 2, code, sip.reason(code) }
end

describe("the published tables", function()
  it("are whole", function()
    assert.equal(72, #from_list)
    assert.equal(81, #to_list)
    assert.equal(77, #cause_list)
    assert.equal(82, #switch_list)
    assert.equal(82, #switch_sip_list)
  end)

  for _, row in ipairs(from_list) do
    it("are followed from SIP: " .. row.sip, function()
      local code = tonumber(row.sip)
      for _, name in ipairs(tables) do
        if code then
          assert.same(expect_from(name, code), results(cause.from_sip, code, name))
          assert.same(expect_from(name, code, true), results(cause.from_sip, code, name, '370 host "narrow"'))
        elseif row.sip ~= "DEFAULT" then
          local number = tonumber(row[name] or "")
          local expected = number and { n = 2, number, name_of(name, number) }
            or { n = 2, nil, ('"%s" has no cause in %s'):format(row.sip, name) }
          assert.same(expected, results(cause.from_sip, row.sip, name))
        end
      end
      if code and row.freeswitch_name ~= "" then
        assert.equal(row.freeswitch_name, select(2, cause.from_sip(code, "freeswitch")))
        local q850 = row.freeswitch ~= "-" and tonumber(row.freeswitch) or nil
        assert.equal(q850 or tonumber(row.freeswitch_number), (cause.from_sip(code, "freeswitch")))
      end
      if code and row.asterisk_name ~= "" then
        assert.equal(row.asterisk_name, select(2, cause.from_sip(code, "asterisk")))
      end
    end)
  end

  for _, row in ipairs(to_list) do
    it("are followed to SIP: " .. row.cause, function()
      local number = tonumber(row.cause)
      for _, name in ipairs(two_way) do
        if number then
          assert.same(expect_to(name, number), results(cause.to_sip, number, name))
          local other = is_rfc[name]
          assert.same(expect_to(name, number, other and number == 21), results(cause.to_sip, number, name, "U"))
          assert.same(
            expect_to(name, number, other and number == 22),
            results(cause.to_sip, number, name, nil, true)
          )
        end
      end
      if number then
        assert.equal(tonumber(row.asterisk_effective), (cause.to_sip(number, "asterisk")))
        assert.equal(row.freeswitch ~= "" and tonumber(row.freeswitch) or 480, (cause.to_sip(number, "freeswitch")))
      end
    end)
  end

  it("hold of every code and of every cause, listed or not #slow", function()
    for _, name in ipairs(tables) do
      for code = 100, 699 do
        local expected = expect_from(name, code)
        assert.same(expected, results(cause.from_sip, code, name))
        assert.same(expected, results(cause.from_sip, code + 0.0, name, nil))
      end
    end
    for _, name in ipairs(two_way) do
      for number = 1, 127 do
        assert.same(expect_to(name, number), results(cause.to_sip, number, name))
        assert.same(expect_to(name, number), results(cause.to_sip, number + 0.0, name, nil, nil))
      end
    end
  end)

  it("begin with rfc3398 where none is named", function()
    for code = 100, 699 do
      assert.same(results(cause.from_sip, code, "rfc3398"), results(cause.from_sip, code))
      assert.same(results(cause.from_sip, code, "rfc3398"), results(cause.from_sip, code, nil, nil))
    end
    for number = 1, 127 do
      assert.same(results(cause.to_sip, number, "rfc3398"), results(cause.to_sip, number))
      assert.same(results(cause.to_sip, number, "rfc3398"), results(cause.to_sip, number, nil, nil, nil))
    end
  end)

  -- The cells that decide routing, written out.
  it("say what they are known for", function()
    assert.same({ n = 2, 17, "User busy" }, results(cause.from_sip, 486))
    assert.same({ n = 2, 17, "User busy" }, results(cause.from_sip, "486"))
    assert.same({ n = 2, 17, "USER_BUSY" }, results(cause.from_sip, 486, "freeswitch"))
    assert.same({ n = 2, 17, "AST_CAUSE_USER_BUSY" }, results(cause.from_sip, 486, "asterisk"))
    assert.same({ n = 2, 820, "NO_IDENTITY" }, results(cause.from_sip, 428, "freeswitch"))
    assert.same({ n = 2, 487, "ORIGINATOR_CANCEL" }, results(cause.from_sip, 487, "freeswitch"))
    assert.same({ n = 2, nil, "487 has no cause in rfc3398" }, results(cause.from_sip, 487))
    assert.same({ n = 2, nil, "302 has no cause in rfc4497" }, results(cause.from_sip, 302, "rfc4497"))
    assert.same({ n = 2, nil, '"499" has no cause in cisco' }, results(cause.from_sip, "499", "cisco"))
    assert.same({ n = 3, 31, "Normal, unspecified", "default" }, results(cause.from_sip, 499))
    assert.same({ n = 3, 16, "AST_CAUSE_NORMAL_CLEARING", "default" }, results(cause.from_sip, 180, "asterisk"))
    assert.same({ n = 3, 34, "AST_CAUSE_NORMAL_CIRCUIT_CONGESTION", "default" },
      results(cause.from_sip, 599, "asterisk"))
    assert.same({ n = 2, 16, "Normal call clearing" }, results(cause.from_sip, "BYE"))
    assert.same({ n = 2, 16, "Normal call clearing" }, results(cause.from_sip, "CANCEL", "rfc4497"))
    assert.same({ n = 2, nil, '"BYE" has no cause in freeswitch' }, results(cause.from_sip, "BYE", "freeswitch"))
    assert.same({ n = 2, 486, "Busy Here" }, results(cause.to_sip, 17))
    assert.same({ n = 3, 603, "Decline", "default" }, results(cause.to_sip, 41, "asterisk"))
    assert.same({ n = 2, nil, "16 has no response code in rfc3398" }, results(cause.to_sip, 16))
    assert.same({ n = 2, nil, '"16" has no response code in rfc4497' }, results(cause.to_sip, "16", "rfc4497"))
    assert.same({ n = 3, 480, "Temporarily Unavailable", "default" }, results(cause.to_sip, 47, "freeswitch"))
    assert.same({ n = 3, 500, "Server Internal Error", "default" }, results(cause.to_sip, 15))
  end)

  it("give what reply takes as it is", function()
    assert.same({ n = 2, 486, "Busy Here" }, results(sip.reply, cause.to_sip(17)))
    assert.same({ n = 2, 500, "Server Internal Error" }, results(sip.reply, cause.to_sip(99)))
  end)
end)

describe("from_sip of a 488 or 606", function()
  local bearer = {
    '304 isi.edu "no audio"', '305 isi.edu:5060 "x"', '370 [2001:db8::1]:5060 ""',
    '399 host "Bearer Capability"', '399 host "no BEARER here"', '399 host "forbearer"', '399 host "bebearer"',
    '399 host "be\\arer"', '399 host "\\b\\e\\a\\r\\e\\r"', '399 host "b\\"bearer"', '399 - "a, b, bearer"',
    '399 a "x", 305 b "y"', '305 a "x" , 399 b "y"', '399 a "x",399 b "y",370 c "z"', '399 a "\\"",304 b "\\\\"',
    " \t305\t host \t\"x\" ", '\r\n 305\r\n host\r\n "x"\r\n ', '399 a "304 b", 304 c "d"',
    '399 h "' .. ("be"):rep(50000) .. 'arer"', ('399 h "x",'):rep(20000) .. '370 h "x"',
  }
  for _, value in ipairs(bearer) do
    it("sees the bearer in " .. value:sub(1, 40):gsub("%c", "."), function()
      for name in pairs(is_rfc) do
        for _, code in ipairs({ 488, 606 }) do
          assert.same({ n = 2, 65, "Bearer capability not implemented" }, results(cause.from_sip, code, name, value))
        end
      end
    end)
  end

  local other = {
    "", " ", "x", "305", "305 host", "305 host ", "305 host text", '305 "x"', '305 host"x"', '305  "x"', '305host "x"',
    '305 host "x', '305 host "x\\', '305 host "x\\"', '305 host "x" y', '305 host "x" 304 host "y"', '305 a,b "x"',
    '305 host "x",', ',305 host "x"', '305 host "x",,305 host "x"', '305 host "x", y', '305 host "x"; y=z',
    '30 host "x"', '3055 host "x"', '+05 host "x"', '3.5 host "x"', '0305 host "x"', 'bearer', '"bearer"',
    '399 bearer "x"', '399 host "x bearer', '399 host "beare"', '399 host "bear er"', '399 host "b-earer"',
    '303 host "x"', '306 host "x"', '371 host "x"', '399 host "305 370"', '399 host "x, 305 host y"',
    '399 host "x" bearer', ("\0"):rep(10), '305 host "x"\0', "\r\n", '399 a "\\', ("305 "):rep(10000), ('"'):rep(10001),
    ("\\"):rep(10001), ('305 h "x",'):rep(10000),
  }
  for _, value in ipairs(other) do
    it("sees no bearer in " .. value:sub(1, 40):gsub("%c", "."), function()
      for name in pairs(is_rfc) do
        for _, code in ipairs({ 488, 606 }) do
          assert.same({ n = 2, 31, "Normal, unspecified" }, results(cause.from_sip, code, name, value))
        end
      end
    end)
  end

  it("is the same with and without a Warning in the other tables", function()
    for _, name in ipairs({ "dss1", "cisco", "freeswitch", "asterisk" }) do
      for code = 400, 699 do
        assert.same(results(cause.from_sip, code, name), results(cause.from_sip, code, name, '305 host "x"'))
      end
    end
  end)

  it("is the only one that a Warning changes", function()
    for name in pairs(is_rfc) do
      for code = 100, 699 do
        if code ~= 488 and code ~= 606 then
          assert.same(results(cause.from_sip, code, name), results(cause.from_sip, code, name, '305 host "x"'))
        end
      end
    end
  end)
end)

describe("to_sip", function()
  local locations = {
    "U", "LPN", "LN", "TN", "RLN", "RPN", "LOC-6", "INTL", "LOC-8", "LOC-9", "BI", "LOC-11", "LOC-12", "LOC-13",
    "LOC-14", "LOC-15",
  }
  it("looks at the location for 21 alone, and in the RFC tables", function()
    for _, location in ipairs(locations) do
      for _, form in ipairs({ location, location:lower() }) do
        for _, name in ipairs(two_way) do
          local user = is_rfc[name] and location == "U"
          assert.same(expect_to(name, 21, user), results(cause.to_sip, 21, name, form))
          assert.same(expect_to(name, 17), results(cause.to_sip, 17, name, form))
          assert.same(expect_to(name, 22), results(cause.to_sip, 22, name, form))
        end
      end
    end
    assert.same({ n = 2, 603, "Decline" }, results(cause.to_sip, 21, nil, "U"))
    assert.same({ n = 2, 403, "Forbidden" }, results(cause.to_sip, 21, nil, "LN"))
  end)

  it("looks at the diagnostic for 22 alone, and in the RFC tables", function()
    assert.same({ n = 2, 301, "Moved Permanently" }, results(cause.to_sip, 22, "rfc3398", nil, true))
    assert.same({ n = 2, 301, "Moved Permanently" }, results(cause.to_sip, 22, "rfc4497", "U", true))
    assert.same({ n = 2, 410, "Gone" }, results(cause.to_sip, 22, "rfc3398", "U", false))
    assert.same({ n = 2, 410, "Gone" }, results(cause.to_sip, 22, "cisco", nil, true))
    assert.same({ n = 2, 403, "Forbidden" }, results(cause.to_sip, 21, "rfc3398", nil, true))
  end)

  it("reads every name in the words of its table, in any case", function()
    for _, name in ipairs(two_way) do
      for number in pairs(causes) do
        local known = name_of(name, number)
        local expected = expect_to(name, number)
        for _, form in ipairs({ known, known:lower(), known:upper() }) do
          if expected[1] then
            assert.same(expected, results(cause.to_sip, form, name))
          else
            assert.same({ n = 2, nil, ('"%s" has no response code in %s'):format(form, name) },
              results(cause.to_sip, form, name))
          end
        end
      end
    end
  end)

  it("reads no words of another table", function()
    for _, case in ipairs({
      { "USER_BUSY", "rfc3398" }, { "USER_BUSY", "cisco" }, { "USER_BUSY", "asterisk" }, { "User busy", "asterisk" },
      { "AST_CAUSE_USER_BUSY", "rfc4497" }, { "ALLOTTED_TIMEOUT", "rfc3398" },
    }) do
      assert.same({ n = 2, nil, ('"%s" is not a cause in %s'):format(case[1], case[2]) },
        results(cause.to_sip, case[1], case[2]))
    end
    for _, text in ipairs({ "User busy", "AST_CAUSE_USER_BUSY", "BUSY_HERE", "UNKNOWN", "" }) do
      local unknown = { n = 2, nil, ('"%s" is not a FreeSWITCH cause'):format(text) }
      assert.same(unknown, results(cause.to_sip, text, "freeswitch"))
    end
    -- One word, two causes.
    assert.same(expect_to("freeswitch", 45), results(cause.to_sip, "PRE_EMPTED", "freeswitch"))
    assert.same(expect_to("asterisk", 8), results(cause.to_sip, "AST_CAUSE_PRE_EMPTED", "asterisk"))
  end)

  for _, row in ipairs(switch_sip_list) do
    it("knows FreeSWITCH's " .. row.name, function()
      local number, code = tonumber(row.number), tonumber(row.sip)
      local expected = { n = 2, code, sip.reason(code) }
      if row.mapping == "default" then
        expected = { n = 3, code, sip.reason(code), "default" }
      end
      for _, form in ipairs({ row.name, row.name:lower(), number, tostring(number) }) do
        assert.same(expected, results(cause.to_sip, form, "freeswitch"))
      end
    end)
  end

  it("takes numbers and digits alike, and nothing beside them #slow", function()
    for number = -5, 1005 do
      local shown = { number, ('"%d"'):format(number) }
      for i, form in ipairs({ number, tostring(number) }) do
        for _, name in ipairs(two_way) do
          local expected = { n = 2, nil, ("%s is not a cause in %s"):format(shown[i], name) }
          local was = switch_old[number]
          if number >= 1 and number <= 127 or (name == "freeswitch" and switch[number]) then
            expected = expect_to(name, number)
            if not expected[1] then
              expected[2] = shown[i] .. expected[2]:match(" .*")
            end
          elseif name == "freeswitch" then
            expected[2] = shown[i] .. " is not a FreeSWITCH cause"
              .. (was and (" since 1.10.8: it was %s, now %s"):format(was.name, was.number) or "")
          end
          assert.same(expected, results(cause.to_sip, form, name))
        end
      end
    end
  end)
end)

describe("the causes", function()
  for _, row in ipairs(cause_list) do
    it("have a text and a class: " .. row.cause, function()
      local number = tonumber(row.cause)
      for _, form in ipairs({ number, number + 0.0, row.cause }) do
        assert.same({ n = 1, row.name }, results(cause.text, form))
        assert.same({ n = 2, tonumber(row.class), row.class_name }, results(cause.class, form))
      end
    end)
  end

  it("have a name in the words of each table", function()
    for _, name in ipairs(tables) do
      for number = -1, 1005 do
        local expected = { n = 1, name_of(name, number) }
        if not expected[1] and name == "freeswitch" then
          expected = results(cause.freeswitch, number)
        elseif not expected[1] then
          expected = results(cause.class, number)
        end
        assert.same(expected, results(cause.text, number, name))
      end
    end
    assert.same({ n = 1, "AST_CAUSE_PRE_EMPTED" }, results(cause.text, "8", "asterisk"))
    assert.same({ n = 1, "Pre-emption" }, results(cause.text, 8, "freeswitch"))
    assert.same({ n = 1, "ALLOTTED_TIMEOUT" }, results(cause.text, 802, "freeswitch"))
    assert.same({ n = 2, nil, "802 is not a Q.850 cause" }, results(cause.text, 802))
    assert.same({ n = 2, nil, "602 is not a FreeSWITCH cause since 1.10.8: it was ALLOTTED_TIMEOUT, now 802" },
      results(cause.text, 602, "freeswitch"))
  end)

  it("are the 77 that are published", function()
    for number = -5, 1005 do
      if not causes[number] then
        local problem = number >= 1 and number <= 127 and "is not a known Q.850 cause" or "is not a Q.850 cause"
        assert.same({ n = 2, nil, number .. " " .. problem }, results(cause.text, number))
        assert.same({ n = 2, nil, ('"%d" %s'):format(number, problem) }, results(cause.class, tostring(number)))
      end
    end
  end)

  it("are iterated in ascending order", function()
    local list = {}
    for number, text, in_q850 in cause.causes() do
      list[#list + 1] = { number, text, in_q850 }
    end
    local expected = {}
    for i, row in ipairs(cause_list) do
      expected[i] = { tonumber(row.cause), row.name, row.in_q850_2018 == "yes" }
    end
    assert.same(expected, list)
  end)

  it("are iterated without state, from any place", function()
    local next_cause, state, control = cause.causes()
    assert.is_nil(state)
    assert.equal(0, control)
    assert.same({ n = 3, 1, "Unallocated (unassigned) number", true }, results(next_cause, state, control))
    assert.same({ n = 3, 16, "Normal call clearing", true }, results(next_cause, nil, 14))
    assert.same({ n = 3, 16, "Normal call clearing", true }, results(next_cause, nil, 15.5))
    assert.same({ n = 3, 24, "Call rejected due to feature at the destination", false }, results(next_cause, nil, 23))
    assert.same({ n = 3, 127, "Interworking, unspecified", true }, results(next_cause, {}, 126))
    assert.same({ n = 0 }, results(next_cause, nil, 127))
    assert.same({ n = 0 }, results(next_cause, nil, 1e300))
    assert.same({ n = 0 }, results(next_cause, nil, math.huge))
    for _, odd in ipairs({ -1, -math.huge, 0 / 0, "x", true, {} }) do
      assert.equal(1, (next_cause(nil, odd)))
    end
    assert.equal(1, (next_cause()))
  end)
end)

describe("freeswitch", function()
  for _, row in ipairs(switch_list) do
    it("knows " .. row.name, function()
      local number, old = tonumber(row.number), tonumber(row["number_before_v1.10.8"])
      for _, form in ipairs({ row.name, row.name:lower(), number, number + 0.0, row.number }) do
        assert.same({ n = 2, number, row.name }, results(cause.freeswitch, form))
        assert.same({ n = 2, number, row.name }, results(cause.freeswitch, form, nil))
      end
      for _, form in ipairs(old and { row.name, row.name:lower(), old, tostring(old) } or {}) do
        assert.same({ n = 2, old, row.name }, results(cause.freeswitch, form, "old"))
      end
    end)
  end

  it("knows no other number, in either era", function()
    for number = -5, 1005 do
      for _, form in ipairs({ number, tostring(number) }) do
        local shown = type(form) == "number" and form or ('"%s"'):format(form)
        local now, was = switch[number], switch_old[number]
        local known = now and { n = 2, number, now.name }
        local moved = was and (" since 1.10.8: it was %s, now %s"):format(was.name, was.number) or ""
        assert.same(known or { n = 2, nil, shown .. " is not a FreeSWITCH cause" .. moved },
          results(cause.freeswitch, form))
        local known_then = was and { n = 2, number, was.name }
        assert.same(known_then or { n = 2, nil, shown .. " is not a FreeSWITCH cause before 1.10.8" },
          results(cause.freeswitch, form, "old"))
      end
    end
  end)

  it("tells an old number from today's", function()
    assert.same({ n = 2, 602, "ALLOTTED_TIMEOUT" }, results(cause.freeswitch, 602, "old"))
    assert.same({ n = 2, nil, "602 is not a FreeSWITCH cause since 1.10.8: it was ALLOTTED_TIMEOUT, now 802" },
      results(cause.freeswitch, 602))
    assert.same({ n = 2, 602, "ALLOTTED_TIMEOUT" }, results(cause.freeswitch, "allotted_timeout", "old"))
    assert.same({ n = 2, nil, "802 is not a FreeSWITCH cause before 1.10.8" }, results(cause.freeswitch, 802, "old"))
    assert.same({ n = 2, nil, '"REJECT_ALL" is not a FreeSWITCH cause before 1.10.8' },
      results(cause.freeswitch, "REJECT_ALL", "old"))
    assert.same({ n = 2, 0, "NONE" }, results(cause.freeswitch, 0))
    assert.same({ n = 2, 0, "NONE" }, results(cause.freeswitch, "none", "old"))
  end)
end)

-- The tables of one file each way: {table, from SIP, to SIP, from which class on the default holds}.
local filed = {
  { "osmocom", "osmo_sip_connector_sip_to_q850", "osmo_sip_connector_q850_to_sip", 3 },
  { "yate", "yate_sip_to_q850", "yate_q850_to_sip", 1 },
  { "audiocodes", "audiocodes_sip_to_q850", "audiocodes_q850_to_sip" },
  { "oracle_sipi", "oracle_sip_i_sip_to_q850", nil, 4 },
  { "opensips_sipi", "opensips_sip_i_sip_to_q850", nil, 4 },
}

describe("a table of its own file", function()
  local yate_name = {}
  for _, row in ipairs(rows.tsv("spec/data/tables/yate_names_q850.tsv")) do
    local number = tonumber(row.cause)
    yate_name[number] = yate_name[number] or row.name
  end

  local function name_in(name, number)
    return name == "yate" and yate_name[number] or (cause.text(number))
  end

  for _, file in ipairs(filed) do
    local name = file[1]
    it("has every cell from SIP: " .. name, function()
      local cells = by("sip", "spec/data/tables/" .. file[2] .. ".tsv")
      local default = cells.DEFAULT and tonumber(cells.DEFAULT.q850)
      for code = 100, 699 do
        local cell = cells[code] and cells[code].q850
        local by_default = not cell and default and code >= file[4] * 100
        local number = tonumber(cell or by_default and default)
        if not number then
          assert.same({ n = 2, nil, ("%d has no cause in %s"):format(code, name) }, results(cause.from_sip, code, name))
        elseif by_default then
          assert.same({ n = 3, number, name_in(name, number), "default" }, results(cause.from_sip, code, name))
        else
          assert.same({ n = 2, number, name_in(name, number) }, results(cause.from_sip, code, name))
        end
      end
      for _, method in ipairs({ "BYE", "CANCEL" }) do
        local number = cells[method] and tonumber(cells[method].q850)
        assert.equal(number, (cause.from_sip(method, name)))
      end
    end)

    if file[3] then
      it("has every cell to SIP: " .. name, function()
        local cells = by("cause", "spec/data/tables/" .. file[3] .. ".tsv")
        local default = cells.DEFAULT and tonumber(cells.DEFAULT.sip)
        for number = cells[0] and 0 or 1, 127 do
          local cell = cells[number] and cells[number].sip
          local code = tonumber(cell or default)
          if not code then
            assert.same({ n = 2, nil, ("%d has no response code in %s"):format(number, name) },
              results(cause.to_sip, number, name))
          elseif not cell then
            assert.same({ n = 3, code, sip.reason(code), "default" }, results(cause.to_sip, number, name))
          else
            assert.same({ n = 2, code, sip.reason(code) }, results(cause.to_sip, number, name))
          end
        end
      end)
    end
  end

  it("has the names of Yate, the first of two for one number, and reads both", function()
    for _, row in ipairs(rows.tsv("spec/data/tables/yate_names_q850.tsv")) do
      local number = tonumber(row.cause)
      assert.equal(yate_name[number], (cause.text(number, "yate")))
    end
    assert.equal("busy", (cause.text(17, "yate")))
    assert.same({ n = 2, 486, "Busy Here" }, results(cause.to_sip, "busy", "yate"))
    assert.same({ n = 2, 486, "Busy Here" }, results(cause.to_sip, "BUSY", "yate"))
    assert.same(results(cause.to_sip, 34, "yate"), results(cause.to_sip, "channel-congestion", "yate"))
    assert.same(results(cause.to_sip, 34, "yate"), results(cause.to_sip, "congestion", "yate"))
  end)
end)

describe("tables", function()
  it("describes what there is, in order", function()
    local by_class = { 16, 16, 16, 127, 34, 127 }
    local expected = {
      { name = "rfc3398", to_sip = true, default_cause = 31, default_code = 500, kind = "standard",
        source = "RFC 3398 7.2.4.1, 8.2.6.1", edition = "December 2002", certainty = "compared with the RFC" },
      { name = "rfc4497", to_sip = true, default_cause = 31, default_code = 500, kind = "standard",
        source = "RFC 4497 8.4.1 to 8.4.4", edition = "May 2006", certainty = "compared with the RFC" },
      { name = "dss1", to_sip = false, kind = "vendor",
        source = "table of SIP responses and DSS1 causes on voipforo.com",
        edition = "undated; 400 to 504 also in a copy of May 2008", certainty = "one page" },
      { name = "cisco", to_sip = true, default_code = 500, kind = "vendor",
        source = "SIP Configuration Guide, Cisco IOS: Default Mappings",
        edition = "Release 15M&T", certainty = "manual, several editions" },
      { name = "freeswitch", to_sip = true, default_cause = 31, default_code = 480, kind = "implementation",
        source = "sofia_glue_sip_cause_to_freeswitch() in sofia_glue.c, hangup_cause_to_sip() in mod_sofia.c",
        edition = "commit cc93a683", certainty = "read in source, and seen on running servers" },
      { name = "asterisk", to_sip = true, default_cause = by_class, default_code = 603, kind = "implementation",
        source = "ast_sip_hangup_sip2cause() in res_pjsip.c, hangup_cause2sip() in chan_pjsip.c, "
          .. "ast_sip_session_terminate() in res_pjsip_session.c",
        edition = "commit f0c1c1a7", certainty = "read in source" },
      { name = "osmocom", to_sip = true, default_cause = 31, default_code = 480, kind = "implementation",
        source = "osmo-sip-connector, src/sip.c", edition = "commit 6f5534bd", certainty = "compiled and compared" },
      { name = "yate", to_sip = true, default_cause = 16, default_code = 487, kind = "implementation",
        source = "Yate, modules/ysipchan.cpp and libs/ysig/engine.cpp", edition = "commit 1647cdc4",
        certainty = "both dictionaries compiled and compared; which one is asked was read in source" },
      { name = "audiocodes", to_sip = true, kind = "vendor",
        source = "AudioCodes user's manuals: Fixed Mapping of ISDN Release Reason to SIP Response, and back",
        edition = "5.2 to 7.2", certainty = "manual, several editions" },
      { name = "oracle_sipi", to_sip = false, default_cause = 127, kind = "vendor",
        source = "Oracle SBC: Interworking SIP Response to ISUP Cause Values", edition = "S-Cz8.3.0 and 9.1.0",
        certainty = "manual, two editions" },
      { name = "opensips_sipi", to_sip = false, default_cause = 127, kind = "implementation",
        source = "OpenSIPS, modules/sip_i/sip_i.c", edition = "commit 8f4f1e1b", certainty = "compiled and compared" },
    }
    for _, row in ipairs(expected) do
      row.from_sip = true
    end
    assert.same(expected, cause.tables())
  end)

  it("names every table that there is, and what it can do", function()
    local names = {}
    for i, row in ipairs(cause.tables()) do
      names[i] = row.name
      assert.equal(17, (cause.from_sip(486, row.name)))
      assert.equal(row.to_sip, (pcall(cause.to_sip, 17, row.name)))
    end
    assert.same({ "rfc3398", "rfc4497", "dss1", "cisco", "freeswitch", "asterisk", "osmocom", "yate", "audiocodes",
      "oracle_sipi", "opensips_sipi" }, names)
  end)

  it("states the defaults that are used", function()
    for _, row in ipairs(cause.tables()) do
      for class = 4, 6 do
        local default = row.default_cause
        local expected = type(default) == "table" and default[class] or default
        assert.equal(expected, (cause.from_sip(class * 100 + 98, row.name)))
      end
      if row.to_sip then
        assert.equal(row.default_code, (cause.to_sip(row.name == "audiocodes" and 120 or 112, row.name)))
      end
    end
  end)

  it("makes fresh tables each time", function()
    local list = cause.tables()
    list[6].default_cause[4] = 1
    list[1].name = "changed"
    list[2] = nil
    assert.equal(127, cause.tables()[6].default_cause[4])
    assert.equal("rfc3398", cause.tables()[1].name)
    assert.equal(11, #cause.tables())
  end)
end)

-- Values of the right type that are neither a cause nor a code, and how a message shows them.
local nothing = {
  { -1, "-1" }, { 16.5, "16.5" }, { 16.00000001, "16.00000001" }, { 486.5, "486.5" }, { 1000, "1000" },
  { 2 ^ 32 + 17, "4294967313" }, { 2 ^ 31, "2147483648" }, { -2 ^ 31, "-2147483648" }, { 2 ^ 53, "9.007199254741e+15" },
  { 1e300, "1e+300" }, { math.huge, "inf" }, { -math.huge, "-inf" }, { 0 / 0, "nan" },
  { "", '""' }, { "017", '"017"' }, { "00", '"00"' }, { "01", '"01"' }, { " 17", '" 17"' }, { "17 ", '"17 "' },
  { "17\n", '"17\\n"' }, { "17\0", '"17\\x00"' }, { "+17", '"+17"' }, { "-17", '"-17"' }, { "17.0", '"17.0"' },
  { "0x11", '"0x11"' }, { "1e1", '"1e1"' }, { "１７", '"１７"' }, { "0486", '"0486"' }, { "4294967313", '"4294967313"' },
  { "bye", '"bye"' }, { "BYE ", '"BYE "' }, { "BYE\0", '"BYE\\x00"' }, { "CANCEL\0\0", '"CANCEL\\x00\\x00"' },
  { "Bye", '"Bye"' }, { "INVITE", '"INVITE"' },
  { "USER  BUSY", '"USER  BUSY"' }, { "USER_BUSY\0", '"USER_BUSY\\x00"' }, { " USER_BUSY", '" USER_BUSY"' },
  { "USER_BUS", '"USER_BUS"' }, { "USER_BUSYS", '"USER_BUSYS"' }, { "User busy\0", '"User busy\\x00"' },
  { "User", '"User"' }, { "SWITCH_CAUSE_USER_BUSY", '"SWITCH_CAUSE_USER_BUSY"' },
  { ("x"):rep(41), '"' .. ("x"):rep(40) .. '"...' }, { ("\0"):rep(1000), '"' .. ("\\x00"):rep(40) .. '"...' },
}

describe("a value that is not a cause and no code", function()
  for _, case in ipairs(nothing) do
    it("is unknown: " .. case[2], function()
      local value, shown = case[1], case[2]
      assert.same({ n = 2, nil, shown .. " is not a Q.850 cause" }, results(cause.text, value))
      assert.same({ n = 2, nil, shown .. " is not a Q.850 cause" }, results(cause.class, value))
      assert.same({ n = 2, nil, shown .. " is not a FreeSWITCH cause" }, results(cause.freeswitch, value))
      assert.same({ n = 2, nil, shown .. " is not a FreeSWITCH cause before 1.10.8" },
        results(cause.freeswitch, value, "old"))
      for _, name in ipairs(tables) do
        assert.same({ n = 2, nil, shown .. " is not a SIP response code" }, results(cause.from_sip, value, name))
      end
      for _, name in ipairs(two_way) do
        local problem = name == "freeswitch" and " is not a FreeSWITCH cause" or " is not a cause in " .. name
        assert.same({ n = 2, nil, shown .. problem }, results(cause.to_sip, value, name, "U", true))
      end
    end)
  end

  it("is a name, too, where only numbers are taken", function()
    for _, name in ipairs({ "User busy", "USER_BUSY", "AST_CAUSE_USER_BUSY" }) do
      local unknown = { n = 2, nil, ('"%s" is not a Q.850 cause'):format(name) }
      assert.same(unknown, results(cause.text, name))
      assert.same(unknown, results(cause.class, name))
    end
  end)
end)

describe("misuse", function()
  local options = {
    { '#2 to \'from_sip\' (no table "x")', "from_sip", 486, "x" },
    { '#2 to \'from_sip\' (no table "")', "from_sip", 486, "" },
    { '#2 to \'from_sip\' (no table "RFC3398")', "from_sip", 486, "RFC3398" },
    { '#2 to \'from_sip\' (no table "Cisco")', "from_sip", 486, "Cisco" },
    { '#2 to \'from_sip\' (no table "cisco ")', "from_sip", 486, "cisco " },
    { '#2 to \'from_sip\' (no table "cisco\\x00")', "from_sip", 486, "cisco\0" },
    { '#2 to \'from_sip\' (no table "default")', "from_sip", 99, "default" },
    { '#2 to \'from_sip\' (no table "3398")', "from_sip", "BYE", "3398" },
    { '#2 to \'to_sip\' (no table "x")', "to_sip", 17, "x" },
    { '#2 to \'to_sip\' (no table "x")', "to_sip", "no cause", "x" },
    { '#2 to \'to_sip\' (table "dss1" maps from SIP only)', "to_sip", 17, "dss1" },
    { '#2 to \'to_sip\' (table "dss1" maps from SIP only)', "to_sip", 0, "dss1" },
    { '#3 to \'to_sip\' (no location "x")', "to_sip", 17, "cisco", "x" },
    { '#3 to \'to_sip\' (no location "")', "to_sip", 17, nil, "" },
    { '#3 to \'to_sip\' (no location "user")', "to_sip", 21, nil, "user" },
    { '#3 to \'to_sip\' (no location "0")', "to_sip", 17, "asterisk", "0" },
    { '#3 to \'to_sip\' (no location "LOC-7")', "to_sip", 17, "freeswitch", "LOC-7" },
    { '#3 to \'to_sip\' (no location "LOC-10")', "to_sip", 17, nil, "LOC-10" },
    { '#3 to \'to_sip\' (no location "LOC-16")', "to_sip", 999, nil, "LOC-16" },
    { '#3 to \'to_sip\' (no location "U\\x00")', "to_sip", 17, nil, "U\0" },
    { '#3 to \'to_sip\' (no location " U")', "to_sip", 17, nil, " U" },
    { '#2 to \'text\' (no table "Asterisk")', "text", 17, "Asterisk" },
    { '#2 to \'text\' (no table "")', "text", "no cause", "" },
    { '#2 to \'freeswitch\' (no era "new")', "freeswitch", 602, "new" },
    { '#2 to \'freeswitch\' (no era "OLD")', "freeswitch", 602, "OLD" },
    { '#2 to \'freeswitch\' (no era "old\\x00")', "freeswitch", 602, "old\0" },
    { '#2 to \'freeswitch\' (no era "")', "freeswitch", "no cause", "" },
  }
  for _, case in ipairs(options) do
    it("raises: bad argument " .. case[1]:gsub("%c", "."), function()
      assert.equal("bad argument " .. case[1], message(cause[case[2]], case[3], case[4], case[5]))
    end)
  end
end)

describe("the module", function()
  it("gives integers, not floats", function()
    assert.equal("17", tostring((cause.from_sip(486.0))))
    assert.equal("16", tostring((cause.from_sip("BYE"))))
    assert.equal("31", tostring((cause.from_sip(499))))
    assert.equal("486", tostring((cause.to_sip(17.0))))
    assert.equal("500", tostring((cause.to_sip(99))))
    assert.equal("1", tostring((cause.class(17.0))))
    assert.equal("17", tostring((cause.freeswitch(17.0))))
    assert.equal("602", tostring((cause.freeswitch("ALLOTTED_TIMEOUT", "old"))))
    assert.equal("1", tostring((cause.causes()(nil, 0))))
    assert.equal("31", tostring(cause.tables()[1].default_cause))
    assert.equal("127", tostring(cause.tables()[6].default_cause[4]))
    assert.equal("603", tostring(cause.tables()[6].default_code))
  end)

  it("is a table of seven functions, and sets no global", function()
    local names = {}
    for name, value in pairs(cause) do
      assert.equal("function", type(value))
      names[#names + 1] = name
    end
    table.sort(names)
    assert.same({ "causes", "class", "freeswitch", "from_sip", "tables", "text", "to_sip" }, names)
    assert.is_nil(rawget(_G, "cause"))
    assert.is_nil(rawget(_G, "sipcodes"))
  end)
end)
