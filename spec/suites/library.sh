# What a host sees of the built libraries.
# Needs: gcc nm readelf size lua5.1 lua5.2 lua5.3 lua5.4 luajit
. spec/tools/tap.sh
. spec/tools/parts.sh

lua_is_not_linked() { ! readelf -d "$1" | grep NEEDED | grep -v 'libc\.so'; }
stays_mapped() { readelf -d "$1" | grep -q NODELETE; }
few_relocations() { [ "$(readelf -rW "$1" | grep -c RELATIVE)" -le 260 ]; }
bound_at_load() { readelf -d "$1" | grep -q 'BIND_NOW\|FLAGS.*NOW' && readelf -lW "$1" | grep -q GNU_RELRO; }
guards_its_stack() { nm -D "$1" | grep -q __stack_chk_fail; }
no_writable_data() { size -A "$@" | awk '$1 ~ /^\.(data|bss)$/ && $2 > 0 { print; bad = 1 } END { exit bad }'; }
# The folders of headers are the Makefile's to find.
states() {
  gcc -std=c99 -O1 -g -Wall -Wextra -I/usr/include/lua$1 spec/c/states.c -o build/c/states-$1 -llua$1 -lm -ldl -lpthread &&
    build/c/states-$1 build/$1 $modules
}

# A build for another Lua must fail to load, rather than misread the state that it is given.
says_undefined() {
  LUA_PATH= LUA_CPATH="./build/$1/?.so" "$2" -e 'print(select(2, pcall(require, "sipcodes")))' |
    grep -E 'undefined symbol|version mismatch'
}

mkdir -p build/c
for version in 5.1 5.2 5.3 5.4; do
  library=build/$version/sipcodes.so
  check "Lua $version: exports luaopen functions and nothing else" only_luaopen $library
  check "Lua $version: does not link Lua" lua_is_not_linked $library
  check "Lua $version: stays mapped" stays_mapped $library
  check "Lua $version: at most 260 relative relocations" few_relocations $library
  check "Lua $version: is bound at load, with full RELRO" bound_at_load $library
  check "Lua $version: guards its stack" guards_its_stack $library
  check "Lua $version: no writable data" no_writable_data build/core/*.o build/$version/binding/*.o
  check "Lua $version: thousands of states in threads" states $version
  for other in 5.1 5.2 5.3 5.4 jit; do
    case $version-$other in "$version-$version" | 5.1-jit) continue ;; esac
    check "Lua $version: lua$other does not load it" says_undefined $version lua$other
  done
done
finish
