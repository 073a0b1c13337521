/* Reason field values, read leniently: nothing is refused, and what the strict reading accepts is
 * read alike. */
#include "fuzz.h"

static bool same(struct sipcodes_string a, struct sipcodes_string b) {
  return a.data == b.data && (a.data == NULL || (a.size == b.size && a.escaped == b.escaped));
}

static size_t count_parameters(const struct sipcodes_reason *reason, size_t most) {
  struct sipcodes_reader reader = sipcodes_read_parameters(reason);
  struct sipcodes_parameter parameter;
  size_t count = 0;
  while (sipcodes_read_parameter(&reader, &parameter)) {
    require(sipcodes_is_token(parameter.name.data, parameter.name.size));
    require_inside(parameter.name, reason->parameters.data, reason->parameters.size);
    require_string(parameter.value, reason->parameters.data, reason->parameters.size);
    require(++count <= most);
  }
  require(reader.error.problem == NULL);
  return count;
}

static void check_reason(const struct sipcodes_reason *reason, const char *text, size_t size) {
  require(sipcodes_is_token(reason->protocol.data, reason->protocol.size));
  require(reason->cause >= -1);
  require_inside(reason->protocol, text, size);
  require_inside(reason->parameters, text, size);
  require_string(reason->text, text, size);
  require_string(reason->location, text, size);
  require(count_parameters(reason, size) >= reason->others);
}

static size_t read_all(const char *text, size_t size, size_t *skips) {
  struct sipcodes_reader reader = sipcodes_read_leniently(text, size);
  struct sipcodes_reason reason;
  size_t count = 0;
  while (sipcodes_read_reason(&reader, &reason)) {
    check_reason(&reason, text, size);
    require(++count <= size);
  }
  require(reader.error.problem == NULL && !sipcodes_read_reason(&reader, &reason));
  if (reader.skips > 0) require_error(reader.skipped, size);
  *skips = reader.skips;
  return count;
}

/* Does the strict reading accept the value? Each of its elements is then the lenient one's. */
static bool accepts(const char *text, size_t size, size_t *count) {
  struct sipcodes_reader strict = sipcodes_read_field(text, size);
  struct sipcodes_reader lenient = sipcodes_read_leniently(text, size);
  struct sipcodes_reason a;
  struct sipcodes_reason b;
  while (sipcodes_read_reason(&strict, &a)) {
    require(sipcodes_read_reason(&lenient, &b));
    require(a.protocol.data == b.protocol.data && a.protocol.size == b.protocol.size);
    require(a.cause == b.cause && a.others == b.others);
    require(same(a.text, b.text) && same(a.location, b.location));
    require(a.parameters.data == b.parameters.data && a.parameters.size == b.parameters.size);
    ++*count;
  }
  return strict.error.problem == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t skips = 0;
  size_t strictly = 0;
  const size_t count = read_all((const char *)data, size, &skips);
  if (accepts((const char *)data, size, &strictly)) require(count == strictly && skips == 0);
  return 0;
}
