# The plugin for Wireshark in tshark, on captures of loopback and on messages that are written here.
# Needs: tshark text2pcap
. spec/tools/tap.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
ports="-d udp.port==15160,sip"
lua=$(tshark --version 2>/dev/null | tr '\n' ' ' | sed -n 's/.*Lua \(5\.[0-9]\).*/\1/p')

# tshark 4.4 loads no Lua script as root: there another user runs it, on copies that everybody may read.
cp "build/$lua/sipcodes.so" lua/examples/wireshark.lua spec/data/traces/calls.pcap \
  spec/data/cases/f8-tcp-two-responses-a-segment.pcap "$scratch" 2>/dev/null
mkdir -p "$scratch/none" && chmod -R a+rX "$scratch"
as_user=()
[ "$(id -u)" -ne 0 ] || as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)
# Runs tshark where the library is: run FOLDER ARGUMENTS...
run() {
  (cd "$scratch" && LUA_PATH="$scratch/none/?.lua" LUA_CPATH="$1/?.so" HOME="$scratch/home" XDG_CONFIG_HOME= \
    "${as_user[@]}" timeout 60 tshark "${@:2}" 2>"$scratch/stderr")
}
plugin="-X lua_script:wireshark.lua"
fields() { run "$scratch" -r "$1" $ports $plugin "${@:2}" -T fields >"$scratch/out"; }

report() { run "$scratch" -q -r "$1" $ports $plugin -X lua_script1:report >"$scratch/report"; }
as_expected() { diff spec/e2e/tshark/expected.txt "$scratch/report"; }
# The same counts without Lua: each response once, by what makes it one.
counts_agree() {
  diff <(sed -n '/^Responses/,/^$/p' "$scratch/report" | awk 'NF > 1 { print $2, $1 }' | sort) \
    <(run "$scratch/none" -r calls.pcap $ports -Y sip.Status-Code -T fields -e sip.Status-Code -e sip.Call-ID \
      -e sip.from.tag -e sip.to.tag -e sip.CSeq.seq -e sip.CSeq.method | sort -u |
      awk '{ n[$1]++ } END { for (code in n) print code, n[code] }' | sort)
}
nothing_seen() {
  grep -qx 'Ratios of 0 attempts, without challenges' "$scratch/report" && grep -qx '  NER   -' "$scratch/report"
}

# Each packet with a Status-Code has the fields that the library gives for its code and method.
fields_agree() {
  fields calls.pcap -Y sip.Status-Code -e sip.Status-Code -e sip.CSeq.method -e sipcodes.next -e sipcodes.failover \
    -e sipcodes.outcome -e sipcodes.cause -e sipcodes.cause.source &&
    LUA_CPATH="./build/5.4/?.so" lua5.4 - "$scratch/out" <<'END'
      local sip = require("sipcodes")
      local rows = 0
      for line in io.lines(arg[1]) do
        local code, method = line:match("^(%d+)\t(%u+)")
        local fails, invite = sip.is_failure(code), method == "INVITE"
        local cause = fails and invite and sip.cause.from_sip(code) or nil
        local failover = ""
        if fails then
          failover = sip.routing.failover(code) and "1" or "0"
        end
        local expected = table.concat({ code, method, (sip.routing.action(code):gsub("_", " ")), failover,
          invite and sip.kpi.outcome(code) or "", cause or "", cause and "RFC 3398" or "" }, "\t")
        local shown = line:gsub("True", "1"):gsub("False", "0")
        assert(shown == expected, line .. "\n" .. expected)
        rows = rows + 1
      end
      assert(rows > 60, rows)
END
}
# A filter finds the packets that a filter of the codes finds.
filters() {
  fields calls.pcap -Y "$1" -e frame.number && sort -n "$scratch/out" >"$scratch/one" &&
    fields calls.pcap -Y "$2" -e frame.number && sort -n "$scratch/out" | diff - "$scratch/one" && [ -s "$scratch/one" ]
}
says() { [ "$(cat "$scratch/out")" = "$1" ] || { cat "$scratch/out" "$scratch/stderr"; return 1; }; }

# message NAME FIRST-LINE METHOD FIELD...: a capture of one message in UDP.
message() {
  local name=$1 first=$2 method=$3
  shift 3
  {
    printf '%s\r\n' "$first" "Via: SIP/2.0/UDP gw.example;branch=z9hG4bK1" "From: <sip:a@a.example>;tag=1" \
      "To: <sip:b@b.example>;tag=2" "Call-ID: 1@a.example" "CSeq: 1 $method" "$@" "Content-Length: 0" ""
  } | od -Ax -tx1 -v | text2pcap -q -u 5060,5060 - "$scratch/$name.pcap" >/dev/null 2>&1 && chmod a+r "$scratch/$name.pcap"
}
one_line() { run "$1" -r calls.pcap $plugin >/dev/null; [ "$(grep -c '^sipcodes: ' "$scratch/stderr")" -eq 1 ] && grep -q "^$2" "$scratch/stderr"; }

check "tshark embeds a Lua that a library was built for" test -f "build/$lua/sipcodes.so"
check "the report is made" report calls.pcap
check "it prints what it should" as_expected
check "its counts are those of tshark's own fields" counts_agree
head -c 24 "$scratch/calls.pcap" >"$scratch/empty.pcap"
chmod a+r "$scratch/empty.pcap"
check "it is made of an empty capture" report empty.pcap
check "and says that there was nothing" nothing_seen

check "the fields are those of the library" fields_agree
check "an outcome is a filter" filters 'sipcodes.outcome == "busy"' 'sip.Status-Code in {486, 600} && sip.CSeq.method == "INVITE"'
check "a cause is a filter" filters 'sipcodes.cause == 41' 'sip.Status-Code in {500, 502, 503} && sip.CSeq.method == "INVITE"'
check "a next step is a filter" filters 'sipcodes.next == "stop everywhere"' 'sip.Status-Code >= 600'
check "failover is a filter" filters 'sipcodes.failover == 1' 'sip.Status-Code in {408, 430, 477, 500, 502, 503, 504}'
check "two responses of a segment are read" fields f8-tcp-two-responses-a-segment.pcap \
  -e sip.Status-Code -e sipcodes.outcome -e sipcodes.next
check "each by itself" says "$(printf '%s\t%s\t%s\n' 100,180 "in progress,in progress" wait,wait 486,200 busy later,answered \
  503 "network failure" elsewhere)"

check "a BYE with a Reason" message bye "BYE sip:b@b.example SIP/2.0" BYE 'Reason: Q.850;cause=34;text="x"' 'Reason: SIP;cause=503'
check "is read" fields bye.pcap -e sipcodes.cause -e sipcodes.cause.source -e sipcodes.reason -e sipcodes.outcome
check "both its values are shown" says \
  "$(printf '34\tReason\tQ.850 cause 34 (No circuit/channel available),SIP cause 503 (Service Unavailable)\t')"
check "a 603+" message blocked "SIP/2.0 603 Network Blocked" INVITE \
  'Reason: SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress;tel=+12155550100";location=TN'
check "is read" fields blocked.pcap -Y sipcodes.blocking -e sipcodes.blocking.url -e sipcodes.blocking.tel \
  -e sipcodes.blocking.location -e sipcodes.failover -e sipcodes.next
sed -i 's/False/0/' "$scratch/out"
check "its parts are fields" says "$(printf 'https://carrier.example/redress\t+12155550100\tTN\t0\tstop everywhere')"
check "a code of no class" message none "SIP/2.0 799 What" INVITE
check "is read" fields none.pcap -e sip.CSeq.method -e sipcodes.next -e sipcodes.outcome
check "it has no meaning" says "$(printf 'INVITE\t\t')"

check "without the library there is one line" one_line "$scratch/none" "sipcodes: the library is missing for Lua $lua: module 'sipcodes' not found:"
folder=$scratch/home/.local/lib/wireshark/plugins
mkdir -p "$folder" && cp lua/examples/wireshark.lua "$folder" && chmod -R a+rX "$scratch/home"
plugin=
check "it runs from the folder of plugins" fields calls.pcap -Y 'sipcodes.outcome == "redirected"' -e sip.Status-Code
check "and says no more than it is asked" says $'302\n302'
finish
