#include <string.h>

#include "sipcodes.h"

static const uint8_t goes_on[SIPCODES_BASES][SIPCODES_LAST - SIPCODES_FIRST + 1] = {
#define FAILOVER(base, code) [SIPCODES_##base][code - SIPCODES_FIRST] = 1,
#include "../data/policies.def"
};

static const uint8_t goes_on_without_answer[SIPCODES_BASES] = {
#define TIMEOUT(base) [SIPCODES_##base] = 1,
#include "../data/policies.def"
};

static const char base_names[SIPCODES_BASES][8] = {
#define BASE(base, name) [SIPCODES_##base] = name,
#include "../data/policies.def"
};

int sipcodes_base(const char *name, size_t size) {
  for (int base = 0; base < SIPCODES_BASES; ++base) {
    if (strlen(base_names[base]) == size && memcmp(base_names[base], name, size) == 0) return base;
  }
  return -1;
}

const char *sipcodes_base_name(enum sipcodes_base base) { return base_names[base]; }

bool sipcodes_goes_on(enum sipcodes_base base, int code, bool timed_out) {
  if (timed_out && goes_on_without_answer[base]) return true;
  return sipcodes_is_code(code) && goes_on[base][code - SIPCODES_FIRST];
}

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

int sipcodes_upstream_rank(int code) {
  switch (sipcodes_class(code)) {
    case 2: return 0;
    case 6: return 1;
    case 3: return 2;
    case 4: return rank_in_4xx(code);
    case 5: return code == 503 ? 10 : 9;
    default: return -1;
  }
}
