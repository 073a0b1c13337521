#include <string.h>

#include "sipcodes.h"
#include "text.h"

/* Every string stands in this one block, and the tables hold offsets into it: pointers would have
 * to be relocated each time that a host loads the library. */
struct pool {
  char none[1];
#define CAUSE(number, text, origin) char text_##number[sizeof text];
#define ASTERISK_NAME(number, name) char asterisk_##number[sizeof name];
#include "../data/causes.def"
#define FREESWITCH(name, number, old, code) char freeswitch_##name[sizeof #name];
#include "../data/freeswitch.def"
#define TABLE(table, name, directions, source, edition) \
  char name_##table[sizeof name];                       \
  char source_##table[sizeof source];                   \
  char edition_##table[sizeof edition];
#include "../data/mappings.def"
};

static const struct pool pool = {
    "",
#define CAUSE(number, text, origin) text,
#define ASTERISK_NAME(number, name) name,
#include "../data/causes.def"
#define FREESWITCH(name, number, old, code) #name,
#include "../data/freeswitch.def"
#define TABLE(table, name, directions, source, edition) name, source, edition,
#include "../data/mappings.def"
};

typedef uint16_t offset;

/* An offset that does not fit would silently name another string. */
struct pool_fits_offset {
  char holds[sizeof(struct pool) <= UINT16_MAX ? 1 : -1];
};

static const char *string_at(offset at) { return (const char *)&pool + at; }

/* ---- The causes of Q.850 ---- */

enum { CAUSES = 128 };

static const offset text_of[CAUSES] = {
#define CAUSE(number, text, origin) [number] = offsetof(struct pool, text_##number),
#include "../data/causes.def"
};

enum origin { PRACTICE, Q850 };

static const uint8_t origin_of[CAUSES] = {
#define CAUSE(number, text, origin) [number] = origin,
#include "../data/causes.def"
};

static const offset asterisk_name_of[CAUSES] = {
#define ASTERISK_NAME(number, name) [number] = offsetof(struct pool, asterisk_##number),
#include "../data/causes.def"
};

/* Fixed width for the same reason as the pool: no pointers, no relocations. */
static const char class_names[][36] = {"normal event",
                                       "normal event",
                                       "resource unavailable",
                                       "service or option not available",
                                       "service or option not implemented",
                                       "invalid message",
                                       "protocol error",
                                       "interworking"};

/* Is it a cause value at all, known or not? */
static bool is_value(int number) { return number > 0 && number < CAUSES; }

const char *sipcodes_cause_text(int cause) {
  const offset at = is_value(cause) ? text_of[cause] : 0;
  return at == 0 ? NULL : string_at(at);
}

bool sipcodes_cause_in_q850(int cause) { return is_value(cause) && origin_of[cause] == Q850; }

int sipcodes_cause_class(int cause) { return sipcodes_cause_text(cause) == NULL ? -1 : cause / 16; }

const char *sipcodes_cause_class_name(int class_number) {
  return class_number >= 0 && class_number <= 7 ? class_names[class_number] : NULL;
}

int sipcodes_next_cause(int cause) {
  int next = cause < 0 ? 1 : cause < CAUSES ? cause + 1 : CAUSES;
  while (next < CAUSES && text_of[next] == 0) ++next;
  return next < CAUSES ? next : 0;
}

int sipcodes_read_cause(const char *text, size_t size) {
  if (size == 0 || size > 3 || (size > 1 && text[0] == '0')) return -1;
  int number = 0;
  for (size_t i = 0; i < size; ++i) {
    if (!text_is_digit(text[i])) return -1;
    number = number * 10 + (text[i] - '0');
  }
  return number;
}

/* ---- The causes of FreeSWITCH ---- */

/* Rows are counted from 1, so that 0 means "no such row". */
enum freeswitch_row {
  NO_ROW,
#define FREESWITCH(name, number, old, code) ROW_##name,
#include "../data/freeswitch.def"
  ROWS
};

enum { LAST_NUMBER = 825, UNNUMBERED = UINT16_MAX };
enum { BY_DEFAULT = 0 };

static const uint8_t row_of[][LAST_NUMBER + 1] = {
    [SIPCODES_SINCE_1_10_8] =
        {
#define FREESWITCH(name, number, old, code) [number] = ROW_##name,
#include "../data/freeswitch.def"
        },
    [SIPCODES_BEFORE_1_10_8] =
        {
#define FREESWITCH(name, number, old, code) [old] = ROW_##name,
#define FREESWITCH_ADDED(name, number, code)
#include "../data/freeswitch.def"
        },
};

static const uint16_t number_of[][ROWS] = {
    [SIPCODES_SINCE_1_10_8] =
        {
#define FREESWITCH(name, number, old, code) [ROW_##name] = number,
#include "../data/freeswitch.def"
        },
    [SIPCODES_BEFORE_1_10_8] =
        {
#define FREESWITCH(name, number, old, code) [ROW_##name] = old,
#include "../data/freeswitch.def"
        },
};

static const offset freeswitch_name_of[ROWS] = {
#define FREESWITCH(name, number, old, code) [ROW_##name] = offsetof(struct pool, freeswitch_##name),
#include "../data/freeswitch.def"
};

static const uint16_t freeswitch_code_of[ROWS] = {
#define FREESWITCH(name, number, old, code) [ROW_##name] = code,
#include "../data/freeswitch.def"
};

static unsigned find_row(enum sipcodes_era era, int number) {
  return number >= 0 && number <= LAST_NUMBER ? row_of[era][number] : NO_ROW;
}

const char *sipcodes_freeswitch_name(enum sipcodes_era era, int number) {
  const unsigned row = find_row(era, number);
  return row == NO_ROW ? NULL : string_at(freeswitch_name_of[row]);
}

int sipcodes_freeswitch_number(enum sipcodes_era era, const char *name, size_t size) {
  for (unsigned row = 1; row < ROWS; ++row) {
    if (!text_is(name, size, string_at(freeswitch_name_of[row]))) continue;
    return number_of[era][row] == UNNUMBERED ? -1 : number_of[era][row];
  }
  return -1;
}

/* ---- The tables ---- */

enum { CODES = SIPCODES_LAST - SIPCODES_FIRST + 1 };
enum directions { FROM_SIP_ONLY, BOTH };

static const struct {
  offset name;
  offset source;
  offset edition;
  uint8_t directions;
} tables[SIPCODES_TABLES] = {
#define TABLE(table, name, directions, source, edition)        \
  [SIPCODES_##table] = {offsetof(struct pool, name_##table),   \
                        offsetof(struct pool, source_##table), \
                        offsetof(struct pool, edition_##table), directions},
#include "../data/mappings.def"
};

static const uint8_t default_cause_of[SIPCODES_TABLES][7] = {
#define DEFAULT_CAUSE(table, class, cause) [SIPCODES_##table][class] = cause,
#include "../data/mappings.def"
};

static const uint16_t default_code_of[SIPCODES_TABLES] = {
#define DEFAULT_CODE(table, code) [SIPCODES_##table] = code,
#include "../data/mappings.def"
};

/* What a cell holds besides a cause or a code. */
enum { UNLISTED = 0, NOTHING = UINT16_MAX };

#define CELL(table, code) [SIPCODES_##table][(code)-SIPCODES_FIRST]

static const uint16_t cause_of[SIPCODES_TABLES][CODES] = {
#define FROM_SIP(table, code, cause) CELL(table, code) = cause,
#define FROM_SIP_BEARER(table, code, cause, bearer) CELL(table, code) = cause,
#define NO_CAUSE(table, code) CELL(table, code) = NOTHING,
#include "../data/mappings.def"
};

static const uint8_t bearer_cause_of[SIPCODES_TABLES][CODES] = {
#define FROM_SIP_BEARER(table, code, cause, bearer) CELL(table, code) = bearer,
#include "../data/mappings.def"
};

#undef CELL

static const struct {
  uint8_t table;
  uint8_t cause;
  char method[8];
} requests[] = {
#define FROM_REQUEST(table, method, cause) {SIPCODES_##table, cause, method},
#include "../data/mappings.def"
};

static const uint16_t code_of[SIPCODES_TABLES][CAUSES] = {
#define TO_SIP(table, cause, code) [SIPCODES_##table][cause] = code,
#define TO_SIP_USER(table, cause, code, user) [SIPCODES_##table][cause] = code,
#define TO_SIP_DIAGNOSTIC(table, cause, code, diagnostic) [SIPCODES_##table][cause] = code,
#define NO_CODE(table, cause) [SIPCODES_##table][cause] = NOTHING,
#include "../data/mappings.def"
};

static const uint16_t user_code_of[SIPCODES_TABLES][CAUSES] = {
#define TO_SIP_USER(table, cause, code, user) [SIPCODES_##table][cause] = user,
#include "../data/mappings.def"
};

static const uint16_t diagnostic_code_of[SIPCODES_TABLES][CAUSES] = {
#define TO_SIP_DIAGNOSTIC(table, cause, code, diagnostic) [SIPCODES_##table][cause] = diagnostic,
#include "../data/mappings.def"
};

int sipcodes_table(const char *name, size_t size) {
  for (int table = 0; table < SIPCODES_TABLES; ++table) {
    const char *const known = string_at(tables[table].name);
    if (strlen(known) == size && memcmp(known, name, size) == 0) return table;
  }
  return -1;
}

void sipcodes_describe_table(enum sipcodes_table table, struct sipcodes_table_source *out) {
  out->name = string_at(tables[table].name);
  out->source = string_at(tables[table].source);
  out->edition = string_at(tables[table].edition);
  out->to_sip = tables[table].directions == BOTH;
  out->default_code = default_code_of[table];
  for (int i = 0; i < 7; ++i) out->default_cause[i] = default_cause_of[table][i];
}

bool sipcodes_is_cause(enum sipcodes_table table, int number) {
  return is_value(number) ||
         (table == SIPCODES_FREESWITCH && find_row(SIPCODES_SINCE_1_10_8, number) != NO_ROW);
}

/* What the platform of a table calls a cause; NULL if it has no name for it. */
static const char *platform_name(enum sipcodes_table table, int number) {
  if (table == SIPCODES_FREESWITCH) return sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, number);
  if (table != SIPCODES_ASTERISK || !is_value(number)) return NULL;
  const offset at = asterisk_name_of[number];
  return at == 0 ? NULL : string_at(at);
}

const char *sipcodes_cause_name(enum sipcodes_table table, int number) {
  const char *const name = platform_name(table, number);
  return name != NULL ? name : sipcodes_cause_text(number);
}

int sipcodes_cause_number(enum sipcodes_table table, const char *name, size_t size) {
  const int own = table == SIPCODES_FREESWITCH
                      ? sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, name, size)
                      : -1;
  if (own >= 0) return own;
  for (int cause = sipcodes_next_cause(0); cause != 0; cause = sipcodes_next_cause(cause)) {
    if (text_is(name, size, sipcodes_cause_name(table, cause))) return cause;
  }
  return -1;
}

static unsigned listed_cause(enum sipcodes_table table, int code, bool bearer) {
  const int at = code - SIPCODES_FIRST;
  const unsigned by_bearer = bearer ? bearer_cause_of[table][at] : UNLISTED;
  return by_bearer != UNLISTED ? by_bearer : cause_of[table][at];
}

bool sipcodes_cause_from_sip(enum sipcodes_table table, int code, bool bearer,
                             struct sipcodes_mapping *out) {
  if (!sipcodes_is_code(code)) return false;
  const unsigned listed = listed_cause(table, code, bearer);
  const unsigned cause =
      listed != UNLISTED ? listed : default_cause_of[table][sipcodes_class(code)];
  if (cause == UNLISTED || cause == NOTHING) return false;
  out->number = (int)cause;
  out->name = sipcodes_cause_name(table, (int)cause);
  out->by_default = listed == UNLISTED;
  return true;
}

int sipcodes_cause_from_request(enum sipcodes_table table, const char *method, size_t size) {
  int cause = -1;
  for (size_t i = 0; i < sizeof requests / sizeof requests[0]; ++i) {
    const char *const known = requests[i].method;
    if (strlen(known) != size || memcmp(known, method, size) != 0) continue;
    if (requests[i].table == (unsigned)table) return requests[i].cause;
    cause = 0;
  }
  return cause;
}

/* The location of a cause that the user itself gave. */
enum { USER = 0 };

static unsigned listed_code(enum sipcodes_table table, int cause, int location, bool diagnostic) {
  if (table == SIPCODES_FREESWITCH)
    return freeswitch_code_of[find_row(SIPCODES_SINCE_1_10_8, cause)];
  const unsigned by_user = location == USER ? user_code_of[table][cause] : UNLISTED;
  const unsigned by_diagnostic = diagnostic ? diagnostic_code_of[table][cause] : UNLISTED;
  return by_user != UNLISTED         ? by_user
         : by_diagnostic != UNLISTED ? by_diagnostic
                                     : code_of[table][cause];
}

bool sipcodes_cause_to_sip(enum sipcodes_table table, int cause, int location, bool diagnostic,
                           struct sipcodes_mapping *out) {
  if (!sipcodes_is_cause(table, cause)) return false;
  const unsigned listed = listed_code(table, cause, location, diagnostic);
  const unsigned code = listed != UNLISTED ? listed : default_code_of[table];
  if (code == UNLISTED || code == NOTHING) return false;
  out->number = (int)code;
  out->name = sipcodes_phrase((int)code);
  out->by_default = listed == UNLISTED;
  return true;
}

/* ---- Locations ---- */

static const char location_names[][8] = {
#define LOCATION(number, name) [number] = name,
#include "../data/causes.def"
};

enum { LOCATIONS = sizeof location_names / sizeof location_names[0] };

int sipcodes_location(const char *name, size_t size) {
  for (int location = 0; location < LOCATIONS; ++location) {
    if (text_is(name, size, location_names[location])) return location;
  }
  return -1;
}

const char *sipcodes_location_name(int location) {
  return location >= 0 && location < LOCATIONS ? location_names[location] : NULL;
}

/* ---- Warnings that speak of the bearer ---- */

/* Does the quoted text, its escapes undone, hold "bearer" in any letter case? */
static bool names_bearer(struct sipcodes_string text) {
  static const char word[] = "bearer";
  size_t met = 0;
  for (size_t i = 0; i < text.size && word[met] != '\0'; ++i) {
    if (text.data[i] == '\\' && i + 1 < text.size) ++i;
    const char c = text_lower(text.data[i]);
    /* The word can begin again only at its one "b". */
    met = c == word[met] ? met + 1 : c == word[0] ? 1 : 0;
  }
  return word[met] == '\0';
}

/* 304 Media type not available, 305 Incompatible media format, 370 Insufficient bandwidth. */
static bool is_of_bearer(const struct sipcodes_warning *warning) {
  return warning->code == 304 || warning->code == 305 || warning->code == 370 ||
         names_bearer(warning->text);
}

bool sipcodes_warns_of_bearer(const char *value, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(value, size);
  struct sipcodes_warning warning;
  bool found = false;
  while (sipcodes_read_warning(&reader, &warning)) found = found || is_of_bearer(&warning);
  return found && reader.error.problem == NULL;
}
