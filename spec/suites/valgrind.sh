# The specs on one Lua under valgrind: an error or a leak is exit status 9.
case $1 in luajit) lua=luajit ;; *) lua=lua$1 ;; esac
exec valgrind -q --error-exitcode=9 --leak-check=full "$lua" "$(command -v busted)" -o TAP
