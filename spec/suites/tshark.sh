# The tap script in tshark, on a capture of loopback.
# Needs: tshark
. spec/tools/tap.sh
capture=spec/data/traces/calls.pcap
ports="-d udp.port==15160,sip"
lua=$(tshark --version 2>/dev/null | tr '\n' ' ' | sed -n 's/.*Lua \(5\.[0-9]\).*/\1/p')
report=$(mktemp)
trap 'rm -f "$report"' EXIT

tap() {
  LUA_PATH="./lua/?.lua;;" LUA_CPATH="./build/$lua/?.so;;" timeout 60 tshark -q -r "$1" $ports \
    -X lua_script:spec/e2e/tshark/responses.lua 2>/dev/null >"$report"
}
as_expected() { diff spec/e2e/tshark/expected.txt "$report"; }
# The same counts without Lua: each response once, by what makes it one.
counts_agree() {
  diff <(sed -n '/^Responses/,/^$/p' "$report" | awk 'NF > 1 { print $2, $1 }' | sort) \
    <(timeout 60 tshark -r "$capture" $ports -Y sip.Status-Code -T fields -e sip.Status-Code -e sip.Call-ID \
      -e sip.from.tag -e sip.to.tag -e sip.CSeq.seq -e sip.CSeq.method 2>/dev/null | sort -u |
      awk '{ n[$1]++ } END { for (code in n) print code, n[code] }' | sort)
}
nothing_seen() { grep -qx 'Ratios of 0 attempts, without challenges' "$report" && grep -qx '  NER   -' "$report"; }

check "tshark embeds a Lua that a library was built for" test -f "build/$lua/sipcodes.so"
check "the tap script runs" tap $capture
check "it prints what it should" as_expected
check "its counts are those of tshark's own fields" counts_agree
head -c 24 $capture >"$report.pcap"
check "it runs on an empty capture" tap "$report.pcap"
check "and says that there was nothing" nothing_seen
rm -f "$report.pcap"
finish
