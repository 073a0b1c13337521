/*
 * sipcodes: the SIP response codes.
 */
#include "args.h"
#include "message.h"
#include "module.h"
#include "response.h"

static const char no_code[] = "is not a SIP response code";
static const char not_known[] = "is not a known SIP response code";

int response_push_no_entry(lua_State *L, int code) {
  return bind_unknown(L, 1, code == 0 ? no_code : not_known);
}

void response_push_phrase(lua_State *L, int code) {
  lua_rawgeti(L, lua_upvalueindex(1), code);
  if (lua_type(L, -1) == LUA_TSTRING) return;
  const char *const known = sipcodes_phrase(code);
  if (known == NULL) return;
  lua_pop(L, 1);
  lua_pushstring(L, known);
  lua_pushvalue(L, -1);
  lua_rawseti(L, lua_upvalueindex(1), code);
}

void response_push_title(lua_State *L, int code) {
  lua_pushstring(L, sipcodes_class_title(sipcodes_class(code)));
}

/* reason(code) --> the phrase; nil, message for a code that the table does not know.
 * The phrases are recommendations (RFC 3261 7.2). Raises if code is not a number or string. */
int response_reason(lua_State *L) {
  /* The argument as it is finds a phrase that was asked before; only a miss is looked into. */
  lua_pushvalue(L, 1);
  if (compat_rawget(L, lua_upvalueindex(1)) == LUA_TSTRING) return 1;
  lua_pop(L, 1);
  const int code = bind_code(L, 1, "reason");
  response_push_phrase(L, code);
  return lua_type(L, -1) == LUA_TSTRING ? 1 : response_push_no_entry(L, code);
}

/* class(code) --> 1..6, its title; nil, message for what is not a code (RFC 3261 7.2).
 * Raises if code is not a number or string. */
static int l_class(lua_State *L) {
  const int code = bind_code(L, 1, "class");
  if (code == 0) return response_push_no_entry(L, code);
  lua_pushinteger(L, sipcodes_class(code));
  response_push_title(L, code);
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

/* The code after which an iteration goes on, of the control variable that Lua hands back. */
static int after_control(lua_State *L, int class_number) {
  const lua_Number control = lua_tonumber(L, 2);
  const int before = class_number * 100 - 1;
  if (!(control > before)) return before;
  return control < (lua_Number)SIPCODES_LAST ? (int)control : SIPCODES_LAST;
}

/* The iterator of codes: (class or nil, code) --> the next code, its phrase; nil at the end. */
static int next_code(lua_State *L) {
  const int class_number = lua_isnil(L, 1) ? 0 : to_class(L, 1);
  const int last = class_number == 0 ? SIPCODES_LAST : class_number * 100 + 99;
  const int code = sipcodes_next_code(after_control(L, class_number), last);
  if (code == 0) return 0;
  lua_pushinteger(L, code);
  response_push_phrase(L, code);
  return 2;
}

/* codes([class]) --> a stateless iterator of code, reason over the registered codes, ascending:
 * all, or those of one class. Raises if class is not nil and not 1..6. */
static int l_codes(lua_State *L) {
  const int class_number = to_class(L, 1);
  if (class_number == 0 && !lua_isnoneornil(L, 1)) {
    bind_push_shown(L, 1);
    lua_pushfstring(L, "%s is not a class, 1 to 6", lua_tostring(L, -1));
    return bind_refuse(L, 1, "codes");
  }
  lua_pushvalue(L, lua_upvalueindex(1));
  lua_pushcclosure(L, next_code, 1);
  if (class_number == 0) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, class_number);
  }
  lua_pushinteger(L, 0);
  return 3;
}

/* code(x) --> the code that x spells: 486, "486", "sip:486", "486 Busy Here", a Status-Line, a
 * constant's name, a phrase in use, else a former or unregistered one, letters in any case; two
 * codes, ascending, where a phrase has two. nil, message where it spells none. Raises if x is
 * no number or string. */
static int l_code(lua_State *L) {
  int codes[2];
  int count = 1;
  if (lua_type(L, 1) == LUA_TSTRING) {
    size_t size;
    const char *const text = lua_tolstring(L, 1, &size);
    count = sipcodes_read_codes(text, size, codes);
    if (count == 0) return bind_unknown(L, 1, "names no SIP response code");
  } else {
    codes[0] = bind_code(L, 1, "code");
    if (codes[0] == 0) return response_push_no_entry(L, 0);
  }
  for (int i = 0; i < count; ++i) lua_pushinteger(L, codes[i]);
  return count;
}

/* treat_as(code) --> the code itself if registered, else 183 for a 1xx and x00 for the others
 * (RFC 3261 8.1.3.2); nil, message for what is not a code. Raises if code is not a number or
 * string.
 */
static int l_treat_as(lua_State *L) {
  const int code = bind_code(L, 1, "treat_as");
  if (code == 0) return response_push_no_entry(L, code);
  lua_pushinteger(L, sipcodes_treat_as(code));
  return 1;
}

static int push_within(lua_State *L, const char *fname, int first, int last) {
  const int code = bind_code(L, 1, fname);
  lua_pushboolean(L, code >= first && code <= last);
  return 1;
}

/* The predicates: is_...(code) --> boolean, false for what is not a code.
 * They raise where code is not a number or string (RFC 3261 7.2). */

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

/* Keeps the value at 3 under the key at 2 in the table at 1, and leaves the value on the top. */
static void keep(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return;
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  lua_rawset(L, 1);
}

/* reasons[key] on its first use: the phrase, which is kept in the table; nil for any key that is
 * no known code. */
static int index_reasons(lua_State *L) {
  lua_settop(L, 2);
  const char *const phrase = sipcodes_phrase(bind_to_code(L, 2));
  if (phrase == NULL) return 0;
  lua_pushstring(L, phrase);
  keep(L);
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

/* Pushes the code of a constant. Raises if there is no such constant: a misspelt name would be a
 * nil that shows far away. */
static void push_constant(lua_State *L, const char *name, size_t size) {
  const int code = sipcodes_constant(name, size);
  if (code == 0) {
    bind_push_quoted(L, name, size);
    luaL_error(L, "sipcodes has no constant %s", lua_tostring(L, -1));
  }
  lua_pushinteger(L, code);
}

/* sipcodes.NAME on its first use: the code of a constant, or a module, which is kept in the table.
 * Any other unknown field is nil. */
static int index_module(lua_State *L) {
  lua_settop(L, 2);
  if (lua_type(L, 2) != LUA_TSTRING) return 0;
  size_t size;
  const char *const name = lua_tolstring(L, 2, &size);
  if (is_constant_name(name, size)) {
    push_constant(L, name, size);
  } else if (!bind_push_module(L, name, size)) {
    return 0;
  }
  keep(L);
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
    {"info", response_info},
    {"code", l_code},
    {"treat_as", l_treat_as},
    {"is_provisional", l_is_provisional},
    {"is_final", l_is_final},
    {"is_success", l_is_success},
    {"is_redirection", l_is_redirection},
    {"is_failure", l_is_failure},
    {"is_registered", l_is_registered},
    {"parse", response_parse},
    {"localize", response_localize},
    {NULL, NULL},
};

/* In addition to its functions the module holds reasons, _VERSION, _REGISTRY and, from their first
 * use on, the constants and the modules. */
SIPCODES_OPEN luaopen_sipcodes(lua_State *L) {
  bind_module(L, functions, 20);
  lua_newtable(L);
  response_add_phrase_functions(L);
  lua_pushcclosure(L, l_codes, 1);
  lua_setfield(L, -2, "codes");
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
