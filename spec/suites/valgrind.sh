# The specs of the C modules on one Lua under valgrind: an error or a leak is exit status 9. Those
# tagged slow, and the command's, which is Lua, run everywhere else.
# Needs: busted valgrind
case $1 in luajit) lua=luajit ;; *) lua=lua$1 ;; esac
specs=$(ls spec/*_spec.lua | grep -vE '/(cli|kpi)')
exec valgrind -q --error-exitcode=9 --leak-check=full "$lua" "$(command -v busted)" -o TAP --exclude-tags=slow $specs
