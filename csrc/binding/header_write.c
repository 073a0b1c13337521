/*
 * sipcodes.header: writing Reason and Warning values. The core writes; here the records are read.
 */
#include <stdio.h>
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "header.h"
#include "message.h"

/* Above the list stand the octets written so far, the record that is being written, its params, and
 * the strings and the array of its parameters, so that nothing collects what the core is given. */
enum { OUT = 1, RECORD, FIELDS };

enum { FIRST_ROOM = 256 };

struct writer {
  lua_State *L;
  int list; /* the argument of fname */
  const char *fname;
  int record; /* counted from 1 */
  char *data;
  size_t size;
  size_t room;
};

/* Writes one value at the end of what is there, as the core's writers do. */
typedef size_t write_value(char *out, size_t room, const void *value, struct sipcodes_refusal *why);

static void grow(struct writer *w, size_t room) {
  w->room = room;
  char *const grown = lua_newuserdata(w->L, w->room);
  memcpy(grown, w->data, w->size);
  lua_replace(w->L, w->list + OUT);
  w->data = grown;
}

/* Raises "bad argument #1 to 'fname' (value N: WHY)", WHY being the string on the top. */
static void refuse_record(struct writer *w) {
  lua_pushfstring(w->L, "value %d: %s", w->record, lua_tostring(w->L, -1));
  bind_refuse(w->L, w->list, w->fname);
}

/* Raises "... (value N: what: WHY)". */
static void refuse_part(struct writer *w, const char *what) {
  lua_pushfstring(w->L, "%s: %s", what, lua_tostring(w->L, -1));
  refuse_record(w);
}

/* The same for a value at the index that has a wrong type. */
static void refuse_type(struct writer *w, int index, const char *what, const char *expected) {
  lua_pushfstring(w->L, "%s expected, got %s", expected, luaL_typename(w->L, index));
  refuse_part(w, what);
}

/* The same for a value at the index that is none of its kind. */
static void refuse_shown(struct writer *w, int index, const char *what, const char *problem) {
  bind_push_shown(w->L, index);
  lua_pushfstring(w->L, "%s %s", lua_tostring(w->L, -1), problem);
  refuse_part(w, what);
}

/* Raises what the core refused. */
static void refuse_by_core(struct writer *w, const struct sipcodes_refusal *why) {
  lua_State *const L = w->L;
  if (why->control != NULL) {
    bind_push_octet(L, why->shown.data, why->control);
  } else if (why->shown.data == NULL) {
    lua_pushstring(L, why->problem);
  } else {
    bind_push_quoted(L, why->shown.data, why->shown.size);
    lua_pushfstring(L, "%s %s", lua_tostring(L, -1), why->problem);
  }
  if (why->parameter.data == NULL) {
    refuse_part(w, why->part);
    return;
  }
  bind_push_quoted(L, why->parameter.data, why->parameter.size);
  lua_pushfstring(L, "parameter %s", lua_tostring(L, -1));
  lua_pushvalue(L, -3);
  refuse_part(w, lua_tostring(L, -2));
}

/* Pushes a field of the record, which must be a string; its data is NULL if it is nil and may be.
 */
static struct sipcodes_text push_text(struct writer *w, const char *name, bool needed) {
  struct sipcodes_text text = {NULL, 0};
  const int type = bind_field(w->L, w->list + RECORD, name);
  if (type == LUA_TNIL && !needed) return text;
  if (type != LUA_TSTRING) refuse_type(w, -1, name, "string");
  text.data = lua_tolstring(w->L, -1, &text.size);
  return text;
}

/* The number that the value on the top is or spells, of a field that has one; -1 if it is none. */
static int32_t to_number(struct writer *w, const char *name, size_t digits) {
  if (lua_type(w->L, -1) == LUA_TNUMBER) return bind_to_whole(w->L, -1);
  if (lua_type(w->L, -1) != LUA_TSTRING) refuse_type(w, -1, name, "number");
  size_t size;
  const char *const text = lua_tolstring(w->L, -1, &size);
  return digits == 0 || size == digits ? text_number(text, size) : -1;
}

static int32_t push_cause(struct writer *w) {
  if (bind_field(w->L, w->list + RECORD, "cause") == LUA_TNIL) return -1;
  const int32_t cause = to_number(w, "cause", 0);
  if (cause < 0) refuse_shown(w, -1, "cause", "is not a whole number in 0..2147483647");
  return cause;
}

/* The value of a parameter, at the top of the stack, as text; a flag has none. */
static struct sipcodes_text to_value(struct writer *w, const char *what) {
  lua_State *const L = w->L;
  struct sipcodes_text value = {NULL, 0};
  const int type = lua_type(L, -1);
  if (type == LUA_TBOOLEAN && lua_toboolean(L, -1)) return value;
  if (type == LUA_TBOOLEAN) refuse_shown(w, -1, what, "is not a value");
  if (type == LUA_TNUMBER) {
    const lua_Number n = lua_tonumber(L, -1);
    const lua_Number limit = 9007199254740992.0; /* 2^53: above it floats are no single integers */
    const long long whole = n > -limit && n < limit ? (long long)n : 0;
    if ((lua_Number)whole != n) refuse_shown(w, -1, what, "is not a whole number below 2^53");
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", whole);
    lua_pop(L, 1);
    lua_pushstring(L, digits);
  } else if (type != LUA_TSTRING) {
    refuse_type(w, -1, what, "string");
  }
  value.data = lua_tolstring(L, -1, &value.size);
  return value;
}

/* Reads the entry of params at -2 and -1, and keeps its strings in the table `kept`. */
static struct sipcodes_written_parameter read_parameter(struct writer *w, int kept, int *count) {
  lua_State *const L = w->L;
  struct sipcodes_written_parameter parameter;
  parameter.name.data = lua_tolstring(L, -2, &parameter.name.size);
  bind_push_quoted(L, parameter.name.data, parameter.name.size);
  lua_pushfstring(L, "parameter %s", lua_tostring(L, -1));
  lua_insert(L, -3);
  lua_pop(L, 1); /* the name of the parameter in messages stands below the value */
  parameter.value = to_value(w, lua_tostring(L, -2));
  lua_rawseti(L, kept, ++*count);
  lua_pop(L, 1);
  lua_pushvalue(L, -1);
  lua_rawseti(L, kept, ++*count);
  return parameter;
}

/* Reads the parameters, each entry of the table once. */
static void read_parameters(struct writer *w, struct sipcodes_written_reason *value) {
  lua_State *const L = w->L;
  const int type = bind_field(L, w->list + RECORD, "params");
  if (type == LUA_TNIL) return;
  if (type != LUA_TTABLE) refuse_type(w, -1, "params", "table");
  const int params = lua_gettop(L);
  bind_push_stranger(L, params, NULL, 0);
  if (!lua_isnil(L, -1)) {
    lua_pushfstring(L, "key %s is not a string", lua_tostring(L, -1));
    refuse_part(w, "params");
  }
  const size_t most = (size_t)bind_count(L, params);
  value->parameters = lua_newuserdata(L, sizeof *value->parameters * (most > 0 ? most : 1));
  lua_newtable(L);
  const int kept = lua_gettop(L);
  int strings = 0;
  for (lua_pushnil(L); value->count < most && lua_next(L, params) != 0;) {
    if (lua_type(L, -2) != LUA_TSTRING) refuse_type(w, -2, "params", "string");
    value->parameters[value->count++] = read_parameter(w, kept, &strings);
  }
}

static void refuse_strangers(struct writer *w, const char (*fields)[12], size_t count) {
  bind_push_stranger(w->L, w->list + RECORD, fields, count);
  if (!lua_isnil(w->L, -1)) {
    lua_pushfstring(w->L, "unknown field %s", lua_tostring(w->L, -1));
    refuse_record(w);
  }
  lua_pop(w->L, 1);
}

/* Writes a value that was read, with the core's writer. */
static void append(struct writer *w, const void *value, write_value *write) {
  struct sipcodes_refusal why = {.part = NULL};
  size_t size = write(w->data + w->size, w->room - w->size, value, &why);
  if (size == 0) refuse_by_core(w, &why);
  if (size > w->room - w->size) {
    grow(w, (w->size + size) * 2);
    size = write(w->data + w->size, w->room - w->size, value, &why);
  }
  w->size += size;
}

static size_t write_one_reason(char *out, size_t room, const void *value,
                               struct sipcodes_refusal *why) {
  return sipcodes_write_reason(out, room, value, why);
}

static size_t write_one_warning(char *out, size_t room, const void *value,
                                struct sipcodes_refusal *why) {
  return sipcodes_write_warning(out, room, value, why);
}

static void write_reason(struct writer *w) {
  static const char fields[][12] = {"protocol", "cause", "text", "location", "params", "more"};
  struct sipcodes_written_reason value = {.cause = -1};
  refuse_strangers(w, fields, sizeof fields / sizeof fields[0]);
  value.protocol = push_text(w, "protocol", true);
  value.cause = push_cause(w);
  value.text = push_text(w, "text", false);
  value.location = push_text(w, "location", false);
  read_parameters(w, &value);
  append(w, &value, write_one_reason);
}

static void write_warning(struct writer *w) {
  static const char fields[][12] = {"code", "agent", "text"};
  struct sipcodes_written_warning value;
  refuse_strangers(w, fields, sizeof fields / sizeof fields[0]);
  bind_field(w->L, w->list + RECORD, "code");
  value.code = to_number(w, "code", 3);
  if (value.code < 0 || value.code > 999)
    refuse_shown(w, -1, "code", "is not a warn-code, 0 to 999");
  value.agent = push_text(w, "agent", true);
  value.text = push_text(w, "text", true);
  append(w, &value, write_one_warning);
}

static void write_comma(struct writer *w) {
  if (w->room - w->size < 2) grow(w, w->room * 2);
  memcpy(w->data + w->size, ", ", 2);
  w->size += 2;
}

/* Pushes the records of the list in an argument, the last one, as one field value. */
static int push_written(lua_State *L, int list, const char *fname, void (*write)(struct writer *)) {
  if (lua_type(L, list) != LUA_TTABLE) return bind_wrong_type(L, list, fname, "table");
  lua_settop(L, list);
  struct writer w = {L, list, fname, 0, lua_newuserdata(L, FIRST_ROOM), 0, FIRST_ROOM};
  const int count = bind_count(L, list);
  if (count == 0) {
    lua_pushliteral(L, "no value to write");
    return bind_refuse(L, list, fname);
  }
  for (w.record = 1; w.record <= count; ++w.record) {
    if (w.record > 1) write_comma(&w);
    lua_rawgeti(L, list, w.record);
    if (lua_type(L, list + RECORD) != LUA_TTABLE) {
      lua_pushfstring(L, "table expected, got %s", luaL_typename(L, list + RECORD));
      refuse_record(&w);
    }
    write(&w);
    lua_settop(L, list + OUT);
  }
  lua_pushlstring(L, w.data, w.size);
  return 1;
}

int bind_push_reason(lua_State *L, int list, const char *fname) {
  return push_written(L, list, fname, write_reason);
}

/* format_reason(list) --> the Reason field value of a list of records as reason gives them. Without
 * blanks; cause, text and location, then the other parameters by name; text and ppi quoted, others
 * if they are not a token; the values joined by ", ". cause is a number or its digits, a parameter
 * that is true a flag. Raises on an empty list, and on what cannot be written: a control character,
 * an unknown field and so on (RFC 3326 2, RFC 3261 25.1). */
int header_format_reason(lua_State *L) { return bind_push_reason(L, 1, "format_reason"); }

/* format_warning(list) --> the Warning field value of a list of records as warning gives them.
 * Raises as format_reason (RFC 3261 20.43). */
int header_format_warning(lua_State *L) {
  return push_written(L, 1, "format_warning", write_warning);
}
