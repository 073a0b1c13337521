#include "text.h"

#include <string.h>

#include "sipcodes.h"

const char *sipcodes_find_control(const char *data, size_t size) {
  for (size_t i = 0; i < size; ++i) {
    if (text_is_control(data[i]) && data[i] != '\t') return data + i;
  }
  return NULL;
}

size_t sipcodes_utf8_length(const char *text, size_t left) {
  if (left == 0) return 0;
  const unsigned char *const at = (const unsigned char *)text;
  const unsigned char lead = at[0];
  const size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || length > left) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((at[i] & 0xC0) != 0x80) return 0;
  }
  /* Overlong forms, surrogates and what lies above U+10FFFF show in the second octet. */
  if (lead == 0xE0 && at[1] < 0xA0) return 0;
  if (lead == 0xED && at[1] > 0x9F) return 0;
  if (lead == 0xF0 && at[1] < 0x90) return 0;
  if (lead == 0xF4 && at[1] > 0x8F) return 0;
  return length;
}

/* How many octets of a Reason-Phrase stand at `at`; 0 if none does. */
static size_t phrase_length(const char *at, size_t left) {
  const char c = at[0];
  if ((unsigned char)c >= 0x80) return sipcodes_utf8_length(at, left);
  if (c == '%') return left >= 3 && text_is_hex(at[1]) && text_is_hex(at[2]) ? 3 : 0;
  if (text_is_letter(c) || text_is_digit(c)) return 1;
  return c != '\0' && strchr("-_.!~*'();/?:@&=+$, \t", c) != NULL ? 1 : 0;
}

const char *sipcodes_find_unphrased(const char *data, size_t size) {
  size_t i = 0;
  while (i < size) {
    const size_t length = phrase_length(data + i, size - i);
    if (length == 0) return data + i;
    i += length;
  }
  return NULL;
}

int text_compare_texts(struct sipcodes_text a, struct sipcodes_text b) {
  for (size_t i = 0; i < a.size && i < b.size; ++i) {
    const int difference =
        (unsigned char)text_lower(a.data[i]) - (unsigned char)text_lower(b.data[i]);
    if (difference != 0) return difference;
  }
  return a.size < b.size ? -1 : a.size > b.size;
}

/* Shell's sort. */
void text_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *)) {
  unsigned char *const at = items;
  unsigned char held[64];
  /* A gap of 5/11 of the last one, at the end 1, meets no order that makes it quadratic in
   * practice. */
  for (size_t gap = count / 2; gap > 0; gap = gap == 2 ? 1 : gap * 5 / 11) {
    for (size_t i = gap; i < count; ++i) {
      size_t place = i;
      memcpy(held, at + i * size, size);
      for (; place >= gap && compare(at + (place - gap) * size, held) > 0; place -= gap) {
        memcpy(at + place * size, at + (place - gap) * size, size);
      }
      memcpy(at + place * size, held, size);
    }
  }
}

/* No text of an index is longer. */
enum { LONGEST = 95 };

/* Writes a text in lower case, NUL-terminated; false if no index can hold it. */
static bool fold(char out[LONGEST + 1], const char *text, size_t size) {
  if (size > LONGEST) return false;
  for (size_t i = 0; i < size; ++i) {
    if (text[i] == '\0') return false;
    out[i] = text_lower(text[i]);
  }
  out[size] = '\0';
  return true;
}

const struct text_key *text_find(const char *pool, const struct text_key *keys, size_t count,
                                 const char *text, size_t size) {
  char folded[LONGEST + 1];
  size_t low = 0;
  size_t high = count;
  if (!fold(folded, text, size)) return NULL;
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    const char *const known = pool + keys[middle].at;
    size_t i = 0;
    while (folded[i] != '\0' && folded[i] == text_lower(known[i])) ++i;
    const unsigned char ours = (unsigned char)folded[i];
    const unsigned char theirs = (unsigned char)text_lower(known[i]);
    if (ours > theirs) {
      low = middle + 1;
    } else if (ours < theirs) {
      high = middle;
    } else {
      const struct text_key *first = &keys[middle];
      while (first > keys && text_is(text, size, pool + first[-1].at)) --first;
      return first;
    }
  }
  return NULL;
}
