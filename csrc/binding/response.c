/*
 * sipcodes: the SIP response codes.
 */
#include <string.h>

#include "args.h"
#include "message.h"
#include "module.h"

static const char no_code[] = "is no SIP response code";
static const char not_known[] = "is not a known SIP response code";

/* Pushes nil and why the argument, read as `code`, has no entry; answers 2. */
static int push_no_entry(lua_State *L, int code) {
  return bind_unknown(L, 1, code == 0 ? no_code : not_known);
}

/* The first upvalue of reason, reply, line and status_line is the table of their phrases by code:
 * the local ones, and those of the core that were asked before, so that a phrase is made a Lua
 * string once. Pushes the phrase of a code, or nil. */
static void push_phrase(lua_State *L, int code) {
  lua_rawgeti(L, lua_upvalueindex(1), code);
  if (lua_type(L, -1) == LUA_TSTRING) return;
  const char *const known = sipcodes_phrase(code);
  if (known == NULL) return;
  lua_pop(L, 1);
  lua_pushstring(L, known);
  lua_pushvalue(L, -1);
  lua_rawseti(L, lua_upvalueindex(1), code);
}

static void push_title(lua_State *L, int code) {
  lua_pushstring(L, sipcodes_class_title(sipcodes_class(code)));
}

/* reason(code) --> the phrase; nil, message for a code that the table does not know.
 * The phrases are recommendations (RFC 3261 7.2). Raises where code is no number or string. */
static int l_reason(lua_State *L) {
  /* The argument as it is finds a phrase that was asked before; only a miss is looked into. */
  lua_pushvalue(L, 1);
  if (compat_rawget(L, lua_upvalueindex(1)) == LUA_TSTRING) return 1;
  lua_pop(L, 1);
  const int code = bind_code(L, 1, "reason");
  push_phrase(L, code);
  return lua_type(L, -1) == LUA_TSTRING ? 1 : push_no_entry(L, code);
}

/* class(code) --> 1..6, its title; nil, message for what is no code (RFC 3261 7.2).
 * Raises where code is no number or string. */
static int l_class(lua_State *L) {
  const int code = bind_code(L, 1, "class");
  if (code == 0) return push_no_entry(L, code);
  lua_pushinteger(L, sipcodes_class(code));
  push_title(L, code);
  return 2;
}

/* A class number 1..6, as a number or its digit; 0 where the value is none. */
static int to_class(lua_State *L, int index) {
  size_t size;
  if (lua_type(L, index) == LUA_TSTRING) {
    const char *const digit = lua_tolstring(L, index, &size);
    return size == 1 && digit[0] >= '1' && digit[0] <= '6' ? digit[0] - '0' : 0;
  }
  const lua_Number n = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : 0;
  for (int class_number = 1; class_number <= 6; ++class_number) {
    if (n == class_number) return class_number;
  }
  return 0;
}

/* The iterator of codes: (class or nil, code) --> the next code, its phrase; nil at the end. */
static int next_code(lua_State *L) {
  const int class_number = to_class(L, 1);
  const lua_Number control = lua_tonumber(L, 2);
  const int last = class_number == 0 ? SIPCODES_LAST : class_number * 100 + 99;
  int after = class_number == 0 ? 0 : class_number * 100 - 1;
  if (control > after) after = control < SIPCODES_LAST ? (int)control : SIPCODES_LAST;
  const int code = sipcodes_next_code(after, last);
  if (code == 0) return 0;
  lua_pushinteger(L, code);
  lua_pushstring(L, sipcodes_phrase(code));
  return 2;
}

/* codes([class]) --> a stateless iterator of code, reason over the registered codes, ascending:
 * all, or those of one class. Raises where class is not nil and not 1..6. */
static int l_codes(lua_State *L) {
  const int class_number = to_class(L, 1);
  if (class_number == 0 && !lua_isnoneornil(L, 1)) {
    bind_push_shown(L, 1);
    lua_pushfstring(L, "%s is no class, 1 to 6", lua_tostring(L, -1));
    return bind_refuse(L, 1, "codes");
  }
  lua_pushcfunction(L, next_code);
  if (class_number == 0) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, class_number);
  }
  lua_pushinteger(L, 0);
  return 3;
}

/* What info knows, and where the core keeps it. */
enum kind { STRING, INTEGER, BOOLEAN, RFC, PHRASES };

#define AT(member) offsetof(struct sipcodes_response, member)

static const struct field {
  char name[12];
  uint8_t kind;
  uint8_t at;
} fields[] = {
    {"code", INTEGER, AT(code)},
    {"reason", STRING, AT(reason)},
    {"name", STRING, AT(name)},
    {"class", INTEGER, AT(class_number)},
    {"title", STRING, AT(title)},
    {"registered", BOOLEAN, AT(registered)},
    {"deprecated", RFC, AT(deprecated)},
    {"rfc", RFC, AT(rfc)},
    {"section", STRING, AT(section)},
    {"formerly", PHRASES, AT(code)},
    {"methods", STRING, AT(methods)},
    {"must", STRING, AT(must)},
    {"should", STRING, AT(should)},
    {"may", STRING, AT(may)},
    {"action", STRING, AT(action)},
    {"basis", STRING, AT(basis)},
    {"retry_after", BOOLEAN, AT(retry_after)},
    {"dialog", STRING, AT(dialog)},
    {"note", STRING, AT(note)},
    {"origin", STRING, AT(origin)},
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

static void push_rfc(lua_State *L, int number) {
  if (number == 0) {
    lua_pushnil(L);
  } else {
    lua_pushfstring(L, "RFC %d", number);
  }
}

static void push_formerly(lua_State *L, int code) {
  lua_newtable(L);
  const char *phrase;
  for (int n = 0; (phrase = sipcodes_former_phrase(code, n)) != NULL; ++n) {
    lua_pushstring(L, phrase);
    lua_rawseti(L, -2, n + 1);
  }
}

static void push_field(lua_State *L, const struct sipcodes_response *r, const struct field *field) {
  const void *const at = (const char *)r + field->at;
  switch (field->kind) {
    case STRING: lua_pushstring(L, *(const char *const *)at); break;
    case INTEGER: lua_pushinteger(L, *(const int *)at); break;
    case BOOLEAN: lua_pushboolean(L, *(const bool *)at); break;
    case RFC: push_rfc(L, *(const int *)at); break;
    default: push_formerly(L, *(const int *)at); break;
  }
}

/* The field that an argument names, NULL for nil and none; raises where it names no field. */
static const struct field *check_field(lua_State *L, int arg) {
  if (lua_isnoneornil(L, arg)) return NULL;
  if (lua_type(L, arg) != LUA_TSTRING) bind_wrong_type(L, arg, "info", "string");
  size_t size;
  const char *const name = lua_tolstring(L, arg, &size);
  for (size_t i = 0; i < FIELDS; ++i) {
    if (strlen(fields[i].name) == size && memcmp(fields[i].name, name, size) == 0)
      return &fields[i];
  }
  bind_push_quoted(L, name, size);
  lua_pushfstring(L, "no field %s", lua_tostring(L, -1));
  bind_refuse(L, arg, "info");
  return NULL;
}

/* info(code [, field]) --> a fresh table of all that is known of the code, or one field of it;
 * nil, message for a code that the table does not know. Fields: code, reason, name, class, title,
 * registered, deprecated, rfc, section, formerly, methods, must, should, may, action, basis,
 * retry_after, dialog, note, origin. A field that does not apply is nil: deprecated and dialog
 * where there is none, origin of a registered code; name, rfc, section, methods, must, should,
 * may, basis of an unregistered one. Raises on another field. */
static int l_info(lua_State *L) {
  const int code = bind_code(L, 1, "info");
  const struct field *const field = check_field(L, 2);
  struct sipcodes_response r;
  if (!sipcodes_describe_code(code, &r)) return push_no_entry(L, code);
  if (field != NULL) {
    push_field(L, &r, field);
    return 1;
  }
  lua_createtable(L, 0, FIELDS);
  for (size_t i = 0; i < FIELDS; ++i) {
    push_field(L, &r, &fields[i]);
    lua_setfield(L, -2, fields[i].name);
  }
  return 1;
}

/* code(x) --> the code that x spells: 486, "486", "sip:486", "486 Busy Here", a Status-Line, a
 * constant's name, a phrase in use, else a former or unregistered one, letters in any case; two
 * codes, ascending, where a phrase has two. nil, message where it spells none. Raises where x is
 * no number or string. */
static int l_code(lua_State *L) {
  int codes[2];
  int count = 1;
  codes[0] = bind_code(L, 1, "code");
  if (codes[0] == 0) {
    if (lua_type(L, 1) == LUA_TNUMBER) return push_no_entry(L, 0);
    size_t size;
    const char *const text = lua_tolstring(L, 1, &size);
    count = sipcodes_read_codes(text, size, codes);
    if (count == 0) return bind_unknown(L, 1, "names no SIP response code");
  }
  for (int i = 0; i < count; ++i) lua_pushinteger(L, codes[i]);
  return count;
}

/* treat_as(code) --> the code itself if registered, else 183 for a 1xx and x00 for the others
 * (RFC 3261 8.1.3.2); nil, message for what is no code. Raises where code is no number or string.
 */
static int l_treat_as(lua_State *L) {
  const int code = bind_code(L, 1, "treat_as");
  if (code == 0) return push_no_entry(L, code);
  lua_pushinteger(L, sipcodes_treat_as(code));
  return 1;
}

static int push_within(lua_State *L, const char *fname, int first, int last) {
  const int code = bind_code(L, 1, fname);
  lua_pushboolean(L, code >= first && code <= last);
  return 1;
}

/* The predicates: is_...(code) --> boolean, false for what is no code.
 * They raise where code is no number or string (RFC 3261 7.2). */

/* is_provisional(code) --> 1xx? */
static int l_is_provisional(lua_State *L) { return push_within(L, "is_provisional", 100, 199); }

/* is_final(code) --> 2xx to 6xx? */
static int l_is_final(lua_State *L) { return push_within(L, "is_final", 200, 699); }

/* is_success(code) --> 2xx? */
static int l_is_success(lua_State *L) { return push_within(L, "is_success", 200, 299); }

/* is_redirection(code) --> 3xx? */
static int l_is_redirection(lua_State *L) { return push_within(L, "is_redirection", 300, 399); }

/* is_failure(code) --> 4xx, 5xx or 6xx? */
static int l_is_failure(lua_State *L) { return push_within(L, "is_failure", 400, 699); }

/* is_registered(code) --> is it one of the codes of IANA's registry? */
static int l_is_registered(lua_State *L) {
  lua_pushboolean(L, sipcodes_is_registered(bind_code(L, 1, "is_registered")));
  return 1;
}

/* Leaves the phrase to send on the top of the stack: the argument unless it is nil, none or "",
 * else the phrase of reason, else the title of the class. Never empty. */
static void push_sent_phrase(lua_State *L, int code, const char *fname) {
  size_t size;
  lua_settop(L, 2);
  bind_wire_text(L, 2, fname, &size);
  if (size > 0) return;
  push_phrase(L, code);
  if (lua_type(L, -1) == LUA_TSTRING && compat_rawlen(L, -1) > 0) return;
  /* A local phrase may be empty, but some servers send nothing at all then. */
  const char *const known = sipcodes_phrase(code);
  if (known != NULL) {
    lua_pushstring(L, known);
  } else {
    push_title(L, code);
  }
}

/* reply(code [, phrase]) --> code, phrase, to be passed on to send_reply as they are: the phrase
 * is never nil or empty and holds no control character. Without one it is that of reason, else the
 * class title. Raises on what is no code, and on a phrase that cannot be sent. */
static int l_reply(lua_State *L) {
  const int code = bind_need_code(L, 1, "reply");
  push_sent_phrase(L, code, "reply");
  lua_pushinteger(L, code);
  lua_insert(L, -2);
  return 2;
}

/* Pushes START, the code, a space and the string on the top of the stack as one string. */
static int push_joined(lua_State *L, const char *start, int code) {
  size_t size;
  const char *const phrase = lua_tolstring(L, -1, &size);
  const char digits[4] = {(char)('0' + code / 100), (char)('0' + code / 10 % 10),
                          (char)('0' + code % 10), ' '};
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  luaL_addstring(&buffer, start);
  luaL_addlstring(&buffer, digits, sizeof digits);
  luaL_addlstring(&buffer, phrase, size);
  luaL_pushresult(&buffer);
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
    push_phrase(L, code);
    if (lua_type(L, -1) != LUA_TSTRING) push_title(L, code);
  }
  return push_joined(L, "SIP/2.0 ", code);
}

/* parse(line) --> code, phrase of a Status-Line (RFC 3261 7.2), the phrase being "" when absent;
 * one CRLF or LF at the end is dropped. nil, message where it is none. Raises where line is no
 * string. */
static int l_parse(lua_State *L) {
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

/* Notes which codes the table at 1 holds. Raises for a key that is no code. */
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
    lua_pushfstring(L, "key %s is no SIP response code", lua_tostring(L, bad));
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
    {"reason", l_reason},           {"reply", l_reply}, {"line", l_line},
    {"status_line", l_status_line}, {NULL, NULL},
};

/* Adds the functions to the table below the table of their phrases, and pops the latter. */
static void add_phrase_functions(lua_State *L) {
  for (const luaL_Reg *f = phrase_functions; f->name != NULL; ++f) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, f->func, 1);
    lua_setfield(L, -3, f->name);
  }
  lua_pop(L, 1);
}

/* localize{[code] = phrase, ...} --> a table of reason, reply, line and status_line that prefer
 * these phrases. Raises on a key that is no code, a code given twice, and a phrase that is no
 * string or not a Reason-Phrase in UTF-8 (RFC 3261 25.1). */
static int l_localize(lua_State *L) {
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
  add_phrase_functions(L);
  return 1;
}

/* reasons[key] on its first use: the phrase, which is kept in the table; nil for any key that is
 * no known code. */
static int index_reasons(lua_State *L) {
  lua_settop(L, 2);
  const char *const phrase = sipcodes_phrase(bind_to_code(L, 2));
  if (phrase == NULL) return 0;
  lua_pushstring(L, phrase);
  if (lua_type(L, 1) == LUA_TTABLE) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_rawset(L, 1);
  }
  return 1;
}

static bool is_constant_name(const char *name, size_t size) {
  if (size == 0 || name[0] < 'A' || name[0] > 'Z') return false;
  for (size_t i = 1; i < size; ++i) {
    const bool upper = name[i] >= 'A' && name[i] <= 'Z';
    const bool digit = name[i] >= '0' && name[i] <= '9';
    if (!upper && !digit && name[i] != '_') return false;
  }
  return true;
}

/* sipcodes.NAME on its first use: the code, which is kept in the module. Raises where NAME looks
 * like a constant and is none, since a misspelt one would be a nil that shows far away; any other
 * unknown field is nil. */
static int index_module(lua_State *L) {
  lua_settop(L, 2);
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  size_t size;
  const char *const name = lua_tolstring(L, 2, &size);
  if (!is_constant_name(name, size)) return 0;
  const int code = sipcodes_constant(name, size);
  if (code == 0) {
    bind_push_quoted(L, name, size);
    return luaL_error(L, "sipcodes has no constant %s", lua_tostring(L, -1));
  }
  lua_pushinteger(L, code);
  if (lua_type(L, 1) == LUA_TTABLE) {
    lua_pushvalue(L, 2);
    lua_pushvalue(L, 3);
    lua_rawset(L, 1);
  }
  return 1;
}

/* Gives the table on the top of the stack a metatable with this __index. */
static void set_index(lua_State *L, lua_CFunction index) {
  lua_createtable(L, 0, 1);
  lua_pushcfunction(L, index);
  lua_setfield(L, -2, "__index");
  lua_setmetatable(L, -2);
}

static const luaL_Reg functions[] = {
    {"class", l_class},
    {"codes", l_codes},
    {"info", l_info},
    {"code", l_code},
    {"treat_as", l_treat_as},
    {"is_provisional", l_is_provisional},
    {"is_final", l_is_final},
    {"is_success", l_is_success},
    {"is_redirection", l_is_redirection},
    {"is_failure", l_is_failure},
    {"is_registered", l_is_registered},
    {"parse", l_parse},
    {"localize", l_localize},
    {NULL, NULL},
};

/* Besides its functions the module holds reasons, _VERSION, _REGISTRY and, on first use, the
 * constants. */
SIPCODES_OPEN luaopen_sipcodes(lua_State *L) {
  bind_module(L, functions, 20);
  lua_newtable(L);
  add_phrase_functions(L);
  lua_newtable(L);
  set_index(L, index_reasons);
  lua_setfield(L, -2, "reasons");
  lua_pushliteral(L, "sipcodes " SIPCODES_VERSION);
  lua_setfield(L, -2, "_VERSION");
  lua_pushliteral(L, SIPCODES_REGISTRY);
  lua_setfield(L, -2, "_REGISTRY");
  set_index(L, index_module);
  return 1;
}
