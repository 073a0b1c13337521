/*
 * sipcodes: what is sent and received: phrases, Status-Lines, and phrases of the site's own.
 */
#include "args.h"
#include "message.h"
#include "response.h"

/* Leaves the phrase to send on the top of the stack: the argument unless it is nil, none or "",
 * else the phrase of reason, else the title of the class. Never empty. */
static void push_sent_phrase(lua_State *L, int code, const char *fname) {
  size_t size;
  lua_settop(L, 2);
  bind_wire_text(L, 2, fname, &size);
  if (size > 0) return;
  response_push_phrase(L, code);
  if (lua_type(L, -1) == LUA_TSTRING && compat_rawlen(L, -1) > 0) return;
  /* A local phrase may be empty, but some servers send nothing at all then. */
  const char *const known = sipcodes_phrase(code);
  if (known != NULL) {
    lua_pushstring(L, known);
  } else {
    response_push_title(L, code);
  }
}

/* reply(code [, phrase]) --> code, phrase, to be passed on to send_reply as they are: the phrase
 * is never nil or empty and holds no control character. Without one it is that of reason, else the
 * class title. Raises on what is not a code, and on a phrase that cannot be sent. */
static int l_reply(lua_State *L) {
  const int code = bind_need_code(L, 1, "reply");
  push_sent_phrase(L, code, "reply");
  lua_pushinteger(L, code);
  lua_insert(L, -2);
  return 2;
}

/* Pushes START, the code, a space and the string on the top of the stack as one string. */
static int push_joined(lua_State *L, const char *start, int code) {
  struct sipcodes_text phrase;
  phrase.data = lua_tolstring(L, -1, &phrase.size);
  bind_push_line(L, start, code, phrase);
  return 1;
}

/* line(code [, phrase]) --> "486 Busy Here", for FreeSWITCH's respond. As reply otherwise. */
static int l_line(lua_State *L) {
  const int code = bind_need_code(L, 1, "line");
  push_sent_phrase(L, code, "line");
  return push_joined(L, "", code);
}

/* status_line(code [, phrase]) --> "SIP/2.0 486 Busy Here", without a line end (RFC 3261 7.2).
 * An empty phrase is kept: "SIP/2.0 486 ". As reply otherwise. */
static int l_status_line(lua_State *L) {
  const int code = bind_need_code(L, 1, "status_line");
  size_t size;
  lua_settop(L, 2);
  if (bind_wire_text(L, 2, "status_line", &size) == NULL) {
    response_push_phrase(L, code);
    if (lua_type(L, -1) != LUA_TSTRING) response_push_title(L, code);
  }
  return push_joined(L, "SIP/2.0 ", code);
}

/* parse(line) --> code, phrase of a Status-Line (RFC 3261 7.2), the phrase being "" when absent;
 * one CRLF or LF at the end is dropped. nil, message if it is none. Raises if line is no
 * string. */
int response_parse(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING) return bind_wrong_type(L, 1, "parse", "string");
  size_t size;
  const char *const text = lua_tolstring(L, 1, &size);
  struct sipcodes_status_line line;
  struct sipcodes_error error;
  if (sipcodes_read_status_line(text, size, &line, &error)) {
    lua_pushinteger(L, line.code);
    lua_pushlstring(L, line.phrase.data, line.phrase.size);
    return 2;
  }
  return bind_error(L, 1, "Status-Line", &error);
}

/* localize */

/* In which forms a table of local phrases holds a code. */
enum { AS_NUMBER = 1, AS_STRING = 2 };

/* Notes which codes the table at 1 holds. Raises for a key that is not a code. */
static void check_local_keys(lua_State *L, uint8_t held[]) {
  lua_pushnil(L);
  const int bad = lua_gettop(L);
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    lua_pop(L, 1);
    const int code = bind_to_code(L, -1);
    if (code != 0) {
      held[code - SIPCODES_FIRST] |= lua_type(L, -1) == LUA_TNUMBER ? AS_NUMBER : AS_STRING;
      continue;
    }
    bind_push_shown(L, -1);
    bind_keep_first(L, bad);
  }
  if (!lua_isnil(L, bad)) {
    lua_pushfstring(L, "key %s is not a SIP response code", lua_tostring(L, bad));
    bind_refuse(L, 1, "localize");
  }
  lua_pop(L, 1);
}

static void push_local_phrase(lua_State *L, int code, int forms) {
  if (forms == AS_NUMBER) {
    lua_rawgeti(L, 1, code);
  } else {
    lua_pushfstring(L, "%d", code);
    lua_rawget(L, 1);
  }
}

/* Raises unless the value on the top of the stack can be the phrase of the code. */
static void check_local_phrase(lua_State *L, int code) {
  if (lua_type(L, -1) != LUA_TSTRING) {
    lua_pushfstring(L, "phrase of %d: string expected, got %s", code, luaL_typename(L, -1));
    bind_refuse(L, 1, "localize");
  }
  size_t size;
  const char *const phrase = lua_tolstring(L, -1, &size);
  const char *const bad = sipcodes_find_unphrased(phrase, size);
  if (bad == NULL) return;
  bind_push_octet(L, phrase, bad);
  lua_pushfstring(L, "phrase of %d: %s", code, lua_tostring(L, -1));
  bind_refuse(L, 1, "localize");
}

static const luaL_Reg phrase_functions[] = {
    {"reason", response_reason},    {"reply", l_reply}, {"line", l_line},
    {"status_line", l_status_line}, {NULL, NULL},
};

void response_add_phrase_functions(lua_State *L) {
  for (const luaL_Reg *f = phrase_functions; f->name != NULL; ++f) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, f->func, 1);
    lua_setfield(L, -3, f->name);
  }
}

/* localize{[code] = phrase, ...} --> a table of reason, reply, line and status_line that prefer
 * these phrases. Raises on a key that is not a code, a code given twice, and a phrase that is no
 * string or not a Reason-Phrase in UTF-8 (RFC 3261 25.1). */
int response_localize(lua_State *L) {
  uint8_t held[SIPCODES_LAST - SIPCODES_FIRST + 1] = {0};
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "localize", "table");
  lua_settop(L, 1);
  check_local_keys(L, held);
  lua_createtable(L, 0, 4);
  lua_newtable(L);
  for (int code = SIPCODES_FIRST; code <= SIPCODES_LAST; ++code) {
    const int forms = held[code - SIPCODES_FIRST];
    if (forms == 0) continue;
    if (forms == (AS_NUMBER | AS_STRING)) {
      lua_pushfstring(L, "code %d given twice", code);
      bind_refuse(L, 1, "localize");
    }
    push_local_phrase(L, code, forms);
    check_local_phrase(L, code);
    lua_rawseti(L, -2, code);
  }
  response_add_phrase_functions(L);
  lua_pop(L, 1);
  return 1;
}
