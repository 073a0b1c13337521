# Each fuzz target builds, and finds nothing in the inputs of the specs and a few changed ones.
# `make fuzz` is the long run.
# Needs: clang lua5.4
. spec/tools/tap.sh
# What libFuzzer keeps goes into the first folder, which is not to become the seeds.
kept=$(mktemp -d)
trap 'rm -rf "$kept"' EXIT
check "the fuzz targets build" make -s fuzzers
for target in spec/fuzz/*.c; do
  name=$(basename "$target" .c)
  mkdir "$kept/$name"
  check "20000 inputs for $name" build/fuzz/$name -runs=20000 -seed=1 -max_len=512 -verbosity=0 \
    -artifact_prefix=build/fuzz/$name- "$kept/$name" build/fuzz/seeds/$name
done
finish
