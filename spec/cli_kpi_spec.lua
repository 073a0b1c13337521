local command = require("spec.support.command")
local random = require("spec.support.random")
local rows = require("spec.support.rows")
local kpi = require("sipcodes.kpi")
local sip = require("sipcodes")

local results = require("spec.support.call").results
local cli_it, json_it = command.its(it, pending)
local run, json, reader, widest = command.run, command.json, command.reader, command.widest

local function columns(number)
  return {
    getenv = function(name)
      return name == "COLUMNS" and tostring(number) or nil
    end,
  }
end

-- The counts by code in the report, and what is said before the ratios.
local function report(input, ...)
  local status, out, err = run({ "kpi", ... }, input)
  local counts = {}
  for code, count in out:gmatch("\n  (%d%d%d) .-  +(%d+)  [ %d.]+ %%  #+") do
    counts[tonumber(code)] = tonumber(count)
  end
  return counts, out:match("^(.-)\n\n") or "", status, err
end

-- The codes 200 to 699, each the given number of times, as lines in a shuffled order.
local function lines_of(counts, line_of, seed)
  local generator, lines = random.new(seed), {}
  for code = 100, 699 do
    for _ = 1, counts[code] or 0 do
      lines[#lines + 1] = line_of(code)
    end
  end
  for i = #lines, 2, -1 do
    local j = generator.next(i)
    lines[i], lines[j] = lines[j], lines[i]
  end
  return lines
end

describe("sipcodes kpi", function()
  cli_it("prints the ratios, the outcomes and the codes", function()
    local status, out, err = run({ "kpi" },
      ("200\n"):rep(45) .. ("302\n"):rep(5) .. ("486\n"):rep(30) .. ("180\n"):rep(2) .. ("503\n"):rep(15)
        .. "NORMAL_CLEARING\n499\n404\n404\n404\n401\n\nNORMAL_CLEARING")
    assert.same({ 0, "" }, { status, err })
    assert.equal([[
100 attempts
3 lines were no code, such as "NORMAL_CLEARING"
2 provisional responses (1xx) were left out

  SER    47.37 %  2xx of all but 3xx (RFC 6076 4.6)
  SEER   78.95 %  2xx 480 486 600 603 of all but 3xx (RFC 6076 4.7)
  ISA    15.00 %  408 500 503 504 of all (RFC 6076 4.8)
  ASR    45.00 %  2xx of all (ITU-T E.425)
  NER    75.00 %  2xx 480 486 600 603 of all (no standard names the codes)

  answered                    45   45.0 %  #####################################
  redirected                   5    5.0 %  ####
  challenged                   1    1.0 %  #
  busy                        30   30.0 %  #########################
  not reachable                3    3.0 %  ##
  network failure             15   15.0 %  ############
  client error                 1    1.0 %  #

  200 OK                      45   45.0 %  #####################################
  302 Moved Temporarily        5    5.0 %  ####
  401 Unauthorized             1    1.0 %  #
  404 Not Found                3    3.0 %  ##
  486 Busy Here               30   30.0 %  #########################
  499 (unknown)                1    1.0 %  #
  503 Service Unavailable     15   15.0 %  ############
]], out)
  end)

  cli_it("says where a ratio is undefined", function()
    local _, out = run({ "kpi" }, "302\n")
    assert.equal([[
1 attempt

  SER  undefined  2xx of all but 3xx (RFC 6076 4.6)
  SEER undefined  2xx 480 486 600 603 of all but 3xx (RFC 6076 4.7)
  ISA     0.00 %  408 500 503 504 of all (RFC 6076 4.8)
  ASR     0.00 %  2xx of all (ITU-T E.425)
  NER     0.00 %  2xx 480 486 600 603 of all (no standard names the codes)

  redirected                 1  100.0 %  #######################################

  302 Moved Temporarily      1  100.0 %  #######################################
]], out)
  end)

  cli_it("fits the terminal, from 40 columns on", function()
    local every = {}
    for code = 200, 699 do
      every[#every + 1] = (code .. "\n"):rep(code % 7 + 1)
    end
    local input = table.concat(every) .. ("a \195\188 "):rep(40)
    for _, width in ipairs({ 40, 41, 60, 79, 80, 81, 132, 200, 1000 }) do
      local status, out = run({ "kpi" }, input, columns(width))
      assert.equal(0, status)
      assert.equal(math.min(width, 100), widest(out)) -- a wider page is hard to read
      assert.equal(500, select(2, out:gsub("\n  %d%d%d ", "")))
    end
    assert.equal(40, widest((select(2, run({ "kpi" }, input, columns(1))))))
    -- Counts of any length.
    local status, out = run({ "kpi" }, ("486\n"):rep(1234567), columns(60))
    assert.equal(0, status)
    assert.equal(60, widest(out))
    assert.truthy(out:find("\n  486 Busy Here  1234567  100.0 %  #", 1, true))
  end)

  cli_it("draws a bar for the rarest, and none beyond the most frequent", function()
    local _, out = run({ "kpi" }, ("200\n"):rep(100000) .. "486\n", columns(80))
    local bars = {}
    for label, bar in out:gmatch("\n  (%d%d%d)[^\n#]*(#+)") do
      bars[label] = #bar
    end
    assert.same({ ["200"] = 46, ["486"] = 1 }, bars)
    assert.truthy(out:find("  486 Busy Here       1    0.0 %  #\n", 1, true))
  end)
end)

describe("the lines that kpi reads", function()
  cli_it("may write a code in every way that the library reads", function()
    for _, line in ipairs({
      "486", " 486 ", "\t486", "sip:486", "SIP:486", "sips:486", "486 Busy Here", "486 Besetzt", "SIP/2.0 486 Busy",
      "sip/2.0 486 Busy Here", '"486"', '"sip:486"', '"486 Busy Here"', "486.0", "sip%3A486", "SIP 486 Busy Here", "486\r",
      "486 Busy Here\r",
    }) do
      local counts, head, status, err = report(line .. "\n200\n")
      assert.same({ [486] = 1, [200] = 1 }, counts)
      assert.same({ "2 attempts", 0, "" }, { head, status, err })
    end
  end)

  cli_it("may have any line end, the last none, and a byte order mark", function()
    for _, input in ipairs({
      "200\n486\n", "200\n486", "200\r\n486\r\n", "200\r\n486", "\239\187\191200\n486\n", "\239\187\191200\r\n486",
    }) do
      local counts, head = report(input)
      assert.same({ [200] = 1, [486] = 1 }, counts)
      assert.equal("2 attempts", head)
    end
  end)

  cli_it("are counted where they are no code", function()
    for _, line in ipairs({
      "", "x", "16", "99", "700", "1486", "4862", "486.5", "0x1E6", "-486", "+486", "486,200", "NORMAL_CLEARING",
      "Not Acceptable", "486\0", "4\0006", "\0", "SIP/2.0", "sip:", '"', '""', "\255\254", "2\n3", "\n\n", "1\n\n2",
    }) do
      local _, number = line:gsub("\n", "")
      local counts, head = report("200\n" .. line .. "\n200\n200\n200\n200\n200\n200\n")
      assert.same({ [200] = 7 }, counts)
      assert.matches(number == 0 and "^7 attempts\n1 line was no code, such as \""
        or ("^7 attempts\n%d lines were no code, such as \""):format(number + 1), head)
    end
  end)

  cli_it("are shown by the most frequent that is not a code, of equals the first in order", function()
    local function example(...)
      return select(2, report(("200\n"):rep(9) .. table.concat({ ... }, "\n"))):match('such as (.*)$')
    end
    assert.equal('"b"', example("a", "b", "c", "b"))
    assert.equal('"a"', example("c", "a", "b"))
    assert.equal('""', example("", "a"))
    assert.equal('"\\x1B[2J\\x00"', example("\27[2J\0"))
    assert.equal('"\\xC2\\x9B\\xFF\195\188"', example("\194\155\255\195\188"))
    assert.equal('"' .. ("x"):rep(40) .. '..."', example(("x"):rep(41)))
    assert.equal('"' .. ("x"):rep(39) .. '..."', example(("x"):rep(39) .. "\195\188\195\188"))
  end)

  cli_it("of 1xx are left out with a word", function()
    assert.equal("1 attempt\n1 provisional response (1xx) was left out", select(2, report("180\n200\n")))
    assert.equal("1 attempt\n4 provisional responses (1xx) were left out",
      select(2, report("180\n100\n199\nsip:183\n200\n")))
  end)

  cli_it("may come in pieces of any size and any mixture", function()
    local counts = {}
    for code = 200, 699 do
      counts[code] = (code * 7919) % 13
    end
    local forms = { "%d", "%d", "%d", "sip:%d", "%d Some Phrase", "SIP/2.0 %d X", '"%d"', "%d\r" }
    local generator = random.new(486)
    local text = table.concat(lines_of(counts, function(code)
      return generator.pick(forms):format(code)
    end, 1), "\n")
    for code = 200, 699 do
      counts[code] = counts[code] > 0 and counts[code] or nil
    end
    assert.same(counts, (report(text)))
    for _, size in ipairs({ 1, 2, 3, 5, 4096, 262144 }) do
      local at = 1
      local stream = reader(function()
        local piece = text:sub(at, at + size - 1)
        at = at + size
        return piece ~= "" and piece or nil
      end)
      -- A stream that gives less than it was asked for, as a pipe may.
      stream.read = size > 3 and stream.read or function()
        local piece = text:sub(at, at + 8 * size - 1)
        at = at + 8 * size
        return piece ~= "" and piece or nil
      end
      assert.same(counts, (report(stream)))
    end
  end)

  cli_it("of three octets are counted right at every offset and in every block", function()
    for offset = 0, 17 do
      local front = ("x"):rep(offset) .. "\n"
      for lines = 0, 9 do
        local counts, head = report(front .. ("200\n"):rep(lines + 5) .. "487\n1\n2\n486\n\n\n\n\n486")
        assert.same({ [200] = lines + 5, [486] = 2, [487] = 1 }, counts)
        assert.matches("7 lines were no code", head)
      end
    end
    local counts, head, status = report("1\n3\n" .. ("200\n486\n"):rep(100000) .. "503")
    assert.same({ [200] = 100000, [486] = 100000, [503] = 1 }, counts)
    assert.same({ '200001 attempts\n2 lines were no code, such as "1"', 0 }, { head, status })
  end)

  cli_it("may hold any octets, and any number of different texts", function()
    local generator, parts = random.new(8), {}
    for i = 1, 200000 do
      parts[i] = string.char(generator.next(256) - 1)
    end
    local _, _, status, err = report(("200\n"):rep(9000) .. table.concat(parts) .. "\n200\n")
    assert.same({ 0, "" }, { status, err })
    local lines = {}
    for i = 1, 60000 do
      lines[i] = ("486 call %d\n486 x %d\nno %d\n%s"):format(i, i, i, i % 100 == 0 and "such\n" or "")
    end
    local counts, head = report(table.concat(lines))
    assert.same({ [486] = 120000 }, counts)
    assert.equal('120000 attempts\n60600 lines were no code, such as "such"', head)
  end)

  cli_it("take no more memory when there are more of them, or they are long #slow", function()
    for _, text in ipairs({ "x", "\0", "486\n", "486 x\n", "x\n", "486 " }) do
      local held, _, _, status = command.held(text, 32, report)
      assert.is_true(held < 2048)
      assert.equal(text:find("486", 1, true) and 0 or 1, status, text)
    end
    local serial = 0
    local held = 0
    local start = collectgarbage("count")
    report(reader(function()
      serial = serial + 1
      if serial % 20000 == 0 then
        collectgarbage()
        held = math.max(held, collectgarbage("count") - start)
      end
      return serial <= 200000 and ("different %d\n"):format(serial) or nil
    end))
    assert.is_true(held < 8192)
  end)

  cli_it("are none: status 1 and a message", function()
    assert.same({ 1, "", "sipcodes: standard input is empty\n" }, { run({ "kpi" }, "") })
    assert.same({ 1, "", "sipcodes: /dev/null is empty\n" }, { run({ "kpi", "/dev/null" }) })
    assert.same({ 1, "", 'sipcodes: no final response code in standard input; 1 line was no code, such as ""\n' },
      { run({ "kpi", "-" }, "\n") })
    assert.same({ 1, "", 'sipcodes: no final response code in standard input; 2 lines were no code, such as "x"; '
      .. "1 provisional response (1xx) was left out\n" }, { run({ "kpi" }, "x\nx\n180") })
    assert.same({ 1, "", "sipcodes: no final response code in standard input; "
      .. "2 challenges (401, 407) were left out\n" }, { run({ "kpi", "--no-challenges" }, "401\n407\n") })
    assert.same({ 1, "", "sipcodes: no final response code in standard input\n" },
      { run({ "kpi", "--column", "code" }, "id,code\n") })
  end)

  cli_it("are in a file that cannot be read", function()
    assert.same({ 2, "", "sipcodes: cannot open no\\x0Afile: No such file or directory\n" },
      { run({ "kpi", "no\nfile" }) })
    assert.same({ 2, "", "sipcodes: cannot open no-such-file: No such file or directory\n" },
      { run({ "kpi", "no-such-file" }) })
    assert.same({ 2, "", "sipcodes: cannot read spec: Is a directory\n" }, { run({ "kpi", "spec" }) })
    local _, _, err = run({ "kpi" }, "\212\195\178\161")
    assert.equal("sipcodes: standard input is a capture, not text: tshark -r FILE -Y sip -V | sipcodes kpi\n", err)
    _, _, err = run({ "kpi" }, "\255\2544\0008\0006\0\n\0")
    assert.equal("sipcodes: standard input is UTF-16, not text: iconv -f UTF-16 -t UTF-8 FILE | sipcodes kpi\n", err)
  end)
end)

describe("CSV", function()
  local function cells(input, ...)
    return report(input, "--column", ...)
  end

  cli_it("is read by the name of a column", function()
    for _, case in ipairs({
      { "code\n486\n200\n", "code" },
      { "id,code\n1,486\n2,200", "code" },
      { "code,id\n486,1\n200,2\n", "code" },
      { "id,code,x\r\n1,486,a\r\n2,200,b\r\n", "code" },
      { "id,x,code\r\n1,a,486\r\n2,b,200\r\n", "code" },
      { "\239\187\191code,id\r\n486,1\r\n200,2\r\n", "code" },
      { '"id","code"\n"1","486"\n"2","200"\n', "code" },
      { '"id","code"\r\n"1","486"\r\n"2","200"\r\n', "code" },
      { 'id,code\n"1",486\n2,"200"\n', "code" },
      { 'id,code\n"a,b",486\n"""",200\n', "code" },
      { 'id,code\n"a\nb",486\n"\r\n\n",200\n', "code" },
      { 'id,code,x\n1,486,"a,\n"\n2,200,"""\n"""\n', "code" },
      { '"a ""code"", b",id\n486,1\n200,2\n', 'a "code", b' },
      { 'id,code\n5" pipe,486\nx "y",200\n', "code" },
      { 'id,code\n1, "486"\n2, 200 \n', "code" },
      { "id,code\n1,sip:486\n2,SIP/2.0 200 OK\n", "code" },
      { 'id,code\n1,"486 ""Busy"", Here"\n2,200 OK\n', "code" },
      { "id, code \n1,486\n2,200\n", "code" },
      { "id,SIP Code\n1,486\n2,200\n", "sip code" },
      { "id,CODE,code\n1,404,486\n1,404,200\n", "code" },
      { "code,code\n486,404\n200,404\n", "code" },
      { "id;code\n1,0;486\n2,0;200\n", "code", "--delimiter", ";" },
      { 'id;code\n"1;0";486\n2;200\n', "code", "--delimiter", ";" },
      { "id\tcode\n1\t486\n2\t200\n", "code", "--delimiter", "tab" },
      { "id\tcode\n1\t486\n2\t200\n", "code", "--delimiter", "\\t" },
      { "id\tcode\n1\t486\n2\t200\n", "code", "--delimiter", "\t" },
      { "id|code\n1|486\n2|200\n", "code", "--delimiter", "|" },
      { "id%code\n1%486\n2%200\n", "code", "--delimiter", "%" },
      { "id^code\n1^486\n2^200\n", "code", "--delimiter", "^" },
      { "id]code\n1]486\n2]200\n", "code", "--delimiter", "]" },
      { "id code\n1 486\n2 200\n", "code", "--delimiter", " " },
    }) do
      local counts, head, status, err = cells(case[1], case[2], case[3], case[4])
      assert.same({ { [486] = 1, [200] = 1 }, "2 attempts", 0, "" }, { counts, head, status, err })
    end
  end)

  cli_it("counts a cell that is missing or empty as no code", function()
    local counts, head = cells('id,code,x\n1\n2,\n3,,y\n4,486\n\n"5"\n"6",""\n7,NORMAL_CLEARING,486'
      .. ("\n8,486"):rep(9), "code")
    assert.same({ [486] = 10 }, counts)
    assert.equal('10 attempts\n7 lines were no code, such as ""', head)
  end)

  cli_it("may be of many columns and come in pieces of any size", function()
    local names, generator, lines = {}, random.new(7), {}
    for i = 1, 300 do
      names[i] = "column " .. i
    end
    lines[1] = table.concat(names, ",")
    local expected = { [200] = 0, [404] = 0, [486] = 0 }
    for i = 2, 200 do
      local row = {}
      for column = 1, 300 do
        row[column] = generator.pick({ "", "x", '"a,b"', '"a\nb"', '""""', "1", '"2"' })
      end
      local code = generator.pick({ 200, 404, 486 })
      expected[code] = expected[code] + 1
      row[250] = generator.pick({ "%d", '"%d"', '"sip:%d"' }):format(code)
      lines[i] = table.concat(row, ",")
    end
    local text = table.concat(lines, "\r\n")
    for _, size in ipairs({ 1000, 4099, 262144 }) do
      local at = 1
      local counts, head = cells({
        read = function()
          local piece = text:sub(at, at + size - 1)
          at = at + size
          return piece ~= "" and piece or nil
        end,
        seek = function() end,
      }, "column 250")
      assert.same(expected, counts)
      assert.equal("199 attempts", head)
    end
  end)

  cli_it("is refused where it has no such column", function()
    assert.same({ 2, "", 'sipcodes: no column "code" among id, sip code, x\n' },
      { run({ "kpi", "--column", "code" }, "id,sip code,\"x\"\r\n1,486,2\n") })
    assert.same({ 2, "", 'sipcodes: no column "\\x1B[2J" among a\\x07\n' },
      { run({ "kpi", "--column", "\27[2J" }, "a\7\n") })
    assert.same({ 1, "", "sipcodes: standard input is empty\n" }, { run({ "kpi", "--column", "code" }, "") })
  end)

  cli_it("is refused where a quoted cell does not end", function()
    local message = "sipcodes: a record does not end: a quote is missing, or one too many\n"
    for _, input in ipairs({
      'id,code\n1,"486\n2,200\n', '"id,code\n1,486\n', 'id,code\n1,"486""\n2,200', 'id,code\n"', '"',
    }) do
      assert.same({ 2, "", message }, { run({ "kpi", "--column", "code" }, input) })
    end
    message = "sipcodes: a record does not end within 1048576 octets: is a quote missing?\n"
    for _, input in ipairs({
      'id,code\n1,"' .. ("486\n"):rep(300000), '"' .. ("x"):rep(2000000), ("x,"):rep(1000000),
    }) do
      assert.same({ 2, "", message }, { run({ "kpi", "--column", "code" }, input) })
    end
    -- A million octets are enough for what has an end.
    local counts = cells('id,code\n"' .. ("x\n"):rep(400000) .. '",486\n', "code")
    assert.same({ [486] = 1 }, counts)
  end)
end)

describe("the options of kpi", function()
  local input = ("200\n"):rep(6) .. ("401\n"):rep(5) .. "407\n486\n487\n404\n302\n"

  cli_it("leave challenges out", function()
    local _, out = run({ "kpi", "--no-challenges" }, input)
    assert.equal("10 attempts\n6 challenges (401, 407) were left out", out:match("^(.-)\n\n"))
    assert.truthy(out:find("SER    66.67 %", 1, true))
    assert.truthy(out:find("ASR    60.00 %", 1, true))
    assert.falsy(out:find("challenged", 1, true))
    assert.falsy(out:find("\n  401", 1, true))
    _, out = run({ "kpi" }, input)
    assert.equal("16 attempts", out:match("^(.-)\n\n"))
    assert.truthy(out:find("\n  challenged", 1, true))
  end)

  cli_it("choose what NER counts", function()
    local _, out = run({ "kpi", "--ner", "487,2xx, 486 ,4XX,487" }, input)
    assert.truthy(out:find("  NER    93.75 %  2xx 4xx 486 487 of all (no standard names the codes)\n", 1, true))
    _, out = run({ "kpi", "--ner", "200" }, input)
    assert.truthy(out:find("  NER    37.50 %  200 of all (", 1, true))
    _, out = run({ "kpi", "--ner=6xx" }, input)
    assert.truthy(out:find("  NER     0.00 %  6xx of all (", 1, true))
  end)

  cli_it("are misused with status 2, before anything is read", function()
    local untouched = {
      read = function()
        error("read")
      end,
    }
    for list, word in pairs({
      [""] = "", ["1xx"] = "1xx", ["180"] = "180", ["2xx,"] = "", ["486;487"] = "486;487", ["7xx"] = "7xx",
      ["busy"] = "busy", ["486,700,x"] = "700", ["486, sip:487"] = "sip:487", ["4862"] = "4862", ["\27"] = "\\x1B",
    }) do
      assert.same({ 2, "", ('sipcodes: "%s" in --ner is not a final response code or class\n'):format(word) },
        { run({ "kpi", "--ner", list }, untouched) })
    end
    for _, delimiter in ipairs({ "", "ab", "x", "0", '"', "\n", "\r", "\195\188", "\255" }) do
      local status, out, err = run({ "kpi", "--column", "x", "--delimiter", delimiter }, untouched)
      assert.same({ 2, "" }, { status, out })
      assert.matches("^sipcodes: \".*\" is not a delimiter: one character, no letter, digit or quote\n$", err)
    end
    assert.same({ 2, "", "sipcodes: --delimiter needs --column\n" }, { run({ "kpi", "--delimiter", ";" }, untouched) })
    assert.same({ 2, "", "sipcodes: too many arguments\nTry 'sipcodes --help'.\n" },
      { run({ "kpi", "a", "b" }, untouched) })
    assert.same({ 2, "", "sipcodes: option '--column' requires an argument\nTry 'sipcodes --help'.\n" },
      { run({ "kpi", "--column" }, untouched) })
  end)
end)

describe("call records", function()
  local function attempts(file, ...)
    local value, status, err = json({ "--json", "kpi", "spec/data/cases/" .. file, "--column", ... })
    assert.same({ 0, "" }, { status, err })
    local counts = {}
    for _, row in ipairs(value.codes) do
      counts[row.code] = row.count
    end
    return value.attempts, value.asr, counts, value.read_as, value.table, value.left_out.rows
  end

  json_it("hold what they hold, decided for the column as a whole", function()
    assert.same({ n = 6, 4, 25, { [200] = 1, [480] = 1, [486] = 1, [503] = 1 }, "disposition" },
      results(attempts, "k1-asterisk-disposition.csv", "disposition"))
    assert.same({ n = 6, 4, 25, { [200] = 1, [480] = 1, [486] = 1, [503] = 1 }, "q850", "rfc3398" },
      results(attempts, "k1-asterisk-disposition.csv", "hangupcause"))
    assert.equal(3, (attempts("k2-freeswitch-no-header.csv", "10")))
    assert.same({ n = 6, 3, 100, { [200] = 1, [486] = 1, [487] = 1 }, "freeswitch", "freeswitch" },
      results(function()
        local n, asr, counts, kind, by = attempts("k7-cause-names.csv", "hangup_cause")
        return n, math.floor(asr * 3 + 0.5), counts, kind, by, nil
      end))
    local count, asr, codes, kind = attempts("k6-q850.csv", "hangup_cause_q850")
    assert.same({ 5, 20, "q850" }, { count, asr, kind })
    assert.same({ [200] = 1, [486] = 1, [500] = 2, [504] = 1 }, codes)
  end)

  json_it("of Kamailio are calls by INVITE alone", function()
    local count, asr, counts, _, _, left_out = attempts("k3-kamailio-acc.tsv", "sip_code")
    assert.same({ 3, { [200] = 2, [486] = 1 }, 3 }, { count, counts, left_out })
    assert.equal("66.7", ("%.1f"):format(asr))
    assert.equal(2, (attempts("k3-kamailio-acc.tsv", "sip_code", "--where", "method=BYE")))
    local _, out = run({ "kpi", "spec/data/cases/k3-kamailio-acc.tsv", "--column", "sip_code" })
    assert.truthy(out:find("3 rows were left out: not method = INVITE\n", 1, true))
  end)

  -- Every separator, with and without a header, quotes, a byte order mark, CR LF and Excel's line.
  json_it("may be written in every way that a spreadsheet writes them", function()
    local records = { { "a", "USER_BUSY" }, { "b\nc", "NORMAL_CLEARING" }, { 'd"e', "NO_ANSWER" } }
    for _, delimiter in ipairs({ ",", ";", "\t", "|" }) do
      for _, line_end in ipairs({ "\n", "\r\n" }) do
        for _, start in ipairs({ "", "\239\187\191", "sep=" .. delimiter .. line_end }) do
          for _, header in ipairs({ "id" .. delimiter .. "cause" .. line_end, "" }) do
            local text = start .. header
            for _, row in ipairs(records) do
              text = text .. '"' .. row[1]:gsub('"', '""') .. '"' .. delimiter .. '"' .. row[2] .. '"' .. line_end
            end
            for _, column in ipairs(header == "" and { "2" } or { "2", "cause", "CAUSE" }) do
              local value = json({ "--json", "kpi", "--column", column }, text)
              assert.same({ 3, "freeswitch" }, { value.attempts, value.read_as }, text)
            end
          end
        end
      end
    end
  end)

  json_it("may hold each name and word of the vocabularies", function()
    for _, row in ipairs(rows.tsv("spec/data/freeswitch_causes.tsv")) do
      if row.name ~= "NONE" then
        local value = json({ "--json", "kpi", "--column", "x" }, "x\n" .. row.name .. "\n" .. row.name:lower() .. "\n")
        assert.same({ 2, "freeswitch" }, { value.attempts, value.read_as }, row.name)
      end
    end
    for number, text in sip.cause.causes() do
      local name = sip.cause.text(number, "asterisk")
      if name ~= text then
        assert.equal("asterisk", json({ "--json", "kpi", "--column", "x" }, "x\n" .. name .. "\n").read_as)
      end
    end
    for word, code in pairs({
      ANSWERED = 200, ["NO ANSWER"] = 480, BUSY = 486, FAILED = 503, CONGESTION = 503, CHANUNAVAIL = 503, CANCEL = 487,
      NOANSWER = 480, ANSWER = 200, DONTCALL = 603,
    }) do
      local value = json({ "--json", "kpi", "--column", "x" }, "x\n" .. word .. "\n" .. word:lower() .. "\n")
      assert.same({ code, 2 }, { value.codes[1].code, value.codes[1].count })
    end
  end)

  json_it("are mapped by the table that is named", function()
    local text = "x\nUSER_BUSY\nNORMAL_CIRCUIT_CONGESTION\n"
    local value = json({ "--json", "kpi", "--column", "x", "--table", "osmocom" }, text)
    assert.same({ "osmocom", 480 }, { value.table, value.codes[1].code })
  end)

  cli_it("say how they were read", function()
    local _, out = run({ "kpi", "spec/data/cases/k7-cause-names.csv", "--column", "hangup_cause" })
    assert.truthy(out:gsub("\n", " "):find("^3 attempts read as names of FreeSWITCH causes, mapped to response codes by the table freeswitch "))
  end)

  cli_it("give no figure if most of them is not read", function()
    for _, text in ipairs({ "x\na\nb\n200\n", "x\nUSER_BUSY\nq\nw\n", "x\nBUSY NOW\n486\nfoo\n" }) do
      local status, out, err = run({ "kpi", "--column", "x" }, text)
      assert.same({ 1, "" }, { status, out })
      assert.matches("^sipcodes: most of standard input is not read: no figures; ", err)
    end
  end)

  cli_it("are misused with status 2", function()
    assert.same({ 2, "", 'sipcodes: "x" in --where is not COLUMN=VALUE\n' },
      { run({ "kpi", "--column", "x", "--where", "x" }, "x\n200\n") })
    assert.same({ 2, "", "sipcodes: --where needs --column\n" }, { run({ "kpi", "--where", "x=1" }, "200\n") })
    local status, out, err = run({ "kpi", "--column", "x", "--table", "dss1" }, "x\n200\n")
    assert.same({ 2, "" }, { status, out })
    assert.matches('^sipcodes: "dss1" is not a table that maps to SIP: rfc3398, ', err)
    assert.same({ 2, "", 'sipcodes: no column "method" among x\n' },
      { run({ "kpi", "--column", "x", "--where", "method=INVITE" }, "x\n200\n") })
  end)
end)

describe("kpi --json", function()
  json_it("gives the ratios, and every count", function()
    local value, status, err = json({ "--json", "kpi" }, "200\n200\n486\n499\n180\nx\n\n")
    assert.same({ 0, "" }, { status, err })
    assert.same({
      attempts = 4, read_as = "codes", ser = 50, seer = 75, isa = 0, asr = 50, ner = 75, ner_set = { "2xx", 480, 486, 600, 603 },
      left_out = { no_code = 2, provisional = 1, challenges = 0 },
      outcomes = {
        { outcome = "answered", count = 2, share = 50 },
        { outcome = "busy", count = 1, share = 25 },
        { outcome = "client error", count = 1, share = 25 },
      },
      codes = {
        { code = 200, reason = "OK", outcome = "answered", count = 2, share = 50 },
        { code = 486, reason = "Busy Here", outcome = "busy", count = 1, share = 25 },
        { code = 499, outcome = "client error", count = 1, share = 25 },
      },
    }, value)
    local _, text = run({ "--json", "kpi" }, "200\n486\n")
    assert.truthy(text:gsub("%s", ""):find('"asr":50,"ner":100,"ner_set":["2xx",480,486,600,603],"read_as":"codes","left_out":{'
      .. '"no_code":0,"provisional":0,"challenges":0},"outcomes":[{"outcome":"answered","count":1,"share":50},', 1,
      true))
  end)

  json_it("says null where a ratio is undefined", function()
    local _, out = run({ "kpi", "--json" }, "302\n")
    for _, name in ipairs({ "ser", "seer" }) do
      assert.truthy(out:find(('"%s":null,'):format(name), 1, true))
    end
    assert.matches('"isa":0', out)
  end)

  json_it("comes with status 1 where there is nothing to rate", function()
    local value, status, err = json({ "--json", "kpi", "--no-challenges" }, "401\n")
    assert.same({ 1, "sipcodes: no final response code in standard input; 1 challenge (401, 407) was left out\n" },
      { status, err })
    assert.same({ 0, 1 }, { value.attempts, value.left_out.challenges })
    assert.same({}, value.codes)
    value, status, err = json({ "--json", "kpi" }, "")
    assert.same({ 0, 1, "sipcodes: standard input is empty\n" }, { value.attempts, status, err })
  end)

  json_it("agrees with the module on generated input, and its shares sum to 100", function()
    local generator = random.new(99)
    for _ = 1, 20 do
      local counts, histogram = {}, {}
      for _ = 1, generator.next(30) do
        local code = 99 + generator.next(600)
        counts[code] = (counts[code] or 0) + generator.next(20)
      end
      for code, count in pairs(counts) do
        histogram[code] = code >= 200 and count or nil
      end
      local value = json({ "--json", "kpi" }, table.concat(lines_of(counts, tostring, generator.next(1000)), "\n"))
      local expected = kpi.ratios(histogram)
      for name, ratio in pairs(expected) do
        if name == "ner_set" then
          assert.same(ratio, value[name])
        else
          assert.is_true(math.abs(ratio - value[name]) < 1e-9)
        end
      end
      for _, list in ipairs({ value.outcomes, value.codes }) do
        local count, share = 0, 0
        for _, row in ipairs(list) do
          count, share = count + row.count, share + row.share
        end
        assert.equal(expected.attempts, count)
        assert.is_true(math.abs(share - 100) < 1e-6 or count == 0)
      end
      for _, row in ipairs(value.codes) do
        assert.same({ histogram[row.code], sip.reason(row.code), kpi.outcome(row.code) },
          { row.count, row.reason, row.outcome })
      end
    end
  end)
end)
