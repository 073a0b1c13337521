/*
 * sipcodes.freeswitch.attempts: a collector over attempts one after the other, which ends the call
 * with what the caller should get.
 */
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "freeswitch.h"
#include "message.h"

/* What the collector keeps: the first upvalue of its functions. The second is the session, the
 * third a table of the texts that go with it: the Reason of the best attempt, and that of a 603+.
 */
struct attempts {
  struct sipcodes_best best;
  bool keep_503;
  bool answered;
};

enum { KEPT = 1, OF_SESSION = 2, TEXTS = 3 };
enum { BEST_REASON = 1, BLOCKED_REASON = 2 };

static struct attempts *kept(lua_State *L) { return lua_touserdata(L, lua_upvalueindex(KEPT)); }

static bool is(struct sipcodes_text text, const char *known) {
  return text_is(text.data, text.size, known);
}

/* No answer came. FreeSWITCH says NO_ANSWER whether the phone rang or not. */
static bool is_silence(struct sipcodes_text cause) {
  return is(cause, "NO_ANSWER") || is(cause, "NO_USER_RESPONSE") || is(cause, "PROGRESS_TIMEOUT") ||
         is(cause, "ALLOTTED_TIMEOUT") || is(cause, "RECOVERY_ON_TIMER_EXPIRE");
}

/* A fault of the configuration here, which the caller cannot mend. */
static bool is_misconfigured(struct sipcodes_text cause) {
  return is(cause, "INVALID_GATEWAY") || is(cause, "INVALID_PROFILE") || is(cause, "INVALID_URL") ||
         is(cause, "CHAN_NOT_IMPLEMENTED") || is(cause, "MANDATORY_IE_MISSING");
}

static bool is_response(const struct sipcodes_bridge_end *end) {
  return strcmp(end->source, "originate_disposition") != 0 &&
         strcmp(end->source, "originate_causes") != 0;
}

/* What an attempt or leg that ended so means to the caller. A carrier's challenge is for us and not
 * for the caller; silence is 504, since a 408 would be read as the caller's own. */
static int caller_code(const struct sipcodes_bridge_end *end) {
  if (end->code == 401 || end->code == 407) return 500;
  if (is_response(end)) return end->code;
  if (is_misconfigured(end->cause)) return 500;
  if (is_silence(end->cause)) return 504;
  return is(end->cause, "GATEWAY_DOWN") ? 503 : end->code;
}

/* Considers one result; keeps the Reason of the attempt if it is the best so far, and its own. */
static void consider(lua_State *L, struct sipcodes_text reason,
                     const struct sipcodes_bridge_end *end) {
  struct attempts *const attempts = kept(L);
  const size_t before = attempts->best.position;
  sipcodes_consider(&attempts->best, caller_code(end));
  if (attempts->best.position == before) return;
  if (reason.data != NULL && is_response(end) && caller_code(end) == end->code) {
    lua_pushlstring(L, reason.data, reason.size);
  } else {
    lua_pushboolean(L, false);
  }
  lua_rawseti(L, lua_upvalueindex(TEXTS), BEST_REASON);
}

static void consider_all(lua_State *L, const struct sipcodes_bridge *bridge,
                         const struct sipcodes_bridge_end *end) {
  struct sipcodes_text causes = bridge->causes;
  struct sipcodes_text cause;
  consider(L, bridge->reason, end);
  while (sipcodes_next_leg(&causes, &cause)) {
    struct sipcodes_bridge_end leg;
    sipcodes_describe_leg(bridge, cause, &leg);
    if (!is(cause, "NONE")) consider(L, bridge->reason, &leg); /* NONE: a leg that connected */
  }
}

static void keep_blocked(lua_State *L, const struct sipcodes_bridge *bridge,
                         const struct sipcodes_bridge_end *end) {
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  const struct sipcodes_text phrase =
      freeswitch_variable(L, "attempt", "sip_invite_failure_phrase");
  if (!sipcodes_bridge_blocked(bridge, end, phrase, &blocking, &why)) return;
  lua_pushlstring(L, bridge->reason.data, bridge->reason.size);
  lua_rawseti(L, lua_upvalueindex(TEXTS), BLOCKED_REASON);
}

/* Puts the session where the functions of the module have it. */
static void push_session(lua_State *L) {
  lua_settop(L, 0);
  lua_pushvalue(L, lua_upvalueindex(OF_SESSION));
}

/* Bridges to the dial string on the top, which it pops, and judges the attempt. */
static int run_attempt(lua_State *L) {
  static const char fname[] = "attempt";
  struct attempts *const attempts = kept(L);
  struct sipcodes_bridge bridge;
  struct sipcodes_bridge_end end;
  freeswitch_clear(L, fname);
  freeswitch_call(L, fname, "execute", "bridge");
  freeswitch_read_bridge(L, fname, &bridge);
  if (!sipcodes_describe_bridge(&bridge, &end)) {
    lua_pushboolean(L, false);
    return 1;
  }
  attempts->answered = end.code == 200;
  if (!attempts->answered) {
    consider_all(L, &bridge, &end);
    keep_blocked(L, &bridge, &end);
  }
  lua_pushboolean(L, attempts->answered);
  lua_pushinteger(L, end.code);
  lua_pushlstring(L, end.cause.data, end.cause.size);
  lua_pushstring(L, end.source);
  return 4;
}

/* attempt(dial_string) --> answered, code, cause, source: clears what earlier attempts left,
 * executes bridge, and says how it ended as status does; false alone if nothing was tried. Raises
 * if the dial string is not a string. */
static int attempt(lua_State *L) {
  if (lua_type(L, 2) != LUA_TSTRING) {
    lua_remove(L, 1); /* the collector, so that the argument has its number */
    return bind_wrong_type(L, 1, "attempt", "string");
  }
  lua_settop(L, 2);
  lua_pushvalue(L, lua_upvalueindex(OF_SESSION));
  lua_replace(L, SESSION);
  return run_attempt(L);
}

/* Does the session say that it can still be answered? One without the method `ready` is taken to
 * be. */
static bool is_ready(lua_State *L) {
  lua_getfield(L, SESSION, "ready");
  if (lua_isnil(L, -1)) {
    lua_pop(L, 1);
    return true;
  }
  lua_pushvalue(L, SESSION);
  lua_call(L, 1, 1);
  const bool ready = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return ready;
}

/* Sends what was kept: a 603+ as it came, else the best response with its own Reason. Returns the
 * code. */
static int send_best(lua_State *L) {
  static const char fname[] = "finish";
  const struct attempts *const attempts = kept(L);
  const int best = sipcodes_upstream(&attempts->best, attempts->keep_503, true);
  lua_rawgeti(L, lua_upvalueindex(TEXTS), BLOCKED_REASON);
  const bool blocked = lua_type(L, -1) == LUA_TSTRING;
  if (!blocked) {
    lua_pop(L, 1);
    lua_rawgeti(L, lua_upvalueindex(TEXTS), BEST_REASON);
  }
  freeswitch_clear(L, fname);
  const bool own_reason = best == attempts->best.code && lua_type(L, -1) == LUA_TSTRING;
  if (blocked || own_reason) {
    freeswitch_set_received_reason(L, fname, blocked);
  }
  /* Nothing was tried, or only what cannot be told: the service is not there. */
  const int code = blocked ? 603 : attempts->best.code == 0 ? 503 : best;
  freeswitch_send(L, fname, code, blocked ? "Network Blocked" : NULL);
  return code;
}

/* attempt.finish() --> the code that was sent to the caller: the best of all attempts
 * (routing.best), a 603+ with its Reason as it came. nil, why if nothing was sent, because the call
 * was answered, or because the caller gave up or the call went elsewhere. */
static int finish(lua_State *L) {
  push_session(L);
  if (kept(L)->answered) {
    lua_pushnil(L);
    lua_pushliteral(L, "the call was answered");
    return 2;
  }
  if (!is_ready(L)) {
    lua_pushnil(L);
    lua_pushliteral(L, "the call has ended");
    return 2;
  }
  lua_pushinteger(L, send_best(L));
  return 1;
}

/* Pushes a closure over the collector's upvalues, which stand below. */
static void push_closure(lua_State *L, lua_CFunction function, int kept_at) {
  lua_pushvalue(L, kept_at);
  lua_pushvalue(L, SESSION);
  lua_pushvalue(L, kept_at + 1);
  lua_pushcclosure(L, function, 3);
}

/* attempts(session [, {keep_503 = boolean}]) --> a collector: call it with a dial string for each
 * attempt, then its function finish. A 503 that is the best goes to the caller as 500 unless
 * keep_503. Raises if session is none, and for other options. */
int freeswitch_attempts(lua_State *L) {
  static const char fields[][12] = {"keep_503"};
  freeswitch_check_session(L, "attempts");
  lua_settop(L, 2);
  const bool has_options = !lua_isnil(L, 2);
  if (has_options) bind_only_fields(L, 2, "attempts", fields, 1);
  const bool keep_503 = has_options && bind_flag(L, 2, "attempts", "keep_503");
  lua_settop(L, SESSION);
  struct attempts *const attempts = compat_newuserdata(L, sizeof *attempts);
  memset(attempts, 0, sizeof *attempts);
  attempts->keep_503 = keep_503;
  lua_newtable(L);
  lua_createtable(L, 0, 1);
  push_closure(L, finish, 2);
  lua_setfield(L, -2, "finish");
  lua_createtable(L, 0, 1);
  push_closure(L, attempt, 2);
  lua_setfield(L, -2, "__call");
  lua_setmetatable(L, -2);
  return 1;
}
