/*
 * sipcodes.blocking: 603+, the notice that a call was blocked by analytics (ATIS-1000099).
 */
#include "args.h"
#include "message.h"
#include "module.h"

static void set_string(lua_State *L, const char *name, struct sipcodes_string string) {
  bind_push_string(L, string);
  lua_setfield(L, -2, name);
}

/* detect(code, phrase, reason [, options]) --> {url, tel, email, id, location, protocol}, what a
 * 603+ response says, each nil if it does not; nil, why for any other response. It is one if the
 * code is 603, the phrase "Network Blocked" in any case, and one value of the Reason field SIP
 * cause 603 or Q.850 cause 21 with a text that begins with the pair v=analytics1. options =
 * {lenient = true}: what cannot be read of the Reason is passed over. Raises if code is no
 * number or string, or phrase or reason neither a string nor nil. */
static int l_detect(lua_State *L) {
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  const int code = bind_code(L, 1, "detect");
  lua_settop(L, 4);
  const struct sipcodes_text phrase = bind_received(L, 2, "detect");
  const struct sipcodes_text reason = bind_received(L, 3, "detect");
  const bool lenient = bind_lenient(L, 4, "detect");
  if (!sipcodes_read_blocking(code, phrase, reason, lenient, &blocking, &why)) {
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

enum { FIELDS = sizeof fields / sizeof fields[0], PARTS = FIELDS - 1 };

/* Raises "bad argument #1 to 'reply' (NAME: WHY)", WHY being the string on the top. */
static int refuse_field(lua_State *L, const char *name) {
  lua_pushfstring(L, "%s: %s", name, lua_tostring(L, -1));
  return bind_refuse(L, 1, "reply");
}

/* Pushes a field of the argument, a string or nil. */
static struct sipcodes_text push_field(lua_State *L, const char *name) {
  struct sipcodes_text text = {NULL, 0};
  const int type = bind_field(L, 1, name);
  if (type == LUA_TNIL) return text;
  if (type != LUA_TSTRING) {
    lua_pushfstring(L, "string expected, got %s", luaL_typename(L, -1));
    refuse_field(L, name);
  }
  text.data = lua_tolstring(L, -1, &text.size);
  return text;
}

/* Raises what the core refused. */
static int refuse_by_core(lua_State *L, const struct sipcodes_refusal *why) {
  if (why->part == NULL) {
    lua_pushstring(L, why->problem);
    return bind_refuse(L, 1, "reply");
  }
  if (why->control != NULL) {
    bind_push_octet(L, why->shown.data, why->control);
  } else {
    bind_push_quoted(L, why->shown.data, why->shown.size);
    lua_pushfstring(L, "%s %s", lua_tostring(L, -1), why->problem);
  }
  return refuse_field(L, why->part);
}

/* reply{url=, tel=, email=, id=, location=, protocol=} --> 603, "Network Blocked", the Reason value
 * of a 603+ response. At least one of url (https), tel (+ and at most 15 digits) and email; the
 * location of RFC 8606 at which the call was blocked; an id of at most 64 letters, digits, _ and -
 * if one is given; the protocol "SIP" unless it is "Q.850". Raises on anything else. */
static int l_reply(lua_State *L) {
  struct sipcodes_written_blocking notification;
  struct sipcodes_refusal why;
  bind_only_fields(L, 1, "reply", fields, FIELDS);
  lua_settop(L, 1);
  for (size_t part = 0; part < PARTS; ++part) {
    notification.part[part] = push_field(L, fields[part]);
  }
  notification.protocol = push_field(L, fields[PARTS]);
  const size_t size = sipcodes_write_blocking(NULL, 0, &notification, &why);
  if (size == 0) return refuse_by_core(L, &why);
  char *const value = lua_newuserdata(L, size);
  sipcodes_write_blocking(value, size, &notification, &why);
  lua_pushinteger(L, 603);
  lua_pushliteral(L, "Network Blocked");
  lua_pushlstring(L, value, size);
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
