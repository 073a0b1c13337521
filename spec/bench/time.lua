-- Times the cases by LuaJIT, which compiles what callgrind would have to count: both sides in turn, the
-- median of 15 rounds. Prints a line for each case: its name, a tab, our time in that by hand.
package.cpath = ("./%s/5.1/?.so;"):format(os.getenv("SIPCODES_BUILD") or "build") .. package.cpath
package.path = "./?.lua;./lua/?.lua;" .. package.path

local cases = require("spec.bench.cases")

local ROUNDS, SECONDS = 15, 0.003

-- The arguments change from call to call, or the compiler would take a call out of the loop.
local function loop(f, lists)
  local longest = 0
  for _, list in ipairs(lists) do
    longest = math.max(longest, #list)
  end
  local names = {}
  for i = 1, longest do
    names[i] = ("list[%d]"):format(i)
  end
  local text = "local f, lists, count = ... return function(n) for i = 1, n do "
    .. ("local list = lists[i %% count + 1] f(%s) end end"):format(table.concat(names, ", "))
  return assert(loadstring(text))(f, lists, #lists)
end

local function time(run, calls)
  local start = os.clock()
  run(calls)
  return os.clock() - start
end

-- How many calls take a round.
local function calls_of(run)
  local calls = 100
  while time(run, calls) < SECONDS do
    calls = calls * 2
  end
  return calls
end

for _, case in ipairs(cases) do
  local ours, by_hand = loop(case[2], case[4]), loop(case[3], case[4])
  local our_calls, their_calls = calls_of(ours), calls_of(by_hand)
  local ratios = {}
  for round = 1, ROUNDS do
    collectgarbage()
    local first = time(ours, our_calls) / our_calls
    ratios[round] = first / (time(by_hand, their_calls) / their_calls)
  end
  table.sort(ratios)
  print(("%s\t%.3f"):format(case[1], ratios[(ROUNDS + 1) / 2]))
end
