/*
 * How the modules of the library are opened.
 */
#ifndef SIPCODES_MODULE_H
#define SIPCODES_MODULE_H

#include <stdbool.h>

#include "compat.h"

#if defined(__GNUC__)
#define SIPCODES_OPEN __attribute__((visibility("default"))) int
#elif defined(_WIN32)
#define SIPCODES_OPEN __declspec(dllexport) int
#else
#define SIPCODES_OPEN int
#endif

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* The modules in C that sipcodes opens at first use, `sipcodes.cause` as sip.cause. */
#define SIPCODES_MODULES(MODULE) \
  MODULE(blocking)               \
  MODULE(cause)                  \
  MODULE(freeswitch)             \
  MODULE(header)                 \
  MODULE(kpi)                    \
  MODULE(routing)

/* Those that are Lua files: `require` searches for them. */
#define SIPCODES_LUA_MODULES(MODULE) MODULE(kamailio)

/* Pushes the module of this name and returns true, false if there is none. It is the one that
 * `require` gives, before and after: it comes from package.loaded, or is opened and entered there.
 * A module in C is opened without a look at the file system. */
bool bind_push_module(lua_State *L, const char *name, size_t size);

/* Starts a module: pushes a new table that holds the functions of the list. */
void bind_module(lua_State *L, const luaL_Reg *functions, int fields);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
