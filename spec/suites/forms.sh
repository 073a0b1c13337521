# What tcpdump, tshark and ngrep make of one capture of 100 responses and 22 calls, over UDP and TCP, on SIP's port and on
# another: sipcodes explain counts 100, or refuses the file; sipcodes calls lists 22 calls, 7 of them answered, or
# refuses it.
# Needs: tcpdump tshark ngrep lua5.4
. spec/tools/tap.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

sipcodes() { LUA_PATH='./lua/?.lua;;' LUA_CPATH='./build/5.4/?.so;;' timeout 60 lua5.4 lua/bin/sipcodes "$@"; }
# The number of a JSON field that stands first.
field() { sed -n "s/.*\"$1\": *\([0-9.]*\),*/\1/p" "$scratch/json" | head -n 1; }

# explained EXPECTED FILE: EXPECTED is 100, or "refused", for a status that is not 0 and no figures.
explained() {
  local status=0
  sipcodes --json explain "$2" >"$scratch/json" 2>"$scratch/err" || status=$?
  if [ "$1" = refused ]; then
    cat "$scratch/json" "$scratch/err"
    [ $status -ne 0 ] && [ -z "$(field total | grep -v '^0$')" ]
  else
    echo "status $status, $(field total) responses"; cat "$scratch/err"
    [ $status -eq 0 ] && [ "$(field total)" = "$1" ]
  fi
}
# listed EXPECTED FILE: the same for calls.
listed() {
  local status=0
  sipcodes --json calls "$2" >"$scratch/json" 2>"$scratch/err" || status=$?
  if [ "$1" = refused ]; then
    cat "$scratch/err"
    [ $status -ne 0 ] && [ ! -s "$scratch/json" ]
  else
    echo "status $status, $(field total) calls"; cat "$scratch/err"
    [ $status -eq 0 ] && [ "$(field total)" = "$1" ] && grep -A 1 '"answered"' "$scratch/json" | grep -q '"count":7'
  fi
}

# form NAME RESPONSES CALLS COMMAND...: what the command prints is read.
form() {
  local name=$1 responses=$2 calls=$3
  shift 3
  timeout 60 "$@" >"$scratch/text" 2>/dev/null </dev/null
  check "$name: it prints something" test -s "$scratch/text"
  check "$name: responses" explained "$responses" "$scratch/text"
  check "$name: calls" listed "$calls" "$scratch/text"
}

for transport in udp tcp; do
  for port in 5060 5080; do
    capture=$scratch/$transport$port.pcap
    of="$transport port $port"
    decode=(-d "$transport.port==$port,sip")
    check "$of: the capture is written" lua5.4 spec/e2e/trace/rewrite.lua $port $transport "$capture"
    check "$of: the capture" explained 100 "$capture"
    check "$of: its calls" listed 22 "$capture"
    form "$of: tcpdump -A" 100 22 tcpdump -n -A -r "$capture"
    form "$of: tcpdump -vvv -A" 100 22 tcpdump -n -vvv -A -r "$capture"
    form "$of: tcpdump -X" refused refused tcpdump -n -X -r "$capture"
    form "$of: tcpdump -v" refused refused tcpdump -n -v -r "$capture"
    for mode in normal byline single none; do
      form "$of: ngrep -W $mode" 100 22 ngrep -q -t -W $mode -I "$capture"
    done
    form "$of: tshark" 100 refused tshark -n -r "$capture" "${decode[@]}"
    form "$of: tshark -O sip" 100 22 tshark -n -r "$capture" "${decode[@]}" -O sip
    form "$of: tshark -V" 100 22 tshark -n -r "$capture" "${decode[@]}" -V
    form "$of: tshark -V -x" refused 22 tshark -n -r "$capture" "${decode[@]}" -V -x
    form "$of: tshark -T json" 100 22 tshark -n -r "$capture" "${decode[@]}" -T json
    form "$of: tshark -T ek" 100 22 tshark -n -r "$capture" "${decode[@]}" -T ek
    form "$of: tshark -T pdml" 100 22 tshark -n -r "$capture" "${decode[@]}" -T pdml
    form "$of: tshark -T tabs" 100 refused tshark -n -r "$capture" "${decode[@]}" -T tabs
    form "$of: tshark -T fields" 100 refused tshark -n -r "$capture" "${decode[@]}" -T fields -e sip.Status-Line
  done
done
finish
