-- Holds hot calls and the load to what spec/bench/limits.lua has recorded, plus 5 %. Prints Test
-- Anything Protocol:
--   lua5.4 spec/bench/guard.lua          check
--   lua5.4 spec/bench/guard.lua record   write spec/bench/limits.lua
-- The counts repeat exactly, but the compiler and the packages of Lua decide them: they are compared
-- only on those for which they were recorded.
package.path = "./?.lua;" .. package.path
local counts = require("spec.bench.counts")

local LIMITS = "spec/bench/limits.lua"
local VERSIONS = { "5.4", "5.1" }
local CALLS = {
  "reason(486)",
  'code("BUSY_HERE")',
  'code("Busy Here")',
  "reply(486)",
  "line(486)",
  "parse(line)",
  "from_sip(486)",
  'to_sip(17, "asterisk")',
  'to_sip("USER_BUSY", "freeswitch")',
  "header.pick(value)",
  "policy(rules)(503)",
  "freeswitch.status(session)",
}
local LOADS = { "the phrase of one code", "freeswitch and routing" }

local function output_of(command)
  local pipe = assert(io.popen(command))
  local text = pipe:read("*a"):gsub("%s+$", "")
  pipe:close()
  return text
end

-- What decides the counts, one line.
local function built_by()
  return table.concat({
    output_of(". /etc/os-release && echo $ID $VERSION_ID $(uname -m)"),
    output_of("grep -m 1 -ow avx2 /proc/cpuinfo"), -- decides which functions of libc run
    counts.package("liblua5.4-dev"),
    counts.package("liblua5.1-0-dev"),
    output_of("readelf --debug-dump=info build/5.4/sipcodes.so 2>/dev/null | grep -m 1 -o 'GNU C99.*'"),
  }, ", ")
end

local function need(command)
  if not os.execute(command) then
    error(command .. " has failed")
  end
end

-- What a build takes: {["5.4"] = {["reason(486)"] = 292}}.
local function measure(build)
  local all = {}
  for _, version in ipairs(VERSIONS) do
    local calls, loads = counts.of(version, CALLS, build)
    if not calls then
      error("valgrind has failed")
    end
    local found = {}
    for _, name in ipairs(CALLS) do
      found[name] = math.floor(calls[name].ours + 0.5)
    end
    for _, name in ipairs(LOADS) do
      found["load " .. name] = loads[name] - loads.nothing
    end
    all[version] = found
  end
  return all
end

local function each(f)
  for _, version in ipairs(VERSIONS) do
    for _, name in ipairs(CALLS) do
      f(version, name)
    end
    for _, name in ipairs(LOADS) do
      f(version, "load " .. name)
    end
  end
end

-- Where the linker puts the constant strings moves some counts by 3 %: Lua 5.4 keeps strings by their
-- addresses, and strcmp of libc takes longer at the end of a page. So the largest count of several
-- layouts is recorded, or an unrelated change would break a limit.
local PADS = { 8, 40, 1000, 3000 }

local function build_padded(octets)
  local build = "build/bench/padded-" .. octets
  local pad = build .. "/pad.o"
  need(("mkdir -p %s && echo 'const char pad[%d] = {1};' | cc -fPIC -fvisibility=hidden -x c -c - -o %s"):format(
    build, octets, pad))
  need(("make -s BUILD=%s LDFLAGS=%s %s/5.4/sipcodes.so %s/5.1/sipcodes.so"):format(build, pad, build, build))
  return build
end

local function largest()
  local all = measure("build")
  for _, octets in ipairs(PADS) do
    local found = measure(build_padded(octets))
    each(function(version, name)
      all[version][name] = math.max(all[version][name], found[version][name])
    end)
  end
  return all
end

local function record()
  need("make -s hosts >&2")
  local found = largest()
  local file = assert(io.open(LIMITS, "w"))
  file:write("-- Instructions of hot calls, written by `lua5.4 spec/bench/guard.lua record`.\nreturn {\n")
  file:write(("  built_by = %q,\n"):format(built_by()))
  local last
  each(function(version, name)
    if version ~= last then
      file:write(last and "  },\n" or "", ("  [%q] = {\n"):format(version))
      last = version
    end
    file:write(("    [%q] = %d,\n"):format(name, found[version][name]))
  end)
  file:write("  },\n}\n")
  file:close()
end

local function check()
  local limits = dofile(LIMITS)
  if built_by() ~= limits.built_by then
    print("ok 1 - instructions of hot calls # SKIP: recorded for " .. limits.built_by)
    print("# here: " .. built_by())
    print("1..1")
    return 0
  end
  need("make -s hosts >&2")
  local found = measure("build")
  local number, failed = 0, 0
  each(function(version, name)
    local recorded, now = limits[version][name], found[version][name]
    local ok = now <= recorded * 1.05
    number = number + 1
    failed = failed + (ok and 0 or 1)
    local text = "%sok %d - Lua %s: %s takes %d instructions, %d recorded"
    print(text:format(ok and "" or "not ", number, version, name, now, recorded))
  end)
  print("1.." .. number)
  return failed == 0 and 0 or 1
end

if arg[1] == "record" then
  record()
else
  os.exit(check())
end
