-- Counts cases and loads, for build/bench/host-VERSION under callgrind. Arguments: names of cases, or
-- none for all. Each side of a case runs twice, once with MORE more calls: the difference belongs to
-- those alone.
local version = _VERSION:match("%d%.%d")
local build = ("./%s/%s/?.so"):format(os.getenv("SIPCODES_BUILD") or "build", version)
package.cpath = build .. ";" .. package.cpath
package.path = "./?.lua;./lua/?.lua;" .. package.path

local cases = require("spec.bench.cases")
local count, count_state = count, count_state -- luacheck: read globals count count_state

local FEW, MORE = 20, 400

local wanted = {}
for _, name in ipairs({ ... }) do
  wanted[name] = true
end
local all = next(wanted) == nil

local function measure(name, loop)
  loop(FEW)
  for _, calls in ipairs({ FEW, FEW + MORE }) do
    collectgarbage()
    collectgarbage()
    count(("%s\t%d"):format(name, calls), loop, calls)
  end
end

measure("loop", cases.loop(nil, {}))
for _, case in ipairs(cases) do
  if all or wanted[case[1]] then
    measure("ours\t" .. case[1] .. "\t" .. #case[4], cases.loop(case[2], case[4]))
    measure("by hand\t" .. case[1] .. "\t" .. #case[4], cases.loop(case[3], case[4]))
  end
end

-- What a host pays that makes a state for each call. The paths hold one folder each, so that neither
-- side pays for looking elsewhere; the first load of the library, by this file, is the host's own.
local paths = ("package.cpath, package.path = %q, 'build/bench/?.lua' "):format(build)
local loads = {
  { "nothing", "" },
  { "the phrase of one code", "require('sipcodes').reason(486)" },
  { "freeswitch and routing", "local sip = require('sipcodes') local _, _ = sip.freeswitch, sip.routing" },
  { "a file of the phrases", "require('phrases').reason(486)" },
  { "a file of all facts", "require('facts').reason(486)" },
}
for _, load in ipairs(loads) do
  -- Twice, so that each text meets the memory in the same shape.
  for _, name in ipairs({ "", "load\t" .. load[1] }) do
    count_state(name, paths .. load[2])
  end
end
