/* The core as a plain C program uses it: one header, no Lua. */
#include "../../csrc/core/sipcodes.h"

#include <limits.h>
#include <string.h>

#include "tap.h"

static bool same(const char *a, const char *b) {
  return a != NULL && b != NULL && strcmp(a, b) == 0;
}

static void check_codes(struct tap *tap) {
  int count = 0;
  for (int code = sipcodes_next(INT_MIN, INT_MAX); code != 0; code = sipcodes_next(code, INT_MAX)) {
    count += sipcodes_is_registered(code) && sipcodes_reason(code) != NULL;
  }
  tap_check(tap, count == 75, "75 registered codes");
  tap_check(tap, same(sipcodes_reason(486), "Busy Here"), "reason of 486");
  tap_check(tap, sipcodes_reason(499) == NULL, "no reason of 499");
  tap_check(tap, sipcodes_next(486, 499) == 487 && sipcodes_next(494, 499) == 0,
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
  for (size_t i = 0; i < sizeof odd / sizeof odd[0]; ++i) {
    const int n = odd[i];
    const bool unknown = sipcodes_reason(n) == NULL && sipcodes_class(n) == 0 &&
                         sipcodes_treat_as(n) == 0 && !sipcodes_is_registered(n) &&
                         !sipcodes_describe(n, &r) && sipcodes_formerly(n, 0) == NULL;
    tap_check(tap, unknown, "%d is no code", n);
  }
  tap_check(tap, sipcodes_class_title(0) == NULL && sipcodes_class_title(7) == NULL,
            "no class 0 or 7");
}

static void check_description(struct tap *tap) {
  struct sipcodes_response r;
  tap_check(tap, sipcodes_describe(423, &r), "423 is described");
  tap_check(tap, r.registered && r.rfc == 3261 && same(r.name, "INTERVAL_TOO_BRIEF"), "423's name");
  tap_check(tap, same(r.must, "Min-Expires") && same(r.should, "") && r.origin == NULL,
            "423's fields");
  tap_check(tap, same(r.dialog, "transaction") && same(r.action, "modify"), "423's effect");
  tap_check(tap, same(sipcodes_formerly(423, 1), "Subscription Too Brief"),
            "423's second former phrase");
  tap_check(tap, sipcodes_formerly(423, 3) == NULL && sipcodes_formerly(423, -1) == NULL,
            "no fourth");
  tap_check(tap, sipcodes_describe(477, &r) && !r.registered, "477 is described");
  tap_check(tap, same(r.origin, "Kamailio, OpenSIPS") && r.name == NULL && r.must == NULL,
            "477's origin");
}

static void check_parsers(struct tap *tap) {
  /* Not NUL-terminated, so that a read past the end shows under the sanitizers. */
  static const char line[] = {'S', 'I', 'P', '/', '2', '.', '0', ' ', '4', '8', '6', ' ', 'B'};
  struct sipcodes_status_line parsed = {0};
  struct sipcodes_fault fault = {0};
  int codes[2] = {0};
  tap_check(tap, sipcodes_parse(line, sizeof line, &parsed, &fault), "a Status-Line");
  tap_check(tap, parsed.code == 486 && parsed.phrase.size == 1 && parsed.phrase.data == line + 12,
            "its code and phrase");
  for (size_t size = 0; size < 11; ++size) {
    tap_check(tap,
              !sipcodes_parse(line, size, &parsed, &fault) && fault.position >= 1 &&
                  fault.position <= size + 1,
              "cut after %d octets", (int)size);
  }
  tap_check(tap,
            sipcodes_find("not acceptable", 14, codes) == 2 && codes[0] == 406 && codes[1] == 606,
            "a phrase of two codes");
  tap_check(tap, sipcodes_find("", 0, codes) == 0, "no code in nothing");
  tap_check(tap, sipcodes_find_control("a\tb\nc", 5) != NULL, "a control character");
  tap_check(tap, sipcodes_find_unphrased("Busy Here", 9) == NULL, "a phrase");
}

int main(void) {
  struct tap tap = {0, 0};
  check_codes(&tap);
  check_odd_numbers(&tap);
  check_description(&tap);
  check_parsers(&tap);
  return tap_finish(&tap);
}
