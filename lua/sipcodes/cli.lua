--- The command `sipcodes`.
--
-- main(arguments [, env]) --> the exit status: 0, 1 for not found, 2 for misuse or trouble.
-- env takes the place of the outside world if it has a field: stdin, stdout, stderr, open(path), popen(command),
-- getenv(name), isatty(descriptor), columns() of the terminal at stdout or nil, require(name).
--
-- A command is a file of the folder cli that gives a table, entered in `commands` below:
--   name      its word on the command line
--   usage     the same with its arguments
--   summary   one line of --help
--   declare   function(parser): its options and arguments, through argparse
--   run       function(options, out) --> exit status
-- and out is what output.of gives, and has
--   out.help(command)        the parser of a command, of the whole for nil; nil if there is no such command
-- A command that cannot go on calls fail(status, message). What it says of codes it asks the
-- library: there is no table of codes here.

local exit = require("sipcodes.cli.exit")
local output = require("sipcodes.cli.output")
local wrapped = require("sipcodes.cli.text").wrapped
local loaded, sip = pcall(require, "sipcodes")

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

-- The commands, in the order of --help. Without the library none can be loaded.
local commands, command_by_name = {}, {}
for i, name in ipairs(loaded and { "show", "list", "cause", "explain", "calls", "kpi", "help" } or {}) do
  commands[i] = require("sipcodes.cli." .. name)
  command_by_name[name] = commands[i]
end

-- The command line

-- asked.help and asked.version are set where the arguments ask for them, whatever else they hold.
local function parser_of(argparse, asked, out)
  local function add_help(parser)
    parser:add_help(false)
    parser:flag("-h --help", "Show this help."):action(function()
      asked.help = asked.help or parser:get_help()
    end)
  end
  local function set_usage(of, usage)
    of:usage((wrapped("Usage: ", "sipcodes [--json] " .. usage, out.width):gsub("\n$", "")))
  end
  local parser = argparse("sipcodes", "What SIP response codes mean, and what to do next.")
  set_usage(parser, "CODE... | CAUSE... | NAME | WORDS | COMMAND ...")
  parser:help_description_margin(out.width < 60 and 12 or 25)
  parser:require_command(false):command_target("command"):help_max_width(out.width)
  add_help(parser)
  parser:flag("--version", "Show the version, and the date of the registry."):action(function()
    asked.version = sip._VERSION .. ", registry of " .. sip._REGISTRY
  end)
  parser:flag("--json", "Print JSON.")
  parser:option("--color", "Colours: always, never, or auto, which is on a terminal only."):argname("WHEN")
  parser:epilog("Exit status: 0, 1 for what is not found, 2 for misuse or trouble.")
  local parsers = {}
  for _, command in ipairs(commands) do
    local its_parser = parser:command(command.name, command.summary)
    set_usage(its_parser, command.usage)
    add_help(its_parser)
    command.declare(its_parser)
    parsers[command.name] = its_parser
  end
  return parser, function(name)
    return (name and parsers[name] or not name and parser or nil)
  end
end

-- The arguments with "show" in front, unless the first that is not an option is a command's name.
local function with_command(arguments)
  for i, argument in ipairs(arguments) do
    local is_value = arguments[i - 1] == "--color"
    if not is_value and (argument == "--" or argument == "-" or not find(argument, "^%-")) then
      return command_by_name[argument] and arguments or { "show", unpack(arguments) }
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
  local parser, help = parser_of(need(out.env, "argparse"), asked, out)
  out.help = help
  if #arguments == 0 then
    out.write(parser:get_help(), "\n")
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
  if options.json then
    out.as_json = true
    out.dkjson = need(out.env, "dkjson")
  end
  if not options.command then
    fail(TROUBLE, "a code, words or a command are needed\nTry 'sipcodes --help'.")
  end
  return command_by_name[options.command].run(options, out)
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
