-- Writes the two Lua files that a script would load instead of the library: one with the phrases of
-- the registered codes, one with all that info knows of them. files.lua FOLDER
local folder = arg[1]
package.cpath = ("./build/%s/?.so"):format(_VERSION:match("%d%.%d"))
local sip = require("sipcodes")

local function literal(value)
  if type(value) == "string" then
    return ("%q"):format(value)
  elseif type(value) ~= "table" then
    return tostring(value)
  end
  local items = {}
  for i, item in ipairs(value) do
    items[i] = literal(item)
  end
  return "{" .. table.concat(items, ", ") .. "}"
end

local function row(facts)
  local names, fields = {}, {}
  for name in pairs(facts) do
    names[#names + 1] = name
  end
  table.sort(names)
  for i, name in ipairs(names) do
    fields[i] = name .. " = " .. literal(facts[name])
  end
  return "{" .. table.concat(fields, ", ") .. "}"
end

local function write(name, each, last)
  local file = assert(io.open(folder .. "/" .. name, "w"))
  file:write("local codes = {\n")
  for code in sip.codes() do
    file:write("  [", code, "] = ", each(code), ",\n")
  end
  file:write("}\nreturn {reason = function(code) return ", last, " end}\n")
  file:close()
end

write("phrases.lua", function(code)
  return literal(sip.reason(code))
end, "codes[code]")
write("facts.lua", function(code)
  return row(sip.info(code))
end, "codes[code].reason")
