-- Prints what the specs do not reach: coverage.lua GCOV COVERED. GCOV is what gcov --json-format writes, COVERED what
-- cover.lua writes. What is listed in spec/data/not_covered.tsv is only counted. The exit status is 1 if more is not
-- reached than the list says; --record writes the list again, with the reasons that it had.
local dkjson = require("dkjson")
local rows = require("spec.support.rows")
local file = require("spec.support.file")

local gcov, covered, option = ...
local LIST = "spec/data/not_covered.tsv"

-- Missing lines and branches by file and by the text of the line, which moves less than its number.
local missing, order = {}, {}
local total = { line = 0, branch = 0, ["Lua line"] = 0 }

local sources = {}
local function text_of(path, number)
  if not sources[path] then
    local lines = {}
    for line in (file.read(path) .. "\n"):gmatch("(.-)\n") do
      lines[#lines + 1] = line:match("^%s*(.-)%s*$"):gsub("\t", " ")
    end
    sources[path] = lines
  end
  return sources[path][number]
end

local function add(kind, path, number, count)
  local text = text_of(path, number)
  local key = kind .. "\t" .. path .. "\t" .. text
  if not missing[key] then
    missing[key] = { kind = kind, path = path, text = text, count = 0, numbers = {} }
    order[#order + 1] = missing[key]
  end
  missing[key].count = missing[key].count + count
  table.insert(missing[key].numbers, number)
end

-- The highest count of each line and branch over all translation units: a header stands in several.
local function read_gcov()
  local lines = {}
  for json in io.lines(gcov) do
    for _, each in ipairs(dkjson.decode(json).files) do
      for _, line in ipairs(each.file:find("^csrc/") and each.lines or {}) do
        local key = ("%s\t%06d"):format(each.file, line.line_number)
        local known = lines[key] or { count = 0, branches = {} }
        known.count = math.max(known.count, line.count)
        for i, branch in ipairs(line.branches) do
          known.branches[i] = math.max(known.branches[i] or 0, branch.count)
        end
        lines[key] = known
      end
    end
  end
  return lines
end

local function sorted_keys(t)
  local keys = {}
  for key in pairs(t) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local function check_c()
  local lines = read_gcov()
  for _, key in ipairs(sorted_keys(lines)) do
    local path, number = key:match("^(.+)\t(%d+)$")
    local line, untaken = lines[key], 0
    for _, count in ipairs(line.branches) do
      total.branch = total.branch + 1
      untaken = untaken + (count == 0 and 1 or 0)
    end
    total.line = total.line + 1
    if line.count == 0 then
      add("line", path, tonumber(number), 1)
    end
    if untaken > 0 then
      add("branch", path, tonumber(number), untaken)
    end
  end
end

-- The lines of a Lua file that have instructions, but for the end of a function, which returns before.
local function active_lines(path)
  local active, last = {}, nil
  local listing = assert(io.popen("luac5.4 -l -p " .. path))
  for row in listing:lines() do
    last = row:match("^%a+ <[^>]*:%d+,(%d+)>") or last
    local number, operation = row:match("^\t%d+\t%[(%d+)%]\t(%u[%u%d]*)")
    if number and operation ~= "VARARGPREP" and not (number == last and operation:find("^RETURN")) then
      active[tonumber(number)] = true
    end
  end
  assert(listing:close())
  return active
end

local function check_lua()
  local reached = {}
  for key in io.lines(covered) do
    reached[key] = true
  end
  local paths = assert(io.popen("find lua/sipcodes -name '*.lua' -not -path '*/types*' | sort"))
  for path in paths:lines() do
    for _, number in ipairs(sorted_keys(active_lines(path))) do
      total["Lua line"] = total["Lua line"] + 1
      if not reached[path .. ":" .. number] then
        add("Lua line", path, number, 1)
      end
    end
  end
  paths:close()
end

local function read_list()
  local listed = {}
  for _, row in ipairs(rows.tsv(LIST)) do
    listed[row.kind .. "\t" .. row.file .. "\t" .. row.text] = row
  end
  return listed
end

local function record(listed)
  local out = assert(io.open(LIST, "w"))
  out:write("kind\tfile\tcount\ttext\twhy\n")
  for _, each in ipairs(order) do
    local known = listed[each.kind .. "\t" .. each.path .. "\t" .. each.text]
    out:write(("%s\t%s\t%d\t%s\t%s\n"):format(each.kind, each.path, each.count, each.text,
      known and known.why or "no spec reaches it yet"))
  end
  out:close()
end

-- Prints what is not listed; returns how much that is.
local function report(listed)
  local unlisted = 0
  for _, each in ipairs(order) do
    local known = listed[each.kind .. "\t" .. each.path .. "\t" .. each.text]
    local more = each.count - (known and tonumber(known.count) or 0)
    if more > 0 then
      unlisted = unlisted + more
      print(("%s:%s: %d x %s not reached: %s"):format(each.path, table.concat(each.numbers, ","), more, each.kind,
        each.text))
    end
  end
  return unlisted
end

local function summarize()
  for _, kind in ipairs({ "line", "branch", "Lua line" }) do
    local count = 0
    for _, each in ipairs(order) do
      count = count + (each.kind == kind and each.count or 0)
    end
    print(("%s: %d of %d not reached"):format(kind, count, total[kind]))
  end
end

check_c()
check_lua()
local listed = read_list()
if option == "--record" then
  record(listed)
end
local unlisted = report(option == "--record" and read_list() or listed)
summarize()
print(("%d not in %s"):format(unlisted, LIST))
os.exit(unlisted == 0 and 0 or 1)
