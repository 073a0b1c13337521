/* Retry-After field values. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  struct sipcodes_retry_after after;
  struct sipcodes_fault fault;
  if (!sipcodes_retry_after(text, size, &after, &fault)) {
    require_fault(fault, size);
    return 0;
  }
  require(fault.problem == NULL && after.seconds >= 0 && after.duration >= -1);
  require_string(after.comment, text, size);
  return 0;
}
