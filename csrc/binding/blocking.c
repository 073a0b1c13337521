/*
 * sipcodes.blocking: 603+, the notice that a call was blocked by analytics (ATIS-1000099).
 */
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

static void set_string(lua_State *L, const char *name, struct sipcodes_string string) {
  bind_push_string(L, string);
  lua_setfield(L, -2, name);
}

/* detect(code, phrase, reason) --> {url, tel, email, id, location, protocol}, what a 603+ response
 * says, each nil where it does not; nil, why for any other response. It is one if the code is 603,
 * the phrase "Network Blocked" in any case, and one value of the Reason field SIP cause 603 or
 * Q.850 cause 21 with a text that begins with the pair v=analytics1. Raises where code is no number
 * or string, or phrase or reason neither a string nor nil. */
static int l_detect(lua_State *L) {
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  const int code = bind_code(L, 1, "detect");
  lua_settop(L, 3);
  const struct sipcodes_text phrase = bind_received(L, 2, "detect");
  const struct sipcodes_text reason = bind_received(L, 3, "detect");
  if (!sipcodes_read_blocking(code, phrase, reason, &blocking, &why)) {
    if (why.position > 0) return bind_error(L, 3, "Reason", &why);
    lua_pushnil(L);
    lua_pushstring(L, why.problem);
    return 2;
  }
  lua_createtable(L, 0, 6);
  set_string(L, "url", blocking.url);
  set_string(L, "tel", blocking.tel);
  set_string(L, "email", blocking.email);
  set_string(L, "id", blocking.id);
  set_string(L, "location", blocking.location);
  lua_pushstring(L, blocking.protocol);
  lua_setfield(L, -2, "protocol");
  return 1;
}

/* The fields that reply knows: the parts by their number, then the protocol. */
static const char fields[][12] = {
    [SIPCODES_BLOCKING_URL] = "url",           [SIPCODES_BLOCKING_TEL] = "tel",
    [SIPCODES_BLOCKING_EMAIL] = "email",       [SIPCODES_BLOCKING_ID] = "id",
    [SIPCODES_BLOCKING_LOCATION] = "location", "protocol",
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Raises "bad argument #1 to 'reply' (NAME: WHY)", WHY being the string on the top. */
static int refuse_field(lua_State *L, const char *name) {
  lua_pushfstring(L, "%s: %s", name, lua_tostring(L, -1));
  return bind_refuse(L, 1, "reply");
}

/* Pushes a field of the argument, a string or nil. */
static const char *push_field(lua_State *L, const char *name, size_t *size) {
  const int type = bind_field(L, 1, name);
  if (type == LUA_TNIL) return NULL;
  if (type != LUA_TSTRING) {
    lua_pushfstring(L, "string expected, got %s", luaL_typename(L, -1));
    refuse_field(L, name);
  }
  return lua_tolstring(L, -1, size);
}

/* Pushes a part of the argument, or nil; answers whether it is there. Raises where it cannot be
 * sent. */
static bool push_part(lua_State *L, enum sipcodes_blocking_part part) {
  size_t size;
  const char *const text = push_field(L, fields[part], &size);
  if (text == NULL) return false;
  const char *const control = sipcodes_find_control(text, size);
  if (control != NULL) {
    bind_push_octet(L, text, control);
    refuse_field(L, fields[part]);
  }
  const char *const problem = sipcodes_blocking_problem(part, text, size);
  if (problem != NULL) {
    bind_push_shown(L, -1);
    lua_pushfstring(L, "%s %s", lua_tostring(L, -1), problem);
    refuse_field(L, fields[part]);
  }
  return true;
}

/* Pushes how the Reason value begins. */
static void push_start(lua_State *L) {
  size_t size;
  const char *const protocol = push_field(L, "protocol", &size);
  if (protocol == NULL || text_is(protocol, size, "SIP")) {
    lua_pushliteral(L, "SIP;cause=603;text=\"v=analytics1");
  } else if (text_is(protocol, size, "Q.850")) {
    lua_pushliteral(L, "Q.850;cause=21;text=\"v=analytics1");
  } else {
    bind_push_shown(L, -1);
    lua_pushfstring(L, "%s is neither SIP nor Q.850", lua_tostring(L, -1));
    refuse_field(L, "protocol");
  }
  lua_remove(L, -2);
}

/* Adds ";name=value" to the string on the top if the argument has the part; answers whether. */
static bool add_pair(lua_State *L, enum sipcodes_blocking_part part) {
  if (!push_part(L, part)) {
    lua_pop(L, 1);
    return false;
  }
  lua_pushfstring(L, ";%s=%s", fields[part], lua_tostring(L, -1));
  lua_remove(L, -2);
  lua_concat(L, 2);
  return true;
}

/* Adds the location to the string on the top, in its registered spelling. */
static void add_location(lua_State *L) {
  if (!push_part(L, SIPCODES_BLOCKING_LOCATION)) {
    lua_pushliteral(L, "location is missing");
    bind_refuse(L, 1, "reply");
  }
  size_t size;
  const char *const name = lua_tolstring(L, -1, &size);
  const char *const spelling = sipcodes_location_name(sipcodes_location(name, size));
  lua_pushfstring(L, "\";location=%s", spelling);
  lua_remove(L, -2);
  lua_concat(L, 2);
}

/* reply{url=, tel=, email=, id=, location=, protocol=} --> 603, "Network Blocked", the Reason value
 * of a 603+ response. At least one of url (https), tel (+ and at most 15 digits) and email; the
 * location of RFC 8606 at which the call was blocked; an id of at most 64 letters, digits, _ and -
 * if one is given; the protocol "SIP" unless it is "Q.850". Raises on anything else. */
static int l_reply(lua_State *L) {
  bind_only_fields(L, 1, "reply", fields, FIELDS);
  lua_settop(L, 1);
  lua_pushinteger(L, 603);
  lua_pushliteral(L, "Network Blocked");
  push_start(L);
  const bool url = add_pair(L, SIPCODES_BLOCKING_URL);
  const bool tel = add_pair(L, SIPCODES_BLOCKING_TEL);
  const bool email = add_pair(L, SIPCODES_BLOCKING_EMAIL);
  if (!url && !tel && !email) {
    lua_pushliteral(L, "one of url, tel and email is needed");
    return bind_refuse(L, 1, "reply");
  }
  add_pair(L, SIPCODES_BLOCKING_ID);
  add_location(L);
  return 3;
}

static const luaL_Reg functions[] = {
    {"detect", l_detect},
    {"reply", l_reply},
    {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_blocking(lua_State *L) {
  bind_module(L, functions, 2);
  return 1;
}
