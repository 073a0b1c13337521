/* What a call pays where the host makes a fresh state for each: require the module, ask for one
 * phrase, close, less what a state that asks nothing pays. Against the same with a Lua file of the
 * phrases, and with one of all facts; each the median of rounds in which all take turns. Arguments:
 * the folder of sipcodes.so, and that of phrases.lua and facts.lua. */
#define _POSIX_C_SOURCE 200112L
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { NOTHING, LIBRARY, PHRASES, FACTS, KINDS };
enum { ROUNDS = 1001 };

static const char *const asks[KINDS] = {
    [NOTHING] = "return 486",
    [LIBRARY] = "return require('sipcodes').reason(486)",
    [PHRASES] = "return require('phrases').reason(486)",
    [FACTS] = "return require('facts').reason(486)",
};

/* The paths hold one folder each, so that neither side pays for looking elsewhere. */
static const char paths[] =
    "local library, files = ...\n"
    "package.cpath, package.path = library .. '/?.so', files .. '/?.lua'\n";

/* What the library holds. First the table of strings is made to have room, as it has in a host that
 * brings strings of its own: its doubling would else count as ours or not by chance. */
static const char hold[] =
    "local kept = {}\n"
    "for i = 1, 600 do kept[i] = 'string ' .. i end\n"
    "collectgarbage() collectgarbage()\n"
    "local before = collectgarbage('count')\n"
    "require('sipcodes').reason(486)\n"
    "collectgarbage() collectgarbage()\n"
    "return (collectgarbage('count') - before) + 0 * #kept\n";

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void need(lua_State *L, bool ok) {
  if (ok) return;
  fprintf(stderr, "%s\n", lua_tostring(L, -1));
  exit(2);
}

static lua_State *new_state(char **folders) {
  lua_State *const L = luaL_newstate();
  if (L == NULL) exit(2);
  luaL_openlibs(L);
  need(L, luaL_loadstring(L, paths) == 0);
  lua_pushstring(L, folders[0]);
  lua_pushstring(L, folders[1]);
  need(L, lua_pcall(L, 2, 0, 0) == 0);
  return L;
}

static double time_state(char **folders, const char *ask) {
  /* One state is made and closed before, so that each kind meets the memory in the same shape. */
  lua_close(new_state(folders));
  lua_State *const L = new_state(folders);
  const double start = now();
  need(L, luaL_loadstring(L, ask) == 0);
  need(L, lua_pcall(L, 0, 1, 0) == 0);
  lua_close(L);
  return now() - start;
}

static int compare(const void *a, const void *b) {
  const double x = *(const double *)a;
  const double y = *(const double *)b;
  return x < y ? -1 : x > y;
}

static double median(double *list) {
  qsort(list, ROUNDS, sizeof *list, compare);
  return list[ROUNDS / 2];
}

/* Answers whether the figure keeps its limit. */
static bool report(const char *name, double value, double limit) {
  printf("%-32s %6.3f  limit %g%s\n", name, value, limit, value > limit ? "  BROKEN" : "");
  return value <= limit;
}

/* What the library takes, measured in what one of the files takes. */
static double ratio_to(char **folders, int file) {
  static double times[KINDS][ROUNDS];
  const int kinds[] = {NOTHING, LIBRARY, file};
  for (int round = 0; round < ROUNDS; ++round) {
    for (int i = 0; i < 3; ++i) times[kinds[i]][round] = time_state(folders, asks[kinds[i]]);
  }
  const double nothing = median(times[NOTHING]);
  return (median(times[LIBRARY]) - nothing) / (median(times[file]) - nothing);
}

static double memory_held(char **folders) {
  lua_State *const L = new_state(folders);
  need(L, luaL_loadstring(L, hold) == 0);
  need(L, lua_pcall(L, 0, 1, 0) == 0);
  const double held = (double)lua_tonumber(L, -1);
  lua_close(L);
  return held;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  bool ok = report("load, of a file of phrases", ratio_to(argv + 1, PHRASES), 0.35);
  ok = report("load, of a file of all facts", ratio_to(argv + 1, FACTS), 0.05) && ok;
  ok = report("memory held, KiB", memory_held(argv + 1), 4) && ok;
  return ok ? 0 : 1;
}
