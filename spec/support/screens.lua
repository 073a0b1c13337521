-- The screens of the command that are kept in spec/data/screens, one file for each width:
--   SIPCODES_WRITE_SCREENS=1 busted --lua=lua5.4 spec/cli_screens_spec.lua
-- writes them again.
local command = require("spec.support.command")

local screens = { widths = { 40, 60, 80, 120, 200 } }

-- What is asked, one screen each.
screens.questions = {
  { "486" },
  { "488", "--full" },
  { "555" },
  { "477" },
  { "USER_BUSY" },
  { "cause", "21" },
  { "busy" },
  { 'Q.850;cause=17;text="User busy", SIP;cause=603;text="v=analytics1;url=https://x.example";location=TN' },
  { "304 gw bearer" },
  { "Retry-After: 18000;duration=3600" },
  { "list" },
  { "help", "show" },
  { "help", "cause" },
}

--- What the command writes to stdout at a width, in a world without a terminal but with these variables.
function screens.run(arguments, width, variables, env)
  local world = {
    getenv = function(name)
      return name == "COLUMNS" and tostring(width) or variables and variables[name] or nil
    end,
  }
  for name, value in pairs(env or {}) do
    world[name] = value
  end
  return select(2, command.run(arguments, nil, world))
end

--- All screens of a width, each with its command line in front.
function screens.all(width)
  local parts = {}
  for i, question in ipairs(screens.questions) do
    parts[i] = "$ sipcodes " .. table.concat(question, " ") .. "\n" .. screens.run(question, width)
  end
  return table.concat(parts, "\n")
end

return screens
