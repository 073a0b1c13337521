--- The command `sipcodes`.
--
-- main(arguments [, env]) --> the exit status: 0, 1 for not found, 2 for misuse or trouble.
-- env takes the place of the outside world if it has a field: stdin, stdout, stderr, open(path), popen(command),
-- getenv(name), isatty(descriptor), columns() of the terminal at stdout or nil, require(name).
--
-- The commands are those of cli/commands.lua. They write through what output.of gives, which has
--   out.want_json()          switches to JSON, and fails if that needs a module that is missing
--   out.help(command)        the help of a command, of the whole for nil; nil if there is no such command
-- A command that cannot go on calls fail(status, message). What it says of codes it asks the
-- library: there is no table of codes here.

local exit = require("sipcodes.cli.exit")
local output = require("sipcodes.cli.output")
local loaded, sip = pcall(require, "sipcodes")
local commands = loaded and require("sipcodes.cli.commands") -- they need the library

local find, match = string.find, string.match
local FOUND, TROUBLE, fail = exit.FOUND, exit.TROUBLE, exit.fail
local unpack = table.unpack or unpack -- luacheck: ignore 143
local INTERRUPTED = 130 -- what the shell reports for SIGINT

-- A module that the command needs; where it is missing, its Debian package and its rock are named.
local function need(env, name)
  local ok, module = pcall(env.require, name)
  if ok then
    return module
  end
  local reason = match(tostring(module), "[^\n]*")
  if not find(reason, "module '" .. name .. "' not found", 1, true) then
    fail(TROUBLE, ("cannot load %s: %s"):format(name, reason))
  end
  fail(TROUBLE, ("needs %s: apt-get install lua-%s, or luarocks --lua-version %s install %s"):format(
    name, name, match(_VERSION, "%d+%.%d+"), name))
end

-- The arguments with "show" in front, unless the first that is not an option is a command's name.
local function with_command(arguments)
  for i, argument in ipairs(arguments) do
    local is_value = arguments[i - 1] == "--color"
    if not is_value and (argument == "--" or argument == "-" or not find(argument, "^%-")) then
      return commands.by_name[argument] and arguments or { "show", unpack(arguments) }
    end
  end
  return arguments
end

local function run(arguments, out)
  if not loaded then
    -- Lua's list of the places where it has looked is of no use here.
    local why = tostring(sip):gsub(":?%s+no f[^\n]*", ""):gsub("%s*\n%s*", " ")
    fail(TROUBLE, ("cannot load the library sipcodes in %s: %s"):format(_VERSION, why))
  end
  local asked = {}
  local version = sip._VERSION .. ", registry of " .. sip._REGISTRY
  local parser, help = commands.parser(need(out.env, "argparse"), asked, { width = out.width, version = version })
  out.help = help
  if #arguments == 0 then
    out.write(help(), "\n")
    return TROUBLE
  end
  local ok, options = parser:pparse(with_command(arguments))
  if asked.help or asked.version then
    out.write(asked.help or asked.version, "\n")
    return FOUND
  elseif not ok then
    fail(TROUBLE, options .. "\nTry 'sipcodes --help'.")
  end
  out.set_colour(options.color)
  function out.want_json()
    out.as_json = true
    out.dkjson = need(out.env, "dkjson")
  end
  if options.json then
    out.want_json()
  end
  if not options.command then
    fail(TROUBLE, "a code, words or a command are needed\nTry 'sipcodes --help'.")
  end
  return commands.by_name[options.command].run(options, out)
end

local function isatty(descriptor)
  local status = os.execute("test -t " .. descriptor)
  return status == true or status == 0
end

local function columns_of_terminal()
  local pipe = isatty(1) and io.popen("stty size </dev/tty 2>/dev/null")
  if pipe then
    local size = pipe:read("*a")
    pipe:close()
    return tonumber(match(size, "^%d+ ([1-9]%d*)"))
  end
end

local cli = {}

function cli.main(arguments, env)
  env = setmetatable(env or {}, { __index = {
    stdin = io.stdin, stdout = io.stdout, stderr = io.stderr,
    open = io.open, getenv = os.getenv, isatty = isatty, columns = columns_of_terminal,
    require = require, popen = io.popen,
  } })
  local out = output.of(env)
  local ok, result = pcall(function()
    local status = run(arguments, out)
    out.flush()
    return status
  end)
  if ok then
    return result
  elseif type(result) == "table" and result.status then
    if result.message then
      pcall(out.flush)
      out.warn(result.message)
    end
    return result.status
  elseif find(tostring(result), "interrupted!$") then
    return INTERRUPTED
  end
  error(result, 0)
end

return cli
