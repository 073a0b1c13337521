-- What the tables make of a code or of a cause, grouped by the answer: "17 User busy: every table".
local cause = require("sipcodes.cause")
local facts = require("spec.tools.page.facts")
local html = require("spec.tools.page.html")
local sip = require("sipcodes")

local groups = {}

local tables = cause.tables()

-- The numbers in the order of their first table, each with the names of its tables.
local function grouped(cell_of)
  local list, by_number, asked = {}, {}, 0
  for _, source in ipairs(tables) do
    local cell = cell_of(source)
    if cell ~= false then
      asked = asked + 1
    end
    if cell then
      local group = by_number[cell.number]
      if not group then
        group = { number = cell.number, tables = {}, names = {} }
        by_number[cell.number], list[#list + 1] = group, group
      end
      table.insert(group.tables, source.name)
      table.insert(group.names, source.name .. (cell.default and " (default)" or ""))
    end
  end
  return list, asked
end

local function item(group, asked, target, label)
  local every = #group.tables == asked and table.concat(group.names, ", ") == table.concat(group.tables, ", ")
  return ("<li>%s <small>%s</small></li>"):format(
    html.link(target, label), every and "every table" or table.concat(group.names, ", "))
end

local function listed(class, items)
  return items[1] and ('<ul class="%s">%s</ul>'):format(class, table.concat(items, "\n")) or nil
end

--- Where a cause stands on the page, and how it is called: in FreeSWITCH above 127.
function groups.cause_link(number)
  if number >= 1 and number <= 127 then
    return "#q850-" .. number, ("%d %s"):format(number, cause.text(number) or "")
  end
  local _, name = cause.freeswitch(number)
  return "#" .. name, ("%d %s"):format(number, name)
end

--- Where a code stands on the page, and its phrase.
function groups.code_link(code)
  return "#" .. code, sip.line(code)
end

--- The causes that a code becomes, as a list; nil if no table has one.
function groups.causes_of(code)
  local items = {}
  local list, asked = grouped(function(source) return facts.from_sip(code, source.name) end)
  for i, group in ipairs(list) do
    items[i] = item(group, asked, groups.cause_link(group.number))
  end
  return listed("becomes", items)
end

--- The codes that a cause becomes, as a list; nil if no table has one.
function groups.codes_of(number)
  local items = {}
  local list, asked = grouped(function(source)
    if not source.to_sip then
      return false
    end
    return facts.to_sip(number, source)
  end)
  for i, group in ipairs(list) do
    items[i] = item(group, asked, groups.code_link(group.number))
  end
  return listed("becomes", items)
end

--- The codes that become a cause, without defaults, as a list; nil if there is none.
function groups.sources_of(number)
  local by_code, codes = {}, {}
  for _, source in ipairs(tables) do
    for _, code in ipairs(facts.codes_of(number, source.name)) do
      if not by_code[code] then
        by_code[code], codes[#codes + 1] = {}, code
      end
      table.insert(by_code[code], source.name)
    end
  end
  table.sort(codes)
  local items = {}
  for i, code in ipairs(codes) do
    local group = { number = code, tables = by_code[code], names = by_code[code] }
    local target, label = groups.code_link(code)
    items[i] = item(group, #tables, sip.info(code) and target or "#map-" .. code, label)
  end
  return listed("from", items)
end

return groups
