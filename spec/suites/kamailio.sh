# A real Kamailio, driven over UDP and TCP on loopback, with spec/e2e/kamailio/route.lua as its script.
# Needs: kamailio kamcmd sipp lua5.4
. spec/tools/tap.sh
. spec/e2e/kamailio/server.sh
script=$PWD/$e2e/route.lua

# The calls run outside of the server's Lua.
call() {
  timeout 200 env -u LUA_PATH -u LUA_CPATH lua5.4 $e2e/calls.lua "$1" "$(port main)" "$(port main 1)" "$(port main 2)"
}
in_log() { grep -F -- "$1" "$scratch/main/log" >/dev/null || { tail -n 5 "$scratch/main/log"; return 1; }; }
times_in_log() { [ "$(grep -cF -- "$2" "$scratch/main/log")" -eq "$1" ]; }
no_errors() { ! grep -E ' (ALERT|BUG|CRITICAL|ERROR):' "$scratch/main/log"; }
from_prefix() { grep -q " $scratch/prefix/lib/lua/$lua/sipcodes.so\$" "/proc/$(worker main)/maps"; }
has_module() { dpkg -L "kamailio-$1-modules" 2>/dev/null | grep -q "/$1\.so$"; }
# What the worker holds for itself, in KiB.
memory() { awk '/^RssAnon:/ { print $2 }' "/proc/$(worker main)/status"; }

# sipp plays a number of calls: the first gateway refuses each, the second answers it.
sipp_calls() {
  local -a gateways=()
  local status=0 pid
  gateway 1 uas-refuses "$1" & gateways+=($!)
  gateway 2 uas-answers "$1" & gateways+=($!)
  sleep 0.3
  phone -sf $e2e/uac.xml -m "$1" -r 200 "127.0.0.1:$(port main)" || status=1
  for pid in "${gateways[@]}"; do wait "$pid" || status=1; done
  return $status
}
gateway() { phone -p "$(port main "$1")" -sf "$e2e/$2.xml" -m "$3"; }
phone() { timeout 130 sipp -i 127.0.0.1 -nostdin -timeout 120s -timeout_error "$@" 2>&1 | tail -n 30; return "${PIPESTATUS[0]}"; }

load() { REQUESTS=$1 call load; }
does_not_grow() {
  local before=$1 after
  after=$(memory)
  echo "$before KiB before, $after KiB after"
  [ $((after - before)) -le 128 ]
}
start_as_main() { stop main; rm -rf "$scratch/main"; start main "$@"; }

prepare
check "this Kamailio embeds a Lua that a library was built for" test -f "build/$lua/sipcodes.so"
check "make install, into a scratch prefix" install_library
check "Kamailio starts" start main "$script"
refuse "the script names no path" grep -n 'package\.' "$script"
check "the library is the one that was installed" from_prefix
first_worker=$(worker main)

while IFS='|' read -r name what; do
  check "$what" call "$name"
done <<'CALLS'
registered_codes|each registered final code has its status line
unregistered_codes|each unregistered final code, too
phrases|a phrase of the site or of the caller takes the place of the registered one
failover|503 at the first gateway: the second one takes the call, to its end
final|486 is final, and goes up with its own phrase and Reason
no_code|what is not a code goes to no other gateway
phrase_rule|a rule for a phrase decides
first_dead|no answer from the first gateway: the second one is asked
first_rings|no more than a 180: the same
remote_408|a 408 from a gateway: the same
both_dead|no answer from both: 408, and its cause in a Reason field
both_refuse|503 from both: 500, with two Reason fields and a list of the last in one
cancelled|a cancelled call goes to no other gateway
fork_client|of 404 and 486 in parallel 486 goes up
fork_same|of 480 and 503 in parallel 480 goes up
fork_server|of 503 and 503 in parallel 500 goes up
fork_dead|of 503 and no answer in parallel 408 goes up
fork_global|a 600 ends all branches
blocked|603+ goes to no other gateway, and goes up as it came
declined|a plain 603 goes to the other gateway
hold_down|a gateway is left alone for the seconds of its Retry-After
async_later|a response that was kept lives through async.route
async_lost|a call goes on after async.route without it
CALLS
check "the log says who said what, and which rule decided" in_log \
  "gateway 1: remote 603 Network Blocked, ends by rule 603+"
check "it tells a timeout from a gateway's 408" in_log "gateway 1: local 408 Request Timeout, goes on by rule carrier"
check "a reply route reads every Reason field" in_log \
  'reply 503 Maintenance, Reason: SIP;cause=503, Q.850;cause=38;text="Network, out of order", X.int;cause=1'
check "the response that was kept is judged after async.route" in_log \
  "after async.route: 503, No lines, remote, true, carrier, 7"
check "without it the script is told what to do" in_log "after async.route: nil, the response is gone after async.route \
or t_continue: call keep before it, nil, nil, the response is gone"
check "nothing of all this is an error in the log" no_errors

check "a phrase with CR, LF or another control is not sent" call injection
check "each is an error in the log" times_in_log 4 "bad argument #2 to 'reply' ("
check "which names the octet" in_log "(CR at octet 5)"
check "the worker that was started still serves" test "$(worker main)" = "$first_worker"

cp "$script" "$scratch/route.lua"
check "Kamailio starts with a copy of the script" start_as_main "$scratch/route.lua"
check "a gateway rests for an hour" call long_rest
check "app_lua.reload" rpc main app_lua.reload
check "the script has begun anew" call final
sed -i 's/Nicht gefunden/Unbekannt/' "$scratch/route.lua"
rpc main app_lua.reload
check "a changed script is taken" call reloaded
sed -i '1i for name in pairs(package.loaded) do if name:find("^sipcodes") then package.loaded[name] = nil end end' \
  "$scratch/route.lua"
rpc main app_lua.reload
check "also one that clears package.loaded" call reloaded
check "failover works after it" call failover
check "reloading is no error in the log" no_errors

FIRST_GATEWAY="sip:127.0.0.1:9;transport=tcp"
check "Kamailio starts with a gateway to which there is no way" start_as_main "$script"
check "the next gateway has the call" call no_way
FIRST_GATEWAY=
check "Kamailio starts without the module tmx" start_as_main "$script" -A WITHOUT_TMX=1
check "the gateway's response goes up where a failure route cannot judge it" call no_failover
check "the log names the module" in_log ": sipcodes.kamailio: status needs the module tmx"
check "the worker lives on" call phrases

export TRANSPORT=tcp
if has_module tls && has_module websocket; then
  check "Kamailio starts with TCP only, and with the modules tls and websocket" \
    start_as_main "$script" -A OVER_TCP=1 -A WITH_TLS=1
else
  check "Kamailio starts with TCP only" start_as_main "$script" -A OVER_TCP=1
fi
# In one run: Kamailio keeps its connections to the gateways.
check "replies, failover, timeouts, CANCEL, forks, 603+ and async.route over TCP" call "registered_codes,phrases,\
failover,final,phrase_rule,first_dead,remote_408,both_refuse,cancelled,fork_client,fork_global,blocked,declined,\
async_later"
check "nothing of all this is an error in the log over TCP" no_errors
unset TRANSPORT

# So long that a slow machine is not taken for a silent gateway.
check "Kamailio starts for the load" start_as_main "$script" -A SILENT=20000
check "2000 requests" load 2000
check "200 calls that go to the second gateway" sipp_calls 200
warm=$(memory)
check "10000 requests" load 10000
check "600 calls that go to the second gateway" sipp_calls 600
check "the worker has not grown by more than 128 KiB" does_not_grow "$warm"
check "no error in the log" no_errors
check "Kamailio stops" stop main
finish
