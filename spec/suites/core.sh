# The core linked into a C program without Lua, by both compilers, with the sanitizers.
# Needs: gcc g++ clang
. spec/tools/tap.sh
flags="-std=c99 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror -g -fsanitize=address,undefined"
mkdir -p build/c
for cc in gcc clang; do
  check "$cc builds the core for C" $cc $flags -fno-sanitize-recover=undefined spec/c/core.c csrc/core/*.c -o build/c/core-$cc
  check "the core answers, built by $cc" build/c/core-$cc
done
check "the header stands alone in C" gcc -std=c99 -Wall -Wextra -Wpedantic -Werror -x c -fsyntax-only csrc/core/sipcodes.h
check "the header stands alone in C++" g++ -Wall -Wextra -Werror -x c++ -fsyntax-only csrc/core/sipcodes.h
finish
