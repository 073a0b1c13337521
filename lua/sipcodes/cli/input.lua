-- The input of explain and kpi.
local capture = require("sipcodes.cli.capture")
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
  ["a capture"] = "tshark -r %s -Y sip -V",
  compressed = "zcat %s",
  ["UTF-16"] = "iconv -f UTF-16 -t UTF-8 %s",
}

local function kind_of(start)
  for _, kind in ipairs(not_text) do
    if find(start, kind[1]) then
      return kind[2]
    end
  end
  return nil
end

local function refuse(kind, name, file_name, use)
  local tool = made_text[kind]:format(file_name and name or "FILE")
  fail(TROUBLE, ("%s is %s, not text: %s | sipcodes %s"):format(name, kind, tool, use.command))
end

-- Is a compressed file a capture? tshark reads it as it is.
local function holds_capture(path, out)
  local pipe = out.env.popen("gzip -dc <" .. capture.quoted(path) .. " 2>/dev/null | head -c 8", "r")
  local start = pipe:read("*a")
  pipe:close()
  return kind_of(start) == "a capture"
end

-- The stream that takes the place of a file which is not text; fails if there is none.
local function other_stream(kind, name, file_name, use, out)
  local is_capture = kind == "a capture" or kind == "compressed" and file_name and holds_capture(file_name, out)
  if is_capture and file_name then
    return capture.open(file_name, use.ports, out)
  end
  refuse(is_capture and "a capture" or kind, name, file_name, use)
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

local function open_input(file_name, use, out)
  if not file_name then
    if out.env.isatty(0) then
      out.warn("reading what you type; end it with Ctrl-D")
    end
    return out.env.stdin
  end
  local file, why = out.env.open(file_name, "rb")
  if not file then
    fail(TROUBLE, "cannot open " .. printable(why))
  elseif use.follows then
    file:close()
    return out.env.popen("tail -n +1 -F -- " .. capture.quoted(file_name) .. " 2>/dev/null", "r")
  end
  return file
end

-- The next line of a stream, with its line end; nil at its end, or if ^C has ended the waiting for it.
local function read_line(stream)
  local ok, line = pcall(stream.read, stream, "*l")
  if not ok and not find(tostring(line), "interrupted!$") then
    error(line, 0)
  end
  return ok and line and line .. "\n" or nil
end

-- Is someone waiting at a terminal for what a pipe gives? Then ^C shows what has been read.
local function is_live(file_name, file, use, out)
  return use.is_patient and not file_name and not file:seek() and out.env.isatty(2)
end

--- Reads the file of this name, standard input for nil and "-", and returns what use.scan does, the name
-- for messages, and whether another program read it. use has
--   command     the command that is run
--   ports       the ports that tshark takes for SIP when it reads a capture
--   is_patient  may it show what has been read when ^C ends its input?
--   follows     is the file read on while it grows, until ^C?
--   scan        function(read, progress): read(size) gives the next octets or nil, progress(octets)
--               hears how many were read, and nil at the end
local function read_input(file_name, use, out)
  file_name = file_name ~= "-" and file_name or nil
  local name = file_name and printable(file_name) or "standard input"
  local file = open_input(file_name, use, out)
  local stream = file -- what is read: the file, or what another program makes of it
  local at_start = true
  local by_lines = use.follows or is_live(file_name, file, use, out)
  local function read(size)
    local block, why
    if by_lines then
      block = read_line(stream)
    else
      block, why = stream:read(size)
    end
    if why then
      fail(TROUBLE, ("cannot read %s: %s"):format(name, why))
    end
    local kind = at_start and kind_of(block or "")
    at_start = false
    if kind then
      by_lines = false
      stream = other_stream(kind, name, file_name, use, out)
      block = stream:read(size)
    end
    return block
  end
  local result, size = use.scan(read, progress_of(file, out))
  if stream ~= file then
    stream:close()
  end
  if file_name then
    file:close()
  end
  return result, size, name, stream ~= file
end

--- What is said of a capture in which nothing is found, behind its name.
local NO_SIP = ": --port names a port of SIP that tshark misses"

--- Declares the option --port of a command.
local function declare_ports(parser)
  parser:option("--port", "A port of a capture on which SIP is spoken, in addition to 5060."):count("*")
    :argname("PORT")
end

--- The ports of --port, which must be numbers.
local function read_ports(list)
  for _, port in ipairs(list) do
    local number = port:match("^%d+$") and tonumber(port)
    if not number or number < 1 or number > 65535 then
      fail(TROUBLE, ('"%s" is not a port, 1 to 65535'):format(port))
    end
  end
  return list
end

return { BLOCK = BLOCK, NO_SIP = NO_SIP, declare_ports = declare_ports, read = read_input, read_ports = read_ports }
