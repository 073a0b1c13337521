-- Finds assignments to the variable of a loop in the files named: it is constant in Lua 5.5, which
-- would not load the file. Lua 5.4 can tell where each variable of a loop is made a <const> first.

local found = false

local function constants(names)
  return "local " .. names:gsub("[%w_]+", "%0 <const>") .. " = " .. names
end

for _, path in ipairs(arg) do
  local file = assert(io.open(path, "rb"))
  local text = file:read("a"):gsub("^#![^\n]*", "")
  file:close()
  for _, kind in ipairs({ "in ", "= " }) do
    text = text:gsub("(\n *for )([%w_, ]+) (" .. kind .. ".-%f[%w_]do%f[^%w_])", function(start, names, rest)
      return ("%s%s %s %s;"):format(start, names, rest, constants(names))
    end)
  end
  local chunk, problem = load(text, "@" .. path)
  if not chunk then
    print(problem)
    found = true
  end
end
os.exit(found and 1 or 0)
