/* 603+: the input is a phrase, NUL and a Reason field value, or the latter alone. It is also each
 * part of a notification that is to be sent: what may be sent has to come back as it was. */
#include <stdio.h>

#include "fuzz.h"

static const struct sipcodes_text blocked = {"Network Blocked", 15};

static void check_detected(const char *data, size_t size) {
  const char *const nul = size == 0 ? NULL : memchr(data, '\0', size);
  struct sipcodes_text phrase = blocked;
  struct sipcodes_text reason = {data, size};
  struct sipcodes_blocking found;
  struct sipcodes_error why;
  if (nul != NULL) {
    phrase.data = data;
    phrase.size = (size_t)(nul - data);
    reason.data = nul + 1;
    reason.size = size - phrase.size - 1;
  }
  require(!sipcodes_read_blocking(486, phrase, reason, false, &found, &why) && why.position == 0);
  if (!sipcodes_read_blocking(603, phrase, reason, false, &found, &why)) {
    require(why.problem != NULL && why.position <= reason.size + 1);
    return;
  }
  require(strcmp(found.protocol, "SIP") == 0 || strcmp(found.protocol, "Q.850") == 0);
  require_string(found.url, reason.data, reason.size);
  require_string(found.tel, reason.data, reason.size);
  require_string(found.email, reason.data, reason.size);
  require_string(found.id, reason.data, reason.size);
  require_string(found.location, reason.data, reason.size);
}

static bool same(struct sipcodes_string string, const char *data, size_t size) {
  return string.data != NULL && !string.escaped && string.size == size &&
         memcmp(string.data, data, size) == 0;
}

/* Reads a notification whose only pair is this one. */
static struct sipcodes_blocking send(const char *name, const char *data, size_t size) {
  const size_t room = size + 100;
  char *const value = malloc(room);
  require(value != NULL);
  const int length = snprintf(value, room, "SIP;cause=603;text=\"v=analytics1;%s=%.*s\";location=U",
                              name, (int)size, data);
  const struct sipcodes_text reason = {value, (size_t)length};
  struct sipcodes_blocking found;
  struct sipcodes_error why;
  require(sipcodes_read_blocking(603, blocked, reason, false, &found, &why));
  require(same(found.location, "U", 1));
  struct sipcodes_string *const parts[] = {&found.url, &found.tel, &found.email, &found.id};
  for (size_t i = 0; i < sizeof parts / sizeof parts[0]; ++i) {
    if (parts[i]->data != NULL) {
      require(same(*parts[i], data, size));
      parts[i]->data = data;
    }
  }
  free(value);
  return found;
}

static bool allowed(enum sipcodes_blocking_part part, const char *data, size_t size) {
  return sipcodes_blocking_problem(part, data, size) == NULL;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  const char *const text = (const char *)data;
  check_detected(text, size);
  if (allowed(SIPCODES_BLOCKING_URL, text, size)) {
    require(same(send("url", text, size).url, text, size));
  }
  if (allowed(SIPCODES_BLOCKING_TEL, text, size)) {
    require(same(send("tel", text, size).tel, text, size));
  }
  if (allowed(SIPCODES_BLOCKING_EMAIL, text, size)) {
    require(same(send("email", text, size).email, text, size));
  }
  if (allowed(SIPCODES_BLOCKING_ID, text, size)) {
    require(same(send("id", text, size).id, text, size));
  }
  if (allowed(SIPCODES_BLOCKING_LOCATION, text, size)) require(size >= 1 && size <= 6);
  return 0;
}
