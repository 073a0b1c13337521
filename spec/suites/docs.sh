# What is generated is up to date.
# Needs: lua5.4 scdoc
. spec/tools/tap.sh
check "README.md, the types, the manual page and the completions are as make docs writes them" lua5.4 spec/tools/docs.lua check
finish
