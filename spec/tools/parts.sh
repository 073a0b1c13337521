# What the library consists of, for the suites; to be sourced in the top folder.
#   modules              the C modules, by what opens them
#   scripts              the Lua files below lua/
#   addon                the files of the addon for the Lua language server, below sipcodes/
#   version              the library's version
#   only_luaopen FILE    does it export the modules' luaopen functions and nothing else?
modules=$(sed -n 's/^SIPCODES_OPEN luaopen_\([a-z_]*\)(.*/\1/p' csrc/binding/*.c | tr _ . | sort)
scripts=$(cd lua && find sipcodes -name '*.lua' | sort)
addon="config.json $(printf '%s\n' $scripts | sed -n 's|^sipcodes/\(types.*\)|library/\1|p' | tr '\n' ' ')"
version=$(sed -n 's/^.define SIPCODES_VERSION "\(.*\)"/\1/p' csrc/core/sipcodes.h)

only_luaopen() {
  diff <(printf '%s\n' $modules) \
    <(nm -D --defined-only "$1" | awk '{ print $3 }' | sed 's/^luaopen_//' | tr _ . | sort)
}
