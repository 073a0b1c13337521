PKG_NAME=sipcodes
LUA_MODNAME=sipcodes
CLIB_CFLAGS=-std=c99 -fvisibility=hidden
CLIB_LDFLAGS=-Wl,-z,nodelete
CLIB_OBJS=$(patsubst %.c,%.lo,$(wildcard csrc/core/*.c csrc/binding/*.c))
LUA_SOURCES=$(wildcard lua/sipcodes/*.lua lua/sipcodes/*/*.lua)
LUA_SOURCES_MANGLER=sed s,^lua/,,
LUA_TEST=debian/smoke.lua
