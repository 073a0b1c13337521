#if defined(SIPCODES_PIN)
#define _GNU_SOURCE /* dladdr */
#include <dlfcn.h>
#endif

#include "binding.h"

#include <stdio.h>
#include <string.h>

#include "../core/text.h"

/* The library stays mapped after the first load: a host that makes a state for every call would
 * else map and unmap it for every call. The Makefile asks the linker for that; a build that cannot
 * pass linker flags defines SIPCODES_PIN. */
static void pin_library(void) {
#if defined(SIPCODES_PIN)
  static const char here = 0;
  Dl_info self;
  if (dladdr(&here, &self) == 0) return;
  void *const handle = dlopen(self.dli_fname, RTLD_LAZY | RTLD_NOLOAD | RTLD_NODELETE);
  if (handle != NULL) dlclose(handle);
#endif
}

void bind_module(lua_State *L, const luaL_Reg *functions, int fields) {
  compat_check_version(L);
  pin_library();
  lua_createtable(L, 0, fields);
  for (const luaL_Reg *f = functions; f->name != NULL; ++f) {
    lua_pushcclosure(L, f->func, 0);
    lua_setfield(L, -2, f->name);
  }
}

int bind_to_code(lua_State *L, int index) {
  const int type = lua_type(L, index);
  if (type == LUA_TNUMBER) {
    /* Compared before it is cast, so that 2^32+404 and NaN are no codes. */
    const lua_Number n = lua_tonumber(L, index);
    if (!(n >= SIPCODES_FIRST && n <= SIPCODES_LAST)) return 0;
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
  lua_pushfstring(L, "%s is no SIP response code", lua_tostring(L, -1));
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
  return strlen(known) == size && memcmp(text, known, size) == 0;
}

int bind_wrong_type(lua_State *L, int arg, const char *fname, const char *expected) {
  const int type = lua_type(L, arg);
  lua_pushfstring(L, "%s expected, got %s", expected,
                  type == LUA_TNONE ? "no value" : lua_typename(L, type));
  return bind_refuse(L, arg, fname);
}

int bind_refuse(lua_State *L, int arg, const char *fname) {
  return luaL_error(L, "bad argument #%d to '%s' (%s)", arg, fname, lua_tostring(L, -1));
}

int bind_unknown(lua_State *L, int index, const char *problem) {
  bind_push_shown(L, index);
  lua_pushnil(L);
  lua_pushfstring(L, "%s %s", lua_tostring(L, -2), problem);
  return 2;
}

int bind_fault(lua_State *L, int index, const char *what, const struct sipcodes_fault *fault) {
  bind_push_shown(L, index);
  lua_pushnil(L);
  lua_pushfstring(L, "%s is no %s: %s at octet %d", lua_tostring(L, -2), what, fault->problem,
                  (int)fault->position);
  return 2;
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
    if (strlen(names[i]) == size && memcmp(names[i], text, size) == 0) return true;
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
    lua_pushlstring(L, plain, sipcodes_unescape(string, plain));
    lua_remove(L, -2);
  }
}

/* Longer strings are cut, so that a message stays one readable line. */
enum { SHOWN = 40 };

/* The letter of a two-octet escape; NUL for an octet that has none. */
static char escape_letter(char c) {
  switch (c) {
    case '\r': return 'r';
    case '\n': return 'n';
    case '\t': return 't';
    case '"': return '"';
    case '\\': return '\\';
    default: return '\0';
  }
}

/* Writes the escape of one octet; answers how many octets that took, at most four. */
static size_t escape(char *out, char c) {
  static const char digits[] = "0123456789ABCDEF";
  const unsigned char octet = (unsigned char)c;
  const char letter = escape_letter(c);
  out[0] = '\\';
  if (letter != '\0') {
    out[1] = letter;
    return 2;
  }
  out[1] = 'x';
  out[2] = digits[octet >> 4];
  out[3] = digits[octet & 15];
  return 4;
}

/* How many octets of a character that can be shown stand there: 0 where it is to be escaped, being
 * a control (C1, too), a separator of lines, a turn of the direction of writing, or no UTF-8. */
static size_t shown_length(const char *at, size_t left) {
  const unsigned char lead = (unsigned char)at[0];
  const unsigned char second = left > 1 ? (unsigned char)at[1] : 0;
  const unsigned char third = left > 2 ? (unsigned char)at[2] : 0;
  if (lead < 0x80) return escape_letter(at[0]) == '\0' && !text_is_control(at[0]);
  if (lead == 0xC2 && second < 0xA0) return 0;
  if (lead == 0xE2 && second == 0x80 && third >= 0xA8 && third <= 0xAE) return 0;
  if (lead == 0xE2 && second == 0x81 && third >= 0xA6 && third <= 0xA9) return 0;
  return sipcodes_utf8_length(at, left);
}

/* Where to cut: not inside a UTF-8 sequence. */
static size_t shown_size(const char *text, size_t size) {
  if (size <= SHOWN) return size;
  size_t cut = SHOWN;
  while (cut > SHOWN - 4 && ((unsigned char)text[cut] & 0xC0) == 0x80) --cut;
  return cut;
}

void bind_push_quoted(lua_State *L, const char *text, size_t size) {
  char shown[SHOWN * 4 + 2];
  const size_t keep = shown_size(text, size);
  size_t at = 0;
  shown[at++] = '"';
  for (size_t i = 0; i < keep;) {
    const size_t length = shown_length(text + i, keep - i);
    memcpy(shown + at, text + i, length);
    at += length > 0 ? length : escape(shown + at, text[i]);
    i += length > 0 ? length : 1;
  }
  shown[at++] = '"';
  lua_pushlstring(L, shown, at);
  if (keep == size) return;
  lua_pushliteral(L, "...");
  lua_concat(L, 2);
}

static void push_number(lua_State *L, lua_Number n) {
  char shown[40];
  if (n != n) {
    lua_pushliteral(L, "nan");
    return;
  }
  const int size = snprintf(shown, sizeof shown, "%.14g", (double)n);
  lua_pushlstring(L, shown, (size_t)size);
}

void bind_push_shown(lua_State *L, int index) {
  const int type = lua_type(L, index);
  if (type == LUA_TNUMBER) {
    push_number(L, lua_tonumber(L, index));
  } else if (type == LUA_TSTRING) {
    size_t size;
    const char *const text = lua_tolstring(L, index, &size);
    bind_push_quoted(L, text, size);
  } else if (type == LUA_TBOOLEAN) {
    lua_pushstring(L, lua_toboolean(L, index) ? "true" : "false");
  } else {
    lua_pushstring(L, lua_typename(L, type));
  }
}

void bind_push_octet(lua_State *L, const char *text, const char *at) {
  const int place = (int)(at - text) + 1;
  const unsigned char octet = (unsigned char)*at;
  char number[8];
  snprintf(number, sizeof number, "0x%02X", octet);
  const char *const name = octet == '\r'   ? "CR"
                           : octet == '\n' ? "LF"
                           : octet == '\0' ? "NUL"
                                           : number;
  lua_pushfstring(L, "%s at octet %d", name, place);
}
