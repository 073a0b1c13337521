#include <string.h>

#include "sipcodes.h"
#include "text.h"

/* ---- The verdict on an attempt to bridge. What the comments say of FreeSWITCH was observed on
 * running servers, 1.10.12, 1.11.1 and 1.11.2. */

static const char proto_variable[] = "last_bridge_proto_specific_hangup_cause";
static const char status_variable[] = "sip_invite_failure_status";
static const char disposition_variable[] = "originate_disposition";
static const char redirected[] = "REDIRECTION_TO_NEW_DESTINATION";

/* Where sofia-sip itself ends an attempt because credentials were rejected or could not be added.
 * These are not SIP response codes. */
enum { NO_MATCHING_CHALLENGE = 904, CANNOT_ADD_CREDENTIALS = 900 };

int sipcodes_read_freeswitch_code(struct sipcodes_text value) {
  const size_t scheme = text_starts(value.data, value.size, "sip:")    ? 4
                        : text_starts(value.data, value.size, "sips:") ? 5
                                                                       : 0;
  if (value.data == NULL || value.size != scheme + 3) return 0;
  const int number = text_three_digits(value.data + scheme);
  const bool known = number == NO_MATCHING_CHALLENGE || number == CANNOT_ADD_CREDENTIALS;
  return known || sipcodes_is_code(number) ? number : 0;
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

int sipcodes_freeswitch_code(struct sipcodes_text cause) {
  struct sipcodes_mapping mapping;
  const int number = sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, cause.data, cause.size);
  if (sipcodes_cause_to_sip(SIPCODES_FREESWITCH, number, -1, false, &mapping))
    return mapping.number;
  struct sipcodes_table_source source;
  sipcodes_describe_table(SIPCODES_FREESWITCH, &source);
  return source.default_code;
}

/* What the codes in the variables are. */
struct codes {
  int proto;  /* of last_bridge_proto_specific_hangup_cause, or 0 */
  int status; /* of sip_invite_failure_status, or 0 */
};

static struct codes read_codes(const struct sipcodes_bridge *b) {
  return (struct codes){sipcodes_read_freeswitch_code(b->proto),
                        sipcodes_read_freeswitch_code(b->status)};
}

static bool decide(struct sipcodes_bridge_end *out, int code, struct sipcodes_text cause,
                   const char *source) {
  *out = (struct sipcodes_bridge_end){code, cause, source};
  return true;
}

/* Does the challenge of 401 and 407 show in one variable only? FreeSWITCH sets
 * sip_invite_failure_status for every other final response from 400 on. */
static bool is_challenge(int code) { return code == 401 || code == 407; }

/* The response that a leg with this cause got, if the proto variable can be of that leg: the code,
 * and what told; 0 if it cannot. */
static int response_of(int proto, struct sipcodes_text cause, const char **source) {
  *source = proto_variable;
  if (sipcodes_is_code(proto)) {
    /* With outbound_redirect_fatal a redirection ends the leg with this cause. */
    const bool fatal = sipcodes_class(proto) == 3 && is(cause, "REQUESTED_CHAN_UNAVAIL");
    return fatal || is_cause_of(proto, cause) ? proto : 0;
  }
  *source = "challenge";
  return proto != 0 && is(cause, "NORMAL_UNSPECIFIED") ? 401 : 0;
}

/* Is last_bridge_proto_specific_hangup_cause at least of the last SIP response? */
static bool is_last_response(const struct codes *codes) {
  return sipcodes_is_code(codes->proto) &&
         (codes->proto == codes->status || is_challenge(codes->proto) ||
          sipcodes_class(codes->proto) == 3);
}

/* ---- Legs. originate_causes is "uuid;CAUSE", from the second leg on
 * "ARRAY::uuid;CAUSE|:uuid;CAUSE", in the order of the dial string; an attempt that found nothing
 * to call adds none. */

bool sipcodes_next_leg(struct sipcodes_text *causes, struct sipcodes_text *cause) {
  static const char array[] = "ARRAY::";
  if (text_starts(causes->data, causes->size, array)) {
    causes->data += sizeof array - 1;
    causes->size -= sizeof array - 1;
  }
  if (causes->data == NULL || causes->size == 0) return false;
  size_t end = 0;
  size_t from = 0;
  while (end < causes->size && causes->data[end] != '|') {
    if (causes->data[end++] == ';') from = end;
  }
  *cause = (struct sipcodes_text){causes->data + from, end - from};
  if (end < causes->size) ++end;
  if (end < causes->size && causes->data[end] == ':') ++end;
  causes->data += end;
  causes->size -= end;
  return true;
}

struct legs {
  size_t count;
  struct sipcodes_text first;
  struct sipcodes_text last;
};

static struct legs read_legs(struct sipcodes_text causes) {
  struct legs legs = {0};
  struct sipcodes_text cause;
  while (sipcodes_next_leg(&causes, &cause)) {
    if (legs.count++ == 0) legs.first = cause;
    legs.last = cause;
  }
  return legs;
}

/* Legs that were called at the same time: the disposition is that of the first in the dial string,
 * and the SIP variables are of the one that failed last. Of legs that were called one after the
 * other the disposition is that of the last. */
static bool is_parallel(const struct sipcodes_bridge *b) {
  const struct legs legs = read_legs(b->causes);
  return legs.count > 1 && is_same(legs.first, b->disposition) &&
         !is_same(legs.last, b->disposition);
}

/* The response of the leg of several that failed last. */
static bool decide_parallel(const struct sipcodes_bridge *b, const struct codes *codes,
                            struct sipcodes_bridge_end *out) {
  struct sipcodes_text causes = b->causes;
  struct sipcodes_text cause;
  if (!is_same(read_legs(causes).first, b->disposition)) return false;
  while (sipcodes_next_leg(&causes, &cause)) {
    const char *source;
    const int code = response_of(codes->proto, cause, &source);
    if (code != 0) return decide(out, code, cause, source);
  }
  return false;
}

void sipcodes_describe_leg(const struct sipcodes_bridge *b, struct sipcodes_text cause,
                           struct sipcodes_bridge_end *out) {
  const char *source;
  const int code = response_of(sipcodes_read_freeswitch_code(b->proto), cause, &source);
  if (code != 0) {
    decide(out, code, cause, source);
  } else {
    decide(out, sipcodes_freeswitch_code(cause), cause, "originate_causes");
  }
}

bool sipcodes_bridge_blocked(const struct sipcodes_bridge *b, const struct sipcodes_bridge_end *end,
                             struct sipcodes_text phrase, struct sipcodes_blocking *out,
                             struct sipcodes_error *why) {
  static const struct sipcodes_text blocked = {"Network Blocked", 15};
  struct sipcodes_text causes = b->causes;
  struct sipcodes_text cause;
  bool rejected = false;
  if (sipcodes_read_blocking(end->code, phrase, b->reason, true, out, why)) return true;
  if (!is_parallel(b)) return false;
  /* The phrase is of the leg that failed last, the Reason of the last one that had one. */
  while (sipcodes_next_leg(&causes, &cause)) rejected = rejected || is(cause, "CALL_REJECTED");
  struct sipcodes_error other;
  return rejected && sipcodes_read_blocking(603, blocked, b->reason, true, out, &other);
}

/* ---- An attempt that failed */

/* Is the disposition what FreeSWITCH makes of the first value of the Reason field that came? */
static bool is_reason_cause(const struct sipcodes_bridge *b) {
  struct sipcodes_reader reader = sipcodes_read_leniently(b->reason.data, b->reason.size);
  struct sipcodes_reason reason;
  if (b->reason.data == NULL || !sipcodes_read_reason(&reader, &reason)) return false;
  if (!is(reason.protocol, "Q.850")) return false;
  const char *const name = sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, reason.cause);
  return is(b->disposition, name != NULL ? name : "UNKNOWN");
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
static bool is_from_reason(const struct sipcodes_bridge *b) {
  const struct legs legs = read_legs(b->causes);
  if (legs.count > 0 && !is_same(legs.last, b->disposition)) return false;
  if (legs.count == 1) return true;
  if (is_own_cause(b->disposition)) return false;
  if (legs.count == 0 && b->hangup.data == NULL) return true;
  if (legs.count > 0 && b->reason.data != NULL) return is_reason_cause(b);
  return is_same(b->hangup, b->disposition) && !is(b->endpoint, "EARLY MEDIA");
}

/* A redirection unsets sip_invite_failure_status, and FreeSWITCH cancels the leg. */
static bool decide_redirected(const struct sipcodes_bridge *b, const struct codes *codes,
                              struct sipcodes_bridge_end *out) {
  if (codes->status != 0) return false;
  if (is(b->disposition, redirected)) {
    return decide(out, 302, b->disposition, disposition_variable);
  }
  return is(b->hangup, redirected) && is(b->disposition, "ORIGINATOR_CANCEL") &&
         decide(out, 302, b->hangup, "last_bridge_hangup_cause");
}

static bool decide_failed(const struct sipcodes_bridge *b, const struct codes *codes,
                          struct sipcodes_bridge_end *out) {
  const bool last = is_last_response(codes);
  const char *source;
  if (last || !sipcodes_is_code(codes->proto)) {
    const int code = response_of(codes->proto, b->disposition, &source);
    if (code != 0) return decide(out, code, b->disposition, source);
  }
  if (sipcodes_is_code(codes->status) && is_cause_of(codes->status, b->disposition)) {
    return decide(out, codes->status, b->disposition, status_variable);
  }
  if (decide_redirected(b, codes, out) || decide_parallel(b, codes, out)) return true;
  if (last && is_from_reason(b)) return decide(out, codes->proto, b->disposition, proto_variable);
  return decide(out, sipcodes_freeswitch_code(b->disposition), b->disposition,
                disposition_variable);
}

/* ---- An attempt that connected, if only to early media */

static bool decide_connected(const struct sipcodes_bridge *b, const struct codes *codes,
                             struct sipcodes_bridge_end *out) {
  const struct sipcodes_text cause = b->bridge.data != NULL ? b->bridge : b->disposition;
  const bool early = is(b->endpoint, "EARLY MEDIA");
  const bool answered = is(b->endpoint, "ANSWER") || (codes->status == 0 && !early);
  if (answered) {
    return decide(out, 200, cause, codes->proto == 200 ? proto_variable : disposition_variable);
  }
  /* Nothing but its cause tells this attempt's challenge from an earlier one's. */
  if (is_last_response(codes) &&
      (!is_challenge(codes->proto) || is_cause_of(codes->proto, cause))) {
    return decide(out, codes->proto, cause, proto_variable);
  }
  if (sipcodes_is_code(codes->status)) return decide(out, codes->status, cause, status_variable);
  return decide(out, sipcodes_freeswitch_code(cause), cause, "bridge_hangup_cause");
}

bool sipcodes_describe_bridge(const struct sipcodes_bridge *bridge,
                              struct sipcodes_bridge_end *out) {
  static const struct sipcodes_text unknown = {"UNKNOWN", 7};
  struct sipcodes_bridge b = *bridge;
  const struct codes codes = read_codes(&b);
  if (b.disposition.data == NULL) return false;
  if (is(b.disposition, "SUCCESS") || is(b.disposition, "call accepted")) {
    return decide_connected(&b, &codes, out);
  }
  if (is(b.disposition, "failure")) {
    b.disposition = b.failed.data != NULL ? b.failed : unknown;
  }
  return decide_failed(&b, &codes, out);
}
