/*
 * The grammar that header fields share (RFC 3261 25.1): tokens, quoted strings, comments, folding.
 * The functions read from a reader, and note in it why and where they refuse.
 */
#ifndef SIPCODES_GRAMMAR_H
#define SIPCODES_GRAMMAR_H

#include "sipcodes.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* Notes why and where, counted from 0, the input is refused; returns false. */
bool grammar_refuse(struct sipcodes_reader *r, const char *problem, size_t at);

/* Is c the next octet? */
static inline bool grammar_stands(const struct sipcodes_reader *r, char c) {
  return r->at < r->size && r->data[r->at] == c;
}

/* Skips blanks and folds. */
void grammar_skip(struct sipcodes_reader *r);

/* What was read since an octet. */
struct sipcodes_text grammar_since(const struct sipcodes_reader *r, size_t from);

/* As many octets of a token, or digits, as stand there, perhaps none. */
struct sipcodes_text grammar_token(struct sipcodes_reader *r);
struct sipcodes_text grammar_digits(struct sipcodes_reader *r);

/* "[2001:db8::1]", of which only the octets are looked at. */
bool grammar_ip6_reference(struct sipcodes_reader *r);

/* What stands between quotes, or between the outer brackets; the first one is the next octet. */
bool grammar_quoted(struct sipcodes_reader *r, struct sipcodes_string *out);
bool grammar_comment(struct sipcodes_reader *r, struct sipcodes_string *out);

/* warn-agent = hostport / pseudonym; a pseudonym with a port is let pass. */
bool grammar_warn_agent(struct sipcodes_reader *r, struct sipcodes_text *out);

/* How many octets count as one inside quotes or brackets: a quoted pair, a fold, or an octet; 0 if
 * the next one may not stand there. */
size_t grammar_inner(const struct sipcodes_reader *r);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
