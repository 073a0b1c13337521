-- How calls and rows are grouped: by a column or by a side of a call, by time, or by both.
local exit = require("sipcodes.cli.exit")
local time_in = require("sipcodes.cli.time").time_in
local trim = require("sipcodes.cli.text").trim

local TROUBLE, fail = exit.TROUBLE, exit.fail
local gsub, match, sub = string.gsub, string.match, string.sub

local SECONDS = { m = 60, h = 3600, d = 86400 }
local NO_TIME = "(no time)"
local NOTHING = "(empty)"

-- The column of --by and how many octets of its cells count: "destination:4", or "destination" for all.
local function read_by(text)
  local column, length = match(text, "^(.+):(%d+)$")
  if length and tonumber(length) == 0 then
    fail(TROUBLE, ('"%s" in --by is not COLUMN or COLUMN:OCTETS'):format(text))
  end
  return trim(column or text), tonumber(length)
end

-- The seconds of --every: "15m", "1h", "1d".
local function read_step(text)
  local number, unit = match(text, "^([1-9]%d*)([mhd])$")
  if not number then
    fail(TROUBLE, ('"%s" in --every is not a time such as 15m, 1h or 1d'):format(text))
  end
  return tonumber(number) * SECONDS[unit]
end

-- A time as seconds: a date and time, or seconds, milliseconds or microseconds since 1970.
local function seconds_of(cell)
  local number = match(cell, "^%s*(%d+)%.?%d*%s*$")
  if number then
    return #number >= 9 and #number <= 17 and tonumber(number) / 10 ^ (3 * math.floor((#number - 8) / 3)) or nil
  end
  local seconds, zone = time_in(cell)
  return zone and seconds
end

--- How --by and --every group, nil if they are absent. It has
--   by, time  the columns, if they are needed
--   key(by_cell, time_cell)  the name of a row's group
--   of_call(record)          that of a call
--   is_timed                 are groups in the order of time?
local function new_grouping(options)
  if not options.by and not options.every then
    return nil
  end
  local grouping = { is_timed = options.every ~= nil }
  local length, step
  if options.by then
    grouping.by, length = read_by(options.by)
  end
  if options.every then
    grouping.time, step = options.time, read_step(options.every)
  end

  local function time_label(seconds)
    if not seconds then
      return NO_TIME
    end
    return os.date(step % 86400 == 0 and "!%Y-%m-%d" or "!%Y-%m-%d %H:%M", math.floor(seconds / step) * step)
  end

  local function label_of(text, seconds)
    local part = grouping.by and gsub(trim(text), "%z", "")
    part = part and (length and sub(part, 1, length) or part)
    part = part == "" and NOTHING or part
    if not step then
      return part
    end
    return part and time_label(seconds) .. "  " .. part or time_label(seconds)
  end

  function grouping.key(by_cell, time_cell)
    return label_of(by_cell, step and seconds_of(time_cell))
  end

  function grouping.of_call(record)
    local text = ""
    if grouping.by then
      text = (grouping.by == "from" or grouping.by == "to") and record[grouping.by]
        or fail(TROUBLE, ('calls are grouped by from or to, and not by "%s"'):format(grouping.by))
    end
    return label_of(text, record.zone and record.start)
  end

  return grouping
end

return { new = new_grouping }
