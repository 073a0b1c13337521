-- kpi by group and time, in comparison, and for other programs.
local unpack = table.unpack or unpack -- luacheck: ignore 143
local command = require("spec.support.command")

local cli_it, json_it = command.its(it, pending)
local run, json = command.run, command.json

local rows = {
  "start,destination,method,code",
  "2026-11-24 23:59:59,4930111,INVITE,200",
  "2026-11-25 00:00:00,4930222,INVITE,486",
  "2026-11-25 00:10:00,4930333,INVITE,200",
  "2026-11-25 00:20:00,33199,INVITE,404",
  "2026-11-25 01:00:00,33198,INVITE,503",
  "2026-11-25 01:01:00,33198,BYE,481",
  ",,INVITE,180",
  "soon,,INVITE,486",
}
local text = table.concat(rows, "\n") .. "\n"

-- The groups as "name attempts asr", and the report.
local function grouped(input, ...)
  local report, status, err = json({ "--json", "kpi", ... }, input)
  local list = {}
  for i, row in ipairs(report.groups or {}) do
    list[i] = ("%s %d %g"):format(row.group, row.attempts, row.asr)
  end
  return list, report, status, err
end

describe("kpi groups", function()
  for arguments, expected in pairs({
    [{ "--by", "destination:2" }] = { "49 3 66.6667", "33 2 0", "(empty) 1 0" },
    [{ "--by", "destination" }] = { "33198 1 0", "33199 1 0", "4930111 1 100", "4930222 1 0", "4930333 1 100", "(empty) 1 0" },
    [{ "--by", "2:3" }] = { "331 2 0", "493 3 66.6667", "(empty) 1 0" },
    [{ "--every", "1h", "--time", "start" }] =
      { "(no time) 1 0", "2026-11-24 23:00 1 100", "2026-11-25 00:00 3 33.3333", "2026-11-25 01:00 1 0" },
    [{ "--every", "1d", "--time", "1" }] = { "(no time) 1 0", "2026-11-24 1 100", "2026-11-25 4 25" },
    [{ "--every", "30m", "--time", "start", "--where", "code=200" }] = { "2026-11-24 23:30 1 100", "2026-11-25 00:00 1 100" },
    [{ "--every", "1d", "--time", "start", "--by", "destination:1" }] = { "(no time)  (empty) 1 0", "2026-11-24  4 1 100",
      "2026-11-25  3 2 0", "2026-11-25  4 2 50" },
  }) do
    json_it("by " .. table.concat(arguments, " "), function()
      local list, report, status = grouped(text, "--column", "code", unpack(arguments))
      if not arguments[5] then -- of equals the first in order
        assert.same(expected[1] and #expected, #list)
      end
      table.sort(list)
      table.sort(expected)
      assert.same({ expected, 0 }, { list, status })
      local sum = 0
      for _, row in ipairs(report.groups) do
        sum = sum + row.attempts
      end
      assert.equal(report.attempts, sum)
    end)
  end

  json_it("in the order of attempts, and of time", function()
    assert.same({ "49 3 66.6667", "33 2 0", "(empty) 1 0" }, (grouped(text, "--column", "code", "--by", "destination:2")))
    assert.same({ "(no time) 1 0", "2026-11-24 1 100", "2026-11-25 4 25" },
      (grouped(text, "--column", "code", "--every", "1d", "--time", "start")))
  end)

  json_it("by seconds, milliseconds and microseconds since 1970", function()
    for _, zeros in ipairs({ "", "000", "000000", ".5" }) do
      assert.same({ "2023-11-14 1 100" }, (grouped("t,code\n1700000000" .. zeros .. ",200\n",
        "--column", "code", "--every", "1d", "--time", "t")))
    end
  end)

  json_it("causes whose kind is that of the whole column", function()
    local list, report = grouped("to,cause\na,USER_BUSY\nb,NORMAL_CLEARING\nb,USER_BUSY\n", "--column", "cause", "--by", "to")
    assert.same({ { "b 2 50", "a 1 0" }, "freeswitch" }, { list, report.read_as })
  end)

  json_it("rows with quotes, and a file without a header", function()
    assert.same({ "a,b 2 50" }, (grouped('"a,b",200\n"a,b",486\n', "--column", "2", "--by", "1")))
    assert.same({ "a 1 100" }, (grouped("a,INVITE,200\nb,BYE,200\n", "--column", "3", "--by", "1", "--where", "2=INVITE")))
  end)

  json_it("the calls of a log", function()
    local list = grouped(assert(io.open("spec/data/trace.log")):read("*a"), "--by", "to:4")
    assert.same({ "answ 3 100", "busy 2 0", "memb 2 50" }, { list[1], list[2], list[3] })
    list = grouped(assert(io.open("spec/data/trace.log")):read("*a"), "--every", "1d")
    assert.same({ "2026-11-23 22 31.8182" }, list)
  end)

  json_it("of more names than are told apart", function()
    local lines = { "to,code" }
    for i = 1, 10050 do
      lines[i + 1] = i .. ",486"
    end
    local list, report = grouped(table.concat(lines, "\n") .. "\n", "--column", "code", "--by", "to")
    assert.same({ 10001, 10050 }, { #list, report.attempts })
    assert.equal("(others) 50 0", list[1])
  end)

  cli_it("in a table that fits", function()
    local _, out = run({ "kpi", "--column", "code", "--by", "destination:2" }, text)
    assert.equal(table.concat({
      "6 attempts", "1 row was left out: not method = INVITE", "1 provisional response (1xx) was left out", "",
      "group    attempts      ASR      NER      SER  main outcomes",
      "49              3   66.7 %  100.0 %   66.7 %  answered 2, busy 1",
      "33              2    0.0 %    0.0 %    0.0 %  network failure 1, not reachable 1",
      "(empty)         1    0.0 %  100.0 %    0.0 %  busy 1", "",
    }, "\n"), out)
    for _, width in ipairs({ 40, 60, 80, 200 }) do
      local _, narrow = run({ "kpi", "--column", "code", "--by", "destination:2" }, text, { getenv = function(name)
        return name == "COLUMNS" and tostring(width) or nil
      end })
      assert.is_true(command.widest(narrow:match("\n\n(.*)$")) <= math.max(47, math.min(width, 100)))
    end
  end)

  cli_it("are asked for with what they need", function()
    for _, case in ipairs({
      { { "--every", "1h", "--column", "code" }, "--every needs --time, the column of the time" },
      { { "--time", "start", "--column", "code" }, "--time needs --every" },
      { { "--every", "1w" }, '"1w" in --every is not a time such as 15m, 1h or 1d' },
      { { "--every", "0h" }, '"0h" in --every is not a time such as 15m, 1h or 1d' },
      { { "--by", "x:0" }, '"x:0" in --by is not COLUMN or COLUMN:OCTETS' },
      { { "--format", "xml" }, '"xml" in --format is not csv or openmetrics' },
      { { "--column", "code", "--by", "nothing" }, 'no column "nothing" among start, destination, method, code' },
    }) do
      assert.same({ 2, "", "sipcodes: " .. case[2] .. "\n" }, { run({ "kpi", unpack(case[1]) }, text) })
    end
    for _, input in ipairs({ "200\n", "", "\0" }) do
      assert.same({ 2, "", "sipcodes: --by and --every need --column, a capture, or a log with whole SIP messages\n" },
        { run({ "kpi", "--by", "to" }, input) })
    end
    assert.same({ 2, "", 'sipcodes: calls are grouped by from or to, and not by "code"\n' },
      { run({ "kpi", "--by", "code", "spec/data/trace.log" }) })
  end)
end)

describe("kpi --compare", function()
  local function with_file(content, block)
    local path = os.tmpname()
    local file = assert(io.open(path, "w"))
    file:write(content)
    file:close()
    local ok, why = pcall(block, path)
    os.remove(path)
    assert(ok, why)
  end

  -- Newcombe's example (Statistics in Medicine 17, 1998): 56 of 70 against 48 of 80 has the interval 0.0524 to 0.3339.
  json_it("has Newcombe's interval, and marks what chance does not explain", function()
    with_file(("200\n"):rep(48) .. ("486\n"):rep(32), function(path)
      local report = json({ "--json", "kpi", "--compare", path }, ("200\n"):rep(56) .. ("486\n"):rep(14))
      local found = {}
      for _, row in ipairs(report.comparison) do
        found[row.ratio] = ("%.2f %.2f %.2f %.2f %.2f %s"):format(row.this, row.other, row.difference, row.low, row.high,
          tostring(row.differs))
      end
      assert.equal("80.00 60.00 20.00 5.24 33.39 true", found.asr)
      assert.equal("100.00 100.00 0.00 -5.20 4.58 false", found.ner)
    end)
  end)

  cli_it("is a table, by group as well", function()
    with_file("to,code\na,200\na,486\nb,200\n", function(path)
      local status, out = run({ "kpi", "--column", "code", "--by", "to", "--compare", path }, "to,code\na,200\nc,404\n")
      assert.equal(0, status)
      assert.truthy(out:find("\nall: 2 attempts, and 3 of the other\n", 1, true))
      assert.truthy(out:find("\na: 1 attempt, and 2 of the other\n", 1, true))
      assert.falsy(out:find("\n[bc]: "))
      assert.truthy(out:find("  ASR   50.00 %   66.67 %      -16.67  -65.48 to +44.58\n", 1, true), out)
    end)
  end)

  cli_it("needs figures on both sides", function()
    with_file("x\n", function(path)
      local status, out, err = run({ "kpi", "--compare", path }, "200\n")
      assert.same({ 1, "" }, { status, out })
      assert.matches("^sipcodes: no final response code in " .. path, err)
    end)
  end)
end)

describe("kpi for other programs", function()
  cli_it("writes CSV", function()
    local _, out = run({ "kpi", "--column", "code", "--by", "destination:2", "--csv" }, text)
    assert.equal(table.concat({
      "group,code,reason,outcome,count,attempts",
      "49,200,OK,answered,2,3", "49,486,Busy Here,busy,1,3",
      "33,404,Not Found,not reachable,1,2", "33,503,Service Unavailable,network failure,1,2",
      "(empty),486,Busy Here,busy,1,1", "",
    }, "\r\n"), out)
    assert.equal(out, select(2, run({ "kpi", "--column", "code", "--by", "destination:2", "--format", "csv" }, text)))
  end)

  cli_it("writes counters for node_exporter", function()
    local _, out = run({ "kpi", "--format", "openmetrics" }, "200\n200\n486\n")
    assert.equal(table.concat({
      "# HELP sipcodes_calls_total Call attempts by final response code.",
      "# TYPE sipcodes_calls_total counter",
      'sipcodes_calls_total{code="200",outcome="answered"} 2',
      'sipcodes_calls_total{code="486",outcome="busy"} 1', "",
    }, "\n"), out)
    _, out = run({ "kpi", "--column", "2", "--by", "1", "--format", "openmetrics" }, 'a"\\\t,200\n')
    assert.truthy(out:find('group="a\\"\\\\"', 1, true), out)
  end)
end)

describe("a file with several columns", function()
  for file, columns in pairs({
    ["k1-asterisk-disposition.csv"] = "--column disposition (Asterisk dispositions), --column hangupcause (Q.850 causes)",
    ["k2-freeswitch-no-header.csv"] = "--column 10 (names of FreeSWITCH causes)",
    ["k3-kamailio-acc.tsv"] = "--column sip_code (response codes)",
    ["k6-q850.csv"] = "--column hangup_cause_q850 (Q.850 causes)",
    ["k7-cause-names.csv"] = "--column hangup_cause (names of FreeSWITCH causes)",
  }) do
    cli_it("is told its likely columns: " .. file, function()
      local path = "spec/data/cases/" .. file
      local status, out, err = run({ "kpi", path })
      assert.same({ 1, "" }, { status, out })
      assert.equal(("sipcodes: no final response code in %s; its columns hold codes: %s; "):format(path, columns),
        err:match("^(.*)%d+ lines were no code"))
    end)
  end
end)

describe("CSV whose lines differ", function()
  -- The codes of a file, in every mixture of lines that are made alike and lines that are not.
  json_it("is read line by line all the same", function()
    local lines = {
      "a,200,b", '"a",200,b', 'a,"200",b', '"a, b",200,"c"', '"a ""x"" b",200,c', 'a,200,"b\nc"', '"a\n",200,', ",200", "a,200,b,c,d",
      '"",200,""', 'a,200,"b,""c"""',
    }
    local mixed = "x,code,y\n"
    for _, first in ipairs(lines) do
      for _, second in ipairs(lines) do
        mixed = mixed .. first .. "\n" .. first .. "\r\n" .. second .. "\n"
      end
    end
    local report = json({ "--json", "kpi", "--column", "code" }, mixed)
    assert.same({ 3 * #lines * #lines, 100, 0 }, { report.attempts, report.asr, report.left_out.no_code })
    local by = grouped(mixed, "--column", "code", "--by", "x:1", "--where", "code=200")
    table.sort(by)
    assert.same({ "(empty) 66 100", "a 297 100" }, by)
  end)

  json_it("may have more cells than a pattern can hold", function()
    local cells = {}
    for i = 1, 400 do
      cells[i] = "c" .. i
    end
    local header = table.concat(cells, ",")
    local row = ("1,"):rep(398) .. "486,1"
    assert.equal(2, json({ "--json", "kpi", "--column", "c399" }, header .. "\n" .. row .. "\n" .. row .. "\n").attempts)
  end)
end)
