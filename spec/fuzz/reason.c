/* Reason field values. */
#include "fuzz.h"

static void check_parameters(const struct sipcodes_reason *reason) {
  struct sipcodes_reader reader =
      sipcodes_read_field(reason->parameters.data, reason->parameters.size);
  struct sipcodes_parameter parameter;
  size_t count = 0;
  while (sipcodes_read_parameter(&reader, &parameter)) {
    require(sipcodes_is_token(parameter.name.data, parameter.name.size));
    require_inside(parameter.name, reason->parameters.data, reason->parameters.size);
    require_string(parameter.value, reason->parameters.data, reason->parameters.size);
    ++count;
  }
  require(reader.error.problem == NULL && reader.at == reader.size);
  require(count >= reason->others + (reason->cause >= 0) + (reason->text.data != NULL));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  struct sipcodes_reason reason;
  size_t count = 0;
  while (sipcodes_read_reason(&reader, &reason)) {
    require(sipcodes_is_token(reason.protocol.data, reason.protocol.size));
    require_inside(reason.protocol, text, size);
    require_inside(reason.parameters, text, size);
    require_string(reason.text, text, size);
    require_string(reason.location, text, size);
    require(reason.cause >= -1);
    check_parameters(&reason);
    ++count;
  }
  if (reader.error.problem != NULL) {
    require_error(reader.error, size);
  } else {
    require(count > 0 && reader.at == size);
  }
  require(!sipcodes_read_reason(&reader, &reason));
  return 0;
}
