# make install, into a scratch prefix and into a DESTDIR, used from there and taken away again.
# Needs: lua5.1 lua5.2 lua5.3 lua5.4 luajit
. spec/tools/tap.sh
. spec/tools/parts.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
prefix=$scratch/prefix

install_all() { make -s install PREFIX="$prefix"; }
installed_files() { (cd "$1" && find . -type f | sort); }
expected_files() {
  local version file
  {
    for version in $2; do
      echo "./lib/lua/$version/sipcodes.so"
      for file in $scripts; do echo "./share/lua/$version/$file"; done
    done
    for file in $addon; do echo "./share/lua-language-server/sipcodes/$file"; done
    echo ./bin/sipcodes
    echo ./share/man/man1/sipcodes.1
    echo ./share/bash-completion/completions/sipcodes
    echo ./share/zsh/site-functions/_sipcodes
    echo ./share/fish/vendor_completions.d/sipcodes.fish
  } | sort | diff - <(installed_files "$1")
}
# Debian's Lua looks below /usr/local in this way; ";;" keeps what else it finds there.
with_prefix() {
  (cd / && LUA_PATH="$prefix/share/lua/$1/?.lua;;" LUA_CPATH="$prefix/lib/lua/$1/?.so;;" "$3" -e "$2")
}
answers() { with_prefix "$1" "assert(require('sipcodes').line(486) == '486 Busy Here')" "$2"; }
command_runs() { (cd / && [ "$("$prefix/bin/sipcodes" 486 | head -n 1)" = "486 Busy Here" ]); }
alarm() { (cd / && PATH="$prefix/bin:$PATH" sh "$OLDPWD/lua/examples/alarm.sh" "$OLDPWD/$1" "${@:2}"); }
silent() { [ -z "$("$@" 2>&1)" ]; }
alarm_says() {
  local said status
  said=$(alarm "${@:2}")
  status=$?
  [ $status -eq 1 ] && [ "$(printf '%s\n' "$said" | head -n 1)" = "$1" ] && printf '%s\n' "$said" | grep -q '^  ASR '
}
alarm_fails() { alarm "$@"; [ $? -eq 2 ]; }
command_says() {
  local said
  said=$(cd / && LUA_PATH="none/?.lua" lua5.4 "$prefix/other/sipcodes" 486 2>&1)
  [ $? -eq 2 ] && [ "$said" = "sipcodes: module 'sipcodes.cli' not found" ]
}
is_default_path() { "lua$1" -e "assert(package.cpath:find('/usr/local/lib/lua/$1/?.so', 1, true))"; }
# A declaration names its module; the words are Lua patterns that find a script that requires one of them.
addon_is_right() {
  local file
  for file in $addon; do
    case $file in *.lua) grep -qE '^---@meta sipcodes(\.[a-z]+)?$' "$prefix/share/lua-language-server/sipcodes/$file" || return 1 ;; esac
  done
  lua5.4 - "$prefix/share/lua-language-server/sipcodes/config.json" <<'END'
    local config = require("dkjson").decode(io.open(arg[1]):read("a"))
    local function is_meant(line)
      for _, word in ipairs(config.words) do
        if line:find(word) then return true end
      end
    end
    for _, line in ipairs({ 'local sip = require "sipcodes"', "require('sipcodes.cause')", 'require "sipcodes.kamailio"' }) do
      assert(is_meant(line), line)
    end
    for _, line in ipairs({ 'require "sip"', "-- sipcodes is required", 'require "my.sipcodes"' }) do
      assert(not is_meant(line), line)
    end
END
}
empty() { [ -z "$(find "$1" -type f)" ]; }

versions="5.1 5.2 5.3 5.4"
check "make install" install_all
check "it installs each version, and nothing else" expected_files "$prefix" "$versions"
check "the Lua language server finds the declarations of each module" addon_is_right
for version in $versions; do
  check "Lua $version finds the library" answers $version lua$version
  check "Lua $version looks in /usr/local by itself" is_default_path $version
done
check "LuaJIT finds the library of 5.1" answers 5.1 luajit
check "the command runs, and finds its library by itself" command_runs
records=spec/data/cases/k7-cause-names.csv
check "the example for cron is silent while calls get through" silent alarm $records hangup_cause 66
check "and shows the ratios if not" alarm_says "$PWD/$records: NER 66.7 % is below 70 %" $records hangup_cause 70
check "it fails if there is no such file" alarm_fails spec/data/none.csv hangup_cause 66
mkdir "$prefix/other" && cp "$prefix/bin/sipcodes" "$prefix/other"
check "where it does not find it, it says so in one line" command_says
rm -r "$prefix/other"
check "make uninstall LUA=5.1" make -s uninstall LUA=5.1 PREFIX="$prefix"
check "the other versions and the command stay" expected_files "$prefix" "5.2 5.3 5.4"
check "make uninstall" make -s uninstall PREFIX="$prefix"
check "it leaves nothing" empty "$prefix"
check "make install LUA=5.3 DESTDIR=..." make -s install LUA=5.3 PREFIX=/usr DESTDIR="$scratch/root"
check "it installs that version alone, below DESTDIR" expected_files "$scratch/root/usr" 5.3
check "the command is that version's" grep -qx '#!/usr/bin/env lua5.3' "$scratch/root/usr/bin/sipcodes"
finish
