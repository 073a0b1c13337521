/* Warning field values. */
#include "fuzz.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  struct sipcodes_warning warning;
  size_t count = 0;
  while (sipcodes_read_warning(&reader, &warning)) {
    require(warning.code >= 0 && warning.code <= 999);
    require_inside(warning.agent, text, size);
    require(sipcodes_is_warn_agent(warning.agent.data, warning.agent.size));
    require(warning.text.data != NULL);
    require_string(warning.text, text, size);
    ++count;
  }
  if (reader.error.problem != NULL) {
    require_error(reader.error, size);
  } else {
    require(count > 0 && reader.at == size);
  }
  require(!sipcodes_read_warning(&reader, &warning));
  return 0;
}
