local command = require("spec.support.command")
local sip = require("sipcodes")

local cli_it, json_it = command.its(it, pending)
local reader, writer, run, json = command.reader, command.writer, command.run, command.json
local contents, widest = require("spec.support.file").read, command.widest

-- The rows of a table of `explain`: {"18 100 Informational", "trying ..."} without the remarks.
local function rows_of(out)
  local rows = {}
  for count, code, phrase in out:gmatch("\n *(%d+)  +(%d%d%d)  %a+ ?%a*  *([^\n]*)") do
    rows[#rows + 1] = ("%s %s %s"):format(count, code, phrase)
  end
  return rows
end

local function explained(trace)
  local status, out, err = run({ "explain" }, trace)
  return rows_of(out), status, err
end

describe("sipcodes CODE", function()
  cli_it("shows a card", function()
    local status, out, err = run({ "486" })
    assert.equal(0, status)
    assert.equal([[
486 Busy Here
  meaning       This device is busy or its user takes no more calls now; others
                may still answer.
  next          Send the same request again later (Retry-After may name a time).
  failover      Do not try another server: neither carriers nor the RFCs do.
  causes        17 User busy everywhere
  may carry     Retry-After
  in reply to   any request
  class         4xx Client Failure
  defined in    RFC 3261 21.4.24; 13.3.1.3
  constant      BUSY_HERE
  in Kamailio   KSR.sl.send_reply(sip.reply(486))
  in FreeSWITCH sip.freeswitch.respond(session, 486)
]], out)
    assert.equal("", err)
  end)

  cli_it("shows what only some codes have", function()
    local _, out = run({ "202" })
    assert.equal([[
202 Accepted
  meaning       An old form of success whose outcome came later. It must not
                answer SUBSCRIBE, NOTIFY (RFC 6665) or REFER (RFC 7647); relays
                of MESSAGE still use it (RFC 3428 7).
  next          Nothing: the request has succeeded.
  in reply to   MESSAGE
  class         2xx Successful
  defined in    RFC 6665 8.3.1; RFC 7647 5; RFC 3428 7
  deprecated    by RFC 6665
  constant      ACCEPTED
  in Kamailio   KSR.sl.send_reply(sip.reply(202))
]], out)
  end)

  cli_it("shows with --full the basis, what ends in a dialog, and other phrases", function()
    local brief, full = select(2, run({ "403" })), select(2, run({ "--full", "403" }))
    assert.equal(brief .. [[
  basis         The client should not repeat the request, and credentials will
                not help (RFC 3261 21.4.4).
  in a dialog   It ends the transaction only.
  other phrases Stale Date
]], full)
    assert.equal(full, select(2, run({ "403", "--full" })))
    assert.equal(full, select(2, run({ "show", "403", "--full" })))
  end)

  cli_it("shows the code of a vendor and how it is treated", function()
    local status, out = run({ "477" })
    assert.equal(0, status)
    assert.equal([[
477 Send Failed
  meaning       A local error happened while the request was sent to the next
                hop.
  next          Do not send the same request again to this server.
  failover      Carriers expect another server to be tried; the RFCs do not ask
                for it.
  causes        31 Normal, unspecified: rfc3398 (default), rfc4497 (default),
                freeswitch (default), osmocom (default)
                127 Interworking, unspecified: asterisk (default), oracle_sipi
                (default), opensips_sipi (default)
                16 Normal call clearing: yate (default)
                no cause: dss1, cisco, audiocodes
  sent by       Kamailio, OpenSIPS
  treated as    400 Bad Request, because it is not registered (RFC 3261 8.1.3.2)
  class         4xx Client Failure
  in Kamailio   KSR.sl.send_reply(sip.reply(477))
  in FreeSWITCH sip.freeswitch.respond(session, 477)
]], out)
  end)

  cli_it("says how an unknown code is treated, and has not found it", function()
    local status, out, err = run({ "499" })
    assert.equal(1, status)
    assert.equal([[
499 (unknown)
  next          Do not send the same request again to this server.
  failover      Do not try another server: neither carriers nor the RFCs do.
  causes        31 Normal, unspecified: rfc3398 (default), rfc4497 (default),
                freeswitch (default), osmocom (default)
                127 Interworking, unspecified: asterisk (default), oracle_sipi
                (default), opensips_sipi (default)
                16 Normal call clearing: yate (default)
                no cause: dss1, cisco, audiocodes
  treated as    400 Bad Request, because it is not registered (RFC 3261 8.1.3.2)
  class         4xx Client Failure
  in Kamailio   KSR.sl.send_reply(sip.reply(499))
  in FreeSWITCH sip.freeswitch.respond(session, 499)
]], out)
    assert.equal("", err)
    assert.equal("183 Session Progress", select(2, run({ "150" })):match("treated as +(.-),"))
  end)

  cli_it("shows several", function()
    local status, out = run({ "180", "sip:486", "503" })
    assert.equal(0, status)
    local titles = {}
    for title in ("\n" .. out):gmatch("\n(%d[^\n]*)") do
      titles[#titles + 1] = title
    end
    assert.same({ "180 Ringing", "486 Busy Here", "503 Service Unavailable" }, titles)
    assert.equal(1, (run({ "180", "499" })))
    assert.equal(1, (run({ "499", "180" })))
  end)

  cli_it("has a card of at most 80 columns for every number from 100 to 699", function()
    local codes = {}
    for code = 100, 699 do
      codes[#codes + 1] = "sip:" .. code
    end
    local _, out = run(codes)
    assert.is_true(widest(out) <= 80)
    local code = 100
    for card in (out .. "\n"):gmatch("(.-)\n\n") do
      assert.equal(("%d %s"):format(code, sip.reason(code) or "(unknown)"), card:match("^[^\n]*"))
      assert.truthy(card:find("\n  class         ", 1, true))
      assert.truthy(card:find("\n  next          %u.-%."))
      code = code + 1
    end
    assert.equal(700, code)
  end)

  cli_it("fits the width of the terminal", function()
    for columns, width in pairs({ ["50"] = 50, ["10"] = 40, ["200"] = 100, [""] = 80, ["x"] = 80, ["99999"] = 80 }) do
      local _, out = run({ "200" }, nil, {
        getenv = function(name)
          return name == "COLUMNS" and columns or nil
        end,
      })
      assert.is_true(widest(out) <= width)
      assert.is_true(widest(out) > width - 25)
    end
  end)

  cli_it("asks the terminal for its width where COLUMNS does not say it", function()
    local function width(columns, says)
      return widest((select(2, run({ "200" }, nil, {
        getenv = function() return columns end,
        columns = function() return says end,
      }))))
    end
    assert.equal(width("50"), width(nil, 50))
    assert.equal(width("50"), width("50", 100))
    assert.equal(width("100"), width("x", 100))
    assert.is_true(width(nil, 50) < width(nil, 100))
  end)

  cli_it("lists a class", function()
    assert.same({ run({ "list", "4xx" }) }, { run({ "4XX" }) })
    assert.same({ 1, "" }, { (run({ "7xx" })), (select(2, run({ "7xx" }))) })
  end)

  cli_it("is the command show", function()
    assert.same({ run({ "486" }) }, { run({ "show", "486" }) })
    assert.same({ run({ "486" }) }, { run({ "--", "486" }) })
  end)
end)

describe("sipcodes WORDS", function()
  cli_it("shows the card of a phrase, a name or a Status-Line, letters in any case", function()
    for _, words in ipairs({
      { "Busy Here" }, { "busy here" }, { "BUSY", "here" }, { "BUSY_HERE" }, { "busy_here" }, { " busy here " },
      { "486 Besetzt" }, { "486", "Busy" }, { "SIP/2.0 486 Busy" },
    }) do
      local status, out, err = run(words)
      assert.same({ run({ "486" }) }, { status, out:match("^Read as [^\n]*%.\n\n(.*)$"), err })
    end
  end)

  cli_it("shows both cards of a phrase that two codes have", function()
    local _, out = run({ "unresolvable destination" })
    assert.equal("Read as the phrase of 476; the phrase of 478.\n\n" .. select(2, run({ "476", "478" })), out)
  end)

  cli_it("lists what more than two have for a name", function()
    assert.same({ 0, [[
406 Not Acceptable
606 Not Acceptable
488 Not Acceptable Here
cause 818 NOT_ACCEPTABLE
]], "" }, { run({ "not", "acceptable" }) })
  end)

  cli_it("lists what bears them, phrases first and notes last", function()
    local status, out = run({ "busy" })
    assert.equal(0, status)
    assert.equal([[
486 Busy Here
600 Busy Everywhere
cause 17 User busy
cause 815 BUSY_EVERYWHERE
182 Queued
    The callee is busy for now and the call waits in a queue; the phrase may
    tell the position or the waiting time.
]], out)
    -- The order is that of the place, then of the code.
    status, out = run({ "credential" })
    assert.equal(0, status)
    assert.equal([[
437 Unsupported Credential
401 Unauthorized
    The UAS or registrar wants credentials. A proxy must not send it by itself.
    It is not a response to CANCEL.
407 Proxy Authentication Required
    A proxy wants credentials before it sends the request on. It is not a
    response to CANCEL.
436 Bad Identity Info
    The verifier could not fetch any credential that an Identity header field
    points to.
]], out)
    out = select(2, run({ "too large" }))
    assert.equal("414 Request-URI Too Long\n    Request-URI Too Large\n", out:match("\n(414.-\n.-\n)"))
  end)

  cli_it("shows the card of the only one that bears them", function()
    for words, code in pairs({
      Declined = "603", ["precondition failed"] = "412", conflict = "409", ["waits in a queue"] = "182",
    }) do
      local status, out = run({ words })
      assert.same({ 0, (select(2, run({ code }))) }, { status, out:match("^Read as .-%.\n\n(.*)$") })
    end
  end)

  cli_it("finds any phrase, name and former phrase of the table", function()
    for code, phrase in sip.codes() do
      local status, out = run({ phrase:upper() })
      assert.equal(0, status)
      local title = "\n" .. code .. " " .. phrase .. "\n"
      assert.truthy(("\n" .. out):find(title, 1, true))
      assert.truthy(("\n" .. select(2, run({ sip.info(code, "name"):lower() }))):find(title, 1, true))
      for _, former in ipairs(sip.info(code, "formerly")) do
        assert.truthy(("\n" .. select(2, run({ former }))):find("\n" .. code .. " " .. phrase .. "\n", 1, true))
      end
    end
  end)

  cli_it("finds nothing", function()
    local number = " is not a SIP response code (100 to 699), a Q.850 cause (1 to 127) or a cause of FreeSWITCH"
    for words, message in pairs({
      ["no such thing"] = 'nothing is called or described by "no such thing"',
      ["%w"] = 'nothing is called or described by "%w"',
      ["\27[31m\194\155\255"] = 'nothing is called or described by "\\x1B[31m\\xC2\\x9B\\xFF"',
      ["704"] = '"704"' .. number, ["017"] = '"017"' .. number, ["4862"] = '"4862"' .. number,
    }) do
      assert.same({ 1, "", "sipcodes: " .. message .. "\n" }, { run({ words }) })
    end
  end)
end)

describe("sipcodes list", function()
  cli_it("lists a class in columns", function()
    for _, class in ipairs({ "6", "6xx", "6XX", "6xX" }) do
      assert.same({ 0, [[
6xx Global Failure
  600 Busy Everywhere          606 Not Acceptable
  603 Decline                  607 Unwanted
  604 Does Not Exist Anywhere  608 Rejected
]], "" }, { run({ "list", class }) })
    end
  end)

  cli_it("lists every registered code once", function()
    local status, out = run({ "list" })
    assert.equal(0, status)
    assert.is_true(widest(out) <= 80)
    local count = 0
    for code, reason in sip.codes() do
      local entry = ("  %d %s"):format(code, reason)
      local first, last = (out:gsub("\n", "  \n")):find(entry .. "  ", 1, true)
      assert.truthy(first, entry)
      assert.falsy(out:find(entry .. "  ", last, true))
      count = count + 1
    end
    assert.equal(75, count)
    assert.equal(75, select(2, out:gsub("  %d%d%d ", "")))
    assert.equal(6, select(2, ("\n" .. out):gsub("\n%dxx ", "")))
  end)

  cli_it("refuses what is not a class", function()
    for _, class in ipairs({ "0", "7", "7xx", "4x", "486", "xx", "4xxx", "-", "" }) do
      local status, out, err = run({ "list", class })
      assert.same({ 2, "", ('sipcodes: "%s" is not a class: 1xx to 6xx\n'):format(class) }, { status, out, err })
    end
  end)
end)

describe("the options", function()
  cli_it("show the version of the library and the date of its registry", function()
    local text = ("%s, registry of %s\n"):format(sip._VERSION, sip._REGISTRY)
    for _, arguments in ipairs({ { "--version" }, { "486", "--version" }, { "--json", "--version" } }) do
      assert.same({ 0, text, "" }, { run(arguments) })
    end
  end)

  cli_it("show help, for a command as well", function()
    for _, arguments in ipairs({ { "--help" }, { "-h" }, { "--json", "-h" } }) do
      local status, out, err = run(arguments)
      assert.same({ 0, "" }, { status, err })
      assert.equal("Usage: sipcodes [--json] CODE... | CAUSE... | NAME | WORDS | COMMAND ...", out:match("^[^\n]*"))
      for _, word in ipairs({ "show", "list", "cause", "explain", "kpi", "--json", "--version" }) do
        assert.truthy(out:find("\n   " .. word, 1, true))
      end
      assert.is_true(widest(out) <= 80)
    end
    for name, usage in pairs({
      show = "[--full] CODE... | CAUSE... | NAME | WORDS", list = "[CLASS]", cause = "[--table TABLE] CAUSE... | CODE... | NAME",
      explain = "[FILE...]", calls = "FILE... [OPTION...]", kpi = "[FILE] [--column NAME] [OPTION...]",
    }) do
      local status, out = run({ name, "--help" })
      assert.equal(0, status)
      assert.equal(("Usage: sipcodes [--json] %s %s"):format(name, usage), out:match("^[^\n]*"))
      assert.is_true(widest(out) <= 80)
    end
  end)

  cli_it("are not enough, and help is shown where nothing is asked", function()
    assert.same({ 2, (select(2, run({ "--help" }))), "" }, { run({}) })
    assert.same(
      { 2, "", "sipcodes: a code, words or a command are needed\nTry 'sipcodes --help'.\n" },
      { run({ "--json" }) }
    )
  end)

  cli_it("are misused with status 2 and a message", function()
    for _, case in ipairs({
      { { "--foo" }, "unknown option '--foo'" },
      { { "486", "--foo" }, "unknown option '--foo'" },
      { { "-486" }, "unknown option '-4'\nDid you mean '-h'?" },
      { { "--json=yes", "486" }, "option '--json' does not take arguments" },
      { { "show" }, "missing argument 'what'" },
      { { "list", "4", "5" }, "too many arguments" },
      { { "calls" }, "missing argument 'file'" },
      { { "--\27[2J" }, "unknown option '--\\x1B[2J'" },
    }) do
      local status, out, err = run(case[1])
      assert.same({ 2, "" }, { status, out })
      assert.equal("sipcodes: " .. case[2] .. "\nTry 'sipcodes --help'.\n", err)
    end
    for _, words in ipairs({ "", " ", "\t" }) do
      assert.same({ 2, "", "sipcodes: there is nothing to look for\n" }, { run({ words }) })
    end
  end)
end)

describe("missing modules", function()
  local function without(...)
    local gone = {}
    for _, name in ipairs({ ... }) do
      gone[name] = true
    end
    return {
      require = function(name)
        if gone[name] then
          error("module '" .. name .. "' not found:\n\tno field package.preload['" .. name .. "']", 0)
        end
        return require(name)
      end,
    }
  end
  local version = _VERSION:match("%d%.%d")

  it("are named in one line with the ways to get them", function()
    assert.same({ 2, "", "sipcodes: needs argparse: apt-get install lua-argparse, or luarocks --lua-version "
      .. version .. " install argparse\n" }, { run({ "486" }, nil, without("argparse")) })
    assert.same(2, (run({}, nil, without("argparse", "dkjson"))))
  end)

  cli_it("are asked for when they are needed", function()
    assert.equal(0, (run({ "486" }, nil, without("dkjson"))))
    assert.same({ 2, "", "sipcodes: needs dkjson: apt-get install lua-dkjson, or luarocks --lua-version "
      .. version .. " install dkjson\n" }, { run({ "--json", "486" }, nil, without("dkjson")) })
  end)

  it("are told from those that do not load", function()
    local status, out, err = run({ "486" }, nil, {
      require = function()
        error("argparse.lua:1: broken\nstack", 0)
      end,
    })
    assert.same({ 2, "", "sipcodes: cannot load argparse: argparse.lua:1: broken\n" }, { status, out, err })
  end)
end)

describe("--json", function()
  json_it("gives a card for each code, with all that info knows", function()
    local all = { "--json" }
    for code = 100, 699 do
      all[#all + 1] = "sip:" .. code
    end
    local cards, status = json(all)
    assert.equal(1, status)
    assert.equal(600, #cards)
    for i, card in ipairs(cards) do
      local code = 99 + i
      local info = sip.info(code)
      assert.equal(code, card.code)
      assert.equal(info ~= nil, card.known)
      assert.equal(sip.treat_as(code), card.treat_as)
      assert.is_string(card.next)
      assert.equal(sip.info(card.treat_as, "action"), card.action)
      for field, value in pairs(info or { class = sip.class(code), title = select(2, sip.class(code)) }) do
        assert.same(value, card[field])
      end
      if not info then
        assert.is_nil(card.reason)
        assert.is_false(card.registered)
      end
    end
  end)

  json_it("may stand anywhere", function()
    for _, arguments in ipairs({ { "--json", "486" }, { "486", "--json" }, { "show", "--json", "486" } }) do
      local cards, status = json(arguments)
      assert.same({ 0, 1, 486 }, { status, #cards, cards[1].code })
    end
  end)

  json_it("gives what a search finds, and where", function()
    local hits = json({ "--json", "busy" })
    local found = {}
    for i, hit in ipairs(hits) do
      found[i] = (hit.code or "cause " .. hit.cause) .. " " .. hit.matched
    end
    assert.same({ "486 phrase", "600 phrase", "cause 17 cause", "cause 815 cause", "182 note" }, found)
    local none, status = json({ "--json", "no such thing" })
    assert.same({ {}, 1 }, { setmetatable(none, nil), status })
  end)

  json_it("gives the codes of a list", function()
    local codes = {}
    for i, entry in ipairs((json({ "list", "6xx", "--json" }))) do
      codes[i] = entry.code
    end
    assert.same({ 600, 603, 604, 606, 607, 608 }, codes)
    assert.equal(75, #json({ "list", "--json" }))
  end)

  json_it("gives what explain counts", function()
    local trace = "SIP/2.0 486 Busy\nSIP/2.0 499 \255\27\nSIP/2.0 486 Busy Here\n"
    local value, status = json({ "--json", "explain" }, trace)
    assert.equal(0, status)
    assert.same({ 3, "status_lines", 3, 1 }, { value.total, value.form, #value.responses, #value.classes })
    local first, last = value.responses[1], value.responses[3]
    setmetatable(first, nil)
    assert.same({
      count = 1, code = 486, phrase = "Busy", reason = "Busy Here", differs = true, class = 4,
      title = "Client Failure", known = true, registered = true, treat_as = 486, note = sip.info(486, "note"),
      action = "later", next = "send the same request again later (Retry-After may name a time)",
      retry_after = true,
    }, first)
    assert.same({ 499, "\239\191\189\27", false, false, 400 },
      { last.code, last.phrase, last.known, last.registered, last.treat_as })
    assert.is_nil(last.reason)
    assert.same({ 4, "Client Failure", 3 }, { value.classes[1].class, value.classes[1].title, value.classes[1].count })

    local none
    none, status = json({ "--json", "explain" }, "nothing")
    assert.same({ 1, 0, 0, 0 }, { status, none.total, #none.responses, #none.classes })
  end)
end)

describe("sipcodes explain", function()
  cli_it("prints a table of the responses and totals by class", function()
    local status, out, err = run({ "explain" }, table.concat({
      "SIP/2.0 100 Trying", "SIP/2.0 486 Busy Here", "SIP/2.0 486 Quite Busy", "SIP/2.0 486 Busy Here",
      "SIP/2.0 499", "SIP/2.0 477 Send failed", "",
    }, "\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n\r\n"))
    assert.equal(0, status)
    assert.equal("", err)
    assert.equal([[
count  code  class           phrase
    1   100  Informational   Trying
             The next hop has the request and works on it. It goes one hop only,
             opens no dialog, and is never relayed or sent reliably.
             next: wait for the final response
    1   477  Client Failure  Send failed
             Send Failed (Kamailio, OpenSIPS): treated as 400 Bad Request
             A local error happened while the request was sent to the next hop.
             next: do not send the same request again to this server
    2   486  Client Failure  Busy Here
    1   486  Client Failure  Quite Busy
             registered: Busy Here
             This device is busy or its user takes no more calls now; others may
             still answer.
             next: send the same request again later (Retry-After may name a
             time)
    1   499  Client Failure  (no phrase)
             unknown: treated as 400 Bad Request
             next: do not send the same request again to this server

    6  responses
    1   17 %  1xx Informational
    5   83 %  4xx Client Failure
]], out)
  end)

  -- Every response of the demo trace, as the calls of spec/e2e/trace/make-trace are answered.
  local demo = {
    "18 100 trying -- your call is important to us",
    "7 180 Ringing",
    "1 181 Call Is Being Forwarded",
    "1 188 Still Looking",
    "17 200 OK",
    "1 200 canceling",
    "1 202 Accepted",
    "1 302 Moved Temporarily",
    "1 401 Unauthorized",
    "1 403 Forbidden",
    "1 404 Not Found",
    "3 407 Proxy Authentication Required",
    "1 408 Request Timeout",
    "1 477 Unfortunately error on sending to next hop occurred (477/TM)",
    "1 480 Vorübergehend nicht verfügbar",
    "2 486 Busy Here",
    "1 486 Quite Busy",
    "1 487 Request Terminated",
    "1 499 Not In The Mood",
    "1 500 Service Unavailable",
    "1 503 Service Unavailable",
    "1 603 Decline",
  }

  json_it("counts the demo trace as its calls were answered", function()
    local value = json({ "--json", "explain", "spec/data/trace.log" })
    local rows, methods = {}, {}
    for _, row in ipairs(value.responses) do
      if row.code == 200 and row.phrase == "OK" then
        methods[#methods + 1] = row.count .. " " .. row.method
      end
      local last = rows[#rows]
      if last and last.code == row.code and last.phrase == row.phrase then
        last.count = last.count + row.count
      else
        rows[#rows + 1] = row
      end
    end
    for i, row in ipairs(rows) do
      rows[i] = ("%d %d %s"):format(row.count, row.code, row.phrase)
    end
    assert.same(demo, rows)
    assert.same({ "7 BYE", "7 INVITE", "2 NOTIFY", "1 REGISTER" }, methods)
    assert.equal(64, value.total)
    local classes = {}
    for i, class in ipairs(value.classes) do
      classes[i] = class.count
    end
    assert.same({ 27, 19, 1, 14, 2, 1 }, classes)
  end)

  cli_it("counts the demo trace as awk does", function()
    -- A Status-Line is a response unless it is the first line after the header of a sipfrag body.
    local awk = io.popen([[awk '{ sub(/\r$/, "") }
      /^Content-Type: message\/sipfrag/ { body = 1; next }
      /^SIP\/2\.0 / { if (!body) n[substr($0, 9)]++; body = 0 }
      END { for (text in n) print n[text], text }' spec/data/trace.log]])
    local expected = {}
    for line in awk:lines() do
      expected[#expected + 1] = line
    end
    awk:close()
    local by_text = {}
    for _, row in ipairs(demo) do
      by_text[#by_text + 1] = row
    end
    table.sort(expected)
    table.sort(by_text)
    assert.same(expected, by_text)
    local status, out = run({ "explain", "spec/data/trace.log" })
    assert.equal(0, status)
    assert.truthy(out:find("\n   64  responses\n", 1, true))
    assert.is_true(widest(out) <= 80)
  end)

  local same = { "1 100 trying -- your call is important to us", "3 200 OK", "1 202 Accepted" }
  local phrase, dots = "1 480 Vorübergehend nicht verfügbar", "1 480 Vor..bergehend nicht verf..gbar"
  for name, last in pairs({
    ["tshark.txt"] = phrase, ["tshark-verbose.txt"] = phrase, ["sngrep.txt"] = phrase,
    ["ngrep.txt"] = dots, ["ngrep-byline.txt"] = dots,
  }) do
    cli_it("counts a capture alike from " .. name, function()
      local rows, status, err = explained(contents("spec/data/traces/" .. name))
      if name == "tshark.txt" then -- which has no CSeq
        assert.same({ same[1], same[2], same[3], last }, rows)
      else
        assert.same({ "1 100 INVITE  trying -- your call is important to us", "2 200 NOTIFY  OK", "1 200 BYE     OK",
          "1 202 REFER   Accepted", (last:gsub("480 ", "480 INVITE  ")) }, rows)
      end
      assert.same({ 0, "" }, { status, err })
    end)
  end

  cli_it("counts each reply in Kamailio's debug output once", function()
    local text = contents("spec/data/traces/kamailio-debug.txt")
    assert.truthy(text:find("\nSIP/2.0 480 ", 1, true))
    local rows, status, err = explained(text)
    assert.same({ same[2], same[3], phrase }, rows)
    assert.equal(0, status)
    assert.equal("sipcodes: counted the replies in Kamailio's debug output; left out the Status-Lines\n", err)
  end)

  -- tshark is there where the specs run: spec/tools/setup installs it.
  cli_it("reads a capture through tshark #slow", function()
    local function total(...)
      local _, out = run({ "explain", ... })
      return tonumber(out:match("\n *(%d+)  responses?\n"))
    end
    assert.equal(100, total("spec/data/traces/calls.pcap", "--port", "15160"))
    assert.equal(5, total("spec/data/cases/f8-tcp-two-responses-a-segment.pcap"))
    local folder = os.tmpname()
    os.remove(folder)
    assert(os.execute("mkdir -p " .. folder))
    local odd = folder .. "/it's \"odd\" $x.pcap"
    os.execute(("cp spec/data/traces/calls.pcap %q"):format(odd):gsub("%$", "\\$"):gsub("\n", ""))
    assert.equal(100, total(odd, "--port", "15160"))
    os.execute(("gzip -c spec/data/traces/calls.pcap >%s/calls.pcap.gz; head -c 3000 spec/data/traces/calls.pcap >%s/cut.pcap")
      :format(folder, folder))
    assert.equal(100, total(folder .. "/calls.pcap.gz", "--port", "15160"))
    local status, out, err = run({ "explain", folder .. "/cut.pcap" })
    assert.same({ 2, "" }, { status, out })
    assert.matches("^sipcodes: tshark cannot read " .. folder:gsub("%p", "%%%0") .. "/cut.pcap: .*cut short", err)
    os.execute("rm -r " .. folder)
    assert.same({ 2, "", 'sipcodes: "0" is not a port, 1 to 65535\n' }, { run({ "explain", "x", "--port", "0" }) })
  end)

  cli_it("says what reads a capture if tshark is missing", function()
    local env = {
      popen = function()
        return io.popen("echo 'sh: 1: tshark: not found'; echo 'exit 127'")
      end,
    }
    assert.same({ 2, "", "sipcodes: spec/data/traces/capture.pcap is a capture, which tshark reads: apt-get install tshark\n" },
      { run({ "explain", "spec/data/traces/capture.pcap" }, nil, env) })
  end)

  cli_it("says how to make text of a capture and other files", function()
    local capture, compressed, utf16 =
      "a capture, not text: tshark -r FILE -Y sip -V", "compressed, not text: zcat FILE",
      "UTF-16, not text: iconv -f UTF-16 -t UTF-8 FILE"
    for start, what in pairs({
      ["\212\195\178\161"] = capture, ["\161\178\195\212"] = capture, ["\77\60\178\161"] = capture,
      ["\161\178\60\77"] = capture, ["\10\13\13\10"] = capture, ["\31\139"] = compressed,
      ["\255\254"] = utf16, ["\254\255"] = utf16,
    }) do
      assert.same({ 2, "", ("sipcodes: standard input is %s | sipcodes explain\n"):format(what) },
        { run({ "explain" }, start .. "SIP/2.0 486 Busy Here\n") })
    end
  end)
end)

-- What one piece of text is counted as: nothing, or one row.
local forms = {
  -- A Status-Line that fills a line
  { "SIP/2.0 486 Busy Here\r\n", "486 Busy Here" },
  { "SIP/2.0 486 Busy Here\n", "486 Busy Here" },
  { "SIP/2.0 486 Busy Here\r", "486 Busy Here" },
  { "SIP/2.0 486 Busy Here", "486 Busy Here" },
  { "SIP/2.0 486 \r\n", "486 (no phrase)" },
  { "SIP/2.0 486\r\n", "486 (no phrase)" },
  { "SIP/2.0 486", "486 (no phrase)" },
  { "sip/2.0 486 Busy Here\n", "486 Busy Here" },
  { "SIP/2.0 486  Busy  Here \t\n", "486 Busy  Here" },
  { "\n\n\r\nSIP/2.0 486 Busy Here\n\n", "486 Busy Here" },
  { "\239\187\191SIP/2.0 486 Busy Here\n", "486 Busy Here" },
  { "SIP/2.0 486 Busy.\n", "486 Busy." },
  { "SIP/2.0 486 Busy..Here: x\n", "486 Busy..Here: x" },
  { "SIP/2.0 200 OK\n", "200 OK" },
  { "SIP/2.0 100 \n", "100 (no phrase)" },
  { "SIP/2.0 699 x\n", "699 x" },
  -- and with text in front or behind
  { "12:00:01.123 SIP/2.0 486 Busy Here\r\n", "486 Busy Here" },
  { "   SIP/2.0 486 Busy Here\r\n", "486 Busy Here" },
  { "2026-01-01T00:00:00Z\tin\tSIP/2.0 486 Busy Here\n", "486 Busy Here" },
  { "    Status-Line: SIP/2.0 486 Busy Here\n        Status-Code: 486\n", "486 Busy Here" },
  { " 3(77) INFO: <script>: [SIP/2.0 486 Busy Here\r\nVia: x]", "486 Busy Here" },
  { '  "sip.Status-Line": "SIP/2.0 486 Busy Here",\n', "486 Busy Here" },
  { [[{"msg":"SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP x\r\n\r\n"}]], "486 Busy Here" },
  { "kamailio[77]: INFO: SIP/2.0 486 Busy Here#015#012Via: SIP/2.0/UDP x#015", "486 Busy Here" },
  { "received [[SIP/2.0 486 Busy Here 0D  0A Via: SIP/2.0/UDP x]]\n", "486 Busy Here" },
  -- ngrep
  { "U 127.0.0.1:1 -> 127.0.0.1:2\nSIP/2.0 486 Busy Here.\nVia: x.\n.\n", "486 Busy Here" },
  { "T 127.0.0.1:1 -> 127.0.0.1:2 [AP] #3\n  SIP/2.0 486 Busy Here..Via: SIP/2.0/UDP x..\n", "486 Busy Here" },
  { "U 127.0.0.1:1 -> 127.0.0.1:2 #1\n  SIP/2.0 486 Busy Here..Vi\n  a: x\n", "486 Busy Here" },
  { "U 127.0.0.1:1 -> 127.0.0.1:2 #1 SIP/2.0 486 Busy Here..Via: SIP/2.0/UDP x....\n", "486 Busy Here" },
  { "U 127.0.0.1:1 -> 127.0.0.1:2 #1\nSIP/2.0 486.\nVia: x.\n", "486 (no phrase)" },
  -- tshark
  { "  1 0.0 127.0.0.1 → 127.0.0.1 SIP 347 Status: 486 Busy Here | \n", "486 Busy Here" },
  { "  1 0.0 127.0.0.1 → 127.0.0.1 SIP/SDP 347 Status: 200 OK (INVITE) | \n", "200 OK" },
  { "  1 0.0 127.0.0.1 → 127.0.0.1 SIP 347 Status: 200 OK (REGISTER)  (1 binding) | \n", "200 OK" },
  { "  1 0.0 127.0.0.1 -> 127.0.0.1 SIP/SDP Status: 200 OK, with session description\n", "200 OK" },
  { "Status: 486 Busy Here\n", "486 Busy Here" },
  { "0.1\tStatus: 486 Busy (INVITE) | ", "486 Busy (INVITE)" },
  { "  1 0.0 127.0.0.1 → 127.0.0.1 HTTP 347 Status: 200 OK\n", nil },
  -- no response
  { "INVITE sip:486@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n", nil },
  { "SIP/2.0/UDP 486 x\n", nil },
  { "SIP/2.0  486 x\n", nil },
  { "SIP/2.0 48\n", nil },
  { "SIP/2.0 4867 x\n", nil },
  { "SIP/2.0 486x\n", nil },
  { "SIP/2.0 486Busy\n", nil },
  { "SIP/2.0 127.0.0.1\n", nil },
  { "SIP/2.0 abc\n", nil },
  { "SIP/2.0\n", nil },
  { "SIP/2.0 ", nil },
  { "HTTP/2.0 486 x\n", nil },
  { "xSIP/2.0 486 x\n", "486 x" },
  { "/2.0 486 x", nil },
  { "P/2.0 486 x", nil },
  { "Status-Code: 486\n", nil },
  -- a body
  { "Content-Type: message/sipfrag\r\n\r\nSIP/2.0 486 x\r\n", nil },
  { "content-type : Message/sipfrag;version=2.0\nContent-Length: 15\n\nSIP/2.0 486 x\n", nil },
  { "c: message/sipfrag\n\nSIP/2.0 486 x\n", nil },
  { "Content-Type:\r\n message/sipfrag\r\n\r\nSIP/2.0 486 x\r\n", nil },
  { "Content-Type: message/sip\n\nSIP/2.0 486 x\n", nil },
  { "Content-Type: multipart/mixed\n\n--b\nContent-Type: message/sipfrag\n\nSIP/2.0 486 x\n", nil },
  { "Content-Type: message/sipfrag.\nContent-Length: 15.\n.\nSIP/2.0 486 x.\n", nil },
  { "   Content-Type: message/sipfrag\n   \n   SIP/2.0 486 x\n", nil },
  { "10:00:00.001 Content-Type: message/sipfrag\n10:00:00.001 a: b\n10:00:00.001\n10:00:00.001 SIP/2.0 486 x\n", nil },
  { "    Content-Type: message/sipfrag\n    Message Body\n        Sipfrag\n            SIP/2.0 486 x\n", nil },
  { '    "sipfrag.line": "SIP/2.0 486 x"\n', nil },
  { [["NOTIFY sip:x SIP/2.0\r\nContent-Length: 15\r\n\r\nSIP/2.0 486 x\r\n"]], nil },
  { "NOTIFY sip:x SIP/2.0#015#012Event: refer#015#012#015#012SIP/2.0 486 x", nil },
  { "  NOTIFY sip:x SIP/2.0..Content-Length: 15....SIP/2.0 486 x..\n", nil },
  { "  NOTIFY sip:x SIP/2.0..Content-Length: 15....\n  SIP/2.0 486 x..\n", nil },
  { "  NOTIFY sip:x SIP/2.0..Content-Length: 15...\n  .SIP/2.0 486 x..\n", nil },
  -- no body after all
  { "Content-Type: message/sipfrag\nContent-Length: 0\n\nSIP/2.0 486 x\n", "486 x" },
  { "Content-Type: message/sipfrag\n\n-----\nUDP message received\n\nSIP/2.0 486 x\n", "486 x" },
  { "Content-Type: message/sipfrag\nSIP/2.0 486 x\n", "486 x" },
  { "Content-Type: message/sipfrag\n\n 1(2) INFO: SIP/2.0 486 x\n", "486 x" },
  { "Content-Type: application/sdp\n\nSIP/2.0 486 x\n", "486 x" },
  { "Content-Type: application/sipfrag\n\nSIP/2.0 486 x\n", "486 x" },
  { "Accept: message/sipfrag\n\nSIP/2.0 486 x\n", "486 x" },
}

describe("the forms of a response", function()
  for _, form in ipairs(forms) do
    cli_it(("are told in %q"):format(form[1]):gsub("\\\n", "\\n"):gsub("[%c\128-\255]", "?"), function()
      local text, row = form[1], form[2]
      local rows, status = explained(text)
      assert.same({ row and "1 " .. row }, rows)
      assert.equal(row and 0 or 1, status)
      -- The same in a long trace, on both sides of where the reading is cut.
      local filler = ("Via: SIP/2.0/UDP 127.0.0.1\n"):rep(10000)
      local before = filler:sub(1, 262144 - #text + 3) .. "\n"
      rows = explained(reader({ before, text, "\n" .. filler }))
      assert.same({ row and "1 " .. row }, rows)
    end)
  end

  cli_it("are told apart from the body of the message before", function()
    local notify = "NOTIFY sip:x SIP/2.0\r\nContent-Type: message/sipfrag\r\n\r\nSIP/2.0 486 Busy Here\r\n"
    local ok = "\n---- 1\nUDP message sent\n\nSIP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n"
    assert.same({ "500 200 OK" }, (explained((notify .. ok):rep(500))))
  end)

  cli_it("are counted by one form where a trace repeats them in others", function()
    local line = "SIP/2.0 486 Busy Here\n"
    local summary = "1 0.0 127.0.0.1 SIP 9 Status: 480 Temporarily Unavailable | \n"
    local debug = " 1(2) DEBUG: parse_msg():  status:  <404>\n 1(2) DEBUG: parse_msg():  reason:  <Not Found>\n"
    local rows, _, err = explained(summary .. line)
    assert.same({ "1 486 Busy Here" }, rows)
    assert.equal("sipcodes: counted the Status-Lines; left out the one-line summaries\n", err)
    rows, _, err = explained(summary .. line .. debug)
    assert.same({ "1 404 Not Found" }, rows)
    assert.equal("sipcodes: counted the replies in Kamailio's debug output; left out the Status-Lines\n"
      .. "sipcodes: counted the replies in Kamailio's debug output; left out the one-line summaries\n", err)
  end)

  cli_it("keep the phrases of two Kamailio processes apart", function()
    local lines = {
      " 1(11) DEBUG: <core> [msg_parser.c:692]: parse_msg():  status:  <486>",
      " 2(22) DEBUG: <core> [msg_parser.c:692]: parse_msg():  status:  <404>",
      " 2(22) DEBUG: <core> [msg_parser.c:694]: parse_msg():  reason:  <Not <really> Found>",
      " 1(11) DEBUG: <core> [msg_parser.c:694]: parse_msg():  reason:  <Busy Here>",
      "Jan 1 00:00:00 host kamailio[33]: DEBUG: parse_msg():  status:  <180>",
      "Jan 1 00:00:00 host kamailio[33]: DEBUG: parse_msg():  reason:  <>",
      " 1(11) DEBUG: <core> [msg_parser.c:692]: parse_msg():  status:  <500>",
    }
    assert.same({ "1 180 (no phrase)", "1 404 Not <really> Found", "1 486 Busy Here", "1 500 (no phrase)" },
      (explained(table.concat(lines, "\n"))))
  end)

  cli_it("with numbers that are no codes are left out with a word", function()
    local rows, status, err = explained("SIP/2.0 700 x\nSIP/2.0 099 y\nSIP/2.0 486 z\nSIP/2.0 700 x\n")
    assert.same({ "1 486 z" }, rows)
    assert.same({ 0, "sipcodes: left out 3 with a code that is not 100 to 699\n" }, { status, err })
  end)
end)

describe("the input of explain", function()
  cli_it("may be empty or hold no response", function()
    assert.same({ 1, "", "sipcodes: standard input is empty\n" }, { run({ "explain" }, "") })
    assert.same({ 1, "", "sipcodes: /dev/null is empty\n" }, { run({ "explain", "/dev/null" }) })
    assert.same({ 1, "", "sipcodes: no SIP response in standard input\n" }, { run({ "explain", "-" }, "x\n") })
  end)

  cli_it("may be a file that cannot be read", function()
    assert.same({ 2, "", "sipcodes: cannot open no-such-file: No such file or directory\n" },
      { run({ "explain", "no-such-file" }) })
    assert.same({ 2, "", "sipcodes: cannot read spec: Is a directory\n" }, { run({ "explain", "spec" }) })
  end)

  cli_it("sends no control to the terminal", function()
    local status, out, err = run({ "explain" }, "SIP/2.0 486 \27(\0\127\194\155\226\128\174\255x\195\188\n")
    assert.same({ 0, "" }, { status, err })
    assert.truthy(out:find("  \\x1B(\\x00\\x7F\\xC2\\x9B\\xE2\\x80\\xAE\\xFFx\195\188\n", 1, true))
    assert.falsy(out:find("[%z\1-\9\11-\31\127]"))
  end)

  cli_it("may hold any octets", function()
    local all = {}
    for octet = 0, 255 do
      all[#all + 1] = string.char(octet)
    end
    local octets = table.concat(all)
    local text = octets:rep(50)
    assert.same({}, (explained(text)))
    assert.same({ "1 486 (no phrase)" }, (explained(octets .. "SIP/2.0 486\n" .. octets)))
    -- Each octet in the phrase of a code of its own.
    local lines, expected = {}, {}
    for octet = 0, 255 do
      local char = string.char(octet)
      lines[octet + 1] = "SIP/2.0 " .. 300 + octet .. " a" .. char .. "b\n"
      local shown = (octet < 32 or octet > 126) and ("\\x%02X"):format(octet) or char
      expected[octet + 1] = "1 " .. 300 + octet .. ((octet == 10 or octet == 13) and " a" or " a" .. shown .. "b")
    end
    assert.same(expected, (explained(table.concat(lines))))
  end)

  cli_it("comes out as UTF-8, what is none as \\xNN", function()
    local lines, expected = {}, {}
    local code = 100
    for first = 192, 247 do
      for _, second in ipairs({ 0, 127, 128, 143, 144, 159, 160, 191, 192, 255 }) do
        local valid = first >= 194 and first <= 223 and second >= 128 and second <= 191
          or first >= 224 and first <= 239 and second >= (first == 224 and 160 or 128)
            and second <= (first == 237 and 159 or 191)
          or first >= 240 and first <= 244 and second >= (first == 240 and 144 or 128)
            and second <= (first == 244 and 143 or 191)
        local is_shown = valid and (first > 194 or second > 159)
        lines[#lines + 1] = ("SIP/2.0 %d "):format(code) .. string.char(first, second, 191, 191) .. "\n"
        expected[#expected + 1] = is_shown and string.char(first, second) or ("\\x%02X"):format(first)
        code = code + 1
      end
    end
    local rows = explained(table.concat(lines))
    assert.equal(#expected, #rows)
    for i, start in ipairs(expected) do
      assert.equal(start, rows[i]:sub(7, 6 + #start))
    end
  end)

  cli_it("is cut where a phrase is very long", function()
    local rows = explained("SIP/2.0 486 " .. ("x"):rep(256) .. "\nSIP/2.0 487 " .. ("y"):rep(300000))
    assert.same({ "1 486 " .. ("x"):rep(256), "1 487 " .. ("y"):rep(256) .. "..." }, rows)
    rows = explained("SIP/2.0 486 " .. ("x"):rep(255) .. "\195\188\195\188\n")
    assert.same({ "1 486 " .. ("x"):rep(255) .. "..." }, rows)
  end)

  cli_it("tells two hundred phrases of a code apart, and counts the others together", function()
    local lines = {}
    for i = 1, 1000 do
      lines[i] = ("SIP/2.0 486 Busy %04d\n"):format(i)
    end
    lines[1001] = "SIP/2.0 486 Busy 0007\nSIP/2.0 487 x\n"
    local rows, status = explained(table.concat(lines))
    assert.equal(0, status)
    assert.equal(202, #rows)
    assert.same({ "2 486 Busy 0007", "1 486 Busy 0001" }, { rows[1], rows[2] })
    assert.same({ "800 486 (other phrases)", "1 487 x" }, { rows[201], rows[202] })
  end)

  cli_it("may come in pieces of any size", function()
    local text = contents("spec/data/trace.log")
    local _, expected = run({ "explain" }, text)
    for _, size in ipairs({ 1000, 4096, 262143, 262144 }) do
      local at = 1
      local stream = reader(function()
        local piece = text:sub(at, at + size - 1)
        at = at + size
        return piece ~= "" and piece or nil
      end)
      assert.equal(expected, (select(2, run({ "explain" }, stream))))
    end
  end)

  cli_it("takes no more memory when it is longer, also as one line #slow", function()
    for _, text in ipairs({
      "x", "\0", "SIP/2.0 486 Busy Here ... ", "SIP/2.0 486 Busy Here\r\n", "Content-Type: message/sipfrag, ",
      "Status: 486 ", "/2.0 ",
    }) do
      assert.is_true(command.held(text .. ("x"):rep(400) .. " ", 12, explained) < 2048)
    end
    local _, rows = command.held("SIP/2.0 486 Busy Here\r\nVia: SIP/2.0/UDP 127.0.0.1\r\n", 12, explained)
    assert.same({ ("%d 486 Busy Here"):format(12 * math.floor(262144 / 51)) }, rows)
  end)

  describe("shows progress", function()
    -- A file said to be of this size, of which five blocks can be read.
    local function file_of(size)
      local block = "SIP/2.0 486 Busy Here\n" .. ("x"):rep(262144 - 22)
      local blocks = { block, block, block, block, block }
      local stream = reader(blocks)
      function stream.seek(_, whence)
        return whence == "end" and size or 262144 * (5 - #blocks)
      end
      return stream
    end
    local function terminal(answer, asked)
      return {
        isatty = function(descriptor)
          if descriptor < 2 then
            return false -- neither input nor output is a terminal
          end
          asked[#asked + 1] = descriptor
          return answer
        end,
      }
    end

    cli_it("of a large file, where stderr is a terminal", function()
      local asked = {}
      local status, _, err = run({ "explain" }, file_of(33554432), terminal(true, asked))
      assert.equal(0, status)
      assert.same({ 2 }, asked)
      assert.equal("\r  0 %\r  1 %\r  2 %\r  3 %\r     \r", err)
      err = select(3, run({ "explain" }, file_of(1e12), terminal(true, asked)))
      assert.equal("\r  0 %\r     \r", err)
    end)

    cli_it("nowhere else", function()
      local asked = {}
      assert.equal("", select(3, run({ "explain" }, file_of(33554431), terminal(true, asked))))
      assert.same({}, asked)
      assert.equal("", select(3, run({ "explain" }, file_of(33554432), terminal(false, asked))))
      assert.same({ 2 }, asked)
    end)
  end)
end)

describe("trouble with the output", function()
  local function failing(message, code, at_flush)
    local stream = writer()
    local function failed()
      return nil, message, code
    end
    stream[at_flush and "flush" or "write"] = failed
    return stream
  end

  cli_it("is told, with status 2", function()
    for _, at_flush in ipairs({ false, true }) do
      local stdout = failing("No space left on device", 28, at_flush)
      local status, _, err = run({ "486" }, nil, { stdout = stdout })
      assert.same({ 2, "sipcodes: cannot write: No space left on device\n" }, { status, err })
    end
  end)

  cli_it("is not told where nobody reads on", function()
    for _, at_flush in ipairs({ false, true }) do
      local stdout = failing("Broken pipe", 32, at_flush)
      local status, _, err = run({ "explain" }, "SIP/2.0 486 Busy Here\n", { stdout = stdout })
      assert.same({ 141, "" }, { status, err })
    end
  end)

  cli_it("and Ctrl-C end it without a traceback, a bug with its place", function()
    local stdout = writer()
    stdout.write = function()
      error("lua: interrupted!", 0)
    end
    assert.equal(130, (run({ "486" }, nil, { stdout = stdout })))
    stdout.write = function()
      error("a bug", 0)
    end
    assert.has_error(function()
      run({ "486" }, nil, { stdout = stdout })
    end, "a bug")
  end)
end)

-- The launcher as a process of its own, run by the Lua that runs this.
describe("the command as a process", function()
  local lua = arg and arg[-1] or "lua"
  local launcher = ("LUA_PATH='%s' LUA_CPATH='%s' %s lua/bin/sipcodes"):format(package.path, package.cpath, lua)

  -- What a shell prints for a script in which $sipcodes is the command.
  local function shell(script)
    local pipe = io.popen(("sipcodes() { %s \"$@\"; }\n%s"):format(launcher, script))
    local text = pipe:read("*a")
    pipe:close()
    return text
  end

  cli_it("exits as it should", function()
    assert.equal("0\n", shell("sipcodes 486 >/dev/null; echo $?"))
    assert.equal("1\n", shell("sipcodes 499 >/dev/null; echo $?"))
    assert.equal("2\n", shell("sipcodes --foo 2>/dev/null; echo $?"))
    assert.equal("2\n", shell("sipcodes | tail -n 0; sipcodes >/dev/null; echo $?"))
    assert.equal("1\n", shell("sipcodes explain </dev/null 2>/dev/null; echo $?"))
  end)

  cli_it("prints what main prints", function()
    assert.equal((select(2, run({ "explain" }, contents("spec/data/trace.log")))),
      shell("unset COLUMNS; sipcodes explain <spec/data/trace.log 2>&1"))
    assert.equal((select(2, run({ "explain" }, contents("spec/data/trace.log")))),
      shell("unset COLUMNS; cat spec/data/trace.log | sipcodes explain 2>&1"))
    assert.equal("sipcodes: standard input is empty\n", shell("sipcodes explain </dev/null 2>&1"))
  end)

  cli_it("ends quietly when its reader has gone", function()
    local codes = {}
    for code = 100, 699 do
      codes[#codes + 1] = code
    end
    local cards = "sipcodes " .. table.concat(codes, " ")
    assert.equal("100 Trying\n", shell(("{ %s 2>&1 >&3 | sed 's/^/stderr: /' >&2; } 3>&1 | head -n 1"):format(cards)))
    assert.equal("100 Trying\n141\n",
      shell(("trap '' PIPE; { { %s; echo $? >&2; } 2>&3 | head -n 1; } 3>&1"):format(cards)))
  end)

  cli_it("tells of an output that is full", function()
    assert.equal("sipcodes: cannot write: No space left on device\n2\n",
      shell("sipcodes 486 2>&1 >/dev/full; echo $?"))
  end)

  it("says in one line what it lacks", function()
    local function bare(cpath)
      return shell(("LUA_PATH='./lua/?.lua' LUA_CPATH='%s' %s lua/bin/sipcodes 486 2>&1; echo $?"):format(cpath, lua))
    end
    assert.truthy(bare(package.cpath):find("^sipcodes: needs argparse: apt%-get install [^\n]*\n2\n$"))
    assert.truthy(bare("none/?.so"):find(
      "^sipcodes: cannot load the library sipcodes in Lua %d%.%d: module 'sipcodes' not found\n2\n$"))
    local other = _VERSION > "Lua 5.3" and "5.1" or "5.4"
    local wrong = bare("./build/" .. other .. "/?.so")
    assert.truthy(wrong:find("^sipcodes: cannot load the library sipcodes in Lua %d%.%d: [^\n]*\n2\n$"))
    assert.truthy(wrong:find("undefined symbol: lua", 1, true))
  end)
end)

describe("JSON", function()
  -- The first keys of what a command prints, each with the depth at which it stands.
  for arguments, expected in pairs({
    [{ "486" }] = "code reason name class title known registered treat_as rfc section",
    [{ "list", "3xx" }] = "code reason name class title",
    [{ "cause", "17" }] = "cause text in_q850 freeswitch",
    [{ "explain", "spec/data/trace.log" }] = "total form responses count code method phrase reason",
    [{ "calls", "spec/data/trace.log" }] = "total calls start from to call_id code phrase outcome tried pdd duration",
    [{ "kpi", "spec/data/trace.log" }] = "attempts ser seer isa asr ner ner_set read_as left_out",
  }) do
    json_it("has its keys in order: " .. table.concat(arguments, " "), function()
      local _, out = run({ "--json", (table.unpack or unpack)(arguments) }) -- luacheck: ignore 113 143
      local keys = {}
      for key in out:gmatch('"([%w_]+)":') do
        keys[#keys + 1] = key
      end
      assert.equal(expected, table.concat(keys, " "):sub(1, #expected))
    end)
  end
end)
