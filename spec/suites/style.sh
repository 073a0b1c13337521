# Linters and warnings.
# Needs: luacheck clang-format clang-tidy cppcheck gcc clang lua5.4
. spec/tools/tap.sh
include=/usr/include/lua5.4
check "luacheck finds nothing" luacheck -q .
check "no loop assigns to its variable" lua5.4 spec/tools/loop-variables.lua $(find lua spec -name '*.lua') lua/bin/sipcodes
# What these find depends on their version: they are asked on Debian 12 alone.
linter() {
  if "$2" --version | grep -q "$3"; then check "$1" "${@:4}"; else skip "$1" "this is not $2 $3"; fi
}
linter "the C sources are formatted" clang-format "version 14\." clang-format --dry-run -Werror \
  csrc/core/*.[ch] csrc/binding/*.[ch] spec/c/*.[ch] spec/bench/*.c spec/fuzz/*.[ch]
linter "cppcheck finds nothing" cppcheck "Cppcheck 2\.10" cppcheck -q --std=c99 --error-exitcode=1 \
  --enable=warning,performance,portability --inline-suppr -i csrc/data -I $include csrc
linter "clang-tidy finds nothing" clang-tidy "version 14\." clang-tidy --quiet --warnings-as-errors='*' \
  csrc/core/*.c csrc/binding/*.c -- -std=c99 -I$include
for cc in gcc clang; do
  for version in 5.1 5.2 5.3 5.4; do
    check "$cc has no warning, Lua $version" $cc -std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror \
      -O2 -fsyntax-only -I/usr/include/lua$version csrc/core/*.c csrc/binding/*.c
  done
done
refuse "the core knows no Lua" grep -rnE 'lua\.h|lauxlib\.h|malloc|calloc|realloc' csrc/core
finish
