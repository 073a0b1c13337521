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
 * treated as. nil, message for what is no code. Raises where code is no number or string. */
static int l_action(lua_State *L) {
  const int code = bind_code(L, 1, "action");
  if (code == 0) return bind_unknown(L, 1, "is no SIP response code");
  lua_pushstring(L, sipcodes_action_name(sipcodes_action(code)));
  return 1;
}

/* best */

/* The code at a place of the list in argument 1; raises where the element is none. */
static int check_element(lua_State *L, int place) {
  lua_rawgeti(L, 1, place);
  const int code = bind_to_code(L, -1);
  if (code == 0) {
    bind_push_shown(L, -1);
    lua_pushfstring(L, "element %d: %s is no SIP response code", place, lua_tostring(L, -1));
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
    lua_pushfstring(L, "method: %s is no token", lua_tostring(L, -1));
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
 * ignored. Where nothing is left: 408 without a position for INVITE; nil, message for another
 * method (RFC 4320 4.2). Raises on an element that is no code and on other options. */
static int l_best(lua_State *L) {
  lua_settop(L, 2);
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "best", "table");
  const struct best_options options = read_best_options(L, 2);
  const int count = bind_count(L, 1);
  int position = 0;
  int best = 0;
  for (int place = 1; place <= count; ++place) {
    const int code = check_element(L, place);
    const int rank = sipcodes_upstream_rank(code);
    if (rank < 0 || (best != 0 && rank >= sipcodes_upstream_rank(best))) continue;
    best = code;
    position = place;
  }
  if (best == 0 && !options.invite) {
    lua_pushnil(L);
    lua_pushliteral(L, "no final response, and no 408 but to INVITE");
    return 2;
  }
  if (best == 0) {
    lua_pushinteger(L, 408);
    return 1;
  }
  lua_pushinteger(L, best == 503 && !options.keep_503 ? 500 : best);
  lua_pushinteger(L, position);
  return 2;
}

/* failover and policy */

/* A rule is twice the place of its name in the table of names, plus its verdict; 0 is none. */
typedef uint16_t rule;

enum { BASE_NAME = 1, RULES = UINT16_MAX / 2 };

static rule make_rule(int name, bool verdict) { return (rule)(name * 2 + verdict); }

static bool is_base_rule(rule r) { return r / 2 == BASE_NAME; }

/* The compiled rules: the first upvalue of a policy's function; the second is the names. */
struct policy {
  rule of_code[SIPCODES_LAST - SIPCODES_FIRST + 1]; /* the code's own, its class's or the base's */
  rule without_answer;
  rule base_without_answer;
  uint16_t phrases;
  struct phrase_rule {
    uint16_t code;
    rule rule;
  } phrase[]; /* its name is the code, a space and the phrase */
};

/* Pushes the verdict of a rule and its name. */
static void push_verdict(lua_State *L, rule r) {
  lua_pushboolean(L, r & 1);
  lua_rawgeti(L, lua_upvalueindex(2), r / 2);
}

/* The rule for the code with this phrase; 0 if there is none. */
static rule find_phrase_rule(lua_State *L, const struct policy *policy, int code,
                             struct sipcodes_text phrase) {
  rule found = 0;
  for (int i = 0; i < policy->phrases && found == 0; ++i) {
    const struct phrase_rule *const candidate = &policy->phrase[i];
    if (candidate->code != code) continue;
    lua_rawgeti(L, lua_upvalueindex(2), candidate->rule / 2);
    if (text_is(phrase.data, phrase.size, lua_tostring(L, -1) + 4)) found = candidate->rule;
    lua_pop(L, 1);
  }
  return found;
}

static rule find_rule(lua_State *L, const struct policy *policy, int code,
                      struct sipcodes_text phrase, bool timed_out) {
  const rule by_phrase = phrase.data == NULL ? 0 : find_phrase_rule(L, policy, code, phrase);
  if (by_phrase != 0) return by_phrase;
  const rule by_code = policy->of_code[code - SIPCODES_FIRST];
  if (!timed_out) return by_code;
  if (policy->without_answer != 0) return policy->without_answer;
  return is_base_rule(by_code) ? policy->base_without_answer : by_code;
}

/* Pushes the seconds of a Retry-After field value; nil where there is none that can be read. */
static void push_hold_down(lua_State *L, int how) {
  struct sipcodes_retry_after read = {.seconds = -1};
  struct sipcodes_error error;
  const int type = bind_field(L, how, "retry_after");
  if (type == LUA_TSTRING) {
    size_t size;
    const char *const value = lua_tolstring(L, -1, &size);
    if (!sipcodes_read_retry_after(value, size, &read, &error)) read.seconds = -1;
  } else if (type == LUA_TNUMBER) {
    read.seconds = bind_to_whole(L, -1);
  } else if (type != LUA_TNIL) {
    lua_pushfstring(L, "retry_after: string expected, got %s", lua_typename(L, type));
    bind_refuse(L, how, "failover");
  }
  lua_pop(L, 1);
  if (read.seconds < 0) {
    lua_pushnil(L);
  } else {
    lua_pushinteger(L, read.seconds);
  }
}

static int decide_fully(lua_State *L, const struct policy *policy) {
  const int code = bind_need_code(L, 1, "failover");
  lua_settop(L, 4);
  const struct sipcodes_text phrase = bind_received(L, 2, "failover");
  const struct sipcodes_text reason = bind_received(L, 3, "failover");
  static const char fields[][12] = {"timeout", "retry_after"};
  const bool has_how = !lua_isnil(L, 4);
  if (has_how) bind_only_fields(L, 4, "failover", fields, 2);
  const bool timed_out = has_how && bind_flag(L, 4, "failover", "timeout");
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  if (sipcodes_read_blocking(code, phrase, reason, &blocking, &why)) {
    lua_pushboolean(L, false);
    lua_pushliteral(L, "603+");
  } else {
    push_verdict(L, find_rule(L, policy, code, phrase, timed_out));
  }
  if (has_how) {
    push_hold_down(L, 4);
  } else {
    lua_pushnil(L);
  }
  return 3;
}

/* What failover and the functions of policy are: (code [, phrase [, reason [, how]]]) -->
 * boolean, the name of the deciding rule, seconds or nil. */
static int decide(lua_State *L) {
  const struct policy *const policy = lua_touserdata(L, lua_upvalueindex(1));
  const int code = lua_gettop(L) == 1 ? bind_to_code(L, 1) : 0;
  if (code == 0) return decide_fully(L, policy);
  push_verdict(L, policy->of_code[code - SIPCODES_FIRST]);
  lua_pushnil(L);
  return 3;
}

/* What a key of policy's argument speaks of. */
enum kind { NO_RULE, CODE, CLASS, PHRASE, WITHOUT_ANSWER, BASE };

static enum kind read_string_key(lua_State *L, int index, int *number) {
  size_t size;
  const char *const key = lua_tolstring(L, index, &size);
  if (bind_is_string(L, index, "base")) return BASE;
  if (bind_is_string(L, index, "timeout")) return WITHOUT_ANSWER;
  if (size == 3 && key[0] >= '1' && key[0] <= '6' && text_is(key + 1, 2, "xx")) {
    *number = key[0] - '0';
    return CLASS;
  }
  *number = size > 4 && key[3] == ' ' ? text_three_digits(key) : 0;
  return sipcodes_is_code(*number) && sipcodes_find_control(key, size) == NULL ? PHRASE : NO_RULE;
}

/* The kind of a key, and the code or class that it names. */
static enum kind read_key(lua_State *L, int index, int *number) {
  *number = bind_to_code(L, index);
  if (*number != 0) return CODE;
  return lua_type(L, index) == LUA_TSTRING ? read_string_key(L, index, number) : NO_RULE;
}

/* Pushes what is wrong with the rule whose value is on the top of the stack and whose key is below
 * it, and answers true; false, without pushing, if it is right. */
static bool push_rule_problem(lua_State *L, enum kind kind) {
  const int key = lua_gettop(L) - 1;
  const int value = key + 1;
  if (kind == NO_RULE) {
    lua_pushliteral(L, "no such rule");
  } else if (kind == BASE) {
    size_t size = 0;
    const char *const name =
        lua_type(L, value) == LUA_TSTRING ? lua_tolstring(L, value, &size) : "";
    if (sipcodes_base(name, size) >= 0) return false;
    bind_push_shown(L, value);
    lua_pushfstring(L, "%s is no base, \"carrier\" or \"rfc\"", lua_tostring(L, -1));
  } else {
    if (lua_type(L, value) == LUA_TBOOLEAN) return false;
    lua_pushfstring(L, "boolean expected, got %s", luaL_typename(L, value));
  }
  bind_push_shown(L, key);
  lua_pushfstring(L, "rule %s: %s", lua_tostring(L, -1), lua_tostring(L, -2));
  return true;
}

/* Pushes the name of a rule in one spelling, so that 486 and "486" are the same rule. */
static void push_rule_name(lua_State *L, int key, enum kind kind, int number) {
  if (kind == CODE) {
    lua_pushfstring(L, "%d", number);
    return;
  }
  size_t size;
  const char *const text = lua_tolstring(L, key, &size);
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (size_t i = 0; i < size; ++i) luaL_addchar(&buffer, text_lower(text[i]));
  luaL_pushresult(&buffer);
}

/* Checks every rule of the table at 1, raising for the first problem. Answers how many speak of a
 * phrase. */
static int check_rules(lua_State *L) {
  enum { FIRST = 2, SEEN = 3, KEY = 4, VALUE = 5 };
  int phrases = 0;
  int rules = 0;
  lua_settop(L, 1);
  lua_pushnil(L);
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    int number;
    const enum kind kind = read_key(L, KEY, &number);
    phrases += kind == PHRASE;
    ++rules;
    if (push_rule_problem(L, kind)) {
      bind_keep_first(L, FIRST);
    } else {
      push_rule_name(L, KEY, kind, number);
      lua_pushvalue(L, -1);
      if (compat_rawget(L, SEEN) != LUA_TNIL) {
        lua_pushfstring(L, "rule \"%s\" given twice", lua_tostring(L, -2));
        bind_keep_first(L, FIRST);
      } else {
        lua_pop(L, 1);
        lua_pushboolean(L, true);
        lua_rawset(L, SEEN);
      }
    }
    lua_settop(L, KEY);
  }
  if (rules > RULES - BASE_NAME) {
    lua_pushliteral(L, "too many rules");
    bind_refuse(L, 1, "policy");
  }
  if (!lua_isnil(L, FIRST)) {
    lua_pushvalue(L, FIRST);
    bind_refuse(L, 1, "policy");
  }
  lua_settop(L, 1);
  return phrases;
}

/* Fills the policy at index 2 and the names at 3 from the checked rules at 1. */
static void compile_rules(lua_State *L, struct policy *policy, enum sipcodes_base base) {
  rule of_code[SIPCODES_LAST - SIPCODES_FIRST + 1] = {0};
  rule of_class[7] = {0};
  int name = BASE_NAME;
  lua_pushnil(L);
  while (lua_next(L, 1) != 0) {
    int number;
    const enum kind kind = read_key(L, 4, &number);
    const rule r = make_rule(name + 1, lua_toboolean(L, 5));
    lua_pop(L, 1);
    if (kind == BASE) continue;
    ++name;
    if (kind == CODE) of_code[number - SIPCODES_FIRST] = r;
    if (kind == CLASS) of_class[number] = r;
    if (kind == WITHOUT_ANSWER) policy->without_answer = r;
    if (kind == PHRASE) {
      policy->phrase[policy->phrases++] = (struct phrase_rule){(uint16_t)number, r};
      lua_pushvalue(L, 4);
    } else {
      push_rule_name(L, 4, kind, number);
    }
    lua_rawseti(L, 3, name);
  }
  for (int code = SIPCODES_FIRST; code <= SIPCODES_LAST; ++code) {
    const rule own = of_code[code - SIPCODES_FIRST];
    const rule class_rule = of_class[sipcodes_class(code)];
    const rule by_base = make_rule(BASE_NAME, sipcodes_goes_on(base, code, false));
    policy->of_code[code - SIPCODES_FIRST] = own != 0          ? own
                                             : class_rule != 0 ? class_rule
                                                               : by_base;
  }
  policy->base_without_answer = make_rule(BASE_NAME, sipcodes_goes_on(base, 408, true));
}

/* The base that the rules at 1 name, or the usual one. */
static enum sipcodes_base read_base(lua_State *L) {
  size_t size;
  const int type = bind_field(L, 1, "base");
  const char *const name = type == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
  const int base = name == NULL ? SIPCODES_CARRIER : sipcodes_base(name, size);
  lua_pop(L, 1);
  return (enum sipcodes_base)base;
}

/* policy(rules) --> a function like failover that follows these rules before its base:
 *   [486] or ["486"] = boolean, ["5xx"] = boolean, ["480 No Routes Found"] = boolean (the phrase in
 *   any letter case), timeout = boolean, base = "carrier" (the default) or "rfc".
 * The verdict is named after the rule that gave it. 603+ comes first and is always false; then
 * phrase, timeout, code, class, base. Raises with the text of a rule that is wrong or given twice.
 */
static int l_policy(lua_State *L) {
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "policy", "table");
  const size_t phrases = (size_t)check_rules(L);
  const enum sipcodes_base base = read_base(L);
  const size_t size = sizeof(struct policy) + phrases * sizeof(struct phrase_rule);
  struct policy *const policy = memset(compat_newuserdata(L, size), 0, size);
  lua_newtable(L);
  lua_pushstring(L, sipcodes_base_name(base));
  lua_rawseti(L, 3, BASE_NAME);
  compile_rules(L, policy, base);
  lua_pushcclosure(L, decide, 2);
  return 1;
}

static const luaL_Reg functions[] = {
    {"action", l_action},
    {"best", l_best},
    {"policy", l_policy},
    {NULL, NULL},
};

/* failover(code [, phrase [, reason [, how]]]) --> should the call go on to another server? true
 * or false, the name of what decided ("carrier" or "603+"), and the seconds of Retry-After for
 * which this server asks to be left alone, or nil. phrase and reason (a Reason field value) may be
 * nil. how = {timeout = boolean: no answer came and the code is a local 408; retry_after = a
 * Retry-After field value}. Carrier: 408 430 500 502 503 504 and a timeout are true, every other
 * code false. Raises on what is no code and on other options; a field value that cannot be read
 * counts as absent. */
SIPCODES_OPEN luaopen_sipcodes_routing(lua_State *L) {
  bind_module(L, functions, 4);
  lua_pushcfunction(L, l_policy);
  lua_newtable(L);
  lua_call(L, 1, 1);
  lua_setfield(L, -2, "failover");
  return 1;
}
