/*
 * Octets and letters, as RFC 3261 25.1 reads them: ASCII only, whatever the locale of the host.
 */
#ifndef SIPCODES_TEXT_H
#define SIPCODES_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sipcodes.h"

#if defined(__GNUC__)
#pragma GCC visibility push(hidden)
#endif

static inline bool text_is_digit(char c) { return c >= '0' && c <= '9'; }

static inline bool text_is_letter(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static inline bool text_is_hex(char c) {
  return text_is_digit(c) || (c >= 'A' && c <= 'F') || (c >= 'a' && c <= 'f');
}

static inline bool text_is_control(char c) {
  const unsigned char octet = (unsigned char)c;
  return octet < 0x20 || octet == 0x7F;
}

static inline char text_lower(char c) { return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c; }

/* Is the text, in any letter case, the NUL-terminated `known`? */
static inline bool text_is(const char *text, size_t size, const char *known) {
  size_t i = 0;
  while (i < size && known[i] != '\0' && text_lower(text[i]) == text_lower(known[i])) ++i;
  return i == size && known[i] == '\0';
}

/* The same with its letters as they are. */
static inline bool text_equals(const char *text, size_t size, const char *known) {
  size_t i = 0;
  while (i < size && known[i] != '\0' && text[i] == known[i]) ++i;
  return i == size && known[i] == '\0';
}

/* Compares two texts by octets, ASCII letters in lower case: below 0, 0 or above 0. */
int text_compare_texts(struct sipcodes_text a, struct sipcodes_text b);

/* Sorts items of at most 64 octets each. libc's qsort may allocate, so it is not for the core. */
void text_sort(void *items, size_t count, size_t size, int (*compare)(const void *, const void *));

/* A text of a pool, and the number that it leads to. */
struct text_key {
  uint16_t at; /* where the text stands in the pool */
  uint16_t number;
};

/* Finds a text, in any letter case, among keys that stand in the order of
 * text_compare_texts. Returns the first of the equal ones; NULL if there is none. */
const struct text_key *text_find(const char *pool, const struct text_key *keys, size_t count,
                                 const char *text, size_t size);

/* Does the text begin, in any letter case, with the NUL-terminated `prefix`? */
static inline bool text_starts(const char *text, size_t size, const char *prefix) {
  size_t i = 0;
  while (i < size && prefix[i] != '\0' && text_lower(text[i]) == text_lower(prefix[i])) ++i;
  return prefix[i] == '\0';
}

/* The value of exactly three digits, or -1. */
static inline int text_three_digits(const char *text) {
  if (!text_is_digit(text[0]) || !text_is_digit(text[1]) || !text_is_digit(text[2])) return -1;
  return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
}

/* The value of 1*DIGIT, or -1 if it is none or above 2^31-1. */
static inline int32_t text_number(const char *digits, size_t size) {
  int64_t number = 0;
  for (size_t i = 0; i < size; ++i) {
    if (!text_is_digit(digits[i])) return -1;
    number = number * 10 + (digits[i] - '0');
    if (number > INT32_MAX) return -1;
  }
  return size == 0 ? -1 : (int32_t)number;
}

#if defined(__GNUC__)
#pragma GCC visibility pop
#endif

#endif
