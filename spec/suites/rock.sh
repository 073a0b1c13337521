# The rock, built from a clean copy of the tree into a scratch tree, without a network, for every
# Lua, and used from there.
# Needs: luarocks gcc nm git lua5.1 lua5.2 lua5.3 lua5.4
. spec/tools/tap.sh
. spec/tools/parts.sh
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

copy_tree() { git ls-files -z --cached --others --exclude-standard | xargs -0 cp --parents -t "$scratch/source"; }
# Without a network where this user may make a network namespace of its own.
offline() { if unshare -n true 2>/dev/null; then unshare -n "$@"; else "$@"; fi; }
make_rock() { (cd "$scratch/source" && offline luarocks --lua-version="$1" --tree "$scratch/$1" make "${@:2}"); }
# Runs Lua code with the rock's tree alone in its paths.
with_rock() {
  (cd / && LUA_PATH="$scratch/$1/share/lua/$1/?.lua" LUA_CPATH="$scratch/$1/lib/lua/$1/?.so" "lua$1" -e "$2")
}
requires_all() {
  local module
  for module in $modules $(printf '%s\n' $scripts | sed 's/\.lua$//' | tr / .); do
    with_rock "$1" "assert(require '$module' ~= true)" || return 1
  done
}
answers() { with_rock "$1" "local s = require 'sipcodes'; assert(s.reason(486) == 'Busy Here' and s._VERSION == 'sipcodes $version')"; }
# The rock's command finds its own modules; argparse and dkjson are Debian's.
command_runs() { (cd / && [ "$("$scratch/5.4/bin/sipcodes" 486 | head -n 1)" = "486 Busy Here" ]); }
stays_mapped() {
  gcc -I/usr/include/lua$1 spec/c/states.c -o "$scratch/states-$1" -llua$1 -lm -ldl -lpthread &&
    "$scratch/states-$1" "$scratch/$1/lib/lua/$1" $modules
}
lists_every_source() {
  diff <(ls csrc/core/*.c csrc/binding/*.c | sort) <(grep -o 'csrc/[a-z]*/[a-z0-9_]*\.c' rockspec/sipcodes-*.rockspec | sort) &&
    diff <(printf '%s\n' $scripts) <(grep -o 'lua/sipcodes/[a-z_/]*\.lua' rockspec/sipcodes-*.rockspec | sed 's|^lua/||' | sort -u)
}
has_pages() { (cd "$scratch/5.4/lib/luarocks/rocks-5.4/sipcodes/$version-1/conf" && ls man/man1/sipcodes.1 completions/sipcodes.bash completions/_sipcodes completions/sipcodes.fish); }
has_addon() { (cd "$scratch/5.4/lib/luarocks/rocks-5.4/sipcodes/$version-1/conf/lua-language-server/sipcodes" && ls $addon >/dev/null); }

mkdir "$scratch/source"
check "the tree is copied" copy_tree
check "the rockspec is well-formed" luarocks lint rockspec/sipcodes-$version-1.rockspec
check "the rockspec lists every source" lists_every_source
for lua in 5.4 5.1 5.2 5.3; do
  check "Lua $lua: luarocks make" make_rock $lua
  check "Lua $lua: every module loads from the rock" requires_all $lua
  check "Lua $lua: the rock answers" answers $lua
  check "Lua $lua: it exports luaopen functions and nothing else" only_luaopen "$scratch/$lua/lib/lua/$lua/sipcodes.so"
  check "Lua $lua: it stays mapped" stays_mapped $lua
done
check "the command runs from the rock" command_runs
check "the rock has the manual page and the completions" has_pages
check "the rock has the addon for the Lua language server" has_addon
check "a packed rock is made" make_rock 5.4 --pack-binary-rock
check "the packed rock installs" offline luarocks --lua-version=5.4 --tree "$scratch/packed" install "$scratch"/source/sipcodes-$version-1.*.rock
check "and it is removed" offline luarocks --lua-version=5.4 --tree "$scratch/packed" remove sipcodes
finish
