-- Times in logs and call records.
local floor = math.floor
local find, gmatch, gsub, match = string.find, string.gmatch, string.gsub, string.match

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11,
  Dec = 12 }

-- Days from 1970-01-01 to a date of the Gregorian calendar. A year begins in March here, so that the day that is
-- added in a leap year is its last.
local function days_since_1970(year, month, day)
  if month < 3 then
    year, month = year - 1, month + 12
  end
  local leap_days = floor(year / 4) - floor(year / 100) + floor(year / 400)
  return 365 * year + leap_days + floor((153 * (month - 3) + 2) / 5) + day - 719469
end

-- The last place in a text where a pattern matches, and its captures.
local function last_match(text, pattern)
  local found
  for a, b, c, d, e, f, g, h in gmatch(text, pattern) do
    found = { a, b, c, d, e, f, g, h }
  end
  return found
end

--- The time that stands last in a text: seconds, and "UTC" if they are those of UTC, "date" if they are those of a date
-- in a zone that is not told, nil if there is no date. nil if the text has no time.
local function time_in(text)
  local seconds = find(text, "Epoch ", 1, true) and match(text, "^.*Epoch [^\n]*: (%d+%.?%d*)")
  if seconds then
    return tonumber(seconds), "UTC"
  end
  local t = last_match(text, "(%d%d%d%d)[-/](%d%d)[-/](%d%d)[T ](%d%d):(%d%d):(%d%d)([.,]?%d*)(Z?)")
  if not t then
    t = last_match(text, "(%a%a%a) +(%d+), (%d%d%d%d) (%d%d):(%d%d):(%d%d)([.,]?%d*)")
    t = t and MONTHS[t[1]] and { t[3], MONTHS[t[1]], t[2], t[4], t[5], t[6], t[7], "" }
  end
  local days, kind = 0, nil
  if t then
    days, kind = days_since_1970(tonumber(t[1]), tonumber(t[2]), tonumber(t[3])), t[8] == "Z" and "UTC" or "date"
  else
    local clock = last_match(text, "%f[%w:_](%d%d):(%d%d):(%d%d)%f[^%w:_]([.,]?%d*)")
    if not clock then
      return nil
    end
    t = { nil, nil, nil, clock[1], clock[2], clock[3], clock[4] }
  end
  local fraction = tonumber("0" .. gsub(t[7], ",", ".")) or 0
  return days * 86400 + tonumber(t[4]) * 3600 + tonumber(t[5]) * 60 + tonumber(t[6]) + fraction, kind
end

--- A time in ISO 8601: of UTC with Z, of a zone that is not told without. nil if there is no date.
local function iso_time(seconds, zone)
  if not zone then
    return nil
  end
  local whole = floor(seconds)
  return ("%s.%03d%s"):format(os.date("!%Y-%m-%dT%H:%M:%S", whole), floor((seconds - whole) * 1000),
    zone == "UTC" and "Z" or "")
end

return { time_in = time_in, iso_time = iso_time }
