# Memory runs out at every request during every function, on the library of the sanitizers' build.
# Needs: gcc
. spec/tools/tap.sh
mkdir -p build/c
for version in 5.1 5.2 5.3 5.4; do
  objects=$(printf 'build/asan/%s.o ' $(cd csrc && ls core/*.c binding/*.c | sed "s|^binding|$version/&|; s|\.c$||"))
  check "Lua $version: builds with the library inside" gcc -std=c99 -Wall -Wextra -Werror -O1 -g -fsanitize=address,undefined \
    -I/usr/include/lua$version spec/c/oom.c $objects -o build/c/oom-$version -llua$version -lm -ldl
  check "Lua $version: each call gives its results or \"not enough memory\", and the state lives on" build/c/oom-$version
done
finish
