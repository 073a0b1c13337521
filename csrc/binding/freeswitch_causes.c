/*
 * sipcodes.freeswitch.causes: lists of causes for continue_on_fail and failure_causes.
 */
#include "args.h"
#include "freeswitch.h"
#include "message.h"

/* The causes of a list in the order given, each once, and the codes that were given. */
struct selection {
  int causes[128];
  int count;
  bool asked[SIPCODES_LAST - SIPCODES_FIRST + 1];
};

static int cause_of(int code) {
  struct sipcodes_mapping mapping;
  sipcodes_cause_from_sip(SIPCODES_FREESWITCH, code, false, &mapping);
  return mapping.number;
}

/* Raises for element `place`, WHY being the string on the top of the stack. */
static void refuse_element(lua_State *L, int place, const char *problem) {
  bind_push_shown(L, -1);
  lua_pushfstring(L, "element %d: %s %s", place, lua_tostring(L, -1), problem);
  bind_refuse(L, 1, "causes");
}

/* The cause of the element on the top of the stack. */
static int check_element(lua_State *L, int place, struct selection *selection) {
  const int code = bind_to_code(L, -1);
  if (code != 0) {
    if (code < 400) refuse_element(L, place, "is not a failure");
    selection->asked[code - SIPCODES_FIRST] = true;
    return cause_of(code);
  }
  size_t size;
  const char *const name = lua_type(L, -1) == LUA_TSTRING ? lua_tolstring(L, -1, &size) : NULL;
  const int cause =
      name == NULL ? -1 : sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, name, size);
  if (cause < 0) refuse_element(L, place, "is neither a SIP response code nor a FreeSWITCH cause");
  return cause;
}

static void select_cause(struct selection *selection, int cause) {
  for (int i = 0; i < selection->count; ++i) {
    if (selection->causes[i] == cause) return;
  }
  selection->causes[selection->count++] = cause;
}

/* Pushes an array of the known codes with this cause that were not asked for; returns how many. */
static int push_sharers(lua_State *L, int cause, const struct selection *selection) {
  int count = 0;
  lua_newtable(L);
  for (int code = 400; code <= SIPCODES_LAST; ++code) {
    if (selection->asked[code - SIPCODES_FIRST] || sipcodes_phrase(code) == NULL) continue;
    if (cause_of(code) != cause) continue;
    lua_pushinteger(L, code);
    lua_rawseti(L, -2, ++count);
  }
  return count;
}

static const char *name_of(int cause) {
  return sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, cause);
}

/* Pushes a table of such arrays by the name of the cause; returns whether it holds any. */
static bool push_shared(lua_State *L, const struct selection *selection) {
  bool any = false;
  lua_newtable(L);
  for (int i = 0; i < selection->count; ++i) {
    if (push_sharers(L, selection->causes[i], selection) == 0) {
      lua_pop(L, 1);
      continue;
    }
    lua_setfield(L, -2, name_of(selection->causes[i]));
    any = true;
  }
  return any;
}

/* causes(list) --> the names of the causes for continue_on_fail and failure_causes, with commas
 * between them, in the order given, each once; and, where other codes have the same cause and so
 * are meant too, a table of them: {USER_BUSY = {600}}. The list holds codes from 400 on, which
 * become what FreeSWITCH makes of them, and names of causes for what is not a response (NO_ANSWER,
 * GATEWAY_DOWN). Raises on another element and on an empty list. Never a number: FreeSWITCH takes
 * a lone one for "continue on everything". */
int freeswitch_causes(lua_State *L) {
  struct selection selection = {.count = 0};
  if (lua_type(L, 1) != LUA_TTABLE) return bind_wrong_type(L, 1, "causes", "table");
  lua_settop(L, 1);
  const int count = bind_count(L, 1);
  if (count == 0) {
    lua_pushliteral(L, "no element");
    return bind_refuse(L, 1, "causes");
  }
  for (int place = 1; place <= count; ++place) {
    lua_rawgeti(L, 1, place);
    select_cause(&selection, check_element(L, place, &selection));
    lua_settop(L, 1);
  }
  luaL_Buffer buffer;
  luaL_buffinit(L, &buffer);
  for (int i = 0; i < selection.count; ++i) {
    if (i > 0) luaL_addchar(&buffer, ',');
    luaL_addstring(&buffer, name_of(selection.causes[i]));
  }
  luaL_pushresult(&buffer);
  if (push_shared(L, &selection)) return 2;
  lua_pop(L, 1);
  return 1;
}
