/* Texts in which a code is looked for. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  int codes[2] = {0, 0};
  const int count = sipcodes_read_codes(text, size, codes);
  require(count >= 0 && count <= 2);
  require(count < 1 || sipcodes_is_code(codes[0]));
  require(count < 2 || (sipcodes_is_code(codes[1]) && codes[0] < codes[1]));
  const int constant = sipcodes_constant(text, size);
  require(constant == 0 || (count == 1 && codes[0] == constant));
  const char *const bad = sipcodes_find_unphrased(text, size);
  require(bad == NULL || (bad >= text && bad < text + size));
  return 0;
}
