# What is generated is up to date.
# Needs: lua5.4
. spec/tools/tap.sh
check "README.md and the types are as make docs writes them" lua5.4 spec/tools/docs.lua check
finish
