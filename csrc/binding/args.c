#include "args.h"

#include <string.h>

#include "../core/text.h"
#include "message.h"

int bind_to_code(lua_State *L, int index) {
  const int type = lua_type(L, index);
  if (type == LUA_TNUMBER) {
    /* Compared before it is cast, so that 2^32+404 and NaN are no codes. */
    const lua_Number n = lua_tonumber(L, index);
    if (!(n >= (lua_Number)SIPCODES_FIRST && n <= (lua_Number)SIPCODES_LAST)) return 0;
    const int code = (int)n;
    return (lua_Number)code == n ? code : 0;
  }
  if (type != LUA_TSTRING) return 0;
  size_t size;
  const char *const text = lua_tolstring(L, index, &size);
  const int code = size == 3 ? text_three_digits(text) : -1;
  return sipcodes_is_code(code) ? code : 0;
}

int bind_code(lua_State *L, int arg, const char *fname) {
  const int code = bind_to_code(L, arg);
  if (code != 0) return code;
  const int type = lua_type(L, arg);
  if (type != LUA_TNUMBER && type != LUA_TSTRING) return bind_wrong_type(L, arg, fname, "code");
  return 0;
}

int bind_need_code(lua_State *L, int arg, const char *fname) {
  const int code = bind_code(L, arg, fname);
  if (code != 0) return code;
  bind_push_shown(L, arg);
  lua_pushfstring(L, "%s is not a SIP response code", lua_tostring(L, -1));
  return bind_refuse(L, arg, fname);
}

const char *bind_wire_text(lua_State *L, int arg, const char *fname, size_t *size) {
  *size = 0;
  if (lua_isnoneornil(L, arg)) return NULL;
  if (lua_type(L, arg) != LUA_TSTRING) bind_wrong_type(L, arg, fname, "string");
  const char *const text = lua_tolstring(L, arg, size);
  const char *const control = sipcodes_find_control(text, *size);
  if (control != NULL) {
    bind_push_octet(L, text, control);
    bind_refuse(L, arg, fname);
  }
  return text;
}

struct sipcodes_text bind_received(lua_State *L, int arg, const char *fname) {
  struct sipcodes_text text = {NULL, 0};
  if (lua_isnil(L, arg)) return text;
  if (lua_type(L, arg) != LUA_TSTRING) bind_wrong_type(L, arg, fname, "string");
  text.data = lua_tolstring(L, arg, &text.size);
  return text;
}

int32_t bind_to_whole(lua_State *L, int index) {
  /* Compared before it is cast, so that 2^32+17 and NaN are no numbers. */
  const lua_Number n = lua_type(L, index) == LUA_TNUMBER ? lua_tonumber(L, index) : -1;
  if (!(n >= 0 && n <= INT32_MAX)) return -1;
  const int32_t whole = (int32_t)n;
  return (lua_Number)whole == n ? whole : -1;
}

bool bind_is_string(lua_State *L, int index, const char *known) {
  size_t size;
  if (lua_type(L, index) != LUA_TSTRING) return false;
  const char *const text = lua_tolstring(L, index, &size);
  return text_equals(text, size, known);
}

int bind_field(lua_State *L, int table, const char *name) {
  lua_pushstring(L, name);
  return compat_rawget(L, table);
}

int bind_count(lua_State *L, int table) {
  int count = 0;
  for (lua_pushnil(L); lua_next(L, table) != 0; lua_pop(L, 1)) ++count;
  return count;
}

/* Is the value one of the names, or any string where names is NULL? */
static bool is_one_of(lua_State *L, int index, const char (*names)[12], size_t count) {
  if (lua_type(L, index) != LUA_TSTRING) return false;
  if (names == NULL) return true;
  size_t size;
  const char *const text = lua_tolstring(L, index, &size);
  for (size_t i = 0; i < count; ++i) {
    if (text_equals(text, size, names[i])) return true;
  }
  return false;
}

void bind_keep_first(lua_State *L, int first) {
  if (lua_isnil(L, first) || strcmp(lua_tostring(L, -1), lua_tostring(L, first)) < 0) {
    lua_replace(L, first);
  } else {
    lua_pop(L, 1);
  }
}

void bind_push_stranger(lua_State *L, int table, const char (*names)[12], size_t count) {
  lua_pushnil(L);
  const int first = lua_gettop(L);
  for (lua_pushnil(L); lua_next(L, table) != 0;) {
    lua_pop(L, 1);
    if (is_one_of(L, -1, names, count)) continue;
    bind_push_shown(L, -1);
    bind_keep_first(L, first);
  }
}

void bind_only_fields(lua_State *L, int arg, const char *fname, const char (*names)[12],
                      size_t count) {
  if (lua_type(L, arg) != LUA_TTABLE) bind_wrong_type(L, arg, fname, "table");
  bind_push_stranger(L, arg, names, count);
  if (!lua_isnil(L, -1)) {
    lua_pushfstring(L, "unknown field %s", lua_tostring(L, -1));
    bind_refuse(L, arg, fname);
  }
  lua_pop(L, 1);
}

bool bind_flag(lua_State *L, int arg, const char *fname, const char *field) {
  const int type = bind_field(L, arg, field);
  const bool flag = lua_toboolean(L, -1);
  if (type != LUA_TNIL && type != LUA_TBOOLEAN) {
    lua_pushfstring(L, "%s: boolean expected, got %s", field, lua_typename(L, type));
    bind_refuse(L, arg, fname);
  }
  lua_pop(L, 1);
  return flag;
}

void bind_push_string(lua_State *L, struct sipcodes_string string) {
  if (string.data == NULL) {
    lua_pushnil(L);
  } else if (!string.escaped) {
    lua_pushlstring(L, string.data, string.size);
  } else {
    char *const plain = lua_newuserdata(L, string.size);
    lua_pushlstring(L, plain, sipcodes_write_unescaped(string, plain));
    lua_remove(L, -2);
  }
}

bool bind_lenient(lua_State *L, int arg, const char *fname) {
  static const char fields[][12] = {"lenient"};
  if (lua_isnoneornil(L, arg)) return false;
  bind_only_fields(L, arg, fname, fields, 1);
  return bind_flag(L, arg, fname, "lenient");
}

void bind_push_line(lua_State *L, const char *start, int code, struct sipcodes_text phrase) {
  const char digits[4] = {(char)('0' + code / 100), (char)('0' + code / 10 % 10),
                          (char)('0' + code % 10), ' '};
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  luaL_addstring(&buffer, start);
  luaL_addlstring(&buffer, digits, sizeof digits);
  luaL_addlstring(&buffer, phrase.data, phrase.size);
  luaL_pushresult(&buffer);
}
