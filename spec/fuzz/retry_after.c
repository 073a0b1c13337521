/* Retry-After field values. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  struct sipcodes_retry_after after;
  struct sipcodes_error error;
  if (!sipcodes_read_retry_after(text, size, &after, &error)) {
    require_error(error, size);
    return 0;
  }
  require(error.problem == NULL && after.seconds >= 0 && after.duration >= -1);
  require_string(after.comment, text, size);
  return 0;
}
