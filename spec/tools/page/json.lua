-- Writes JSON for a script element: always in the same order, and without a "<" that could end the element.
local dkjson = require("dkjson")

local json = {}

local function collect_keys(value, seen, list)
  if type(value) ~= "table" then
    return
  end
  for key, inner in pairs(value) do
    if type(key) == "string" and not seen[key] then
      seen[key] = true
      list[#list + 1] = key
    end
    collect_keys(inner, seen, list)
  end
end

--- The value as JSON.
function json.encode(value)
  local keys = {}
  collect_keys(value, {}, keys)
  table.sort(keys)
  return (dkjson.encode(value, { keyorder = keys }):gsub("<", "\\u003c"))
end

return json
