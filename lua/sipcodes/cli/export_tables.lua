-- The tables that `sipcodes export` gives: each has a name, columns and rows(add), which calls add(record) for each
-- row in its order. A column has a name, an SQL type, and key or required if it may not be empty.
local cause = require("sipcodes.cause")
local kpi = require("sipcodes.kpi")
local routing = require("sipcodes.routing")
local sip = require("sipcodes")
local cause_text = require("sipcodes.cli.tables").cause_text

local by_rfc = routing.policy({ base = "rfc" })

local responses = {
  name = "sip_responses",
  columns = {
    { name = "code", type = "INTEGER", key = true }, { name = "reason", type = "VARCHAR(80)", required = true },
    { name = "name", type = "VARCHAR(80)" }, { name = "class", type = "INTEGER", required = true },
    { name = "title", type = "VARCHAR(20)", required = true },
    { name = "registered", type = "SMALLINT", required = true }, { name = "origin", type = "VARCHAR(200)" },
    { name = "deprecated", type = "VARCHAR(20)" }, { name = "rfc", type = "VARCHAR(20)" },
    { name = "section", type = "VARCHAR(120)" }, { name = "methods", type = "VARCHAR(120)" },
    { name = "action", type = "VARCHAR(20)", required = true },
    { name = "outcome", type = "VARCHAR(20)", required = true },
    { name = "failover_carrier", type = "SMALLINT", required = true },
    { name = "failover_rfc", type = "SMALLINT", required = true },
    { name = "retry_after", type = "SMALLINT", required = true },
    { name = "note", type = "VARCHAR(300)", required = true }, { name = "basis", type = "VARCHAR(300)" },
  },
}

function responses.rows(add)
  for code = 100, 699 do
    local record = sip.info(code)
    if record then
      record.outcome = kpi.outcome(code)
      record.failover_carrier, record.failover_rfc = (routing.failover(code)), (by_rfc(code))
      add(record)
    end
  end
end

-- The causes of Q.850 and of practice, and FreeSWITCH's own.
local causes = {
  name = "sip_causes",
  columns = {
    { name = "cause", type = "INTEGER", key = true }, { name = "description", type = "VARCHAR(120)", required = true },
    { name = "in_q850", type = "SMALLINT", required = true }, { name = "class", type = "INTEGER" },
    { name = "title", type = "VARCHAR(40)" }, { name = "freeswitch", type = "VARCHAR(40)" },
    { name = "asterisk", type = "VARCHAR(60)" }, { name = "yate", type = "VARCHAR(40)" },
  },
}

-- A name that a table has of its own, nil if it is the text of Q.850.
local function own_name(number, of)
  local name = number <= 127 and cause.text(number, of) or nil
  return name ~= cause_text(number) and name or nil
end

function causes.rows(add)
  local in_q850 = {}
  for number, _, is_there in cause.causes() do
    in_q850[number] = is_there
  end
  for number = 0, 999 do
    local description = cause_text(number)
    if description then
      local found, freeswitch = cause.freeswitch(number)
      local class, title = cause.class(number)
      add({
        cause = number, description = description, in_q850 = in_q850[number] or false, class = class,
        title = class and title, freeswitch = found and freeswitch or nil,
        asterisk = own_name(number, "asterisk"), yate = own_name(number, "yate"),
      })
    end
  end
end

-- What each table makes of each code and cause. only_if is empty for what holds without a condition.
local mappings = {
  name = "sip_mappings",
  columns = {
    { name = "source", type = "VARCHAR(20)", required = true },
    { name = "direction", type = "VARCHAR(10)", required = true }, { name = "code", type = "INTEGER" },
    { name = "cause", type = "INTEGER" }, { name = "cause_name", type = "VARCHAR(120)" },
    { name = "only_if", type = "VARCHAR(20)", required = true },
    { name = "is_default", type = "SMALLINT", required = true },
  },
}

local function add_from_sip(name, add)
  for code = 100, 699 do
    if sip.reason(code) then
      local number, text, by_default = cause.from_sip(code, name)
      local record = {
        source = name, direction = "from_sip", code = code, cause = number, cause_name = number and text,
        only_if = "", is_default = by_default ~= nil,
      }
      add(record)
      local bearer, bearer_text = cause.from_sip(code, name, '304 host "bearer"')
      if bearer ~= number then
        record.cause, record.cause_name, record.only_if = bearer, bearer_text, "bearer warning"
        add(record)
      end
    end
  end
end

-- Adds the row once more with the code that a condition leads to, if it is another one.
local function add_if_other(record, code, other, condition, add)
  if other ~= code then
    record.code, record.only_if = other, condition
    add(record)
  end
end

local function add_to_sip(name, add)
  for number = 0, name == "freeswitch" and 999 or 127 do
    local text = number <= 127 and cause.text(number, name) or cause_text(number)
    if text and (number > 0 or name == "freeswitch") then
      local code, _, by_default = cause.to_sip(number, name)
      local record = {
        source = name, direction = "to_sip", code = code, cause = number, cause_name = text,
        only_if = "", is_default = by_default ~= nil,
      }
      add(record)
      add_if_other(record, code, (cause.to_sip(number, name, "U")), "location U", add)
      add_if_other(record, code, (cause.to_sip(number, name, nil, true)), "diagnostic", add)
    end
  end
end

function mappings.rows(add)
  for _, source in ipairs(cause.tables()) do
    if source.from_sip then
      add_from_sip(source.name, add)
    end
    if source.to_sip then
      add_to_sip(source.name, add)
    end
  end
end

return { responses = responses, causes = causes, mappings = mappings }
