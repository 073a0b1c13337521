-- The calls in captures and logs.
local unpack = table.unpack or unpack -- luacheck: ignore 143
local command = require("spec.support.command")

local cli_it, json_it = command.its(it, pending)
local run, json = command.run, command.json

local CALLER, PROXY, GATEWAY = "192.0.2.1:5060", "192.0.2.2:5060", "192.0.2.3:5060"

-- A log of one call: functions that add a message, a second after the last one.
local function new_log(call_id)
  local log = { text = "", second = 0, call_id = call_id or "c1" }

  -- via: "host branch" of each Via field, the top one first.
  local function add(start, method, via, fields)
    log.second = log.second + 1
    local lines = { ("2026-11-25 10:00:%02d.000 UDP"):format(log.second), start }
    for _, text in ipairs(via) do
      lines[#lines + 1] = ("Via: SIP/2.0/UDP %s;branch=z9hG4bK%s"):format(text:match("^(%S+) (%S+)$"))
    end
    lines[#lines + 1] = "From: <sip:alice@example.com>;tag=" .. (fields.tag or "a1")
    lines[#lines + 1] = "To: <sip:+4930123@example.com>" .. (fields.to_tag and ";tag=" .. fields.to_tag or "")
    lines[#lines + 1] = "Call-ID: " .. log.call_id
    lines[#lines + 1] = ("CSeq: %d %s"):format(fields.cseq or 1, method)
    lines[#lines + 1] = fields.reason and "Reason: " .. fields.reason
    log.text = log.text .. table.concat(lines, "\r\n") .. "\r\n\r\n"
  end

  function log.request(method, via, fields)
    add(method .. " sip:+4930123@example.com SIP/2.0", method, via, fields or {})
    return log
  end

  function log.response(line, via, fields)
    add("SIP/2.0 " .. line, fields and fields.method or "INVITE", via, fields or {})
    return log
  end

  return log
end

local A = CALLER .. " a"
local function behind(branch)
  return { PROXY .. " " .. branch, A }
end

-- A call as text: "code outcome [tried] pdd duration protocol cause".
local function shown(call)
  local parts = { call.code or "-", call.outcome, "[" .. table.concat(call.tried, " ") .. "]", call.pdd or "-",
    call.duration or "-" }
  if call.cause then
    parts[#parts + 1] = call.protocol .. " " .. call.cause
  end
  for i, part in ipairs(parts) do
    parts[i] = type(part) == "number" and ("%g"):format(part) or part
  end
  return table.concat(parts, " ")
end

local function calls_of(text, ...)
  local report, status, err = json({ "--json", "calls", "-", ... }, text)
  local list = {}
  for i, call in ipairs(report.calls) do
    list[i] = shown(call)
  end
  return list, report, status, err
end

-- A log, and its calls.
local logs = {
  ["an answered call"] = { new_log().request("INVITE", { A }).response("100 Trying", { A }).response("180 Ringing", { A })
    .response("200 OK", { A }).request("ACK", { A }).request("BYE", { CALLER .. " x" }, { cseq = 2, to_tag = "b1" }),
    "200 answered [] 2 2" },
  ["a call that is released with a Reason"] = { new_log().request("INVITE", { A }).response("200 OK", { A })
    .request("BYE", { CALLER .. " x" }, { reason = 'Q.850;cause=16;text="Normal"', to_tag = "b1" }),
    "200 answered [] 1 1 Q.850 16" },
  ["a busy phone"] = { new_log().request("INVITE", { A }).response("486 Busy Here", { A }, { reason = "Q.850;cause=17" })
    .request("ACK", { A }), "486 busy [] 1 - Q.850 17" },
  ["a Reason that is not well-formed"] = { new_log().request("INVITE", { A })
    .response("503 Service Unavailable", { A }, { reason = 'Q.850;cause="34";' }), "503 network failure [] 1 - Q.850 34" },
  ["retransmissions"] = { new_log().request("INVITE", { A }).request("INVITE", { A }).response("486 Busy Here", { A })
    .response("486 Busy Here", { A }), "486 busy [] 2 -" },
  ["serial failover"] = { new_log().request("INVITE", { A }).request("INVITE", behind("p1"))
    .response("503 Service Unavailable", behind("p1")).request("INVITE", behind("p2"))
    .response("404 Not Found", behind("p2")).request("INVITE", behind("p3")).response("486 Busy Here", behind("p3"))
    .response("486 Busy Here", { A }), "486 busy [503 404 486] 7 -" },
  ["failover after a gateway that says nothing"] = { new_log().request("INVITE", { A }).request("INVITE", behind("p1"))
    .request("INVITE", behind("p1")).request("INVITE", behind("p2")).response("200 OK", behind("p2"))
    .response("200 OK", { A }), "200 answered [408 200] 5 -" },
  ["a fork"] = { new_log().request("INVITE", { A }).request("INVITE", behind("p1")).request("INVITE", behind("p2"))
    .response("180 Ringing", behind("p1")).response("180 Ringing", { A }).response("200 OK", behind("p2"))
    .response("200 OK", { A }).request("CANCEL", behind("p1"), { reason = 'SIP;cause=200;text="Call completed elsewhere"' })
    .response("200 OK", behind("p1"), { method = "CANCEL" }).response("487 Request Terminated", behind("p1")),
    "200 answered [487 200] 4 - SIP 200" },
  ["more hops"] = { new_log().request("INVITE", { A }).request("INVITE", behind("p1"))
    .request("INVITE", { GATEWAY .. " g1", PROXY .. " p1", A })
    .response("404 Not Found", { GATEWAY .. " g1", PROXY .. " p1", A }).response("404 Not Found", behind("p1"))
    .response("404 Not Found", { A }), "404 not reachable [404] 5 -" },
  ["authentication"] = { new_log().request("INVITE", { A }).response("407 Proxy Authentication Required", { A })
    .request("ACK", { A }).request("INVITE", { CALLER .. " b" }, { cseq = 2 })
    .response("180 Ringing", { CALLER .. " b" }, { cseq = 2 }).response("200 OK", { CALLER .. " b" }, { cseq = 2 }),
    "200 answered [] 4 -" },
  ["a redirection that is followed"] = { new_log().request("INVITE", { A }).response("302 Moved Temporarily", { A })
    .request("INVITE", { CALLER .. " b" }, { cseq = 2 }).response("480 Away", { CALLER .. " b" }, { cseq = 2 }),
    "480 no answer [] 3 -" },
  ["a caller who gives up"] = { new_log().request("INVITE", { A }).response("180 Ringing", { A }).request("CANCEL", { A })
    .response("200 canceling", { A }, { method = "CANCEL" }).response("487 Request Terminated", { A }),
    "487 cancelled [] 1 -" },
  ["a re-INVITE that fails"] = { new_log().request("INVITE", { A }).response("200 OK", { A })
    .request("INVITE", { CALLER .. " r" }, { cseq = 2, to_tag = "b1" })
    .response("488 Not Acceptable Here", { CALLER .. " r" }, { cseq = 2, to_tag = "b1" })
    .request("BYE", { CALLER .. " x" }, { cseq = 3, to_tag = "b1" }), "200 answered [] 1 3" },
  ["the messages behind a proxy alone"] = { new_log().request("INVITE", behind("p1"))
    .response("503 Service Unavailable", behind("p1")).request("INVITE", behind("p2"))
    .response("486 Busy Here", behind("p2")), "486 busy [503 486] 1 -" },
  ["a response that comes before its INVITE"] = { new_log().response("486 Busy Here", { A }).request("INVITE", { A }),
    "486 busy [] - -" },
  ["a final response without Via"] = { new_log().request("INVITE", { A }).response("180 Ringing", { A })
    .response("487 Request Terminated", {}), "487 cancelled [] 1 -" },
  ["a call that has not ended"] = { new_log().request("INVITE", { A }).response("180 Ringing", { A }),
    "- in progress [] 1 -" },
  ["a Call-ID that is used again"] = { new_log().request("INVITE", { A }).response("486 Busy Here", { A })
    .request("INVITE", { CALLER .. " b" }, { tag = "a2" }).response("200 OK", { CALLER .. " b" }, { tag = "a2" }),
    "486 busy [] 1 -", "200 answered [] 1 -" },
  ["responses without their INVITE"] = { new_log().response("486 Busy Here", { A }).response("486 Busy Here", { A })
    .response("503 Service Unavailable", { A }), "486 busy [] - -", "503 network failure [] - -" },
  ["other requests"] = { new_log().request("OPTIONS", { A }).response("200 OK", { A }, { method = "OPTIONS" })
    .request("REGISTER", { A }).response("401 Unauthorized", { A }, { method = "REGISTER" }).request("INVITE", { A })
    .response("404 Not Found", { A }), "404 not reachable [] 1 -" },
}

describe("a log with", function()
  for name, case in pairs(logs) do
    json_it(name, function()
      local list, report, status = calls_of(case[1].text)
      assert.same({ unpack(case, 2) }, list)
      assert.same({ #case - 1, 0 }, { report.total, status })
    end)
  end
end)

-- How tools write a log: a function of the text.
local forms = {
  ["CR LF"] = function(text) return text end,
  ["LF"] = function(text) return (text:gsub("\r", "")) end,
  ["JSON, a record a message"] = function(text)
    return (text:gsub("\r\n\r\n", "\0"):gsub("\r\n", "\\r\\n"):gsub("([^%z]+)%z", '{"log":"%1\\r\\n\\r\\n"}\n'))
  end,
  ["a syslog relay"] = function(text)
    return (text:gsub("\r\n\r\n", "\0"):gsub("\r\n", "#015#012"):gsub("([^%z]+)%z", "<133> sbc: %1#015#012\n"))
  end,
  ["syslog, a record a line"] = function(text)
    return (text:gsub("([^\r\n]*)\r\n", "Nov 25 10:00:01 host sip[12]: %1\n"))
  end,
  ["one line a message"] = function(text)
    return (text:gsub("\r\n\r\n", "\0"):gsub("\r\n", " "):gsub("([^%z]+)%z", "%1\n"))
  end,
  ["colours"] = function(text)
    return (text:gsub("\r\n", "\27[0m\n"):gsub("SIP/2.0", "\27[1;31mSIP/2.0"))
  end,
  ["compact names"] = function(text)
    return (text:gsub("\nVia:", "\nv:"):gsub("\nFrom:", "\nf:"):gsub("\nTo:", "\nt:"):gsub("\nCall%-ID:", "\ni:"))
  end,
  ["small letters"] = function(text)
    return (text:gsub("\n(%a[%w-]*):", function(name)
      return "\n" .. name:lower() .. ":"
    end))
  end,
}

describe("a log in the form", function()
  for name, form in pairs(forms) do
    json_it(name, function()
      for _, title in ipairs({ "serial failover", "authentication", "a fork", "an answered call" }) do
        local case = logs[title]
        local list = calls_of(form(case[1].text))
        assert.same({ title, unpack(case, 2) }, { title, unpack(list) })
      end
    end)
  end

  for _, name in ipairs({ "ngrep.txt", "ngrep-byline.txt", "sngrep.txt", "tshark-verbose.txt" }) do
    json_it("of " .. name, function()
      local _, report = calls_of(assert(io.open("spec/data/traces/" .. name)):read("*a"))
      assert.equal(1, report.total)
      assert.same({ 480, "away", "no answer" }, { report.calls[1].code, report.calls[1].to, report.calls[1].outcome })
    end)
  end
end)

-- tshark is there where the specs run: spec/tools/setup installs it.
describe("a capture", function()
  local calls = {
    "answers 200 [200]", "answers 200 [200]", "busy 486 [486]", "quite-busy 486 [486]", "forwards 200 [486 200]",
    "moved 302 [302]", "premium 403 []", "declines 603 [603]", "member 200 [200]", "member 407 []", "nobody 404 []",
    "lost 408 [408]", "overloaded 500 [503]", "night 503 []", "seeks 200 [200]", "odd 499 [499]", "unsendable 477 []",
    "away 480 [480]", "busy 486 [486]", "answers 200 [200]", "rings 487 [487]", "transfers 200 [200]",
  }

  json_it("has each call once #slow", function()
    local report = json({ "--json", "calls", "spec/data/traces/calls.pcap", "--port", "15160" })
    local list = {}
    for i, call in ipairs(report.calls) do
      list[i] = ("%s %s [%s]"):format(call.to, call.code, table.concat(call.tried, " "))
    end
    assert.same(calls, list)
    assert.same({ "answered", 7, "31.82" },
      { report.outcomes[1].outcome, report.outcomes[1].count, ("%.2f"):format(report.outcomes[1].share) })
    assert.same({ "2026-11-23T10:31:33.322Z", "caller", 0.398268 },
      { report.calls[1].start, report.calls[1].from, report.calls[12].pdd })
  end)

  json_it("is the same to kpi: calls, not responses #slow", function()
    for path, expected in pairs({
      ["spec/data/traces/calls.pcap"] = { 22, "31.82" }, ["spec/data/trace.log"] = { 22, "31.82" },
      ["spec/data/cases/f8-tcp-two-responses-a-segment.pcap"] = { 2, "0.00" },
    }) do
      local report = json({ "--json", "kpi", path, "--port", "15160" })
      assert.same({ expected[1], expected[2], "calls" }, { report.attempts, ("%.2f"):format(report.asr), report.read_as })
    end
  end)

  json_it("and another file are read as one #slow", function()
    local report = json({ "--json", "calls", "spec/data/traces/calls.pcap", "spec/data/trace.log" })
    assert.equal(44, report.total)
  end)
end)

describe("sipcodes calls", function()
  local text = new_log("c1").request("INVITE", { A }).response("486 Busy Here", { A }).text
    .. new_log("c2").request("INVITE", { A }, { tag = "x" }).response("503 No \27[31mway", { A }).text
    .. new_log("c3").request("INVITE", { A }).response("180 Ringing", { A }).response("200 OK", { A })
      .request("BYE", { CALLER .. " x" }, { to_tag = "b1" }).text

  json_it("chooses, sorts and limits", function()
    for _, case in ipairs({
      { { "--failed" }, "c1 c2" }, { { "--code", "486" }, "c1" }, { { "--code", "5xx", "--code", "2xx" }, "c2 c3" },
      { { "--code", "48x" }, "c1" }, { { "--code", "480-503" }, "c1 c2" }, { { "--from", "ALI" }, "c1 c2 c3" },
      { { "--to", "4930" }, "c1 c2 c3" }, { { "--sort", "code" }, "c3 c1 c2" }, { { "--sort", "duration" }, "c3 c1 c2" },
      { { "--limit", "2" }, "c1 c2" }, { { "--sort", "code", "--limit", "1" }, "c3" },
    }) do
      local report = json({ "--json", "calls", "-", unpack(case[1]) }, text)
      local ids = {}
      for i, call in ipairs(report.calls) do
        ids[i] = call.call_id
      end
      assert.same({ case[1], case[2] }, { case[1], table.concat(ids, " ") })
    end
    assert.equal(3, json({ "--json", "calls", "-", "--limit", "1" }, text).total)
  end)

  cli_it("fits the terminal", function()
    for _, width in ipairs({ "40", "60", "79", "80", "100", "200" }) do
      local _, out = run({ "calls", "-" }, text, { getenv = function(name)
        return name == "COLUMNS" and width or nil
      end })
      assert.is_true(command.widest(out) <= math.min(tonumber(width), 100), width)
      assert.truthy(out:find("486 Busy Here", 1, true))
      assert.falsy(out:find("\27", 1, true))
    end
  end)

  cli_it("is a table at 80 columns", function()
    local _, out = run({ "calls", "-" }, logs["serial failover"][1].text .. text:gsub("c1", "c4"))
    assert.equal(table.concat({
      "4 calls on 2026-11-25", "",
      "start     from   to        result                                   pdd duration",
      "10:00:01  alice  +4930123  486 Busy Here                        7.000 s",
      "                           tried 503, 404, 486",
      "10:00:01  alice  +4930123  486 Busy Here                        1.000 s",
      "10:00:01  alice  +4930123  503 No way                           1.000 s",
      "10:00:01  alice  +4930123  200 OK                               1.000 s    1.0 s", "",
      "     2   50.0 %  busy", "     1   25.0 %  answered", "     1   25.0 %  network failure", "",
    }, "\n"), out)
  end)

  cli_it("has the colours of classes, if they are wanted", function()
    local _, out = run({ "--color", "always", "calls", "-", "--code", "486" }, text)
    assert.truthy(out:find("\27[33m486 Busy Here", 1, true), out)
    _, out = run({ "--color", "always", "explain" }, text)
    assert.truthy(out:find("\27[33m    1   486  Client Failure  INVITE  Busy Here\27[0m\n", 1, true), out)
    _, out = run({ "--color", "always", "kpi" }, text)
    assert.truthy(out:find("486 Busy Here .-\27%[33m#+\27%[0m\n"), out)
  end)

  cli_it("writes CSV", function()
    local _, out = run({ "calls", "--csv", "-", "--code", "486" }, text)
    assert.equal("start,from,to,call_id,code,phrase,outcome,cause,protocol,text,pdd,duration,tried\r\n"
      .. "2026-11-25T10:00:01.000,alice,+4930123,c1,486,Busy Here,busy,,,,1,,\r\n", out)
  end)

  cli_it("says what it cannot read", function()
    for _, case in ipairs({
      { { "-" }, "", 1, "standard input is empty" },
      { { "-" }, "200\n", 1, "standard input has no whole SIP message: a call is told by its Call-ID, CSeq and Via fields" },
      { { "-" }, "SIP/2.0 486 Busy Here\r\n\r\n", 1,
        "standard input has no whole SIP message: a call is told by its Call-ID, CSeq and Via fields" },
      { { "-" }, "\t0x0000:  4500 0217 0000 4000 4011 3cb4 7f00 0001  E.....@.@.<.....\n", 2,
        "standard input has a hex dump, which is not read: give the capture itself, or text (tshark -V, tcpdump -A)" },
      { { "-", "--code", "6666" }, text, 2, '"6666" is not a code, a class or a range: 486, 48x, 4xx or 480-489' },
      { { "-", "--code", "489-480" }, text, 2, '"489-480" is not a code, a class or a range: 486, 48x, 4xx or 480-489' },
      { { "-", "--sort", "size" }, text, 2, '"size" in --sort is not start, code, from, to, pdd or duration' },
      { { "-", "--limit", "0" }, text, 2, '"0" in --limit is not a number of calls' },
      { { "-", "--code", "6xx" }, text, 1, "none of 3 calls in standard input" },
      { { "-" }, logs["other requests"][1].text:gsub("INVITE", "OPTIONS"), 1, "no call in standard input" },
      { { "no-such-file" }, "", 2, "cannot open no-such-file: No such file or directory" },
    }) do
      local status, out, err = run({ "calls", unpack(case[1]) }, case[2])
      assert.same({ case[3], "", "sipcodes: " .. case[4] .. "\n" }, { status, out, err })
    end
  end)

  cli_it("says what it leaves out", function()
    local _, _, err = run({ "calls", "-" }, text .. "x\n\nSIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a;branch=z\r\n\r\n")
    assert.equal("sipcodes: 1 message without a Call-ID was left out\n", err)
  end)
end)
