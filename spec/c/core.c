/* The core as a plain C program uses it: one header, no Lua. */
#include "core.h"

#include <limits.h>
#include <stdlib.h>

static void check_codes(struct tap *tap) {
  int count = 0;
  for (int code = sipcodes_next_code(INT_MIN, INT_MAX); code != 0;
       code = sipcodes_next_code(code, INT_MAX)) {
    count += sipcodes_is_registered(code) && sipcodes_phrase(code) != NULL;
  }
  tap_check(tap, count == 75, "75 registered codes");
  tap_check(tap, same(sipcodes_phrase(486), "Busy Here"), "reason of 486");
  tap_check(tap, sipcodes_phrase(499) == NULL, "no reason of 499");
  tap_check(tap, sipcodes_next_code(486, 499) == 487 && sipcodes_next_code(494, 499) == 0,
            "next within a class");
  tap_check(tap, sipcodes_class(486) == 4 && same(sipcodes_class_title(4), "Client Failure"),
            "class");
  tap_check(tap, sipcodes_treat_as(499) == 400 && sipcodes_treat_as(101) == 183, "treated as");
  tap_check(tap, sipcodes_action(503) == SIPCODES_ELSEWHERE, "action of 503");
  tap_check(tap, same(sipcodes_action_name(sipcodes_action(699)), "stop_everywhere"),
            "action of 699");
  tap_check(tap, sipcodes_constant("BUSY_HERE", 9) == 486 && sipcodes_constant("", 0) == 0,
            "constant");
}

static void check_odd_numbers(struct tap *tap) {
  static const int odd[] = {INT_MIN, -1, 0, 99, 700, 65536 + 486, INT_MAX};
  struct sipcodes_response r;
  struct sipcodes_mapping m;
  for (size_t i = 0; i < sizeof odd / sizeof odd[0]; ++i) {
    const int n = odd[i];
    const bool unknown = sipcodes_phrase(n) == NULL && sipcodes_class(n) == 0 &&
                         sipcodes_treat_as(n) == 0 && !sipcodes_is_registered(n) &&
                         !sipcodes_describe_code(n, &r) && sipcodes_former_phrase(n, 0) == NULL &&
                         !sipcodes_cause_from_sip(SIPCODES_FREESWITCH, n, true, &m);
    tap_check(tap, unknown, "%d is not a code", n);
  }
  tap_check(tap, sipcodes_class_title(0) == NULL && sipcodes_class_title(7) == NULL,
            "no class 0 or 7");
}

static void check_description(struct tap *tap) {
  struct sipcodes_response r;
  tap_check(tap, sipcodes_describe_code(423, &r), "423 is described");
  tap_check(tap, r.registered && r.rfc == 3261 && same(r.name, "INTERVAL_TOO_BRIEF"), "423's name");
  tap_check(tap, same(r.must, "Min-Expires") && same(r.should, "") && r.origin == NULL,
            "423's fields");
  tap_check(tap, same(r.dialog, "transaction") && same(r.action, "modify"), "423's effect");
  tap_check(tap, same(sipcodes_former_phrase(423, 1), "Subscription Too Brief"),
            "423's second former phrase");
  tap_check(tap, sipcodes_former_phrase(423, 4) == NULL && sipcodes_former_phrase(423, -1) == NULL,
            "no fifth");
  tap_check(tap, sipcodes_describe_code(477, &r) && !r.registered, "477 is described");
  tap_check(tap, same(r.origin, "Kamailio, OpenSIPS") && r.name == NULL && r.must == NULL,
            "477's origin");
}

static void check_parsers(struct tap *tap) {
  /* Not NUL-terminated, so that a read past the end shows under the sanitizers. */
  static const char line[] = {'S', 'I', 'P', '/', '2', '.', '0', ' ', '4', '8', '6', ' ', 'B'};
  struct sipcodes_status_line parsed = {0};
  struct sipcodes_error error = {0};
  int codes[2] = {0};
  tap_check(tap, sipcodes_read_status_line(line, sizeof line, &parsed, &error), "a Status-Line");
  tap_check(tap, parsed.code == 486 && parsed.phrase.size == 1 && parsed.phrase.data == line + 12,
            "its code and phrase");
  for (size_t size = 0; size < 11; ++size) {
    tap_check(tap,
              !sipcodes_read_status_line(line, size, &parsed, &error) && error.position >= 1 &&
                  error.position <= size + 1,
              "cut after %d octets", (int)size);
  }
  tap_check(
      tap,
      sipcodes_read_codes("not acceptable", 14, codes) == 2 && codes[0] == 406 && codes[1] == 606,
      "a phrase of two codes");
  tap_check(tap, sipcodes_read_codes("", 0, codes) == 0, "no code in nothing");
  tap_check(tap, sipcodes_find_control("a\tb\nc", 5) != NULL, "a control character");
  tap_check(tap, sipcodes_find_unphrased("Busy Here", 9) == NULL, "a phrase");
}

static bool maps_to(const struct sipcodes_mapping *mapping, int number, const char *name) {
  return mapping->number == number && same(mapping->name, name) && !mapping->by_default;
}

static void check_causes(struct tap *tap) {
  struct sipcodes_mapping m = {0};
  struct sipcodes_table_source source = {0};
  int count = 0;
  for (int cause = sipcodes_next_cause(INT_MIN); cause != 0; cause = sipcodes_next_cause(cause)) {
    count += sipcodes_cause_text(cause) != NULL && sipcodes_cause_class(cause) == cause / 16;
  }
  tap_check(tap, count == 77 && sipcodes_next_cause(INT_MAX) == 0, "77 causes");
  tap_check(tap, sipcodes_cause_in_q850(17) && !sipcodes_cause_in_q850(24), "two origins");
  tap_check(tap, same(sipcodes_cause_class_name(7), "interworking"), "a class");
  tap_check(tap, sipcodes_cause_class_name(8) == NULL && sipcodes_cause_class_name(-1) == NULL,
            "no class 8 or -1");
  tap_check(tap,
            sipcodes_cause_from_sip(SIPCODES_FREESWITCH, 428, false, &m) &&
                maps_to(&m, 820, "NO_IDENTITY"),
            "428 in FreeSWITCH");
  tap_check(tap,
            sipcodes_cause_from_sip(SIPCODES_RFC3398, 488, true, &m) &&
                maps_to(&m, 65, "Bearer capability not implemented"),
            "488 for want of a bearer");
  tap_check(tap, !sipcodes_cause_from_sip(SIPCODES_RFC4497, 487, false, &m), "487 has no cause");
  tap_check(tap, sipcodes_cause_from_request(SIPCODES_RFC3398, "BYE", 3) == 16, "BYE");
  tap_check(
      tap, sipcodes_cause_to_sip(SIPCODES_RFC3398, 21, 0, false, &m) && maps_to(&m, 603, "Decline"),
      "21 by the user");
  tap_check(tap, sipcodes_cause_to_sip(SIPCODES_ASTERISK, 41, -1, false, &m) && m.number == 603,
            "41 in Asterisk");
  tap_check(tap, m.by_default && !sipcodes_cause_to_sip(SIPCODES_DSS1, 17, -1, false, &m),
            "a default, and a table of one direction");
  tap_check(tap,
            sipcodes_is_two_way(SIPCODES_ASTERISK) && !sipcodes_is_two_way(SIPCODES_DSS1) &&
                !sipcodes_is_two_way(SIPCODES_OPENSIPS_SIPI),
            "which tables map causes to responses");
  tap_check(tap,
            sipcodes_cause_of_text("user BUSY", 9) == 17 &&
                sipcodes_cause_of_text("user BUSY", 8) == 0 &&
                sipcodes_cause_of_text("User busy", 10) == 0,
            "a Q.850 text names its cause in any letter case");
  tap_check(tap, sipcodes_cause_number(SIPCODES_ASTERISK, "ast_cause_pre_empted", 20) == 8,
            "a name");
  tap_check(tap,
            same(sipcodes_freeswitch_name(SIPCODES_BEFORE_1_10_8, 602), "ALLOTTED_TIMEOUT") &&
                sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, 602) == NULL,
            "an old number");
  tap_check(tap,
            sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, "none", 4) == 0 &&
                sipcodes_freeswitch_number(SIPCODES_BEFORE_1_10_8, "REJECT_ALL", 10) == -1,
            "a number by its name");
  tap_check(tap,
            sipcodes_location("loc-6", 5) == 6 && same(sipcodes_location_name(10), "BI") &&
                sipcodes_location("", 0) == -1 && sipcodes_location_name(-1) == NULL &&
                sipcodes_location_name(16) == NULL && same(sipcodes_location_name(15), "LOC-15"),
            "locations");
  sipcodes_describe_table(SIPCODES_ASTERISK, &source);
  tap_check(tap, sipcodes_table(source.name, strlen(source.name)) == SIPCODES_ASTERISK, "a table");
  tap_check(tap, source.default_cause[5] == 34 && source.default_code == 603, "its defaults");
}

static void check_odd_causes(struct tap *tap) {
  static const int odd[] = {INT_MIN, -1, 0, 128, 826, 65536 + 17, INT_MAX};
  struct sipcodes_mapping m;
  for (size_t i = 0; i < sizeof odd / sizeof odd[0]; ++i) {
    const int n = odd[i];
    bool unknown = sipcodes_cause_text(n) == NULL && sipcodes_cause_class(n) == -1 &&
                   !sipcodes_cause_in_q850(n);
    for (int t = 0; t < SIPCODES_TABLES; ++t) {
      const enum sipcodes_table table = (enum sipcodes_table)t;
      const bool none = (table == SIPCODES_FREESWITCH || table == SIPCODES_YATE) && n == 0;
      unknown = unknown && sipcodes_cause_to_sip(table, n, n, true, &m) == none &&
                sipcodes_is_cause(table, n) == none;
    }
    tap_check(tap, unknown, "%d is not a cause", n);
  }
}

/* The field value is copied to where its end is the end of the memory, and cut at every octet. */
static void check_warnings(struct tap *tap) {
  static const char value[] = "399 a:5060 \"b\\\"c\" , 305 d \"e\"";
  bool early = false;
  for (size_t size = 0; size < sizeof value - 1; ++size) {
    char *const cut = malloc(size + 1);
    if (cut == NULL) continue;
    memcpy(cut + 1, value, size);
    early = early || sipcodes_warns_of_bearer(cut + 1, size);
    free(cut);
  }
  tap_check(tap, !early, "a Warning that is cut");
  tap_check(tap, sipcodes_warns_of_bearer(value, sizeof value - 1), "a Warning of the bearer");
}

static bool says(struct sipcodes_string string, const char *text) {
  char plain[64];
  if (string.data == NULL || string.size > sizeof plain) return false;
  const size_t size = sipcodes_write_unescaped(string, plain);
  return size == strlen(text) && memcmp(plain, text, size) == 0;
}

static bool is(struct sipcodes_text part, const char *text) {
  return part.size == strlen(text) && memcmp(part.data, text, part.size) == 0;
}

static void check_reason(struct tap *tap) {
  static const char value[] = "Q.850;cause=17;text=\"say \\\"hi\\\"\";X=1;y, SIP;location=U";
  struct sipcodes_reader reader = sipcodes_read_field(value, sizeof value - 1);
  struct sipcodes_reason reason;
  struct sipcodes_parameter parameter;
  tap_check(tap, sipcodes_read_reason(&reader, &reason), "a Reason value");
  tap_check(tap, is(reason.protocol, "Q.850") && reason.cause == 17, "its protocol and cause");
  tap_check(tap, reason.text.escaped && says(reason.text, "say \"hi\""), "its text");
  tap_check(tap, reason.location.data == NULL && reason.others == 2, "its other parts");
  struct sipcodes_reader inner =
      sipcodes_read_field(reason.parameters.data, reason.parameters.size);
  int count = 0;
  while (sipcodes_read_parameter(&inner, &parameter)) ++count;
  tap_check(tap, count == 4 && inner.error.problem == NULL, "its four parameters");
  tap_check(tap, is(parameter.name, "y") && parameter.value.data == NULL, "the last is a flag");
  tap_check(tap, sipcodes_read_reason(&reader, &reason) && reason.cause == -1, "a second value");
  tap_check(tap, says(reason.location, "U") && reason.text.data == NULL, "its location");
  tap_check(tap, !sipcodes_read_reason(&reader, &reason) && reader.error.problem == NULL,
            "and no third");
  reader = sipcodes_read_field("SIP;", 4);
  tap_check(tap, !sipcodes_read_reason(&reader, &reason) && reader.error.position == 5,
            "a value without its end");
  tap_check(tap, !sipcodes_read_reason(&reader, &reason) && reader.error.position == 5,
            "is refused again");
  reader = sipcodes_read_field(NULL, 0);
  tap_check(tap, !sipcodes_read_reason(&reader, &reason) && reader.error.position == 1,
            "nothing is not a value");
}

static void check_headers(struct tap *tap) {
  static const char value[] = "399 gw:5060 \"a\", 370 [::1] \"\"";
  struct sipcodes_reader reader = sipcodes_read_field(value, sizeof value - 1);
  struct sipcodes_warning warning;
  struct sipcodes_retry_after after;
  struct sipcodes_error error;
  tap_check(tap, sipcodes_read_warning(&reader, &warning) && warning.code == 399, "a Warning");
  tap_check(tap, is(warning.agent, "gw:5060") && says(warning.text, "a"), "its agent and text");
  tap_check(tap, sipcodes_read_warning(&reader, &warning) && warning.code == 370, "a second one");
  tap_check(tap, !sipcodes_read_warning(&reader, &warning) && reader.error.problem == NULL,
            "and no third");
  tap_check(tap, sipcodes_read_retry_after("5 (a(b));duration=7", 19, &after, &error),
            "a Retry-After");
  tap_check(tap, after.seconds == 5 && after.duration == 7 && says(after.comment, "a(b)"),
            "its parts");
  tap_check(tap, !sipcodes_read_retry_after("5 (a(b)", 7, &after, &error) && error.position == 3,
            "one without its end");
  tap_check(
      tap,
      sipcodes_is_token("Q.850", 5) && !sipcodes_is_token("a b", 3) && !sipcodes_is_token("", 0),
      "tokens");
  tap_check(tap, sipcodes_protocol("q.850", 5) == 1 && same(sipcodes_protocol_name(1), "Q.850"),
            "a protocol");
  tap_check(tap,
            sipcodes_protocol("Q.85", 4) == -1 && sipcodes_protocol_name(22) == NULL &&
                sipcodes_protocol_description(-1) == NULL,
            "no protocol");
  tap_check(tap,
            same(sipcodes_warning_text(370), "Insufficient bandwidth") &&
                sipcodes_warning_text(371) == NULL && sipcodes_next_warning(INT_MIN) == 300 &&
                sipcodes_next_warning(399) == 0,
            "warn-codes");
}

static void check_blocking(struct tap *tap) {
  static const char value[] = "SIP;cause=603;text=\"v=analytics1;tel=+1\";location=TN";
  const struct sipcodes_text phrase = {"network blocked", 15};
  const struct sipcodes_text reason = {value, sizeof value - 1};
  const struct sipcodes_text absent = {NULL, 0};
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  tap_check(tap, sipcodes_read_blocking(603, phrase, reason, false, &blocking, &why), "603+");
  tap_check(tap,
            says(blocking.tel, "+1") && says(blocking.location, "TN") &&
                same(blocking.protocol, "SIP") && blocking.url.data == NULL,
            "what it says");
  tap_check(tap,
            !sipcodes_read_blocking(603, phrase, absent, false, &blocking, &why) &&
                same(why.problem, "no Reason") && why.position == 0,
            "no Reason");
  tap_check(tap, !sipcodes_read_blocking(603, absent, reason, false, &blocking, &why), "no phrase");
  tap_check(tap,
            sipcodes_blocking_problem(SIPCODES_BLOCKING_TEL, "+1", 2) == NULL &&
                sipcodes_blocking_problem(SIPCODES_BLOCKING_TEL, "1", 1) != NULL,
            "what may be sent");
}

int main(void) {
  struct tap tap = {0, 0};
  check_codes(&tap);
  check_odd_numbers(&tap);
  check_description(&tap);
  check_parsers(&tap);
  check_causes(&tap);
  check_odd_causes(&tap);
  check_warnings(&tap);
  check_reason(&tap);
  check_headers(&tap);
  check_blocking(&tap);
  check_routing(&tap);
  check_kpi(&tap);
  check_read(&tap);
  check_write(&tap);
  return tap_finish(&tap);
}
