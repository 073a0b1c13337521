# Hot calls and the load take no more instructions than spec/bench/limits.lua has recorded, plus 5 %.
# Needs: valgrind gcc readelf lua5.4
exec lua5.4 spec/bench/guard.lua
