/*
 * sipcodes.kpi: outcomes of calls, and call-quality ratios of counted final responses.
 *
 * A histogram is a table of counts by response code: {[200] = 940, [486] = 31, [503] = 4}.
 */
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

/* Up to here a double holds every whole number. */
static const lua_Number most = 9007199254740992.0;

/* Pushes the name of an outcome. The first upvalue is the table of those that were pushed before.
 */
static void push_outcome(lua_State *L, int outcome) {
  lua_rawgeti(L, lua_upvalueindex(1), outcome + 1);
  if (!lua_isnil(L, -1)) return;
  lua_pop(L, 1);
  lua_pushstring(L, sipcodes_outcome_name(outcome));
  lua_pushvalue(L, -1);
  lua_rawseti(L, lua_upvalueindex(1), outcome + 1);
}

/* outcome(code) --> the outcome of a call that ended with this code, one of outcomes(). A code that
 * has no outcome of its own has that of its class. nil, message for what is not a code. Raises if
 * the code is not a number or a string. */
static int l_outcome(lua_State *L) {
  const int code = bind_code(L, 1, "outcome");
  if (code == 0) return bind_unknown(L, 1, "is not a SIP response code");
  push_outcome(L, sipcodes_outcome(code));
  return 1;
}

/* outcomes() --> an array of the outcomes. */
static int l_outcomes(lua_State *L) {
  lua_createtable(L, SIPCODES_OUTCOMES, 0);
  for (int i = 0; i < SIPCODES_OUTCOMES; ++i) {
    push_outcome(L, i);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* Adds one to the number on the top of the stack, as Lua does. */
static void increment(lua_State *L) {
#if LUA_VERSION_NUM >= 503
  if (lua_isinteger(L, -1)) {
    const lua_Integer count = lua_tointeger(L, -1);
    lua_pop(L, 1);
    lua_pushinteger(L, (lua_Integer)((lua_Unsigned)count + 1));
    return;
  }
#endif
  const lua_Number count = lua_tonumber(L, -1);
  lua_pop(L, 1);
  lua_pushnumber(L, count + 1);
}

/* add(histogram, code): counts a final response under its integer code. Ignores a 1xx, and what is
 * not a code, whatever its type. Raises if the histogram is not a table, or holds something else
 * than a number there. */
static int l_add(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "add", "table");
  const int code = bind_to_code(L, 2);
  if (code < 200) return 0;
  lua_settop(L, 1);
  lua_rawgeti(L, 1, code);
  const int type = lua_type(L, 2);
  if (type == LUA_TNIL) {
    lua_pushinteger(L, 1);
  } else if (type == LUA_TNUMBER) {
    increment(L);
  } else {
    lua_pushfstring(L, "count of %d: number expected, got %s", code, lua_typename(L, type));
    return bind_refuse(L, 1, "add");
  }
  lua_rawseti(L, 1, code);
  return 0;
}

/* ratios */

struct options {
  bool challenges;
  struct sipcodes_code_set ner;
};

/* A final code, or a class "2xx" to "6xx" by its digit; 0 for what is neither. */
static int to_member(lua_State *L, int index) {
  const int code = bind_to_code(L, index);
  if (code != 0) return code >= 200 ? code : 0;
  size_t size;
  if (lua_type(L, index) != LUA_TSTRING) return 0;
  const char *const text = lua_tolstring(L, index, &size);
  const bool is_class = size == 3 && text[0] >= '2' && text[0] <= '6' && text_is(text + 1, 2, "xx");
  return is_class ? text[0] - '0' : 0;
}

/* Reads the list on the top of the stack. */
static struct sipcodes_code_set read_set(lua_State *L) {
  const int list = lua_gettop(L);
  struct sipcodes_code_set set = {0};
  const int count = bind_count(L, list);
  for (int place = 1; place <= count; ++place) {
    lua_rawgeti(L, list, place);
    const int member = to_member(L, -1);
    if (member == 0) {
      bind_push_shown(L, -1);
      lua_pushfstring(L, "ner: element %d: %s is not a final response code or class", place,
                      lua_tostring(L, -1));
      bind_refuse(L, 2, "ratios");
    }
    sipcodes_add_to_set(&set, member);
    lua_pop(L, 1);
  }
  return set;
}

/* The options, the argument 2; read onto those that are usual. */
static struct options read_options(lua_State *L, struct options options) {
  if (lua_isnil(L, 2)) return options;
  static const char fields[][12] = {"challenges", "ner"};
  bind_only_fields(L, 2, "ratios", fields, 2);
  bind_field(L, 2, "challenges");
  if (!lua_isnil(L, -1)) options.challenges = bind_flag(L, 2, "ratios", "challenges");
  const int type = bind_field(L, 2, "ner");
  if (type == LUA_TTABLE) {
    options.ner = read_set(L);
  } else if (type != LUA_TNIL) {
    lua_pushfstring(L, "ner: table expected, got %s", lua_typename(L, type));
    bind_refuse(L, 2, "ratios");
  }
  lua_pop(L, 2);
  return options;
}

/* Where reading a histogram keeps the first problem by its text, and the entry. */
enum { PROBLEM = 3, KEY = 4, VALUE = 5 };

static void add_problem(lua_State *L) {
  bind_keep_first(L, PROBLEM);
  lua_settop(L, VALUE);
}

/* The count that is the value; -1, and a problem, if it is none. */
static int64_t read_count(lua_State *L, int code) {
  const int type = lua_type(L, VALUE);
  const lua_Number count = type == LUA_TNUMBER ? lua_tonumber(L, VALUE) : -1;
  if (count >= 0 && count <= most && (lua_Number)(int64_t)count == count) return (int64_t)count;
  if (type == LUA_TNUMBER) {
    bind_push_shown(L, VALUE);
    lua_pushfstring(L, "count of %d: %s is not a whole number in 0..9007199254740992", code,
                    lua_tostring(L, -1));
  } else {
    lua_pushfstring(L, "count of %d: number expected, got %s", code, lua_typename(L, type));
  }
  add_problem(L);
  return -1;
}

/* Counts the entry at KEY and VALUE, or keeps its problem. */
static void count_entry(lua_State *L, const struct options *options, struct sipcodes_tally *tally) {
  const int code = bind_to_code(L, KEY);
  if (code < 200) {
    bind_push_shown(L, KEY);
    lua_pushfstring(L, "key %s is not a %s", lua_tostring(L, -1),
                    code == 0 ? "SIP response code" : "final response");
    add_problem(L);
    return;
  }
  const int64_t count = read_count(L, code);
  const bool is_challenge = code == 401 || code == 407;
  if (count < 0 || (is_challenge && !options->challenges)) return;
  sipcodes_count(tally, code, (uint64_t)count, &options->ner);
}

/* Reads the histogram, the argument 1. Raises for the first of its problems. */
static struct sipcodes_tally read_histogram(lua_State *L, const struct options *options) {
  struct sipcodes_tally tally = {0};
  lua_settop(L, 2);
  lua_pushnil(L);
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_settop(L, KEY)) count_entry(L, options, &tally);
  if (!lua_isnil(L, PROBLEM)) {
    lua_pushvalue(L, PROBLEM);
    bind_refuse(L, 1, "ratios");
  }
  return tally;
}

/* Pushes a number without a fraction as an integer, if this Lua has integers. */
static void push_number(lua_State *L, double value) {
#if LUA_VERSION_NUM >= 503
  if (value < 9.2e18 && (double)(lua_Integer)value == value) {
    lua_pushinteger(L, (lua_Integer)value);
    return;
  }
#endif
  lua_pushnumber(L, value);
}

static void set_ratio(lua_State *L, const char *name, double value) {
  if (value < 0) return;
  push_number(L, value);
  lua_setfield(L, -2, name);
}

/* A set as an array: "2xx" and so on first, then the codes, ascending. */
static void push_set(lua_State *L, const struct sipcodes_code_set *set) {
  int place = 0;
  lua_newtable(L);
  for (int member = sipcodes_next_member(set, 0); member != 0;
       member = sipcodes_next_member(set, member)) {
    if (member < SIPCODES_FIRST) {
      const char name[3] = {(char)('0' + member), 'x', 'x'};
      lua_pushlstring(L, name, sizeof name);
    } else {
      lua_pushinteger(L, member);
    }
    lua_rawseti(L, -2, ++place);
  }
}

/* ratios(histogram [, {challenges = boolean, ner = list}]) --> a table: attempts, the final
 * responses counted; ser, seer, isa (RFC 6076 4.6 to 4.8), asr, ner (ITU-T E.425) in percent, not
 * rounded, nil if there is nothing to divide by; ner_set, what ner counted: {"2xx", 480, 486, 600,
 * 603} or those of the option. The keys of the histogram are codes, 486 and "486" being the same.
 * challenges = false leaves 401 and 407 out of all figures. Raises if the histogram or the options
 * are not tables, for a key that is not a final response code, a count that is not a whole number
 * in 0..2^53, and another option. */
static int l_ratios(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "ratios", "table");
  lua_settop(L, 2);
  const struct options usual = {true, sipcodes_usual_ner()};
  /* A wrong histogram is refused before wrong options. */
  if (!lua_isnil(L, 2)) read_histogram(L, &usual);
  const struct options options = read_options(L, usual);
  const struct sipcodes_tally tally = read_histogram(L, &options);
  struct sipcodes_ratios ratios;
  sipcodes_describe_ratios(&tally, &ratios);
  lua_createtable(L, 0, 7);
  push_number(L, (double)tally.attempts);
  lua_setfield(L, -2, "attempts");
  set_ratio(L, "ser", ratios.ser);
  set_ratio(L, "seer", ratios.seer);
  set_ratio(L, "isa", ratios.isa);
  set_ratio(L, "asr", ratios.asr);
  set_ratio(L, "ner", ratios.ner);
  push_set(L, &options.ner);
  lua_setfield(L, -2, "ner_set");
  return 1;
}

static const luaL_Reg functions[] = {{"add", l_add}, {"ratios", l_ratios}, {NULL, NULL}};

static const luaL_Reg outcome_functions[] = {
    {"outcome", l_outcome}, {"outcomes", l_outcomes}, {NULL, NULL}};

SIPCODES_OPEN luaopen_sipcodes_kpi(lua_State *L) {
  bind_module(L, functions, 4);
  lua_newtable(L);
  for (const luaL_Reg *f = outcome_functions; f->name != NULL; ++f) {
    lua_pushvalue(L, -1);
    lua_pushcclosure(L, f->func, 1);
    lua_setfield(L, -3, f->name);
  }
  lua_pop(L, 1);
  return 1;
}
