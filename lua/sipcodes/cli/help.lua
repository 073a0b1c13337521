-- sipcodes help
local exit = require("sipcodes.cli.exit")

return {
  name = "help",
  usage = "help [COMMAND]",
  summary = "show the help of the whole, or of a command",
  declare = function(parser)
    parser:argument("about", "The name of a command."):args("?")
  end,
  run = function(options, out)
    local parser = out.help(options.about)
    if not parser then
      exit.fail(exit.TROUBLE, ('there is no command "%s"\nTry \'sipcodes --help\'.'):format(options.about))
    end
    out.write(parser:get_help(), "\n")
    return exit.FOUND
  end,
}
