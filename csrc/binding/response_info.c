/*
 * sipcodes.info: all that the table knows of a response code.
 */
#include <string.h>

#include "args.h"
#include "message.h"
#include "response.h"

/* What info knows, and where the core keeps it. */
enum kind { STRING, INTEGER, BOOLEAN, RFC, PHRASES };

#define FIELD(name, kind, member) \
  { name, sizeof name - 1, kind, offsetof(struct sipcodes_response, member) }

static const struct field {
  char name[12];
  uint8_t size;
  uint8_t kind;
  uint8_t at;
} fields[] = {
    FIELD("code", INTEGER, code),
    FIELD("reason", STRING, phrase),
    FIELD("name", STRING, name),
    FIELD("class", INTEGER, class_number),
    FIELD("title", STRING, title),
    FIELD("registered", BOOLEAN, registered),
    FIELD("deprecated", RFC, deprecated),
    FIELD("rfc", RFC, rfc),
    FIELD("section", STRING, section),
    FIELD("formerly", PHRASES, code),
    FIELD("methods", STRING, methods),
    FIELD("must", STRING, must),
    FIELD("should", STRING, should),
    FIELD("may", STRING, may),
    FIELD("action", STRING, action),
    FIELD("basis", STRING, basis),
    FIELD("retry_after", BOOLEAN, retry_after),
    FIELD("dialog", STRING, dialog),
    FIELD("note", STRING, note),
    FIELD("origin", STRING, origin),
};

enum { FIELDS = sizeof fields / sizeof fields[0] };

/* Pushes "RFC 3261"; nil for 0. By hand, because lua_pushfstring costs ten times as much. */
static void push_rfc(lua_State *L, int number) {
  char text[16];
  char *at = text + sizeof text;
  if (number == 0) {
    lua_pushnil(L);
    return;
  }
  for (int rest = number; rest > 0; rest /= 10) *--at = (char)('0' + rest % 10);
  at -= 4;
  memcpy(at, "RFC ", 4);
  lua_pushlstring(L, at, (size_t)(text + sizeof text - at));
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

/* The field that an argument names, NULL for nil and none; raises if it names no field. */
static const struct field *check_field(lua_State *L, int arg) {
  if (lua_isnoneornil(L, arg)) return NULL;
  if (lua_type(L, arg) != LUA_TSTRING) bind_wrong_type(L, arg, "info", "string");
  size_t size;
  const char *const name = lua_tolstring(L, arg, &size);
  for (size_t i = 0; i < FIELDS; ++i) {
    if (fields[i].size == size && memcmp(fields[i].name, name, size) == 0) return &fields[i];
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
 * if there is none, origin of a registered code; name, rfc, section, methods, must, should,
 * may, basis of an unregistered one. Raises on another field. */
int response_info(lua_State *L) {
  const int code = bind_code(L, 1, "info");
  const struct field *const field = check_field(L, 2);
  struct sipcodes_response r;
  if (!sipcodes_describe_code(code, &r)) return response_push_no_entry(L, code);
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
