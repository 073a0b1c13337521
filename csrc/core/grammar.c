#include "grammar.h"

#include "text.h"

struct sipcodes_reader sipcodes_read_field(const char *data, size_t size) {
  return (struct sipcodes_reader){.data = data == NULL ? "" : data, .size = size};
}

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

size_t grammar_inner(const struct sipcodes_reader *r) {
  return inner_length(r->data, r->size, r->at);
}

bool grammar_refuse(struct sipcodes_reader *r, const char *problem, size_t at) {
  r->error.problem = problem;
  r->error.position = at + 1;
  return false;
}

void grammar_skip(struct sipcodes_reader *r) {
  /* In most cases there is no LWS between two tokens. */
  if (r->at < r->size && (unsigned char)r->data[r->at] > ' ') return;
  r->at = skip_blanks(r->data, r->size, r->at);
}

struct sipcodes_text grammar_since(const struct sipcodes_reader *r, size_t from) {
  return (struct sipcodes_text){r->data + from, r->at - from};
}

struct sipcodes_text grammar_token(struct sipcodes_reader *r) {
  const size_t from = r->at;
  while (r->at < r->size && is_token_octet(r->data[r->at])) ++r->at;
  return grammar_since(r, from);
}

struct sipcodes_text grammar_digits(struct sipcodes_reader *r) {
  const size_t from = r->at;
  while (r->at < r->size && text_is_digit(r->data[r->at])) ++r->at;
  return grammar_since(r, from);
}

bool grammar_ip6_reference(struct sipcodes_reader *r) {
  const size_t open = r->at++;
  while (r->at < r->size &&
         (text_is_hex(r->data[r->at]) || r->data[r->at] == ':' || r->data[r->at] == '.')) {
    ++r->at;
  }
  if (!grammar_stands(r, ']') || r->at == open + 1)
    return grammar_refuse(r, "no IPv6 reference", open);
  ++r->at;
  return true;
}

/* Reads one octet, pair or fold of a string that began at `open`. */
static bool read_inner(struct sipcodes_reader *r, struct sipcodes_string *out) {
  const size_t length = inner_length(r->data, r->size, r->at);
  if (length == 0) {
    return grammar_refuse(r, grammar_stands(r, '\\') ? "bad escape" : "control character", r->at);
  }
  if (length > 1) out->escaped = true;
  r->at += length;
  return true;
}

bool grammar_quoted(struct sipcodes_reader *r, struct sipcodes_string *out) {
  const size_t open = r->at++;
  out->data = r->data + open + 1;
  out->escaped = false;
  while (r->at < r->size && r->data[r->at] != '"') {
    if (!read_inner(r, out)) return false;
  }
  if (r->at >= r->size) return grammar_refuse(r, "no closing quote", open);
  out->size = r->at - open - 1;
  ++r->at;
  return true;
}

bool grammar_comment(struct sipcodes_reader *r, struct sipcodes_string *out) {
  const size_t open = r->at++;
  size_t depth = 1;
  out->data = r->data + open + 1;
  out->escaped = false;
  while (r->at < r->size) {
    if (grammar_stands(r, '(')) ++depth;
    if (grammar_stands(r, ')') && --depth == 0) break;
    if (!read_inner(r, out)) return false;
  }
  if (r->at >= r->size) return grammar_refuse(r, "no closing bracket", open);
  out->size = r->at - open - 1;
  ++r->at;
  return true;
}

bool grammar_warn_agent(struct sipcodes_reader *r, struct sipcodes_text *out) {
  const size_t from = r->at;
  if (grammar_stands(r, '[')) {
    if (!grammar_ip6_reference(r)) return false;
  } else if (grammar_token(r).size == 0) {
    return grammar_refuse(r, "no warn-agent", from);
  }
  if (grammar_stands(r, ':')) {
    ++r->at;
    if (grammar_digits(r).size == 0) return grammar_refuse(r, "no port", r->at);
  }
  *out = grammar_since(r, from);
  return true;
}

bool sipcodes_is_token(const char *text, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  return size > 0 && grammar_token(&reader).size == size;
}

bool sipcodes_is_warn_agent(const char *text, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  struct sipcodes_text agent;
  return size > 0 && grammar_warn_agent(&reader, &agent) && agent.size == size;
}
