#include <string.h>

#include "sipcodes.h"
#include "text.h"

/* ---- Bases */

enum { TABLES = SIPCODES_RFC + 1 };

static const uint8_t goes_on[TABLES][SIPCODES_LAST - SIPCODES_FIRST + 1] = {
#define FAILOVER(base, code) [SIPCODES_##base][code - SIPCODES_FIRST] = 1,
#include "../data/routing.def"
};

static const uint8_t goes_on_without_answer[TABLES] = {
#define TIMEOUT(base) [SIPCODES_##base] = 1,
#include "../data/routing.def"
};

static const char base_names[][8] = {
#define BASE(base, name) [SIPCODES_##base] = name,
#include "../data/routing.def"
    [SIPCODES_ALWAYS] = "true",
    [SIPCODES_NEVER] = "false",
};

int sipcodes_base(const char *name, size_t size) {
  for (int base = 0; base < TABLES; ++base) {
    if (text_equals(name, size, base_names[base])) return base;
  }
  return -1;
}

const char *sipcodes_base_name(enum sipcodes_base base) { return base_names[base]; }

static bool base_goes_on(enum sipcodes_base base, int code, bool timeout) {
  if (base == SIPCODES_ALWAYS || base == SIPCODES_NEVER) return base == SIPCODES_ALWAYS;
  if (timeout && goes_on_without_answer[base]) return true;
  return sipcodes_is_code(code) && goes_on[base][code - SIPCODES_FIRST];
}

/* ---- Rules */

/* "48x" and "4xx". */
static bool read_tens_or_class(const char *text, struct sipcodes_rule *out) {
  if (!text_is_digit(text[0]) || text_lower(text[2]) != 'x') return false;
  const bool is_class = text_lower(text[1]) == 'x';
  if (!is_class && !text_is_digit(text[1])) return false;
  out->kind = is_class ? SIPCODES_RULE_CLASS : SIPCODES_RULE_RANGE;
  out->first = (text[0] - '0') * 100 + (is_class ? 0 : (text[1] - '0') * 10);
  out->last = out->first + (is_class ? 99 : 9);
  return true;
}

/* "480-489". */
static bool read_range(const char *text, struct sipcodes_rule *out) {
  if (text[3] != '-') return false;
  out->kind = SIPCODES_RULE_RANGE;
  out->first = text_three_digits(text);
  out->last = text_three_digits(text + 4);
  return out->first <= out->last;
}

/* "480 No Routes Found". */
static bool read_phrase(const char *text, size_t size, struct sipcodes_rule *out) {
  if (text[3] != ' ' || sipcodes_find_control(text, size) != NULL) return false;
  out->kind = SIPCODES_RULE_PHRASE;
  out->first = out->last = text_three_digits(text);
  out->phrase = (struct sipcodes_text){text + 4, size - 4};
  return true;
}

static bool read_rule(const char *text, size_t size, struct sipcodes_rule *out) {
  if (size < 3) return false;
  if (size == 3 && read_tens_or_class(text, out)) return true;
  if (size == 7 && read_range(text, out)) return true;
  if (size > 4) return read_phrase(text, size, out);
  out->kind = SIPCODES_RULE_CODE;
  out->first = out->last = size == 3 ? text_three_digits(text) : 0;
  return true;
}

bool sipcodes_read_rule(const char *text, size_t size, struct sipcodes_rule *out) {
  *out = (struct sipcodes_rule){.kind = SIPCODES_RULE_TIMEOUT};
  if (size == 7 && memcmp(text, "timeout", 7) == 0) return true;
  return read_rule(text, size, out) && sipcodes_is_code(out->first) && sipcodes_is_code(out->last);
}

/* ---- Policies */

/* Below 0 if `a` decides before `b`. Rules that can never meet have an order, too, so that those
 * that clash stand side by side. */
static int compare_rules(const void *x, const void *y) {
  const struct sipcodes_rule *const a = x;
  const struct sipcodes_rule *const b = y;
  if (a->kind != b->kind) return (int)a->kind - (int)b->kind;
  const int wider = (a->last - a->first) - (b->last - b->first);
  if (wider != 0) return wider;
  if (a->first != b->first) return a->first - b->first;
  return text_compare_texts(a->phrase, b->phrase);
}

static bool rules_clash(const struct sipcodes_rule *a, const struct sipcodes_rule *b) {
  if (compare_rules(a, b) == 0) return true;
  return a->kind == SIPCODES_RULE_RANGE && b->kind == SIPCODES_RULE_RANGE &&
         a->last - a->first == b->last - b->first && b->first <= a->last;
}

bool sipcodes_compile_policy(struct sipcodes_rule *rules, size_t count, enum sipcodes_base base,
                             struct sipcodes_policy *out, struct sipcodes_clash *clash) {
  text_sort(rules, count, sizeof *rules, compare_rules);
  for (size_t i = 1; i < count; ++i) {
    if (!rules_clash(&rules[i - 1], &rules[i])) continue;
    *clash = (struct sipcodes_clash){&rules[i - 1], &rules[i]};
    return false;
  }
  *out = (struct sipcodes_policy){rules, count, base};
  return true;
}

static bool rule_applies(const struct sipcodes_rule *rule, const struct sipcodes_failure *failure) {
  if (rule->kind == SIPCODES_RULE_TIMEOUT) return failure->timeout;
  if (failure->code < rule->first || failure->code > rule->last) return false;
  if (rule->kind != SIPCODES_RULE_PHRASE) return true;
  return failure->phrase.data != NULL && text_compare_texts(rule->phrase, failure->phrase) == 0;
}

static const struct sipcodes_rule *find_rule(const struct sipcodes_policy *policy,
                                             const struct sipcodes_failure *failure) {
  for (size_t i = 0; i < policy->count; ++i) {
    if (rule_applies(&policy->rules[i], failure)) return &policy->rules[i];
  }
  return NULL;
}

static int32_t hold_down(struct sipcodes_text value) {
  struct sipcodes_retry_after read;
  struct sipcodes_error error;
  if (value.data == NULL) return -1;
  return sipcodes_read_retry_after(value.data, value.size, &read, &error) ? read.seconds : -1;
}

struct sipcodes_verdict sipcodes_decide(const struct sipcodes_policy *policy,
                                        const struct sipcodes_failure *failure) {
  struct sipcodes_verdict verdict = {.hold_down = hold_down(failure->retry_after)};
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  verdict.blocked = sipcodes_read_blocking(failure->code, failure->phrase, failure->reason,
                                           failure->lenient, &blocking, &why);
  if (verdict.blocked) return verdict;
  verdict.rule = find_rule(policy, failure);
  verdict.failover = verdict.rule != NULL
                         ? verdict.rule->failover
                         : base_goes_on(policy->base, failure->code, failure->timeout);
  return verdict;
}

/* ---- The best response */

/* RFC 3261 16.7 step 6 asks for the lowest class and, in 4xx, for what a client can act on. That
 * the callee's own answers come before what a proxy says, and a missing answer last, is ours: it
 * is what the caller wants to know. */
static int rank_in_4xx(int code) {
  switch (code) {
    case 401:
    case 407:
    case 415:
    case 420:
    case 484: return 3;
    case 486: return 4;
    case 488: return 5;
    case 480: return 6;
    case 408: return 8;
    default: return 7;
  }
}

/* The response with the lowest rank is the best; -1 for what is not a final response. */
static int rank(int code) {
  switch (sipcodes_class(code)) {
    case 2: return 0;
    case 6: return 1;
    case 3: return 2;
    case 4: return rank_in_4xx(code);
    case 5: return code == 503 ? 10 : 9;
    default: return -1;
  }
}

void sipcodes_consider(struct sipcodes_best *best, int code) {
  ++best->count;
  if (rank(code) < 0 || (best->code != 0 && rank(code) >= rank(best->code))) return;
  best->code = code;
  best->position = best->count;
}

int sipcodes_upstream(const struct sipcodes_best *best, bool keep_503, bool invite) {
  if (best->code == 0) return invite ? 408 : 0;
  return best->code == 503 && !keep_503 ? 500 : best->code;
}
