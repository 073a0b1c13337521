#include <string.h>

#include "sipcodes.h"
#include "text.h"

/* Rows are counted from 1, so that 0 in row_of means "no such row". */
enum row {
  NO_ROW,
#define REGISTERED(code, name, phrase, rfc, section) ROW_##code,
#define UNREGISTERED(code, phrase, origin) ROW_##code,
#include "../data/responses.def"
  ROWS
};

/* Every string of the table stands in this one block, and the rows hold offsets into it: a table of
 * pointers would have to be relocated each time that a host loads the library. */
struct pool {
  char none[1];
#define REGISTERED(code, name, phrase, rfc, section) \
  char phrase_##code[sizeof phrase];                 \
  char name_##code[sizeof #name];                    \
  char section_##code[sizeof section];
#define UNREGISTERED(code, phrase, origin) \
  char phrase_##code[sizeof phrase];       \
  char origin_##code[sizeof origin];
#define FORMERLY(code, n, phrase, source) char former_##code##_##n[sizeof phrase];
#define METHODS(code, text) char methods_##code[sizeof text];
#define MUST(code, text) char must_##code[sizeof text];
#define SHOULD(code, text) char should_##code[sizeof text];
#define MAY(code, text) char may_##code[sizeof text];
#define ACTION(code, action, basis) char basis_##code[sizeof basis];
#define NOTE(code, text) char note_##code[sizeof text];
#include "../data/responses.def"
};

static const struct pool pool = {
    "",
#define REGISTERED(code, name, phrase, rfc, section) phrase, #name, section,
#define UNREGISTERED(code, phrase, origin) phrase, origin,
#define FORMERLY(code, n, phrase, source) phrase,
#define METHODS(code, text) text,
#define MUST(code, text) text,
#define SHOULD(code, text) text,
#define MAY(code, text) text,
#define ACTION(code, action, basis) basis,
#define NOTE(code, text) text,
#include "../data/responses.def"
};

typedef uint16_t offset;

/* An offset that does not fit would silently name another string. */
struct pool_fits_offset {
  char holds[sizeof(struct pool) <= UINT16_MAX ? 1 : -1];
};

/* What a failure in a dialog ends (RFC 5057 5.1). */
enum dialog_part { NOTHING, TRANSACTION, USAGE, DIALOG };

/* All facts of a code. A string that the code does not have is at offset 0. */
struct row_facts {
  uint16_t code;
  uint16_t rfc; /* 0 for an unregistered code */
  uint16_t deprecated;
  offset phrase;
  offset name;
  offset section;
  offset origin;
  offset methods;
  offset must;
  offset should;
  offset may;
  offset basis;
  offset note;
  uint8_t action;
  uint8_t dialog;
  bool retry_after;
};

/* Each kind of row in the data sets members of its own. REGISTERED and UNREGISTERED also set those
 * that every code must have: without METHODS, ACTION or NOTE the pool has no such string, and the
 * row does not compile. */
#define AT(string) offsetof(struct pool, string)

static const struct row_facts rows[ROWS] = {
#define REGISTERED(number, constant, phrase_text, rfc_number, sections)                         \
  [ROW_##number].code = number, [ROW_##number].rfc = rfc_number,                                \
  [ROW_##number].phrase = AT(phrase_##number), [ROW_##number].name = AT(name_##number),         \
  [ROW_##number].section = AT(section_##number), [ROW_##number].methods = AT(methods_##number), \
  [ROW_##number].basis = AT(basis_##number), [ROW_##number].note = AT(note_##number),
#define UNREGISTERED(number, phrase_text, origin_text)                       \
  [ROW_##number].code = number, [ROW_##number].phrase = AT(phrase_##number), \
  [ROW_##number].origin = AT(origin_##number), [ROW_##number].note = AT(note_##number),
#define DEPRECATED(number, rfc_number) [ROW_##number].deprecated = rfc_number,
#define MUST(number, text) [ROW_##number].must = AT(must_##number),
#define SHOULD(number, text) [ROW_##number].should = AT(should_##number),
#define MAY(number, text) [ROW_##number].may = AT(may_##number),
#define ACTION(number, what, why) [ROW_##number].action = SIPCODES_##what,
#define RETRY_AFTER(number) [ROW_##number].retry_after = true,
#define DIALOG(number, part) [ROW_##number].dialog = part,
#include "../data/responses.def"
};

static const uint8_t row_of[SIPCODES_LAST - SIPCODES_FIRST + 1] = {
#define REGISTERED(code, name, phrase, rfc, section) [code - SIPCODES_FIRST] = ROW_##code,
#define UNREGISTERED(code, phrase, origin) [code - SIPCODES_FIRST] = ROW_##code,
#include "../data/responses.def"
};

/* The former phrases, in the order of the rows. */
static const struct {
  uint8_t row;
  offset phrase;
} former[] = {
#define FORMERLY(code, n, phrase, source) {ROW_##code, AT(former_##code##_##n)},
#include "../data/responses.def"
};

enum { FORMER = sizeof former / sizeof former[0] };

/* The texts in their order, for text_find. */
#define KEY(string, code) {AT(string), code},

static const struct text_key by_name[] = {
#define BY_NAME(name, code) KEY(name_##code, code)
#include "../data/index.def"
};

static const struct text_key by_phrase[] = {
#define BY_PHRASE(text, code) KEY(phrase_##code, code)
#include "../data/index.def"
};

static const struct text_key by_former[] = {
#define BY_FORMER(text, code, n) KEY(former_##code##_##n, code)
#define BY_UNREGISTERED(text, code) KEY(phrase_##code, code)
#include "../data/index.def"
};

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* Fixed width for the same reason as the pool: no pointers, no relocations. */
static const char class_titles[][16] = {"",
                                        "Informational",
                                        "Successful",
                                        "Redirection",
                                        "Client Failure",
                                        "Server Failure",
                                        "Global Failure"};

static const char action_names[][16] = {
    [SIPCODES_ANSWERED] = "answered", [SIPCODES_WAIT] = "wait",
    [SIPCODES_REDIRECT] = "redirect", [SIPCODES_AUTHENTICATE] = "authenticate",
    [SIPCODES_MODIFY] = "modify",     [SIPCODES_LATER] = "later",
    [SIPCODES_GLARE] = "glare",       [SIPCODES_ELSEWHERE] = "elsewhere",
    [SIPCODES_STOP] = "stop",         [SIPCODES_STOP_EVERYWHERE] = "stop_everywhere",
};

static const char dialog_names[][12] = {
    [TRANSACTION] = "transaction",
    [USAGE] = "usage",
    [DIALOG] = "dialog",
};

static const char *string_at(offset at) { return (const char *)&pool + at; }

static unsigned find_row(int code) {
  return sipcodes_is_code(code) ? row_of[code - SIPCODES_FIRST] : NO_ROW;
}

static bool row_is_registered(unsigned row) { return rows[row].rfc != 0; }

static const char *row_phrase(unsigned row) { return string_at(rows[row].phrase); }

const char *sipcodes_phrase(int code) {
  const unsigned row = find_row(code);
  return row == NO_ROW ? NULL : row_phrase(row);
}

int sipcodes_class(int code) { return sipcodes_is_code(code) ? code / 100 : 0; }

const char *sipcodes_class_title(int class_number) {
  return class_number >= 1 && class_number <= 6 ? class_titles[class_number] : NULL;
}

bool sipcodes_is_registered(int code) { return row_is_registered(find_row(code)); }

/* The first row of a code above `code`, registered or not; ROWS if there is none. */
static unsigned next_row(int code) {
  if (find_row(code) != NO_ROW) return find_row(code) + 1;
  for (int next = code < SIPCODES_FIRST ? SIPCODES_FIRST : code; next <= SIPCODES_LAST; ++next) {
    if (find_row(next) != NO_ROW) return find_row(next);
  }
  return ROWS;
}

int sipcodes_next_code(int code, int last) {
  unsigned row = next_row(code);
  while (row < ROWS && !row_is_registered(row)) ++row;
  return row < ROWS && rows[row].code <= last ? rows[row].code : 0;
}

int sipcodes_treat_as(int code) {
  if (!sipcodes_is_code(code)) return 0;
  if (sipcodes_is_registered(code)) return code;
  return code < 200 ? 183 : code - code % 100;
}

enum sipcodes_action sipcodes_action(int code) {
  return (enum sipcodes_action)rows[find_row(sipcodes_treat_as(code))].action;
}

const char *sipcodes_action_name(enum sipcodes_action action) { return action_names[action]; }

bool sipcodes_describe_code(int code, struct sipcodes_response *out) {
  const unsigned row = find_row(code);
  if (row == NO_ROW) return false;
  const struct row_facts *const facts = &rows[row];
  const bool registered = row_is_registered(row);
  *out = (struct sipcodes_response){
      .code = code,
      .class_number = sipcodes_class(code),
      .rfc = facts->rfc,
      .deprecated = facts->deprecated,
      .registered = registered,
      .retry_after = facts->retry_after,
      .phrase = string_at(facts->phrase),
      .title = sipcodes_class_title(sipcodes_class(code)),
      .action = sipcodes_action_name(sipcodes_action(code)),
      .dialog = facts->dialog == NOTHING ? NULL : dialog_names[facts->dialog],
      .note = string_at(facts->note),
  };
  if (!registered) {
    out->origin = string_at(facts->origin);
    return true;
  }
  out->name = string_at(facts->name);
  out->section = string_at(facts->section);
  out->methods = string_at(facts->methods);
  out->must = string_at(facts->must);
  out->should = string_at(facts->should);
  out->may = string_at(facts->may);
  out->basis = string_at(facts->basis);
  return true;
}

const char *sipcodes_former_phrase(int code, int n) {
  const unsigned row = find_row(code);
  for (size_t i = 0; i < FORMER && row != NO_ROW; ++i) {
    if (former[i].row == row && n-- == 0) return string_at(former[i].phrase);
  }
  return NULL;
}

static const struct text_key *find_key(const struct text_key *keys, size_t count, const char *text,
                                       size_t size) {
  return text_find((const char *)&pool, keys, count, text, size);
}

int sipcodes_constant(const char *name, size_t size) {
  const struct text_key *const key = find_key(by_name, COUNT(by_name), name, size);
  return key != NULL && memcmp(string_at(key->at), name, size) == 0 ? key->number : 0;
}

/* The codes of a text in a list, each once: two are as many as any text has. */
static int find_codes(const struct text_key *keys, size_t count, const char *text, size_t size,
                      int codes[2]) {
  const struct text_key *key = find_key(keys, count, text, size);
  if (key == NULL) return 0;
  codes[0] = key->number;
  for (++key; key < keys + count && text_is(text, size, string_at(key->at)); ++key) {
    if (key->number == codes[0]) continue;
    codes[1] = key->number;
    return 2;
  }
  return 1;
}

/* The code that a text spells in digits, alone or before a phrase; 0 if it does not. Asterisk's
 * HANGUPCAUSE() says "SIP 486 Busy Here". */
static int spelt_code(const char *text, size_t size) {
  struct sipcodes_status_line line;
  struct sipcodes_error error;
  if (size < 3 || (!text_is_digit(text[0]) && text_lower(text[0]) != 's')) return 0;
  if (sipcodes_read_status_line(text, size, &line, &error)) return line.code;
  const size_t scheme = text_starts(text, size, "sip:")    ? 4
                        : text_starts(text, size, "sips:") ? 5
                                                           : 0;
  const size_t at = text_starts(text, size, "SIP ") ? 4 : scheme;
  if (size < at + 3) return 0;
  const int code = text_three_digits(text + at);
  const size_t end = at + 3;
  const bool phrased = scheme == 0 && size > end + 1 && text[end] == ' ' && text[end + 1] != ' ' &&
                       sipcodes_find_control(text, size) == NULL;
  return (size == end || phrased) && sipcodes_is_code(code) ? code : 0;
}

int sipcodes_read_codes(const char *text, size_t size, int codes[2]) {
  const int code = spelt_code(text, size);
  if (code != 0) {
    codes[0] = code;
    return 1;
  }
  /* A name has no space. */
  const bool has_space = size > 0 && memchr(text, ' ', size) != NULL;
  const int name = has_space ? 0 : find_codes(by_name, COUNT(by_name), text, size, codes);
  if (name > 0) return name;
  const int current = find_codes(by_phrase, COUNT(by_phrase), text, size, codes);
  if (current > 0) return current;
  return find_codes(by_former, COUNT(by_former), text, size, codes);
}

/* Status-Line = SIP-Version SP Status-Code SP Reason-Phrase CRLF (RFC 3261 25.1). */

static bool refuse(struct sipcodes_error *error, const char *problem, size_t position) {
  error->problem = problem;
  error->position = position + 1;
  return false;
}

static size_t skip_digits(const char *line, size_t size, size_t at) {
  while (at < size && text_is_digit(line[at])) ++at;
  return at;
}

static size_t without_line_end(const char *line, size_t size) {
  if (size == 0 || line[size - 1] != '\n') return size;
  return size > 1 && line[size - 2] == '\r' ? size - 2 : size - 1;
}

bool sipcodes_read_status_line(const char *line, size_t size, struct sipcodes_status_line *out,
                               struct sipcodes_error *error) {
  const size_t end = without_line_end(line, size);
  if (!text_starts(line, end, "SIP/")) return refuse(error, "no SIP version", 0);
  const size_t dot = skip_digits(line, end, 4);
  if (dot == 4 || dot == end || line[dot] != '.') return refuse(error, "no SIP version", dot);
  const size_t space = skip_digits(line, end, dot + 1);
  if (space == dot + 1) return refuse(error, "no SIP version", space);
  if (space == end || line[space] != ' ') return refuse(error, "no space after the version", space);
  const size_t code_at = space + 1;
  const int code = end - code_at >= 3 ? text_three_digits(line + code_at) : -1;
  if (!sipcodes_is_code(code)) return refuse(error, "no response code", code_at);
  const size_t after = code_at + 3;
  if (after < end && line[after] != ' ') return refuse(error, "no space after the code", after);
  const size_t phrase_at = after < end ? after + 1 : end;
  const char *const control = sipcodes_find_control(line + phrase_at, end - phrase_at);
  if (control != NULL)
    return refuse(error, "control character in the phrase", (size_t)(control - line));
  out->code = code;
  out->phrase = (struct sipcodes_text){line + phrase_at, end - phrase_at};
  return true;
}
