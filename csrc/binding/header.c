/*
 * sipcodes.header: the Reason, Warning and Retry-After fields. RFC 3261 20.33, 20.43 and 25.1;
 * RFC 3326; RFC 8606 for location, RFC 9366 for several values of one protocol.
 */
#include "header.h"

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

/* Reading */

/* Starts to read the first argument, a field value; false if it is absent. Raises if it is neither
 * a string nor nil. */
static bool open_value(lua_State *L, const char *fname, struct sipcodes_reader *reader) {
  if (lua_isnoneornil(L, 1)) return false;
  if (lua_type(L, 1) != LUA_TSTRING) bind_wrong_type(L, 1, fname, "string");
  size_t size;
  const char *const value = lua_tolstring(L, 1, &size);
  *reader = sipcodes_read_field(value, size);
  return true;
}

/* Pushes what a lenient reader passed over: "empty list element at octet 5, and 2 more"; nil if it
 * read all. */
static void push_skipped(lua_State *L, const struct sipcodes_reader *reader) {
  if (reader->skips == 0) {
    lua_pushnil(L);
    return;
  }
  lua_pushfstring(L, "%s at octet %d", reader->skipped.problem, (int)reader->skipped.position);
  if (reader->skips == 1) return;
  lua_pushfstring(L, "%s, and %d more", lua_tostring(L, -1), (int)(reader->skips - 1));
  lua_remove(L, -2);
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

/* Lua 5.1 hashes strings without a seed, so that names can be chosen to collide: more parameters
 * than these are left out. */
enum { MOST_PARAMETERS = 64 };

/* Pushes the parameters that have no field of their own. Returns whether some were left out. */
static bool push_parameters(lua_State *L, const struct sipcodes_reason *reason) {
  struct sipcodes_reader reader = sipcodes_read_parameters(reason);
  struct sipcodes_parameter parameter;
  int count = 0;
  lua_newtable(L);
  if (reason->others == 0) return false;
  while (sipcodes_read_parameter(&reader, &parameter)) {
    if (has_own_field(parameter.name.data, parameter.name.size)) continue;
    if (++count > MOST_PARAMETERS) return true;
    add_parameter(L, &parameter);
  }
  return false;
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
  const bool more = push_parameters(L, reason);
  lua_setfield(L, -2, "params");
  if (!more) return;
  lua_pushboolean(L, true);
  lua_setfield(L, -2, "more");
}

/* reason(value [, options]) --> an array of {protocol, cause, text, location, params, more}, one
 * for each value of a Reason field (RFC 3326 2), and nil; nil, message, position for what is none;
 * nil, message for nil. protocol and location are as written; params holds every other parameter by
 * its name in lower case, a flag as true; of several with one name, also of several locations, the
 * first counts; more is true if there were more than 64. options = {lenient = true}: what cannot be
 * read is passed over, and the second result says what that was, nil if nothing. Raises if value is
 * not a string or nil, and for other options.
 */
static int l_reason(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_reason value;
  const bool present = open_value(L, "reason", &reader);
  const bool lenient = bind_lenient(L, 2, "reason");
  if (!present) return push_absent(L, "Reason");
  reader.lenient = lenient;
  lua_createtable(L, 2, 0); /* room for one SIP and one Q.850 value, the usual list */
  for (int n = 1; sipcodes_read_reason(&reader, &value); ++n) {
    push_reason(L, &value);
    lua_rawseti(L, -2, n);
  }
  if (reader.error.problem != NULL) return push_error(L, "Reason", &reader.error);
  if (!lenient) return 1;
  push_skipped(L, &reader);
  return 2;
}

static void push_warning(lua_State *L, const struct sipcodes_warning *warning) {
  lua_createtable(L, 0, 3);
  lua_pushinteger(L, warning->code);
  lua_setfield(L, -2, "code");
  set_text(L, "agent", warning->agent);
  set_string(L, "text", warning->text);
}

/* warning(value) --> an array of {code, agent, text}, one for each value of a Warning field
 * (RFC 3261 20.43); nil, message, position for what is none; nil, message for nil. Raises if
 * value is not a string. */
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
 * message for nil. Raises if value is not a string or number. */
static int l_retry_after(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_retry_after value = {.duration = -1};
  struct sipcodes_error error;
  if (lua_type(L, 1) == LUA_TNUMBER) {
    value.seconds = bind_to_whole(L, 1);
    if (value.seconds < 0) return bind_unknown(L, 1, "is not a Retry-After");
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

/* pick takes time for values times protocols: this bounds it. */
enum { MOST_PROTOCOLS = 64 };

/* How many protocols the order at 2 names. Raises if it is not a list of names. */
static int check_order(lua_State *L) {
  if (lua_type(L, 2) != LUA_TTABLE) return bind_wrong_type(L, 2, "pick", "table");
  const int count = bind_count(L, 2);
  if (count > MOST_PROTOCOLS) {
    lua_pushfstring(L, "more than %d protocols", MOST_PROTOCOLS);
    bind_refuse(L, 2, "pick");
  }
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
      lua_pushfstring(L, "protocol %d: %s is not a token", i, lua_tostring(L, -1));
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

/* Is the protocol the n-th, counted from 0, of the order at 2, or of the usual one without that? An
 * order that a script changed meanwhile names nothing there. */
static bool stands_at(lua_State *L, int n, struct sipcodes_text protocol) {
  static const char usual[][6] = {"Q.850", "SIP"};
  if (lua_isnil(L, 2)) return n < 2 && text_is(protocol.data, protocol.size, usual[n]);
  size_t size;
  lua_rawgeti(L, 2, n + 1);
  const bool is_string = lua_type(L, -1) == LUA_TSTRING;
  const char *const name = is_string ? lua_tolstring(L, -1, &size) : NULL;
  const bool same =
      is_string && size == protocol.size && text_is(protocol.data, protocol.size, name);
  lua_pop(L, 1);
  return same;
}

static void push_protocol(lua_State *L, struct sipcodes_text protocol) {
  const int known = sipcodes_protocol(protocol.data, protocol.size);
  if (known >= 0) {
    lua_pushstring(L, sipcodes_protocol_name(known));
  } else {
    lua_pushlstring(L, protocol.data, protocol.size);
  }
}

/* pick(value [, order [, options]]) --> cause, protocol, text of the first value with a cause whose
 * protocol stands first in the order, {"Q.850", "SIP"} unless given; the protocol in its registered
 * spelling, as written if it has none. nil, message if no value is of those protocols, and as
 * reason otherwise. options as for reason: the fourth result (the third after nil, message) says
 * what was passed over. Raises if value is not a string or nil, for an order that is not a list of
 * at most 64 protocol names, and for other options. */
static int l_pick(lua_State *L) {
  struct sipcodes_reader reader;
  struct sipcodes_reason value;
  struct sipcodes_reason best = {.cause = -1};
  lua_settop(L, 3);
  const bool present = open_value(L, "pick", &reader);
  int place = lua_isnil(L, 2) ? 2 : check_order(L);
  const bool lenient = bind_lenient(L, 3, "pick");
  if (!present) return push_absent(L, "Reason");
  reader.lenient = lenient;
  while (sipcodes_read_reason(&reader, &value)) {
    int at = 0;
    while (at < place && !stands_at(L, at, value.protocol)) ++at;
    if (value.cause < 0 || at == place) continue;
    place = at;
    best = value;
  }
  if (reader.error.problem != NULL) return push_error(L, "Reason", &reader.error);
  if (best.cause < 0) {
    bind_unknown(L, 1, "has no cause of the protocols in the order");
  } else {
    lua_pushinteger(L, best.cause);
    push_protocol(L, best.protocol);
    bind_push_string(L, best.text);
  }
  const int results = best.cause < 0 ? 2 : 3;
  if (!lenient) return results;
  push_skipped(L, &reader);
  return results + 1;
}

/* The cause in an argument of meaning: a whole number or its digits; -1 for another. */
static int32_t to_cause(lua_State *L, int arg) {
  if (lua_type(L, arg) == LUA_TNUMBER) return bind_to_whole(L, arg);
  if (lua_type(L, arg) != LUA_TSTRING) bind_wrong_type(L, arg, "meaning", "number");
  size_t size;
  const char *const digits = lua_tolstring(L, arg, &size);
  return text_number(digits, size);
}

/* meaning(protocol, cause) --> the published text of a cause of that Reason protocol: the phrase
 * for SIP, the text for Q.850, the texts of Preemption, RELEASE_CAUSE, FAILURE_CAUSE and STIR. nil,
 * message for an unknown protocol or cause; if the protocol's own list is not here, the message
 * names the specification. Raises if an argument has the wrong type. */
static int l_meaning(lua_State *L) {
  if (lua_type(L, 1) != LUA_TSTRING) return bind_wrong_type(L, 1, "meaning", "string");
  size_t size;
  const char *const name = lua_tolstring(L, 1, &size);
  const int32_t cause = to_cause(L, 2);
  const int protocol = sipcodes_protocol(name, size);
  if (protocol < 0) return bind_unknown(L, 1, "is not a registered Reason protocol");
  const char *const meaning = cause < 0 ? NULL : sipcodes_meaning(protocol, cause);
  if (meaning != NULL) {
    lua_pushstring(L, meaning);
    return 1;
  }
  bind_push_shown(L, 2);
  lua_pushnil(L);
  lua_pushfstring(L, "cause %s of %s is not known here: see %s", lua_tostring(L, -2),
                  sipcodes_protocol_name(protocol), sipcodes_protocol_reference(protocol));
  return 2;
}

/* The registries */

/* The iterator of protocols: (nil, name) --> the next name, its description, its reference; nil at
 * the end. */
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
  lua_pushstring(L, sipcodes_protocol_reference(protocol));
  return 3;
}

/* protocols() --> a stateless iterator of name, description, reference over the protocols of IANA's
 * registry, in its order; the reference is the specification that lists the causes. */
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
    {"reason", l_reason},           {"format_reason", header_format_reason},
    {"meaning", l_meaning},         {"pick", l_pick},
    {"warning", l_warning},         {"format_warning", header_format_warning},
    {"retry_after", l_retry_after}, {"protocols", l_protocols},
    {"warnings", l_warnings},       {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_header(lua_State *L) {
  bind_module(L, functions, 9);
  return 1;
}
