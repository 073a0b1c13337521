/* Status-Lines. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  struct sipcodes_status_line line;
  struct sipcodes_error error;
  if (!sipcodes_read_status_line(text, size, &line, &error)) {
    require_error(error, size);
    return 0;
  }
  require(sipcodes_is_code(line.code));
  require_inside(line.phrase, text, size);
  require(sipcodes_find_control(line.phrase.data, line.phrase.size) == NULL);
  const char *const bad = sipcodes_find_unphrased(line.phrase.data, line.phrase.size);
  require(bad == NULL || (bad >= line.phrase.data && bad < line.phrase.data + line.phrase.size));
  int codes[2] = {0, 0};
  require(sipcodes_read_codes(text, size, codes) >= 1);
  return 0;
}
