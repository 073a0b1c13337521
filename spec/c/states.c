/* The life that FreeSWITCH gives a library: many states at once in threads, each made for one call
 * and closed after it. Arguments: the folder of sipcodes.so, and the modules to require. */
#define _GNU_SOURCE /* RTLD_NOLOAD */
#include <dlfcn.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tap.h"

enum { THREADS = 8, ROUNDS = 200 };

static const char *folder;
static char **modules;

static const char script[] =
    "local folder, names = ...\n"
    "package.path, package.cpath = '', folder .. '/?.so'\n"
    "local sip = require 'sipcodes'\n"
    "for name in names:gmatch('%S+') do assert(type(require(name)) == 'table') end\n"
    "assert(sip.reason(486) == 'Busy Here' and sip.BUSY_HERE == 486 and sip.reasons[404])\n"
    "assert(sip.localize{[486] = 'Besetzt'}.line(486) == '486 Besetzt')\n"
    "assert(not pcall(sip.reply, 99))\n";

/* What a host without Lua's other libraries may run: there is no require, no string and no table.
 */
static const char base_script[] =
    "local sip = ...\n"
    "assert(not require and not string and not table and not package)\n"
    "assert(sip.reason(486) == 'Busy Here' and sip.BUSY_HERE == 486 and sip.reasons[404])\n"
    "assert(sip.line(486, 'Besetzt') == '486 Besetzt' and not pcall(sip.reply, 99))\n"
    "assert(sip.localize{[486] = 'Besetzt'}.line(486) == '486 Besetzt')\n"
    "assert(sip.cause.text(17) == 'User busy' and sip.cause == sip.cause)\n"
    "assert(sip.header.reason('SIP;text=\"a\\\\b\"')[1].text == 'ab')\n"
    "assert(sip.header.format_reason{{protocol = 'SIP', params = {a = 5}}} == 'SIP;a=5')\n"
    "assert(sip.routing.policy{['48x'] = true}(486) and sip.routing.best{503} == 500)\n"
    "assert(sip.blocking.reply{tel = '+1', location = 'U'} == 603)\n"
    "assert(sip.kpi.ratios{[200] = 1}.asr == 100)\n"
    "assert(sip.freeswitch.causes{486} == 'USER_BUSY')\n"
    "assert(not pcall(function() return sip.kamailio end))\n";

static bool run_base_state(void *library) {
  lua_CFunction open = NULL;
  lua_State *const L = luaL_newstate();
  if (L == NULL) return false;
  *(void **)&open = dlsym(library, "luaopen_sipcodes");
  lua_pushcfunction(L, luaopen_base);
  lua_pushliteral(L, "_G");
  lua_call(L, 1, 0);
  bool ok = open != NULL && luaL_loadstring(L, base_script) == 0;
  if (ok) {
    lua_pushcfunction(L, open);
    ok = lua_pcall(L, 0, 1, 0) == 0 && lua_pcall(L, 1, 0, 0) == 0;
  }
  if (!ok) printf("# %s\n", lua_tostring(L, -1));
  lua_close(L);
  return ok;
}

/* One call: a fresh state, as mod_lua makes it. Answers whether the script ran. */
static bool run_state(void) {
  lua_State *const L = luaL_newstate();
  if (L == NULL) return false;
  luaL_openlibs(L);
  bool ok = luaL_loadstring(L, script) == 0;
  if (ok) {
    lua_pushstring(L, folder);
    lua_pushliteral(L, "");
    for (char **module = modules; *module != NULL; ++module) {
      lua_pushfstring(L, "%s ", *module);
      lua_concat(L, 2);
    }
    ok = lua_pcall(L, 2, 0, 0) == 0;
  }
  if (!ok) printf("# %s\n", lua_tostring(L, -1));
  lua_close(L);
  return ok;
}

static void *run_thread(void *failed) {
  for (int i = 0; i < ROUNDS; ++i) {
    if (!run_state()) *(bool *)failed = true;
  }
  return NULL;
}

static bool run_threads(void) {
  pthread_t threads[THREADS];
  bool failed[THREADS] = {false};
  for (int i = 0; i < THREADS; ++i) {
    if (pthread_create(&threads[i], NULL, run_thread, &failed[i]) != 0) return false;
  }
  bool ok = true;
  for (int i = 0; i < THREADS; ++i) {
    pthread_join(threads[i], NULL);
    ok = ok && !failed[i];
  }
  return ok;
}

/* The resident memory of this process in KiB. */
static long resident(void) {
  long size = 0;
  long pages = -1;
  FILE *const file = fopen("/proc/self/statm", "r");
  if (file == NULL) return -1;
  if (fscanf(file, "%ld %ld", &size, &pages) != 2) pages = -1;
  fclose(file);
  return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

int main(int argc, char **argv) {
  struct tap tap = {0, 0};
  char path[4096];
  if (argc < 2) return 2;
  folder = argv[1];
  modules = argv + 2;
  tap_check(&tap, run_state(), "a state requires every module");
  snprintf(path, sizeof path, "%s/sipcodes.so", folder);
  void *const mapped = dlopen(path, RTLD_LAZY | RTLD_NOLOAD);
  tap_check(&tap, mapped != NULL, "the library stays mapped when its state is closed");
  tap_check(&tap, mapped != NULL && run_base_state(mapped), "a state with the base library alone");
  if (mapped != NULL) dlclose(mapped);
  tap_check(&tap, run_threads(), "%d threads make %d states each", THREADS, ROUNDS);
  const long before = resident();
  tap_check(&tap, run_threads(), "and again");
  const long after = resident();
  tap_check(&tap, before > 0 && after - before < 1024, "without growing: %ld to %ld KiB", before,
            after);
  return tap_finish(&tap);
}
