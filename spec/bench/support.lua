-- Times two ways of doing the same thing against each other, and prints what came of it. Every
-- other file of this folder is a benchmark: run from the top folder by each Lua, it exits with 1
-- if a limit is broken.

local support = {}

package.cpath = ("./%s/%s/?.so"):format(os.getenv("SIPCODES_BUILD") or "build", _VERSION:match("%d%.%d"))

-- Long enough for the clock, short enough that both sides of a round meet the same machine.
local ROUND = 0.004
local ROUNDS = 101

local function time(f, count)
  local start = os.clock()
  for _ = 1, count do
    f()
  end
  return os.clock() - start
end

-- How many calls take about one round.
local function calls(f)
  local count = 1
  while time(f, count) < ROUND do
    count = count * 2
  end
  return count
end

local function median(list)
  table.sort(list)
  return list[(#list + 1) / 2]
end

--- How long f takes, measured in g: the median over many rounds in which both run in turn.
function support.ratio(f, g)
  local f_calls, g_calls = calls(f), calls(g)
  local ratios = {}
  for round = 1, ROUNDS do
    collectgarbage()
    local f_time, g_time
    if round % 2 == 0 then
      f_time = time(f, f_calls)
      g_time = time(g, g_calls)
    else
      g_time = time(g, g_calls)
      f_time = time(f, f_calls)
    end
    ratios[round] = (f_time / f_calls) / (g_time / g_calls)
  end
  return median(ratios)
end

--- Prints a figure beside the limit that it must not pass.
function support.report(name, value, limit)
  local broken = value > limit
  print(("%-32s %6.3f  limit %g%s"):format(name, value, limit, broken and "  BROKEN" or ""))
  if broken then
    support.failed = true
  end
end

--- To be called last.
function support.finish()
  os.exit(support.failed and 1 or 0)
end

return support
