--- Reads a Contact field of a redirection (RFC 3261 20.10) for sipcodes.kamailio.

local ipairs, tonumber = ipairs, tonumber

-- The elements of a list that is separated by commas outside quotes and angle brackets.
local function elements(value)
  local list, from, quoted, bracketed, at = {}, 1, false, false, 1
  while at <= #value do
    local c = value:sub(at, at)
    if quoted and c == "\\" then
      at = at + 1
    elseif c == '"' and not bracketed then
      quoted = not quoted
    elseif not quoted and (c == "<" or c == ">") then
      bracketed = c == "<"
    elseif c == "," and not quoted and not bracketed then
      list[#list + 1] = value:sub(from, at - 1)
      from = at + 1
    end
    at = at + 1
  end
  list[#list + 1] = value:sub(from)
  return list
end

-- {uri, q} of one Contact; nil if it has no URI.
local function contact(element)
  -- The name in front may be quoted, and hold brackets.
  local uri, parameters = element:gsub("\\.", ""):gsub('^%s*"[^"]*"', ""):match("<([^<>%s]+)>(.*)$")
  if not uri then
    uri, parameters = element:match("^%s*([^%s;<>\"]+)(.*)$")
  end
  local q = parameters and tonumber((parameters:match(";%s*[qQ]%s*=%s*([%d.]+)")))
  return uri and uri:find(":", 1, true) and { uri = uri, q = q or 1 }
end

local contacts = {}

--- read(value) --> an array of {uri, q}: the highest q first, those of one q in the order of the field.
-- nil, message if no element has a URI.
function contacts.read(value)
  local list, places = {}, {}
  for _, element in ipairs(elements(value)) do
    local found = contact(element)
    if found then
      list[#list + 1] = found
      places[found] = #list
    end
  end
  if #list == 0 then
    return nil, "no Contact"
  end
  table.sort(list, function(a, b)
    return a.q > b.q or a.q == b.q and places[a] < places[b]
  end)
  return list
end

return contacts
