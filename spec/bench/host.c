/* Runs a Lua file in a state that is the same each time, for callgrind to count its instructions:
 * host FILE ARGUMENT... In addition to those of Lua the file has the globals
 *   count(name, f, n)         calls f(n)
 *   count_state(name, text)   runs a text in a fresh state, and closes it
 * and callgrind writes what they took into a dump that has the name. */
#define _XOPEN_SOURCE 700
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <ucontext.h>
#include <valgrind/callgrind.h>

/* Lua 5.4 makes the seed of its hashes of the time, and of the addresses of the state, of a
 * function and of a variable on the stack. Here all four are the same each time: the program is
 * linked with Lua to a fixed place, and states are made on a stack at a fixed place. */
time_t time(time_t *out) {
  if (out != NULL) *out = 0;
  return 0;
}

enum { STACK = 1 << 16 };
static char stack[STACK];
static ucontext_t caller, maker;
static lua_State *made;

static void make_state(void) { made = luaL_newstate(); }

static lua_State *new_state(void) {
  getcontext(&maker);
  maker.uc_stack.ss_sp = stack;
  maker.uc_stack.ss_size = STACK;
  maker.uc_link = &caller;
  makecontext(&maker, make_state, 0);
  swapcontext(&caller, &maker);
  if (made == NULL) exit(2);
  luaL_openlibs(made);
  return made;
}

static void need(lua_State *L, int failed) {
  if (!failed) return;
  fprintf(stderr, "%s\n", lua_tostring(L, -1));
  exit(2);
}

static int count(lua_State *L) {
  const char *const name = luaL_checkstring(L, 1);
  lua_settop(L, 3);
  lua_pushvalue(L, 2);
  lua_pushvalue(L, 3);
  CALLGRIND_ZERO_STATS;
  lua_call(L, 1, 0);
  CALLGRIND_DUMP_STATS_AT(name);
  return 0;
}

static int count_state(lua_State *L) {
  const char *const name = luaL_checkstring(L, 1);
  const char *const text = luaL_checkstring(L, 2);
  lua_State *const fresh = new_state();
  CALLGRIND_ZERO_STATS;
  need(fresh, luaL_loadstring(fresh, text) || lua_pcall(fresh, 0, 0, 0));
  lua_close(fresh);
  CALLGRIND_DUMP_STATS_AT(name);
  return 0;
}

int main(int argc, char **argv) {
  if (argc < 2) return 2;
  VALGRIND_STACK_REGISTER(stack, stack + STACK);
  lua_State *const L = new_state();
  lua_register(L, "count", count);
  lua_register(L, "count_state", count_state);
  need(L, luaL_loadfile(L, argv[1]));
  for (int i = 2; i < argc; ++i) lua_pushstring(L, argv[i]);
  need(L, lua_pcall(L, argc - 2, 0, 0));
  lua_close(L);
  return 0;
}
