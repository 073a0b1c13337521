-- sipcodes export
local exit = require("sipcodes.cli.exit")
local record_of = require("sipcodes.cli.csv").record_of
local sip = require("sipcodes")
local tables = require("sipcodes.cli.export_tables")

local FOUND, TROUBLE, fail = exit.FOUND, exit.TROUBLE, exit.fail

local ROWS = 100 -- rows of one INSERT

-- A literal of SQL; booleans are 1 and 0, which every database takes.
local function sql_cell(value)
  if value == nil then
    return "NULL"
  elseif type(value) == "boolean" then
    return value and "1" or "0"
  end
  return type(value) == "string" and "'" .. value:gsub("'", "''") .. "'" or tostring(value)
end

-- The values of a record in the order of the columns, each as `literal` makes it.
local function values_of(record, columns, literal)
  local values = {}
  for i, column in ipairs(columns) do
    values[i] = literal(record[column.name])
  end
  return values
end

local function itself(value)
  return value
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
    out.write(record_of(values_of(record, exported.columns, itself), #exported.columns))
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
    out.write(start, "(", table.concat(values_of(record, exported.columns, sql_cell), ", "), ")")
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
