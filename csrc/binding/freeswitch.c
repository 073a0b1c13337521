/*
 * sipcodes.freeswitch: the session side of FreeSWITCH. A session is any object with the methods
 * getVariable, setVariable, execute and hangup. What the comments say of FreeSWITCH was observed
 * on running servers, 1.10.12 and 1.11.1.
 */
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "message.h"
#include "module.h"

enum { SESSION = 1 };

/* Raises unless the first argument can have methods. */
static void check_session(lua_State *L, const char *fname) {
  const int type = lua_type(L, SESSION);
  if (type != LUA_TTABLE && type != LUA_TUSERDATA) bind_wrong_type(L, SESSION, fname, "session");
}

/* Pushes a method of the session and the session; raises if it has none of that name. */
static void push_method(lua_State *L, const char *fname, const char *method) {
  lua_getfield(L, SESSION, method);
  if (lua_isnil(L, -1)) {
    lua_pushfstring(L, "session expected, got a %s without %s", luaL_typename(L, SESSION), method);
    bind_refuse(L, SESSION, fname);
  }
  lua_pushvalue(L, SESSION);
}

/* session:method(name, the value on the top of the stack), which it pops. */
static void call_method(lua_State *L, const char *fname, const char *method, const char *name) {
  push_method(L, fname, method);
  lua_pushstring(L, name);
  lua_pushvalue(L, -4);
  lua_call(L, 3, 0);
  lua_pop(L, 1);
}

/* Executes an application; its data is on the top of the stack, and is popped. */
static void execute(lua_State *L, const char *fname, const char *application) {
  call_method(L, fname, "execute", application);
}

/* Sets a variable to the value on the top of the stack, and pops it. */
static void set_variable(lua_State *L, const char *fname, const char *name) {
  call_method(L, fname, "setVariable", name);
}

/* Pushes session:getVariable(name) and returns it; what is unset, empty or no string is absent. */
static struct sipcodes_text get_variable(lua_State *L, const char *fname, const char *name) {
  struct sipcodes_text value = {NULL, 0};
  push_method(L, fname, "getVariable");
  lua_pushstring(L, name);
  lua_call(L, 2, 1);
  if (lua_type(L, -1) == LUA_TSTRING) value.data = lua_tolstring(L, -1, &value.size);
  if (value.size == 0) value.data = NULL;
  return value;
}

/* status */

/* The variables that tell how an attempt to bridge ended. Only originate_disposition is sure to be
 * of the last attempt: FreeSWITCH clears none of them when a new one begins. */
struct traces {
  struct sipcodes_text disposition; /* originate_disposition: a cause, or SUCCESS */
  struct sipcodes_text endpoint;    /* endpoint_disposition: ANSWER, EARLY MEDIA */
  struct sipcodes_text hangup;      /* last_bridge_hangup_cause: why the last leg ended */
  struct sipcodes_text bridge;      /* bridge_hangup_cause: why the last connected one did */
  struct sipcodes_text causes;      /* originate_causes: every leg's cause */
  struct sipcodes_text reason;      /* sip_reason: the Reason field that came */
  int proto_code;                   /* of last_bridge_proto_specific_hangup_cause, or 0 */
  int status_code;                  /* of sip_invite_failure_status, or 0 */
};

static const char proto_variable[] = "last_bridge_proto_specific_hangup_cause";
static const char status_variable[] = "sip_invite_failure_status";

/* The code in a variable: "503" or "sip:503"; 0 if there is none. */
static int read_code(struct sipcodes_text value) {
  const size_t scheme = text_starts(value.data, value.size, "sip:")    ? 4
                        : text_starts(value.data, value.size, "sips:") ? 5
                                                                       : 0;
  if (value.size != scheme + 3) return 0;
  const int code = text_three_digits(value.data + scheme);
  return sipcodes_is_code(code) ? code : 0;
}

static int get_code(lua_State *L, const char *fname, const char *name) {
  return read_code(get_variable(L, fname, name));
}

static bool is(struct sipcodes_text value, const char *known) {
  return text_is(value.data, value.size, known);
}

static bool is_same(struct sipcodes_text a, struct sipcodes_text b) {
  if (a.size != b.size) return false;
  return a.size == 0 || memcmp(a.data, b.data, a.size) == 0;
}

/* Is this the cause that FreeSWITCH makes of the code? */
static bool is_cause_of(int code, struct sipcodes_text cause) {
  struct sipcodes_mapping mapping;
  return sipcodes_cause_from_sip(SIPCODES_FREESWITCH, code, false, &mapping) &&
         is(cause, mapping.name);
}

/* The code that FreeSWITCH itself would send for the cause, also one that it calls "UNKNOWN". */
static int code_for(struct sipcodes_text cause) {
  struct sipcodes_mapping mapping;
  const int number = sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, cause.data, cause.size);
  if (sipcodes_cause_to_sip(SIPCODES_FREESWITCH, number, -1, false, &mapping))
    return mapping.number;
  struct sipcodes_table_source source;
  sipcodes_describe_table(SIPCODES_FREESWITCH, &source);
  return source.default_code;
}

static int push_status(lua_State *L, int code, struct sipcodes_text cause, const char *source) {
  lua_pushinteger(L, code);
  lua_pushlstring(L, cause.data, cause.size);
  lua_pushstring(L, source);
  return 3;
}

/* Does the challenge of 401 and 407 show in one variable only? FreeSWITCH sets
 * sip_invite_failure_status for every other final response from 400 on. */
static bool is_challenge(int code) { return code == 401 || code == 407; }

/* Is last_bridge_proto_specific_hangup_cause at least of the last SIP response? */
static bool is_last_response(const struct traces *t) {
  return t->proto_code != 0 && (t->proto_code == t->status_code || is_challenge(t->proto_code));
}

/* Is the disposition that of the last leg? originate_causes is "uuid;CAUSE", from the second leg on
 * "ARRAY::uuid;CAUSE|:uuid;CAUSE"; an attempt that found nothing to call adds none. */
static bool is_last_leg(const struct traces *t) {
  const size_t size = t->disposition.size;
  if (t->causes.size <= size) return false;
  const char *const end = t->causes.data + t->causes.size - size;
  return end[-1] == ';' && memcmp(end, t->disposition.data, size) == 0;
}

static bool had_many_legs(const struct traces *t) {
  return text_starts(t->causes.data, t->causes.size, "ARRAY::");
}

/* Is the disposition what FreeSWITCH makes of the first value of the Reason field that came? */
static bool is_reason_cause(const struct traces *t) {
  struct sipcodes_reader reader = sipcodes_read_field(t->reason.data, t->reason.size);
  struct sipcodes_reason reason;
  if (t->reason.data == NULL || !sipcodes_read_reason(&reader, &reason)) return false;
  if (!is(reason.protocol, "Q.850")) return false;
  const char *const name = sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, reason.cause);
  return is(t->disposition, name != NULL ? name : "UNKNOWN");
}

/* Can a leg that got no final response end with this cause? NO_ANSWER is how FreeSWITCH ends one
 * that timed out, MANDATORY_IE_MISSING one that was asked for credentials it has not got, and above
 * 127 are causes of its own making. */
static bool is_own_cause(struct sipcodes_text cause) {
  const int number = sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, cause.data, cause.size);
  return number == 0 || number > 127 || is(cause, "NO_ANSWER") || is(cause, "MANDATORY_IE_MISSING");
}

/* Can the disposition be the cause of a Q.850 Reason, which takes the place of the response's own?
 * Else the response is left over from an earlier leg. 1.10.12 keeps no sip_reason: there the last
 * leg's own traces decide, and that it was no loopback leg, which has always had media. */
static bool is_from_reason(const struct traces *t) {
  if (t->causes.data != NULL && !is_last_leg(t)) return false;
  if (t->causes.data != NULL && !had_many_legs(t)) return true;
  if (is_own_cause(t->disposition)) return false;
  if (t->causes.data == NULL && t->hangup.data == NULL) return true;
  if (t->causes.data != NULL && t->reason.data != NULL) return is_reason_cause(t);
  return is_same(t->hangup, t->disposition) && !is(t->endpoint, "EARLY MEDIA");
}

/* An attempt that failed: its disposition is a cause. */
static int push_failed(lua_State *L, const struct traces *t) {
  const bool last = is_last_response(t);
  if (last && is_cause_of(t->proto_code, t->disposition)) {
    return push_status(L, t->proto_code, t->disposition, proto_variable);
  }
  if (t->status_code != 0 && is_cause_of(t->status_code, t->disposition)) {
    return push_status(L, t->status_code, t->disposition, status_variable);
  }
  /* A redirection unsets sip_invite_failure_status, and FreeSWITCH cancels the leg. */
  static const char redirected[] = "REDIRECTION_TO_NEW_DESTINATION";
  if (t->status_code == 0 && is(t->disposition, redirected)) {
    return push_status(L, 302, t->disposition, "originate_disposition");
  }
  if (t->status_code == 0 && is(t->hangup, redirected) && is(t->disposition, "ORIGINATOR_CANCEL")) {
    return push_status(L, 302, t->hangup, "last_bridge_hangup_cause");
  }
  if (last && is_from_reason(t)) {
    return push_status(L, t->proto_code, t->disposition, proto_variable);
  }
  return push_status(L, code_for(t->disposition), t->disposition, "originate_disposition");
}

/* An attempt that connected, if only to early media. */
static int push_connected(lua_State *L, const struct traces *t) {
  const struct sipcodes_text cause = t->bridge.data != NULL ? t->bridge : t->disposition;
  const bool early = is(t->endpoint, "EARLY MEDIA");
  const bool answered = is(t->endpoint, "ANSWER") || (t->status_code == 0 && !early);
  if (answered) {
    return push_status(L, 200, cause,
                       t->proto_code == 200 ? proto_variable : "originate_disposition");
  }
  /* Nothing but its cause tells this attempt's challenge from an earlier one's. */
  if (is_last_response(t) && (!is_challenge(t->proto_code) || is_cause_of(t->proto_code, cause))) {
    return push_status(L, t->proto_code, cause, proto_variable);
  }
  if (t->status_code != 0) return push_status(L, t->status_code, cause, status_variable);
  return push_status(L, code_for(cause), cause, "bridge_hangup_cause");
}

/* No attempt on this channel: what ended it itself, as a hangup hook sees it. */
static int push_own_end(lua_State *L, const char *fname) {
  static const char cause_variable[] = "hangup_cause";
  static const char variables[][28] = {"proto_specific_hangup_cause", "sip_term_status"};
  const struct sipcodes_text cause = get_variable(L, fname, cause_variable);
  for (size_t i = 0; i < sizeof variables / sizeof variables[0]; ++i) {
    const int code = get_code(L, fname, variables[i]);
    if (code != 0) return push_status(L, code, cause, variables[i]);
  }
  if (cause.data != NULL) return push_status(L, code_for(cause), cause, cause_variable);
  lua_pushnil(L);
  lua_pushliteral(L, "no attempt has ended");
  return 2;
}

static int push_last_status(lua_State *L, const char *fname) {
  static const struct sipcodes_text unknown = {"UNKNOWN", 7};
  struct traces t;
  check_session(L, fname);
  lua_settop(L, SESSION);
  luaL_checkstack(L, 20, NULL);
  t.disposition = get_variable(L, fname, "originate_disposition");
  if (t.disposition.data == NULL) return push_own_end(L, fname);
  t.endpoint = get_variable(L, fname, "endpoint_disposition");
  t.hangup = get_variable(L, fname, "last_bridge_hangup_cause");
  t.bridge = get_variable(L, fname, "bridge_hangup_cause");
  t.causes = get_variable(L, fname, "originate_causes");
  t.reason = get_variable(L, fname, "sip_reason");
  t.proto_code = get_code(L, fname, proto_variable);
  t.status_code = get_code(L, fname, status_variable);
  if (is(t.disposition, "SUCCESS") || is(t.disposition, "call accepted")) {
    return push_connected(L, &t);
  }
  if (is(t.disposition, "failure")) {
    t.disposition = get_variable(L, fname, "originate_failed_cause");
    if (t.disposition.data == NULL) t.disposition = unknown;
  }
  return push_failed(L, &t);
}

/* status(session) --> the code, the cause's name, and the variable that told: how the last attempt
 * to bridge ended, what earlier attempts left behind being ignored. The code is that of the
 * response; where none came (a timeout, an unknown gateway), the one that FreeSWITCH would send for
 * the cause, and the third result is "originate_disposition"; 200 for a call that was answered.
 * nil, message where there was no attempt. An earlier response cannot be told from a later failure
 * without one that has the same cause: clear(session) before each attempt settles that. Raises
 * where session is none. */
static int l_status(lua_State *L) { return push_last_status(L, "status"); }

/* clear(session): unsets what an attempt leaves behind, so that status speaks of the next attempt
 * alone, and what FreeSWITCH would else send on hangup instead of what the script asks for: the
 * last code, and the last Reason. To be called before each attempt, and before a response of one's
 * own after a failed one. Raises if session is none. */
static int l_clear(lua_State *L) {
  static const char left_behind[][40] = {"originate_disposition",
                                         "originate_failed_cause",
                                         "originate_causes",
                                         "DIALSTATUS",
                                         "endpoint_disposition",
                                         "last_bridge_hangup_cause",
                                         "bridge_hangup_cause",
                                         "last_bridge_proto_specific_hangup_cause",
                                         "sip_invite_failure_status",
                                         "sip_invite_failure_phrase",
                                         "sip_hangup_phrase",
                                         "sip_redirected_to",
                                         "sip_reason",
                                         "sip_603plus_reason"};
  check_session(L, "clear");
  lua_settop(L, SESSION);
  for (size_t i = 0; i < sizeof left_behind / sizeof left_behind[0]; ++i) {
    lua_pushnil(L);
    set_variable(L, "clear", left_behind[i]);
  }
  return 0;
}

/* What FreeSWITCH would do with this code instead of sending it; NULL if it would send it. */
static const char *respond_problem(int code) {
  if (code == 401) return "407";
  return code < 400 && code != 302 ? "nothing" : NULL;
}

/* The phrase of reason, else the class title. */
static const char *usual_phrase(int code) {
  const char *const known = sipcodes_phrase(code);
  return known != NULL ? known : sipcodes_class_title(sipcodes_class(code));
}

/* Redirects the caller to the Contact in the third argument. The application for it is redirect:
 * respond takes a Contact after 302, too, but loses it, and then sends nothing. A blank would begin
 * a cause, a comma another Contact, which FreeSWITCH turns into a 500. */
static int redirect(lua_State *L, const char *contact, size_t size) {
  if (size == 0) {
    lua_pushliteral(L, "Contact expected");
    return bind_refuse(L, 3, "respond");
  }
  for (size_t i = 0; i < size; ++i) {
    if (contact[i] != ' ' && contact[i] != '\t' && contact[i] != ',') continue;
    bind_push_octet(L, contact, contact + i);
    return bind_refuse(L, 3, "respond");
  }
  lua_pushlstring(L, contact, size);
  execute(L, "respond", "redirect");
  return 0;
}

/* respond(session, code [, phrase]): answers the caller. FreeSWITCH sends the answer when the
 * script returns, and only the first of several. The phrase is the one of reason, else the class
 * title, unless given; for 302 the third argument is the Contact, without which FreeSWITCH would
 * send "<302>". Raises on what FreeSWITCH would drop or change (below 300, 3xx but 302, 401, 700
 * and above; a blank or comma in a Contact), on a control character, and where session is none. */
static int l_respond(lua_State *L) {
  check_session(L, "respond");
  const int code = bind_need_code(L, 2, "respond");
  const char *const instead = respond_problem(code);
  if (instead != NULL) {
    lua_pushfstring(L, "for %d FreeSWITCH would send %s", code, instead);
    return bind_refuse(L, 2, "respond");
  }
  size_t size;
  const char *const given = bind_wire_text(L, 3, "respond", &size);
  if (code == 302) return redirect(L, given, size);
  lua_pushfstring(L, "%d %s", code, size > 0 ? given : usual_phrase(code));
  execute(L, "respond", "respond");
  return 0;
}

/* hangup(session, cause): ends the call with a cause of FreeSWITCH, by name in any letter case or
 * by number. Raises on an unknown one, which FreeSWITCH would turn into NORMAL_CLEARING, on a
 * number of before 1.10.8, which looks like a SIP code, and where session is none. After a failed
 * attempt FreeSWITCH sends that attempt's code, whatever the cause: clear(session) first. */
static int l_hangup(lua_State *L) {
  check_session(L, "hangup");
  const char *const cause = bind_freeswitch_cause(L, 2, "hangup");
  lua_settop(L, SESSION);
  push_method(L, "hangup", "hangup");
  lua_pushstring(L, cause);
  lua_call(L, 2, 0);
  return 0;
}

/* causes */

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
static int l_causes(lua_State *L) {
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

/* Makes FreeSWITCH send the Reason field value on the top of the stack, which it pops. */
static void set_reason(lua_State *L, const char *fname) {
  set_variable(L, fname, "sip_reason");
  lua_pushliteral(L, "false");
  set_variable(L, fname, "disable_q850_reason");
}

/* set_reason(session, list): what FreeSWITCH sends as Reason when the call is refused or ended, in
 * place of one that it makes of the cause. The list is one of header.format_reason. Raises on what
 * cannot be written, and where session is none. */
static int l_set_reason(lua_State *L) {
  check_session(L, "set_reason");
  bind_push_reason(L, 2, "set_reason");
  set_reason(L, "set_reason");
  return 0;
}

/* pass_on(session) --> true after a 603+ notification ended the last attempt and is answered to the
 * caller with its phrase and its Reason as they came; false, why where it did not, and nothing is
 * done. Needs a FreeSWITCH that keeps the Reason of a refused call (sip_reason, since 1.11). Raises
 * where session is none. */
static int l_pass_on(lua_State *L) {
  static const char fname[] = "pass_on";
  const int results = push_last_status(L, fname);
  const int code = bind_to_code(L, -results);
  if (code == 0) {
    lua_pushboolean(L, false);
    lua_insert(L, -2);
    return 2;
  }
  const struct sipcodes_text phrase = get_variable(L, fname, "sip_invite_failure_phrase");
  const struct sipcodes_text reason = get_variable(L, fname, "sip_reason");
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  if (!sipcodes_read_blocking(code, phrase, reason, false, &blocking, &why)) {
    lua_pushboolean(L, false);
    lua_pushstring(L, why.problem);
    return 2;
  }
  /* What a folded field has at the end of its lines. */
  luaL_gsub(L, luaL_gsub(L, reason.data, "\r", " "), "\n", " ");
  set_reason(L, fname);
  lua_pushliteral(L, "true");
  set_variable(L, fname, "sip_603plus_passthrough");
  lua_pushfstring(L, "603 %s", phrase.data);
  execute(L, fname, "respond");
  lua_pushboolean(L, true);
  return 1;
}

static const luaL_Reg functions[] = {
    {"status", l_status},   {"clear", l_clear},   {"respond", l_respond},
    {"hangup", l_hangup},   {"causes", l_causes}, {"set_reason", l_set_reason},
    {"pass_on", l_pass_on}, {NULL, NULL},
};

SIPCODES_OPEN luaopen_sipcodes_freeswitch(lua_State *L) {
  bind_module(L, functions, 7);
  return 1;
}
