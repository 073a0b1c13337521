/*
 * sipcodes.freeswitch: the session side of FreeSWITCH. A session is any object with the methods
 * getVariable, setVariable, execute and hangup; to read, also the event `env` of a hangup hook.
 * What the comments say of FreeSWITCH was observed on running servers, 1.10.12, 1.11.1 and 1.11.2.
 */
#include "freeswitch.h"

#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

void freeswitch_check_session(lua_State *L, const char *fname) {
  const int type = lua_type(L, SESSION);
  if (type != LUA_TTABLE && type != LUA_TUSERDATA) bind_wrong_type(L, SESSION, fname, "session");
}

/* Pushes a method of the session and the session; raises if it has none of that name. */
static void push_method(lua_State *L, const char *fname, const char *method) {
  lua_getfield(L, SESSION, method);
  if (lua_isnil(L, -1)) {
    lua_pushfstring(L, "session expected, got a %s without %s", luaL_typename(L, SESSION), method);
    bind_refuse(L, SESSION, fname);
  }
  lua_pushvalue(L, SESSION);
}

void freeswitch_call(lua_State *L, const char *fname, const char *method, const char *name) {
  push_method(L, fname, method);
  lua_pushstring(L, name);
  lua_pushvalue(L, -4);
  lua_call(L, 3, 0);
  lua_pop(L, 1);
}

void freeswitch_set_variable(lua_State *L, const char *fname, const char *name) {
  freeswitch_call(L, fname, "setVariable", name);
}

/* Pushes the method that reads a variable: getVariable of a session, getHeader of an event. Returns
 * whether it is an event's. */
static bool push_reader(lua_State *L, const char *fname) {
  lua_getfield(L, SESSION, "getVariable");
  if (!lua_isnil(L, -1)) return false;
  lua_pop(L, 1);
  lua_getfield(L, SESSION, "getHeader");
  if (!lua_isnil(L, -1)) return true;
  lua_pop(L, 1);
  push_method(L, fname, "getVariable"); /* raises */
  return false;
}

/* How variables are read: the method at an index of the stack. */
struct reader {
  int method;
  bool event;
};

/* Pushes the method, which stays the caller's. */
static struct reader open_reader(lua_State *L, const char *fname) {
  const bool event = push_reader(L, fname);
  return (struct reader){lua_gettop(L), event};
}

static struct sipcodes_text read_variable(lua_State *L, struct reader reader, const char *name) {
  struct sipcodes_text value = {NULL, 0};
  lua_pushvalue(L, reader.method);
  lua_pushvalue(L, SESSION);
  if (reader.event) {
    lua_pushfstring(L, "variable_%s", name);
  } else {
    lua_pushstring(L, name);
  }
  lua_call(L, 2, 1);
  if (lua_type(L, -1) == LUA_TSTRING) value.data = lua_tolstring(L, -1, &value.size);
  if (value.size == 0) value.data = NULL;
  return value;
}

struct sipcodes_text freeswitch_variable(lua_State *L, const char *fname, const char *name) {
  const struct reader reader = open_reader(L, fname);
  const struct sipcodes_text value = read_variable(L, reader, name);
  lua_remove(L, reader.method);
  return value;
}

/* status */

static int push_status(lua_State *L, int code, struct sipcodes_text cause, const char *source) {
  lua_pushinteger(L, code);
  lua_pushlstring(L, cause.data, cause.size);
  lua_pushstring(L, source);
  return 3;
}

/* The name that FreeSWITCH has for the cause of a code. */
static struct sipcodes_text cause_name_of(int code) {
  struct sipcodes_mapping mapping = {.name = "NORMAL_UNSPECIFIED"};
  sipcodes_cause_from_sip(SIPCODES_FREESWITCH, code, false, &mapping);
  return (struct sipcodes_text){mapping.name, strlen(mapping.name)};
}

/* What respond, hangup or pass_on sent to the caller; 0 if they sent nothing, or if the call had
 * been answered by then. FreeSWITCH keeps the code nowhere. */
static int sent_code(lua_State *L, const char *fname) {
  const struct sipcodes_text sent = freeswitch_variable(L, fname, "sipcodes_sent");
  const int code = sent.size >= 3 ? text_three_digits(sent.data) : 0;
  if (!sipcodes_is_code(code)) return 0;
  const struct sipcodes_text answered = freeswitch_variable(L, fname, "answer_epoch");
  return answered.data == NULL || text_is(answered.data, answered.size, "0") ? code : 0;
}

static int push_sent(lua_State *L, const char *fname, int code) {
  const struct sipcodes_text cause = freeswitch_variable(L, fname, "hangup_cause");
  return push_status(L, code, cause.data != NULL ? cause : cause_name_of(code), "sipcodes_sent");
}

/* No attempt on this channel: what ended it itself, as a hangup hook sees it. */
static int push_own_end(lua_State *L, const char *fname) {
  static const char cause_variable[] = "hangup_cause";
  static const char variables[][28] = {"proto_specific_hangup_cause", "sip_term_status"};
  const struct sipcodes_text cause = freeswitch_variable(L, fname, cause_variable);
  for (size_t i = 0; i < sizeof variables / sizeof variables[0]; ++i) {
    const int code = sipcodes_read_freeswitch_code(freeswitch_variable(L, fname, variables[i]));
    if (sipcodes_is_code(code)) return push_status(L, code, cause, variables[i]);
  }
  if (cause.data != NULL) {
    return push_status(L, sipcodes_freeswitch_code(cause), cause, cause_variable);
  }
  lua_pushnil(L);
  lua_pushliteral(L, "no attempt has ended");
  return 2;
}

void freeswitch_read_bridge(lua_State *L, const char *fname, struct sipcodes_bridge *b) {
  luaL_checkstack(L, 24, NULL);
  memset(b, 0, sizeof *b);
  const struct reader reader = open_reader(L, fname);
  b->disposition = read_variable(L, reader, "originate_disposition");
  if (b->disposition.data == NULL) return;
  b->endpoint = read_variable(L, reader, "endpoint_disposition");
  b->hangup = read_variable(L, reader, "last_bridge_hangup_cause");
  b->bridge = read_variable(L, reader, "bridge_hangup_cause");
  b->causes = read_variable(L, reader, "originate_causes");
  b->reason = read_variable(L, reader, "sip_reason");
  b->proto = read_variable(L, reader, "last_bridge_proto_specific_hangup_cause");
  b->status = read_variable(L, reader, "sip_invite_failure_status");
  if (text_is(b->disposition.data, b->disposition.size, "failure")) {
    b->failed = read_variable(L, reader, "originate_failed_cause");
  }
}

/* status(session) --> the code, the cause's name, and the variable that told: how the last attempt
 * to bridge ended, what earlier attempts left behind being ignored. The code is that of the
 * response; if none came (a timeout, an unknown gateway), the one that FreeSWITCH would send for
 * the cause, and the third result is "originate_disposition"; 200 for a call that was answered; 401
 * and "challenge" if the carrier rejected the credentials. After an answer of our own (respond,
 * hangup, pass_on) it is that answer, and "sipcodes_sent". nil, message if there was no attempt. An
 * earlier response cannot be told from a later failure without one that has the same cause:
 * clear(session) before each attempt settles that. Raises if session is none. */
static int l_status(lua_State *L) {
  static const char fname[] = "status";
  struct sipcodes_bridge bridge;
  struct sipcodes_bridge_end end;
  freeswitch_check_session(L, fname);
  lua_settop(L, SESSION);
  const int sent = sent_code(L, fname);
  if (sent != 0) return push_sent(L, fname, sent);
  freeswitch_read_bridge(L, fname, &bridge);
  if (!sipcodes_describe_bridge(&bridge, &end)) return push_own_end(L, fname);
  return push_status(L, end.code, end.cause, end.source);
}

/* Appends {cause, code, source} to the list at the index. */
static void add_leg(lua_State *L, int list, int place, const struct sipcodes_bridge_end *end) {
  lua_createtable(L, 0, 3);
  lua_pushlstring(L, end->cause.data, end->cause.size);
  lua_setfield(L, -2, "cause");
  lua_pushinteger(L, end->code);
  lua_setfield(L, -2, "code");
  lua_pushstring(L, end->source);
  lua_setfield(L, -2, "source");
  lua_rawseti(L, list, place);
}

/* legs(session) --> an array of {cause, code, source}, one for each leg of the last dial string, in
 * its order. The code is that of the SIP response if the channel's variables can be of that leg,
 * else the one that FreeSWITCH would send for the cause, and the source is "originate_causes".
 * Without originate_causes the one leg is what status says. FreeSWITCH adds the legs of a later
 * attempt to the list: clear(session) before each. nil, message if there was no attempt. Raises if
 * session is none. */
static int l_legs(lua_State *L) {
  static const char fname[] = "legs";
  struct sipcodes_bridge bridge;
  struct sipcodes_bridge_end end;
  struct sipcodes_text cause;
  int count = 0;
  freeswitch_check_session(L, fname);
  lua_settop(L, SESSION);
  freeswitch_read_bridge(L, fname, &bridge);
  if (!sipcodes_describe_bridge(&bridge, &end)) {
    lua_pushnil(L);
    lua_pushliteral(L, "no attempt has ended");
    return 2;
  }
  lua_newtable(L);
  const int list = lua_gettop(L);
  struct sipcodes_text causes = bridge.causes;
  while (sipcodes_next_leg(&causes, &cause)) {
    struct sipcodes_bridge_end leg;
    sipcodes_describe_leg(&bridge, cause, &leg);
    add_leg(L, list, ++count, &leg);
  }
  if (count == 0) add_leg(L, list, 1, &end);
  return 1;
}

void freeswitch_clear(lua_State *L, const char *fname) {
  static const char left_behind[][40] = {"originate_disposition",
                                         "originate_failed_cause",
                                         "originate_causes",
                                         "DIALSTATUS",
                                         "endpoint_disposition",
                                         "last_bridge_hangup_cause",
                                         "bridge_hangup_cause",
                                         "last_bridge_proto_specific_hangup_cause",
                                         "sip_invite_failure_status",
                                         "sip_invite_failure_phrase",
                                         "sip_hangup_phrase",
                                         "sip_redirected_to",
                                         "sip_reason",
                                         "sip_603plus_reason",
                                         "sipcodes_sent",
                                         "sipcodes_sent_reason"};
  push_method(L, fname, "setVariable");
  for (size_t i = 0; i < sizeof left_behind / sizeof left_behind[0]; ++i) {
    lua_pushvalue(L, -2);
    lua_pushvalue(L, -2);
    lua_pushstring(L, left_behind[i]);
    lua_pushnil(L);
    lua_call(L, 3, 0);
  }
  lua_pop(L, 2);
}

/* clear(session): unsets what an attempt leaves behind, so that status speaks of the next attempt
 * alone, and what FreeSWITCH would else send on hangup instead of what the script asks for: the
 * last code, and the last Reason. To be called before each attempt, and before a response of one's
 * own after a failed one. Raises if session is none. */
static int l_clear(lua_State *L) {
  freeswitch_check_session(L, "clear");
  lua_settop(L, SESSION);
  freeswitch_clear(L, "clear");
  return 0;
}

static const luaL_Reg functions[] = {
    {"status", l_status},
    {"legs", l_legs},
    {"clear", l_clear},
    {"causes", freeswitch_causes},
    {"respond", freeswitch_respond},
    {"hangup", freeswitch_hangup},
    {"set_reason", freeswitch_set_reason},
    {"pass_on", freeswitch_pass_on},
    {"attempts", freeswitch_attempts},
    {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_freeswitch(lua_State *L) {
  bind_module(L, functions, 9);
  return 1;
}
