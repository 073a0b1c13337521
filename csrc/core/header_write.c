#include "header_write.h"

#include <string.h>

#include "text.h"

/* What is written, as far as there is room. */
struct output {
  char *data;
  size_t room;
  size_t size; /* of all, also of what did not fit */
};

static void put(struct output *out, const char *data, size_t size) {
  if (out->size < out->room) {
    const size_t left = out->room - out->size;
    memcpy(out->data + out->size, data, size < left ? size : left);
  }
  out->size += size;
}

static void put_string(struct output *out, const char *text) { put(out, text, strlen(text)); }

static void put_text(struct output *out, struct sipcodes_text text) {
  put(out, text.data, text.size);
}

static void put_number(struct output *out, int32_t number) {
  char digits[12];
  char *at = digits + sizeof digits;
  do {
    *--at = (char)('0' + number % 10);
    number /= 10;
  } while (number > 0);
  put(out, at, (size_t)(digits + sizeof digits - at));
}

static void put_escaped(struct output *out, struct sipcodes_text text) {
  for (size_t i = 0; i < text.size; ++i) {
    if (text.data[i] == '"' || text.data[i] == '\\') put(out, "\\", 1);
    put(out, text.data + i, 1);
  }
}

static void put_quoted(struct output *out, struct sipcodes_text text) {
  put(out, "\"", 1);
  put_escaped(out, text);
  put(out, "\"", 1);
}

static bool refuse(struct sipcodes_refusal *why, const char *part, struct sipcodes_text shown,
                   const char *problem) {
  *why = (struct sipcodes_refusal){.part = part, .problem = problem, .shown = shown};
  return false;
}

static bool check_text(const char *part, struct sipcodes_text text, struct sipcodes_refusal *why) {
  const char *const control =
      text.data == NULL ? NULL : sipcodes_find_control(text.data, text.size);
  if (control == NULL) return true;
  *why = (struct sipcodes_refusal){.part = part, .control = control, .shown = text};
  return false;
}

static bool is_token(struct sipcodes_text text) {
  return text.data != NULL && sipcodes_is_token(text.data, text.size);
}

static bool check_token(const char *part, struct sipcodes_text text, struct sipcodes_refusal *why) {
  if (!check_text(part, text, why)) return false;
  return is_token(text) || refuse(why, part, text, "is not a token");
}

/* Names that are the same but for their case meet; those by their octets, so that one is always
 * first. */
static int compare_parameters(const void *x, const void *y) {
  const struct sipcodes_written_parameter *const a = x;
  const struct sipcodes_written_parameter *const b = y;
  const int folded = text_compare_texts(a->name, b->name);
  return folded != 0 ? folded : memcmp(a->name.data, b->name.data, a->name.size);
}

static bool is_named(struct sipcodes_text text, const char *name) {
  return text_is(text.data, text.size, name);
}

/* Can the parameter be written after the one before it? */
static bool check_parameter(const struct sipcodes_written_parameter *parameter,
                            const struct sipcodes_written_parameter *before,
                            struct sipcodes_refusal *why) {
  const struct sipcodes_text name = parameter->name;
  if (!is_token(name)) return refuse(why, "params", name, "is not a token");
  if (is_named(name, "cause") || is_named(name, "text") || is_named(name, "location")) {
    return refuse(why, "params", name, "has a field of its own");
  }
  if (before != NULL && text_compare_texts(before->name, name) == 0) {
    return refuse(why, "params", name, "is given twice");
  }
  return true;
}

/* ppi is always quoted, others if they are not a token. */
static bool put_parameter(struct output *out, const struct sipcodes_written_parameter *parameter,
                          struct sipcodes_refusal *why) {
  put(out, ";", 1);
  put_text(out, parameter->name);
  if (parameter->value.data == NULL) return true;
  if (!check_text("parameter", parameter->value, why)) {
    why->parameter = parameter->name;
    return false;
  }
  put(out, "=", 1);
  if (is_token(parameter->value) && !is_named(parameter->name, "ppi")) {
    put_text(out, parameter->value);
  } else {
    put_quoted(out, parameter->value);
  }
  return true;
}

static bool put_parameters(struct output *out, const struct sipcodes_written_reason *value,
                           struct sipcodes_refusal *why) {
  text_sort(value->parameters, value->count, sizeof *value->parameters, compare_parameters);
  for (size_t i = 0; i < value->count; ++i) {
    const struct sipcodes_written_parameter *const parameter = &value->parameters[i];
    if (!check_parameter(parameter, i == 0 ? NULL : parameter - 1, why)) return false;
    if (!put_parameter(out, parameter, why)) return false;
  }
  return true;
}

static bool put_pieces(struct output *out, const struct sipcodes_text *pieces, size_t count,
                       struct sipcodes_refusal *why) {
  put_string(out, ";text=\"");
  for (size_t i = 0; i < count; ++i) {
    if (!check_text("text", pieces[i], why)) return false;
    put_escaped(out, pieces[i]);
  }
  put_string(out, "\"");
  return true;
}

static bool put_reason(struct output *out, const struct sipcodes_written_reason *value,
                       const struct sipcodes_text *pieces, size_t count,
                       struct sipcodes_refusal *why) {
  if (!check_token("protocol", value->protocol, why)) return false;
  put_text(out, value->protocol);
  if (value->cause >= 0) {
    put_string(out, ";cause=");
    put_number(out, value->cause);
  }
  if (count > 0 && !put_pieces(out, pieces, count, why)) return false;
  if (value->location.data != NULL) {
    if (!check_text("location", value->location, why)) return false;
    put_string(out, ";location=");
    if (is_token(value->location)) {
      put_text(out, value->location);
    } else {
      put_quoted(out, value->location);
    }
  }
  return put_parameters(out, value, why);
}

size_t header_write_pieces(char *out, size_t room, const struct sipcodes_written_reason *value,
                           const struct sipcodes_text *pieces, size_t count,
                           struct sipcodes_refusal *why) {
  struct output output = {.room = room};
  output.data = out;
  return put_reason(&output, value, pieces, count, why) ? output.size : 0;
}

size_t sipcodes_write_reason(char *out, size_t room, const struct sipcodes_written_reason *value,
                             struct sipcodes_refusal *why) {
  return header_write_pieces(out, room, value, &value->text, value->text.data != NULL, why);
}

static bool put_warning(struct output *out, const struct sipcodes_written_warning *value,
                        struct sipcodes_refusal *why) {
  const struct sipcodes_text none = {NULL, 0};
  if (value->code < 0 || value->code > 999)
    return refuse(why, "code", none, "is not a warn-code, 0 to 999");
  const char digits[4] = {(char)('0' + value->code / 100), (char)('0' + value->code / 10 % 10),
                          (char)('0' + value->code % 10), ' '};
  if (!check_text("agent", value->agent, why)) return false;
  if (!sipcodes_is_warn_agent(value->agent.data, value->agent.size)) {
    return refuse(why, "agent", value->agent, "is not a host or token");
  }
  if (!check_text("text", value->text, why)) return false;
  put(out, digits, sizeof digits);
  put_text(out, value->agent);
  put_string(out, " ");
  put_quoted(out, value->text);
  return true;
}

size_t sipcodes_write_warning(char *out, size_t room, const struct sipcodes_written_warning *value,
                              struct sipcodes_refusal *why) {
  struct output output = {.room = room};
  output.data = out;
  return put_warning(&output, value, why) ? output.size : 0;
}
