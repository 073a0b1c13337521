/*
 * How errors are raised and returned, and how values are shown in their messages.
 */
#ifndef SIPCODES_MESSAGE_H
#define SIPCODES_MESSAGE_H

#include <stdbool.h>

#include "../core/sipcodes.h"
#include "compat.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Raises "bad argument #1 to 'fname' (expected expected, got TYPE)". */
int bind_wrong_type(lua_State *L, int arg, const char *fname, const char *expected);

/* Raises "bad argument #1 to 'fname' (WHY)", WHY being the string on the top of the stack. */
int bind_refuse(lua_State *L, int arg, const char *fname);

/* Pushes nil and "VALUE problem" for the value at the index; returns 2. */
int bind_unknown(lua_State *L, int index, const char *problem);

/* Pushes nil and "VALUE is not a WHAT: PROBLEM at octet N" for the string at the index, which a
 * parser refused; returns 2. */
int bind_error(lua_State *L, int index, const char *what, const struct sipcodes_error *error);

/* Pushes a value as messages show it: numbers by %.14g, strings quoted, with their controls
 * escaped, cut at 40 octets; other values by their type. */
void bind_push_shown(lua_State *L, int index);
void bind_push_quoted(lua_State *L, const char *text, size_t size);

/* Pushes the name of an octet and its place, "CR at octet 5"; `at` points into `text`. */
void bind_push_octet(lua_State *L, const char *text, const char *at);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
