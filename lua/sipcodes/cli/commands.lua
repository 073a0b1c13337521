-- The commands, and what their command lines look like.
--
-- A command is a file of this folder that gives a table, entered in `names` below:
--   name      its word on the command line
--   usage     the same with its arguments
--   summary   one line of --help
--   declare   function(parser [, words]): its options and arguments, through argparse. With words, which make
--             completions, it gives arguments their choices: words.names, words.classes and words.commands
--   run       function(options, out) --> exit status
local examples = require("sipcodes.cli.examples")
local wrapped = require("sipcodes.cli.text").wrapped

-- In the order of --help.
local names = { "show", "list", "cause", "explain", "calls", "kpi", "export", "help" }

local commands = { list = {}, by_name = {} }
for i, name in ipairs(names) do
  commands.list[i] = require("sipcodes.cli." .. name)
  commands.by_name[name] = commands.list[i]
end

commands.usage = "CODE... | CAUSE... | NAME | WORDS | COMMAND ..."
commands.description = "What SIP response codes and Q.850 causes mean, and what to do next."
commands.exit_status = "Exit status: 0, 1 for what is not found, 2 for misuse or trouble."

--- A summary as a sentence.
function commands.sentence(summary)
  return summary:sub(1, 1):upper() .. summary:sub(2) .. "."
end

--- Declares the options of the whole; the options that do something at once get these actions.
function commands.declare(parser, actions, words)
  parser:flag("--version", "Show the version, and the date of the registry."):action(actions.version)
  parser:flag("--json", "Print JSON.")
  local colour = parser:option("--color", "Colours: always, never, or auto, which is on a terminal only.")
    :argname("WHEN")
  if words then
    colour:choices({ "always", "never", "auto" })
  end
end

local function examples_text(name, width)
  local lines = { "Examples:" }
  for i, example in ipairs(examples[name]) do
    lines[i + 1] = wrapped("   $ ", example[1], width) .. wrapped("       ", example[2], width):sub(1, -2)
  end
  return table.concat(lines, "\n")
end

--- The parser of argparse, and a function that gives the help of a command, of the whole for nil, or nil if there is
-- no such command. asked.help and asked.version are set if the arguments ask for them, whatever else they hold.
-- settings has width, version, and words if completions are made.
function commands.parser(argparse, asked, settings)
  local width, words = settings.width, settings.words
  local parsers = {}
  local function help_of(name)
    local parser = parsers[name or "sipcodes"]
    return parser and parser:get_help() .. "\n\n" .. examples_text(name or "sipcodes", width) or nil
  end
  local function prepare(parser, name, usage)
    parsers[name] = parser
    parser:usage((wrapped("Usage: ", "sipcodes [--json] " .. usage, width):gsub("\n$", "")))
    parser:add_help(false)
    parser:flag("-h --help", "Show this help."):action(function()
      asked.help = asked.help or help_of(name ~= "sipcodes" and name or nil)
    end)
  end
  local parser = argparse("sipcodes", commands.description)
  parser:require_command(false):command_target("command"):help_max_width(width)
  parser:help_description_margin(width < 60 and 12 or 25)
  prepare(parser, "sipcodes", commands.usage)
  commands.declare(parser, {
    version = function()
      asked.version = settings.version
    end,
  }, words)
  parser:epilog(commands.exit_status)
  for _, command in ipairs(commands.list) do
    local its_parser = parser:command(command.name, commands.sentence(command.summary)):summary(command.summary)
    prepare(its_parser, command.name, command.usage)
    command.declare(its_parser, words)
  end
  return parser, help_of
end

return commands
