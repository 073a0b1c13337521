-- A grammar written down as ABNF has it, as a slow second witness for the parsers. A rule is a
-- function of a text and a set of positions; it answers the set of positions at which it can end.

local abnf = {}

-- Once in hundreds of runs the LuaJIT of Debian 12 (2.1.0-beta3) compiles these closures to what
-- refuses all that follows. A witness is to be sure, not fast.
local jit = rawget(_G, "jit")
if jit then
  jit.off(true, true)
end

--- One octet of those that a Lua pattern class matches.
function abnf.octet(class)
  return function(text, starts)
    local ends = {}
    for at in pairs(starts) do
      if text:find("^" .. class, at) then
        ends[at + 1] = true
      end
    end
    return ends
  end
end

--- Rules one after the other.
function abnf.seq(...)
  local rules = { ... }
  return function(text, starts)
    for _, rule in ipairs(rules) do
      starts = rule(text, starts)
    end
    return starts
  end
end

--- Any of the rules.
function abnf.any(...)
  local rules = { ... }
  return function(text, starts)
    local ends = {}
    for _, rule in ipairs(rules) do
      for at in pairs(rule(text, starts)) do
        ends[at] = true
      end
    end
    return ends
  end
end

--- The rule as often as it goes, also not at all.
function abnf.many(rule)
  return function(text, starts)
    local ends = {}
    while next(starts) do
      local new = {}
      for at in pairs(starts) do
        if not ends[at] then
          ends[at] = true
          new[at] = true
        end
      end
      starts = rule(text, new)
    end
    return ends
  end
end

--- The rule or nothing.
function abnf.maybe(rule)
  return abnf.any(rule, function(_, starts)
    return starts
  end)
end

--- A rule that is made when it is first used, so that it can contain itself.
function abnf.later(make)
  local rule
  return function(text, starts)
    rule = rule or make()
    return next(starts) and rule(text, starts) or {}
  end
end

--- Does the rule match the whole text?
function abnf.matches(rule, text)
  return rule(text, { [1] = true })[#text + 1] == true
end

-- RFC 3261 25.1. Three things are let pass beyond it: LF for CRLF, more than one fold in a row, and
-- octets above 0x7F that are no UTF-8.
local octet, seq, any, many, maybe = abnf.octet, abnf.seq, abnf.any, abnf.many, abnf.maybe

local function some(rule)
  return seq(rule, many(rule))
end

local rules = {}
local WSP = octet("[ \t]")
local LWS = some(any(WSP, seq(maybe(octet("\r")), octet("\n"), WSP)))
local SWS = maybe(LWS)
local DIGIT = octet("[0-9]")
local NONASCII = octet("[\128-\255]")
local quoted_pair = seq(octet("\\"), octet("[%z\1-\9\11\12\14-\127]"))
local qdtext = any(LWS, octet("[!#-Z%[%]^-~]"), NONASCII)
local ctext = any(LWS, octet("[!-'*-Z%[%]^-~]"), NONASCII)
local token = some(octet("[%w%-.!%%*_+`'~]"))
local quoted_string = seq(SWS, octet('"'), many(any(qdtext, quoted_pair)), octet('"'))
local ip6_reference = seq(octet("%["), some(octet("[%x:.]")), octet("%]"))
local host = any(token, ip6_reference)
local EQUAL = seq(SWS, octet("="), SWS)
local SEMI = seq(SWS, octet(";"), SWS)
local COMMA = seq(SWS, octet(","), SWS)
local generic_param = seq(token, maybe(seq(EQUAL, any(token, host, quoted_string))))

local function list(rule)
  return seq(SWS, rule, many(seq(COMMA, rule)), SWS)
end

-- RFC 3326 2; all the reason-params are generic-params by their form.
rules.reason = list(seq(token, many(seq(SEMI, generic_param))))

-- RFC 3261 20.43; any LWS is let pass for SP, and a port after a pseudonym.
local warn_agent = seq(host, maybe(seq(octet(":"), some(DIGIT))))
rules.warning = list(seq(DIGIT, DIGIT, DIGIT, LWS, warn_agent, LWS, quoted_string))

-- RFC 3261 20.33
local comment
comment = abnf.later(function()
  return seq(octet("%("), many(any(ctext, quoted_pair, comment)), octet("%)"))
end)
rules.retry_after = seq(SWS, some(DIGIT), maybe(seq(SWS, comment)), many(seq(SEMI, generic_param)), SWS)

abnf.rules = rules

return abnf
