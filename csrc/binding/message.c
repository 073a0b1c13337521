#include "message.h"

#include <stdio.h>
#include <string.h>

#include "../core/text.h"

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

int bind_error(lua_State *L, int index, const char *what, const struct sipcodes_error *error) {
  bind_push_shown(L, index);
  lua_pushnil(L);
  lua_pushfstring(L, "%s is not a %s: %s at octet %d", lua_tostring(L, -2), what, error->problem,
                  (int)error->position);
  return 2;
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

/* Writes the escape of one octet; returns how many octets that took, at most four. */
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

/* How many octets of a character that can be shown stand there: 0 if it is to be escaped, being
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
