-- A stand-in for a FreeSWITCH session: channel variables, and a record of what was asked of it.

local Session = {}
Session.__index = Session

--- A session with these channel variables.
local function new(variables)
  local copy = {}
  for name, value in pairs(variables or {}) do
    copy[name] = value
  end
  return setmetatable({ variables = copy, calls = {} }, Session)
end

function Session:getVariable(name)
  assert(type(name) == "string")
  return self.variables[name]
end

-- As FreeSWITCH does it: nil and "" unset, and what is set comes back as a string.
function Session:setVariable(name, value)
  assert(type(name) == "string")
  assert(value == nil or type(value) == "string")
  self.variables[name] = value ~= "" and value or nil
  self.calls[#self.calls + 1] = { "setVariable", name, value }
end

function Session:execute(application, data)
  self.calls[#self.calls + 1] = { "execute", application, data }
end

function Session:hangup(cause)
  self.calls[#self.calls + 1] = { "hangup", cause }
end

return { new = new }
