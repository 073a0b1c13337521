--- Has f called when the garbage collector next finds garbage.
local function finalized(f)
  local newproxy = rawget(_G, "newproxy") -- Lua 5.1 and LuaJIT: a table has no finalizer there
  if newproxy then
    getmetatable(newproxy(true)).__gc = f
  else
    setmetatable({}, { __gc = f })
  end
end

return finalized
