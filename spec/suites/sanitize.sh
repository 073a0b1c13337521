# The specs on one Lua, the library being built with AddressSanitizer and UBSan. Those of the command, which is Lua,
# run on the home version only.
# Needs: busted gcc
case $1 in luajit) lua=luajit ;; *) lua=lua$1 ;; esac
specs=spec
[ "$1" = 5.4 ] || specs=$(ls spec/*_spec.lua | grep -v /cli_)
export SIPCODES_BUILD=build/asan UBSAN_OPTIONS=print_stacktrace=1
# The interpreter is not built with the sanitizer, so that its runtime has to come first.
LD_PRELOAD=$(gcc -print-file-name=libasan.so) exec "$lua" "$(command -v busted)" -o TAP $specs
