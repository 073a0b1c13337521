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

-- Reports, which are laid out anew at each width, and whose labels may be cut.
screens.reports = {
  { "explain", "spec/data/traces/sngrep.txt" },
  { "calls", "spec/data/trace.log", "--failed" },
  { "kpi", "spec/data/trace.log" },
  { "kpi", "spec/data/trace.log", "--by", "to:4" },
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
  for _, list in ipairs({ screens.questions, screens.reports }) do
    for _, question in ipairs(list) do
      parts[#parts + 1] = "$ sipcodes " .. table.concat(question, " ") .. "\n" .. screens.run(question, width)
    end
  end
  return table.concat(parts, "\n")
end

return screens
