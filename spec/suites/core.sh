# The core linked into a C program without Lua, by both compilers, with the sanitizers.
# Needs: gcc g++ clang
. spec/tools/tap.sh
flags="-std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -g -fsanitize=address,undefined"
mkdir -p build/c
for cc in gcc clang; do
  check "$cc builds the core for C" $cc $flags -fno-sanitize-recover=undefined spec/c/core*.c csrc/core/*.c -o build/c/core-$cc
  check "the core answers, built by $cc" build/c/core-$cc
done
# Every function that is given a text, or room to write, is called with exactly so much memory.
no_text_function_is_missing() {
  local names
  names=$(tr '\n' ' ' <csrc/core/sipcodes.h | grep -oE 'sipcodes_[a-z0-9_]+\([^)]*\)' |
    grep -E 'size_t (size|left|room)|struct sipcodes_(text|string|bridge|reader)' | sed 's/(.*//' | sort -u)
  [ "$(wc -w <<<"$names")" -gt 30 ] || return 1
  for name in $names; do
    grep -q "$name(" spec/c/core_read.c spec/c/core_write.c || { echo "$name"; return 1; }
  done
}
check "every function that is given a text is in spec/c/core_read.c or core_write.c" no_text_function_is_missing

# The program of csrc/README.md, and what it prints.
page_program() {
  sed -n '/^```c$/,/^```$/p' csrc/README.md | sed '1d;$d' >build/c/page.c
  awk '/^It prints:$/ { wanted = 1 } wanted && /^```$/ { inside = !inside; next } wanted && inside' csrc/README.md >build/c/page.expected
  gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -Icsrc/core build/c/page.c csrc/core/*.c -o build/c/page &&
    build/c/page | diff build/c/page.expected -
}
check "the program of csrc/README.md prints what the page says" page_program

# A copy of the core without one mandatory fact of a code: NAME(CODE, a row in the data) must not compile.
mkdir -p build/c/without/core
cp csrc/core/*.[ch] build/c/without/core
compiles_without() {
  rm -rf build/c/without/data && cp -r csrc/data build/c/without/data
  sed -i "/^$1($2,/d" build/c/without/data/responses.def
  ! cmp -s csrc/data/responses.def build/c/without/data/responses.def || { echo "no such row"; return 0; }
  gcc -std=c99 -fsyntax-only build/c/without/core/response.c 2>/dev/null
}
check "the copy compiles as it is" gcc -std=c99 -fsyntax-only csrc/core/response.c
for fact in "METHODS 486" "ACTION 486" "NOTE 486" "NOTE 477"; do
  refuse "a code without ${fact% *} does not compile (${fact#* })" compiles_without $fact
done
check "the header stands alone in C" gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -x c -fsyntax-only csrc/core/sipcodes.h
check "the header stands alone in C++" g++ -Wall -Wextra -Werror -x c++ -fsyntax-only csrc/core/sipcodes.h
finish
