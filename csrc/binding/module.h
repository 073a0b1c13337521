/*
 * How the modules of the library are opened.
 */
#ifndef SIPCODES_MODULE_H
#define SIPCODES_MODULE_H

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

/* Starts a module: pushes a new table that holds the functions of the list. */
void bind_module(lua_State *L, const luaL_Reg *functions, int fields);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
