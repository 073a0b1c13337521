# The Debian package: built, looked into, and, where this is root on a Debian that has none yet,
# installed, used and removed.
# Needs: dpkg-buildpackage
. spec/tools/tap.sh
. spec/tools/parts.sh
triplet=$(dpkg-architecture -q DEB_HOST_MULTIARCH 2>/dev/null)

package() { ls build/deb/lua-sipcodes_*.deb; }
same_version() { [ "$(dpkg-deb -f "$(package)" Version)" = "$version" ]; }
provides() { [ "$(dpkg-deb -f "$(package)" Provides)" = "lua5.1-sipcodes, lua5.2-sipcodes, lua5.3-sipcodes, lua5.4-sipcodes" ]; }
contents() { dpkg-deb -c "$(package)" | awk '$1 !~ /^d/ { print $6 }' | grep -v '^./usr/share/doc/' | sort; }
has_files() {
  local lua file
  {
    for lua in 5.1 5.2 5.3 5.4; do
      echo "./usr/lib/$triplet/liblua$lua-sipcodes.so.0"
      echo "./usr/lib/$triplet/liblua$lua-sipcodes.so.0.0.0"
      echo "./usr/lib/$triplet/lua/$lua/sipcodes.so"
      for file in $scripts; do echo "./usr/share/lua/$lua/$file"; done
    done
    for file in $addon; do echo "./usr/share/lua-language-server/sipcodes/$file"; done
    echo ./usr/bin/sipcodes
    echo ./usr/share/man/man1/sipcodes.1.gz
    echo ./usr/share/bash-completion/completions/sipcodes
    echo ./usr/share/zsh/vendor-completions/_sipcodes
    echo ./usr/share/fish/vendor_completions.d/sipcodes.fish
  } | sort | diff - <(contents)
}
answers() { (cd / && "$1" -e "assert(require('sipcodes').line(486) == '486 Busy Here')"); }
command_runs() { (cd / && [ "$(sipcodes 486 | head -n 1)" = "486 Busy Here" ]); }
gone() { ! dpkg-query -L lua-sipcodes 2>/dev/null | grep . && [ ! -e /usr/bin/sipcodes ] && ! ls /usr/lib/*/lua/5.*/sipcodes.so 2>/dev/null; }

check "make deb" make -s deb
check "the package has the library's version" same_version
check "it provides the library for four Luas" provides
check "it has the files of the convention" has_files
if [ "$(id -u)" -ne 0 ] || dpkg-query -W lua-sipcodes 2>/dev/null | grep -q .; then
  tap_run=$((tap_run + 1))
  echo "ok $tap_run - installing it # SKIP this is not root, or the package is installed already"
  finish
  exit
fi
trap "dpkg --purge lua-sipcodes >/dev/null 2>&1" EXIT
check "it installs" dpkg -i "$(package)"
for lua in 5.1 5.2 5.3 5.4; do
  check "lua$lua finds it" answers lua$lua
  check "lua$lua's library exports luaopen functions and nothing else" only_luaopen /usr/lib/$triplet/lua/$lua/sipcodes.so
done
check "LuaJIT finds it" answers luajit
check "the command runs" command_runs
check "it is removed" dpkg --purge lua-sipcodes
check "nothing of it is left" gone
finish
