/*
 * What the files of sipcodes.freeswitch share: freeswitch.c (how an attempt ended),
 * freeswitch_answer.c (what is sent to the caller), freeswitch_attempts.c (several attempts) and
 * freeswitch_causes.c (lists of causes).
 */
#ifndef SIPCODES_BINDING_FREESWITCH_H
#define SIPCODES_BINDING_FREESWITCH_H

#include <stdbool.h>

#include "../core/sipcodes.h"
#include "compat.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

enum { SESSION = 1 }; /* the argument of every function */

/* Raises unless the first argument can have methods. */
void freeswitch_check_session(lua_State *L, const char *fname);

/* session:method(name, the value on the top of the stack), which it pops. */
void freeswitch_call(lua_State *L, const char *fname, const char *method, const char *name);

/* Sets a variable to the value on the top of the stack, and pops it. */
void freeswitch_set_variable(lua_State *L, const char *fname, const char *name);

/* Pushes a channel variable and returns it; what is unset, empty or not a string is absent. */
struct sipcodes_text freeswitch_variable(lua_State *L, const char *fname, const char *name);

/* Reads the variables that tell how an attempt ended, and leaves them on the stack. */
void freeswitch_read_bridge(lua_State *L, const char *fname, struct sipcodes_bridge *bridge);

/* Unsets what an attempt leaves behind. */
void freeswitch_clear(lua_State *L, const char *fname);

/* Sends a response to the caller: respond without its checks. The phrase is NULL for the usual one.
 */
void freeswitch_send(lua_State *L, const char *fname, int code, const char *phrase);

/* Makes FreeSWITCH send a Reason that was received and is on the top of the stack, which it pops;
 * of a 603+ the server has to be told to pass it on. One that holds a control character is not
 * sent. */
void freeswitch_set_received_reason(lua_State *L, const char *fname, bool blocked);

int freeswitch_attempts(lua_State *L);
int freeswitch_causes(lua_State *L);
int freeswitch_hangup(lua_State *L);
int freeswitch_pass_on(lua_State *L);
int freeswitch_respond(lua_State *L);
int freeswitch_set_reason(lua_State *L);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
