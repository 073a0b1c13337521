/* No reader looks beyond its text: each gives the same for a text at whose end the memory ends (so
 * that the sanitizers see one octet more) and for the text with something behind it. */
#include "core.h"

#include <stdlib.h>

/* What came of a call, as one number. */
typedef uint64_t digest;

static digest mix(digest so_far, int64_t value) { return so_far * 1000003U + (digest)value; }

static digest mix_part(digest so_far, const char *text, const char *part, size_t size) {
  if (part == NULL) return mix(so_far, -1);
  return mix(mix(so_far, part - text), (int64_t)size);
}

static digest mix_string(digest so_far, const char *text, struct sipcodes_string string) {
  static char plain[256];
  digest all = mix_part(so_far, text, string.data, string.size);
  if (string.data == NULL || string.size > sizeof plain) return all;
  const size_t size = sipcodes_write_unescaped(string, plain);
  for (size_t i = 0; i < size; ++i) all = mix(all, plain[i]);
  return all;
}

static digest mix_error(digest so_far, const struct sipcodes_error *error) {
  return mix(mix(so_far, error->problem == NULL), (int64_t)error->position);
}

static digest read_octets(const char *text, size_t size) {
  const char *const control = sipcodes_find_control(text, size);
  const char *const unphrased = sipcodes_find_unphrased(text, size);
  const digest all = mix_part(0, text, control, 0);
  return mix(mix_part(all, text, unphrased, 0), (int64_t)sipcodes_utf8_length(text, size));
}

static digest read_code(const char *text, size_t size) {
  int codes[2] = {0, 0};
  const int count = sipcodes_read_codes(text, size, codes);
  const digest all = mix(mix(mix(0, count), codes[0]), codes[1]);
  return mix(all, sipcodes_constant(text, size));
}

static digest read_status_line(const char *text, size_t size) {
  struct sipcodes_status_line line;
  struct sipcodes_error error;
  if (!sipcodes_read_status_line(text, size, &line, &error)) return mix_error(0, &error);
  return mix_part(mix(1, line.code), text, line.phrase.data, line.phrase.size);
}

static digest read_cause(const char *text, size_t size) {
  digest all = mix(mix(0, sipcodes_read_cause(text, size)), sipcodes_cause_of_text(text, size));
  for (int table = 0; table < SIPCODES_TABLES; ++table) {
    all = mix(all, sipcodes_cause_number((enum sipcodes_table)table, text, size));
    all = mix(all, sipcodes_cause_from_request((enum sipcodes_table)table, text, size));
  }
  all = mix(all, sipcodes_freeswitch_number(SIPCODES_BEFORE_1_10_8, text, size));
  all = mix(all, sipcodes_freeswitch_number(SIPCODES_SINCE_1_10_8, text, size));
  all = mix(all, sipcodes_freeswitch_code((struct sipcodes_text){text, size}));
  return mix(all, sipcodes_read_freeswitch_code((struct sipcodes_text){text, size}));
}

static digest read_name(const char *text, size_t size) {
  digest all = mix(mix(0, sipcodes_table(text, size)), sipcodes_location(text, size));
  all = mix(mix(all, sipcodes_protocol(text, size)), sipcodes_base(text, size));
  all = mix(mix(all, sipcodes_is_token(text, size)), sipcodes_is_warn_agent(text, size));
  for (int part = SIPCODES_BLOCKING_URL; part <= SIPCODES_BLOCKING_LOCATION; ++part) {
    const enum sipcodes_blocking_part kind = (enum sipcodes_blocking_part)part;
    all = mix(all, sipcodes_blocking_problem(kind, text, size) == NULL);
  }
  return all;
}

static digest read_parameters(const char *text, const struct sipcodes_reason *reason) {
  struct sipcodes_reader reader = sipcodes_read_parameters(reason);
  struct sipcodes_parameter parameter;
  digest all = 0;
  while (sipcodes_read_parameter(&reader, &parameter)) {
    all = mix_part(mix(all, parameter.quoted), text, parameter.name.data, parameter.name.size);
    all = mix_string(all, text, parameter.value);
  }
  return mix_error(all, &reader.error);
}

static digest read_reasons(const char *text, struct sipcodes_reader reader) {
  struct sipcodes_reason reason;
  digest all = 0;
  while (sipcodes_read_reason(&reader, &reason)) {
    all = mix_part(mix(all, reason.cause), text, reason.protocol.data, reason.protocol.size);
    all = mix_string(mix_string(all, text, reason.text), text, reason.location);
    all = mix(mix(all, (int64_t)reason.others), (int64_t)read_parameters(text, &reason));
  }
  return mix(mix_error(all, &reader.error), (int64_t)reader.skips);
}

static digest read_reason(const char *text, size_t size) {
  return read_reasons(text, sipcodes_read_field(text, size));
}

static digest read_leniently(const char *text, size_t size) {
  return read_reasons(text, sipcodes_read_leniently(text, size));
}

static digest read_warning(const char *text, size_t size) {
  struct sipcodes_reader reader = sipcodes_read_field(text, size);
  struct sipcodes_warning warning;
  digest all = mix(0, sipcodes_warns_of_bearer(text, size));
  while (sipcodes_read_warning(&reader, &warning)) {
    all = mix_part(mix(all, warning.code), text, warning.agent.data, warning.agent.size);
    all = mix_string(all, text, warning.text);
  }
  return mix_error(all, &reader.error);
}

static digest read_retry_after(const char *text, size_t size) {
  struct sipcodes_retry_after after;
  struct sipcodes_error error;
  if (!sipcodes_read_retry_after(text, size, &after, &error)) return mix_error(0, &error);
  return mix_string(mix(mix(1, after.seconds), after.duration), text, after.comment);
}

static digest read_blocking(const char *text, size_t size) {
  static const struct sipcodes_text phrase = {"Network Blocked", 15};
  static const struct sipcodes_text reason = {"SIP;cause=603;text=\"v=analytics1\"", 33};
  const struct sipcodes_text given = {text, size};
  struct sipcodes_blocking blocking;
  struct sipcodes_error why;
  digest all = mix(0, sipcodes_read_blocking(603, given, reason, false, &blocking, &why));
  for (int lenient = 0; lenient < 2; ++lenient) {
    if (!sipcodes_read_blocking(603, phrase, given, lenient == 1, &blocking, &why)) {
      all = mix_error(all, &why);
      continue;
    }
    all = mix_string(mix_string(all, text, blocking.url), text, blocking.tel);
    all = mix_string(mix_string(all, text, blocking.email), text, blocking.id);
    all = mix_string(all, text, blocking.location);
  }
  return all;
}

static digest read_rule(const char *text, size_t size) {
  struct sipcodes_rule rule;
  if (!sipcodes_read_rule(text, size, &rule)) return 0;
  const digest all = mix(mix(mix(1, rule.kind), rule.first), rule.last);
  if (rule.kind != SIPCODES_RULE_PHRASE) return all;
  return mix_part(all, text, rule.phrase.data, rule.phrase.size);
}

static digest decide(const char *text, size_t size) {
  struct sipcodes_rule rules[] = {{.kind = SIPCODES_RULE_PHRASE,
                                   .first = 486,
                                   .last = 486,
                                   .phrase = {"Busy Here", 9},
                                   .failover = true}};
  struct sipcodes_policy policy;
  struct sipcodes_clash clash;
  if (!sipcodes_compile_policy(rules, 1, SIPCODES_CARRIER, &policy, &clash)) return 0;
  const struct sipcodes_text given = {text, size};
  const struct sipcodes_failure failures[] = {
      {.code = 486, .phrase = given},
      {.code = 503, .retry_after = given},
      {.code = 603, .phrase = TEXT("network blocked"), .reason = given, .lenient = true}};
  digest all = 0;
  for (size_t i = 0; i < sizeof failures / sizeof failures[0]; ++i) {
    const struct sipcodes_verdict verdict = sipcodes_decide(&policy, &failures[i]);
    all = mix(mix(mix(all, verdict.failover), verdict.blocked), verdict.hold_down);
  }
  return all;
}

/* Every variable of an attempt in turn. */
static digest describe_bridge(const char *text, size_t size) {
  const struct sipcodes_text busy = TEXT("USER_BUSY");
  digest all = 0;
  for (size_t variable = 0; variable < 9; ++variable) {
    struct sipcodes_bridge bridge = {
        .disposition = busy, .hangup = busy, .proto = TEXT("sip:486"), .status = TEXT("486")};
    struct sipcodes_text *const variables[] = {
        &bridge.disposition, &bridge.failed, &bridge.endpoint, &bridge.hangup, &bridge.bridge,
        &bridge.causes,      &bridge.reason, &bridge.proto,    &bridge.status};
    struct sipcodes_bridge_end end;
    struct sipcodes_blocking blocking;
    struct sipcodes_error why;
    *variables[variable] = (struct sipcodes_text){text, size};
    if (!sipcodes_describe_bridge(&bridge, &end)) continue;
    const struct sipcodes_text phrase = {text, size};
    all = mix(mix(all, end.code), (int64_t)end.cause.size);
    all = mix(all, sipcodes_bridge_blocked(&bridge, &end, phrase, &blocking, &why));
    struct sipcodes_text causes = bridge.causes;
    struct sipcodes_text cause;
    while (sipcodes_next_leg(&causes, &cause)) {
      sipcodes_describe_leg(&bridge, cause, &end);
      all = mix_part(mix(all, end.code), text, cause.data, cause.size);
    }
  }
  return all;
}

static const struct {
  const char *name;
  digest (*read)(const char *text, size_t size);
} readers[] = {
    {"octets", read_octets},
    {"codes", read_code},
    {"Status-Lines", read_status_line},
    {"causes", read_cause},
    {"names", read_name},
    {"Reasons", read_reason},
    {"Reasons, leniently", read_leniently},
    {"Warnings", read_warning},
    {"Retry-After", read_retry_after},
    {"603+", read_blocking},
    {"rules", read_rule},
    {"what decides on failover", decide},
    {"variables of FreeSWITCH", describe_bridge},
};

/* Each is read whole, and cut after every octet. */
static const char *const texts[] = {
    "486",
    "sip:486",
    "sips:486",
    "SIP 486 Busy Here",
    "SIP/2.0 486 Busy Here\r\n",
    "sip/10.20 486\n",
    "Not Acceptable",
    "BUSY_HERE",
    "Busy Here",
    "Network Blocked",
    "USER_BUSY",
    "AST_CAUSE_USER_BUSY",
    "User busy",
    "127",
    "CANCEL",
    "BYE",
    "opensips_sipi",
    "rfc3398",
    "LOC-10",
    "loc-6",
    "BI",
    "RELEASE_CAUSE",
    "carrier",
    "480-489",
    "48x",
    "5XX",
    "timeout",
    "486 Busy Here",
    "100%25 \xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80",
    "a\tb\x7F",
    "Q.850;cause=17;text=\"say \\\"hi\\\" \\\\\";X=1;y;z=[::1], SIP;location=U",
    "SIP ;\r\n cause = 603 ;text=\"v=analytics1;url=https://a/x%20;tel=+1;id=b\";location=TN",
    "Q.850;cause=\"16\";;x==1,, SIP;text=no quotes here;cause=486",
    "399 gw.example:5060 \"b\\\"c\" , 305 [::1]:5 \"bearer\"",
    "370 192.0.2.1 \"Insufficient bandwidth\"",
    "120 (in (a) \\( meeting);duration=3600;x=\"y\"",
    "5;duration=0",
    "https://a.example:80/b%20?c",
    "+15551230000",
    "a.b@c.example",
    "blk_42",
    "a;CALL_REJECTED|b;USER_BUSY|c;NO_ANSWER",
    "sip:603",
};

/* The digest of a text at whose end the memory ends. */
static digest read_exact(size_t reader, const char *text, size_t size) {
  char *const block = malloc(size + 1);
  if (block == NULL) abort();
  memcpy(block + 1, text, size);
  const digest all = readers[reader].read(block + 1, size);
  free(block);
  return all;
}

/* The same with an octet of this kind behind the text, many times. */
static digest read_padded(size_t reader, const char *text, size_t size, char octet) {
  char block[256];
  memset(block, octet, sizeof block);
  memcpy(block, text, size);
  return readers[reader].read(block, size);
}

static bool reads_alike(size_t reader, const char *text, size_t size) {
  static const char behind[] = {'0', '6', 'e', 'E',  'x',  '"', '\\', ';',
                                ',', ')', ' ', '\n', '\0', '|', ']',  ':'};
  const digest exact = read_exact(reader, text, size);
  for (size_t i = 0; i < sizeof behind; ++i) {
    if (read_padded(reader, text, size, behind[i]) != exact) return false;
  }
  return true;
}

void check_read(struct tap *tap) {
  for (size_t reader = 0; reader < sizeof readers / sizeof readers[0]; ++reader) {
    size_t alike = 0;
    size_t all = 0;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; ++i) {
      for (size_t size = 0; size <= strlen(texts[i]); ++size) {
        alike += reads_alike(reader, texts[i], size);
        ++all;
      }
    }
    tap_check(tap, all > 700 && alike == all, "%s: %d of %d texts are read to their end",
              readers[reader].name, (int)alike, (int)all);
  }
}
