-- All cases: {name, ours, by hand, a list of lists of arguments, note = what is to be known,
-- unlike = true if the results are not compared}. Each is checked when this file is loaded: the two
-- must give the same results.
local unpack = table.unpack or unpack -- luacheck: read globals table.unpack

local cases = {}

local function same(a, b)
  if type(a) ~= "table" or type(b) ~= "table" then
    return a == b
  end
  for key, value in pairs(a) do
    if not same(value, b[key]) then
      return false
    end
  end
  for key in pairs(b) do
    if a[key] == nil then
      return false
    end
  end
  return true
end

local function check(case)
  for i, arguments in ipairs(case[4]) do
    local ours = { case[2](unpack(arguments)) }
    local by_hand = { case[3](unpack(arguments)) }
    if not case.unlike and not same(ours, by_hand) then
      error(("%s: the results for the arguments %d differ"):format(case[1], i))
    end
  end
end

for _, room in ipairs({ "response", "cause", "header", "routing", "kpi", "freeswitch", "kamailio" }) do
  for _, case in ipairs(require("spec.bench.cases." .. room)) do
    check(case)
    cases[#cases + 1] = case
  end
end

-- Compiled with its arguments, so that a loop around it costs the same for both sides.
local function call(arguments, i)
  local names = {}
  for n = 1, #arguments do
    names[n] = ("a%d_%d"):format(i, n)
  end
  return names, ("f(%s)"):format(table.concat(names, ", "))
end

--- A function that calls f with each list of arguments n times.
function cases.loop(f, lists)
  local names, values, calls = { "f" }, { f }, {}
  for i, arguments in ipairs(lists) do
    local own, text = call(arguments, i)
    for n, name in ipairs(own) do
      names[#names + 1] = name
      values[#values + 1] = arguments[n]
    end
    calls[i] = text
  end
  local text = ("local %s = ... return function(n) for _ = 1, n do %s end end"):format(
    table.concat(names, ", "),
    table.concat(calls, " ")
  )
  return assert((loadstring or load)(text))(unpack(values)) -- luacheck: read globals loadstring
end

return cases
