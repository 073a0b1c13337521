-- A helper for busted that notes which lines of lua/sipcodes the specs run: it writes "file:line", one a line, into
-- the file COVERED. A line costs much more under a hook, so that of each test the first MOST lines are seen.

local busted = require("busted")

local MOST = 200000

local lines_of = {} -- the set of lines by file
local of_function = setmetatable({}, { __mode = "k" }) -- the same by function; false for what is not of interest
local seen = 0

local function lines_for(f)
  local file = debug.getinfo(f, "S").source:match("^@%.?/?(lua/sipcodes.*%.lua)$")
  if file and not lines_of[file] then
    lines_of[file] = {}
  end
  of_function[f] = lines_of[file] or false
  return of_function[f]
end

-- To look a function up costs less than to ask for its source at each line.
local getinfo, sethook = debug.getinfo, debug.sethook
local function note(_, line)
  local f = getinfo(2, "f").func
  local lines = of_function[f]
  if lines == nil then
    lines = lines_for(f)
  end
  if lines then
    lines[line] = true
  end
  seen = seen + 1
  if seen > MOST then
    sethook()
  end
end

local function start()
  seen = 0
  sethook(note, "l")
end

local function write()
  sethook()
  local out = assert(io.open(os.getenv("COVERED"), "w"))
  for file, lines in pairs(lines_of) do
    for line in pairs(lines) do
      out:write(file, ":", line, "\n")
    end
  end
  out:close()
end

for _, event in ipairs({ "file", "describe", "test" }) do
  busted.subscribe({ event, "start" }, start)
end
busted.subscribe({ "suite", "end" }, write)
