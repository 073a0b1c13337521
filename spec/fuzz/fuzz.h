/* What every target asks of a parser, beside not to trip the sanitizers. A broken promise aborts,
 * which libFuzzer reports together with the input. */
#ifndef FUZZ_H
#define FUZZ_H

#include <stdlib.h>
#include <string.h>

#include "../../csrc/core/sipcodes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void require(bool holds) {
  if (!holds) abort();
}

/* The part lies within the input. */
static inline void require_inside(struct sipcodes_text part, const char *data, size_t size) {
  require(part.data >= data && part.data <= data + size);
  require(part.size <= size - (size_t)(part.data - data));
}

/* The same for a string, which also can be unescaped into its own size, and holds no line end then:
 * it could be sent again. */
static inline void require_string(struct sipcodes_string string, const char *data, size_t size) {
  if (string.data == NULL) return;
  const struct sipcodes_text part = {string.data, string.size};
  require_inside(part, data, size);
  if (!string.escaped) {
    require(sipcodes_find_control(string.data, string.size) == NULL);
    return;
  }
  char *const plain = malloc(string.size + 1);
  require(plain != NULL);
  const size_t written = sipcodes_write_unescaped(string, plain);
  require(written <= string.size);
  require(memchr(plain, '\r', written) == NULL && memchr(plain, '\n', written) == NULL);
  free(plain);
}

static inline void require_error(struct sipcodes_error error, size_t size) {
  require(error.problem != NULL && error.position >= 1 && error.position <= size + 1);
}

#endif
