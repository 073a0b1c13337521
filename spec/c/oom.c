/* What happens to every call of spec/c/oom.lua:
 * - memory runs out at its n-th request for it, and from its n-th request on, for every n: it gives
 *   its results or "not enough memory";
 * - every request fails once, so that Lua (since 5.2) collects all garbage and asks again: it gives
 *   its results, or "not enough memory" where Lua does not collect (since 5.4.5 while the stack
 * grows);
 * - garbage is collected all the time, and finalizers run.
 * The state then works, and nothing is left when it is closed. Each request moves the block, so
 * that a pointer that was kept too long shows under AddressSanitizer.
 *
 * A state is prepared once, in an arena. Each run starts from a copy of it: to make a state for
 * each run takes ten times as long. */
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>

#include "tap.h"

int luaopen_sipcodes(lua_State *L);

enum { ARENA = 8 << 20, ALIGNMENT = 16, SHOWN_ROOM = 16384 };

static union {
  long double aligned;
  char octets[ARENA];
} arena;
static size_t arena_used;
static char *prepared; /* the arena as it was prepared */

enum stress { NONE, FAIL_AT, FAIL_FROM, FAIL_EACH_ONCE, COLLECT };

/* What is allocated, and which requests fail: the one of the number `at`, and those after it. */
static struct {
  bool preparing;
  long blocks;
  int requests;
  enum stress stress;
  int at;
  bool refused; /* was the last request? */
} memory;

static void *take_from_arena(size_t size) {
  void *const block = arena.octets + arena_used;
  arena_used += (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  if (arena_used > ARENA) abort();
  return block;
}

static bool is_in_arena(const char *block) {
  return block >= arena.octets && block < arena.octets + ARENA;
}

static void release(void *block, size_t size) {
  if (block == NULL) return;
  if (is_in_arena(block)) {
    ASAN_POISON_MEMORY_REGION(block, size);
    return;
  }
  --memory.blocks;
  free(block);
}

static bool is_refused(void) {
  ++memory.requests;
  switch (memory.stress) {
    case FAIL_AT: return memory.requests == memory.at;
    case FAIL_FROM: return memory.requests >= memory.at;
    case FAIL_EACH_ONCE: return memory.refused = !memory.refused;
    default: return false;
  }
}

static void *take(size_t size) {
  if (memory.preparing) return take_from_arena(size);
  ++memory.blocks;
  return malloc(size);
}

/* The allocator of the state. */
static void *allocate(void *data, void *block, size_t old_size, size_t size) {
  (void)data;
  if (block == NULL) old_size = 0; /* Lua 5.2 and later give the type of the value there */
  if (size == 0) {
    release(block, old_size);
    return NULL;
  }
  /* Lua relies on it that a block can be made smaller. */
  if (size > old_size && is_refused()) return NULL;
  void *const moved = take(size);
  if (moved == NULL) abort();
  if (block != NULL) memcpy(moved, block, old_size < size ? old_size : size);
  release(block, old_size);
  return moved;
}

static lua_State *new_state(void) {
#if LUA_VERSION_NUM >= 505
  return lua_newstate(allocate, NULL, 0);
#else
  return lua_newstate(allocate, NULL);
#endif
}

/* What oom.lua returns: the calls, a function that shows results, and one that uses the state. */
enum { CALLS = 1, SHOWN, WORKS };

/* Makes the state from which all runs start; NULL if that fails. */
static lua_State *prepare(void) {
  memory.preparing = true;
  lua_State *const L = new_state();
  if (L == NULL) return NULL;
  luaL_openlibs(L);
  lua_getglobal(L, "package");
  lua_getfield(L, -1, "preload");
  lua_pushcfunction(L, luaopen_sipcodes);
  lua_setfield(L, -2, "sipcodes");
  lua_settop(L, 0);
  if (luaL_loadfile(L, "spec/c/oom.lua") != 0 || lua_pcall(L, 0, 3, 0) != 0) {
    printf("# %s\n", lua_tostring(L, -1));
    return NULL;
  }
  lua_gc(L, LUA_GCCOLLECT, 0);
  memory.preparing = false;
  prepared = malloc(arena_used);
  if (prepared == NULL) return NULL;
  ASAN_UNPOISON_MEMORY_REGION(arena.octets, ARENA);
  memcpy(prepared, arena.octets, arena_used);
  return L;
}

static void restore(void) {
  ASAN_UNPOISON_MEMORY_REGION(arena.octets, ARENA);
  memcpy(arena.octets, prepared, arena_used);
  memory.blocks = 0;
}

/* Makes a call, and writes what came of it. Returns how many requests for memory it made. */
static int make_call(lua_State *L, int number, char *result) {
  lua_rawgeti(L, CALLS, number);
  lua_getfield(L, -1, "run");
  lua_replace(L, -2);
  memory.requests = 0;
  const bool ok = lua_pcall(L, 0, LUA_MULTRET, 0) == 0;
  const int requests = memory.requests;
  memory.stress = NONE;
  lua_pushvalue(L, SHOWN);
  lua_insert(L, WORKS + 1);
  lua_call(L, lua_gettop(L) - WORKS - 1, 1);
  snprintf(result, SHOWN_ROOM, "%s: %s", ok ? "results" : "error", lua_tostring(L, -1));
  lua_settop(L, WORKS);
  return requests;
}

static bool still_works(lua_State *L) {
  lua_pushvalue(L, WORKS);
  const bool ok = lua_pcall(L, 0, 1, 0) == 0 && lua_toboolean(L, -1);
  if (!ok) printf("# the state does not work: %s\n", lua_tostring(L, -1));
  return ok;
}

/* Runs a call in a fresh state. Returns the number of its requests, -1 if the state does not work
 * afterwards or leaves memory behind. */
static int run(lua_State *L, int number, enum stress stress, int at, char *result) {
  restore();
  memory.stress = stress;
  memory.at = at;
  memory.refused = false;
  if (stress == COLLECT) {
    lua_gc(L, LUA_GCSETPAUSE, 0);
    lua_gc(L, LUA_GCSETSTEPMUL, LUA_VERSION_NUM == 501 ? 1000000 : 1000);
    lua_gc(L, LUA_GCCOLLECT, 0); /* from now on there is no pause */
  }
  const int requests = make_call(L, number, result);
  const bool ok = still_works(L);
  lua_close(L);
  if (memory.blocks != 0) printf("# %ld blocks are left\n", memory.blocks);
  return ok && memory.blocks == 0 ? requests : -1;
}

/* Lets each request of a call fail. Returns how many failures there were, -1 if one was not met
 * well. */
static int exhaust(lua_State *L, int number, enum stress stress, const char *usual) {
  static char result[SHOWN_ROOM];
  for (int at = 1;; ++at) {
    const int requests = run(L, number, stress, at, result);
    const bool as_usual = strcmp(result, usual) == 0;
    if (requests < 0 || (!as_usual && strstr(result, "not enough memory") == NULL)) {
      printf("# request %d: %s\n# not %s\n", at, result, usual);
      return -1;
    }
    if (requests < at) return as_usual ? at - 1 : -1;
  }
}

/* Lets each request fail once, or collects garbage all the time: the results are as usual. Newer
 * releases of 5.4 do not ask again while the stack grows. */
static bool collect(lua_State *L, int number, enum stress stress, const char *usual) {
  static char result[SHOWN_ROOM];
  const bool met = run(L, number, stress, 0, result) >= 0;
  const bool gave_up = stress == FAIL_EACH_ONCE && strstr(result, "not enough memory") != NULL;
  const bool ok = met && (gave_up || strcmp(result, usual) == 0);
  if (!ok) printf("# %s\n# not %s\n", result, usual);
  return ok;
}

/* Checks the calls, and returns how many requests failed. */
static long check_calls(struct tap *tap, lua_State *L) {
  static char usual[SHOWN_ROOM];
  char name[80];
  long failures = 0;
  for (int number = 1;; ++number) {
    restore();
    lua_rawgeti(L, CALLS, number);
    if (lua_isnil(L, -1)) return failures;
    lua_getfield(L, -1, "name");
    snprintf(name, sizeof name, "%s", lua_tostring(L, -1));
    const bool ok = run(L, number, NONE, 0, usual) >= 0;
    const int single = ok ? exhaust(L, number, FAIL_AT, usual) : -1;
    const int all = ok ? exhaust(L, number, FAIL_FROM, usual) : -1;
    const bool collected = ok && collect(L, number, COLLECT, usual);
    /* Lua 5.1 does not ask again. */
    const bool again = ok && (LUA_VERSION_NUM == 501 || collect(L, number, FAIL_EACH_ONCE, usual));
    tap_check(tap, single >= 0 && all >= 0 && collected && again, "%s: %d failures, %d from one on",
              name, single, all);
    failures += single + all;
  }
}

int main(void) {
  struct tap tap = {0, 0};
  lua_State *const L = prepare();
  tap_check(&tap, L != NULL, "a state");
  if (L != NULL) {
    const long failures = check_calls(&tap, L);
    tap_check(&tap, failures > 1000, "%ld requests for memory failed", failures);
  }
  free(prepared);
  return tap_finish(&tap);
}
