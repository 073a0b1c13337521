# Each fuzz target builds, and finds nothing in the inputs of the specs and a few changed ones.
# `make fuzz` is the long run.
. spec/tools/tap.sh
check "the fuzz targets build" make -s fuzzers
for target in spec/fuzz/*.c; do
  name=$(basename "$target" .c)
  check "20000 inputs for $name" build/fuzz/$name -runs=20000 -seed=1 -max_len=512 -verbosity=0 \
    -artifact_prefix=build/fuzz/$name- build/fuzz/seeds/$name
done
finish
