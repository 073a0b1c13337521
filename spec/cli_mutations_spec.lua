-- What the command makes of damaged inputs: whatever they hold, it ends with a status, and never with an error of Lua.
local command = require("spec.support.command")
local random = require("spec.support.random")
local read = require("spec.support.file").read

local cli_it = command.its(it, pending)

local INPUTS = {
  "spec/data/trace.log", "spec/data/traces/ngrep.txt", "spec/data/traces/ngrep-byline.txt",
  "spec/data/traces/tshark-verbose.txt", "spec/data/traces/kamailio-debug.txt", "spec/data/cases/f3-tshark-pdml.xml",
  "spec/data/cases/f2-tcpdump-A-port5060.txt", "spec/data/cases/k2-freeswitch-no-header.csv",
  "spec/data/cases/k7-cause-names.csv",
}
local SIZE = 20000 -- octets of an input that are taken
local PIECES = {
  "\n", "\r\n", "\0", "SIP/2.0 ", "SIP/2.0 486 ", "INVITE sip:a@b SIP/2.0", "Call-ID:", "CSeq: 99999999999999999999 INVITE",
  "Via: SIP/2.0/UDP", '"', "<", ">", ",", ";", "\\n", "#012", "Reason: ", "\255", "999", "CSeq: 1 INVITE\r\n", "From: ",
  "To: ;tag=", "2026-99-99 99:99:99", "Epoch Time: 9e99999", " SIP\n", " SIP, length: 3\n", "branch=", "%s%d%f", "\27[31m",
}
local COMMANDS = {
  { "explain" }, { "calls", "-" }, { "kpi" }, { "calls", "--csv", "-" }, { "kpi", "--by", "to:3", "--every", "1h" },
  { "kpi", "--column", "10" }, { "kpi", "--column", "10", "--by", "2", "--csv" },
  { "kpi", "--column", "hangup_cause", "--by", "start", "--format", "openmetrics" },
}

-- The text with some pieces in the place of others.
local function damaged(text, generator)
  for _ = 1, generator.next(12) do
    local at = generator.next(math.max(1, #text))
    text = text:sub(1, at) .. generator.pick(PIECES) .. text:sub(at + generator.next(40))
  end
  return generator.next(5) == 1 and text:sub(generator.next(#text)) or text
end

describe("a damaged input", function()
  for i, path in ipairs(INPUTS) do
    cli_it("does no harm: " .. path .. " #slow", function()
      local generator, text = random.new(i), read(path):sub(1, SIZE)
      for _ = 1, 8 do
        local input = damaged(text, generator)
        for _, arguments in ipairs(COMMANDS) do
          local status = command.run({ (table.unpack or unpack)(arguments) }, input) -- luacheck: ignore 113 143
          assert.is_true(status == 0 or status == 1 or status == 2)
        end
      end
    end)
  end
end)
