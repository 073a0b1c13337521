/*
 * sipcodes: the SIP response codes in C.
 *
 * No function allocates, writes to static data or keeps a pointer that it was given; every string
 * that is returned is constant and lives as long as the library. Text that comes from outside is
 * a pointer and a length, and may hold any octet. Names are compared without regard to the case
 * of ASCII letters. RFC numbers in comments name where the rule stands.
 */
#ifndef SIPCODES_H
#define SIPCODES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SIPCODES_VERSION "1.0.0"
/* The date of the copy of IANA's registry that the table follows. */
#define SIPCODES_REGISTRY "2026-01-07"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* A part of a text that was given to a parser. Not NUL-terminated. */
struct sipcodes_text {
  const char *data;
  size_t size;
};

/* Why a parser refused its input, and the 1-based octet at which it did. */
struct sipcodes_fault {
  const char *problem;
  size_t position;
};

/* ---- Octets ---------------------------------------------------------------------------------- */

/* The first octet that would end or split a header line: a control character other than HTAB.
 * NULL if there is none. */
const char *sipcodes_find_control(const char *data, size_t size);

/* The first octet that a Reason-Phrase cannot hold (RFC 3261 25.1), or that is not part of valid
 * UTF-8. NULL if there is none. */
const char *sipcodes_find_unphrased(const char *data, size_t size);

/* ---- Response codes -------------------------------------------------------------------------- */

enum { SIPCODES_FIRST = 100, SIPCODES_LAST = 699 };

/* What a client may do at the same server after a response. */
enum sipcodes_action {
  SIPCODES_ANSWERED,
  SIPCODES_WAIT,
  SIPCODES_REDIRECT,
  SIPCODES_AUTHENTICATE,
  SIPCODES_MODIFY,
  SIPCODES_LATER,
  SIPCODES_GLARE,
  SIPCODES_ELSEWHERE,
  SIPCODES_STOP,
  SIPCODES_STOP_EVERYWHERE
};

/* All that the table knows of a code. A string is "" where a registered code has no such fact, and
 * NULL where the field does not apply: dialog where RFC 5057 says nothing, origin of a registered
 * code, and name, section, the header fields and basis of an unregistered one. */
struct sipcodes_response {
  int code;
  int class_number;
  int rfc;        /* 0 for an unregistered code */
  int deprecated; /* the RFC that did it, or 0 */
  bool registered;
  bool retry_after;
  const char *reason;
  const char *name;
  const char *title;
  const char *section;
  const char *methods;
  const char *must;
  const char *should;
  const char *may;
  const char *action;
  const char *basis;
  const char *dialog;
  const char *note;
  const char *origin;
};

/* A Status-Line, cut into its code and phrase. */
struct sipcodes_status_line {
  int code;
  struct sipcodes_text phrase;
};

/* Is the number a response code at all (100..699, RFC 3261 7.2)? The calls below take any int. */
static inline bool sipcodes_is_code(int code) {
  return code >= SIPCODES_FIRST && code <= SIPCODES_LAST;
}

/* The recommended phrase of a registered code, the usual one of an unregistered; NULL if the
 * table does not know the code. */
const char *sipcodes_reason(int code);

/* 1..6, or 0 for a number that is no code. */
int sipcodes_class(int code);

/* "Client Failure" for 4; NULL for a number that is no class. */
const char *sipcodes_class_title(int class_number);

bool sipcodes_is_registered(int code);

/* The next registered code above `code` and not above `last`; 0 at the end. */
int sipcodes_next(int code, int last);

/* The code that a client handles an unknown one as (RFC 3261 8.1.3.2): itself if registered, 183
 * for a 1xx, else x00. 0 for a number that is no code. */
int sipcodes_treat_as(int code);

/* What to do at the same server; an unregistered code acts like the one it is treated as. Only
 * for codes in 100..699. */
enum sipcodes_action sipcodes_action(int code);
const char *sipcodes_action_name(enum sipcodes_action action);

/* Fills *out and answers true if the table knows the code. */
bool sipcodes_describe(int code, struct sipcodes_response *out);

/* The n-th former phrase of a code, counted from 0; NULL past the last. */
const char *sipcodes_formerly(int code, int n);

/* The code of a constant's name in its exact case ("BUSY_HERE"); 0 if there is none. */
int sipcodes_constant(const char *name, size_t size);

/* The codes that a text speaks of, ascending, and how many (0..2): "486", "sip:486", "sips:486",
 * "486 Busy", a Status-Line, a name or current phrase, else a former or unregistered phrase. */
int sipcodes_find(const char *text, size_t size, int codes[2]);

/* Reads one Status-Line (RFC 3261 7.2), with or without a final CRLF or LF. The SP after the code
 * may be missing when there is no phrase (RFC 4475 3.1.1.13). */
bool sipcodes_parse(const char *line, size_t size, struct sipcodes_status_line *out,
                    struct sipcodes_fault *fault);

/* ---- Causes ---------------------------------------------------------------------------------- */

/* ---- Header fields --------------------------------------------------------------------------- */

/* ---- Call-blocking notification -------------------------------------------------------------- */

/* ---- Decisions ------------------------------------------------------------------------------- */

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
