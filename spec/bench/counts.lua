-- Runs spec/bench/measure.lua in build/bench/host-VERSION under callgrind, and reads what it counted.

local counts = {}

--- The loads that measure.lua counts, in the order of the table.
counts.LOADS = {
  "nothing",
  "the phrase of one code",
  "freeswitch and routing",
  "a file of the phrases",
  "a file of all facts",
}

-- The dumps of callgrind say what they count in "desc: Trigger: Client Request: NAME".
local function read_dumps(folder)
  local found = {}
  local list = assert(io.popen(("ls %s/out.*"):format(folder)))
  for path in list:lines() do
    local name, total
    for line in io.lines(path) do
      name = name or line:match("^desc: Trigger: Client Request: (.*)")
      total = total or line:match("^summary: (%d+)")
      if name and total then
        found[name] = tonumber(total)
        break
      end
    end
  end
  list:close()
  return found
end

-- {few calls, more calls} --> what one call takes.
local function slopes(found)
  local points, results = {}, {}
  for name, total in pairs(found) do
    local side, calls = name:match("^(.*)\t(%d+)$")
    if side then
      points[side] = points[side] or {}
      table.insert(points[side], { tonumber(calls), total })
    end
  end
  for side, two in pairs(points) do
    results[side] = (two[2][2] - two[1][2]) / (two[2][1] - two[1][1])
  end
  return results
end

local function run(version, names, build)
  local folder = os.tmpname()
  os.remove(folder)
  -- Nothing of the environment but what the programs need: its size moves the stack, and with it the hashes.
  local command = ("mkdir %s && env -i SIPCODES_BUILD=%s valgrind -q --tool=callgrind --callgrind-out-file=%s/out "
    .. "build/bench/host-%s spec/bench/measure.lua %s"):format(
    folder,
    build,
    folder,
    version,
    names
  )
  local ok = os.execute(command)
  local found = ok and read_dumps(folder)
  os.execute("rm -rf " .. folder)
  return found
end

--- counts.of(version [, names [, build]]) --> what one call of each side takes, by the name of the case:
-- {ours = 120.5, by_hand = 80}, and by the name of a text of load what it takes. nil if it cannot be run.
function counts.of(version, names, build)
  local quoted = {}
  for i, name in ipairs(names or {}) do
    quoted[i] = "'" .. name:gsub("'", "'\\''") .. "'"
  end
  local found = run(version, table.concat(quoted, " "), build or "build")
  if not found then
    return nil
  end
  local all = slopes(found)
  local results, loads = {}, {}
  for side, slope in pairs(all) do
    local who, name, lists = side:match("^([^\t]+)\t(.+)\t(%d+)$")
    if who then
      results[name] = results[name] or {}
      results[name][who] = (slope - all.loop) / tonumber(lists)
    end
  end
  for name, total in pairs(found) do
    loads[name:match("^load\t(.*)$") or ""] = total
  end
  loads[""] = nil
  return results, loads
end

--- The version of a Debian package; "" if it is not installed.
function counts.package(name)
  local pipe = assert(io.popen(("dpkg-query -W -f '${Version}' %s 2>/dev/null"):format(name)))
  local version = pipe:read("*a")
  pipe:close()
  return version
end

return counts
