#include "sipcodes.h"
#include "text.h"

/* The registered Reason protocols. The strings stand in one block and the rows hold offsets into
 * it, so that loading relocates nothing. */

struct pool {
#define PROTOCOL(id, name, description, reference) \
  char about_##id[sizeof description];             \
  char reference_##id[sizeof reference];
#define MEANING(id, cause, text) char meaning_##id##_##cause[sizeof text];
#include "../data/header.def"
};

static const struct pool pool = {
#define PROTOCOL(id, name, description, reference) description, reference,
#define MEANING(id, cause, text) text,
#include "../data/header.def"
};

enum protocol {
#define PROTOCOL(id, name, description, reference) PROTOCOL_##id,
#include "../data/header.def"
  PROTOCOLS
};

static const struct {
  char name[14];
  uint16_t description;
  uint16_t reference;
} protocols[PROTOCOLS] = {
#define PROTOCOL(id, name, description, reference) \
  {name, offsetof(struct pool, about_##id), offsetof(struct pool, reference_##id)},
#include "../data/header.def"
};

static const struct {
  uint16_t protocol;
  uint16_t cause;
  uint16_t text;
} meanings[] = {
#define MEANING(id, cause, text) \
  {PROTOCOL_##id, cause, offsetof(struct pool, meaning_##id##_##cause)},
#include "../data/header.def"
};

static const struct {
  uint16_t code;
  char text[46];
} warnings[] = {
#define WARNING(code, text, reference) {code, text},
#include "../data/header.def"
};

enum {
  MEANINGS = sizeof meanings / sizeof meanings[0],
  WARNINGS = sizeof warnings / sizeof warnings[0]
};

int sipcodes_protocol(const char *name, size_t size) {
  /* One by one: SIP and Q.850, which are met, stand first, and a search takes longer for them. */
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
  return is_protocol(protocol) ? (const char *)&pool + protocols[protocol].description : NULL;
}

const char *sipcodes_protocol_reference(int protocol) {
  return is_protocol(protocol) ? (const char *)&pool + protocols[protocol].reference : NULL;
}

const char *sipcodes_meaning(int protocol, int cause) {
  if (protocol == PROTOCOL_SIP) return sipcodes_phrase(cause);
  if (protocol == PROTOCOL_Q_850) return sipcodes_cause_text(cause);
  for (size_t i = 0; i < MEANINGS; ++i) {
    if (meanings[i].protocol == protocol && meanings[i].cause == cause) {
      return (const char *)&pool + meanings[i].text;
    }
  }
  return NULL;
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
