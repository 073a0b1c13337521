-- What the page of codes knows, read from the built module: the response codes, the causes, FreeSWITCH's
-- causes, and each cell of the mapping tables.
local sip = require("sipcodes")
local cause = require("sipcodes.cause")
local header = require("sipcodes.header")

local facts = {}

-- A Warning field value that speaks of the bearer: 488 and 606 depend on it.
local BEARER = '304 host "Media type not available"'

-- The highest number that FreeSWITCH gives to a cause is below this.
local SWITCH_LIMIT = 1000

--- The known response codes in ascending order: the registered and the others.
function facts.codes()
  local list = {}
  for code = 100, 699 do
    if sip.info(code) then
      list[#list + 1] = code
    end
  end
  return list
end

-- FreeSWITCH's name of a number; nil if it has none in that era.
local function switch_name(number, era)
  local found, name = cause.freeswitch(number, era)
  return found and name
end

--- FreeSWITCH's causes in ascending order: {name, number, old}. The old number is that of the time before
-- 1.10.8, nil if it is the same or if there was none.
function facts.switch_causes()
  local old = {}
  for number = 0, SWITCH_LIMIT do
    local name = switch_name(number, "old")
    if name then
      old[name] = number
    end
  end
  local list = {}
  for number = 0, SWITCH_LIMIT do
    local name = switch_name(number)
    if name then
      local before = old[name]
      list[#list + 1] = { name = name, number = number, old = before ~= number and before or nil, new = not before }
    end
  end
  return list
end

--- The Q.850 causes in ascending order: {number, text, in_q850}.
function facts.causes()
  local list = {}
  for number, text, in_q850 in cause.causes() do
    list[#list + 1] = { number = number, text = text, in_q850 = in_q850 }
  end
  return list
end

--- What a table makes of a response code, or of "BYE" or "CANCEL": {number, default, other}. The other number
-- is that of a response whose Warning speaks of the bearer. nil if it becomes no cause.
function facts.from_sip(code, name)
  local number, _, default = cause.from_sip(code, name)
  if not number then
    return nil
  end
  local bearer = cause.from_sip(code, name, BEARER)
  return { number = number, default = default ~= nil, bearer = bearer ~= number and bearer or nil }
end

--- What a table makes of a cause: {number, default, user, diagnostic}. The last two are the codes if the location
-- is the user, and if there is a number to redirect to. nil if it becomes no response.
function facts.to_sip(number, source)
  if not source.to_sip or (number < 1 or number > 127) and source.name ~= "freeswitch" then
    return nil
  end
  local code, _, default = cause.to_sip(number, source.name)
  if not code then
    return nil
  end
  local user = cause.to_sip(number, source.name, "U")
  local diagnostic = cause.to_sip(number, source.name, nil, true)
  return {
    number = code, default = default ~= nil,
    user = user ~= code and user or nil, diagnostic = diagnostic ~= code and diagnostic or nil,
  }
end

--- The codes that a table itself turns into a cause, without its default.
function facts.codes_of(number, name)
  local list = {}
  for code = 100, 699 do
    local found, _, default = cause.from_sip(code, name)
    if found == number and not default then
      list[#list + 1] = code
    end
  end
  return list
end

-- Is there a table that lists the code?
local function is_listed(code, tables)
  for _, source in ipairs(tables) do
    local cell = facts.from_sip(code, source.name)
    if cell and not cell.default then
      return true
    end
  end
  return false
end

-- A cell as the script of the page reads it: the number alone, or [number, default, other, diagnostic].
local function packed(cell)
  if not cell then
    return false
  elseif not cell.default and not cell.bearer and not cell.user and not cell.diagnostic then
    return cell.number
  end
  return { cell.number, cell.default and 1 or 0, cell.bearer or cell.user or 0, cell.diagnostic or 0 }
end

local function packed_row(tables, cell_of)
  local row = {}
  for i, source in ipairs(tables) do
    row[i] = packed(cell_of(source))
  end
  return row
end

-- The rows from SIP by code, and under "4xx" what becomes of a code that no table lists.
local function rows_from_sip(tables)
  local rows, known = {}, {}
  for _, code in ipairs(facts.codes()) do
    known[code] = true
  end
  local function add(key, code)
    rows[key] = packed_row(tables, function(source) return facts.from_sip(code, source.name) end)
  end
  for code = 100, 699 do
    if known[code] or is_listed(code, tables) then
      add(tostring(code), code)
    else
      add(("%dxx"):format((sip.class(code))), code)
    end
  end
  add("BYE", "BYE")
  add("CANCEL", "CANCEL")
  return rows
end

local function rows_to_sip(tables)
  local rows = {}
  local function add(number)
    rows[tostring(number)] = packed_row(tables, function(source) return facts.to_sip(number, source) end)
  end
  for number = 0, 127 do
    add(number)
  end
  for _, one in ipairs(facts.switch_causes()) do
    add(one.number)
  end
  return rows
end

-- The names of the causes by number, and those of a table whose names differ.
local function names(tables)
  local texts, own = {}, {}
  for number = 1, 127 do
    texts[tostring(number)] = cause.text(number) or nil
  end
  for i, source in ipairs(tables) do
    local list, some = {}, false
    for number = 0, SWITCH_LIMIT do
      local name
      if source.name == "freeswitch" then
        name = switch_name(number)
      elseif number >= 1 and number <= 127 then
        name = cause.text(number, source.name)
      end
      if name and name ~= texts[tostring(number)] then
        list[tostring(number)], some = name, true
      end
    end
    own[i] = some and list or false
  end
  return texts, own
end

-- The published causes of the Reason protocols other than SIP and Q.850.
local function meanings()
  local protocols = {}
  for name in header.protocols() do
    local texts
    for number = 0, 699 do
      local text = name ~= "SIP" and name ~= "Q.850" and header.meaning(name, number)
      if text then
        texts = texts or {}
        texts[tostring(number)] = text
      end
    end
    protocols[#protocols + 1] = { name = name, causes = texts or false }
  end
  return protocols
end

--- All that the script of the page needs.
function facts.for_script()
  local tables = cause.tables()
  local data = { tables = {}, phrases = {}, titles = {}, from = rows_from_sip(tables), to = rows_to_sip(tables) }
  for i, source in ipairs(tables) do
    data.tables[i] = { name = source.name, kind = source.kind, to = source.to_sip, source = source.source }
  end
  for _, code in ipairs(facts.codes()) do
    data.phrases[tostring(code)] = sip.reason(code)
  end
  for class = 1, 6 do
    local _, title = sip.class(class * 100)
    data.titles[class] = title
  end
  data.texts, data.names = names(tables)
  data.protocols = meanings()
  return data
end

return facts
