# The example for Kamailio, lua/examples/kamailio.lua with its kamailio.cfg, on a real Kamailio with four workers on
# loopback: 2,000 calls, reloads of the script among them.
# Needs: kamailio kamcmd lua5.4
. spec/tools/tap.sh
FIRST_PORT=24001 LAST_PORT=31000
. spec/e2e/kamailio/server.sh
script=$PWD/lua/examples/kamailio.lua

# The calls run outside of the server's Lua.
calls() {
  timeout 200 env -u LUA_PATH -u LUA_CPATH lua5.4 $e2e/lcr.lua "$1" "$(port lcr)" "$(port lcr 1)" "$(port lcr 2)" \
    "$(port lcr 3)" "timeout 10 kamcmd -s unix:$scratch/lcr/ctl.sock app_lua.reload >/dev/null"
}
in_log() { grep -F -- "$1" "$scratch/lcr/log" >/dev/null || { tail -n 5 "$scratch/lcr/log"; return 1; }; }
no_errors() { ! grep -E ' (ALERT|BUG|CRITICAL|ERROR):' "$scratch/lcr/log"; }
start_again() { stop lcr; rm -rf "$scratch/lcr"; start_lcr lcr "$@"; }
# What each worker holds for itself, in KiB.
memory() {
  local pid
  for pid in $(workers lcr); do awk '/^RssAnon:/ { print $2 }' "/proc/$pid/status"; done
}
has_four_workers() { [ "$(workers lcr | wc -l)" -eq 4 ]; }
none_grows() {
  local after
  after=$(memory)
  paste <(echo "$1") <(echo "$after")
  paste <(echo "$1") <(echo "$after") | awk '$2 - $1 > 256 { grown = 1 } END { exit grown }'
}

prepare
check "make install, into a scratch prefix" install_library
# So long that a slow machine is not taken for a silent carrier.
check "Kamailio starts with the example" start_lcr lcr "$script" -A SILENT=20000
check "it has four workers" has_four_workers
check "500 calls: each gets the right final code, and each carrier its calls" calls first
warm=$(memory)
check "1500 calls more" calls rest
check "no worker has grown by more than 256 KiB" none_grows "$warm"
check "a carrier that asks for it is left alone by all workers, and after reloads" calls hold_down
check "the log says what a carrier said, and which rule decided" in_log ": remote 486, carrier"
check "no error in the log" no_errors

check "Kamailio starts with less patience" start_again "$script" -A SILENT=4000
check "the next carrier takes a call that the first one does not answer" calls silent
check "the log says that it was silent" in_log ": local 408, carrier"
check "no error in the log of this one" no_errors

check "Kamailio starts with five seconds as the longest call" start_again "$script" -A SILENT=20000 -A LONGEST_CALL=5
check "a call that is too long is ended on both sides, with a Reason" calls too_long
check "no error in the log of the last one" no_errors
check "Kamailio stops" stop lcr
finish
