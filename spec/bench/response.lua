-- sipcodes against what a script would write by hand: a table of phrases, and a pattern.
local bench = dofile("spec/bench/support.lua")
local sip = require("sipcodes")

local phrases, codes = {}, {}
for code, phrase in sip.codes() do
  phrases[code] = phrase
  codes[#codes + 1] = code
end

local function lua_reason(code)
  return phrases[code]
end

-- Each side asks for all 75 codes in its own loop, so that no call but the one in question counts.
local reason, reasons, count = sip.reason, sip.reasons, #codes
bench.report(
  "reason(code)",
  bench.ratio(function()
    for i = 1, count do
      local _ = reason(codes[i])
    end
  end, function()
    for i = 1, count do
      local _ = lua_reason(codes[i])
    end
  end),
  1.05
)
bench.report(
  "reasons[code]",
  bench.ratio(function()
    for i = 1, count do
      local _ = reasons[codes[i]]
    end
  end, function()
    for i = 1, count do
      local _ = phrases[codes[i]]
    end
  end),
  1.05
)

local line = "SIP/2.0 486 Busy Here\r\n"
local parse, match = sip.parse, string.match
bench.report(
  "parse(line)",
  bench.ratio(function()
    local _, _ = parse(line)
  end, function()
    local code, phrase = match(line, "^SIP/2%.0 (%d%d%d) ([^\r\n]*)")
    local _, _ = tonumber(code), phrase
  end),
  0.5
)

bench.finish()
