/* Failover, policies and the best response, without Lua. */
#include "core.h"

static struct sipcodes_rule rule(const char *text, bool failover) {
  struct sipcodes_rule read;
  if (!sipcodes_read_rule(text, strlen(text), &read)) read.first = -1;
  read.failover = failover;
  return read;
}

static bool goes_on(const struct sipcodes_policy *policy, int code) {
  const struct sipcodes_failure failure = {.code = code};
  return sipcodes_decide(policy, &failure).failover;
}

static void check_rules(struct tap *tap) {
  static const struct {
    const char *text;
    enum sipcodes_rule_kind kind;
    int first;
    int last;
  } rules[] = {
      {"486", SIPCODES_RULE_CODE, 486, 486},     {"4xx", SIPCODES_RULE_CLASS, 400, 499},
      {"48X", SIPCODES_RULE_RANGE, 480, 489},    {"480-484", SIPCODES_RULE_RANGE, 480, 484},
      {"480 x", SIPCODES_RULE_PHRASE, 480, 480}, {"timeout", SIPCODES_RULE_TIMEOUT, 0, 0},
  };
  for (size_t i = 0; i < sizeof rules / sizeof rules[0]; ++i) {
    const struct sipcodes_rule read = rule(rules[i].text, true);
    tap_check(
        tap,
        read.kind == rules[i].kind && read.first == rules[i].first && read.last == rules[i].last,
        "the rule %s", rules[i].text);
  }
  static const char *const none[] = {"",        "4",       "48",   "7xx",    "4x6",
                                     "489-480", "480-700", "480 ", "Timeout"};
  for (size_t i = 0; i < sizeof none / sizeof none[0]; ++i) {
    struct sipcodes_rule read;
    tap_check(tap, !sipcodes_read_rule(none[i], strlen(none[i]), &read), "\"%s\" is not a rule",
              none[i]);
  }
}

static void check_policy(struct tap *tap) {
  struct sipcodes_rule rules[] = {rule("4xx", false), rule("480-489", true), rule("486", false),
                                  rule("timeout", true), rule("480 No Route", false)};
  struct sipcodes_policy policy;
  struct sipcodes_clash clash;
  tap_check(tap, sipcodes_compile_policy(rules, 5, SIPCODES_RFC, &policy, &clash), "a policy");
  tap_check(tap, goes_on(&policy, 480) && !goes_on(&policy, 486) && !goes_on(&policy, 404),
            "its rules");
  tap_check(tap, goes_on(&policy, 503) && !goes_on(&policy, 502), "its base");
  const struct sipcodes_failure no_route = {
      .code = 480, .phrase = TEXT("no route"), .timeout = true};
  const struct sipcodes_verdict verdict = sipcodes_decide(&policy, &no_route);
  tap_check(tap, !verdict.failover && verdict.rule->kind == SIPCODES_RULE_PHRASE,
            "a phrase comes first");
  struct sipcodes_rule twice[] = {rule("486", true), rule("404", true), rule("486", false)};
  tap_check(tap,
            !sipcodes_compile_policy(twice, 3, SIPCODES_RFC, &policy, &clash) &&
                clash.first->first == 486 && clash.second->first == 486,
            "a rule given twice");
}

static void check_failover(struct tap *tap) {
  static const struct sipcodes_policy usual = {.base = SIPCODES_CARRIER};
  const struct sipcodes_failure busy = {.code = 503, .retry_after = TEXT("120 (maintenance)")};
  const struct sipcodes_verdict verdict = sipcodes_decide(&usual, &busy);
  tap_check(tap, verdict.failover && verdict.rule == NULL && verdict.hold_down == 120, "503");
  tap_check(tap, goes_on(&usual, 477) && !goes_on(&usual, 486) && !goes_on(&usual, 0),
            "477, 486 and 0");
  const struct sipcodes_failure blocked = {.code = 603,
                                           .phrase = TEXT("Network Blocked"),
                                           .reason = TEXT("SIP;cause=603;text=\"v=analytics1\"")};
  const struct sipcodes_policy always = {.base = SIPCODES_ALWAYS};
  tap_check(tap, sipcodes_decide(&always, &blocked).blocked, "603+ under any policy");
  tap_check(tap, !sipcodes_decide(&always, &blocked).failover && goes_on(&always, 603),
            "603+ is final");
  tap_check(tap, sipcodes_base("rfc", 3) == SIPCODES_RFC && sipcodes_base("true", 4) == -1,
            "bases by name");
  tap_check(tap, same(sipcodes_base_name(SIPCODES_NEVER), "false"), "names of bases");
}

static void check_best(struct tap *tap) {
  static const int codes[] = {180, 503, 404, 486, 600, 603};
  struct sipcodes_best best = {0};
  tap_check(
      tap,
      sipcodes_upstream(&best, false, true) == 408 && sipcodes_upstream(&best, false, false) == 0,
      "nothing is left");
  static const int expected[] = {408, 500, 404, 486, 600, 600};
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; ++i) {
    sipcodes_consider(&best, codes[i]);
    tap_check(tap, sipcodes_upstream(&best, false, true) == expected[i], "best after %d", codes[i]);
  }
  tap_check(tap, best.position == 5 && best.count == 6, "its position");
  struct sipcodes_best only = {0};
  sipcodes_consider(&only, 503);
  tap_check(tap, sipcodes_upstream(&only, true, true) == 503, "503 is kept");
}

void check_routing(struct tap *tap) {
  check_rules(tap);
  check_policy(tap);
  check_failover(tap);
  check_best(tap);
}
