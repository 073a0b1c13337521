#include "sipcodes.h"
#include "text.h"

/* Every string stands in this one block, and the rows hold offsets into it: pointers would have to
 * be relocated each time that a host loads the library. */
struct pool {
  char none[1];
#define TABLE(table, name, directions, kind, certainty, source, edition) \
  char name_##table[sizeof name];                                        \
  char certainty_##table[sizeof certainty];                              \
  char source_##table[sizeof source];                                    \
  char edition_##table[sizeof edition];
#define NAME(table, number, name) char name_##table##_##number[sizeof name];
#define OTHER_NAME(table, number, name) char other_##table##_##number[sizeof name];
#include "../data/mappings.def"
};

static const struct pool pool = {
    "",
#define TABLE(table, name, directions, kind, certainty, source, edition) \
  name, certainty, source, edition,
#define NAME(table, number, name) name,
#define OTHER_NAME(table, number, name) name,
#include "../data/mappings.def"
};

typedef uint16_t offset;

/* An offset that does not fit would silently name another string. */
struct pool_fits_offset {
  char holds[sizeof(struct pool) <= UINT16_MAX ? 1 : -1];
};

static const char *string_at(offset at) { return (const char *)&pool + at; }

/* ---- The tables */

enum directions { FROM_SIP_ONLY, BOTH };
enum kind { STANDARD, VENDOR, IMPLEMENTATION };

static const char kind_names[][16] = {
    [STANDARD] = "standard", [VENDOR] = "vendor", [IMPLEMENTATION] = "implementation"};

static const struct {
  offset name;
  offset certainty;
  offset source;
  offset edition;
  uint16_t default_code;
  uint8_t default_cause[7];
  uint8_t directions;
  uint8_t kind;
} tables[SIPCODES_TABLES] = {
#define TABLE(id, words, both, what, sure, from, state)              \
  [SIPCODES_##id].name = offsetof(struct pool, name_##id),           \
  [SIPCODES_##id].certainty = offsetof(struct pool, certainty_##id), \
  [SIPCODES_##id].source = offsetof(struct pool, source_##id),       \
  [SIPCODES_##id].edition = offsetof(struct pool, edition_##id),     \
  [SIPCODES_##id].directions = both, [SIPCODES_##id].kind = what,
#define DEFAULT_CODE(id, code) [SIPCODES_##id].default_code = code,
#define DEFAULT_CAUSE(id, class, cause) [SIPCODES_##id].default_cause[class] = cause,
#include "../data/mappings.def"
};

/* ---- The names that a platform has for causes */

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

enum platform { ASTERISK, YATE, PLATFORMS };

static const offset name_of[PLATFORMS][SIPCODES_CAUSES] = {
#define NAME(table, number, name) [table][number] = offsetof(struct pool, name_##table##_##number),
#include "../data/mappings.def"
};

/* All names of Asterisk begin so. What follows is looked up. */
static const char asterisk_prefix[] = "AST_CAUSE_";
enum { PREFIX = sizeof asterisk_prefix - 1 };

/* The names in their order, for text_find. */
static const struct text_key asterisk_names[] = {
#define BY_ASTERISK(text, number) {offsetof(struct pool, name_ASTERISK_##number) + PREFIX, number},
#include "../data/index.def"
};

static const struct text_key yate_names[] = {
#define BY_YATE(text, number) {offsetof(struct pool, name_YATE_##number), number},
#define BY_OTHER_YATE(text, number) {offsetof(struct pool, other_YATE_##number), number},
#include "../data/index.def"
};

/* ---- Cells. One octet holds a cause: 1 to 127, FreeSWITCH's own numbers from 800 on as 128 and
 * more. */

enum { UNLISTED = 0, NO_CELL = 255, CANCEL_CELL = 254, OWN_NUMBERS = 800 };

static int decode(unsigned cell) {
  if (cell == CANCEL_CELL) return 487;
  return cell < SIPCODES_CAUSES ? (int)cell : (int)cell - 128 + OWN_NUMBERS;
}

#define CELL(table, code) [SIPCODES_##table][(code)-SIPCODES_FIRST]
#define ENCODE(cause) \
  (uint8_t)((cause) <= 127 ? (cause) : (cause) == 487 ? CANCEL_CELL : (cause) + 128 - OWN_NUMBERS)

static const uint8_t cause_of[SIPCODES_TABLES][SIPCODES_LAST - SIPCODES_FIRST + 1] = {
#define FROM_SIP(table, code, cause) CELL(table, code) = ENCODE(cause),
#define FROM_SIP_BEARER(table, code, cause, bearer) CELL(table, code) = ENCODE(cause),
#define NO_CAUSE(table, code) CELL(table, code) = NO_CELL,
#include "../data/mappings.def"
};

#undef CELL

/* The other branch of a conditional cell. */
static const struct branch {
  uint8_t table;
  uint16_t from;
  uint16_t to;
} bearer_branches[] =
    {
#define FROM_SIP_BEARER(table, code, cause, bearer) {SIPCODES_##table, code, bearer},
#include "../data/mappings.def"
},
  user_branches[] =
      {
#define TO_SIP_USER(table, cause, code, user) {SIPCODES_##table, cause, user},
#include "../data/mappings.def"
},
  diagnostic_branches[] = {
#define TO_SIP_DIAGNOSTIC(table, cause, code, diagnostic) {SIPCODES_##table, cause, diagnostic},
#include "../data/mappings.def"
};

/* Where the branch of a cell leads; UNLISTED if it has none. */
static unsigned find_branch(const struct branch *branches, size_t count, enum sipcodes_table table,
                            int from) {
  for (size_t i = 0; i < count; ++i) {
    if (branches[i].table == (unsigned)table && branches[i].from == from) return branches[i].to;
  }
  return UNLISTED;
}

static const struct {
  uint8_t table;
  uint8_t cause;
  char method[8];
} requests[] = {
#define FROM_REQUEST(table, method, cause) {SIPCODES_##table, cause, method},
#include "../data/mappings.def"
};

enum { NO_RESPONSE = UINT16_MAX };

static const uint16_t code_of[SIPCODES_TABLES][SIPCODES_CAUSES] = {
#define TO_SIP(table, cause, code) [SIPCODES_##table][cause] = code,
#define TO_SIP_USER(table, cause, code, user) [SIPCODES_##table][cause] = code,
#define TO_SIP_DIAGNOSTIC(table, cause, code, diagnostic) [SIPCODES_##table][cause] = code,
#define NO_CODE(table, cause) [SIPCODES_##table][cause] = NO_RESPONSE,
#include "../data/mappings.def"
};

int sipcodes_table(const char *name, size_t size) {
  for (int table = 0; table < SIPCODES_TABLES; ++table) {
    if (text_equals(name, size, string_at(tables[table].name))) return table;
  }
  return -1;
}

bool sipcodes_is_two_way(enum sipcodes_table table) { return tables[table].directions == BOTH; }

void sipcodes_describe_table(enum sipcodes_table table, struct sipcodes_table_source *out) {
  out->name = string_at(tables[table].name);
  out->kind = kind_names[tables[table].kind];
  out->certainty = string_at(tables[table].certainty);
  out->source = string_at(tables[table].source);
  out->edition = string_at(tables[table].edition);
  out->to_sip = sipcodes_is_two_way(table);
  out->default_code = tables[table].default_code;
  for (int i = 0; i < 7; ++i) out->default_cause[i] = tables[table].default_cause[i];
}

/* Has the table a cell for cause 0? */
static bool knows_zero(enum sipcodes_table table) { return code_of[table][0] != UNLISTED; }

bool sipcodes_is_cause(enum sipcodes_table table, int number) {
  if (number > 0 && number < SIPCODES_CAUSES) return true;
  if (number == 0 && knows_zero(table)) return true;
  return table == SIPCODES_FREESWITCH &&
         sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, number) != NULL;
}

static const char *known_name(enum platform platform, int number) {
  const bool is_cause = number >= 0 && number < SIPCODES_CAUSES;
  const offset at = is_cause ? name_of[platform][number] : 0;
  return at == 0 ? NULL : string_at(at);
}

/* What the platform of a table calls a cause; NULL if it has no name for it. */
static const char *platform_name(enum sipcodes_table table, int number) {
  switch (table) {
    case SIPCODES_FREESWITCH: return sipcodes_freeswitch_name(SIPCODES_SINCE_1_10_8, number);
    case SIPCODES_ASTERISK: return known_name(ASTERISK, number);
    case SIPCODES_YATE: return known_name(YATE, number);
    default: return NULL;
  }
}

const char *sipcodes_cause_name(enum sipcodes_table table, int number) {
  const char *const name = platform_name(table, number);
  return name != NULL ? name : sipcodes_cause_text(number);
}

static int known_number(const struct text_key *names, size_t count, const char *name, size_t size) {
  const struct text_key *const key = text_find((const char *)&pool, names, count, name, size);
  return key == NULL ? -1 : key->number;
}

/* The number of a name that the platform of the table gives; -1 if it gives none. */
static int platform_number(enum sipcodes_table table, const char *name, size_t size) {
  switch (table) {
    case SIPCODES_FREESWITCH: return sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, name, size);
    case SIPCODES_ASTERISK:
      if (!text_starts(name, size, asterisk_prefix)) return -1;
      return known_number(asterisk_names, COUNT(asterisk_names), name + PREFIX, size - PREFIX);
    case SIPCODES_YATE: return known_number(yate_names, COUNT(yate_names), name, size);
    default: return -1;
  }
}

int sipcodes_cause_number(enum sipcodes_table table, const char *name, size_t size) {
  const int own = platform_number(table, name, size);
  if (own >= 0) return own;
  const int cause = sipcodes_cause_of_text(name, size);
  return cause != 0 && platform_name(table, cause) == NULL ? cause : -1;
}

static unsigned listed_cause(enum sipcodes_table table, int code, bool bearer) {
  const unsigned branch =
      bearer ? find_branch(bearer_branches, COUNT(bearer_branches), table, code) : UNLISTED;
  return branch != UNLISTED ? branch : cause_of[table][code - SIPCODES_FIRST];
}

bool sipcodes_cause_from_sip(enum sipcodes_table table, int code, bool bearer,
                             struct sipcodes_mapping *out) {
  if (!sipcodes_is_code(code)) return false;
  const unsigned listed = listed_cause(table, code, bearer);
  const unsigned cell =
      listed != UNLISTED ? listed : tables[table].default_cause[sipcodes_class(code)];
  if (cell == UNLISTED || cell == NO_CELL) return false;
  out->number = decode(cell);
  out->name = sipcodes_cause_name(table, out->number);
  out->by_default = listed == UNLISTED;
  return true;
}

int sipcodes_cause_from_request(enum sipcodes_table table, const char *method, size_t size) {
  int cause = -1;
  for (size_t i = 0; i < COUNT(requests); ++i) {
    if (!text_equals(method, size, requests[i].method)) continue;
    if (requests[i].table == (unsigned)table) return requests[i].cause;
    cause = 0;
  }
  return cause;
}

/* The location of a cause that the user itself gave. */
enum { USER = 0 };

static unsigned listed_code(enum sipcodes_table table, int cause, int location, bool diagnostic) {
  if (table == SIPCODES_FREESWITCH) return (unsigned)sipcodes_freeswitch_sends(cause);
  unsigned branch = UNLISTED;
  if (location == USER) branch = find_branch(user_branches, COUNT(user_branches), table, cause);
  if (branch == UNLISTED && diagnostic) {
    branch = find_branch(diagnostic_branches, COUNT(diagnostic_branches), table, cause);
  }
  return branch != UNLISTED ? branch : code_of[table][cause];
}

bool sipcodes_cause_to_sip(enum sipcodes_table table, int cause, int location, bool diagnostic,
                           struct sipcodes_mapping *out) {
  if (!sipcodes_is_cause(table, cause)) return false;
  const unsigned listed = listed_code(table, cause, location, diagnostic);
  const unsigned code = listed != UNLISTED ? listed : tables[table].default_code;
  if (code == UNLISTED || code == NO_RESPONSE) return false;
  out->number = (int)code;
  out->name = sipcodes_phrase((int)code);
  out->by_default = listed == UNLISTED;
  return true;
}
