-- sipcodes export: every cell agrees with the library, in each format.
local command = require("spec.support.command")
local cause = require("sipcodes.cause")
local kpi = require("sipcodes.kpi")
local sip = require("sipcodes")
local tables = require("sipcodes.cli.export_tables")

local cli_it, json_it = command.its(it, pending)
local run, json = command.run, command.json

-- The records of CSV as RFC 4180 has it, each a table by the names of the header.
local function records_of(text)
  local rows, row, at = {}, {}, 1
  while at <= #text do
    local quoted, plain, stop, after
    if text:sub(at, at) == '"' then
      local last = at + 1
      repeat
        last = text:find('"', last, true)
        local is_double = text:sub(last + 1, last + 1) == '"'
        last = is_double and last + 2 or last
      until not is_double
      quoted = text:sub(at + 1, last - 1):gsub('""', '"')
      stop, after = text:match("^([,\r])\n?()", last + 1)
    else
      plain, stop, after = text:match("^([^,\r]*)([,\r])\n?()", at)
    end
    row[#row + 1] = quoted or plain
    at = after
    if stop == "\r" then
      rows[#rows + 1] = row
      row = {}
    end
  end
  local names = table.remove(rows, 1)
  for i, cells in ipairs(rows) do
    assert(#cells == #names)
    local record = {}
    for n, name in ipairs(names) do
      record[name] = cells[n]
    end
    rows[i] = record
  end
  return rows
end

local function exported(what)
  local status, out, err = run({ "export", what })
  assert.same({ 0, "" }, { status, err })
  return records_of(out)
end

-- A value as CSV has it.
local function as_cell(value)
  if type(value) == "boolean" then
    return value and "1" or "0"
  end
  return value == nil and "" or tostring(value)
end

describe("sipcodes export", function()
  cli_it("gives every response with what the library says of it", function()
    local rows = exported("responses")
    local count = 0
    for code = 100, 699 do
      count = count + (sip.reason(code) and 1 or 0)
    end
    assert.equal(count, #rows)
    local by_rfc = sip.routing.policy({ base = "rfc" })
    for _, row in ipairs(rows) do
      local info = sip.info(row.code)
      for _, field in ipairs({
        "code", "reason", "name", "class", "title", "registered", "origin", "deprecated", "rfc", "section", "methods",
        "action", "retry_after", "note", "basis",
      }) do
        assert.equal(as_cell(info[field]), row[field])
      end
      assert.equal(kpi.outcome(row.code), row.outcome)
      assert.equal(as_cell((sip.routing.failover(row.code))), row.failover_carrier)
      assert.equal(as_cell((by_rfc(row.code))), row.failover_rfc)
    end
  end)

  cli_it("gives every cause with its names", function()
    local rows = exported("causes")
    local seen = {}
    for _, row in ipairs(rows) do
      local number = tonumber(row.cause)
      seen[number] = true
      assert.equal(cause.text(number) or select(2, cause.freeswitch(number)), row.description)
      local found, name = cause.freeswitch(number)
      assert.equal(found and name or "", row.freeswitch)
      for _, of in ipairs({ "asterisk", "yate" }) do
        local text = number > 0 and number <= 127 and cause.text(number, of) or nil
        assert.equal(text ~= row.description and text or "", number > 0 and row[of] or "")
      end
    end
    for number in cause.causes() do
      assert.is_true(seen[number])
    end
    assert.is_true(seen[825])
  end)

  cli_it("gives every cell of every mapping table", function()
    local found = {}
    for _, row in ipairs(exported("mappings")) do
      local asked = row.direction == "from_sip" and row.code or row.cause
      if row.only_if ~= "" then
        asked = row.only_if .. (row.direction == "from_sip" and row.code or row.cause)
      end
      local key = table.concat({ row.source, row.direction, asked }, " ")
      assert.is_nil(found[key], key)
      found[key] = row
    end
    local checked = 0
    local function check(source, direction, asked, got, by_default)
      local row = found[table.concat({ source, direction, asked }, " ")]
      assert.equal(as_cell(got), direction == "from_sip" and row.cause or row.code)
      assert.equal(as_cell(by_default ~= nil), row.is_default)
      checked = checked + 1
    end
    for _, source in ipairs(cause.tables()) do
      for code = 100, 699 do
        if sip.reason(code) then
          local number, _, by_default = cause.from_sip(code, source.name)
          check(source.name, "from_sip", code, number, by_default)
        end
      end
      for number in cause.causes() do
        if source.to_sip then
          local code, _, by_default = cause.to_sip(number, source.name)
          check(source.name, "to_sip", number, code, by_default)
        end
      end
    end
    assert.is_true(checked > 1500)
    assert.equal("603", found["rfc3398 to_sip location U21"].code)
    assert.equal("301", found["rfc3398 to_sip diagnostic22"].code)
    assert.equal("65", found["rfc4497 from_sip bearer warning488"].cause)
    assert.equal("480", found["freeswitch to_sip 802"].code)
    assert.equal("ALLOTTED_TIMEOUT", found["freeswitch to_sip 802"].cause_name)
  end)

  for what, exported_table in pairs(tables) do
    json_it("gives " .. what .. " as JSON with the same cells", function()
      local rows = exported(what)
      local list = json({ "export", what, "--format", "json" })
      assert.equal(#rows, #list)
      for i, record in ipairs(list) do
        for _, column in ipairs(exported_table.columns) do
          assert.equal(rows[i][column.name], as_cell(record[column.name]))
        end
      end
      assert.same({ run({ "export", what, "--format", "json" }) }, { run({ "--json", "export", what }) })
    end)

    cli_it("gives " .. what .. " as SQL with room for every text, and quotes doubled", function()
      exported_table.rows(function(record)
        for _, column in ipairs(exported_table.columns) do
          local size, value = tonumber(column.type:match("%((%d+)%)")), record[column.name]
          assert.is_true(value == nil or not size or #value <= size, column.name)
          assert.is_true(value ~= nil or not (column.key or column.required), column.name)
          assert.falsy(tostring(value):find("[\\%c\127-\255]")) -- a backslash is special to MySQL alone
        end
      end)
      local _, out = run({ "export", what, "--format", "sql" })
      assert.matches("^%-%- sipcodes [%d.]+, registry of [%d-]+\nDROP TABLE IF EXISTS sip_" .. what .. ";\n", out)
      assert.equal(0, select(2, out:gsub("'", "")) % 2)
    end)
  end

  cli_it("is misused with status 2", function()
    assert.same({ 2, "", 'sipcodes: "x" cannot be exported: responses, causes or mappings\n' }, { run({ "export", "x" }) })
    assert.same({ 2, "", 'sipcodes: "xml" is not a format: csv, json or sql\n' },
      { run({ "export", "causes", "--format", "xml" }) })
    assert.equal(2, (run({ "export" })))
  end)
end)
