/*
 * What the files of the module sipcodes share: response.c (asking about a code), response_info.c
 * (all that is known of it) and response_text.c (what is sent and received).
 */
#ifndef SIPCODES_RESPONSE_H
#define SIPCODES_RESPONSE_H

#include "compat.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Pushes nil and why the argument 1, read as `code`, has no entry; returns 2. */
int response_push_no_entry(lua_State *L, int code);

/* Pushes the phrase of a code, or nil. The first upvalue of the running function is the table of
 * phrases by code: the local ones, and those of the core that were asked before, so that a phrase
 * is made a Lua string once. */
void response_push_phrase(lua_State *L, int code);

/* Pushes the title of the code's class. */
void response_push_title(lua_State *L, int code);

/* Adds reason, reply, line and status_line to the table below the table of their phrases, and
 * leaves both. */
void response_add_phrase_functions(lua_State *L);

/* The functions of the module that stand in files of their own. */
int response_reason(lua_State *L);
int response_info(lua_State *L);
int response_parse(lua_State *L);
int response_localize(lua_State *L);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
