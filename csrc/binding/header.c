/*
 * sipcodes.header: the Reason, Warning and Retry-After fields. RFC 3261 20.33, 20.43 and 25.1;
 * RFC 3326; RFC 8606 for location, RFC 9366 for several values of one protocol.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

/* Reading */

/* Starts to read the first argument, a field value; false where it is absent. Raises where it is
 * neither a string nor nil. */
static bool open_value(lua_State *L, const char *fname, struct sipcodes_reader *reader) {
  if (lua_isnoneornil(L, 1)) return false;
  if (lua_type(L, 1) != LUA_TSTRING) bind_wrong_type(L, 1, fname, "string");
  size_t size;
  const char *const value = lua_tolstring(L, 1, &size);
  *reader = sipcodes_read_field(value, size);
  return true;
}

static int push_absent(lua_State *L, const char *what) {
  lua_pushnil(L);
  lua_pushfstring(L, "no %s", what);
  return 2;
}

static int push_error(lua_State *L, const char *what, const struct sipcodes_error *error) {
  bind_error(L, 1, what, error);
  lua_pushinteger(L, (lua_Integer)error->position);
  return 3;
}

/* Sets a field of the table on the top of the stack; an absent string leaves it nil. */
static void set_string(lua_State *L, const char *name, struct sipcodes_string string) {
  if (string.data == NULL) return;
  bind_push_string(L, string);
  lua_setfield(L, -2, name);
}

static void set_text(lua_State *L, const char *name, struct sipcodes_text text) {
  lua_pushlstring(L, text.data, text.size);
  lua_setfield(L, -2, name);
}

static void push_lower(lua_State *L, struct sipcodes_text text) {
  char *const lower = lua_newuserdata(L, text.size);
  for (size_t i = 0; i < text.size; ++i) lower[i] = text_lower(text.data[i]);
  lua_pushlstring(L, lower, text.size);
  lua_remove(L, -2);
}

/* Is it one of the parameters that have a field of their own? */
static bool has_own_field(const char *name, size_t size) {
  return text_is(name, size, "cause") || text_is(name, size, "text") ||
         text_is(name, size, "location");
}

/* Adds a parameter to the table on the top of the stack. The first of a name counts. */
static void add_parameter(lua_State *L, const struct sipcodes_parameter *parameter) {
  push_lower(L, parameter->name);
  lua_pushvalue(L, -1);
  if (compat_rawget(L, -3) != LUA_TNIL) {
    lua_pop(L, 2);
    return;
  }
  lua_pop(L, 1);
  if (parameter->value.data == NULL) {
    lua_pushboolean(L, 1);
  } else {
    bind_push_string(L, parameter->value);
  }
  lua_rawset(L, -3);
}

static void push_parameters(lua_State *L, const struct sipcodes_reason *reason) {
  struct sipcodes_reader reader =
      sipcodes_read_field(reason->parameters.data, reason->parameters.size);
  struct sipcodes_parameter parameter;
  lua_newtable(L);
  if (reason->others == 0) return;
  while (sipcodes_read_parameter(&reader, &parameter)) {
    if (!has_own_field(parameter.name.data, parameter.name.size)) add_parameter(L, &parameter);
  }
}

static void push_reason(lua_State *L, const struct sipcodes_reason *reason) {
  lua_createtable(L, 0, reason->location.data == NULL ? 4 : 5);
  set_text(L, "protocol", reason->protocol);
  if (reason->cause >= 0) {
    lua_pushinteger(L, reason->cause);
    lua_setfield(L, -2, "cause");
  }
  set_string(L, "text", reason->text);
  set_string(L, "location", reason->location);
  push_parameters(L, reason);
  lua_setfield(L, -2, "params");
}

/* reason(value) --> an array of {protocol, cause, text, location, params}, one for each value of a
 * Reason field (RFC 3326 2); nil, message, position for what is none; nil, message for nil.
 * protocol and location are as written; params holds every other parameter by its name in lower
 * case, a flag as true; of several with one name, also of several locations, the first counts.
 * Raises where value is no string. */
static int l_reason(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_reason value;
  if (!open_value(L, "reason", &reader)) return push_absent(L, "Reason");
  lua_createtable(L, 2, 0); /* room for one SIP and one Q.850 value, the usual list */
  for (int n = 1; sipcodes_read_reason(&reader, &value); ++n) {
    push_reason(L, &value);
    lua_rawseti(L, -2, n);
  }
  return reader.error.problem == NULL ? 1 : push_error(L, "Reason", &reader.error);
}

static void push_warning(lua_State *L, const struct sipcodes_warning *warning) {
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, warning->code);
  lua_setfield(L, -2, "code");
  set_text(L, "agent", warning->agent);
  set_string(L, "text", warning->text);
}

/* warning(value) --> an array of {code, agent, text}, one for each value of a Warning field
 * (RFC 3261 20.43); nil, message, position for what is none; nil, message for nil. Raises where
 * value is no string. */
static int l_warning(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_warning value;
  if (!open_value(L, "warning", &reader)) return push_absent(L, "Warning");
  lua_newtable(L);
  for (int n = 1; sipcodes_read_warning(&reader, &value); ++n) {
    push_warning(L, &value);
    lua_rawseti(L, -2, n);
  }
  return reader.error.problem == NULL ? 1 : push_error(L, "Warning", &reader.error);
}

/* retry_after(value) --> seconds, comment, duration of a Retry-After field (RFC 3261 20.33): the
 * comment without its outer brackets and escapes, the duration in seconds, each nil where there is
 * none. A number is taken for its digits. nil, message, position for what is no such field; nil,
 * message for nil. Raises where value is no string or number. */
static int l_retry_after(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_retry_after value = {.duration = -1};
  struct sipcodes_error error;
  if (lua_type(L, 1) == LUA_TNUMBER) {
    value.seconds = bind_to_whole(L, 1);
    if (value.seconds < 0) return bind_unknown(L, 1, "is no Retry-After");
  } else {
    if (!open_value(L, "retry_after", &reader)) return push_absent(L, "Retry-After");
    if (!sipcodes_read_retry_after(reader.data, reader.size, &value, &error)) {
      return push_error(L, "Retry-After", &error);
    }
  }
  lua_pushinteger(L, value.seconds);
  bind_push_string(L, value.comment);
  if (value.duration < 0) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, value.duration);
  }
  return 3;
}

/* pick */

/* How many protocols the order at 2 names. Raises where it is no list of names. */
static int check_order(lua_State *L) {
  if (lua_type(L, 2) != LUA_TTABLE) return bind_wrong_type(L, 2, "pick", "table");
  const int count = bind_count(L, 2);
  for (int i = 1; i <= count; ++i) {
    size_t size;
    lua_rawgeti(L, 2, i);
    if (lua_type(L, -1) != LUA_TSTRING) {
      lua_pushfstring(L, "protocol %d: string expected, got %s", i, luaL_typename(L, -1));
      bind_refuse(L, 2, "pick");
    }
    const char *const name = lua_tolstring(L, -1, &size);
    if (!sipcodes_is_token(name, size)) {
      bind_push_shown(L, -1);
      lua_pushfstring(L, "protocol %d: %s is no token", i, lua_tostring(L, -1));
      bind_refuse(L, 2, "pick");
    }
    lua_pop(L, 1);
  }
  if (count == 0) {
    lua_pushliteral(L, "no protocol in the order");
    bind_refuse(L, 2, "pick");
  }
  return count;
}

/* Is the protocol the n-th, counted from 0, of the order at 2, or of the usual one without that? */
static bool stands_at(lua_State *L, int n, struct sipcodes_text protocol) {
  static const char usual[][6] = {"Q.850", "SIP"};
  if (lua_isnil(L, 2)) return text_is(protocol.data, protocol.size, usual[n]);
  size_t size;
  lua_rawgeti(L, 2, n + 1);
  const char *const name = lua_tolstring(L, -1, &size);
  const bool same = size == protocol.size && text_is(protocol.data, size, name);
  lua_pop(L, 1);
  return same;
}

/* pick(value [, order]) --> cause, protocol, text of the first value with a cause whose protocol
 * stands first in the order, {"Q.850", "SIP"} unless given; the protocol in its registered
 * spelling, as written if it has none. nil, message where no value is of those protocols, and as
 * reason otherwise. Raises where value is no string or order no list of protocol names. */
static int l_pick(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_reason value;
  struct sipcodes_reason best = {.cause = -1};
  lua_settop(L, 2);
  const bool present = open_value(L, "pick", &reader);
  int place = lua_isnil(L, 2) ? 2 : check_order(L);
  if (!present) return push_absent(L, "Reason");
  while (sipcodes_read_reason(&reader, &value)) {
    int at = 0;
    while (at < place && !stands_at(L, at, value.protocol)) ++at;
    if (value.cause < 0 || at == place) continue;
    place = at;
    best = value;
  }
  if (reader.error.problem != NULL) return push_error(L, "Reason", &reader.error);
  if (best.cause < 0) return bind_unknown(L, 1, "has no cause of the protocols in the order");
  const int known = sipcodes_protocol(best.protocol.data, best.protocol.size);
  lua_pushinteger(L, best.cause);
  if (known >= 0) {
    lua_pushstring(L, sipcodes_protocol_name(known));
  } else {
    lua_pushlstring(L, best.protocol.data, best.protocol.size);
  }
  bind_push_string(L, best.text);
  return 3;
}

/* Writing. Above the list on the stack stand the octets written so far, the record that is being
 * written, and its params. Nothing keeps a pointer to a string that is not on the stack. */

enum { OUT = 1, RECORD, PARAMS };

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

static void write_octets(struct writer *w, const char *data, size_t size) {
  if (size > w->room - w->size) {
    w->room = (w->size + size) * 2;
    char *const grown = lua_newuserdata(w->L, w->room);
    memcpy(grown, w->data, w->size);
    lua_replace(w->L, w->list + OUT);
    w->data = grown;
  }
  memcpy(w->data + w->size, data, size);
  w->size += size;
}

static void write_string(struct writer *w, const char *text) {
  write_octets(w, text, strlen(text));
}

static void write_quoted(struct writer *w, const char *text, size_t size) {
  write_octets(w, "\"", 1);
  for (size_t i = 0; i < size; ++i) {
    if (text[i] == '"' || text[i] == '\\') write_octets(w, "\\", 1);
    write_octets(w, text + i, 1);
  }
  write_octets(w, "\"", 1);
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

/* The same for a value on the top that has a wrong type. */
static void refuse_type(struct writer *w, const char *what, const char *expected) {
  lua_pushfstring(w->L, "%s expected, got %s", expected, luaL_typename(w->L, -1));
  refuse_part(w, what);
}

/* The same for a value on the top that is none of its kind. */
static void refuse_shown(struct writer *w, const char *what, const char *problem) {
  bind_push_shown(w->L, -1);
  lua_pushfstring(w->L, "%s %s", lua_tostring(w->L, -1), problem);
  refuse_part(w, what);
}

/* The string on the top, which may hold no control character. */
static const char *need_text(struct writer *w, const char *what, size_t *size) {
  if (lua_type(w->L, -1) != LUA_TSTRING) refuse_type(w, what, "string");
  const char *const text = lua_tolstring(w->L, -1, size);
  const char *const control = sipcodes_find_control(text, *size);
  if (control != NULL) {
    bind_push_octet(w->L, text, control);
    refuse_part(w, what);
  }
  return text;
}

/* Writes the string on the top, and pops it. */
static void write_token(struct writer *w, const char *what) {
  size_t size;
  const char *const text = need_text(w, what, &size);
  if (!sipcodes_is_token(text, size)) refuse_shown(w, what, "is no token");
  write_octets(w, text, size);
  lua_pop(w->L, 1);
}

static void write_quoted_text(struct writer *w, const char *what) {
  size_t size;
  const char *const text = need_text(w, what, &size);
  write_quoted(w, text, size);
  lua_pop(w->L, 1);
}

/* Writes the cause on the top, a number or its digits, and pops it. */
static void write_cause(struct writer *w) {
  int32_t cause = -1;
  if (lua_type(w->L, -1) == LUA_TNUMBER) {
    cause = bind_to_whole(w->L, -1);
  } else if (lua_type(w->L, -1) == LUA_TSTRING) {
    size_t size;
    const char *const digits = lua_tolstring(w->L, -1, &size);
    cause = text_number(digits, size);
  } else {
    refuse_type(w, "cause", "number");
  }
  if (cause < 0) refuse_shown(w, "cause", "is no whole number in 0..2147483647");
  char digits[16];
  snprintf(digits, sizeof digits, "%d", (int)cause);
  write_string(w, digits);
  lua_pop(w->L, 1);
}

/* Writes the value of a parameter, which is on the top, and pops it. */
static void write_value(struct writer *w, const char *what, bool quoted) {
  lua_State *const L = w->L;
  const int type = lua_type(L, -1);
  if (type == LUA_TBOOLEAN && lua_toboolean(L, -1)) {
    lua_pop(L, 1); /* a flag */
    return;
  }
  if (type == LUA_TBOOLEAN) refuse_shown(w, what, "is no value");
  if (type == LUA_TNUMBER) {
    const lua_Number n = lua_tonumber(L, -1);
    const lua_Number limit = 9007199254740992.0; /* 2^53: above it floats are no single integers */
    const long long whole = n > -limit && n < limit ? (long long)n : 0;
    if ((lua_Number)whole != n) refuse_shown(w, what, "is no whole number below 2^53");
    char digits[24];
    snprintf(digits, sizeof digits, "%lld", whole);
    lua_pop(L, 1);
    lua_pushstring(L, digits);
  }
  size_t size;
  const char *const text = need_text(w, what, &size);
  write_octets(w, "=", 1);
  if (quoted || !sipcodes_is_token(text, size)) {
    write_quoted(w, text, size);
  } else {
    write_octets(w, text, size);
  }
  lua_pop(L, 1);
}

/* Parameter names are sorted without regard to case, so that two that are the same meet; those two
 * by their octets, so that every Lua names the same one. */
struct name {
  const char *text;
  size_t size;
};

static int compare_names(const void *a, const void *b) {
  const struct name *const x = a;
  const struct name *const y = b;
  for (size_t i = 0; i < x->size && i < y->size; ++i) {
    const unsigned char p = (unsigned char)text_lower(x->text[i]);
    const unsigned char q = (unsigned char)text_lower(y->text[i]);
    if (p != q) return p < q ? -1 : 1;
  }
  if (x->size != y->size) return x->size < y->size ? -1 : 1;
  return memcmp(x->text, y->text, x->size);
}

/* Pushes the names in the table of params as a list, so that nothing can collect them, and as a
 * sorted array; answers the array and how many there are. */
static const struct name *push_names(lua_State *L, int params, int *count) {
  int n = 0;
  lua_newtable(L);
  for (lua_pushnil(L); lua_next(L, params) != 0;) {
    lua_pop(L, 1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, -3, ++n);
  }
  struct name *const names = lua_newuserdata(L, sizeof *names * (size_t)n);
  for (int i = 0; i < n; ++i) {
    lua_rawgeti(L, -2, i + 1);
    names[i].text = lua_tolstring(L, -1, &names[i].size);
    lua_pop(L, 1);
  }
  qsort(names, (size_t)n, sizeof *names, compare_names);
  *count = n;
  return names;
}

/* Refuses a parameter whose name, on the top, cannot be written after the one before it. */
static void check_name(struct writer *w, const struct name *name, const struct name *before) {
  if (!sipcodes_is_token(name->text, name->size)) refuse_shown(w, "params", "is no token");
  if (has_own_field(name->text, name->size)) refuse_shown(w, "params", "has a field of its own");
  if (before != NULL && text_is(before->text, before->size, name->text)) {
    refuse_shown(w, "params", "is given twice");
  }
}

/* Writes the parameters, a table on the top. */
static void write_parameters(struct writer *w) {
  lua_State *const L = w->L;
  int count;
  const int params = w->list + PARAMS;
  if (lua_type(L, params) != LUA_TTABLE) refuse_type(w, "params", "table");
  bind_push_stranger(L, params, NULL, 0);
  if (!lua_isnil(L, -1)) {
    lua_pushfstring(L, "key %s is no string", lua_tostring(L, -1));
    refuse_part(w, "params");
  }
  lua_pop(L, 1);
  const struct name *const names = push_names(L, params, &count);
  for (int i = 0; i < count; ++i) {
    const struct name *const name = &names[i];
    lua_pushlstring(L, name->text, name->size);
    check_name(w, name, i == 0 ? NULL : name - 1);
    write_octets(w, ";", 1);
    write_octets(w, name->text, name->size);
    bind_push_shown(L, -1);
    lua_pushfstring(L, "parameter %s", lua_tostring(L, -1));
    lua_pushvalue(L, -3);
    lua_rawget(L, params);
    write_value(w, lua_tostring(L, -2), text_is(name->text, name->size, "ppi"));
    lua_pop(L, 3);
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

/* Pushes a field of the record; false, with nothing pushed, where it is nil. */
static bool push_field(struct writer *w, const char *name) {
  if (bind_field(w->L, w->list + RECORD, name) != LUA_TNIL) return true;
  lua_pop(w->L, 1);
  return false;
}

static void write_reason(struct writer *w) {
  static const char fields[][12] = {"protocol", "cause", "text", "location", "params"};
  refuse_strangers(w, fields, sizeof fields / sizeof fields[0]);
  bind_field(w->L, w->list + RECORD, "protocol");
  write_token(w, "protocol");
  if (push_field(w, "cause")) {
    write_string(w, ";cause=");
    write_cause(w);
  }
  if (push_field(w, "text")) {
    write_string(w, ";text=");
    write_quoted_text(w, "text");
  }
  if (push_field(w, "location")) {
    write_string(w, ";location=");
    write_token(w, "location");
  }
  if (push_field(w, "params")) write_parameters(w);
}

/* Writes the warn-code on the top, a number or its three digits, and pops it. */
static void write_warn_code(struct writer *w) {
  int code = -1;
  if (lua_type(w->L, -1) == LUA_TNUMBER) {
    code = bind_to_whole(w->L, -1);
  } else if (lua_type(w->L, -1) == LUA_TSTRING) {
    size_t size;
    const char *const digits = lua_tolstring(w->L, -1, &size);
    code = size == 3 ? text_three_digits(digits) : -1;
  } else {
    refuse_type(w, "code", "number");
  }
  if (code < 0 || code > 999) refuse_shown(w, "code", "is no warn-code, 0 to 999");
  const char digits[3] = {(char)('0' + code / 100), (char)('0' + code / 10 % 10),
                          (char)('0' + code % 10)};
  write_octets(w, digits, sizeof digits);
  lua_pop(w->L, 1);
}

static void write_warning(struct writer *w) {
  static const char fields[][12] = {"code", "agent", "text"};
  size_t size;
  refuse_strangers(w, fields, sizeof fields / sizeof fields[0]);
  bind_field(w->L, w->list + RECORD, "code");
  write_warn_code(w);
  write_octets(w, " ", 1);
  bind_field(w->L, w->list + RECORD, "agent");
  const char *const agent = need_text(w, "agent", &size);
  if (!sipcodes_is_warn_agent(agent, size)) refuse_shown(w, "agent", "is no host or token");
  write_octets(w, agent, size);
  lua_pop(w->L, 1);
  write_octets(w, " ", 1);
  bind_field(w->L, w->list + RECORD, "text");
  write_quoted_text(w, "text");
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
    if (w.record > 1) write_string(&w, ", ");
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
 * where they are no token; the values joined by ", ". cause is a number or its digits, a parameter
 * that is true a flag. Raises on an empty list, and on what cannot be written: a control character,
 * no token, an unknown field and so on (RFC 3326 2, RFC 3261 25.1). */
static int l_format_reason(lua_State *L) { return bind_push_reason(L, 1, "format_reason"); }

/* format_warning(list) --> the Warning field value of a list of records as warning gives them.
 * Raises as format_reason (RFC 3261 20.43). */
static int l_format_warning(lua_State *L) {
  return push_written(L, 1, "format_warning", write_warning);
}

/* The registries */

/* The iterator of protocols: (nil, name) --> the next name, its description; nil at the end. */
static int next_protocol(lua_State *L) {
  int protocol = 0;
  if (lua_type(L, 2) == LUA_TSTRING) {
    size_t size;
    const char *const name = lua_tolstring(L, 2, &size);
    protocol = sipcodes_protocol(name, size) + 1;
    if (protocol == 0) return 0;
  }
  const char *const name = sipcodes_protocol_name(protocol);
  if (name == NULL) return 0;
  lua_pushstring(L, name);
  lua_pushstring(L, sipcodes_protocol_description(protocol));
  return 2;
}

/* protocols() --> a stateless iterator of name, description over the protocols of IANA's registry,
 * in its order. */
static int l_protocols(lua_State *L) {
  lua_pushcfunction(L, next_protocol);
  return 1;
}

/* The iterator of warnings: (nil, code) --> the next code, its text; nil at the end. */
static int next_warning(lua_State *L) {
  const lua_Number control = lua_tonumber(L, 2);
  const int code = sipcodes_next_warning(control > 0 ? control < 999 ? (int)control : 999 : 0);
  if (code == 0) return 0;
  lua_pushinteger(L, code);
  lua_pushstring(L, sipcodes_warning_text(code));
  return 2;
}

/* warnings() --> a stateless iterator of code, text over the registered warn-codes, ascending. */
static int l_warnings(lua_State *L) {
  lua_pushcfunction(L, next_warning);
  return 1;
}

static const luaL_Reg functions[] = {
    {"reason", l_reason},
    {"format_reason", l_format_reason},
    {"pick", l_pick},
    {"warning", l_warning},
    {"format_warning", l_format_warning},
    {"retry_after", l_retry_after},
    {"protocols", l_protocols},
    {"warnings", l_warnings},
    {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_header(lua_State *L) {
  bind_module(L, functions, 8);
  return 1;
}
