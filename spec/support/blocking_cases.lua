-- Responses that are 603+ and responses that are not, for the spec and as seeds of the fuzzer.

local cases = {}

local blocked = "Network Blocked"
local full = 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress;tel=+15551230000;'
  .. 'email=redress@carrier.example;id=blk_42";location=TN'
local everything = {
  url = "https://carrier.example/redress",
  tel = "+15551230000",
  email = "redress@carrier.example",
  id = "blk_42",
  location = "TN",
  protocol = "SIP",
}

-- {what it is, phrase, Reason, what detect gives}; the code is 603.
cases.right = {
  { "all there is", blocked, full, everything },
  { "SIP with a URL", blocked, 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN',
    { url = "https://carrier.example/redress", location = "TN", protocol = "SIP" } },
  { "Q.850 with a number", blocked, 'Q.850;cause=21;text="v=analytics1;tel=+15551230000;id=blk_42";location=RLN',
    { tel = "+15551230000", id = "blk_42", location = "RLN", protocol = "Q.850" } },
  { "no redress, no location", blocked, 'SIP;cause=603;text="v=analytics1"', { protocol = "SIP" } },
  { "nothing after the semicolon", blocked, 'SIP;cause=603;text="v=analytics1;"', { protocol = "SIP" } },
  { "no location", blocked, 'SIP;cause=603;text="v=analytics1;tel=+1"', { tel = "+1", protocol = "SIP" } },
  { "upper case phrase", "NETWORK BLOCKED", full, everything },
  { "lower case phrase", "network blocked", full, everything },
  { "upper case names", blocked, 'sip;CAUSE=603;TEXT="v=analytics1";LOCATION=ln',
    { location = "ln", protocol = "SIP" } },
  { "lower case protocol", blocked, 'q.850;cause=21;text="v=analytics1"', { protocol = "Q.850" } },
  { "blanks and folding", blocked, ' SIP ;\r\n cause = 603 ; text = "v=analytics1" ; location = U ',
    { location = "U", protocol = "SIP" } },
  { "another order", blocked, 'SIP;location=BI;text="v=analytics1";x;cause=603',
    { location = "BI", protocol = "SIP" } },
  { "second value", blocked, 'Q.850;cause=16;text="Terminated", ' .. full, everything },
  { "third value, after others that are near", blocked,
    'SIP;cause=21;text="v=analytics1",Q.850;cause=603;text="v=analytics1",' .. full, everything },
  { "the first of two", blocked, 'Q.850;cause=21;text="v=analytics1;id=a",' .. full, { id = "a", protocol = "Q.850" } },
  { "a value after it", blocked, full .. ", Q.850;cause=17", everything },
  { "unknown pairs", blocked, 'SIP;cause=603;text="v=analytics1;x=1;;y;url;id=a;=2;=;URL=b"',
    { id = "a", protocol = "SIP" } },
  { "the first of two pairs", blocked, 'SIP;cause=603;text="v=analytics1;id=a;id=b;v=analytics2"',
    { id = "a", protocol = "SIP" } },
  { "an empty pair", blocked, 'SIP;cause=603;text="v=analytics1;id="', { id = "", protocol = "SIP" } },
  { "control characters", blocked,
    'SIP;cause=603;text="v=analytics1;url=https://a.example/\\\27[2J;id=\\\0;tel=+1;id=a"',
    { tel = "+1", id = "a", protocol = "SIP" } },
  { "= in a value", blocked, 'SIP;cause=603;text="v=analytics1;url=https://a.example/?b=c&d=e"',
    { url = "https://a.example/?b=c&d=e", protocol = "SIP" } },
  { "escapes", blocked, [[SIP;cause=603;text="\v=analytics\1\;u\rl\=https:\/\/a.example\\\;;id\=a;tel=\+1"]],
    { url = "https://a.example\\", id = "a", tel = "+1", protocol = "SIP" } },
  { "what no rule allows", blocked, 'SIP;cause=603;text="v=analytics1;tel=none of yours"',
    { tel = "none of yours", protocol = "SIP" } },
}

local no_text = "no Reason value says v=analytics1"
local no_phrase = 'the phrase is not "Network Blocked"'

-- {what it is, code, phrase, Reason, why not}
cases.wrong = {
  { "wrong phrase", 603, "Decline", full, no_phrase },
  { "no phrase", 603, nil, full, no_phrase },
  { "empty phrase", 603, "", full, no_phrase },
  { "longer phrase", 603, "Network Blocked ", full, no_phrase },
  { "cut phrase", 603, "Network Blocke", full, no_phrase },
  { "phrase with a NUL", 603, "Network Blocked\0", full, no_phrase },
  { "other code", 486, blocked, full, "the code is not 603" },
  { "607", 607, blocked, full, "the code is not 603" },
  { "608", 608, blocked, full, "the code is not 603" },
  { "no code", 6030, blocked, full, "the code is not 603" },
  { "no Reason", 603, blocked, nil, "no Reason" },
  { "no analytics text", 603, blocked, 'Q.850;cause=21;text="Call Rejected"', no_text },
  { "no text", 603, blocked, "SIP;cause=603;location=TN", no_text },
  { "other cause", 603, blocked, 'SIP;cause=486;text="v=analytics1"', no_text },
  { "no cause", 603, blocked, 'SIP;text="v=analytics1"', no_text },
  { "cause of the other protocol", 603, blocked, 'Q.850;cause=603;text="v=analytics1",SIP;cause=21;text="v=analytics1"',
    no_text },
  { "other protocol", 603, blocked, 'STIR;cause=603;text="v=analytics1"', no_text },
  { "upper case text", 603, blocked, 'SIP;cause=603;text="V=ANALYTICS1;tel=+1"', no_text },
  { "v not first", 603, blocked, 'SIP;cause=603;text="tel=+1;v=analytics1"', no_text },
  { "blank before v", 603, blocked, 'SIP;cause=603;text=" v=analytics1"', no_text },
  { "longer version", 603, blocked, 'SIP;cause=603;text="v=analytics10;tel=+1"', no_text },
  { "other version", 603, blocked, 'SIP;cause=603;text="v=analytics2;tel=+1"', no_text },
  { "cut text", 603, blocked, 'SIP;cause=603;text="v=analytics";location=TN', no_text },
  { "empty text", 603, blocked, 'SIP;cause=603;text=""', no_text },
  { "a semicolon first", 603, blocked, 'SIP;cause=603;text=";v=analytics1"', no_text },
  { "v as a parameter", 603, blocked, "SIP;cause=603;v=analytics1;url=x", no_text },
  { "empty Reason", 603, blocked, "", '"" is not a Reason: empty list element at octet 1' },
  { "text without its end", 603, blocked, 'SIP;cause=603;text="v=analytics1;url=https:/',
    '"SIP;cause=603;text=\\"v=analytics1;url=htt"... is not a Reason: no closing quote at octet 20' },
  { "rubbish behind it", 603, blocked, 'SIP;cause=603;text="v=analytics1",',
    '"SIP;cause=603;text=\\"v=analytics1\\"," is not a Reason: empty list element at octet 35' },
}

return cases
