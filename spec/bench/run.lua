-- Prints what each call and each load takes, ours and by hand, and writes it to a file, and six of the
-- figures into the README:
--   lua5.4 spec/bench/run.lua spec/bench/results.md README.md
package.path = "./?.lua;" .. package.path
local counts = require("spec.bench.counts")

local function output_of(command)
  local pipe = assert(io.popen(command .. " 2>&1"))
  local text = pipe:read("*a"):gsub("%s+$", "")
  pipe:close()
  return text
end

local function times()
  local ratios = {}
  for name, ratio in output_of("luajit spec/bench/time.lua"):gmatch("([^\t\n]+)\t([%d.]+)") do
    ratios[name] = tonumber(ratio)
  end
  return ratios
end

-- The table of strings is made to have room first, as it has in a host that brings strings of its own:
-- its doubling would else count as ours or not by chance.
local HELD = [[package.cpath = './build/%s/?.so'
local kept = {} for i = 1, 600 do kept[i] = 'string ' .. i end
collectgarbage() collectgarbage()
local before = collectgarbage('count')
require('sipcodes').reason(486)
collectgarbage() collectgarbage()
print(('%%.2f'):format(collectgarbage('count') - before + 0 * #kept))]]

local function held(version)
  local file = os.tmpname()
  local stream = assert(io.open(file, "w"))
  stream:write(HELD:format(version))
  stream:close()
  local text = output_of("lua" .. version .. " " .. file)
  os.remove(file)
  return text
end

local lines = {}
local function line(format, ...)
  lines[#lines + 1] = format:format(...)
end

-- The order of the files of cases, not that of a table.
package.cpath = "./build/5.4/?.so;" .. package.cpath
package.path = "./lua/?.lua;" .. package.path
local cases = require("spec.bench.cases")

local cells, loads = {}, {}
for _, version in ipairs({ "5.4", "5.1" }) do
  cells[version], loads[version] = counts.of(version)
  if not cells[version] then
    error("valgrind has failed")
  end
end
local luajit = times()

line("# Instructions")
line("")
line("Written by `make bench` on %s: %s, %s; Lua %s and %s, %s, %s.", os.date("!%Y-%m-%d"),
  output_of("cc --version | head -n 1"), output_of(". /etc/os-release && echo $PRETTY_NAME"),
  counts.package("liblua5.4-dev"), counts.package("liblua5.1-0-dev"),
  output_of("luajit -v"):match("^(LuaJIT %S+)"), output_of("valgrind --version"))
line("")
line([[The instructions of one call, counted by callgrind: the difference between two loop counts, without the loop.
"By hand" is idiomatic Lua that checks its arguments as the library does and gives the same results
(spec/bench/cases); "of LPeg" is a grammar in LPeg. The ratio is ours divided by that by hand: below 1 the library
takes less. For LuaJIT it is a ratio of times, the median of 15 rounds in which both run in turn; what its compiler
can take out of the loop costs nothing there.]])
line("")
line("| call | 5.4 ours | by hand | ratio | 5.1 ours | by hand | ratio | LuaJIT |")
line("|---|--:|--:|--:|--:|--:|--:|--:|")
for _, case in ipairs(cases) do
  local name = case[1]
  local new, old = cells["5.4"][name], cells["5.1"][name]
  local row = "| `%s`%s | %.0f | %.0f | %.2f | %.0f | %.0f | %.2f | %.2f |"
  local note = case.note and " (" .. case.note .. ")" or ""
  local new_ratio, old_ratio = new.ours / new["by hand"], old.ours / old["by hand"]
  line(row, name, note, new.ours, new["by hand"], new_ratio, old.ours, old["by hand"], old_ratio, luajit[name])
end
line("")
line("The instructions of a state that loads something and is closed. The library was mapped before.")
line("")
line("| load | 5.4 | 5.1 |")
line("|---|--:|--:|")
for _, name in ipairs(counts.LOADS) do
  line("| %s | %d | %d |", name, loads["5.4"][name], loads["5.1"][name])
end
line("")
line("Memory held after `require` and one phrase: %s KiB on 5.4, %s KiB on 5.1.", held("5.4"), held("5.1"))

local function read(path)
  local file = assert(io.open(path))
  local text = file:read("*a")
  file:close()
  return text
end

local function write(path, text)
  local file = assert(io.open(path, "w"))
  file:write(text)
  file:close()
end

local function ratio_of_call(name)
  return function(version)
    local cell = cells[version][name]
    return cell.ours / cell["by hand"]
  end
end

local function ratio_of_load(version)
  local taken = loads[version]
  return (taken["the phrase of one code"] - taken.nothing) / (taken["a file of the phrases"] - taken.nothing)
end

local figures = {
  { "`sip.reason(486)`, against a table", ratio_of_call("reason(486)") },
  { '`sip.code("Busy Here")`, letters in any case, against a table', ratio_of_call('code("Busy Here")') },
  { "`sip.parse(line)`, against a pattern", ratio_of_call("parse(line)") },
  { "`sip.header.reason(value)`, against a grammar in LPeg", ratio_of_call("header.reason(value), of LPeg") },
  { "`sip.freeswitch.status(session)`, against the same questions", ratio_of_call("freeswitch.status(session)") },
  { "loading it in a fresh state, against a Lua file of the phrases", ratio_of_load },
}

local function figures_in(readme)
  local rows = { "<!-- costs -->", "| what | Lua 5.4 | Lua 5.1 |", "|---|--:|--:|" }
  for _, figure in ipairs(figures) do
    rows[#rows + 1] = ("| %s | %.2f | %.2f |"):format(figure[1], figure[2]("5.4"), figure[2]("5.1"))
  end
  local first = readme:find("<!-- costs -->", 1, true)
  local last = readme:find("<!-- /costs -->", 1, true)
  return readme:sub(1, first - 1) .. table.concat(rows, "\n") .. "\n" .. readme:sub(last)
end

local text = table.concat(lines, "\n") .. "\n"
io.write(text)
write(arg[1], text)
write(arg[2], figures_in(read(arg[2])))
