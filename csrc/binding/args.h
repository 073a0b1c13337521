/*
 * Reading the arguments of a call, and refusing them.
 */
#ifndef SIPCODES_ARGS_H
#define SIPCODES_ARGS_H

#include <stdbool.h>

#include "../core/sipcodes.h"
#include "compat.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A response code without raising: 0 where the value is not a code, whatever its type. A code is a
 * number with an integral value, or a string of exactly three digits, in 100..699. */
int bind_to_code(lua_State *L, int index);

/* The same for an argument of the function `fname`; raises if it is not a number or string. */
int bind_code(lua_State *L, int arg, const char *fname);

/* The same; raises if it is not a code, too. */
int bind_need_code(lua_State *L, int arg, const char *fname);

/* A text for the wire: NULL for nil or none; raises if it is not a string or holds a control
 * character other than HTAB. */
const char *bind_wire_text(lua_State *L, int arg, const char *fname, size_t *size);

/* A phrase or field value that a server may have or not: its data is NULL for nil. Raises if it
 * is not a string. */
struct sipcodes_text bind_received(lua_State *L, int arg, const char *fname);

/* The number at the index if it is whole and in 0..2^31-1, else -1. */
int32_t bind_to_whole(lua_State *L, int index);

/* Is the value at the index this string? */
bool bind_is_string(lua_State *L, int index, const char *known);

/* Pushes table[name] without metamethods; returns its type. The index is an absolute one. */
int bind_field(lua_State *L, int table, const char *name);

/* How many entries the table at the absolute index has, whatever their keys: those of a list are
 * 1 to this number. */
int bind_count(lua_State *L, int table);

/* Of the string on the top of the stack and the one at index `first` (or nil there) keeps at
 * `first` the one that sorts first, and pops the other: a message must not depend on the order of a
 * table, which differs between Luas. */
void bind_keep_first(lua_State *L, int first);

/* Pushes a key of the table at the absolute index that is none of the names (no string, where names
 * is NULL) as messages show it, or nil. Of several it is the one that sorts first. */
void bind_push_stranger(lua_State *L, int table, const char (*names)[12], size_t count);

/* Raises unless the argument is a table with no other fields than those of the names. */
void bind_only_fields(lua_State *L, int arg, const char *fname, const char (*names)[12],
                      size_t count);

/* The boolean in a field of the table that is an argument of `fname`; false for nil. Raises for
 * another type. */
bool bind_flag(lua_State *L, int arg, const char *fname, const char *field);

/* The option lenient of the options {lenient = boolean} in an argument of `fname`, which may be
 * nil. */
bool bind_lenient(lua_State *L, int arg, const char *fname);

/* Pushes what a string of a field value says, its escapes resolved; nil if there is none. */
void bind_push_string(lua_State *L, struct sipcodes_string string);

/* Helpers that several modules use. */

/* Pushes START, the code, a space and the phrase as one string. */
void bind_push_line(lua_State *L, const char *start, int code, struct sipcodes_text phrase);

/* Pushes the Reason field value of the list of records in an argument of `fname`, its last one;
 * raises on what cannot be written. Returns 1. In header_write.c. */
int bind_push_reason(lua_State *L, int list, const char *fname);

/* The name of the FreeSWITCH cause that an argument of `fname` names or numbers; raises if it
 * does neither, and for the numbers of before 1.10.8. In cause.c. */
const char *bind_freeswitch_cause(lua_State *L, int arg, const char *fname);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
