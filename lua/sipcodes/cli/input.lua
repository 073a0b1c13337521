-- The input of explain and kpi.
local exit = require("sipcodes.cli.exit")

local printable = require("sipcodes.cli.text").printable
local TROUBLE, fail = exit.TROUBLE, exit.fail
local find = string.find

local BLOCK = 262144 -- octets that are read at a time
local LARGE = 33554432 -- octets of a file whose reading is worth a word

-- What a file is that begins so, and how to make text of it.
local not_text = {
  { "^\212\195\178\161", "a capture" }, { "^\161\178\195\212", "a capture" },
  { "^\077\060\178\161", "a capture" }, { "^\161\178\060\077", "a capture" },
  { "^\010\013\013\010", "a capture" }, { "^\031\139", "compressed" },
  { "^\255\254", "UTF-16" }, { "^\254\255", "UTF-16" },
}
local made_text = {
  compressed = "zcat %s",
  ["UTF-16"] = "iconv -f UTF-16 -t UTF-8 %s",
}

local function refuse_other_files(start, name, file_name, use)
  for _, kind in ipairs(not_text) do
    if find(start, kind[1]) then
      local tool = (made_text[kind[2]] or use.of_capture):format(file_name and name or "FILE")
      fail(TROUBLE, ("%s is %s, no text: %s | sipcodes %s"):format(name, kind[2], tool, use.command))
    end
  end
end

-- How many octets follow in a file, nil where it cannot be known.
local function rest_of(file)
  local here = file:seek()
  local size = here and file:seek("end")
  return size and file:seek("set", here) and size - here
end

-- The function that use.scan tells of its progress: it shows it where someone waits for a large file.
local function progress_of(file, out)
  local size, shown
  local function show(text)
    out.env.stderr:write("\r", text)
    out.env.stderr:flush()
  end
  return function(done)
    if not done then
      return shown and show("     \r")
    elseif not size then
      size = done + (rest_of(file) or 0)
      shown = size >= LARGE and out.env.isatty(2) and -1
    end
    local percent = math.min(100, math.floor(100 * done / size))
    if shown and percent > shown then
      shown = percent
      show(("%3d %%"):format(percent))
    end
  end
end

local function open_input(file_name, out)
  if not file_name then
    return out.env.stdin
  end
  local file, why = out.env.open(file_name, "rb")
  if not file then
    fail(TROUBLE, "cannot open " .. printable(why))
  end
  return file
end

--- Reads the file of this name, standard input for nil and "-", and answers what use.scan does, and
-- the name for messages. use has
--   command     the command that is run
--   of_capture  what makes its input of a capture, %s being the file
--   scan        function(read, progress): read(size) gives the next octets or nil, progress(octets)
--               hears how many were read, and nil at the end
local function read_input(file_name, use, out)
  file_name = file_name ~= "-" and file_name or nil
  local name = file_name and printable(file_name) or "standard input"
  local file = open_input(file_name, out)
  local at_start = true
  local function read(size)
    local block, why = file:read(size)
    if why then
      fail(TROUBLE, ("cannot read %s: %s"):format(name, why))
    end
    if at_start then
      refuse_other_files(block or "", name, file_name, use)
      at_start = false
    end
    return block
  end
  local result, size = use.scan(read, progress_of(file, out))
  if file_name then
    file:close()
  end
  return result, size, name
end

return { BLOCK = BLOCK, read = read_input }
