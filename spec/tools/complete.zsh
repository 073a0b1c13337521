#!/usr/bin/env zsh
# What an interactive zsh offers behind this command line: complete.zsh 'sipcodes 48'. The line must hold no quote.
# The inner shell prints what is handed to compadd between two NUL lines, then ends.
zmodload zsh/zpty
zpty inner zsh -f -i
zpty -w inner "PS1= PS2= fpath=(${(q)PWD}/lua/completions \$fpath); unsetopt beep; autoload -Uz compinit; compinit -D -u"
zpty -w inner 'mark() { print -r -- $'"'"'\0'"'"' }; compprefuncs=(mark); comppostfuncs=(mark exit)
compadd() {
  local -a hits
  builtin compadd -A hits "$@"
  (( $#hits )) && print -rl -- $hits
  builtin compadd "$@"
}
bindkey "^I" complete-word
print -r -- rea""dy'
zpty -r inner text $'*ready*' || exit 1
zpty -w -n inner "$1"$'\t'
zpty -r inner text $'*\0*\0*' || exit 1
text=${${text#*$'\0'}%%$'\0'*}
print -r -- ${text//$'\r'/}
zpty -d inner
