/*
 * The writer of a Reason value whose text is put together of pieces.
 */
#ifndef SIPCODES_HEADER_WRITE_H
#define SIPCODES_HEADER_WRITE_H

#include "sipcodes.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

/* As sipcodes_write_reason, but the text is that of the pieces, one after the other, and not that
 * of the value; none of them means that there is no text. */
size_t header_write_pieces(char *out, size_t room, const struct sipcodes_written_reason *value,
                           const struct sipcodes_text *pieces, size_t count,
                           struct sipcodes_refusal *why);

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
