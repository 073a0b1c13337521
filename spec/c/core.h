/* The parts of the core's test, a file a room of the core. */
#ifndef CORE_TEST_H
#define CORE_TEST_H

#include <string.h>

#include "../../csrc/core/sipcodes.h"
#include "tap.h"

/* The text of a literal. */
#define TEXT(literal) ((struct sipcodes_text){literal, sizeof literal - 1})

static inline bool same(const char *a, const char *b) {
  return a != NULL && b != NULL && strcmp(a, b) == 0;
}

void check_kpi(struct tap *tap);
void check_read(struct tap *tap);
void check_routing(struct tap *tap);
void check_write(struct tap *tap);

#endif
