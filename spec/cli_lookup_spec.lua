-- sipcodes X...: one lookup for codes, causes, names, words and field values.
local command = require("spec.support.command")
local rows = require("spec.support.rows")
local cause = require("sipcodes.cause")
local examples = require("sipcodes.cli.examples")
local near = require("sipcodes.cli.near")
local sip = require("sipcodes")
local vocabulary = require("sipcodes.cli.vocabulary")

local unpack = table.unpack or unpack -- luacheck: ignore 143
local cli_it, json_it = command.its(it, pending)
local run, json = command.run, command.json

-- Questions as people type them: the arguments, how they are read (nil if nothing is said), and the titles
-- of what is shown, or the lines of a list.
local questions = {
  { { "486" }, nil, "486 Busy Here" },
  { { "486,503" }, nil, "486 Busy Here", "503 Service Unavailable" },
  { { "486", "/", "503" }, nil, "486 Busy Here", "503 Service Unavailable" },
  { { "sip", "488" }, nil, "488 Not Acceptable Here" },
  { { "SIP", "error", "503?" }, nil, "503 Service Unavailable" },
  { { "what does 480 mean" }, nil, "480 Temporarily Unavailable" },
  { { "response code 183" }, nil, "183 Session Progress" },
  { { "sip:102" }, nil, "102 (unknown)" },
  { { "102" }, nil, "cause 102 Recovery on timer expiry" },
  { { "100" }, nil, "100 Trying" },
  { { "603+" }, nil, "603 Decline" },
  { { "what is 603 network blocked" }, 'a response code with the phrase "network blocked"', "603 Decline" },
  { { "17" }, nil, "cause 17 User busy" },
  { { "17,", "34" }, nil, "cause 17 User busy", "cause 34 No circuit/channel available" },
  { { "q850 cause 34" }, nil, "cause 34 No circuit/channel available" },
  { { "Q.850", "34" }, nil, "cause 34 No circuit/channel available" },
  { { "isup 100" }, nil, "cause 100 Invalid information element contents" },
  { { "hangup cause 487" }, nil, "cause 487 ORIGINATOR_CANCEL" },
  { { "487 cause" }, nil, "cause 487 ORIGINATOR_CANCEL" },
  { { "503 error" }, nil, "503 Service Unavailable" },
  { { "sip cause 486" }, nil, "486 Busy Here" },
  { { "802" }, nil, "cause 802 ALLOTTED_TIMEOUT" },
  { { "0" }, nil, "cause 0 NONE" },
  { { "17 User busy" }, 'a cause with the text "User busy"', "cause 17 User busy" },
  { { "BUSY_HERE" }, "the phrase and the constant of 486", "486 Busy Here" },
  { { "USER_BUSY" }, "the Q.850 text and FreeSWITCH's name of cause 17", "cause 17 User busy" },
  { { "SWITCH_CAUSE_USER_BUSY" }, "the Q.850 text and FreeSWITCH's name of cause 17", "cause 17 User busy" },
  { { "AST_CAUSE_NO_ROUTE_DESTINATION" }, "Asterisk's name of cause 3", "cause 3 No route to destination" },
  { { "PJSIP_SC_UNSUPPORTED_CERTIFICATE" }, "another phrase of 437; FreeSWITCH's name of cause 822",
    "437 Unsupported Credential", "cause 822 UNSUPPORTED_CERTIFICATE" },
  { { "Normal Clearing" }, "FreeSWITCH's name and Yate's name of cause 16", "cause 16 Normal call clearing" },
  { { "normal", "call", "clearing" }, "the Q.850 text of cause 16", "cause 16 Normal call clearing" },
  { { "chanunavail" }, "Asterisk's disposition of 503", "503 Service Unavailable" },
  { { "net-out-of-order" }, "Yate's name of cause 38", "cause 38 Network out of order" },
  { { "USER_BUSY,", "NO_ROUTE_DESTINATION" },
    "the Q.850 text and FreeSWITCH's name of cause 17; FreeSWITCH's name of cause 3",
    "cause 17 User busy", "cause 3 No route to destination" },
  { { "request cancelled" }, "another phrase of 487", "487 Request Terminated" },
  { { "unwanted" }, "the phrase and the constant of 607; FreeSWITCH's name of cause 819", "607 Unwanted",
    "cause 819 UNWANTED" },
  { { "why do I get a 488 from my carrier" }, "the response code 488 in these words", "488 Not Acceptable Here" },
  { { "freeswitch hangup cause 34, what now" }, "the cause 34 in these words", "cause 34 No circuit/channel available" },
  { { "10:00:01 recv Reason: Q.850 ;cause=17" }, "a Reason field value", "Reason", "cause 17 User busy" },
  { { "BYE" }, "a request", "BYE request" },
  { { "media type not available" }, "the text of warn-code 304", "warn-code 304 Media type not available" },
  { { "304" }, nil, "304 (unknown)" },
  { { "SIP/2.0 486 Quite Busy" }, 'a Status-Line with the phrase "Quite Busy" in place of "Busy Here"', "486 Busy Here" },
  { { "<- SIP/2.0 480" }, "a Status-Line without a phrase", "480 Temporarily Unavailable" },
  { { "SIP 486 Busy Here" }, 'a Status-Line with the phrase "Busy Here"', "486 Busy Here" },
  { { "480 No Routes Found" }, 'a response code with the phrase "No Routes Found"', "480 Temporarily Unavailable" },
  { { 'Q.850;cause=34;text="x"' }, "a Reason field value", "Reason", "cause 34 No circuit/channel available" },
  { { "Reason: SIP;cause=486, Q.850;cause=17" }, "a Reason field value", "Reason", "486 Busy Here", "cause 17 User busy" },
  { { 'Warning: 304 gw "Media type"' }, "a Warning field value", "Warning" },
  { { "304", "gw", '"Media type"' }, "a Warning field value", "Warning" },
  { { "304", "gw", "bearer", "missing" }, "a Warning field value", "Warning" },
  { { "302 Moved for now" }, 'a response code with the phrase "Moved for now"', "302 Moved Temporarily" },
  { { "399 gw1.example.com Codec" }, "a Warning field value", "Warning" },
  { { "499 What is this" }, 'a response code with the phrase "What is this"', "499 (unknown)" },
  { { "Retry-After: 120" }, "a Retry-After field value", "Retry-After" },
  { { "18000;duration=3600" }, "a Retry-After field value", "Retry-After" },
  { { "busy" }, nil, "486 Busy Here", "600 Busy Everywhere", "cause 17 User busy", "cause 815 BUSY_EVERYWHERE",
    "182 Queued" },
  { { "barred" }, nil, "cause 52 Outgoing calls barred", "cause 53 Outgoing calls barred within CUG",
    "cause 54 Incoming calls barred", "cause 55 Incoming calls barred within CUG" },
  { { "Min-Expires" }, nil, "423 Interval Too Brief", "422 Session Interval Too Small" },
  { { "www-authenticate" }, nil, "401 Unauthorized", "407 Proxy Authentication Required" },
}

-- How the output says that it has read the question, and its titles: the lines that are not indented.
local function reading_and_titles(out)
  local reading = out:match("^Read as (.-)%.\n\n")
  local titles = {}
  for line in out:gsub("^Read as .-\n\n", ""):gmatch("[^\n]+") do
    titles[#titles + 1] = line:match("^%S.*$")
  end
  return reading and reading:gsub("\n *", " "), titles
end

describe("sipcodes answers", function()
  for _, question in ipairs(questions) do
    cli_it(table.concat(question[1], " "), function()
      local status, out, err = run(question[1])
      local reading, titles = reading_and_titles(out)
      assert.equal(question[2], reading)
      assert.same({ select(3, unpack(question, 1, #question + 1)) }, titles)
      assert.equal("", err)
      assert.equal(question[3]:find("(unknown)", 1, true) and 1 or 0, status)
      -- The first title stands on the first screen.
      assert.truthy(out:find(question[3], 1, true) < 1000)
    end)
  end
end)

-- What is not found, and what is offered in its place.
local misspelt = {
  { "bsuy", "486 Busy Here, 600 Busy Everywhere or cause 17 User busy" },
  { "forbiden", "403 Forbidden" },
  { "temporarly unavailable", "480 Temporarily Unavailable" },
  { "user bussy", "cause 17 User busy" },
  { "userbusy", "cause 17 User busy" },
  { "NORMAL_CLAERING", "cause 16 Normal call clearing" },
  { "chanunavial", "503 Service Unavailable" },
  { "proxy autentication", "407 Proxy Authentication Required" },
}

describe("what is not found", function()
  for _, case in ipairs(misspelt) do
    cli_it("offers what is called almost so: " .. case[1], function()
      local status, out, err = run({ case[1] })
      assert.same({ 1, "" }, { status, out })
      local start = ('sipcodes: nothing is called or described by "%s"\nDid you mean %s'):format(case[1], case[2])
      assert.equal(start, err:sub(1, #start))
    end)
  end

  cli_it("offers three names at most, each once, and nothing if nothing is near", function()
    local _, _, err = run({ "unavailabel" })
    local offered = err:match("Did you mean (.*)%?\n$")
    assert.equal(3, 1 + select(2, offered:gsub(", ", "")) + select(2, offered:gsub(" or ", "")))
    assert.same({ 1, "", 'sipcodes: nothing is called or described by "qwertyuiop"\n' }, { run({ "qwertyuiop" }) })
    assert.equal('sipcodes: nothing is called or described by "' .. ("bsuy"):rep(20) .. '"\n',
      select(3, run({ ("bsuy"):rep(20) })))
  end)

  it("is compared by changed, added, missing and swapped letters", function()
    for _, case in ipairs({
      { "busy", "busy", 0 }, { "bsuy", "busy", 1 }, { "bus", "busy", 1 }, { "bussy", "busy", 1 }, { "bosy", "busy", 1 },
      { "", "busy", 4 }, { "busy", "", 4 }, { "ca", "abc", 3 }, { "kitten", "sitting", 3 },
    }) do
      assert.equal(case[3], near.distance(case[1], case[2]))
    end
  end)
end)

describe("the names", function()
  cli_it("lead from each cause name to its cause", function()
    for number = 1, 127 do
      for _, name in ipairs({ "rfc3398", "freeswitch", "asterisk", "yate" }) do
        local text = cause.text(number, name)
        local is_there = text == nil
        for _, entry in ipairs(text and vocabulary.named(text) or {}) do
          is_there = is_there or entry.cause == number
        end
        assert.is_true(is_there, text)
      end
    end
    for _, row in ipairs(rows.tsv("spec/data/freeswitch_causes.tsv")) do
      local status, out = run({ row.name })
      assert.equal(0, status)
      local number = cause.freeswitch(row.name)
      assert.truthy(("\n" .. out):find(("\ncause %d "):format(number), 1, true), row.name)
    end
  end)

  cli_it("lead from a code to its causes and back", function()
    local _, out = run({ "404" })
    assert.truthy(out:find("\n  causes        1 Unallocated (unassigned) number: rfc3398,", 1, true))
    _, out = run({ "1" })
    assert.truthy(out:find("\n  responses     404 Not Found", 1, true))
    assert.truthy(out:find("\n  made from     404", 1, true))
  end)
end)

describe("field values", function()
  cli_it("are explained value by value", function()
    assert.equal([[
Read as a Reason field value.

Reason
  value 1       SIP cause 486: Busy Here
  value 2       Q.850 cause 17: User busy; text "User busy"; location LN
  trusted       Q.850 cause 17, if a script asks for one value
  in Lua        sip.header.pick(value)
]], (select(2, run({ 'SIP;cause=486, Q.850;cause=17;text="User busy";location=LN' })):match("^(.-)\n486")))
    assert.equal([[
Read as a Warning field value.

Warning
  value 1       304: Media type not available; from gw; text "bearer not there"
  with 488      the cause is 65 Bearer capability not implemented in rfc3398,
                rfc4497
  with 606      the cause is 65 Bearer capability not implemented in rfc3398,
                rfc4497
  in Lua        sip.header.warning(value)
]], (select(2, run({ "Warning: 304 gw bearer not there" }))))
    assert.equal([[
Read as a Retry-After field value.

Retry-After
  wait          93784 seconds (1 d 2 h 3 min 4 s) before the request is sent
                again
  comment       in a meeting
  reachable     for 3600 seconds (1 h) after that
  may be in     404 413 480 486 500 503 600 603
  in Lua        sip.header.retry_after(value)
]], (select(2, run({ "93784 (in a meeting);duration=3600" }))))
  end)

  cli_it("are read leniently, and what was passed over is said", function()
    local _, out = run({ "Q.850;cause=16;text=Normal clearing;;x" })
    assert.truthy(out:find("\n  passed over   ", 1, true))
    assert.truthy(out:find('\n  value 1       Q.850 cause 16: Normal call clearing; text "Normal clearing"\n', 1, true))
  end)

  cli_it("tell of a 603+, and of other protocols", function()
    local _, out = run({ 'SIP;cause=603;text="v=analytics1;url=https://x.example;id=7";location=TN' })
    assert.truthy(out:find("\n  603+          With 603 Network Blocked this is a call-blocking notification.\n"
      .. "  url           https://x.example\n  id            7\n  location      TN\n", 1, true))
    _, out = run({ "STIR;cause=436" })
    assert.truthy(out:find("\n  value 1       STIR cause 436: Bad Identity Info\n", 1, true))
  end)

  cli_it("with their name are refused with the parser's message if they cannot be read", function()
    for value, problem in pairs({
      ["Warning: 304"] = '"304" is not a Warning: ', ["retry-after: soon"] = '"soon" is not a Retry-After: ',
      ["Reason:"] = '"" is not a Reason: ',
    }) do
      local status, out, err = run({ value })
      assert.same({ 1, "" }, { status, out })
      assert.equal("sipcodes: " .. problem, err:sub(1, #problem + 10))
    end
  end)

  cli_it("never reach the terminal with controls", function()
    local _, out = run({ 'Q.850;cause=17;text="\27[2J\194\155"' })
    assert.falsy(out:find("[\27\155]"))
  end)

  json_it("are JSON with what was read", function()
    local list = json({ "--json", 'Q.850;cause=17;text="\255"' })
    assert.same({ "Reason", "Q.850", 17, "User busy", "\239\191\189", "a Reason field value" }, {
      list[1].field, list[1].values[1].protocol, list[1].values[1].cause, list[1].values[1].meaning,
      list[1].values[1].text, list[1].read_as,
    })
    assert.same({ 17, "User busy" }, { list[2].cause, list[2].text })
  end)
end)

describe("--json of a lookup", function()
  json_it("groups the causes and the responses by what the tables say", function()
    local card = json({ "--json", "486" })[1]
    assert.same({ carrier = false, rfc = false }, { carrier = card.failover.carrier, rfc = card.failover.rfc })
    assert.same({ 1, 17, true, 11, 0 },
      { #card.causes, card.causes[1].cause, card.causes[1].everywhere, #card.causes[1].tables, #card.causes[1].default })
    card = json({ "--json", "21" })[1]
    assert.same({ 21, "Call rejected", "CALL_REJECTED", "AST_CAUSE_CALL_REJECTED", "rejected", true },
      { card.cause, card.text, card.freeswitch, card.names.asterisk, card.names.yate, card.in_q850 })
    assert.same({ 403, 6, 603, 406 },
      { card.responses[1].code, #card.responses[1].tables, card.responses[2].code, card.responses[3].code })
  end)

  json_it("agrees with the library for every code and cause", function()
    local words = { "--json" }
    for code = 200, 699 do
      words[#words + 1] = "sip:" .. code
    end
    for number = 1, 127 do
      words[#words + 1] = tostring(number)
    end
    local checked = 0
    for _, card in ipairs((json(words))) do
      for _, group in ipairs(card.causes or card.responses) do
        for _, name in ipairs(group.tables) do
          local expected = card.code and cause.from_sip(card.code, name) or card.cause and cause.to_sip(card.cause, name)
          assert.equal(expected or nil, card.code and group.cause or group.code)
          checked = checked + 1
        end
      end
      if card.failover then
        assert.equal((sip.routing.failover(card.code)), card.failover.carrier)
        assert.equal((sip.routing.policy({ base = "rfc" })(card.code)), card.failover.rfc)
      end
    end
    assert.is_true(checked > 6000)
  end)
end)

-- The words of a command line, in quotes or not.
local function words_of(line)
  local words = {}
  for quoted, word in line:gsub("'([^']*)'", function(text) return "\1" .. text:gsub(" ", "\2") .. "\1" end)
    :gmatch("(\1?)([^ \1]+)") do
    words[#words + 1] = quoted == "" and word or word:gsub("\2", " ")
  end
  return words
end

describe("the examples", function()
  for name, list in pairs(examples) do
    cli_it("of " .. name .. " are in its help, and do what they say", function()
      local help = select(2, run(name == "sipcodes" and { "--help" } or { name, "--help" }))
      for _, example in ipairs(list) do
        assert.truthy(help:find("\n   $ " .. example[1] .. "\n       " .. example[2] .. "\n", 1, true), example[1])
        local words = words_of(example[1]:match("sipcodes (.*)$") or "help")
        local reads_file = words[1] == "explain" or words[1] == "calls" or words[1] == "kpi"
        assert.equal(0, (run(reads_file and { words[1], "--help" } or words)), example[1])
      end
    end)
  end
end)

describe("a command that waits for someone to type", function()
  cli_it("says so at once", function()
    local function says(is_terminal)
      return select(3, run({ "explain" }, "SIP/2.0 486 Busy Here\n", {
        isatty = function(descriptor)
          return descriptor == 0 and is_terminal
        end,
      }))
    end
    assert.equal("sipcodes: reading what you type; end it with Ctrl-D\n", says(true))
    assert.equal("", says(false))
  end)
end)

describe("sipcodes help", function()
  cli_it("is a command, and not a search", function()
    assert.same({ run({ "--help" }) }, { run({ "help" }) })
    assert.same({ run({ "cause", "--help" }) }, { run({ "help", "cause" }) })
    assert.same({ 2, "", 'sipcodes: there is no command "me"\nTry \'sipcodes --help\'.\n' }, { run({ "help", "me" }) })
  end)
end)
