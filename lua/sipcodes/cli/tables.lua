-- What all tables of causes say of a code, of a request or of a cause, with equal answers in one group.
local cause = require("sipcodes.cause")
local sip = require("sipcodes")

local sources = cause.tables()

local tables = {}

--- The text of Q.850 for a cause, else FreeSWITCH's name; nil if it has neither.
function tables.cause_text(number)
  local text = cause.text(number)
  if text then
    return text
  end
  local found, name = cause.freeswitch(number)
  return found and name or nil
end

-- The groups of what answer(name) returns for each table of this direction: a key, the group to make for it,
-- and whether it is the default of the table; no key leaves the table out. The group of the most tables comes
-- first, and the one without an answer last.
local function groups_of(direction, answer)
  local groups, by_key, asked = {}, {}, 0
  for _, source in ipairs(sources) do
    local key, made, is_default
    if source[direction] then
      key, made, is_default = answer(source.name)
    end
    if key then
      asked = asked + 1
      local group = by_key[key]
      if not group then
        group = made
        group.tables, group.default, group.at = {}, {}, #groups + 1
        by_key[key] = group
        groups[#groups + 1] = group
      end
      table.insert(group.tables, source.name)
      table.insert(group.default, is_default and source.name or nil)
    end
  end
  local function size(group)
    return (group.cause or group.code) and #group.tables or 0
  end
  table.sort(groups, function(a, b)
    return size(a) > size(b) or size(a) == size(b) and a.at < b.at
  end)
  for _, group in ipairs(groups) do
    group.at = nil
    group.everywhere = asked > 1 and #group.tables == asked
  end
  return groups
end

--- The causes that a code becomes, or the request "BYE" or "CANCEL": groups with tables, everywhere, default (the
-- tables that do not list the code), and cause and text if there is one.
function tables.causes_of(code)
  return groups_of("from_sip", function(name)
    local number, _, by_default = cause.from_sip(code, name)
    return number or "none", { cause = number, text = number and tables.cause_text(number) }, by_default
  end)
end

--- The codes that a cause becomes: groups with tables, everywhere, default, and code and reason if there is one.
function tables.codes_of(number)
  return groups_of("to_sip", function(name)
    if (number == 0 or number > 127) and name ~= "freeswitch" then
      return nil
    end
    local code, phrase, by_default = cause.to_sip(number, name)
    return code or "none", { code = code, reason = code and phrase }, by_default
  end)
end

--- The codes that become this cause because a table lists them: groups of codes that the same tables list.
function tables.codes_for(number)
  local groups, by_key = {}, {}
  for code = 200, 699 do
    local names, asked = {}, 0
    for _, source in ipairs(sources) do
      local its_cause, _, by_default = cause.from_sip(code, source.name)
      asked = asked + 1
      if its_cause == number and not by_default then
        names[#names + 1] = source.name
      end
    end
    local key = table.concat(names, ", ")
    if key ~= "" and by_key[key] then
      table.insert(by_key[key].codes, code)
    elseif key ~= "" then
      by_key[key] = { codes = { code }, tables = names, everywhere = #names == asked, at = #groups }
      groups[#groups + 1] = by_key[key]
    end
  end
  table.sort(groups, function(a, b)
    return #a.tables > #b.tables or #a.tables == #b.tables and a.at < b.at
  end)
  for _, group in ipairs(groups) do
    group.at = nil
  end
  return groups
end

-- The tables of a group, those that do not list the code or cause being marked.
local function names_of(group)
  local is_default, names = {}, {}
  for _, name in ipairs(group.default or {}) do
    is_default[name] = true
  end
  for i, name in ipairs(group.tables) do
    names[i] = name .. (is_default[name] and " (default)" or "")
  end
  return table.concat(names, ", ")
end

--- The lines of groups: "17 User busy everywhere", or "31 Normal, unspecified: rfc3398, yate (default)" for each;
-- `none` is said if a group has no answer.
function tables.lines(groups, none)
  local lines = {}
  for i, group in ipairs(groups) do
    local answer = none
    if group.codes then
      answer = table.concat(group.codes, " ")
    elseif group.cause then
      answer = group.cause .. " " .. (group.text or "(unknown)")
    elseif group.code then
      answer = group.code .. " " .. (sip.reason(group.code) or "(unknown)")
    end
    local has_default = group.default and group.default[1]
    lines[i] = group.everywhere and not has_default and answer .. " everywhere" or answer .. ": " .. names_of(group)
  end
  return lines
end

return tables
