/*
 * sipcodes.routing: what to do next with a response.
 */
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

/* action(code) --> what the client may do at the same server: "answered", "wait", "redirect",
 * "authenticate", "modify", "later", "glare", "elsewhere", "stop" or "stop_everywhere" (RFC 3261
 * 8.1.3 and 21, and the RFC of the code). An unregistered code acts like the one that it is
 * treated as. nil, message for what is not a code. Raises if code is not a number or string. */
static int l_action(lua_State *L) {
  const int code = bind_code(L, 1, "action");
  if (code == 0) return bind_unknown(L, 1, "is not a SIP response code");
  lua_pushstring(L, sipcodes_action_name(sipcodes_action(code)));
  return 1;
}

/* best */

/* The code at a place of the list in argument 1; raises if the element is none. */
static int check_element(lua_State *L, int place) {
  lua_rawgeti(L, 1, place);
  const int code = bind_to_code(L, -1);
  if (code == 0) {
    bind_push_shown(L, -1);
    lua_pushfstring(L, "element %d: %s is not a SIP response code", place, lua_tostring(L, -1));
    bind_refuse(L, 1, "best");
  }
  lua_pop(L, 1);
  return code;
}

struct best_options {
  bool keep_503;
  bool invite;
};

static struct best_options read_best_options(lua_State *L, int arg) {
  struct best_options options = {false, true};
  if (lua_isnil(L, arg)) return options;
  static const char fields[][12] = {"keep_503", "method"};
  bind_only_fields(L, arg, "best", fields, 2);
  options.keep_503 = bind_flag(L, arg, "best", "keep_503");
  const int type = bind_field(L, arg, "method");
  if (type != LUA_TNIL && type != LUA_TSTRING) {
    lua_pushfstring(L, "method: string expected, got %s", lua_typename(L, type));
    bind_refuse(L, arg, "best");
  }
  size_t size;
  const char *const method = lua_tolstring(L, -1, &size);
  if (type != LUA_TNIL && !sipcodes_is_token(method, size)) {
    bind_push_shown(L, -1);
    lua_pushfstring(L, "method: %s is not a token", lua_tostring(L, -1));
    bind_refuse(L, arg, "best");
  }
  options.invite = type == LUA_TNIL || bind_is_string(L, -1, "INVITE");
  lua_pop(L, 1);
  return options;
}

/* best(codes [, {keep_503 = boolean, method = "INVITE"}]) --> the code to send upstream when all
 * branches have ended, and the position of its first occurrence in the list (RFC 3261 16.7 step
 * 6): a 2xx, else a 6xx, else one of the lowest class; in 4xx 401 407 415 420 484 first, then 486,
 * 488, 480, the rest, 408 last; in 5xx 503 last. A 503 goes up as 500 unless keep_503. 1xx are
 * ignored. If nothing is left: 408 without a position for INVITE; nil, message for another method
 * (RFC 4320 4.2). Raises for an element that is not a code, and for other options. */
static int l_best(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "best", "table");
  lua_settop(L, 2);
  const struct best_options options = read_best_options(L, 2);
  const int count = bind_count(L, 1);
  struct sipcodes_best best = {0};
  for (int place = 1; place <= count; ++place) sipcodes_consider(&best, check_element(L, place));
  const int code = sipcodes_upstream(&best, options.keep_503, options.invite);
  if (code == 0) {
    lua_pushnil(L);
    lua_pushliteral(L, "no final response, and no 408 but to INVITE");
    return 2;
  }
  lua_pushinteger(L, code);
  if (best.code == 0) return 1;
  lua_pushinteger(L, (lua_Integer)best.position);
  return 2;
}

/* failover and policy */

enum { MOST_RULES = 32766 };

/* What a policy's function has as its first upvalue. The second is the table of the rules' names; a
 * phrase rule points into its name. */
struct compiled {
  struct sipcodes_policy policy;
  struct sipcodes_rule rules[];
};

static void push_number_or_nil(lua_State *L, int32_t number) {
  if (number < 0) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, number);
  }
}

/* Raises for a `how`, the argument 4, with something wrong in it: the unknown names first. */
static void refuse_how(lua_State *L) {
  static const char fields[][12] = {"timeout", "retry_after", "lenient"};
  bind_only_fields(L, 4, "failover", fields, 3);
  bind_flag(L, 4, "failover", "timeout");
  bind_flag(L, 4, "failover", "lenient");
  const int type = bind_field(L, 4, "retry_after");
  lua_pushfstring(L, "retry_after: string expected, got %s", lua_typename(L, type));
  bind_refuse(L, 4, "failover");
}

/* Reads one field of `how`, its name and value on the top of the stack. A text of retry_after lives
 * as long as the table holds it; seconds that are given as a number go to *seconds. Is it a field
 * that there is? */
static bool read_field(lua_State *L, struct sipcodes_failure *failure, int32_t *seconds) {
  if (lua_type(L, -2) != LUA_TSTRING) return false;
  size_t size;
  const char *const name = lua_tolstring(L, -2, &size);
  const int type = lua_type(L, -1);
  if (type == LUA_TBOOLEAN && text_equals(name, size, "timeout")) {
    failure->timeout = lua_toboolean(L, -1);
  } else if (type == LUA_TBOOLEAN && text_equals(name, size, "lenient")) {
    failure->lenient = lua_toboolean(L, -1);
  } else if (type == LUA_TSTRING && text_equals(name, size, "retry_after")) {
    failure->retry_after.data = lua_tolstring(L, -1, &failure->retry_after.size);
  } else if (type == LUA_TNUMBER && text_equals(name, size, "retry_after")) {
    *seconds = bind_to_whole(L, -1);
  } else {
    return false;
  }
  return true;
}

/* Reads the option `how`, the argument 4; returns the seconds of a retry_after that is a number,
 * else -1. One walk through the table costs less than to ask for each field, because most calls
 * give one field or none. */
static int32_t read_how(lua_State *L, struct sipcodes_failure *failure) {
  int32_t seconds = -1;
  if (lua_type(L, 4) != LUA_TTABLE) bind_wrong_type(L, 4, "failover", "table");
  for (lua_pushnil(L); lua_next(L, 4) != 0; lua_pop(L, 1)) {
    if (!read_field(L, failure, &seconds)) refuse_how(L);
  }
  return seconds;
}

/* What failover and the functions of policy do: (code [, phrase [, reason [, how]]]) -->
 * boolean, the name of what decided, seconds or nil. `names` is the index of the rules' names. */
static int decide(lua_State *L, const struct sipcodes_policy *policy, int names) {
  struct sipcodes_failure failure = {.code = bind_need_code(L, 1, "failover")};
  int32_t seconds = -1;
  if (lua_gettop(L) > 1) {
    lua_settop(L, 4);
    failure.phrase = bind_received(L, 2, "failover");
    failure.reason = bind_received(L, 3, "failover");
    if (!lua_isnil(L, 4)) seconds = read_how(L, &failure);
  }
  const struct sipcodes_verdict verdict = sipcodes_decide(policy, &failure);
  lua_pushboolean(L, verdict.failover);
  if (verdict.blocked) {
    lua_pushliteral(L, "603+");
  } else if (verdict.rule != NULL) {
    lua_rawgeti(L, names, (int)verdict.rule->name);
  } else {
    lua_pushstring(L, sipcodes_base_name(policy->base));
  }
  push_number_or_nil(L, verdict.hold_down >= 0 ? verdict.hold_down : seconds);
  return 3;
}

static int decide_by_rules(lua_State *L) {
  const struct compiled *const compiled = lua_touserdata(L, lua_upvalueindex(1));
  return decide(L, &compiled->policy, lua_upvalueindex(2));
}

/* failover(code [, phrase [, reason [, how]]]) --> should the call go on to another server? true
 * or false, the name of what decided ("carrier" or "603+"), and the seconds of Retry-After for
 * which this server asks to be left alone, or nil. phrase and reason (a Reason field value) may be
 * nil. how = {timeout = boolean: no answer came and the code is a local 408; retry_after = a
 * Retry-After field value; lenient = boolean: what cannot be read of the Reason is passed over}.
 * Carrier: 408 430 476 477 478 500 502 503 504 and a timeout are true, every other code false.
 * Raises for what is not a code, and for other options; a field value that cannot be read counts as
 * absent. */
static int l_failover(lua_State *L) {
  static const struct sipcodes_policy usual = {.base = SIPCODES_CARRIER};
  return decide(L, &usual, 0);
}

/* Where policy keeps what it reads: its rules, and the first problem of the table by its text. */
enum { RULES = 2, NAMES = 3, PROBLEM = 4, KEY = 5, VALUE = 6 };

/* Keeps the message on the top of the stack as the problem, unless another comes first. */
static void add_problem(lua_State *L) {
  bind_push_shown(L, KEY);
  lua_pushfstring(L, "rule %s: %s", lua_tostring(L, -1), lua_tostring(L, -2));
  bind_keep_first(L, PROBLEM);
  lua_settop(L, VALUE);
}

/* Reads the base that is the value. */
static enum sipcodes_base read_base(lua_State *L) {
  if (lua_type(L, VALUE) == LUA_TBOOLEAN) {
    return lua_toboolean(L, VALUE) ? SIPCODES_ALWAYS : SIPCODES_NEVER;
  }
  size_t size = 0;
  const char *const name = lua_type(L, VALUE) == LUA_TSTRING ? lua_tolstring(L, VALUE, &size) : "";
  const int base = sipcodes_base(name, size);
  if (base >= 0) return (enum sipcodes_base)base;
  bind_push_shown(L, VALUE);
  lua_pushfstring(L, "%s is not a base: \"carrier\", \"rfc\", true or false", lua_tostring(L, -1));
  add_problem(L);
  return SIPCODES_CARRIER;
}

/* Pushes the text of a string in lower case. */
static void push_lower(lua_State *L, const char *text, size_t size) {
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < size; ++i) luaL_addchar(&buffer, text_lower(text[i]));
  luaL_pushresult(&buffer);
}

/* Pushes the name of the rule that the key speaks of, and reads it. A phrase rule keeps its
 * letters; the others have one spelling. Returns false, without pushing, for what is not a rule. */
static bool push_rule(lua_State *L, struct sipcodes_rule *rule) {
  const int code = bind_to_code(L, KEY);
  if (code != 0) {
    *rule = (struct sipcodes_rule){.kind = SIPCODES_RULE_CODE, .first = code, .last = code};
    lua_pushfstring(L, "%d", code);
    return true;
  }
  size_t size;
  if (lua_type(L, KEY) != LUA_TSTRING) return false;
  const char *const key = lua_tolstring(L, KEY, &size);
  if (!sipcodes_read_rule(key, size, rule)) return false;
  if (rule->kind == SIPCODES_RULE_PHRASE) {
    lua_pushvalue(L, KEY);
  } else {
    push_lower(L, key, size);
  }
  return true;
}

/* Room for one more rule, in a larger block if need be. */
static struct compiled *with_room(lua_State *L, struct compiled *compiled, size_t *capacity) {
  const size_t count = compiled == NULL ? 0 : compiled->policy.count;
  if (compiled != NULL && count < *capacity) return compiled;
  *capacity = *capacity == 0 ? 8 : *capacity * 2;
  struct compiled *const larger =
      compat_newuserdata(L, sizeof(struct compiled) + *capacity * sizeof(struct sipcodes_rule));
  if (compiled == NULL) {
    larger->policy = (struct sipcodes_policy){.base = SIPCODES_CARRIER};
  } else {
    memcpy(larger, compiled, sizeof *compiled + count * sizeof(struct sipcodes_rule));
  }
  lua_replace(L, RULES);
  return larger;
}

/* Reads each entry of the table at 1 once: a script that changes the table meanwhile (in a
 * finalizer) changes nothing that was read. */
static struct compiled *read_rules(lua_State *L) {
  size_t capacity = 0;
  struct compiled *compiled = with_room(L, NULL, &capacity);
  for (lua_pushnil(L); lua_next(L, 1) != 0; lua_settop(L, KEY)) {
    struct sipcodes_rule rule;
    if (bind_is_string(L, KEY, "base")) {
      compiled->policy.base = read_base(L);
    } else if (!push_rule(L, &rule)) {
      lua_pushliteral(L, "no such rule");
      add_problem(L);
    } else if (lua_type(L, VALUE) != LUA_TBOOLEAN) {
      lua_pushfstring(L, "boolean expected, got %s", luaL_typename(L, VALUE));
      add_problem(L);
    } else {
      compiled = with_room(L, compiled, &capacity);
      if (compiled->policy.count == MOST_RULES) {
        lua_pushfstring(L, "more than %d rules", MOST_RULES);
        bind_refuse(L, 1, "policy");
      }
      rule.failover = lua_toboolean(L, VALUE);
      rule.name = compiled->policy.count + 1;
      compiled->rules[compiled->policy.count++] = rule;
      lua_rawseti(L, NAMES, (int)rule.name);
    }
  }
  return compiled;
}

/* Raises for two rules that clash. */
static void refuse_clash(lua_State *L, const struct sipcodes_clash *clash) {
  size_t sizes[2];
  lua_rawgeti(L, NAMES, (int)clash->first->name);
  lua_rawgeti(L, NAMES, (int)clash->second->name);
  const char *const first = lua_tolstring(L, -2, &sizes[0]);
  const char *const second = lua_tolstring(L, -1, &sizes[1]);
  const bool same = sizes[0] == sizes[1] && text_is(first, sizes[0], second);
  push_lower(L, first, sizes[0]);
  if (same) {
    lua_pushfstring(L, "rule \"%s\" given twice", lua_tostring(L, -1));
  } else {
    /* Both names, in an order that does not depend on the table's. */
    const bool swap = strcmp(first, second) > 0;
    lua_pushfstring(L, "rules \"%s\" and \"%s\" overlap", swap ? second : first,
                    swap ? first : second);
  }
  bind_refuse(L, 1, "policy");
}

/* policy(rules) --> a function like failover that follows these rules before its base:
 *   [486] or ["486"] = boolean, ["5xx"] = boolean, ["48x"] and ["480-489"] = boolean, ["480 No
 * Routes Found"] = boolean (the phrase in any letter case), timeout = boolean, base = "carrier"
 * (the default), "rfc", true or false: what no rule names. The verdict is named after the rule that
 * gave it. 603+ comes first and is always false; then phrase, timeout, code, range (the narrower
 * first), class, base. Raises with the text of a rule that is wrong or given twice, and for two
 * ranges of one size that overlap. */
static int l_policy(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "policy", "table");
  lua_settop(L, 2);
  lua_newtable(L);
  lua_pushnil(L);
  struct compiled *const compiled = read_rules(L);
  if (!lua_isnil(L, PROBLEM)) {
    lua_pushvalue(L, PROBLEM);
    bind_refuse(L, 1, "policy");
  }
  struct sipcodes_clash clash;
  if (!sipcodes_compile_policy(compiled->rules, compiled->policy.count, compiled->policy.base,
                               &compiled->policy, &clash)) {
    refuse_clash(L, &clash);
  }
  lua_settop(L, NAMES);
  lua_pushcclosure(L, decide_by_rules, 2);
  return 1;
}

static const luaL_Reg functions[] = {
    {"action", l_action},     {"best", l_best}, {"policy", l_policy},
    {"failover", l_failover}, {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_routing(lua_State *L) {
  bind_module(L, functions, 4);
  return 1;
}
