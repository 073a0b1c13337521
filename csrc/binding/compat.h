/*
 * What differs between Lua 5.1, 5.2, 5.3, 5.4, 5.5 and LuaJIT, in one place. The names are our
 * own, so that no other library's shim can collide with them. A build against the headers of PUC
 * Lua 5.1 also serves LuaJIT; LuaJIT's own headers are not used, because they declare functions
 * that PUC Lua 5.1 lacks.
 */
#ifndef SIPCODES_COMPAT_H
#define SIPCODES_COMPAT_H

#include <lauxlib.h>
#include <lua.h>

#if LUA_VERSION_NUM < 501 || LUA_VERSION_NUM > 505
#error "sipcodes is written for Lua 5.1 to 5.5"
#endif

/* The length of a string or table, without metamethods. */
static inline size_t compat_rawlen(lua_State *L, int index) {
#if LUA_VERSION_NUM == 501
  return lua_objlen(L, index);
#else
  return (size_t)lua_rawlen(L, index);
#endif
}

/* t[k] without metamethods, k being the top of the stack, which the value replaces; returns the
 * value's type. */
static inline int compat_rawget(lua_State *L, int index) {
#if LUA_VERSION_NUM < 503
  lua_rawget(L, index);
  return lua_type(L, -1);
#else
  return lua_rawget(L, index);
#endif
}

/* A full userdata without user values. */
static inline void *compat_newuserdata(lua_State *L, size_t size) {
#if LUA_VERSION_NUM < 504
  return lua_newuserdata(L, size);
#else
  return lua_newuserdatauv(L, size, 0);
#endif
}

/* Refuses a host whose Lua is not the one that the library was built for, where Lua can tell. */
static inline void compat_check_version(lua_State *L) {
#if LUA_VERSION_NUM == 501
  (void)L;
#else
  luaL_checkversion(L);
#endif
}

#endif
