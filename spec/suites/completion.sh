# The completions in real shells, and the manual page through man.
# Needs: bash zsh fish man groff
. spec/tools/tap.sh

# What a shell offers for the last word of a command line, one a line, sorted.
in_bash() {
  bash --norc -c '
    . lua/completions/sipcodes.bash
    read -ra COMP_WORDS <<<"$1"
    [ "$1" = "${1% }" ] || COMP_WORDS+=("")
    COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
    function=$(complete -p sipcodes | sed "s/.*-F \([a-z_]*\).*/\1/")
    "$function" sipcodes "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
    printf "%s\n" "${COMPREPLY[@]}"' bash "$1" | sort -u
}
in_zsh() { timeout 60 zsh -f spec/tools/complete.zsh "$1" | sed '/^$/d; s/ *$//' | sort -u; }
in_fish() {
  HOME=$scratch timeout 60 fish --no-config -c 'source lua/completions/sipcodes.fish; complete -C $argv[1]' "$1" |
    cut -f 1 | sort -u
}
offers() { diff <(printf '%s\n' "${@:3}") <("in_$1" "$2"); }
offers_some() { local all; all=$("in_$1" "$2"); shift 2; for word; do grep -qx -e "$word" <<<"$all" || return 1; done; }

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

for shell in bash zsh fish; do
  check "$shell completes codes" offers $shell "sipcodes 48" 480 481 482 483 484 485 486 487 488 489
  check "$shell completes a code behind another" offers $shell "sipcodes 486 50" 50 500 501 502 503 504 505
  check "$shell completes names" offers $shell "sipcodes USER_" USER_BUSY USER_CHALLENGE USER_NOT_REGISTERED
  check "$shell completes names of cause" offers $shell "sipcodes cause AST_CAUSE_NO_R" AST_CAUSE_NO_ROUTE_DESTINATION \
    AST_CAUSE_NO_ROUTE_TRANSIT_NET
  check "$shell completes commands" offers_some $shell "sipcodes ex" explain
  check "$shell completes tables" offers $shell "sipcodes cause --table as" asterisk
  check "$shell completes classes" offers $shell "sipcodes list 4" 4xx
  check "$shell completes the commands of help" offers_some $shell "sipcodes help " show list cause explain calls kpi export
  check "$shell completes colours" offers $shell "sipcodes --color al" always
  check "$shell completes options" offers $shell "sipcodes --j" --json
  check "$shell completes options of a command" offers $shell "sipcodes cause --t" --table
done

page() { MANWIDTH=80 man -l lua/man/sipcodes.1 </dev/null; }
has_all_commands() {
  local command
  for command in show list cause explain calls kpi export help; do page | grep -q "^ *sipcodes $command" || return 1; done
}
no_warning() { [ -z "$(man --warnings -l lua/man/sipcodes.1 2>&1 >/dev/null)" ]; }
has_sections() { diff <(printf '%s\n' NAME SYNOPSIS DESCRIPTION COMMANDS "EXIT STATUS" ENVIRONMENT EXAMPLES) <(page | grep '^[A-Z]'); }
check "the manual page has all commands" has_all_commands
check "groff has no warning about it" no_warning
check "it has the usual sections" has_sections
finish
