/* The writers write as much as fits, and never beyond: with room for every number of octets, in
 * memory that ends there. What they need does not depend on the room. */
#include "core.h"

#include <limits.h>
#include <stdlib.h>

static size_t write_reason(char *out, size_t room, struct sipcodes_refusal *why) {
  struct sipcodes_written_parameter parameters[] = {{TEXT("b"), TEXT("x y\"")},
                                                    {TEXT("ppi"), TEXT("token")},
                                                    {TEXT("a"), TEXT("1")},
                                                    {TEXT("flag"), {NULL, 0}}};
  const struct sipcodes_written_reason reason = {.protocol = TEXT("Q.850"),
                                                 .cause = 2147483647,
                                                 .text = TEXT("say \"hi\" \\"),
                                                 .location = TEXT("U"),
                                                 .parameters = parameters,
                                                 .count = 4};
  return sipcodes_write_reason(out, room, &reason, why);
}

static size_t write_warning(char *out, size_t room, struct sipcodes_refusal *why) {
  const struct sipcodes_written_warning warning = {
      .code = 7, .agent = TEXT("gw:5060"), .text = TEXT("a\"b\\")};
  return sipcodes_write_warning(out, room, &warning, why);
}

static size_t write_blocking(char *out, size_t room, struct sipcodes_refusal *why) {
  struct sipcodes_written_blocking blocking = {.protocol = TEXT("Q.850")};
  blocking.part[SIPCODES_BLOCKING_URL] = TEXT("https://a.example/b%20?c");
  blocking.part[SIPCODES_BLOCKING_TEL] = TEXT("+15551230000");
  blocking.part[SIPCODES_BLOCKING_EMAIL] = TEXT("a.b@c.example");
  blocking.part[SIPCODES_BLOCKING_ID] = TEXT("blk_42");
  blocking.part[SIPCODES_BLOCKING_LOCATION] = TEXT("TN");
  return sipcodes_write_blocking(out, room, &blocking, why);
}

static const struct {
  const char *name;
  size_t (*write)(char *out, size_t room, struct sipcodes_refusal *why);
  const char *expected;
} writers[] = {
    {"a Reason", write_reason,
     "Q.850;cause=2147483647;text=\"say \\\"hi\\\" \\\\\";location=U;a=1;b=\"x y\\\"\";flag;ppi="
     "\"token\""},
    {"a Warning", write_warning, "007 gw:5060 \"a\\\"b\\\\\""},
    {"a 603+", write_blocking,
     "Q.850;cause=21;text=\"v=analytics1;url=https://a.example/b%20?c;tel=+15551230000;"
     "email=a.b@c.example;id=blk_42\";location=TN"},
};

/* With `room` octets in memory that ends there: the first octets are as expected. */
static bool fits(size_t writer, size_t room) {
  const char *const expected = writers[writer].expected;
  const size_t size = strlen(expected);
  struct sipcodes_refusal why;
  char *const block = malloc(room + 1);
  if (block == NULL) abort();
  const size_t needed = writers[writer].write(block + 1, room, &why);
  const bool ok = needed == size && memcmp(block + 1, expected, room < size ? room : size) == 0;
  free(block);
  return ok;
}

/* It never takes more than its own size. */
static void check_unescaped(struct tap *tap) {
  static const struct sipcodes_string string = {"a\\\"b\r\n c\\\\", 10, true};
  char *const block = malloc(string.size);
  if (block == NULL) abort();
  const size_t size = sipcodes_write_unescaped(string, block);
  tap_check(tap, size == 6 && memcmp(block, "a\"b c\\", 6) == 0, "a string without its escapes");
  free(block);
}

/* What a script cannot ask for. */
static void check_refused(struct tap *tap) {
  static const int codes[] = {-1, 1000, INT_MIN, INT_MAX};
  struct sipcodes_refusal why;
  for (size_t i = 0; i < sizeof codes / sizeof codes[0]; ++i) {
    const struct sipcodes_written_warning warning = {
        .code = codes[i], .agent = TEXT("a"), .text = TEXT("")};
    tap_check(tap,
              sipcodes_write_warning(NULL, 0, &warning, &why) == 0 && same(why.part, "code") &&
                  same(why.problem, "is not a warn-code, 0 to 999"),
              "a Warning with the code %d", codes[i]);
  }
  tap_check(tap,
            same(sipcodes_blocking_problem((enum sipcodes_blocking_part)9, "x", 1),
                 "is not part of a notification"),
            "no part of a notification");
}

void check_write(struct tap *tap) {
  struct sipcodes_refusal why;
  for (size_t writer = 0; writer < sizeof writers / sizeof writers[0]; ++writer) {
    const size_t size = strlen(writers[writer].expected);
    size_t fitting = 0;
    for (size_t room = 0; room <= size + 1; ++room) fitting += fits(writer, room);
    tap_check(tap, fitting == size + 2, "%s in room of every size", writers[writer].name);
    tap_check(tap, writers[writer].write(NULL, 0, &why) == size, "the room for %s",
              writers[writer].name);
  }
  check_unescaped(tap);
  check_refused(tap);
}
