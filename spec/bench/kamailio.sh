#!/usr/bin/env bash
# A Kamailio worker that answers OPTIONS through sipcodes.kamailio against the same script with the
# code and the phrase written out: it is to serve at least 0.97 times as many, 5000 in a round.
# Status 1 if it serves fewer. Without Kamailio or luasocket it says so, and measures nothing.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
LIMIT=0.97
. spec/e2e/kamailio/server.sh

if ! command -v kamailio kamcmd >/dev/null || ! lua5.4 -e 'require "socket"' 2>/dev/null; then
  echo "kamailio, kamailio-lua-modules or lua-socket is not installed: not measured"
  exit 0
fi

# The script that answers in one way.
script() {
  cat <<LUA
local kamailio = require("sipcodes.kamailio")

function ksr_request_route()
  if KSR.is_OPTIONS() then
    $1
  end
end
LUA
}

prepare
install_library >/dev/null || exit 2
script 'kamailio.reply(486)' >"$scratch/module.lua"
script 'KSR.sl.send_reply(486, "Busy Here")' >"$scratch/literal.lua"
cp "$scratch/module.lua" "$scratch/route.lua"
start main "$scratch/route.lua" || exit 2
reload="kamcmd -s unix:$scratch/main/ctl.sock app_lua.reload >$scratch/reload"
read -r rate clock < <(timeout 120 env -u LUA_PATH -u LUA_CPATH lua5.4 $e2e/rate.lua "$(port main)" "$(worker main)" \
  "cp $scratch/module.lua $scratch/route.lua && $reload" "cp $scratch/literal.lua $scratch/route.lua && $reload") || exit 2
awk -v rate="$rate" -v clock="$clock" -v limit=$LIMIT 'BEGIN {
  broken = rate < limit
  printf "%-32s %6.3f  limit %g%s  (by the clock %.3f)\n", "requests served by reply(486)", rate, limit,
    broken ? "  BROKEN" : "", clock
  exit broken
}'
