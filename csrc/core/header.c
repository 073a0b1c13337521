#include "grammar.h"
#include "text.h"

static const char not_decimal[] = "no decimal number of at most 2147483647";
static const char no_value[] = "no value";
static const char unexpected[] = "unexpected octet";

struct sipcodes_reader sipcodes_read_leniently(const char *data, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(data, size);
  reader.lenient = true;
  return reader;
}

struct sipcodes_reader sipcodes_read_parameters(const struct sipcodes_reason *reason) {
  struct sipcodes_reader reader =
      sipcodes_read_field(reason->parameters.data, reason->parameters.size);
  reader.lenient = reason->lenient;
  return reader;
}

/* Goes to where the next element begins; false at the end. */
static bool begin_element(struct sipcodes_reader *r) {
  if (r->ended || r->error.problem != NULL) return false;
  grammar_skip(r);
  if (r->at == r->size || r->data[r->at] == ',')
    return grammar_refuse(r, "empty list element", r->at);
  return true;
}

static bool end_element(struct sipcodes_reader *r) {
  grammar_skip(r);
  r->ended = r->at == r->size;
  if (r->ended) return true;
  if (r->data[r->at] != ',') return grammar_refuse(r, unexpected, r->at);
  ++r->at;
  return true;
}

/* gen-value = token / host / quoted-string */
static bool read_value(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  out->quoted = grammar_stands(r, '"');
  if (out->quoted) return grammar_quoted(r, &out->value);
  const size_t from = r->at;
  if (grammar_stands(r, '[')) {
    if (!grammar_ip6_reference(r)) return false;
  } else {
    grammar_token(r);
  }
  if (r->at == from) return grammar_refuse(r, no_value, from);
  out->value.data = r->data + from;
  out->value.size = r->at - from;
  out->value.escaped = false;
  return true;
}

static bool read_parameter(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  if (r->error.problem != NULL) return false;
  grammar_skip(r);
  if (!grammar_stands(r, ';')) return false;
  ++r->at;
  grammar_skip(r);
  out->name = grammar_token(r);
  if (out->name.size == 0) return grammar_refuse(r, "no parameter name", r->at);
  out->value.data = NULL;
  out->value.size = 0;
  out->value.escaped = false;
  out->quoted = false;
  const size_t end = r->at;
  grammar_skip(r);
  if (!grammar_stands(r, '=')) {
    r->at = end;
    return true;
  }
  ++r->at;
  grammar_skip(r);
  return read_value(r, out);
}

static bool is_named(const struct sipcodes_parameter *parameter, const char *name) {
  return text_is(parameter->name.data, parameter->name.size, name);
}

/* Refuses a parameter that must have a value and is a flag. */
static bool need_value(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter) {
  if (parameter->value.data != NULL) return true;
  return grammar_refuse(r, no_value,
                        (size_t)(parameter->name.data - r->data) + parameter->name.size);
}

/* Takes the value of a parameter that stands once and is an unquoted number. */
static bool take_number(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter,
                        const char *twice, int32_t *out) {
  if (*out >= 0) return grammar_refuse(r, twice, (size_t)(parameter->name.data - r->data));
  if (!need_value(r, parameter)) return false;
  const struct sipcodes_string *const value = &parameter->value;
  const bool readable = !parameter->quoted || r->lenient;
  *out = readable ? text_number(value->data, value->size) : -1;
  if (*out >= 0) return true;
  return grammar_refuse(r, not_decimal,
                        (size_t)(value->data - r->data) - (parameter->quoted ? 1 : 0));
}

static bool take_text(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter,
                      struct sipcodes_reason *out) {
  if (out->text.data != NULL) {
    return grammar_refuse(r, "second text", (size_t)(parameter->name.data - r->data));
  }
  out->text = parameter->value;
  return need_value(r, parameter);
}

static bool take_parameter(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter,
                           struct sipcodes_reason *out) {
  if (is_named(parameter, "cause")) return take_number(r, parameter, "second cause", &out->cause);
  if (is_named(parameter, "text")) return take_text(r, parameter, out);
  if (!is_named(parameter, "location")) {
    ++out->others;
    return true;
  }
  /* Nothing says what a second location would mean: the first one counts, as with the others. */
  if (out->location.data == NULL) out->location = parameter->value;
  return need_value(r, parameter);
}

static bool read_reason(struct sipcodes_reader *r, struct sipcodes_reason *out) {
  struct sipcodes_parameter parameter;
  if (!begin_element(r)) return false;
  *out = (struct sipcodes_reason){.cause = -1};
  out->protocol = grammar_token(r);
  if (out->protocol.size == 0) return grammar_refuse(r, "no protocol", r->at);
  const size_t from = r->at;
  while (read_parameter(r, &parameter)) {
    if (!take_parameter(r, &parameter, out)) return false;
  }
  if (r->error.problem != NULL) return false;
  out->parameters = grammar_since(r, from);
  return end_element(r);
}

/* The lenient reader. It passes over what the strict one refuses, and notes the first such thing.
 */

static void note(struct sipcodes_reader *r, const char *problem, size_t at) {
  if (r->skips++ == 0) r->skipped = (struct sipcodes_error){problem, at + 1};
}

/* Notes what a step refused, and goes on. */
static void forgive(struct sipcodes_reader *r) {
  if (r->skips++ == 0) r->skipped = r->error;
  r->error = (struct sipcodes_error){NULL, 0};
}

/* Goes to the next comma outside quotes, or, if `parameters`, to the next ; before it. */
static void skip_to_end(struct sipcodes_reader *r, bool parameters) {
  bool quoted = false;
  for (; r->at < r->size; ++r->at) {
    const char c = r->data[r->at];
    if (quoted && c == '\\' && r->at + 1 < r->size) {
      ++r->at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && (c == ',' || (parameters && c == ';'))) {
      return;
    }
  }
}

static bool stands_at_end(const struct sipcodes_reader *r) {
  return r->at >= r->size || r->data[r->at] == ',';
}

/* How many octets the next one of a text without quotes takes; 0 if it may not stand there. No
 * backslash hides a ; or a , outside quotes. */
static size_t unquoted_length(const struct sipcodes_reader *r) {
  if (grammar_stands(r, '\\') && r->at + 1 < r->size) {
    const char next = r->data[r->at + 1];
    if (next == ';' || next == ',') return 1;
  }
  return grammar_inner(r);
}

/* Takes all up to the next ; or , for the text. The parameter was read up to its value. */
static bool extend_text(struct sipcodes_reader *r, struct sipcodes_string *text) {
  r->at = (size_t)(text->data - r->data);
  text->escaped = false;
  size_t end = r->at;
  while (!stands_at_end(r) && !grammar_stands(r, ';')) {
    const size_t length = unquoted_length(r);
    if (length == 0) return grammar_refuse(r, "control character", r->at);
    const char c = r->data[r->at];
    const bool blank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
    text->escaped = text->escaped || length > 1;
    r->at += length;
    if (!blank) end = r->at;
  }
  text->size = end - (size_t)(text->data - r->data);
  return true;
}

/* Reads a text without quotes: "text=User busy". The next octet is that behind the ; of the
 * parameter. */
static bool read_unquoted_text(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  grammar_skip(r);
  out->name = grammar_token(r);
  out->quoted = false;
  grammar_skip(r);
  if (!is_named(out, "text") || !grammar_stands(r, '=')) return false;
  ++r->at;
  grammar_skip(r);
  if (stands_at_end(r) || grammar_stands(r, '"') || grammar_stands(r, ';')) return false;
  out->value.data = r->data + r->at;
  return extend_text(r, &out->value);
}

/* Reads the parameter whose ; is the next octet, or notes why it cannot be read and goes behind it.
 */
static bool try_parameter(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  struct sipcodes_reader strict = *r;
  const bool ok = read_parameter(&strict, out);
  const size_t end = strict.at;
  grammar_skip(&strict);
  const bool cut = !stands_at_end(&strict) && !grammar_stands(&strict, ';');
  const bool is_text = ok && is_named(out, "text") && out->value.data != NULL && !out->quoted;
  if (ok && !(cut && is_text)) {
    r->at = end;
    return true;
  }
  const size_t from = ++r->at;
  if (read_unquoted_text(r, out)) return true;
  if (!ok) r->error = strict.error;
  forgive(r);
  r->at = from;
  skip_to_end(r, true);
  return false;
}

static bool read_parameter_leniently(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  for (;;) {
    grammar_skip(r);
    if (stands_at_end(r)) return false;
    if (!grammar_stands(r, ';')) {
      note(r, unexpected, r->at);
      skip_to_end(r, true);
    } else if (try_parameter(r, out)) {
      return true;
    }
  }
}

bool sipcodes_read_parameter(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  return r->lenient ? read_parameter_leniently(r, out) : read_parameter(r, out);
}

/* Reads the element that stands here as far as it can be read. */
static bool read_reason_leniently(struct sipcodes_reader *r, struct sipcodes_reason *out) {
  struct sipcodes_parameter parameter;
  *out = (struct sipcodes_reason){.cause = -1, .lenient = true};
  out->protocol = grammar_token(r);
  if (out->protocol.size == 0) {
    note(r, "no protocol", r->at);
    skip_to_end(r, false);
    return false;
  }
  const size_t from = r->at;
  while (read_parameter_leniently(r, &parameter)) {
    if (!take_parameter(r, &parameter, out)) forgive(r);
  }
  out->parameters = grammar_since(r, from);
  return true;
}

/* Goes behind the comma that ends an element. */
static void leave_element(struct sipcodes_reader *r) {
  r->ended = r->at >= r->size;
  if (!r->ended) ++r->at;
}

static bool next_reason_leniently(struct sipcodes_reader *r, struct sipcodes_reason *out) {
  while (!r->ended) {
    struct sipcodes_reader strict = *r;
    strict.lenient = false;
    if (read_reason(&strict, out)) {
      *r = strict;
      r->lenient = true;
      return true;
    }
    grammar_skip(r);
    const bool empty = stands_at_end(r);
    if (empty) note(r, "empty list element", r->at);
    const bool found = !empty && read_reason_leniently(r, out);
    leave_element(r);
    if (found) return true;
  }
  return false;
}

bool sipcodes_read_reason(struct sipcodes_reader *r, struct sipcodes_reason *out) {
  return r->lenient ? next_reason_leniently(r, out) : read_reason(r, out);
}

/* LWS that has to be there. */
static bool read_gap(struct sipcodes_reader *r) {
  const size_t from = r->at;
  grammar_skip(r);
  return r->at > from || grammar_refuse(r, "no space", from);
}

bool sipcodes_read_warning(struct sipcodes_reader *r, struct sipcodes_warning *out) {
  if (!begin_element(r)) return false;
  const size_t from = r->at;
  if (grammar_digits(r).size != 3) return grammar_refuse(r, "no warn-code of three digits", from);
  out->code = text_three_digits(r->data + from);
  if (!read_gap(r) || !grammar_warn_agent(r, &out->agent) || !read_gap(r)) return false;
  if (!grammar_stands(r, '"')) return grammar_refuse(r, "no quoted warn-text", r->at);
  return grammar_quoted(r, &out->text) && end_element(r);
}

static bool read_retry_after(struct sipcodes_reader *r, struct sipcodes_retry_after *out) {
  struct sipcodes_parameter parameter;
  grammar_skip(r);
  const size_t from = r->at;
  const struct sipcodes_text digits = grammar_digits(r);
  out->seconds = text_number(digits.data, digits.size);
  if (out->seconds < 0) return grammar_refuse(r, not_decimal, from);
  grammar_skip(r);
  if (grammar_stands(r, '(') && !grammar_comment(r, &out->comment)) return false;
  while (read_parameter(r, &parameter)) {
    if (is_named(&parameter, "duration") &&
        !take_number(r, &parameter, "second duration", &out->duration)) {
      return false;
    }
  }
  if (r->error.problem != NULL) return false;
  grammar_skip(r);
  return r->at == r->size || grammar_refuse(r, unexpected, r->at);
}

bool sipcodes_read_retry_after(const char *value, size_t size, struct sipcodes_retry_after *out,
                               struct sipcodes_error *error) {
  static const struct sipcodes_retry_after empty = {.duration = -1};
  struct sipcodes_reader reader = sipcodes_read_field(value, size);
  *out = empty;
  const bool ok = read_retry_after(&reader, out);
  *error = reader.error;
  return ok;
}
