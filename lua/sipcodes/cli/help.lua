-- sipcodes help
local exit = require("sipcodes.cli.exit")

return {
  name = "help",
  usage = "help [COMMAND]",
  summary = "show the help of the whole, or of a command",
  declare = function(parser, words)
    local about = parser:argument("about", "The name of a command."):args("?")
    if words then
      about:choices(words.commands)
    end
  end,
  run = function(options, out)
    local help = out.help(options.about)
    if not help then
      exit.fail(exit.TROUBLE, ('there is no command "%s"\nTry \'sipcodes --help\'.'):format(options.about))
    end
    out.write(help, "\n")
    return exit.FOUND
  end,
}
