-- The completions for bash, zsh and fish: argparse's, with the codes and names that a lookup takes.
package.path = "./lua/?.lua;" .. package.path
local argparse = require("argparse")
local cause = require("sipcodes.cause")
local commands = require("sipcodes.cli.commands")
local sip = require("sipcodes")

-- The codes, the numbers of causes, and the names without blanks, in this order.
local function names()
  local list, seen = {}, {}
  local function add(word)
    if word and word:find("^[%w_-]+$") and not seen[word] then
      seen[word] = true
      list[#list + 1] = word
    end
  end
  for code = 100, 699 do
    add(sip.reason(code) and tostring(code))
  end
  for number in cause.causes() do
    add(tostring(number))
  end
  for code in sip.codes() do
    add(sip.info(code, "name"))
  end
  for number = 0, 999 do
    local found, name = cause.freeswitch(number)
    add(found and name)
  end
  for number in cause.causes() do
    add(cause.text(number, "asterisk"))
  end
  add("BYE")
  add("CANCEL")
  return list
end

local words = { names = names(), classes = { "1xx", "2xx", "3xx", "4xx", "5xx", "6xx" }, commands = {} }
for i, command in ipairs(commands.list) do
  words.commands[i] = command.name
end

local function parser()
  return (commands.parser(argparse, {}, { width = 100, version = sip._VERSION, words = words }))
end

-- The text with what a plain string names replaced; the string is there once.
local function replaced(text, old, new)
  local from, to = text:find(old, 1, true)
  assert(from and not text:find(old, to + 1, true), old)
  return text:sub(1, from - 1) .. new .. text:sub(to + 1)
end

-- A function that says which words may stand where, in a shell's `case` on the command.
local bash = [[
_sipcodes_lookup() {
    local word cmd= words=
    _sipcodes
    [ "$2" = "${2#-}" ] && [ "$3" != --color ] && [ "$3" != --table ] || return 0
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case "$word" in
            -*) ;;
            *) cmd="$word"; break ;;
        esac
    done
    case "$cmd" in
        explain|calls|kpi) return 0 ;;
        list) words="%s" ;;
        help) words="%s" ;;
        *) words="%s" ;;
    esac
    COMPREPLY+=($(compgen -W "$words" -- "$2"))
}

complete -F _sipcodes_lookup -o bashdefault -o default sipcodes
]]

local fish = [[

complete -c sipcodes -n '__fish_sipcodes_using_command' -xa '%s'
complete -c sipcodes -n '__fish_sipcodes_seen_command show' -xa '%s'
complete -c sipcodes -n '__fish_sipcodes_seen_command cause' -xa '%s'
complete -c sipcodes -n '__fish_sipcodes_seen_command list' -xa '%s'
complete -c sipcodes -n '__fish_sipcodes_seen_command help' -xa '%s'
]]

local completions = {}

function completions.bash()
  local text = parser():get_bash_complete()
  local classes, list, all =
    table.concat(words.classes, " "), table.concat(words.commands, " "), table.concat(words.names, " ")
  return replaced(text, "complete -F _sipcodes -o bashdefault -o default sipcodes\n", "")
    .. bash:format(classes, list, all)
end

function completions.zsh()
  local text = parser():get_zsh_complete()
  local all = table.concat(words.names, " ")
  text = replaced(
    text, '  _describe "command" commands\n',
    '  _describe "command" commands\n  compadd -X "code, cause or name" ' .. all .. "\n")
  -- Words behind a first one that is not a command belong to a lookup, too.
  return replaced(
    text, "\n  esac\n\n  return 1",
    '\n    *)\n      _arguments "*: :(' .. all .. ')" && return 0\n      ;;\n\n  esac\n\n  return 1'
  )
end

function completions.fish()
  local classes, list, all =
    table.concat(words.classes, " "), table.concat(words.commands, " "), table.concat(words.names, " ")
  return parser():get_fish_complete() .. fish:format(all, all, all, classes, list)
end

return completions
