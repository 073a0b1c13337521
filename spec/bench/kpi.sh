#!/usr/bin/env bash
# sipcodes kpi of a million codes, one a line, against an awk program that only counts them: it is to
# take no more than twice the time. The median of rounds in which both run in turn; status 1 if the
# limit is broken.
set -uo pipefail
cd "$(dirname "$0")/../.." || exit 2
LIMIT=2
ROUNDS=15
export LUA_PATH='./lua/?.lua;;' LUA_CPATH='./build/5.4/?.so;;'

if ! lua5.4 -e 'require "argparse"' 2>/dev/null; then
  echo "lua-argparse is not installed: not measured"
  exit 0
fi

file=$(mktemp)
trap 'rm -f "$file"' EXIT
awk 'BEGIN {
  count = split("200 200 200 180 302 401 404 407 408 480 486 487 503 603", codes)
  for (i = 0; i < 1000000; i++) print codes[int(rand() * count) + 1]
}' >"$file"

# Microseconds.
took() {
  local start=${EPOCHREALTIME/[.,]/}
  "$@" >/dev/null || exit 2
  echo $((${EPOCHREALTIME/[.,]/} - start))
}
kpi() { lua5.4 lua/bin/sipcodes kpi "$file"; }
count() { awk '{ n[$1]++ } END { for (code in n) print code, n[code] }' "$file"; }

for _ in $(seq $ROUNDS); do
  echo "$(took kpi) $(took count)"
done | awk '{ print $1 / $2 }' | sort -n | sed -n "$(((ROUNDS + 1) / 2))p" | awk -v limit=$LIMIT '{
  broken = $1 > limit
  printf "%-32s %6.3f  limit %g%s\n", "sipcodes kpi, a million lines", $1, limit, broken ? "  BROKEN" : ""
  exit broken
}'
