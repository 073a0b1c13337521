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
struct sipcodes_error {
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

/* How many octets the UTF-8 sequence of an octet from 0x80 on takes; 0 if it is not valid (RFC 3629
 * 4). */
size_t sipcodes_utf8_length(const char *text, size_t left);

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
  const char *phrase;
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
const char *sipcodes_phrase(int code);

/* 1..6, or 0 for a number that is not a code. */
int sipcodes_class(int code);

/* "Client Failure" for 4; NULL for a number that is not a class. */
const char *sipcodes_class_title(int class_number);

bool sipcodes_is_registered(int code);

/* The next registered code above `code` and not above `last`; 0 at the end. */
int sipcodes_next_code(int code, int last);

/* The code that a client handles an unknown one as (RFC 3261 8.1.3.2): itself if registered, 183
 * for a 1xx, else x00. 0 for a number that is not a code. */
int sipcodes_treat_as(int code);

/* What to do at the same server; an unregistered code acts like the one it is treated as. Only
 * for codes in 100..699. */
enum sipcodes_action sipcodes_action(int code);
const char *sipcodes_action_name(enum sipcodes_action action);

/* Fills *out and returns true if the table knows the code. */
bool sipcodes_describe_code(int code, struct sipcodes_response *out);

/* The n-th former phrase of a code, counted from 0; NULL past the last. */
const char *sipcodes_former_phrase(int code, int n);

/* The code of a constant's name in its exact case ("BUSY_HERE"); 0 if there is none. */
int sipcodes_constant(const char *name, size_t size);

/* The codes that a text speaks of, ascending, and how many (0..2): "486", "sip:486", "sips:486",
 * "486 Busy", a Status-Line, a name or current phrase, else a former or unregistered phrase. */
int sipcodes_read_codes(const char *text, size_t size, int codes[2]);

/* Reads one Status-Line (RFC 3261 7.2), with or without a final CRLF or LF. The SP after the code
 * may be missing when there is no phrase (RFC 4475 3.1.1.13). */
bool sipcodes_read_status_line(const char *line, size_t size, struct sipcodes_status_line *out,
                               struct sipcodes_error *error);

/* ---- Causes ---------------------------------------------------------------------------------- */

/* The causes of ITU-T Q.850 and seven more that are met in practice, 77 in 1..127. The calls take
 * any int. */
enum { SIPCODES_CAUSES = 128 };

/* The name; NULL for a number that is not a known cause. */
const char *sipcodes_cause_text(int cause);

/* The known cause with this text in any letter case; 0 if there is none. */
int sipcodes_cause_of_text(const char *text, size_t size);

/* Does the cause stand in Q.850 itself (10/2018)? */
bool sipcodes_cause_in_q850(int cause);

/* 0..7, the upper three bits of a known cause; -1 for another number. */
int sipcodes_cause_class(int cause);

/* "resource unavailable" for 2; NULL for a number that is not a class. */
const char *sipcodes_cause_class_name(int class_number);

/* The next known cause above `cause`; 0 at the end. */
int sipcodes_next_cause(int cause);

/* The number that one to three digits without a leading zero spell; -1 if the text is no such
 * number. */
int sipcodes_read_cause(const char *text, size_t size);

/* How standards and platforms map response codes to causes and back. */
enum sipcodes_table {
  SIPCODES_RFC3398,
  SIPCODES_RFC4497,
  SIPCODES_DSS1,
  SIPCODES_CISCO,
  SIPCODES_FREESWITCH,
  SIPCODES_ASTERISK,
  SIPCODES_OSMOCOM,
  SIPCODES_YATE,
  SIPCODES_AUDIOCODES,
  SIPCODES_ORACLE_SIPI,
  SIPCODES_OPENSIPS_SIPI,
  SIPCODES_TABLES
};

/* Where a table comes from, and what it makes of codes and causes that it does not list. */
struct sipcodes_table_source {
  const char *name;
  const char *kind;      /* "standard", "vendor" or "implementation" */
  const char *certainty; /* how its cells were proved */
  const char *source;
  const char *edition;
  bool to_sip;          /* every table maps from SIP; does it map to SIP, too? */
  int default_code;     /* 0 if the source states none */
  int default_cause[7]; /* by the class of the code, 1..6; 0 if the source states none */
};

/* What a code or a cause becomes in a table. */
struct sipcodes_mapping {
  int number;       /* the cause, or the code */
  const char *name; /* the cause in the words of the table, or the phrase of the code */
  bool by_default;  /* the table does not list what was asked */
};

/* The table of this name in its exact case ("rfc3398"); -1 if there is none. */
int sipcodes_table(const char *name, size_t size);

/* Does the table map causes to responses, too? */
bool sipcodes_is_two_way(enum sipcodes_table table);

void sipcodes_describe_table(enum sipcodes_table table, struct sipcodes_table_source *out);

/* Is the number a cause to the table: 1..127, and FreeSWITCH's own numbers in its table? */
bool sipcodes_is_cause(enum sipcodes_table table, int number);

/* The cause in the words of the table: FreeSWITCH's and Asterisk's names; the Q.850 text in the
 * other tables, and where the platform has no name. NULL for a number without a name. */
const char *sipcodes_cause_name(enum sipcodes_table table, int number);

/* The number of such a name in any letter case; -1 if there is none. */
int sipcodes_cause_number(enum sipcodes_table table, const char *name, size_t size);

/* What a response becomes; `bearer` says that it has a Warning that speaks of the bearer. False if
 * it becomes no cause, and for a number that is not a code. */
bool sipcodes_cause_from_sip(enum sipcodes_table table, int code, bool bearer,
                             struct sipcodes_mapping *out);

/* What a BYE or CANCEL becomes: its cause, 0 if it has none in the table, -1 for any other text. */
int sipcodes_cause_from_request(enum sipcodes_table table, const char *method, size_t size);

/* What a cause becomes. `location` is where the call was released, -1 if that is not known;
 * `diagnostic` says that the cause has a number to redirect to. False if it becomes no response,
 * for what is not a cause, and in a table that does not map to SIP. */
bool sipcodes_cause_to_sip(enum sipcodes_table table, int cause, int location, bool diagnostic,
                           struct sipcodes_mapping *out);

/* Does a Warning field value speak of the bearer: by a warn-code 304, 305 or 370, or the word
 * "bearer" in a warn-text? A value that cannot be parsed does not. */
bool sipcodes_warns_of_bearer(const char *value, size_t size);

/* Where a call was released (RFC 8606 4): 0..15 for "U" to "LOC-15" in any letter case; -1 for any
 * other text. And back; NULL for a number outside 0..15. */
int sipcodes_location(const char *name, size_t size);
const char *sipcodes_location_name(int location);

/* FreeSWITCH 1.10.8 moved the numbers of its own causes. */
enum sipcodes_era { SIPCODES_SINCE_1_10_8, SIPCODES_BEFORE_1_10_8 };

/* The name of a FreeSWITCH cause by its number in that era, and its number by the name in any
 * letter case. NULL and -1 if the era does not know it; 0 is the number of NONE. */
const char *sipcodes_freeswitch_name(enum sipcodes_era era, int number);
int sipcodes_freeswitch_number(enum sipcodes_era era, const char *name, size_t size);

/* The code that FreeSWITCH sends for a cause by its number of today; 0 if that is its default. */
int sipcodes_freeswitch_sends(int number);

/* ---- Attempts of FreeSWITCH to bridge ----------------------------------------------------------
 */

/* The channel variables that tell how an attempt to bridge ended; data NULL if unset. Only
 * originate_disposition is sure to be of the last attempt: FreeSWITCH clears none of them when a
 * new one begins. */
struct sipcodes_bridge {
  struct sipcodes_text disposition; /* originate_disposition: a cause, or SUCCESS */
  struct sipcodes_text failed;      /* originate_failed_cause */
  struct sipcodes_text endpoint;    /* endpoint_disposition: ANSWER, EARLY MEDIA */
  struct sipcodes_text hangup;      /* last_bridge_hangup_cause: why the last leg ended */
  struct sipcodes_text bridge;      /* bridge_hangup_cause: why the last connected one did */
  struct sipcodes_text causes;      /* originate_causes: every leg's cause */
  struct sipcodes_text reason;      /* sip_reason: the Reason field that came */
  struct sipcodes_text proto;       /* last_bridge_proto_specific_hangup_cause: "sip:486" */
  struct sipcodes_text status;      /* sip_invite_failure_status: "486" */
};

/* How an attempt, or one leg of it, ended. */
struct sipcodes_bridge_end {
  int code;
  struct sipcodes_text cause; /* points into a variable, or is constant */
  const char *source; /* the variable that told, or "challenge": the credentials were rejected */
};

/* The verdict on the last attempt. False if there was none. */
bool sipcodes_describe_bridge(const struct sipcodes_bridge *bridge,
                              struct sipcodes_bridge_end *out);

/* Takes the cause of the next leg off the front of originate_causes, in the order of the dial
 * string; false at the end. And how that leg ended. */
bool sipcodes_next_leg(struct sipcodes_text *causes, struct sipcodes_text *cause);
void sipcodes_describe_leg(const struct sipcodes_bridge *bridge, struct sipcodes_text cause,
                           struct sipcodes_bridge_end *out);

/* The code that FreeSWITCH itself would send for a cause, also for one that it calls "UNKNOWN". */
int sipcodes_freeswitch_code(struct sipcodes_text cause);

/* The code in a variable, "503" or "sip:503"; also 900 and 904, by which sofia-sip says that it
 * could not answer a challenge and which are not response codes; 0 if there is none. */
int sipcodes_read_freeswitch_code(struct sipcodes_text value);

/* ---- Header fields --------------------------------------------------------------------------- */

/* A token, a number, or what stands between quotes or brackets, as it was written. `escaped` says
 * that it may hold quoted pairs or folding, which sipcodes_write_unescaped resolves. data is NULL
 * where there is no such string. */
struct sipcodes_string {
  const char *data;
  size_t size;
  bool escaped;
};

/* Goes through a field value, element by element. Repeated fields are read as one value, joined by
 * commas. When a call returns false, error.problem tells a refusal from the end, if it is NULL;
 * the elements before a refusal are not to be trusted either. */
struct sipcodes_reader {
  const char *data;
  size_t size;
  size_t at;
  bool ended;
  bool lenient;
  struct sipcodes_error error;
  struct sipcodes_error skipped; /* the first thing that a lenient reader passed over */
  size_t skips;                  /* how many there were */
};

/* A generic-param (RFC 3261 25.1): the value is a token, a host or a quoted string; its data is
 * NULL for a flag. */
struct sipcodes_parameter {
  struct sipcodes_text name;
  struct sipcodes_string value;
  bool quoted;
};

/* One value of a Reason field (RFC 3326 2, RFC 8606 4, RFC 9366 3). */
struct sipcodes_reason {
  struct sipcodes_text protocol;
  int32_t cause; /* -1 if there is none */
  struct sipcodes_string text;
  struct sipcodes_string location;
  struct sipcodes_text parameters; /* all of them, for sipcodes_read_parameters */
  size_t others;                   /* how many are not cause, text or location */
  bool lenient;                    /* how they were read */
};

/* One value of a Warning field (RFC 3261 20.43). */
struct sipcodes_warning {
  int code; /* 0..999 */
  struct sipcodes_text agent;
  struct sipcodes_string text;
};

/* A Retry-After field (RFC 3261 20.33). */
struct sipcodes_retry_after {
  int32_t seconds;
  int32_t duration;               /* -1 if there is none */
  struct sipcodes_string comment; /* without its outer brackets */
};

/* Starts at the first element of a field value. */
struct sipcodes_reader sipcodes_read_field(const char *data, size_t size);

/* The same, but sipcodes_read_reason passes over what it cannot read instead of refusing the value:
 * a quoted decimal counts as one, a stray ; or , is nothing, unquoted text runs to the next ; or ,
 * and what stays unreadable ends at the next ; or , outside quotes, an element without a protocol
 * at the next comma. What the strict reading accepts is read alike. */
struct sipcodes_reader sipcodes_read_leniently(const char *data, size_t size);

/* Starts at the parameters of a Reason value. */
struct sipcodes_reader sipcodes_read_parameters(const struct sipcodes_reason *reason);

bool sipcodes_read_reason(struct sipcodes_reader *reader, struct sipcodes_reason *out);
bool sipcodes_read_warning(struct sipcodes_reader *reader, struct sipcodes_warning *out);
bool sipcodes_read_parameter(struct sipcodes_reader *reader, struct sipcodes_parameter *out);

bool sipcodes_read_retry_after(const char *value, size_t size, struct sipcodes_retry_after *out,
                               struct sipcodes_error *error);

/* Writes the string without its escapes, each fold as one SP; returns how many octets that took,
 * at most string.size. */
size_t sipcodes_write_unescaped(struct sipcodes_string string, char *out);

/* Is the text a token, or the warn-agent of a Warning (RFC 3261 25.1)? */
bool sipcodes_is_token(const char *text, size_t size);
bool sipcodes_is_warn_agent(const char *text, size_t size);

/* The Reason protocols of IANA's registry, counted from 0 in its order: the number of a name, or
 * -1; the spelling and description of a number, or NULL past the last. */
int sipcodes_protocol(const char *name, size_t size);
const char *sipcodes_protocol_name(int protocol);
const char *sipcodes_protocol_description(int protocol);

/* The specification that lists the causes of a protocol; NULL past the last. */
const char *sipcodes_protocol_reference(int protocol);

/* The published text of a cause of a registered protocol: the phrase for SIP, the text for Q.850.
 * NULL if there is none. */
const char *sipcodes_meaning(int protocol, int cause);

/* The text of a registered warn-code, or NULL; the next such code above `code`, or 0. */
const char *sipcodes_warning_text(int code);
int sipcodes_next_warning(int code);

/* What a writer refuses: which part ("text"), what stands there (data NULL: nothing), and why. A
 * control character has no problem text, but its place in `shown`. */
struct sipcodes_refusal {
  const char *part;
  const char *problem;
  const char *control;
  struct sipcodes_text shown;
  struct sipcodes_text parameter; /* the name, if the part is "parameter" */
};

/* A parameter to write: the value is quoted if it is not a token; a flag if its data is NULL. */
struct sipcodes_written_parameter {
  struct sipcodes_text name;
  struct sipcodes_text value;
};

/* A Reason value to write. cause is -1, and the data of a text NULL, if it has none. */
struct sipcodes_written_reason {
  struct sipcodes_text protocol;
  int32_t cause;
  struct sipcodes_text text;
  struct sipcodes_text location;
  struct sipcodes_written_parameter *parameters; /* get into the order of their names */
  size_t count;
};

/* A Warning value to write. */
struct sipcodes_written_warning {
  int code; /* 0..999 */
  struct sipcodes_text agent;
  struct sipcodes_text text;
};

/* Write one value into a buffer: as much as fits of it, without a final NUL. They return the octets
 * that the whole value takes, so that a result above `room` means that there was not enough; 0, and
 * *why, if it cannot be written. Several values of a field are joined by ", ". */
size_t sipcodes_write_reason(char *out, size_t room, const struct sipcodes_written_reason *value,
                             struct sipcodes_refusal *why);
size_t sipcodes_write_warning(char *out, size_t room, const struct sipcodes_written_warning *value,
                              struct sipcodes_refusal *why);

/* ---- Call-blocking notification -------------------------------------------------------------- */

/* What a 603+ response says (ATIS-1000099). A string's data is NULL where it says no such thing. */
struct sipcodes_blocking {
  struct sipcodes_string url;
  struct sipcodes_string tel;
  struct sipcodes_string email;
  struct sipcodes_string id;
  struct sipcodes_string location;
  const char *protocol; /* "SIP" or "Q.850" */
};

/* The parts of a notification that have rules of their own. */
enum sipcodes_blocking_part {
  SIPCODES_BLOCKING_URL,
  SIPCODES_BLOCKING_TEL,
  SIPCODES_BLOCKING_EMAIL,
  SIPCODES_BLOCKING_ID,
  SIPCODES_BLOCKING_LOCATION
};

/* Is the response a 603+? The phrase and the Reason field value are absent where their data is
 * NULL. If not, why->problem says why; why->position is 0, or the octet at which the Reason field
 * value could not be read. A lenient reading passes over what it cannot read. */
bool sipcodes_read_blocking(int code, struct sipcodes_text phrase, struct sipcodes_text reason,
                            bool lenient, struct sipcodes_blocking *out,
                            struct sipcodes_error *why);

/* Writes the Reason value of a notification, as sipcodes_write_reason does. It needs a url, tel or
 * email, and a location; the protocol is "SIP" if absent. */
struct sipcodes_written_blocking {
  struct sipcodes_text part[SIPCODES_BLOCKING_LOCATION + 1]; /* data NULL if absent */
  struct sipcodes_text protocol;                             /* the same */
};

size_t sipcodes_write_blocking(char *out, size_t room,
                               const struct sipcodes_written_blocking *notification,
                               struct sipcodes_refusal *why);

/* Was the attempt, or one of several legs called at once, ended by a 603+? `phrase` is
 * sip_invite_failure_phrase; the Reason is read leniently. */
bool sipcodes_bridge_blocked(const struct sipcodes_bridge *bridge,
                             const struct sipcodes_bridge_end *end, struct sipcodes_text phrase,
                             struct sipcodes_blocking *out, struct sipcodes_error *why);

/* What is wrong with a part that is to be sent, to follow it in a sentence; NULL if nothing is. */
const char *sipcodes_blocking_problem(enum sipcodes_blocking_part part, const char *text,
                                      size_t size);

/* ---- Routing --------------------------------------------------------------------------------- */

/* What decides on failover if no rule of a policy does: what callers of carriers do, the RFCs, or
 * always the same. */
enum sipcodes_base { SIPCODES_CARRIER, SIPCODES_RFC, SIPCODES_ALWAYS, SIPCODES_NEVER };

/* The base "carrier" or "rfc", in its exact case; -1 for another name. And the name of a base:
 * "true" for SIPCODES_ALWAYS, "false" for SIPCODES_NEVER. */
int sipcodes_base(const char *name, size_t size);
const char *sipcodes_base_name(enum sipcodes_base base);

/* What a rule of a policy speaks of, in the order in which rules decide. */
enum sipcodes_rule_kind {
  SIPCODES_RULE_PHRASE,  /* a code with a phrase, "480 No Routes Found" */
  SIPCODES_RULE_TIMEOUT, /* no answer came, "timeout" */
  SIPCODES_RULE_CODE,    /* "486" */
  SIPCODES_RULE_RANGE,   /* "48x", "480-489": the narrower one first */
  SIPCODES_RULE_CLASS    /* "4xx" */
};

struct sipcodes_rule {
  enum sipcodes_rule_kind kind;
  int first; /* the codes from `first` to `last`; 0 for a timeout */
  int last;
  struct sipcodes_text phrase;
  bool failover; /* does the call go on to the next server? */
  size_t name;   /* whatever the caller wants to know the rule by */
};

/* Reads what a rule speaks of from its text; `failover` and `name` are the caller's. Returns false
 * for what is not a rule. The rule points into the text. */
bool sipcodes_read_rule(const char *text, size_t size, struct sipcodes_rule *out);

/* Rules in the order in which they decide. The rules stay the caller's, and must live as long. */
struct sipcodes_policy {
  const struct sipcodes_rule *rules;
  size_t count;
  enum sipcodes_base base;
};

/* Two rules of a policy that say the same, or two ranges of one size that overlap. */
struct sipcodes_clash {
  const struct sipcodes_rule *first;
  const struct sipcodes_rule *second;
};

/* Puts the rules in order and makes a policy of them. Returns false, and which rules, if two clash.
 */
bool sipcodes_compile_policy(struct sipcodes_rule *rules, size_t count, enum sipcodes_base base,
                             struct sipcodes_policy *out, struct sipcodes_clash *clash);

/* How an attempt at one server ended. An absent text has NULL data. */
struct sipcodes_failure {
  int code; /* 100..699 */
  struct sipcodes_text phrase;
  struct sipcodes_text reason;      /* a Reason field value */
  struct sipcodes_text retry_after; /* a Retry-After field value */
  bool timeout;                     /* no answer came: the code is a 408 of our own */
  bool lenient;                     /* how the Reason is read */
};

struct sipcodes_verdict {
  bool failover;
  bool blocked;                     /* it is a 603+: no rule is asked */
  const struct sipcodes_rule *rule; /* the one that decided; NULL for the base, and if blocked */
  int32_t hold_down;                /* seconds of Retry-After; -1 if there is none */
};

/* Does a call that ended so at one server go on to the next? */
struct sipcodes_verdict sipcodes_decide(const struct sipcodes_policy *policy,
                                        const struct sipcodes_failure *failure);

/* The best of the final responses of all branches (RFC 3261 16.7 step 6). Starts as {0}. */
struct sipcodes_best {
  int code;        /* 0: none yet */
  size_t position; /* of its first occurrence, counted from 1 */
  size_t count;    /* how many were considered */
};

/* Takes the response of one more branch; a 1xx, and what is not a code, is only counted. */
void sipcodes_consider(struct sipcodes_best *best, int code);

/* The response to send upstream. A 503 goes up as 500 unless `keep_503`. If nothing is left: 408
 * for an INVITE, 0 for another method (RFC 4320 4.2). */
int sipcodes_upstream(const struct sipcodes_best *best, bool keep_503, bool invite);

/* ---- Outcomes and ratios --------------------------------------------------------------------- */

enum sipcodes_outcome {
  SIPCODES_OUTCOME_IN_PROGRESS,
  SIPCODES_OUTCOME_ANSWERED,
  SIPCODES_OUTCOME_REDIRECTED,
  SIPCODES_OUTCOME_CHALLENGED,
  SIPCODES_OUTCOME_BUSY,
  SIPCODES_OUTCOME_NO_ANSWER,
  SIPCODES_OUTCOME_CANCELLED,
  SIPCODES_OUTCOME_REJECTED,
  SIPCODES_OUTCOME_NOT_REACHABLE,
  SIPCODES_OUTCOME_BLOCKED,
  SIPCODES_OUTCOME_NETWORK_FAILURE,
  SIPCODES_OUTCOME_CLIENT_ERROR,
  SIPCODES_OUTCOMES
};

/* The outcome of a call that ended with this code; -1 for what is not a code. */
int sipcodes_outcome(int code);

/* "no answer" and so on; NULL for a number that is not an outcome. */
const char *sipcodes_outcome_name(int outcome);

/* A set of final responses: codes, and whole classes. Starts as {0}. */
struct sipcodes_code_set {
  uint8_t classes; /* bit 2 for 2xx, and so on */
  uint8_t codes[(SIPCODES_LAST - SIPCODES_FIRST + 8) / 8];
};

/* Adds a code of 200..699, or a class of 2..6 by its digit. */
void sipcodes_add_to_set(struct sipcodes_code_set *set, int code);
bool sipcodes_is_in_set(const struct sipcodes_code_set *set, int code);

/* The next class or code of a set above `member`, classes first; 0 at the end. */
int sipcodes_next_member(const struct sipcodes_code_set *set, int member);

/* What NER counts unless told otherwise. */
struct sipcodes_code_set sipcodes_usual_ner(void);

/* The sums from which ratios are made. Starts as {0}. */
struct sipcodes_tally {
  uint64_t attempts;
  uint64_t answered;
  uint64_t redirected;
  uint64_t effective;
  uint64_t ineffective;
  uint64_t ner;
};

/* Counts the responses of one code; `ner` is the set that NER counts. */
void sipcodes_count(struct sipcodes_tally *tally, int code, uint64_t count,
                    const struct sipcodes_code_set *ner);

/* Ratios in percent; -1 if there is nothing to divide by (RFC 6076 4). */
struct sipcodes_ratios {
  double ser;  /* session establishment ratio: 2xx, of all but 3xx (RFC 6076 4.6) */
  double seer; /* session establishment effectiveness ratio (RFC 6076 4.7) */
  double isa;  /* ineffective session attempts, of all (RFC 6076 4.8) */
  double asr;  /* answer-seizure ratio: 2xx, of all (ITU-T E.425) */
  double ner;  /* network effectiveness ratio, of all (ITU-T E.425) */
};

void sipcodes_describe_ratios(const struct sipcodes_tally *tally, struct sipcodes_ratios *out);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
