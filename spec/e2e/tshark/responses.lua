-- The responses of a capture, by code, by outcome and by cause, with the call-quality ratios:
--
--   tshark -q -r calls.pcap -X lua_script:responses.lua
--
-- tshark embeds a Lua of its own (`tshark --version` names it); sipcodes must be installed for that
-- version, and is found where `make install` puts it. A port that tshark does not take for SIP by
-- itself is named with -d udp.port==15160,sip. A capture made at a proxy holds both its sides: a
-- branch that failed over counts as an attempt of its own then.

local sip = require("sipcodes")
local cause = require("sipcodes.cause")
local header = require("sipcodes.header")
local kpi = require("sipcodes.kpi")

local field = {
  code = Field.new("sip.Status-Code"),
  method = Field.new("sip.CSeq.method"),
  number = Field.new("sip.CSeq.seq"),
  call = Field.new("sip.Call-ID"),
  from = Field.new("sip.from.tag"),
  to = Field.new("sip.to.tag"),
  reason = Field.new("sip.Reason"),
}

local responses, finals, causes, seen = {}, {}, {}, {}

local function value(name)
  local info = field[name]()
  return info and info.value
end

-- The cause of a failed INVITE: of its Reason field, else what RFC 3398 makes of the code.
local function cause_of(code)
  local number = header.pick(value("reason"), { "Q.850" })
  return number or (cause.from_sip(code))
end

local function add(counts, key)
  counts[key] = (counts[key] or 0) + 1
end

local tap = Listener.new("frame", "sip.Status-Code")

function tap.packet()
  local code = sip.code(tostring(value("code")))
  if not code then
    return
  end
  -- A response is counted once, however often it is sent and through however many hops it is seen.
  local key = table.concat({
    tostring(value("call")), tostring(value("from")), tostring(value("to")), tostring(value("number")),
    tostring(value("method")), code,
  }, "\n")
  if seen[key] then
    return
  end
  seen[key] = true
  add(responses, code)
  if value("method") == "INVITE" and sip.is_final(code) then
    kpi.add(finals, code)
    local number = sip.is_failure(code) and cause_of(code)
    if number then
      add(causes, number)
    end
  end
end

-- The keys of a table of counts in ascending order.
local function sorted(counts)
  local keys = {}
  for key in pairs(counts) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

local function ratio(name, percent)
  print(("  %-5s %s"):format(name, percent and ("%.1f %%"):format(percent) or "-"))
end

function tap.draw()
  print("Responses")
  for _, code in ipairs(sorted(responses)) do
    print(("%7d  %s"):format(responses[code], sip.line(code)))
  end

  print("\nOutcomes of INVITE")
  local outcomes = {}
  for code, count in pairs(finals) do
    local outcome = kpi.outcome(code)
    outcomes[outcome] = (outcomes[outcome] or 0) + count
  end
  for _, outcome in ipairs(kpi.outcomes()) do
    if outcomes[outcome] then
      print(("%7d  %s"):format(outcomes[outcome], outcome))
    end
  end

  print("\nCauses of failure (Q.850)")
  for _, number in ipairs(sorted(causes)) do
    print(("%7d  %d %s"):format(causes[number], number, cause.text(number) or "(unknown)"))
  end

  local ratios = kpi.ratios(finals, { challenges = false })
  print(("\nRatios of %d attempts, without challenges"):format(ratios.attempts))
  ratio("SER", ratios.ser)
  ratio("SEER", ratios.seer)
  ratio("ISA", ratios.isa)
  ratio("ASR", ratios.asr)
  ratio("NER", ratios.ner)
end
