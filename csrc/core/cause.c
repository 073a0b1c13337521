#include "sipcodes.h"
#include "text.h"

/* Every string stands in this one block, and the rows hold offsets into it: pointers would have to
 * be relocated each time that a host loads the library. */
struct pool {
  char none[1];
#define CAUSE(number, words, source) char text_##number[sizeof words];
#include "../data/causes.def"
};

static const struct pool pool = {
    "",
#define CAUSE(number, words, source) words,
#include "../data/causes.def"
};

typedef uint16_t offset;

/* An offset that does not fit would silently name another string. */
struct pool_fits_offset {
  char holds[sizeof(struct pool) <= UINT16_MAX ? 1 : -1];
};

static const char *string_at(offset at) { return (const char *)&pool + at; }

enum origin { PRACTICE, Q850 };

static const struct {
  offset text; /* 0 for a number that is not a known cause */
  uint8_t origin;
} causes[] = {
#define CAUSE(number, words, source) [number] = {offsetof(struct pool, text_##number), source},
#include "../data/causes.def"
};

/* The texts in their order, for text_find. */
static const struct text_key by_text[] = {
#define BY_CAUSE(text, number) {offsetof(struct pool, text_##number), number},
#include "../data/index.def"
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
static bool is_value(int number) { return number > 0 && number < SIPCODES_CAUSES; }

const char *sipcodes_cause_text(int cause) {
  const offset at = is_value(cause) ? causes[cause].text : 0;
  return at == 0 ? NULL : string_at(at);
}

int sipcodes_cause_of_text(const char *text, size_t size) {
  const struct text_key *const key =
      text_find((const char *)&pool, by_text, sizeof by_text / sizeof by_text[0], text, size);
  return key == NULL ? 0 : key->number;
}

bool sipcodes_cause_in_q850(int cause) { return is_value(cause) && causes[cause].origin == Q850; }

int sipcodes_cause_class(int cause) { return sipcodes_cause_text(cause) == NULL ? -1 : cause / 16; }

const char *sipcodes_cause_class_name(int class_number) {
  return class_number >= 0 && class_number <= 7 ? class_names[class_number] : NULL;
}

int sipcodes_next_cause(int cause) {
  int next = cause < 0 ? 1 : cause < SIPCODES_CAUSES ? cause + 1 : SIPCODES_CAUSES;
  while (next < SIPCODES_CAUSES && causes[next].text == 0) ++next;
  return next < SIPCODES_CAUSES ? next : 0;
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
