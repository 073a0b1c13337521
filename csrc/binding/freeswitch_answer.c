/*
 * sipcodes.freeswitch: what is sent to the caller.
 */
#include <string.h>

#include "../core/text.h"
#include "args.h"
#include "freeswitch.h"
#include "message.h"

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

/* Keeps in channel variables that the line on the top of the stack is sent to the caller, and
 * leaves it: FreeSWITCH keeps the code nowhere, and in a hangup hook status would have to guess it
 * from the cause. */
static void note_sent(lua_State *L, const char *fname) {
  const int line = lua_gettop(L);
  const struct sipcodes_text reason = freeswitch_variable(L, fname, "sip_reason");
  lua_pushvalue(L, line);
  freeswitch_set_variable(L, fname, "sipcodes_sent");
  if (reason.data != NULL) {
    lua_pushvalue(L, line + 1);
    freeswitch_set_variable(L, fname, "sipcodes_sent_reason");
  }
  lua_settop(L, line);
}

/* Pushes "486 Busy Here"; the phrase is NULL for the usual one. */
static void push_line(lua_State *L, int code, const char *phrase) {
  const char *const sent = phrase != NULL ? phrase : usual_phrase(code);
  bind_push_line(L, "", code, (struct sipcodes_text){sent, strlen(sent)});
}

void freeswitch_send(lua_State *L, const char *fname, int code, const char *phrase) {
  push_line(L, code, phrase);
  note_sent(L, fname);
  freeswitch_call(L, fname, "execute", "respond");
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
  push_line(L, 302, NULL);
  note_sent(L, "respond");
  lua_pushlstring(L, contact, size);
  freeswitch_call(L, "respond", "execute", "redirect");
  return 0;
}

/* respond(session, code [, phrase]): answers the caller. FreeSWITCH sends the answer when the
 * script returns, and only the first of several. The phrase is the one of reason, else the class
 * title, unless given; for 302 the third argument is the Contact, without which FreeSWITCH would
 * send "<302>". Raises on what FreeSWITCH would drop or change (below 300, 3xx but 302, 401, 700
 * and above; a blank or comma in a Contact), on a control character, and where session is none. */
int freeswitch_respond(lua_State *L) {
  freeswitch_check_session(L, "respond");
  const int code = bind_need_code(L, 2, "respond");
  const char *const instead = respond_problem(code);
  if (instead != NULL) {
    lua_pushfstring(L, "for %d FreeSWITCH would send %s", code, instead);
    return bind_refuse(L, 2, "respond");
  }
  size_t size;
  const char *const given = bind_wire_text(L, 3, "respond", &size);
  if (code == 302) return redirect(L, given, size);
  freeswitch_send(L, "respond", code, size > 0 ? given : NULL);
  return 0;
}

/* hangup(session, cause): ends the call with a cause of FreeSWITCH, by name in any letter case or
 * by number. Raises on an unknown one, which FreeSWITCH would turn into NORMAL_CLEARING, on a
 * number of before 1.10.8, which looks like a SIP code, and where session is none. After a failed
 * attempt FreeSWITCH sends that attempt's code, whatever the cause: clear(session) first. */
int freeswitch_hangup(lua_State *L) {
  freeswitch_check_session(L, "hangup");
  const char *const cause = bind_freeswitch_cause(L, 2, "hangup");
  const struct sipcodes_text name = {cause, strlen(cause)};
  lua_settop(L, SESSION);
  const int left = sipcodes_read_freeswitch_code(
      freeswitch_variable(L, "hangup", "last_bridge_proto_specific_hangup_cause"));
  const int code = left >= 300 && sipcodes_is_code(left) ? left : sipcodes_freeswitch_code(name);
  lua_settop(L, SESSION);
  push_line(L, code, NULL);
  note_sent(L, "hangup");
  lua_getfield(L, SESSION, "hangup");
  if (lua_isnil(L, -1)) {
    lua_pushfstring(L, "session expected, got a %s without hangup", luaL_typename(L, SESSION));
    return bind_refuse(L, SESSION, "hangup");
  }
  lua_pushvalue(L, SESSION);
  lua_pushstring(L, cause);
  lua_call(L, 2, 0);
  return 0;
}

/* Makes FreeSWITCH send the Reason field value on the top of the stack, which it pops. */
static void set_reason(lua_State *L, const char *fname) {
  freeswitch_set_variable(L, fname, "sip_reason");
  lua_pushliteral(L, "false");
  freeswitch_set_variable(L, fname, "disable_q850_reason");
}

/* set_reason(session, list): what FreeSWITCH sends as Reason when the call is refused or ended, in
 * place of one that it makes of the cause. The list is one of header.format_reason. FreeSWITCH
 * sends the values of a list as fields of their own. Raises on what cannot be written, and if
 * session is none. */
int freeswitch_set_reason(lua_State *L) {
  freeswitch_check_session(L, "set_reason");
  bind_push_reason(L, 2, "set_reason");
  set_reason(L, "set_reason");
  return 0;
}

/* Pushes the Reason with its folds as blanks: what a folded field has at the end of its lines. */
static void push_unfolded(lua_State *L, struct sipcodes_text reason) {
  char *const plain = lua_newuserdata(L, reason.size);
  for (size_t i = 0; i < reason.size; ++i) {
    const char c = reason.data[i];
    plain[i] = c;
    if (c == '\r' || c == '\n') plain[i] = ' ';
  }
  lua_pushlstring(L, plain, reason.size);
  lua_remove(L, -2);
}

/* The first octet that would go out as it is: a control character that is not a part of a fold. */
static const char *find_unsendable(struct sipcodes_text text) {
  for (size_t i = 0; i < text.size; ++i) {
    const char c = text.data[i];
    if (c != '\r' && c != '\n' && c != '\t' && text_is_control(c)) return text.data + i;
  }
  return NULL;
}

static bool push_unsendable(lua_State *L, struct sipcodes_text text, const char *what) {
  const char *const control = find_unsendable(text);
  if (control == NULL) return false;
  bind_push_octet(L, text.data, control);
  lua_pushfstring(L, "%s cannot be sent: %s", what, lua_tostring(L, -1));
  return true;
}

void freeswitch_set_received_reason(lua_State *L, const char *fname, bool blocked) {
  struct sipcodes_text reason;
  reason.data = lua_tolstring(L, -1, &reason.size);
  if (find_unsendable(reason) == NULL) {
    push_unfolded(L, reason);
    set_reason(L, fname);
  }
  lua_pop(L, 1);
  if (!blocked) return;
  lua_pushliteral(L, "true");
  freeswitch_set_variable(L, fname, "sip_603plus_passthrough");
}

/* Answers the caller with the 603+ that ended the last attempt. Returns true; false, and pushes
 * why, if it was none. */
static bool send_blocked(lua_State *L, const char *fname) {
  struct sipcodes_bridge bridge;
  struct sipcodes_bridge_end end;
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  freeswitch_read_bridge(L, fname, &bridge);
  if (!sipcodes_describe_bridge(&bridge, &end)) {
    lua_pushliteral(L, "no attempt has ended");
    return false;
  }
  const struct sipcodes_text phrase = freeswitch_variable(L, fname, "sip_invite_failure_phrase");
  if (!sipcodes_bridge_blocked(&bridge, &end, phrase, &blocking, &why)) {
    lua_pushstring(L, why.problem);
    return false;
  }
  if (push_unsendable(L, bridge.reason, "the Reason")) return false;
  lua_pushlstring(L, bridge.reason.data, bridge.reason.size);
  freeswitch_set_received_reason(L, fname, true);
  /* The phrase as it came; of another leg's, the one of a 603+. */
  const bool own = text_is(phrase.data, phrase.size, "Network Blocked");
  freeswitch_send(L, fname, 603, own ? phrase.data : "Network Blocked");
  return true;
}

/* pass_on(session) --> true after a 603+ notification ended the last attempt, or one of several
 * legs called at once, and is answered to the caller with its phrase and its Reason as they came;
 * false, why if it did not, or if its Reason holds a control character, and nothing is done. Needs
 * a FreeSWITCH that keeps the Reason of a refused call (sip_reason, since 1.11); of several Reason
 * fields it keeps the first. Raises if session is none. */
int freeswitch_pass_on(lua_State *L) {
  freeswitch_check_session(L, "pass_on");
  lua_settop(L, SESSION);
  const bool sent = send_blocked(L, "pass_on");
  lua_pushboolean(L, sent);
  if (sent) return 1;
  lua_insert(L, -2);
  return 2;
}
