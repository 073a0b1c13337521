#include <string.h>

#include "sipcodes.h"
#include "text.h"

/* Every string stands in this one block, and the rows hold offsets into it: pointers would have to
 * be relocated each time that a host loads the library. */
struct pool {
  char none[1];
#define FREESWITCH(name, number, old, code) char name_##name[sizeof #name];
#include "../data/freeswitch.def"
};

static const struct pool pool = {
    "",
#define FREESWITCH(name, number, old, code) #name,
#include "../data/freeswitch.def"
};

typedef uint16_t offset;

/* An offset that does not fit would silently name another string. */
struct pool_fits_offset {
  char holds[sizeof(struct pool) <= UINT16_MAX ? 1 : -1];
};

static const char *string_at(offset at) { return (const char *)&pool + at; }

/* ---- The causes of FreeSWITCH */

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

static const struct {
  offset name;
  uint16_t number;
  uint16_t old;  /* its number before 1.10.8, or UNNUMBERED */
  uint16_t code; /* what FreeSWITCH sends for it; 0 if that is its default */
} rows[ROWS] = {
#define FREESWITCH(name, number, old, code) \
  [ROW_##name] = {offsetof(struct pool, name_##name), number, old, code},
#include "../data/freeswitch.def"
};

/* The names in their order, for text_find. */
static const struct text_key by_name[] = {
#define BY_FREESWITCH(name, number) {offsetof(struct pool, name_##name), number},
#include "../data/index.def"
};

static unsigned find_row(enum sipcodes_era era, int number) {
  return number >= 0 && number <= LAST_NUMBER ? row_of[era][number] : NO_ROW;
}

const char *sipcodes_freeswitch_name(enum sipcodes_era era, int number) {
  const unsigned row = find_row(era, number);
  return row == NO_ROW ? NULL : string_at(rows[row].name);
}

int sipcodes_freeswitch_number(enum sipcodes_era era, const char *name, size_t size) {
  const struct text_key *const key =
      text_find((const char *)&pool, by_name, sizeof by_name / sizeof by_name[0], name, size);
  if (key == NULL) return -1;
  if (era == SIPCODES_SINCE_1_10_8) return key->number;
  const int old = rows[find_row(SIPCODES_SINCE_1_10_8, key->number)].old;
  return old == UNNUMBERED ? -1 : old;
}

int sipcodes_freeswitch_sends(int number) {
  return rows[find_row(SIPCODES_SINCE_1_10_8, number)].code;
}
