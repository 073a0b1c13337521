-- sipcodes export
local exit = require("sipcodes.cli.exit")
local sip = require("sipcodes")
local tables = require("sipcodes.cli.export_tables")

local FOUND, TROUBLE, fail = exit.FOUND, exit.TROUBLE, exit.fail
local find = string.find

local ROWS = 100 -- rows of one INSERT

-- A number, a text, and whether it is one; booleans are 1 and 0, which every database takes.
local function plain(value)
  if type(value) == "boolean" then
    return value and "1" or "0", false
  end
  return value == nil and "" or tostring(value), type(value) == "string"
end

-- A cell of CSV (RFC 4180).
local function csv_cell(value)
  local text = plain(value)
  return find(text, '[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

-- A literal of SQL.
local function sql_cell(value)
  if value == nil then
    return "NULL"
  end
  local text, is_text = plain(value)
  return is_text and "'" .. text:gsub("'", "''") .. "'" or text
end

-- The cells of a record in the order of the columns.
local function cells_of(record, columns, cell)
  local cells = {}
  for i, column in ipairs(columns) do
    cells[i] = cell(record[column.name])
  end
  return cells
end

local function names_of(columns)
  local names = {}
  for i, column in ipairs(columns) do
    names[i] = column.name
  end
  return names
end

local writers = {}

function writers.csv(exported, out)
  out.write(table.concat(names_of(exported.columns), ","), "\r\n")
  exported.rows(function(record)
    out.write(table.concat(cells_of(record, exported.columns, csv_cell), ","), "\r\n")
  end)
end

function writers.json(exported, out)
  local list = {}
  exported.rows(function(record)
    local row = {}
    for _, column in ipairs(exported.columns) do
      local value = record[column.name]
      row[column.name] = value == nil and out.dkjson.null or value
    end
    list[#list + 1] = row
  end)
  out.json(list, names_of(exported.columns))
end

--- One file for SQLite, PostgreSQL, MySQL and MariaDB. It takes the place of a table of an earlier version.
function writers.sql(exported, out)
  local columns = {}
  for i, column in ipairs(exported.columns) do
    columns[i] = ("  %s %s%s%s"):format(column.name, column.type,
      (column.key or column.required) and " NOT NULL" or "", column.key and " PRIMARY KEY" or "")
  end
  out.write("-- ", sip._VERSION, ", registry of ", sip._REGISTRY, "\nDROP TABLE IF EXISTS ", exported.name, ";\n",
    "CREATE TABLE ", exported.name, " (\n", table.concat(columns, ",\n"), "\n);\n")
  local insert = ("INSERT INTO %s (%s) VALUES\n"):format(exported.name, table.concat(names_of(exported.columns), ", "))
  local count = 0
  exported.rows(function(record)
    local start = count % ROWS > 0 and ",\n" or (count > 0 and ";\n" or "") .. insert
    out.write(start, "(", table.concat(cells_of(record, exported.columns, sql_cell), ", "), ")")
    count = count + 1
  end)
  out.write(";\n")
end

return {
  name = "export",
  usage = "export responses|causes|mappings [--format csv|json|sql]",
  summary = "write the codes, the causes or the mapping tables for a database or a spreadsheet",
  declare = function(parser, words)
    local what = parser:argument("what", "responses, causes (with FreeSWITCH's own) or mappings (what each table makes "
      .. "of each code and cause; is_default says that the table does not list it).")
    local form = parser:option("--format", "csv (unless given), json, or sql, which SQLite, PostgreSQL, MySQL and "
      .. "MariaDB read."):argname("FORMAT")
    if words then
      what:choices({ "responses", "causes", "mappings" })
      form:choices({ "csv", "json", "sql" })
    end
  end,
  run = function(options, out)
    local exported = tables[options.what]
    if not exported then
      fail(TROUBLE, ('"%s" cannot be exported: responses, causes or mappings'):format(options.what))
    end
    local form = options.format or (out.as_json and "json" or "csv")
    if not writers[form] then
      fail(TROUBLE, ('"%s" is not a format: csv, json or sql'):format(form))
    end
    if form == "json" then
      out.want_json()
    end
    writers[form](exported, out)
    return FOUND
  end,
}
