-- What people give to explain: messages that some tool has escaped, flattened, coloured or dumped.
local command = require("spec.support.command")

local cli_it, json_it = command.its(it, pending)
local run, json = command.run, command.json

-- The rows of a text as "1 486 Busy Here", and the status.
local function explained(text)
  local report, status = json({ "--json", "explain" }, text)
  local rows = {}
  for i, row in ipairs(report.responses or {}) do
    rows[i] = ("%d %d %s"):format(row.count, row.code, row.phrase)
  end
  return table.concat(rows, ", "), status
end

describe("explain of an input from the field", function()
  for file, expected in pairs({
    ["f1-json-n.log"] = "1 486 Busy Here", ["f1-json-rn.log"] = "1 486 Busy Here",
    ["f1-json-u000a.log"] = "1 486 Busy Here", ["f1-audiocodes-syslog.log"] = "1 488 Not Acceptable Here",
    ["f1-ansi-colour.log"] = "1 486 Busy Here", ["f2-tcpdump-A-dots.txt"] = "1 401 Unauthorized",
    ["f2-tcpdump-A-port5060.txt"] = "1 401 Unauthorized", ["f3-tshark-pdml.xml"] = "3 486 Busy Here",
    ["f4-cucm-flattened.log"] = "2 486 Busy here", ["f4-json-u000d.log"] = "2 486 Busy Here",
    ["f4-ansi-tail.log"] = "1 488 Not Acceptable Here", ["f5-sipfrag-upper.txt"] = "",
    ["f5-length-0-before-type.txt"] = "1 200 OK", ["f6-escaped-slash.json"] = "1 486 Busy Here",
    ["f7-xlog.log"] = "1 486 Busy Here",
  }) do
    json_it("is right: " .. file, function()
      local rows = {}
      for i, row in ipairs((json({ "--json", "explain", "spec/data/cases/" .. file })).responses or {}) do
        rows[i] = ("%d %d %s"):format(row.count, row.code, row.phrase)
      end
      assert.equal(expected, table.concat(rows, ", "))
    end)
  end

  cli_it("refuses a hex dump by name", function()
    local status, out, err = run({ "explain", "spec/data/cases/f3-tshark-x.txt" })
    assert.same({ 2, "" }, { status, out })
    assert.matches("has a hex dump, which is not read: give the capture itself", err)
    for _, dump in ipairs({
      "\t0x0000:  4500 0217 0000 4000 4011 3cb4 7f00 0001  E.....@.@.<.....\n",
      "00000000: 5349 502f 322e 3020 3438 3620 4275 7379  SIP/2.0.486.Busy\n",
      "0000  45 00 00 e0 00 01 00 00 40 11 f6 08 c0 00 02 02   E.......@.......\n",
    }) do
      status, out = run({ "explain" }, dump)
      assert.same({ 2, "" }, { status, out })
    end
  end)
end)

-- A response as tools write it into one record: %s stands for the line end.
local RESPONSE = "SIP/2.0 486 Busy Here%sVia: SIP/2.0/UDP 192.0.2.1:5060;branch=z9hG4bK1%sCSeq: 1 INVITE%sContent-Length: 0%s%s"

describe("a line end", function()
  for _, form in ipairs({
    "\r\n", "\n", "\\n", "\\r\\n", "\\\\r\\\\n", "\\u000a", "\\u000d\\u000a", "\\u000D\\u000A", "#012", "#015#012", "<0D><0A>",
    "<0d><0a>", "^M\n", "&#13;&#10;", "&#xD;&#xA;", "&#10;", "&#xa;",
  }) do
    json_it("may be written " .. form:gsub("[\r\n]", "?"), function()
      local message = RESPONSE:gsub("%%s", (form:gsub("%%", "%%%%")))
      local fronts = {
        "", '{"log":"', '{"a":1,"msg":"Received:' .. form, "Nov 25 10:00:00 h app[1]: ", "x" .. form, "<14>1 - - ", "[INFO] <",
      }
      for _, front in ipairs(fronts) do
        for _, tail in ipairs({ "\n", '"}\n', "" }) do
          local rows = explained(front .. message .. tail)
          assert.equal("1 486 Busy Here", rows, front .. " " .. tail)
        end
      end
      assert.equal("3 486 Busy Here", (explained((message .. "\n"):rep(3))))
    end)
  end
end)

describe("a message on one line", function()
  json_it("ends its phrase at a header field, whatever stands first", function()
    for _, field in ipairs({ "Via", "From", "To", "Call-ID", "CSeq", "Contact", "Content-Length", "Record-Route", "User-Agent", "Reason" }) do
      for _, front in ipairs({ "", "10:00:00 |Outgoing SIP TCP message to 192.0.2.1 [83472,NET] ", "sent: " }) do
        assert.equal("1 486 Busy here", (explained(front .. "SIP/2.0 486 Busy here " .. field .. ": x CSeq: 1 INVITE\n")))
        assert.equal("1 486 Busy here", (explained(front .. "SIP/2.0 486 Busy here " .. field:upper() .. " : x\n")))
      end
    end
  end)

  json_it("ends its phrase at the delimiter that stood in front", function()
    for open, close in pairs({ ['"'] = '"', ["'"] = "'", ["<"] = ">", ["["] = "]", ["("] = ")", ["|"] = "|", ["`"] = "`" }) do
      local rows = explained("reply " .. open .. "SIP/2.0 486 Busy Here" .. close .. " from 192.0.2.1\n")
      assert.equal("1 486 Busy Here", rows, open)
    end
  end)

  json_it("may have any octet in front, also a letter or a digit", function()
    for octet = 33, 126 do
      local front = string.char(octet)
      if not front:find("[\"'<%[(|`\\#&^]") then
        assert.equal("1 401 Unauthorized", (explained("....." .. front .. "SIP/2.0 401 Unauthorized\nCSeq: 1 REGISTER\n")), front)
      end
    end
  end)

  json_it("may be coloured", function()
    for _, colour in ipairs({ "\27[32m", "\27[0m", "\27[1;31m", "\27[K", "\27[38;5;4m" }) do
      assert.equal("1 486 Busy Here", (explained(colour .. "SIP/2.0 486 Busy Here" .. colour .. "\n" .. colour .. "Via" .. colour .. ": x\n")))
    end
  end)
end)

describe("a body of a NOTIFY", function()
  json_it("is not a response, in any order and case of the fields", function()
    local fields = { "Content-Type: %s", "Content-Length: 23", "Event: refer" }
    for _, media in ipairs({ "message/sipfrag", "Message/SipFrag;version=2.0", "MESSAGE/SIPFRAG" }) do
      for i = 1, 3 do
        for j = 1, 3 do
          if i ~= j then
            local header = fields[i] .. "\r\n" .. fields[j] .. "\r\n" .. fields[6 - i - j]
            local text = "NOTIFY sip:a@example.com SIP/2.0\r\n" .. header:format(media) .. "\r\n\r\nSIP/2.0 486 Busy Here\r\n"
            assert.equal("", (explained(text)), text)
            assert.equal("1 200 OK", (explained(text .. "\r\nrecv:\n\nSIP/2.0 200 OK\r\nCSeq: 1 NOTIFY\r\n")))
            assert.equal("", (explained('{"m":"' .. text:gsub("\r\n", "\\r\\n") .. '"}\n')))
          end
        end
      end
    end
  end)
end)

describe("explain with header fields", function()
  local function message(status, method, reason)
    return ("SIP/2.0 %s\r\nVia: SIP/2.0/UDP a;branch=z\r\nCSeq: 1 %s\r\n%s\r\n"):format(status, method,
      reason and "Reason: " .. reason .. "\r\n" or "")
  end
  local notice = 'SIP;cause=603;text="v=analytics1;url=https://example.com/x";location=RP'
  local text = message("200 OK", "INVITE") .. message("200 OK", "BYE") .. message("200 OK", "BYE")
    .. message("183 Session Progress", "INVITE", 'Q.850;cause=17;text="User busy", SIP;cause=486')
    .. message("503 Service Unavailable", "INVITE", "Q.850;cause=\"34\";")
    .. message("603 Network Blocked", "INVITE", notice) .. message("603 Network Blocked", "INVITE", notice)
    .. message("603 Decline", "INVITE", notice) .. message("480 Away", "INVITE", ";;;")

  json_it("tells methods apart", function()
    local rows = {}
    for i, row in ipairs(json({ "--json", "explain" }, text).responses) do
      rows[i] = ("%d %d %s"):format(row.count, row.code, row.method)
    end
    assert.same({ "1 183 INVITE", "2 200 BYE", "1 200 INVITE", "1 480 INVITE", "1 503 INVITE", "2 603 INVITE", "1 603 INVITE" },
      rows)
  end)

  json_it("counts Reason values, and lists 603+ notices", function()
    local report = json({ "--json", "explain" }, text)
    local reasons = {}
    for i, row in ipairs(report.reasons) do
      reasons[i] = ("%d %d %s %d %s"):format(row.count, row.code, row.protocol, row.cause, row.text)
    end
    assert.same({ "3 603 SIP 603 Decline", "1 183 Q.850 17 User busy", "1 503 Q.850 34 No circuit/channel available",
      "1 183 SIP 486 Busy Here" }, reasons)
    assert.same({ { count = 2, url = "https://example.com/x", location = "RP", protocol = "SIP" } }, report.notices)
  end)

  cli_it("shows them below the totals", function()
    local _, out = run({ "explain" }, text)
    assert.equal(table.concat({
      "", "Reason values of responses",
      "    3   603  SIP 603 Decline",
      "    1   183  Q.850 17 User busy",
      "    1   503  Q.850 34 No circuit/channel available",
      "    1   183  SIP 486 Busy Here",
      "1 Reason value cannot be read",
      "", "603+ call-blocking notices, and whom to ask",
      "    2  https://example.com/x", "",
    }, "\n"), out:match("\n(\nReason values.*)$"))
  end)

  json_it("finds the method in every form of a line end, and not that of another message", function()
    for _, ending in ipairs({ "\r\n", "\n", "\\r\\n", "#015#012", " " }) do
      local log = ("SIP/2.0 200 OK%sVia: SIP/2.0/UDP a;branch=z%sCSEQ : 1 BYE%s\n"):format(ending, ending, ending)
      assert.equal("BYE", json({ "--json", "explain" }, log).responses[1].method)
    end
    local log = "SIP/2.0 200 OK\r\nVia: SIP/2.0/UDP a\r\n\r\nBYE sip:a@b SIP/2.0\r\nCSeq: 2 BYE\r\n\r\n"
    assert.is_nil(json({ "--json", "explain" }, log).responses[1].method)
    assert.is_nil(json({ "--json", "explain" }, (log:gsub("\r\n", "\n"))).responses[1].method)
  end)

  json_it("reads several files as one", function()
    local report = json({ "--json", "explain", "spec/data/traces/sngrep.txt", "spec/data/trace.log" })
    assert.equal(70, report.total)
  end)
end)

-- A stream of lines, which ^C ends.
local function live(lines)
  local stream = command.reader({ "" })
  local next_line = 0
  function stream.read(_, format)
    assert.equal("*l", format)
    next_line = next_line + 1
    if not lines[next_line] then
      error("interrupted!", 0)
    end
    return lines[next_line]
  end
  return stream
end

describe("explain of what goes on", function()
  local lines = { "SIP/2.0 486 Busy Here", "CSeq: 1 INVITE", "", "SIP/2.0 200 OK", "CSeq: 1 BYE", "" }

  cli_it("shows what has been read when ^C ends it", function()
    local status, out = run({ "explain" }, live(lines), { isatty = function(descriptor)
      return descriptor == 2
    end })
    assert.equal(0, status)
    assert.truthy(out:find("\n    2  responses\n", 1, true), out)
  end)

  cli_it("follows a file, and shows the report on a terminal", function()
    local asked
    local function follow(is_terminal)
      return run({ "explain", "--follow", "spec/data/trace.log" }, nil, {
        popen = function(line)
          asked = line
          return live(lines)
        end,
        isatty = function(descriptor)
          return is_terminal and descriptor == 1
        end,
      })
    end
    local status, out = follow(false)
    assert.same({ 0, "tail -n +1 -F -- 'spec/data/trace.log' 2>/dev/null" }, { status, asked })
    assert.falsy(out:find("\27", 1, true))
    assert.truthy(out:find("\n    2  responses\n", 1, true))
    status, out = follow(true)
    assert.equal(0, status)
    assert.truthy(out:find("\n    2  responses\n", 1, true))
    assert.truthy(out:find("\27[H\27[2J", 1, true))
  end)

  cli_it("is one file", function()
    assert.same({ 2, "", "sipcodes: --follow reads one file\n" }, { run({ "explain", "--follow", "a", "b" }) })
  end)

  cli_it("passes other errors on", function()
    local stream = live({})
    stream.read = function()
      error("no such luck", 0)
    end
    assert.has_error(function()
      run({ "explain" }, stream, { isatty = function(descriptor) return descriptor == 2 end })
    end, "no such luck")
  end)
end)
