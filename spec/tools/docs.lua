-- Writes again what is generated from the built module and from the declarations: the registry's date and
-- the server examples in README.md, the reference in lua/README.md, the constants in
-- lua/sipcodes/types.lua. With the argument "check" it changes nothing, and exits with 1 if something is
-- out of date.

local check = arg[1] == "check"
package.cpath = ("./build/%s/?.so;"):format(_VERSION:match("%d%.%d")) .. package.cpath
package.path = "./?.lua;" .. package.path
local sip = require("sipcodes")

local completions = require("spec.tools.completions")
local disagreements = require("spec.tools.disagreements")
local manual = require("spec.tools.manual")
local reference = require("spec.tools.reference")

local read = require("spec.support.file").read

-- The text with what stands between two marks replaced; the marks stay.
local function replaced(text, first, last, new)
  local _, from = text:find(first, 1, true)
  assert(from, "no " .. first)
  local to = assert(text:find(last, from, true), "no " .. last)
  return text:sub(1, from) .. new .. text:sub(to)
end

-- What an example file shows in the README.
local function example(path)
  local text = assert(read(path):match("%-%- README begin\n(.-)\n%-%- README end"), path)
  return "\n```lua\n" .. text .. "\n```\n"
end

local function code_table()
  local lines = { "## The codes", "", "| code | phrase | constant | defined in | next |", "|---|---|---|---|---|" }
  for code, reason in sip.codes() do
    local info = sip.info(code)
    local section = info.section:match("^[^;]+")
    lines[#lines + 1] = ("| %d | %s | %s | %s %s | %s |"):format(
      code, reason, info.name, info.rfc, section, (info.action:gsub("_", " "))
    )
  end
  return table.concat(lines, "\n") .. "\n"
end

local function unregistered_table()
  local lines = { "## Codes outside the registry", "", "| code | phrase | origin | note |", "|---|---|---|---|" }
  for code = 100, 699 do
    local info = sip.info(code)
    if info and not info.registered then
      lines[#lines + 1] = ("| %d | %s | %s | %s |"):format(code, info.reason, info.origin, info.note)
    end
  end
  return table.concat(lines, "\n") .. "\n"
end

local function constants()
  local lines = { "" }
  for code in sip.codes() do
    lines[#lines + 1] = ("---@field %s %d"):format(sip.info(code, "name"), code)
  end
  return table.concat(lines, "\n") .. "\n"
end

local stale = false

local function update(path, text)
  if read(path) == text then
    return
  end
  stale = true
  if check then
    print(path .. " is out of date: run make docs")
    return
  end
  local file = assert(io.open(path, "wb"))
  file:write(text)
  file:close()
  print("wrote " .. path)
end

local readme = read("README.md")
readme = replaced(readme, "<!-- disagreements -->", "<!-- /disagreements -->", disagreements.markdown())
readme = replaced(readme, "<!-- registry -->", "<!-- /registry -->", sip._REGISTRY)
readme = replaced(readme, "<!-- freeswitch -->", "<!-- /freeswitch -->", example("lua/examples/freeswitch.lua"))
readme = replaced(readme, "<!-- kamailio -->", "<!-- /kamailio -->", example("lua/examples/failure_route.lua"))
update("README.md", readme)

local types = read("lua/sipcodes/types.lua")
update("lua/sipcodes/types.lua", replaced(types, "-- constants begin", "-- constants end", constants()))

-- What stands above the mark is written by hand.
local by_hand = assert(read("lua/README.md"):match("^.-<!%-%- reference %-%->\n"))
update("lua/README.md", table.concat({ by_hand, reference.page(), code_table(), unregistered_table() }, "\n"))

update("lua/man/sipcodes.1", manual.page())
update("lua/completions/sipcodes.bash", completions.bash())
update("lua/completions/_sipcodes", completions.zsh())
update("lua/completions/sipcodes.fish", completions.fish())

os.exit(check and stale and 1 or 0)
