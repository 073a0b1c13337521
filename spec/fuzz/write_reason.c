/* What was read of a Reason value is written, and reads as the same; and so is a Warning value. */
#include "fuzz.h"

enum { MOST = 64 };

static struct sipcodes_text plain(struct sipcodes_string string, char **at) {
  if (string.data == NULL) return (struct sipcodes_text){NULL, 0};
  const struct sipcodes_text text = {*at, sipcodes_write_unescaped(string, *at)};
  *at += text.size;
  return text;
}

static bool says(struct sipcodes_string string, struct sipcodes_text text) {
  if (string.data == NULL || text.data == NULL) return string.data == NULL && text.data == NULL;
  char *const room = malloc(string.size + 1);
  require(room != NULL);
  const size_t size = sipcodes_write_unescaped(string, room);
  const bool same = size == text.size && memcmp(room, text.data, size) == 0;
  free(room);
  return same;
}

static bool controlled(struct sipcodes_text text) {
  return text.data != NULL && sipcodes_find_control(text.data, text.size) != NULL;
}

static bool has_own_field(struct sipcodes_text name) {
  static const char *const fields[] = {"cause", "text", "location"};
  for (size_t i = 0; i < 3; ++i) {
    const char *const field = fields[i];
    size_t at = 0;
    while (at < name.size && field[at] != '\0' && (name.data[at] | 0x20) == field[at]) ++at;
    if (at == name.size && field[at] == '\0') return true;
  }
  return false;
}

/* Takes the parameters into rows; false if they are too many or hold a control character. */
static bool take_parameters(const struct sipcodes_reason *reason,
                            struct sipcodes_written_reason *value, char **at) {
  struct sipcodes_reader reader = sipcodes_read_parameters(reason);
  struct sipcodes_parameter parameter;
  while (sipcodes_read_parameter(&reader, &parameter)) {
    if (has_own_field(parameter.name)) continue;
    if (value->count == MOST) return false;
    const struct sipcodes_text text = plain(parameter.value, at);
    if (controlled(text)) return false;
    value->parameters[value->count++] = (struct sipcodes_written_parameter){parameter.name, text};
  }
  return true;
}

/* The value is written into exactly the room that it needs, and never beyond a smaller one. */
static void check_written(const struct sipcodes_written_reason *value, size_t size) {
  struct sipcodes_refusal why;
  char *const out = malloc(size);
  require(out != NULL);
  require(sipcodes_write_reason(out, size / 2, value, &why) == size);
  require(sipcodes_write_reason(out, size, value, &why) == size);
  require(sipcodes_find_control(out, size) == NULL);
  struct sipcodes_reader reader = sipcodes_read_field(out, size);
  struct sipcodes_reason back;
  require(sipcodes_read_reason(&reader, &back));
  require(back.cause == value->cause && back.others == value->count);
  require(says(back.text, value->text) && says(back.location, value->location));
  require(!sipcodes_read_reason(&reader, &back) && reader.error.problem == NULL);
  free(out);
}

static void write_again(const struct sipcodes_reason *reason, char *at) {
  struct sipcodes_written_parameter rows[MOST];
  struct sipcodes_written_reason value = {.protocol = reason->protocol,
                                          .cause = reason->cause,
                                          .text = plain(reason->text, &at),
                                          .parameters = rows};
  struct sipcodes_refusal why;
  value.location = plain(reason->location, &at);
  const bool whole = take_parameters(reason, &value, &at);
  if (!whole) return;
  const size_t size = sipcodes_write_reason(NULL, 0, &value, &why);
  if (controlled(value.text) || controlled(value.location)) {
    require(size == 0 && why.control != NULL);
  } else if (size == 0) {
    require(why.part != NULL && strcmp(why.problem, "is given twice") == 0);
  } else {
    check_written(&value, size);
  }
}

/* Writes a Warning whose text is the input; refused if it holds a control character. */
static void check_warning(const char *text, size_t size) {
  const struct sipcodes_written_warning value = {
      .code = 399, .agent = {"gw:5060", 7}, .text = {text, size}};
  struct sipcodes_refusal why;
  const size_t needed = sipcodes_write_warning(NULL, 0, &value, &why);
  require((needed == 0) == (sipcodes_find_control(text, size) != NULL));
  if (needed == 0) return;
  char *const out = malloc(needed);
  require(out != NULL && sipcodes_write_warning(out, needed, &value, &why) == needed);
  struct sipcodes_reader reader = sipcodes_read_field(out, needed);
  struct sipcodes_warning back;
  require(sipcodes_read_warning(&reader, &back) && back.code == 399);
  require(says(back.text, value.text));
  free(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  char *const room = malloc(size + 1);
  require(room != NULL);
  for (int lenient = 0; lenient < 2; ++lenient) {
    struct sipcodes_reader reader =
        lenient ? sipcodes_read_leniently(text, size) : sipcodes_read_field(text, size);
    struct sipcodes_reason reason;
    while (sipcodes_read_reason(&reader, &reason)) write_again(&reason, room);
  }
  check_warning(text, size);
  free(room);
  return 0;
}
