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

/* Every string of the table stands in this one block, and the columns hold offsets into it: a
 * table of pointers would have to be relocated each time that a host loads the library. */
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

static const uint8_t row_of[SIPCODES_LAST - SIPCODES_FIRST + 1] = {
#define REGISTERED(code, name, phrase, rfc, section) [code - SIPCODES_FIRST] = ROW_##code,
#define UNREGISTERED(code, phrase, origin) [code - SIPCODES_FIRST] = ROW_##code,
#include "../data/responses.def"
};

#define CELL(column, code) [ROW_##code] = offsetof(struct pool, column##code),

static const uint16_t code_of[ROWS] = {
#define REGISTERED(code, name, phrase, rfc, section) [ROW_##code] = code,
#define UNREGISTERED(code, phrase, origin) [ROW_##code] = code,
#include "../data/responses.def"
};

static const offset phrase_of[ROWS] = {
#define REGISTERED(code, name, phrase, rfc, section) CELL(phrase_, code)
#define UNREGISTERED(code, phrase, origin) CELL(phrase_, code)
#include "../data/responses.def"
};

static const offset name_of[ROWS] = {
#define REGISTERED(code, name, phrase, rfc, section) CELL(name_, code)
#include "../data/responses.def"
};

static const offset section_of[ROWS] = {
#define REGISTERED(code, name, phrase, rfc, section) CELL(section_, code)
#include "../data/responses.def"
};

static const uint16_t rfc_of[ROWS] = {
#define REGISTERED(code, name, phrase, rfc, section) [ROW_##code] = rfc,
#include "../data/responses.def"
};

static const offset origin_of[ROWS] = {
#define UNREGISTERED(code, phrase, origin) CELL(origin_, code)
#include "../data/responses.def"
};

static const uint16_t deprecated_of[ROWS] = {
#define DEPRECATED(code, rfc) [ROW_##code] = rfc,
#include "../data/responses.def"
};

static const offset methods_of[ROWS] = {
#define METHODS(code, text) CELL(methods_, code)
#include "../data/responses.def"
};

static const offset must_of[ROWS] = {
#define MUST(code, text) CELL(must_, code)
#include "../data/responses.def"
};

static const offset should_of[ROWS] = {
#define SHOULD(code, text) CELL(should_, code)
#include "../data/responses.def"
};

static const offset may_of[ROWS] = {
#define MAY(code, text) CELL(may_, code)
#include "../data/responses.def"
};

static const offset basis_of[ROWS] = {
#define ACTION(code, action, basis) CELL(basis_, code)
#include "../data/responses.def"
};

static const uint8_t action_of[ROWS] = {
#define ACTION(code, action, basis) [ROW_##code] = SIPCODES_##action,
#include "../data/responses.def"
};

static const uint8_t retry_after_of[ROWS] = {
#define RETRY_AFTER(code) [ROW_##code] = 1,
#include "../data/responses.def"
};

/* What a failure in a dialog ends (RFC 5057 5.1). */
enum dialog_part { NOTHING, TRANSACTION, USAGE, DIALOG };

static const uint8_t dialog_of[ROWS] = {
#define DIALOG(code, part) [ROW_##code] = part,
#include "../data/responses.def"
};

static const offset note_of[ROWS] = {
#define NOTE(code, text) CELL(note_, code)
#include "../data/responses.def"
};

/* The former phrases, in the order of the rows. */
static const struct {
  uint8_t row;
  offset phrase;
} former[] = {
#define FORMERLY(code, n, phrase, source) {ROW_##code, offsetof(struct pool, former_##code##_##n)},
#include "../data/responses.def"
};

enum { FORMER = sizeof former / sizeof former[0] };

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

static bool row_is_registered(unsigned row) { return rfc_of[row] != 0; }

const char *sipcodes_phrase(int code) {
  const unsigned row = find_row(code);
  return row == NO_ROW ? NULL : string_at(phrase_of[row]);
}

int sipcodes_class(int code) { return sipcodes_is_code(code) ? code / 100 : 0; }

const char *sipcodes_class_title(int class_number) {
  return class_number >= 1 && class_number <= 6 ? class_titles[class_number] : NULL;
}

bool sipcodes_is_registered(int code) { return row_is_registered(find_row(code)); }

int sipcodes_next_code(int code, int last) {
  const int end = last < SIPCODES_LAST ? last : SIPCODES_LAST;
  int next = code < SIPCODES_FIRST ? SIPCODES_FIRST : code + 1;
  while (next <= end && !sipcodes_is_registered(next)) ++next;
  return next <= end ? next : 0;
}

int sipcodes_treat_as(int code) {
  if (!sipcodes_is_code(code)) return 0;
  if (sipcodes_is_registered(code)) return code;
  return code < 200 ? 183 : code - code % 100;
}

enum sipcodes_action sipcodes_action(int code) {
  return (enum sipcodes_action)action_of[find_row(sipcodes_treat_as(code))];
}

const char *sipcodes_action_name(enum sipcodes_action action) { return action_names[action]; }

bool sipcodes_describe_code(int code, struct sipcodes_response *out) {
  const unsigned row = find_row(code);
  if (row == NO_ROW) return false;
  const bool registered = row_is_registered(row);
  *out = (struct sipcodes_response){
      .code = code,
      .class_number = sipcodes_class(code),
      .rfc = rfc_of[row],
      .deprecated = deprecated_of[row],
      .registered = registered,
      .retry_after = retry_after_of[row] != 0,
      .reason = string_at(phrase_of[row]),
      .name = registered ? string_at(name_of[row]) : NULL,
      .title = sipcodes_class_title(sipcodes_class(code)),
      .section = registered ? string_at(section_of[row]) : NULL,
      .methods = registered ? string_at(methods_of[row]) : NULL,
      .must = registered ? string_at(must_of[row]) : NULL,
      .should = registered ? string_at(should_of[row]) : NULL,
      .may = registered ? string_at(may_of[row]) : NULL,
      .action = sipcodes_action_name(sipcodes_action(code)),
      .basis = registered ? string_at(basis_of[row]) : NULL,
      .dialog = dialog_of[row] == NOTHING ? NULL : dialog_names[dialog_of[row]],
      .note = string_at(note_of[row]),
      .origin = registered ? NULL : string_at(origin_of[row]),
  };
  return true;
}

const char *sipcodes_former_phrase(int code, int n) {
  const unsigned row = find_row(code);
  for (size_t i = 0; i < FORMER && row != NO_ROW; ++i) {
    if (former[i].row == row && n-- == 0) return string_at(former[i].phrase);
  }
  return NULL;
}

int sipcodes_constant(const char *name, size_t size) {
  for (unsigned row = 1; row < ROWS; ++row) {
    const char *const known = string_at(name_of[row]);
    if (strlen(known) == size && memcmp(known, name, size) == 0 && size > 0) return code_of[row];
  }
  return 0;
}

/* A code is listed once, and two are as many as any phrase has. */
static int add_code(int codes[2], int count, int code) {
  if (count == 2 || (count == 1 && codes[0] == code)) return count;
  codes[count] = code;
  return count + 1;
}

static int find_current(const char *text, size_t size, int codes[2]) {
  int count = 0;
  for (unsigned row = 1; row < ROWS; ++row) {
    if (!row_is_registered(row)) continue;
    if (text_is(text, size, string_at(name_of[row]))) {
      codes[0] = code_of[row];
      return 1;
    }
    if (text_is(text, size, string_at(phrase_of[row])))
      count = add_code(codes, count, code_of[row]);
  }
  return count;
}

/* `former` is in the order of the rows, so that both are gone through once. */
static int find_former(const char *text, size_t size, int codes[2]) {
  int count = 0;
  size_t i = 0;
  for (unsigned row = 1; row < ROWS; ++row) {
    bool met = !row_is_registered(row) && text_is(text, size, string_at(phrase_of[row]));
    for (; i < FORMER && former[i].row == row; ++i) {
      met = met || text_is(text, size, string_at(former[i].phrase));
    }
    if (met) count = add_code(codes, count, code_of[row]);
  }
  return count;
}

/* The code that a text spells in digits, alone or before a phrase; 0 if it does not. */
static int spelt_code(const char *text, size_t size) {
  struct sipcodes_status_line line;
  struct sipcodes_error error;
  if (sipcodes_read_status_line(text, size, &line, &error)) return line.code;
  const size_t scheme = text_starts(text, size, "sip:")    ? 4
                        : text_starts(text, size, "sips:") ? 5
                                                           : 0;
  if (size < scheme + 3) return 0;
  const int code = text_three_digits(text + scheme);
  const bool alone = size == scheme + 3;
  const bool phrased = scheme == 0 && size > 4 && text[3] == ' ' && text[4] != ' ' &&
                       sipcodes_find_control(text, size) == NULL;
  return (alone || phrased) && sipcodes_is_code(code) ? code : 0;
}

int sipcodes_read_codes(const char *text, size_t size, int codes[2]) {
  const int code = spelt_code(text, size);
  if (code != 0) {
    codes[0] = code;
    return 1;
  }
  const int current = size == 0 ? 0 : find_current(text, size, codes);
  return current > 0 || size == 0 ? current : find_former(text, size, codes);
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
