#if defined(SIPCODES_PIN)
#define _GNU_SOURCE /* dladdr */
#include <dlfcn.h>
#endif

#include "module.h"

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
