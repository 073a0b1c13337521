-- What has been counted of a trace: responses by code, phrase and method, and their Reason values.
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local trim, shortened = texts.trim, texts.shortened
local find, match, sub = string.find, string.match, string.sub

local LONGEST = 256 -- octets of a phrase, the rest being cut off
local VARIETY = 200 -- phrases of one code that are told apart
local REASONS = 2000 -- Reason values that are told apart

-- A tally counts texts such as "486 Busy Here", with the method behind a line end if it is known, and the Reason values
-- of such responses.
local function new_tally()
  return {
    counts = {}, variety = {}, others = {}, invalid = 0, unshown = 0,
    reasons = {}, distinct = 0, more_reasons = 0,
  }
end

-- Counts a text that begins with a code and goes on with a blank, if it does; returns how it is counted.
local function count(tally, text, method)
  local digits = match(text, "^%d%d%d")
  if not digits or #text > 3 and not find(text, "^%s", 4) then
    return nil
  end
  local phrase = trim(sub(text, 4))
  local code = sip.code(digits)
  if not code then
    tally.invalid = tally.invalid + 1
    return nil
  end
  local response = digits .. " " .. shortened(phrase, LONGEST)
  local key = response .. "\n" .. (method or "")
  local counts, variety = tally.counts, tally.variety[code] or 0
  if counts[key] then
    counts[key] = counts[key] + 1
  elseif variety < VARIETY then
    tally.variety[code] = variety + 1
    counts[key] = 1
  else
    tally.others[code] = (tally.others[code] or 0) + 1
    return nil
  end
  return response
end

-- Counts the Reason value of a response.
local function count_reason(tally, response, value)
  local key = response .. "\n" .. value
  if tally.reasons[key] then
    tally.reasons[key] = tally.reasons[key] + 1
  elseif tally.distinct < REASONS then
    tally.distinct = tally.distinct + 1
    tally.reasons[key] = 1
  else
    tally.more_reasons = tally.more_reasons + 1
  end
end

local function add_counts(sums, counts)
  for key, number in pairs(counts) do
    sums[key] = (sums[key] or 0) + number
  end
end

--- Adds what a tally has counted to another.
local function add_tally(sum, tally)
  add_counts(sum.counts, tally.counts)
  add_counts(sum.others, tally.others)
  add_counts(sum.reasons, tally.reasons)
  sum.invalid = sum.invalid + tally.invalid
  sum.unshown = sum.unshown + tally.unshown
  sum.more_reasons = sum.more_reasons + tally.more_reasons
  sum.hex = sum.hex or tally.hex
end

return { LONGEST = LONGEST, new = new_tally, count = count, count_reason = count_reason, add = add_tally }
