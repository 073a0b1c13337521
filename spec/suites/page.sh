# The page of codes in a headless Chromium: what it finds, that it agrees with the library in every table, how
# it looks at a desk and on a phone. axe-core, which checks that everybody can use it, comes from npm.
# Needs: lua5.1 lua5.2 lua5.3 lua5.4 luajit
. spec/tools/tap.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
page=$scratch/index.html

write_page() { "$1" spec/tools/page/write.lua "$2"; }
same_page() { write_page "$1" "$scratch/$1.html" && cmp "$page" "$scratch/$1.html"; }
is_small() { [ "$(wc -c <"$page")" -lt 400000 ]; }
# All that a browser would load by itself, but for what stands in the file.
loads_nothing() {
  refused=$(grep -niE '<(link|img|iframe|object|embed|base)[ >]|<script[^>]* src|@import|url\(|fetch\(|XMLHttp|WebSocket|sendBeacon' "$page")
  [ -z "$refused" ] || { echo "$refused"; return 1; }
}
get_axe() {
  command -v npm >/dev/null || return 1
  (cd "$scratch" && timeout 60 npm pack --silent --cache "$scratch/npm" axe-core@4.10.3 >/dev/null 2>&1 &&
    tar -xzf axe-core-4.10.3.tgz package/axe.min.js 2>/dev/null) && axe=$scratch/package/axe.min.js
}
with_checks() {
  LUA_PATH="./?.lua;;" LUA_CPATH="./build/5.4/?.so;;" lua5.4 spec/e2e/page/expected.lua >"$scratch/expected.json" &&
    LUA_PATH="./?.lua;;" lua5.4 spec/e2e/page/prepare.lua "$page" "$scratch/expected.json" $axe >"$scratch/checks.html"
}
# Opens the checks in a window of that size. Its clock runs as fast as the page allows, and does not depend on
# the load of the machine. The lines that the checks wrote go to $scratch/tap.
browse() {
  rm -rf "$scratch/profile"
  timeout 120 chromium-headless-shell --no-sandbox --disable-gpu --disable-quic --no-first-run \
    --disable-background-networking --disable-component-update --disable-sync --disable-dev-shm-usage \
    --disable-ipc-flooding-protection --user-data-dir="$scratch/profile" --window-size="$1" \
    --enable-logging=stderr --virtual-time-budget=600000 --dump-dom "file://$scratch/checks.html" \
    2>"$scratch/log" >"$scratch/dom"
  sed -n '/<pre id="tap">/,/<\/pre>/p' "$scratch/dom" | sed 's/&lt;/</g; s/&gt;/>/g; s/&amp;/\&/g' >"$scratch/tap"
  grep -qx '# done' "$scratch/tap" || { tail -n 20 "$scratch/log"; return 1; }
}
silent_console() { ! grep CONSOLE "$scratch/log"; }
# Prints the checks of the browser with the numbers of this suite.
pass_on() {
  while IFS= read -r line; do
    case $line in
      "ok "*) tap_result "${line#ok }" 0 "" ;;
      "not ok "*) tap_result "${line#not ok }" 1 "" ;;
      "# done") ;;
      "# "*) echo "$line" ;;
    esac
  done <"$scratch/tap"
}

axe=
check "the page is written" write_page lua5.4 "$page"
for lua in lua5.4 lua5.1 lua5.2 lua5.3 luajit; do
  check "$lua writes the same page" same_page $lua
done
check "it has less than 400 KB" is_small
check "it loads nothing" loads_nothing
if ! command -v chromium-headless-shell >/dev/null; then
  skip "the page in a browser" "chromium-headless-shell is not installed"
  finish
  exit
fi
get_axe || skip "axe-core on the page" "npm is missing or cannot be reached"
check "the checks are put into the page" with_checks
for size in 1280,1000 360,800; do
  check "a browser opens the page, $size" browse $size
  pass_on
  check "its console is silent, $size" silent_console
done
finish
