local command = require("spec.support.command")
local rows = require("spec.support.rows")
local cause = require("sipcodes.cause")
local sip = require("sipcodes")

local cli_it, json_it = command.its(it, pending)
local run, json, widest = command.run, command.json, command.widest

local tables = {
  "rfc3398", "rfc4497", "dss1", "cisco", "freeswitch", "asterisk", "osmocom", "yate", "audiocodes", "oracle_sipi",
  "opensips_sipi",
}

describe("sipcodes cause CAUSE", function()
  cli_it("shows what every table makes of it", function()
    assert.same({ 0, [[
17 User busy
  class         1 normal event
  FreeSWITCH    USER_BUSY
  Asterisk      AST_CAUSE_USER_BUSY

  rfc3398       to 486 Busy Here; from 486 600
  rfc4497       to 486 Busy Here; from 486 600
  dss1          from 486 600
  cisco         to 486 Busy Here; from 486 600
  freeswitch    to 486 Busy Here; from 486 600
  asterisk      to 486 Busy Here; from 486 600
  osmocom       to 486 Busy Here; from 486 600
  yate          to 486 Busy Here; from 486 600
  audiocodes    to 486 Busy Here; from 486 600
  oracle_sipi   from 486 600
  opensips_sipi from 486 600
]], "" }, { run({ "cause", "17" }) })
  end)

  cli_it("marks differences, and shows conditions and defaults", function()
    assert.same({ 0, [[
21 Call rejected
  class         1 normal event
  FreeSWITCH    CALL_REJECTED
  Asterisk      AST_CAUSE_CALL_REJECTED

  rfc3398       to 403 Forbidden; with location U 603 Decline; from 401 402 403
                407 603
  rfc4497       to 403 Forbidden; with location U 603 Decline; from 401 402 403
                407 603
  dss1          from 402 407 603
  cisco         to 403 Forbidden; from 402 407 603
* freeswitch    to 603 Decline; from 401 402 403 407 603 608
  asterisk      to 403 Forbidden; from 401 403 407 603
  osmocom       to 403 Forbidden; from 401 402 403 407 603
* yate          to 406 Not Acceptable; from 406 606
  audiocodes    to 403 Forbidden; from 401 402 403 407 603
  oracle_sipi   from 603
  opensips_sipi from 603
* another answer than rfc3398

22 Number changed
  class         1 normal event
  FreeSWITCH    NUMBER_CHANGED
  Asterisk      AST_CAUSE_NUMBER_CHANGED

  rfc3398       to 410 Gone; with a diagnostic 301 Moved Permanently; from 410
  rfc4497       to 410 Gone; with a diagnostic 301 Moved Permanently; from 410
  dss1          from no code
  cisco         to 410 Gone
  freeswitch    to 410 Gone; from 410
  asterisk      to 410 Gone; from 410
  osmocom       to 410 Gone; from 410
  yate          to 410 Gone
  audiocodes    to 410 Gone; from 410
  oracle_sipi   from 410
  opensips_sipi from 410

47 Resource unavailable, unspecified
  class         2 resource unavailable

  rfc3398       to 503 Service Unavailable
  rfc4497       to 503 Service Unavailable
  dss1          from 580
  cisco         to 503 Service Unavailable; from 580
* freeswitch    to 480 Temporarily Unavailable (default)
* asterisk      to 603 Decline (default)
  osmocom       to 503 Service Unavailable; from 503
  yate          to 503 Service Unavailable
  audiocodes    to 503 Service Unavailable
  oracle_sipi   from no code
  opensips_sipi from no code
* another answer than rfc3398
]], "" }, { run({ "cause", "21", "22", "47" }) })
    local _, out = run({ "cause", "16" })
    assert.truthy(out:find("\n  rfc3398       to no response\n", 1, true))
  end)

  cli_it("says where a value is not in Q.850", function()
    local status, out = run({ "cause", "52" })
    assert.equal(0, status)
    assert.truthy(out:find("\n  standard      met in practice, not in Q.850\n", 1, true))
    assert.falsy((select(2, run({ "cause", "17" }))):find("standard", 1, true))
  end)

  cli_it("has not found a value without a meaning, and shows what becomes of it", function()
    assert.same({ 1, [[
10 (unknown)
  rfc3398       to 500 Server Internal Error (default)
  rfc4497       to 500 Server Internal Error (default)
  dss1          from no code
  cisco         to 500 Server Internal Error (default)
* freeswitch    to 480 Temporarily Unavailable (default)
* asterisk      to 603 Decline (default)
* osmocom       to 480 Temporarily Unavailable (default)
* yate          to 487 Request Terminated (default)
* audiocodes    to no response
  oracle_sipi   from no code
  opensips_sipi from no code
* another answer than rfc3398
]], "" }, { run({ "cause", "10" }) })
    assert.equal(1, (run({ "cause", "10", "17" })))
  end)

  cli_it("knows FreeSWITCH's own", function()
    assert.same({ 0, [[
802 ALLOTTED_TIMEOUT
  FreeSWITCH    ALLOTTED_TIMEOUT

  freeswitch    to 480 Temporarily Unavailable (default)
]], "" }, { run({ "cause", "802" }) })
    assert.same({ run({ "cause", "802" }) }, { run({ "cause", "allotted_timeout" }) })
    assert.equal("0 NONE\n", (select(2, run({ "cause", "0" }))):match("^.-\n"))
    assert.equal("142 SUCCESS\n", (select(2, run({ "cause", "142" }))):match("^.-\n"))
  end)
end)

describe("sipcodes cause CODE", function()
  cli_it("shows the cause in every table, and what that comes back as", function()
    assert.same({ 0, [[
488 Not Acceptable Here
  rfc3398       31 Normal, unspecified; comes back as 480 Temporarily
                Unavailable; with a Warning of the bearer 65 Bearer capability
                not implemented
  rfc4497       31 Normal, unspecified; comes back as 480 Temporarily
                Unavailable; with a Warning of the bearer 65 Bearer capability
                not implemented
* dss1          127 Interworking, unspecified
* cisco         127 Interworking, unspecified; comes back as 500 Server Internal
                Error
* freeswitch    88 INCOMPATIBLE_DESTINATION
* asterisk      58 AST_CAUSE_BEARERCAPABILITY_NOTAVAIL
* osmocom       88 Incompatible destination
* yate          16 normal-clearing; comes back as 487 Request Terminated
  audiocodes    31 Normal, unspecified; comes back as 480 Temporarily
                Unavailable
* oracle_sipi   50 Requested facility not subscribed
* opensips_sipi 127 Interworking, unspecified (default)
* another answer than rfc3398
]], "" }, { run({ "cause", "488" }) })
    for _, words in ipairs({
      { "sip:488" }, { "SIPS:488" }, { "Not", "Acceptable", "Here" }, { "not_acceptable_here" },
    }) do
      assert.same({ run({ "cause", "488" }) }, { run({ "cause", words[1], words[2], words[3] }) })
    end
  end)

  cli_it("warns of the numbers that FreeSWITCH had for causes", function()
    assert.same({ 0, [[
603 Decline
  FreeSWITCH    603 was a cause before 1.10.8: USER_CHALLENGE, now 803

  rfc3398       21 Call rejected; comes back as 403 Forbidden
  rfc4497       21 Call rejected; comes back as 403 Forbidden
  dss1          21 Call rejected
  cisco         21 Call rejected; comes back as 403 Forbidden
  freeswitch    21 CALL_REJECTED
  asterisk      21 AST_CAUSE_CALL_REJECTED; comes back as 403 Forbidden
  osmocom       21 Call rejected; comes back as 403 Forbidden
* yate          16 normal-clearing; comes back as 487 Request Terminated
  audiocodes    21 Call rejected; comes back as 403 Forbidden
  oracle_sipi   21 Call rejected
  opensips_sipi 21 Call rejected
* another answer than rfc3398
]], "" }, { run({ "cause", "603" }) })
    -- 487 is a cause in both eras.
    assert.same({ 0, [[
487 Request Terminated
  rfc3398       no cause
  rfc4497       no cause
* dss1          127 Interworking, unspecified
* cisco         127 Interworking, unspecified; comes back as 500 Server Internal
                Error
* freeswitch    487 ORIGINATOR_CANCEL
* asterisk      127 AST_CAUSE_INTERWORKING; comes back as 500 Server Internal
                Error
* osmocom       31 Normal, unspecified (default); comes back as 480 Temporarily
                Unavailable
* yate          19 noanswer; comes back as 480 Temporarily Unavailable
  audiocodes    no cause
* oracle_sipi   127 Interworking, unspecified (default)
* opensips_sipi 127 Interworking, unspecified (default)
* another answer than rfc3398
]], "" }, { run({ "cause", "487" }) })
  end)

  cli_it("has not found an unknown code, and shows what becomes of it", function()
    local status, out = run({ "cause", "499" })
    assert.equal(1, status)
    assert.equal("499 (unknown)\n  rfc3398       31 Normal, unspecified (default)", out:match("^[^\n]*\n[^;]*"))
  end)

  cli_it("takes a 1xx as a cause unless it is written as a code", function()
    assert.equal("102 Recovery on timer expiry\n", (select(2, run({ "cause", "102" }))):match("^.-\n"))
    assert.equal("102 (unknown)\n", (select(2, run({ "cause", "sip:102" }))):match("^.-\n"))
    assert.equal("183 Session Progress\n", (select(2, run({ "cause", "sip:183" }))):match("^.-\n"))
  end)
end)

describe("sipcodes cause REQUEST", function()
  cli_it("shows the cause that BYE or CANCEL becomes", function()
    assert.same({ 0, [[
CANCEL request
  rfc3398       16 Normal call clearing
  rfc4497       16 Normal call clearing
* dss1          no cause
* cisco         no cause
* freeswitch    no cause
* asterisk      no cause
* osmocom       no cause
* yate          no cause
* audiocodes    no cause
* oracle_sipi   no cause
* opensips_sipi 31 Normal, unspecified
* another answer than rfc3398
]], "" }, { run({ "cause", "cancel" }) })
    assert.same({ 0, "BYE request\n  oracle_sipi   16 Normal call clearing\n", "" },
      { run({ "cause", "BYE", "--table", "oracle_sipi" }) })
  end)
end)

describe("sipcodes cause NAME", function()
  cli_it("finds a name of every vocabulary, letters in any case #slow", function()
    for number, text in cause.causes() do
      local expected = { run({ "cause", tostring(number) }) }
      for _, name in ipairs(tables) do
        local in_table = cause.text(number, name)
        for _, word in ipairs({ in_table, in_table:upper() }) do
          local status, out, err = run({ "cause", word })
          -- Yate has one name for two causes: both are shown.
          local both = name == "yate" and ("\n" .. out):find("\n" .. expected[2], 1, true) and expected[2]
          assert.same(expected, { both and 0 or status, both or out, err }) -- 48 of Yate is unknown to Q.850
        end
      end
      assert.same(expected, { run({ "cause", " " .. text:lower() .. " " }) })
    end
    for _, row in ipairs(rows.tsv("spec/data/freeswitch_causes.tsv")) do
      local status, out = run({ "cause", row.name:lower() })
      assert.equal(0, status)
      assert.truthy(out:find("\n  FreeSWITCH    " .. row.name .. "\n", 1, true))
    end
  end)

  cli_it("keeps names apart that mean another number elsewhere", function()
    assert.equal("45 Pre-empted\n", (select(2, run({ "cause", "PRE_EMPTED" }))):match("^.-\n"))
    assert.equal("8 Pre-emption\n", (select(2, run({ "cause", "AST_CAUSE_PRE_EMPTED" }))):match("^.-\n"))
    assert.equal("8 Pre-emption\n", (select(2, run({ "cause", "Pre-emption" }))):match("^.-\n"))
  end)

  cli_it("takes a phrase for its codes where no cause is called so", function()
    assert.same({ run({ "cause", "406", "606" }) }, { run({ "cause", "Not Acceptable" }) })
    assert.same({ run({ "cause", "480" }) }, { run({ "cause", "TEMPORARILY_UNAVAILABLE" }) })
  end)

  cli_it("finds nothing", function()
    for _, words in ipairs({
      "no such cause", "USER  BUSY", "SWITCH_CAUSE_USER_BUSY", "128", "180", "700x", "1000", "017", "05",
      "00", "-", "17.0", "%w",
    }) do
      assert.same({ 1, "", ('sipcodes: no cause or SIP response code "%s"\n'):format(words) },
        { run({ "cause", words }) })
    end
    assert.same({ 1, "", 'sipcodes: no cause or SIP response code "17 x"\n' }, { run({ "cause", "17", "x" }) })
    assert.same({ 1, "", 'sipcodes: no cause or SIP response code "\\x1B[2J"\n' }, { run({ "cause", "\27[2J" }) })
    assert.same({ 1, "", 'sipcodes: no cause or SIP response code ""\n' }, { run({ "cause", "" }) })
  end)
end)

describe("the option --table of cause", function()
  cli_it("asks one table alone", function()
    assert.same({ 0, "486 Busy Here\n  asterisk      17 AST_CAUSE_USER_BUSY\n", "" },
      { run({ "cause", "--table", "asterisk", "486" }) })
    local expected = [[
41 Temporary failure
  class         2 resource unavailable
  FreeSWITCH    NORMAL_TEMPORARY_FAILURE
  Asterisk      AST_CAUSE_NORMAL_TEMPORARY_FAILURE

  asterisk      to 603 Decline (default); from 409
]]
    assert.same({ 0, expected, "" }, { run({ "cause", "41", "--table", "asterisk" }) })
    assert.same({ 0, expected, "" }, { run({ "cause", "--table=asterisk", "AST_CAUSE_NORMAL_TEMPORARY_FAILURE" }) })
    local _, out = run({ "cause", "--table", "dss1", "17" })
    assert.truthy(out:find("\n\n  dss1          from 486 600\n$"))
  end)

  cli_it("reads names in its words alone", function()
    for _, case in ipairs({
      { "asterisk", "USER_BUSY" }, { "freeswitch", "AST_CAUSE_USER_BUSY" }, { "rfc3398", "USER_BUSY" },
      { "freeswitch", "User busy" }, { "rfc3398", "802" }, { "cisco", "0" },
    }) do
      assert.same({ 1, "", ('sipcodes: no cause or SIP response code "%s" in %s\n'):format(case[2], case[1]) },
        { run({ "cause", "--table", case[1], case[2] }) })
    end
  end)

  cli_it("is misused with status 2", function()
    for _, name in ipairs({ "x", "", "Cisco", "rfc 3398", "\27" }) do
      local status, out, err = run({ "cause", "--table", name, "17" })
      assert.same({ 2, "" }, { status, out })
      assert.matches('^sipcodes: ".*" is not a table: ' .. table.concat(tables, ", ") .. '\n$', err)
      assert.falsy(err:find("\27", 1, true))
    end
    assert.same({ 2, "", "sipcodes: missing argument 'what'\nTry 'sipcodes --help'.\n" }, { run({ "cause" }) })
  end)
end)

describe("the cards of cause", function()
  cli_it("fit the terminal", function()
    local words = { "cause" }
    for number = 1, 127 do
      words[#words + 1] = tostring(number)
    end
    for code = 200, 699 do
      words[#words + 1] = tostring(code)
    end
    for _, width in ipairs({ 72, 80, 132 }) do
      local status, out, err = run(words, nil, {
        getenv = function(name)
          return name == "COLUMNS" and tostring(width) or nil
        end,
      })
      assert.same({ 1, "" }, { status, err })
      assert.is_true(widest(out) <= width)
      assert.equal(627, select(2, ("\n" .. out):gsub("\n%d+ ", "")))
    end
  end)
end)

describe("cause --json", function()
  -- A cell of the published tables: the number of its first branch, "none" for an explicit nothing.
  local function cell(text)
    return text == "-" and "none" or text and tonumber(text:match("^%d+"))
  end

  json_it("agrees with the published tables for every cause", function()
    local words = { "--json", "cause" }
    local list = rows.tsv("spec/data/q850_to_sip.tsv")
    local by_cause = {}
    for _, row in ipairs(list) do
      by_cause[tonumber(row.cause) or row.cause] = row
    end
    for number = 1, 127 do
      words[#words + 1] = tostring(number)
    end
    local cards = json(words)
    assert.equal(127, #cards)
    for number, card in ipairs(cards) do
      assert.equal(number, card.cause)
      assert.equal(cause.text(number), card.text)
      assert.equal(#tables, #card.tables)
      for i, row in ipairs(card.tables) do
        assert.equal(tables[i], row.table)
        if row.table == "dss1" or row.table:find("_sipi$") then
          assert.same({ nil, nil, false }, { row.code, row.default, row.differs })
        else
          local code, phrase, by_default = cause.to_sip(number, row.table)
          assert.same({ code, code and phrase, by_default ~= nil }, { row.code, row.reason, row.default })
          assert.equal(row.code ~= card.tables[1].code, row.differs)
          local expected = by_cause[number] and row.table ~= "freeswitch" and cell(by_cause[number][row.table])
          if expected then
            assert.equal(expected, row.code or "none")
          end
        end
        for _, code in ipairs(row.from) do
          assert.equal(number, (cause.from_sip(code, row.table)))
        end
      end
    end
  end)

  json_it("agrees with the published tables for every code", function()
    local checked = 0
    for _, published in ipairs(rows.tsv("spec/data/sip_to_q850.tsv")) do
      local code = tonumber(published.sip)
      if code then
        local cards = json({ "--json", "cause", "sip:" .. code })
        assert.equal(1, #cards)
        assert.equal(code, cards[1].code)
        assert.equal(sip.reason(code), cards[1].reason)
        for _, row in ipairs(cards[1].tables) do
          local published_cell = published[row.table == "freeswitch" and "freeswitch_number" or row.table]
          local expected = cell(published_cell)
          if not published_cell then
            assert.equal(row.cause, (cause.from_sip(code, row.table))) -- compared in cause_spec.lua
          elseif expected then
            assert.equal(expected, row.cause or "none")
            assert.is_false(row.default)
            checked = checked + 1
          else
            assert.is_true(row.default or row.cause == nil)
          end
          assert.equal(row.cause ~= cards[1].tables[1].cause, row.differs)
        end
      end
    end
    assert.is_true(checked > 200)
  end)

  json_it("has all that the cards have", function()
    assert.same({ {
      cause = 21, text = "Call rejected", class = 1, title = "normal event", known = true, in_q850 = true,
      freeswitch = "CALL_REJECTED", asterisk = "AST_CAUSE_CALL_REJECTED",
      tables = { {
        table = "rfc3398", code = 403, reason = "Forbidden", default = false, differs = false,
        location_u = { code = 603, reason = "Decline" }, from = { 401, 402, 403, 407, 603 },
      } },
    } }, (json({ "--json", "cause", "21", "--table", "rfc3398" })))
    assert.same({ {
      code = 488, reason = "Not Acceptable Here", known = true,
      tables = { {
        table = "rfc4497", cause = 31, text = "Normal, unspecified", default = false, differs = false, back = 480,
        bearer = { cause = 65, text = "Bearer capability not implemented" },
      } },
    } }, (json({ "--json", "cause", "488", "--table", "rfc4497" })))
    assert.equal("USER_CHALLENGE", (json({ "--json", "cause", "603" }))[1].freeswitch_before)
    assert.is_false((json({ "--json", "cause", "52" }))[1].in_q850)
    local cards, status, err = json({ "--json", "cause", "x" })
    assert.same({ {}, 1, 'sipcodes: no cause or SIP response code "x"\n' }, { cards, status, err })
  end)
end)
