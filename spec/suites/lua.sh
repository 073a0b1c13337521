# The specs on one Lua: lua.sh 5.1|5.2|5.3|5.4|luajit
# Needs: busted
case $1 in luajit) lua=luajit ;; *) lua=lua$1 ;; esac
exec "$lua" "$(command -v busted)" -o TAP
