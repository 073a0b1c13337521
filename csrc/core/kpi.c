#include "sipcodes.h"

/* Plus one, so that 0 means that the code has the outcome of its class. */
static const uint8_t outcome_of_code[SIPCODES_LAST - SIPCODES_FIRST + 1] = {
#define CODE_OUTCOME(code, outcome) [code - SIPCODES_FIRST] = SIPCODES_OUTCOME_##outcome + 1,
#include "../data/kpi.def"
};

static const uint8_t outcome_of_class[7] = {
#define CLASS_OUTCOME(class, outcome) [class] = SIPCODES_OUTCOME_##outcome,
#include "../data/kpi.def"
};

static const char outcome_names[SIPCODES_OUTCOMES][16] = {
#define OUTCOME(outcome, name) [SIPCODES_OUTCOME_##outcome] = name,
#include "../data/kpi.def"
};

int sipcodes_outcome(int code) {
  if (!sipcodes_is_code(code)) return -1;
  const int own = outcome_of_code[code - SIPCODES_FIRST];
  return own != 0 ? own - 1 : outcome_of_class[code / 100];
}

const char *sipcodes_outcome_name(int outcome) {
  return outcome >= 0 && outcome < SIPCODES_OUTCOMES ? outcome_names[outcome] : NULL;
}

/* ---- Sets of codes */

void sipcodes_add_to_set(struct sipcodes_code_set *set, int code) {
  if (sipcodes_is_code(code)) {
    const int bit = code - SIPCODES_FIRST;
    set->codes[bit / 8] = (uint8_t)(set->codes[bit / 8] | 1u << bit % 8);
  } else if (code >= 2 && code <= 6) {
    set->classes = (uint8_t)(set->classes | 1u << code);
  }
}

/* Is the code itself, or the class itself, a member? */
static bool has_member(const struct sipcodes_code_set *set, int member) {
  if (member <= 6) return (set->classes >> member & 1) != 0;
  if (!sipcodes_is_code(member)) return false;
  const int bit = member - SIPCODES_FIRST;
  return (set->codes[bit / 8] >> bit % 8 & 1) != 0;
}

bool sipcodes_is_in_set(const struct sipcodes_code_set *set, int code) {
  return sipcodes_is_code(code) && (has_member(set, code / 100) || has_member(set, code));
}

int sipcodes_next_member(const struct sipcodes_code_set *set, int member) {
  for (int next = member < 2 ? 2 : member + 1; next <= SIPCODES_LAST; ++next) {
    if (next == 7) next = SIPCODES_FIRST;
    if (has_member(set, next)) return next;
  }
  return 0;
}

static const int effective[] = {
    2, /* 2xx */
#define EFFECTIVE(code) code,
#include "../data/kpi.def"
};

struct sipcodes_code_set sipcodes_usual_ner(void) {
  struct sipcodes_code_set set = {0};
  for (size_t i = 0; i < sizeof effective / sizeof effective[0]; ++i) {
    sipcodes_add_to_set(&set, effective[i]);
  }
  return set;
}

/* ---- Ratios */

static bool is_effective(int code) {
  switch (code) {
#define EFFECTIVE(code) case code:
#include "../data/kpi.def"
    return true;
    default: return code / 100 == 2;
  }
}

static bool is_ineffective(int code) {
  switch (code) {
#define INEFFECTIVE(code) case code:
#include "../data/kpi.def"
    return true;
    default: return false;
  }
}

void sipcodes_count(struct sipcodes_tally *tally, int code, uint64_t count,
                    const struct sipcodes_code_set *ner) {
  tally->attempts += count;
  if (code / 100 == 2) tally->answered += count;
  if (code / 100 == 3) tally->redirected += count;
  if (is_effective(code)) tally->effective += count;
  if (is_ineffective(code)) tally->ineffective += count;
  if (sipcodes_is_in_set(ner, code)) tally->ner += count;
}

/* Multiplied first, so that 29 of 100 are 29; that can round up to more than all of very many. */
static double percent(uint64_t part, uint64_t whole) {
  if (whole == 0) return -1;
  const double value = 100 * (double)part / (double)whole;
  return value < 100 ? value : 100;
}

void sipcodes_describe_ratios(const struct sipcodes_tally *tally, struct sipcodes_ratios *out) {
  const uint64_t not_redirected = tally->attempts - tally->redirected;
  *out = (struct sipcodes_ratios){
      .ser = percent(tally->answered, not_redirected),
      .seer = percent(tally->effective, not_redirected),
      .isa = percent(tally->ineffective, tally->attempts),
      .asr = percent(tally->answered, tally->attempts),
      .ner = percent(tally->ner, tally->attempts),
  };
}
