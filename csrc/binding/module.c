#if defined(SIPCODES_PIN)
#define _GNU_SOURCE /* dladdr */
#include <dlfcn.h>
#endif

#include "module.h"

#include "../core/text.h"

/* The library stays mapped after the first load: a host that makes a state for every call would
 * else map and unmap it for every call. The Makefile asks the linker for that; a build that cannot
 * pass linker flags defines SIPCODES_PIN. */
static void pin_library(void) {
#if defined(SIPCODES_PIN)
  static const char here = 0;
  Dl_info self;
  if (dladdr(&here, &self) == 0) return;
  void *const handle = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  if (handle != NULL) dlclose(handle);
#endif
}

void bind_module(lua_State *L, const luaL_Reg *functions, int fields) {
  compat_check_version(L);
  pin_library();
  lua_createtable(L, 0, fields);
  for (const luaL_Reg *f = functions; f->name != NULL; ++f) {
    lua_pushcclosure(L, f->func, 0);
    lua_setfield(L, -2, f->name);
  }
}

#define DECLARE(name) int luaopen_sipcodes_##name(lua_State *L);
SIPCODES_MODULES(DECLARE)
#undef DECLARE

static const char loaded_key[] = "_LOADED"; /* package.loaded, also where a script replaced it */

/* Opens sipcodes.NAME, or requires it if `open` is NULL, and leaves it on the stack. */
static void push_opened(lua_State *L, lua_CFunction open, const char *full_name) {
  if (open != NULL) {
    lua_pushcfunction(L, open);
  } else {
    lua_getglobal(L, "require");
    if (lua_isnil(L, -1)) luaL_error(L, "%s is a Lua file, and there is no require", full_name);
  }
  lua_pushstring(L, full_name);
  lua_call(L, 1, 1);
}

static void push_module(lua_State *L, lua_CFunction open, const char *full_name) {
  lua_pushstring(L, loaded_key);
  lua_rawget(L, LUA_REGISTRYINDEX);
  const bool has_loaded = lua_type(L, -1) == LUA_TTABLE;
  if (!has_loaded) {
    push_opened(L, open, full_name);
  } else {
    lua_pushstring(L, full_name);
    if (compat_rawget(L, -2) != LUA_TTABLE) {
      lua_pop(L, 1);
      push_opened(L, open, full_name);
      lua_pushstring(L, full_name);
      lua_pushvalue(L, -2);
      lua_rawset(L, -4);
    }
  }
  lua_remove(L, -2);
}

bool bind_push_module(lua_State *L, const char *name, size_t size) {
  /* No table of functions: it would have to be relocated at each load. */
#define OPEN(module)                                                \
  if (text_equals(name, size, #module)) {                           \
    push_module(L, luaopen_sipcodes_##module, "sipcodes." #module); \
    return true;                                                    \
  }
#define REQUIRE(module)                        \
  if (text_equals(name, size, #module)) {      \
    push_module(L, NULL, "sipcodes." #module); \
    return true;                               \
  }
  SIPCODES_MODULES(OPEN)
  SIPCODES_LUA_MODULES(REQUIRE)
#undef OPEN
#undef REQUIRE
  return false;
}
