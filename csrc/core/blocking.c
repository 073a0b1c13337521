#include <string.h>

#include "header_write.h"
#include "text.h"

/* Detecting */

/* The names of the pairs, in the order in which they are written. They and v=analytics1 are told
 * by their exact case: nothing says that case does not count inside the text. */
static const char names[][6] = {
    [SIPCODES_BLOCKING_URL] = "url",
    [SIPCODES_BLOCKING_TEL] = "tel",
    [SIPCODES_BLOCKING_EMAIL] = "email",
    [SIPCODES_BLOCKING_ID] = "id",
};

enum { NAMES = sizeof names / sizeof names[0] };

static bool refuse(struct sipcodes_error *why, const char *problem, size_t position) {
  why->problem = problem;
  why->position = position;
  return false;
}

/* Takes off what stands before the next c, and the c itself; all that is left if there is none. A
 * quoted pair counts as the octet that it stands for. */
static struct sipcodes_string cut(struct sipcodes_string *rest, char c) {
  struct sipcodes_string part = *rest;
  for (size_t at = 0; at < rest->size; ++at) {
    const size_t pair = rest->escaped && rest->data[at] == '\\' && at + 1 < rest->size ? 1 : 0;
    if (rest->data[at + pair] == c) {
      part.size = at;
      rest->data += at + pair + 1;
      rest->size -= at + pair + 1;
      return part;
    }
    at += pair;
  }
  rest->data += rest->size;
  rest->size = 0;
  return part;
}

/* Is the string, its escapes resolved, the known one? */
static bool spells(struct sipcodes_string string, const char *known) {
  char plain[32];
  const size_t size = strlen(known);
  if (string.size > sizeof plain) return false;
  return sipcodes_write_unescaped(string, plain) == size && memcmp(plain, known, size) == 0;
}

static struct sipcodes_string *part_of(struct sipcodes_blocking *blocking, size_t name) {
  switch (name) {
    case SIPCODES_BLOCKING_URL: return &blocking->url;
    case SIPCODES_BLOCKING_TEL: return &blocking->tel;
    case SIPCODES_BLOCKING_EMAIL: return &blocking->email;
    default: return &blocking->id;
  }
}

/* Does the string hold a control character, its folding aside? Only a quoted pair can. */
static bool has_control(struct sipcodes_string string) {
  for (size_t i = 0; i < string.size; ++i) {
    const char c = string.data[i];
    if (text_is_control(c) && c != '\t' && c != '\r' && c != '\n') return true;
  }
  return false;
}

/* The first pair of a name counts; one of another name, without a =, or with a control character,
 * which no caller should find in an address, is let pass. */
static void take_pair(struct sipcodes_string pair, struct sipcodes_blocking *out) {
  const size_t size = pair.size;
  const struct sipcodes_string name = cut(&pair, '=');
  if (name.size == size || has_control(pair)) return;
  for (size_t i = 0; i < NAMES; ++i) {
    struct sipcodes_string *const part = part_of(out, i);
    if (part->data == NULL && spells(name, names[i])) *part = pair;
  }
}

/* The registered spelling of the protocol if a value can be that of a notification, else NULL. */
static const char *blocking_protocol(const struct sipcodes_reason *reason) {
  const struct sipcodes_text protocol = reason->protocol;
  if (reason->cause == 603 && text_is(protocol.data, protocol.size, "SIP")) return "SIP";
  if (reason->cause == 21 && text_is(protocol.data, protocol.size, "Q.850")) return "Q.850";
  return NULL;
}

/* Reads one value of the Reason field; false if it is not a notification. */
static bool read_notification(const struct sipcodes_reason *reason, struct sipcodes_blocking *out) {
  static const struct sipcodes_blocking empty = {.protocol = NULL};
  const char *const protocol = blocking_protocol(reason);
  struct sipcodes_string rest = reason->text;
  if (protocol == NULL || rest.data == NULL || !spells(cut(&rest, ';'), "v=analytics1")) {
    return false;
  }
  *out = empty;
  out->protocol = protocol;
  out->location = reason->location;
  while (rest.size > 0) take_pair(cut(&rest, ';'), out);
  return true;
}

bool sipcodes_read_blocking(int code, struct sipcodes_text phrase, struct sipcodes_text reason,
                            bool lenient, struct sipcodes_blocking *out,
                            struct sipcodes_error *why) {
  if (code != 603) return refuse(why, "the code is not 603", 0);
  if (phrase.data == NULL || !text_is(phrase.data, phrase.size, "Network Blocked")) {
    return refuse(why, "the phrase is not \"Network Blocked\"", 0);
  }
  if (reason.data == NULL) return refuse(why, "no Reason", 0);
  /* All of the field has to be readable, also what stands behind the notification. */
  struct sipcodes_reader reader = lenient ? sipcodes_read_leniently(reason.data, reason.size)
                                          : sipcodes_read_field(reason.data, reason.size);
  struct sipcodes_reason value;
  bool found = false;
  while (sipcodes_read_reason(&reader, &value)) {
    found = found || read_notification(&value, out);
  }
  if (reader.error.problem != NULL) {
    *why = reader.error;
    return false;
  }
  return found || refuse(why, "no Reason value says v=analytics1", 0);
}

/* Checking what is to be sent. Everything is visible ASCII without ; " and \, which would end the
 * value, the text or more. */

static bool is_alphanumeric(char c) { return text_is_letter(c) || text_is_digit(c); }

static bool is_one_of(char c, const char *octets) { return c != '\0' && strchr(octets, c) != NULL; }

/* Dot-separated labels of letters, digits and inner hyphens, at most 63 octets each (RFC 1123 2.1).
 */
static bool is_host(const char *text, size_t size) {
  char before = '.';
  size_t label = 0;
  for (size_t i = 0; i < size; ++i) {
    const char c = text[i];
    const bool edge = before == '.' || (c == '.' && before == '-');
    label = c == '.' ? 0 : label + 1;
    if (label > 63) return false;
    if (!is_alphanumeric(c) && (edge || (c != '-' && c != '.'))) return false;
    before = c;
  }
  return is_alphanumeric(before);
}

/* host [":" port] */
static bool is_authority(const char *text, size_t size) {
  const char *const colon = memchr(text, ':', size);
  if (colon == NULL) return is_host(text, size);
  const size_t host = (size_t)(colon - text);
  const int32_t port = text_number(colon + 1, size - host - 1);
  return port >= 0 && port <= 65535 && is_host(text, host);
}

/* Octets of a URL (RFC 3986 2), but for the ; that separates the pairs. */
static bool is_url_text(const char *text, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (text[i] == '%' && (size - i < 3 || !text_is_hex(text[i + 1]) || !text_is_hex(text[i + 2])))
      return false;
    if (!is_alphanumeric(text[i]) && !is_one_of(text[i], "-._~:/?#[]@!$&'()*+,=%")) return false;
  }
  return true;
}

static const char *url_problem(const char *text, size_t size) {
  static const char scheme[] = "https://";
  const size_t start = sizeof scheme - 1;
  if (!text_starts(text, size, scheme)) return "is not an https URL";
  size_t end = start;
  while (end < size && !is_one_of(text[end], "/?#")) ++end;
  if (!is_authority(text + start, end - start)) return "has no host name";
  return is_url_text(text, size) ? NULL : "has an octet that a URL cannot hold there";
}

static const char *tel_problem(const char *text, size_t size) {
  bool ok = size >= 2 && size <= 16 && text[0] == '+' && text[1] != '0';
  for (size_t i = 1; i < size && ok; ++i) ok = text_is_digit(text[i]);
  return ok ? NULL : "is not + and 1 to 15 digits";
}

/* local@domain, the local part being a dot-atom (RFC 5322 3.2.3) of at most 64 octets (RFC 5321
 * 4.5.3.1.1). */
static const char *email_problem(const char *text, size_t size) {
  size_t at = 0;
  char before = '.';
  while (at < size && text[at] != '@') {
    const char c = text[at++];
    const bool atom = is_alphanumeric(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~");
    if (!atom && (c != '.' || before == '.')) return "is not an address";
    before = c;
  }
  if (before == '.' || at > 64 || at == size) return "is not an address";
  return is_host(text + at + 1, size - at - 1) ? NULL : "is not an address";
}

static const char *id_problem(const char *text, size_t size) {
  bool ok = size >= 1 && size <= 64;
  for (size_t i = 0; i < size && ok; ++i) ok = is_alphanumeric(text[i]) || is_one_of(text[i], "_-");
  return ok ? NULL : "is not 1 to 64 letters, digits, _ and -";
}

const char *sipcodes_blocking_problem(enum sipcodes_blocking_part part, const char *text,
                                      size_t size) {
  switch (part) {
    case SIPCODES_BLOCKING_URL: return url_problem(text, size);
    case SIPCODES_BLOCKING_TEL: return tel_problem(text, size);
    case SIPCODES_BLOCKING_EMAIL: return email_problem(text, size);
    case SIPCODES_BLOCKING_ID: return id_problem(text, size);
    case SIPCODES_BLOCKING_LOCATION:
      return sipcodes_location(text, size) >= 0 ? NULL : "is not a location of RFC 8606";
    default: return "is not part of a notification";
  }
}

/* Writing */

static struct sipcodes_text literal(const char *text) {
  return (struct sipcodes_text){text, strlen(text)};
}

static bool refuse_part(struct sipcodes_refusal *why, const char *name, struct sipcodes_text shown,
                        const char *problem) {
  *why = (struct sipcodes_refusal){.part = name, .problem = problem, .shown = shown};
  return false;
}

static bool check_part(enum sipcodes_blocking_part part, const char *name,
                       struct sipcodes_text text, struct sipcodes_refusal *why) {
  const char *const control = sipcodes_find_control(text.data, text.size);
  if (control != NULL) {
    *why = (struct sipcodes_refusal){.part = name, .control = control, .shown = text};
    return false;
  }
  const char *const problem = sipcodes_blocking_problem(part, text.data, text.size);
  return problem == NULL || refuse_part(why, name, text, problem);
}

/* The pieces of the text: v=analytics1, then the pairs. */
enum { MOST_PIECES = 1 + 4 * NAMES };

static bool add_pairs(const struct sipcodes_written_blocking *notification,
                      struct sipcodes_text pieces[], size_t *count, struct sipcodes_refusal *why) {
  for (size_t i = 0; i < NAMES; ++i) {
    const struct sipcodes_text part = notification->part[i];
    const bool redress = *count > 1;
    if (i == SIPCODES_BLOCKING_ID && !redress) {
      return refuse_part(why, NULL, literal(""), "one of url, tel and email is needed");
    }
    if (part.data == NULL) continue;
    if (!check_part((enum sipcodes_blocking_part)i, names[i], part, why)) return false;
    pieces[(*count)++] = literal(";");
    pieces[(*count)++] = literal(names[i]);
    pieces[(*count)++] = literal("=");
    pieces[(*count)++] = part;
  }
  return true;
}

/* The protocol in its registered spelling, and its cause; false if it is neither. */
static bool read_protocol(struct sipcodes_text name, struct sipcodes_written_reason *value,
                          struct sipcodes_refusal *why) {
  const struct sipcodes_text given = name.data == NULL ? literal("SIP") : name;
  const bool q850 = text_is(given.data, given.size, "Q.850");
  if (!q850 && !text_is(given.data, given.size, "SIP")) {
    return refuse_part(why, "protocol", given, "is neither SIP nor Q.850");
  }
  value->protocol = literal(q850 ? "Q.850" : "SIP");
  value->cause = q850 ? 21 : 603;
  return true;
}

static bool read_location(struct sipcodes_text given, struct sipcodes_written_reason *value,
                          struct sipcodes_refusal *why) {
  if (given.data == NULL) return refuse_part(why, NULL, given, "location is missing");
  if (!check_part(SIPCODES_BLOCKING_LOCATION, "location", given, why)) return false;
  value->location = literal(sipcodes_location_name(sipcodes_location(given.data, given.size)));
  return true;
}

size_t sipcodes_write_blocking(char *out, size_t room,
                               const struct sipcodes_written_blocking *notification,
                               struct sipcodes_refusal *why) {
  struct sipcodes_text pieces[MOST_PIECES] = {literal("v=analytics1")};
  struct sipcodes_written_reason value = {.cause = -1};
  size_t count = 1;
  const bool ok = read_protocol(notification->protocol, &value, why) &&
                  add_pairs(notification, pieces, &count, why) &&
                  read_location(notification->part[SIPCODES_BLOCKING_LOCATION], &value, why);
  return ok ? header_write_pieces(out, room, &value, pieces, count, why) : 0;
}
