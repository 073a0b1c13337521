#include <string.h>

#include "sipcodes.h"
#include "text.h"

/* The registered Reason protocols. The descriptions stand in one block and the rows hold offsets
 * into it, so that loading relocates nothing. */

struct descriptions {
#define PROTOCOL(id, name, description, reference) char about_##id[sizeof description];
#include "../data/protocols.def"
};

static const struct descriptions descriptions = {
#define PROTOCOL(id, name, description, reference) description,
#include "../data/protocols.def"
};

static const struct {
  char name[14];
  uint16_t description;
} protocols[] = {
#define PROTOCOL(id, name, description, reference) \
  {name, offsetof(struct descriptions, about_##id)},
#include "../data/protocols.def"
};

enum { PROTOCOLS = sizeof protocols / sizeof protocols[0] };

static const struct {
  uint16_t code;
  char text[46];
} warnings[] = {
#define WARNING(code, text, reference) {code, text},
#include "../data/warnings.def"
};

enum { WARNINGS = sizeof warnings / sizeof warnings[0] };

int sipcodes_protocol(const char *name, size_t size) {
  for (int i = 0; i < PROTOCOLS; ++i) {
    if (text_is(name, size, protocols[i].name)) return i;
  }
  return -1;
}

static bool is_protocol(int protocol) { return protocol >= 0 && protocol < PROTOCOLS; }

const char *sipcodes_protocol_name(int protocol) {
  return is_protocol(protocol) ? protocols[protocol].name : NULL;
}

const char *sipcodes_protocol_description(int protocol) {
  if (!is_protocol(protocol)) return NULL;
  return (const char *)&descriptions + protocols[protocol].description;
}

const char *sipcodes_warning_text(int code) {
  for (size_t i = 0; i < WARNINGS; ++i) {
    if (warnings[i].code == code) return warnings[i].text;
  }
  return NULL;
}

int sipcodes_next_warning(int code) {
  for (size_t i = 0; i < WARNINGS; ++i) {
    if (warnings[i].code > code) return warnings[i].code;
  }
  return 0;
}

/* Octets (RFC 3261 25.1) */

static bool is_token_octet(char c) {
  /* One bit for each octet: alphanum and - . ! % * _ + ` ' ~ */
  static const uint32_t token[8] = {0, 0x03FF6CA2, 0x87FFFFFE, 0x47FFFFFF};
  const unsigned char octet = (unsigned char)c;
  return (token[octet >> 5] >> (octet & 31) & 1) != 0;
}

static bool is_blank(char c) { return c == ' ' || c == '\t'; }

/* How many octets a line end with the blanks that make it a fold takes; 0 if there is none. A bare
 * LF is taken for CRLF. */
static size_t fold_length(const char *data, size_t size, size_t at) {
  size_t end = at;
  if (end < size && data[end] == '\r') ++end;
  if (end >= size || data[end] != '\n') return 0;
  const size_t blanks = ++end;
  while (end < size && is_blank(data[end])) ++end;
  return end > blanks ? end - at : 0;
}

/* LWS, or none. */
static size_t skip_blanks(const char *data, size_t size, size_t at) {
  for (;;) {
    while (at < size && is_blank(data[at])) ++at;
    const size_t fold = fold_length(data, size, at);
    if (fold == 0) return at;
    at += fold;
  }
}

/* How many octets what counts as one inside quotes or brackets takes: a quoted pair, a fold, or an
 * octet; 0 if neither may stand there. An octet above 0x7F is taken for a part of UTF-8. */
static size_t inner_length(const char *data, size_t size, size_t at) {
  const char c = data[at];
  if (c == '\\') {
    if (at + 1 == size) return 1; /* the input ends here, which is what is wrong with it */
    const char next = data[at + 1];
    return (unsigned char)next < 0x80 && next != '\r' && next != '\n' ? 2 : 0;
  }
  if (!text_is_control(c) || c == '\t') return 1;
  return fold_length(data, size, at);
}

size_t sipcodes_write_unescaped(struct sipcodes_string string, char *out) {
  size_t written = 0;
  size_t at = 0;
  while (at < string.size) {
    const size_t length = inner_length(string.data, string.size, at);
    char c = string.data[at];
    if (length > 1 && c == '\\') {
      c = string.data[at + 1];
    } else if (length > 1) {
      c = ' '; /* a fold */
    }
    out[written++] = c;
    at += length == 0 ? 1 : length;
  }
  return written;
}

/* The reader */

static const char not_decimal[] = "no decimal number of at most 2147483647";
static const char no_value[] = "no value";
static const char unexpected[] = "unexpected octet";

struct sipcodes_reader sipcodes_read_field(const char *data, size_t size) {
  const struct sipcodes_reader reader = {data == NULL ? "" : data, size, 0, false, {NULL, 0}};
  return reader;
}

/* Notes why and where, counted from 0, the input is refused. */
static bool refuse(struct sipcodes_reader *r, const char *problem, size_t at) {
  r->error.problem = problem;
  r->error.position = at + 1;
  return false;
}

static bool stands(const struct sipcodes_reader *r, char c) {
  return r->at < r->size && r->data[r->at] == c;
}

static void skip(struct sipcodes_reader *r) { r->at = skip_blanks(r->data, r->size, r->at); }

static struct sipcodes_text text_since(const struct sipcodes_reader *r, size_t from) {
  const struct sipcodes_text text = {r->data + from, r->at - from};
  return text;
}

/* Goes to where the next element begins; false at the end. */
static bool begin_element(struct sipcodes_reader *r) {
  if (r->ended || r->error.problem != NULL) return false;
  skip(r);
  if (r->at == r->size || r->data[r->at] == ',') return refuse(r, "empty list element", r->at);
  return true;
}

static bool end_element(struct sipcodes_reader *r) {
  skip(r);
  r->ended = r->at == r->size;
  if (r->ended) return true;
  if (r->data[r->at] != ',') return refuse(r, unexpected, r->at);
  ++r->at;
  return true;
}

/* As many octets of a token as stand there, perhaps none. */
static struct sipcodes_text read_token(struct sipcodes_reader *r) {
  const size_t from = r->at;
  while (r->at < r->size && is_token_octet(r->data[r->at])) ++r->at;
  return text_since(r, from);
}

static struct sipcodes_text read_digits(struct sipcodes_reader *r) {
  const size_t from = r->at;
  while (r->at < r->size && text_is_digit(r->data[r->at])) ++r->at;
  return text_since(r, from);
}

/* "[2001:db8::1]", of which only the octets are looked at. */
static bool read_ip6_reference(struct sipcodes_reader *r) {
  const size_t open = r->at++;
  while (r->at < r->size &&
         (text_is_hex(r->data[r->at]) || r->data[r->at] == ':' || r->data[r->at] == '.')) {
    ++r->at;
  }
  if (!stands(r, ']') || r->at == open + 1) return refuse(r, "no IPv6 reference", open);
  ++r->at;
  return true;
}

/* Reads one octet, pair or fold of a string that began at `open`. */
static bool read_inner(struct sipcodes_reader *r, struct sipcodes_string *out) {
  const size_t length = inner_length(r->data, r->size, r->at);
  if (length == 0) {
    return refuse(r, stands(r, '\\') ? "bad escape" : "control character", r->at);
  }
  if (length > 1) out->escaped = true;
  r->at += length;
  return true;
}

/* What stands between the quotes; the first one is the next octet. */
static bool read_quoted(struct sipcodes_reader *r, struct sipcodes_string *out) {
  const size_t open = r->at++;
  out->data = r->data + open + 1;
  out->escaped = false;
  while (r->at < r->size && r->data[r->at] != '"') {
    if (!read_inner(r, out)) return false;
  }
  if (r->at >= r->size) return refuse(r, "no closing quote", open);
  out->size = r->at - open - 1;
  ++r->at;
  return true;
}

/* What stands between the outer brackets; the first one is the next octet. */
static bool read_comment(struct sipcodes_reader *r, struct sipcodes_string *out) {
  const size_t open = r->at++;
  size_t depth = 1;
  out->data = r->data + open + 1;
  out->escaped = false;
  while (r->at < r->size) {
    if (stands(r, '(')) ++depth;
    if (stands(r, ')') && --depth == 0) break;
    if (!read_inner(r, out)) return false;
  }
  if (r->at >= r->size) return refuse(r, "no closing bracket", open);
  out->size = r->at - open - 1;
  ++r->at;
  return true;
}

/* gen-value = token / host / quoted-string */
static bool read_value(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  out->quoted = stands(r, '"');
  if (out->quoted) return read_quoted(r, &out->value);
  const size_t from = r->at;
  if (stands(r, '[')) {
    if (!read_ip6_reference(r)) return false;
  } else {
    read_token(r);
  }
  if (r->at == from) return refuse(r, no_value, from);
  out->value.data = r->data + from;
  out->value.size = r->at - from;
  out->value.escaped = false;
  return true;
}

bool sipcodes_read_parameter(struct sipcodes_reader *r, struct sipcodes_parameter *out) {
  if (r->error.problem != NULL) return false;
  skip(r);
  if (!stands(r, ';')) return false;
  ++r->at;
  skip(r);
  out->name = read_token(r);
  if (out->name.size == 0) return refuse(r, "no parameter name", r->at);
  out->value.data = NULL;
  out->value.size = 0;
  out->value.escaped = false;
  out->quoted = false;
  const size_t end = r->at;
  skip(r);
  if (!stands(r, '=')) {
    r->at = end;
    return true;
  }
  ++r->at;
  skip(r);
  return read_value(r, out);
}

static bool is_named(const struct sipcodes_parameter *parameter, const char *name) {
  return text_is(parameter->name.data, parameter->name.size, name);
}

/* Refuses a parameter that must have a value and is a flag. */
static bool need_value(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter) {
  if (parameter->value.data != NULL) return true;
  return refuse(r, no_value, (size_t)(parameter->name.data - r->data) + parameter->name.size);
}

/* Takes the value of a parameter that stands once and is an unquoted number. */
static bool take_number(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter,
                        const char *twice, int32_t *out) {
  if (*out >= 0) return refuse(r, twice, (size_t)(parameter->name.data - r->data));
  if (!need_value(r, parameter)) return false;
  const struct sipcodes_string *const value = &parameter->value;
  *out = parameter->quoted ? -1 : text_number(value->data, value->size);
  if (*out >= 0) return true;
  return refuse(r, not_decimal, (size_t)(value->data - r->data) - (parameter->quoted ? 1 : 0));
}

static bool take_text(struct sipcodes_reader *r, const struct sipcodes_parameter *parameter,
                      struct sipcodes_reason *out) {
  if (out->text.data != NULL) {
    return refuse(r, "second text", (size_t)(parameter->name.data - r->data));
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

bool sipcodes_read_reason(struct sipcodes_reader *r, struct sipcodes_reason *out) {
  static const struct sipcodes_reason empty = {.cause = -1};
  struct sipcodes_parameter parameter;
  if (!begin_element(r)) return false;
  *out = empty;
  out->protocol = read_token(r);
  if (out->protocol.size == 0) return refuse(r, "no protocol", r->at);
  const size_t from = r->at;
  while (sipcodes_read_parameter(r, &parameter)) {
    if (!take_parameter(r, &parameter, out)) return false;
  }
  if (r->error.problem != NULL) return false;
  out->parameters = text_since(r, from);
  return end_element(r);
}

/* LWS that has to be there. */
static bool read_gap(struct sipcodes_reader *r) {
  const size_t from = r->at;
  skip(r);
  return r->at > from || refuse(r, "no space", from);
}

/* warn-agent = hostport / pseudonym; a pseudonym with a port is let pass. */
static bool read_warn_agent(struct sipcodes_reader *r, struct sipcodes_text *out) {
  const size_t from = r->at;
  if (stands(r, '[')) {
    if (!read_ip6_reference(r)) return false;
  } else if (read_token(r).size == 0) {
    return refuse(r, "no warn-agent", from);
  }
  if (stands(r, ':')) {
    ++r->at;
    if (read_digits(r).size == 0) return refuse(r, "no port", r->at);
  }
  *out = text_since(r, from);
  return true;
}

bool sipcodes_read_warning(struct sipcodes_reader *r, struct sipcodes_warning *out) {
  if (!begin_element(r)) return false;
  const size_t from = r->at;
  if (read_digits(r).size != 3) return refuse(r, "no warn-code of three digits", from);
  out->code = text_three_digits(r->data + from);
  if (!read_gap(r) || !read_warn_agent(r, &out->agent) || !read_gap(r)) return false;
  if (!stands(r, '"')) return refuse(r, "no quoted warn-text", r->at);
  return read_quoted(r, &out->text) && end_element(r);
}

static bool read_retry_after(struct sipcodes_reader *r, struct sipcodes_retry_after *out) {
  struct sipcodes_parameter parameter;
  skip(r);
  const size_t from = r->at;
  const struct sipcodes_text digits = read_digits(r);
  out->seconds = text_number(digits.data, digits.size);
  if (out->seconds < 0) return refuse(r, not_decimal, from);
  skip(r);
  if (stands(r, '(') && !read_comment(r, &out->comment)) return false;
  while (sipcodes_read_parameter(r, &parameter)) {
    if (is_named(&parameter, "duration") &&
        !take_number(r, &parameter, "second duration", &out->duration)) {
      return false;
    }
  }
  if (r->error.problem != NULL) return false;
  skip(r);
  return r->at == r->size || refuse(r, unexpected, r->at);
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

bool sipcodes_is_token(const char *text, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  return size > 0 && read_token(&reader).size == size;
}

bool sipcodes_is_warn_agent(const char *text, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  struct sipcodes_text agent;
  return size > 0 && read_warn_agent(&reader, &agent) && agent.size == size;
}
