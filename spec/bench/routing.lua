-- A policy against the table that a script would write for the same rules.
local bench = dofile("spec/bench/support.lua")
local routing = require("sipcodes.routing")

local decide = routing.policy({ [404] = true, [480] = false, ["5xx"] = true, [503] = false })

-- The same verdicts and names by hand.
local verdicts, names, codes = {}, {}, {}
for code = 100, 699 do
  verdicts[code], names[code] = decide(code)
end
for _, code in ipairs({ 404, 480, 486, 487, 500, 502, 503, 504, 600, 603 }) do
  codes[#codes + 1] = code
end

local function by_hand(code)
  return verdicts[code], names[code]
end

local count = #codes
bench.report(
  "policy(rules)(code)",
  bench.ratio(function()
    for i = 1, count do
      local _, _ = decide(codes[i])
    end
  end, function()
    for i = 1, count do
      local _, _ = by_hand(codes[i])
    end
  end),
  1.5
)

bench.finish()
