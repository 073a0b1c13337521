/* Outcomes and call-quality ratios, without Lua. */
#include "core.h"

static void check_outcomes(struct tap *tap) {
  static const struct {
    int code;
    const char *outcome;
  } outcomes[] = {{183, "in progress"},
                  {200, "answered"},
                  {302, "redirected"},
                  {407, "challenged"},
                  {486, "busy"},
                  {480, "no answer"},
                  {487, "cancelled"},
                  {606, "rejected"},
                  {604, "not reachable"},
                  {608, "blocked"},
                  {430, "network failure"},
                  {599, "network failure"},
                  {499, "client error"}};
  for (size_t i = 0; i < sizeof outcomes / sizeof outcomes[0]; ++i) {
    const int code = outcomes[i].code;
    tap_check(tap, same(sipcodes_outcome_name(sipcodes_outcome(code)), outcomes[i].outcome),
              "outcome of %d", code);
  }
  tap_check(tap, sipcodes_outcome(99) == -1 && sipcodes_outcome(700) == -1, "no outcome");
  tap_check(tap,
            sipcodes_outcome_name(-1) == NULL && sipcodes_outcome_name(SIPCODES_OUTCOMES) == NULL,
            "no name");
}

static void check_sets(struct tap *tap) {
  static const int expected[] = {2, 480, 486, 600, 603, 0};
  const struct sipcodes_code_set ner = sipcodes_usual_ner();
  int member = 0;
  for (size_t i = 0; i < sizeof expected / sizeof expected[0]; ++i) {
    member = sipcodes_next_member(&ner, member);
    tap_check(tap, member == expected[i], "member %d", expected[i]);
  }
  tap_check(tap,
            sipcodes_is_in_set(&ner, 299) && !sipcodes_is_in_set(&ner, 404) &&
                !sipcodes_is_in_set(&ner, 0),
            "what is in the set");
  struct sipcodes_code_set edges = {0};
  sipcodes_add_to_set(&edges, 699);
  sipcodes_add_to_set(&edges, 700);
  sipcodes_add_to_set(&edges, 7);
  tap_check(tap, sipcodes_next_member(&edges, 0) == 699 && sipcodes_next_member(&edges, 699) == 0,
            "edges of a set");
}

static void check_ratios(struct tap *tap) {
  static const struct {
    int code;
    uint64_t count;
  } counts[] = {{200, 50}, {486, 20}, {503, 10}, {302, 20}};
  const struct sipcodes_code_set ner = sipcodes_usual_ner();
  struct sipcodes_tally tally = {0};
  struct sipcodes_ratios ratios;
  sipcodes_describe_ratios(&tally, &ratios);
  tap_check(tap, ratios.asr < 0 && ratios.ser < 0 && ratios.ner < 0, "nothing to divide by");
  for (size_t i = 0; i < sizeof counts / sizeof counts[0]; ++i) {
    sipcodes_count(&tally, counts[i].code, counts[i].count, &ner);
  }
  sipcodes_describe_ratios(&tally, &ratios);
  tap_check(tap, tally.attempts == 100 && ratios.asr == 50 && ratios.ner == 70 && ratios.isa == 10,
            "of all");
  tap_check(tap, ratios.ser == 62.5 && ratios.seer == 87.5, "of all but 3xx");
}

void check_kpi(struct tap *tap) {
  check_outcomes(tap);
  check_sets(tap);
  check_ratios(tap);
}
