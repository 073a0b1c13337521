-- What the cells of call records say: response codes, or causes and dispositions that stand for one.
local cause = require("sipcodes.cause")
local sip = require("sipcodes")

local find, lower, match, upper = string.find, string.lower, string.match, string.upper

-- A text without blanks and quotes around it.
local function bare(text)
  text = match(text, "^%s*(.-)%s*$")
  return match(text, '^"(.*)"$') or match(text, "^'(.*)'$") or text
end

-- 486, 486.0, sip:486, sip%3A486, "SIP/2.0 486 Busy", "486 Busy Here", "SIP 486 Busy". A bare word is never
-- taken for a code: "BUSY" is a disposition, and not the phrase of 600.
local function read_code(text)
  text = match(text, "^(%d%d%d)%.0+$") or text:gsub("^([sS][iI][pP][sS]?)%%3[aA]", "%1:")
  if not find(text, "%d%d%d") then
    return nil
  end
  local code, another = sip.code(text)
  return not another and code or nil
end

-- The code that a cause becomes; 16, normal clearing, is how an answered call ends.
local function code_of_cause(number, of)
  if number == 16 then
    return 200
  end
  return (cause.to_sip(number, of))
end

local function read_q850(text, of)
  local number = match(text, "^%d%d?%d?$") and tonumber(text) or tonumber(match(text, "^[qQ]%.850;cause=(%d+)"))
  return number and number >= 1 and number <= 127 and code_of_cause(number, of) or nil
end

-- FreeSWITCH's names that stand for a call that was answered, or for none at all.
local ANSWERED = { SUCCESS = true, NORMAL_CLEARING = true }

local function read_freeswitch(text, of)
  if find(text, "^%d") then
    return nil
  end
  local number, name = cause.freeswitch(text)
  if not number or name == "NONE" then
    return nil
  elseif ANSWERED[name] then
    return 200
  end
  return (cause.to_sip(number <= 127 and of ~= "freeswitch" and number or name, number <= 127 and of or "freeswitch"))
end

local function read_asterisk(text, of)
  if not find(upper(text), "^AST_CAUSE_") then
    return nil
  end
  for number = 1, 127 do
    if lower(cause.text(number, "asterisk") or "") == lower(text) then
      return code_of_cause(number, of)
    end
  end
  return nil
end

-- Asterisk's dispositions of call records, and the words of DIALSTATUS.
local DISPOSITIONS = {
  ANSWERED = 200, ANSWER = 200, ["NO ANSWER"] = 480, NOANSWER = 480, BUSY = 486, FAILED = 503, CONGESTION = 503,
  CHANUNAVAIL = 503, CANCEL = 487, CANCELLED = 487, DONTCALL = 603, TORTURE = 603, INVALIDARGS = 484,
}

local function read_disposition(text)
  return DISPOSITIONS[upper(text)]
end

-- The kinds of column, in the order in which they are tried, and the table that maps one unless another is
-- named.
local kinds = {
  { id = "codes", name = "response codes", read = read_code },
  { id = "freeswitch", name = "names of FreeSWITCH causes", read = read_freeswitch, table = "freeswitch" },
  { id = "asterisk", name = "names of Asterisk causes", read = read_asterisk, table = "asterisk" },
  { id = "disposition", name = "Asterisk dispositions", read = read_disposition },
  { id = "q850", name = "Q.850 causes", read = read_q850, table = "rfc3398" },
}

local cells = { bare = bare, dispositions = DISPOSITIONS }

--- The kind that reads the most of these texts, a table of counts by text; how many of them it reads, and of
-- how many. `of` is the table of causes that --table names. A column of numbers from 1 to 127 is one of causes,
-- though some of them look like provisional responses.
function cells.choose(texts, of)
  local best, most, all = kinds[1], 0, 0
  for _, times in pairs(texts) do
    all = all + times
  end
  for _, kind in ipairs(kinds) do
    local read = 0
    for text, times in pairs(texts) do
      if kind.read(bare(text), of or kind.table) then
        read = read + times
      end
    end
    if read > most then
      best, most = kind, read
    end
  end
  return best, most, all
end

return cells
