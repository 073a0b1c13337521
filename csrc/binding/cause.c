/*
 * sipcodes.cause: the causes of Q.850, and how standards and platforms map them.
 */
#include <string.h>

#include "args.h"
#include "message.h"
#include "module.h"

/* The number that a cause argument spells: an integral number, or one to three digits without a
 * leading zero, in 0..999; -1 for any other number or string. Raises on another type. */
static int check_number(lua_State *L, int arg, const char *fname) {
  const int type = lua_type(L, arg);
  if (type == LUA_TSTRING) {
    size_t size;
    const char *const text = lua_tolstring(L, arg, &size);
    return sipcodes_read_cause(text, size);
  }
  if (type != LUA_TNUMBER) return bind_wrong_type(L, arg, fname, "cause");
  const int32_t number = bind_to_whole(L, arg);
  return number <= 999 ? number : -1;
}

/* A string option; NULL for nil and none. Raises on another type. */
static const char *check_option(lua_State *L, int arg, const char *fname, size_t *size) {
  *size = 0;
  if (lua_isnoneornil(L, arg)) return NULL;
  if (lua_type(L, arg) != LUA_TSTRING) bind_wrong_type(L, arg, fname, "string");
  return lua_tolstring(L, arg, size);
}

/* Raises "no KIND "value"" for an option. */
static void refuse_option(lua_State *L, int arg, const char *fname, const char *kind) {
  bind_push_shown(L, arg);
  lua_pushfstring(L, "no %s %s", kind, lua_tostring(L, -1));
  bind_refuse(L, arg, fname);
}

static enum sipcodes_table check_table(lua_State *L, int arg, const char *fname) {
  size_t size;
  const char *const name = check_option(L, arg, fname, &size);
  if (name == NULL) return SIPCODES_RFC3398;
  const int table = sipcodes_table(name, size);
  if (table < 0) refuse_option(L, arg, fname, "table");
  return (enum sipcodes_table)table;
}

static const char *table_name(enum sipcodes_table table) {
  struct sipcodes_table_source source;
  sipcodes_describe_table(table, &source);
  return source.name;
}

/* Pushes nil and "VALUE problem TABLE" for the first argument; returns 2. */
static int push_no_cell(lua_State *L, const char *problem, enum sipcodes_table table) {
  lua_pushfstring(L, "%s %s", problem, table_name(table));
  return bind_unknown(L, 1, lua_tostring(L, -1));
}

static int push_mapping(lua_State *L, const struct sipcodes_mapping *mapping) {
  lua_pushinteger(L, mapping->number);
  lua_pushstring(L, mapping->name);
  if (!mapping->by_default) return 2;
  lua_pushliteral(L, "default");
  return 3;
}

/* Pushes what BYE or CANCEL becomes, the first argument being no code. */
static int push_request(lua_State *L, enum sipcodes_table table) {
  size_t size;
  const char *const method = lua_type(L, 1) == LUA_TSTRING ? lua_tolstring(L, 1, &size) : NULL;
  const int cause = method == NULL ? -1 : sipcodes_cause_from_request(table, method, size);
  if (cause < 0) return bind_unknown(L, 1, "is not a SIP response code");
  if (cause == 0) return push_no_cell(L, "has no cause in", table);
  lua_pushinteger(L, cause);
  lua_pushstring(L, sipcodes_cause_name(table, cause));
  return 2;
}

/* from_sip(code [, table [, warning]]) --> the cause that a response becomes, its name, and
 * "default" where the table does not list the code; nil, message where it becomes none, and for
 * what is not a code. Tables: rfc3398 (unless given; RFC 3398 8.2.6.1), rfc4497 (RFC 4497 8.4.4),
 * dss1, cisco, freeswitch, asterisk. The warning is a Warning field value: one that speaks of the
 * bearer makes a 488 or 606 cause 65 in the RFC tables. There the requests "BYE" and "CANCEL" have
 * a cause, too. Raises if code is not a number or string, warning no string, and on an unknown
 * table. */
static int l_from_sip(lua_State *L) {
  const int code = bind_code(L, 1, "from_sip");
  const enum sipcodes_table table = check_table(L, 2, "from_sip");
  size_t size;
  const char *const warning = check_option(L, 3, "from_sip", &size);
  if (code == 0) return push_request(L, table);
  const bool bearer = warning != NULL && sipcodes_warns_of_bearer(warning, size);
  struct sipcodes_mapping mapping;
  if (!sipcodes_cause_from_sip(table, code, bearer, &mapping))
    return push_no_cell(L, "has no cause in", table);
  return push_mapping(L, &mapping);
}

/* Pushes why the value at the index, read as `number`, is not a cause of FreeSWITCH in the era. */
static void push_freeswitch_problem(lua_State *L, int index, enum sipcodes_era era, int number) {
  const char *const was = sipcodes_freeswitch_name(SIPCODES_BEFORE_1_10_8, number);
  bind_push_shown(L, index);
  if (era == SIPCODES_BEFORE_1_10_8) {
    lua_pushfstring(L, "%s is not a FreeSWITCH cause before 1.10.8", lua_tostring(L, -1));
  } else if (was == NULL) {
    lua_pushfstring(L, "%s is not a FreeSWITCH cause", lua_tostring(L, -1));
  } else {
    const int now = sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, was, strlen(was));
    lua_pushfstring(L, "%s is not a FreeSWITCH cause since 1.10.8: it was %s, now %d",
                    lua_tostring(L, -1), was, now);
  }
  lua_remove(L, -2);
}

/* Pushes nil and why the first argument, read as `number`, is not a cause of FreeSWITCH; returns 2.
 */
static int push_no_freeswitch(lua_State *L, enum sipcodes_era era, int number) {
  lua_pushnil(L);
  push_freeswitch_problem(L, 1, era, number);
  return 2;
}

/* The FreeSWITCH cause that a number or string argument numbers or names in the era; -1 if none. */
static int read_freeswitch(lua_State *L, int arg, enum sipcodes_era era, int number) {
  if (number >= 0) return sipcodes_freeswitch_name(era, number) == NULL ? -1 : number;
  if (lua_type(L, arg) != LUA_TSTRING) return -1;
  size_t size;
  const char *const name = lua_tolstring(L, arg, &size);
  return sipcodes_freeswitch_number(era, name, size);
}

const char *bind_freeswitch_cause(lua_State *L, int arg, const char *fname) {
  const int number = check_number(L, arg, fname);
  const int cause = read_freeswitch(L, arg, SIPCODES_SINCE_1_10_8, number);
  if (cause < 0) {
    push_freeswitch_problem(L, arg, SIPCODES_SINCE_1_10_8, number);
    bind_refuse(L, arg, fname);
  }
  return sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, cause);
}

/* -1 for nil and none. */
static int check_location(lua_State *L, int arg, const char *fname) {
  size_t size;
  const char *const name = check_option(L, arg, fname, &size);
  if (name == NULL) return -1;
  const int location = sipcodes_location(name, size);
  if (location < 0) refuse_option(L, arg, fname, "location");
  return location;
}

static bool check_flag(lua_State *L, int arg, const char *fname) {
  if (lua_isnoneornil(L, arg)) return false;
  if (lua_type(L, arg) != LUA_TBOOLEAN) bind_wrong_type(L, arg, fname, "boolean");
  return lua_toboolean(L, arg) != 0;
}

/* A table that maps to SIP. */
static enum sipcodes_table check_two_way_table(lua_State *L, int arg, const char *fname) {
  const enum sipcodes_table table = check_table(L, arg, fname);
  if (!sipcodes_is_two_way(table)) {
    lua_pushfstring(L, "table \"%s\" maps from SIP only", table_name(table));
    bind_refuse(L, arg, fname);
  }
  return table;
}

/* The cause that the first argument, already read as `number`, is or names in the table; -1 if it
 * does neither. */
static int find_cause(lua_State *L, enum sipcodes_table table, int number) {
  if (number >= 0 || lua_type(L, 1) != LUA_TSTRING)
    return sipcodes_is_cause(table, number) ? number : -1;
  size_t size;
  const char *const name = lua_tolstring(L, 1, &size);
  return sipcodes_cause_number(table, name, size);
}

/* to_sip(cause [, table [, location [, diagnostic]]]) --> the code that a cause becomes, its
 * phrase, and "default" where the table does not list the cause; nil, message where it becomes
 * none, and for what is not a cause. The cause is a number 1..127, its digits, or its name in the
 * words of the table, in any letter case; FreeSWITCH's own numbers are for its table. Tables as in
 * from_sip (RFC 3398 7.2.4.1, RFC 4497 8.4.1), but not dss1. In the RFC tables the location "U"
 * (RFC 8606 4) makes cause 21 a 603, and the diagnostic true, a number to redirect to, makes 22 a
 * 301. Raises if cause is not a number or string, diagnostic no boolean, and on an unknown table
 * or location. */
static int l_to_sip(lua_State *L) {
  const int number = check_number(L, 1, "to_sip");
  const enum sipcodes_table table = check_two_way_table(L, 2, "to_sip");
  const int location = check_location(L, 3, "to_sip");
  const bool diagnostic = check_flag(L, 4, "to_sip");
  const int cause = find_cause(L, table, number);
  if (cause < 0) {
    return table == SIPCODES_FREESWITCH ? push_no_freeswitch(L, SIPCODES_SINCE_1_10_8, number)
                                        : push_no_cell(L, "is not a cause in", table);
  }
  struct sipcodes_mapping mapping;
  if (!sipcodes_cause_to_sip(table, cause, location, diagnostic, &mapping))
    return push_no_cell(L, "has no response code in", table);
  return push_mapping(L, &mapping);
}

/* Pushes nil and why the first argument, read as `number`, has no entry; returns 2. */
static int push_no_entry(lua_State *L, int number) {
  const bool value = sipcodes_is_cause(SIPCODES_RFC3398, number);
  return bind_unknown(L, 1, value ? "is not a known Q.850 cause" : "is not a Q.850 cause");
}

/* text(cause [, table]) --> the name of a Q.850 cause (ITU-T Q.850), or of one of seven that are
 * met in practice; with a table of from_sip the name in its words, FreeSWITCH's or Asterisk's where
 * they have one. FreeSWITCH's own numbers are for its table. nil, message for another number.
 * Raises if cause is not a number or string, and on an unknown table. */
static int l_text(lua_State *L) {
  const int cause = check_number(L, 1, "text");
  const enum sipcodes_table table = check_table(L, 2, "text");
  const char *const text = sipcodes_cause_name(table, cause);
  if (text == NULL) {
    return table == SIPCODES_FREESWITCH ? push_no_freeswitch(L, SIPCODES_SINCE_1_10_8, cause)
                                        : push_no_entry(L, cause);
  }
  lua_pushstring(L, text);
  return 1;
}

/* class(cause) --> 0..7 and the name of the class: normal event (0 and 1), resource unavailable,
 * service or option not available, service or option not implemented, invalid message, protocol
 * error, interworking (ITU-T Q.850). nil, message and errors as in text. */
static int l_class(lua_State *L) {
  const int cause = check_number(L, 1, "class");
  const int class_number = sipcodes_cause_class(cause);
  if (class_number < 0) return push_no_entry(L, cause);
  lua_pushinteger(L, class_number);
  lua_pushstring(L, sipcodes_cause_class_name(class_number));
  return 2;
}

/* The iterator of causes: (anything, cause) --> the next cause, its text, whether it stands in
 * Q.850; nil at the end. */
static int next_cause(lua_State *L) {
  const lua_Number control = lua_tonumber(L, 2);
  const int cause = sipcodes_next_cause(control >= 999 ? 999 : control >= 1 ? (int)control : 0);
  if (cause == 0) return 0;
  lua_pushinteger(L, cause);
  lua_pushstring(L, sipcodes_cause_text(cause));
  lua_pushboolean(L, sipcodes_cause_in_q850(cause));
  return 3;
}

/* causes() --> a stateless iterator of cause, text, in_q850 over the 77 known causes, ascending. */
static int l_causes(lua_State *L) {
  lua_pushcfunction(L, next_cause);
  lua_pushnil(L);
  lua_pushinteger(L, 0);
  return 3;
}

static enum sipcodes_era check_era(lua_State *L, int arg, const char *fname) {
  size_t size;
  const char *const era = check_option(L, arg, fname, &size);
  if (era == NULL) return SIPCODES_SINCE_1_10_8;
  if (size != 3 || memcmp(era, "old", 3) != 0) refuse_option(L, arg, fname, "era");
  return SIPCODES_BEFORE_1_10_8;
}

/* freeswitch(name or number [, "old"]) --> number, name of a cause of FreeSWITCH, the name being
 * given in any letter case. With "old" the number is that of FreeSWITCH before 1.10.8, where 500 to
 * 503 and 600 to 624 stood for what is 700 to 703 and 800 to 824 since. nil, message for what the
 * era does not know. Raises if the first argument is not a number or string, and on a second other
 * than nil and "old". */
static int l_freeswitch(lua_State *L) {
  const int number = check_number(L, 1, "freeswitch");
  const enum sipcodes_era era = check_era(L, 2, "freeswitch");
  const int cause = read_freeswitch(L, 1, era, number);
  if (cause < 0) return push_no_freeswitch(L, era, number);
  lua_pushinteger(L, cause);
  lua_pushstring(L, sipcodes_freeswitch_name(era, cause));
  return 2;
}

static void set_string(lua_State *L, const char *field, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, field);
}

static void set_boolean(lua_State *L, const char *field, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, field);
}

/* Pushes what a code becomes that a table does not list: nil where the source says nothing; a
 * number; or a table of numbers by class where it depends on the class of the code. */
static void push_default_cause(lua_State *L, const struct sipcodes_table_source *source) {
  int only = 0;
  bool differ = false;
  for (int i = 1; i <= 6; ++i) {
    const int cause = source->default_cause[i];
    differ = differ || (only != 0 && cause != 0 && cause != only);
    if (cause != 0) only = cause;
  }
  if (only == 0) {
    lua_pushnil(L);
  } else if (!differ) {
    lua_pushinteger(L, only);
  } else {
    lua_createtable(L, 6, 0);
    for (int i = 1; i <= 6; ++i) {
      if (source->default_cause[i] == 0) continue;
      lua_pushinteger(L, source->default_cause[i]);
      lua_rawseti(L, -2, i);
    }
  }
}

/* tables() --> a fresh array of what from_sip and to_sip can be asked by: {name, from_sip, to_sip
 * (booleans), source, edition, kind ("standard", "vendor" or "implementation"), certainty,
 * default_cause, default_code}. default_cause is a number, or a table of numbers by the class of
 * the code; both defaults are nil where the source states none. */
static int l_tables(lua_State *L) {
  lua_createtable(L, SIPCODES_TABLES, 0);
  for (int table = 0; table < SIPCODES_TABLES; ++table) {
    struct sipcodes_table_source source;
    sipcodes_describe_table((enum sipcodes_table)table, &source);
    lua_createtable(L, 0, 9);
    set_string(L, "name", source.name);
    set_string(L, "kind", source.kind);
    set_string(L, "certainty", source.certainty);
    set_boolean(L, "from_sip", true);
    set_boolean(L, "to_sip", source.to_sip);
    set_string(L, "source", source.source);
    set_string(L, "edition", source.edition);
    push_default_cause(L, &source);
    lua_setfield(L, -2, "default_cause");
    if (source.default_code != 0) {
      lua_pushinteger(L, source.default_code);
      lua_setfield(L, -2, "default_code");
    }
    lua_rawseti(L, -2, table + 1);
  }
  return 1;
}

static const luaL_Reg functions[] = {
    {"from_sip", l_from_sip}, {"to_sip", l_to_sip}, {"text", l_text},
    {"class", l_class},       {"causes", l_causes}, {"freeswitch", l_freeswitch},
    {"tables", l_tables},     {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_cause(lua_State *L) {
  bind_module(L, functions, 7);
  return 1;
}
