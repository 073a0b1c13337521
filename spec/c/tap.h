/* Test Anything Protocol for the C tests: each check prints one line, finish() the plan. */
#ifndef TAP_H
#define TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>

struct tap {
  int run;
  int failed;
};

__attribute__((format(printf, 3, 4))) static inline void tap_check(struct tap *tap, bool ok,
                                                                   const char *format, ...) {
  va_list args;
  va_start(args, format);
  printf("%sok %d - ", ok ? "" : "not ", ++tap->run);
  vprintf(format, args);
  putchar('\n');
  va_end(args);
  if (!ok) ++tap->failed;
}

static inline int tap_finish(const struct tap *tap) {
  printf("1..%d\n", tap->run);
  return tap->failed == 0 ? 0 : 1;
}

#endif
