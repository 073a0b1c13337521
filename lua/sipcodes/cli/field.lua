-- Header field values that are pasted as they came: Reason (also of a 603+), Warning and Retry-After.
local blocking = require("sipcodes.blocking")
local cause = require("sipcodes.cause")
local header = require("sipcodes.header")
local sip = require("sipcodes")

local find, lower, match = string.find, string.lower, string.match

local field = {}

local NOTIFICATION = { "url", "tel", "email", "id", "location" }

-- The codes and causes to show for the values of a Reason, each once.
local function targets_of(values)
  local targets, seen = {}, {}
  for _, value in ipairs(values) do
    local protocol, number = lower(value.protocol), tonumber(value.cause)
    local target
    if protocol == "sip" and number and sip.class(number) then
      target = { code = number }
    elseif protocol == "q.850" and number and number >= 1 and number <= 127 then
      target = { cause = number }
    end
    local key = target and (target.code and "code " or "cause ") .. number
    if key and not seen[key] then
      seen[key] = true
      targets[#targets + 1] = target
    end
  end
  return targets
end

-- A Reason field value, read leniently: what people paste has often lost its quotes.
local function read_reason(text)
  local values, skipped = header.reason(text, { lenient = true })
  if not values or not values[1] then
    return nil, values and ('"%s" is not a Reason: %s'):format(text, skipped) or skipped
  end
  for _, value in ipairs(values) do
    value.meaning = value.cause and header.meaning(value.protocol, value.cause) or nil
  end
  local number, protocol = header.pick(text, nil, { lenient = true })
  local answer = {
    field = "Reason", value = text, values = values, skipped = skipped, targets = targets_of(values),
    trusted = number and { cause = number, protocol = protocol } or nil,
    call = "sip.header.pick(value)",
  }
  answer.notification = blocking.detect(603, "Network Blocked", text)
  return answer
end

-- A Warning field value. The shell takes quotes away: a single value without them gets them again.
local function read_warning(text)
  local values, problem = header.warning(text)
  if not values and not find(text, '"', 1, true) then
    text = text:gsub("^(%d%d%d %S+) (.+)$", '%1 "%2"')
    values = header.warning(text)
  end
  if not values then
    return nil, problem
  end
  local texts = {}
  for code, meaning in header.warnings() do
    texts[code] = meaning
  end
  for _, value in ipairs(values) do
    value.meaning = texts[tonumber(value.code)]
  end
  return {
    field = "Warning", value = text, values = values, targets = {},
    registered = texts[tonumber(values[1].code)] ~= nil, call = "sip.header.warning(value)",
  }
end

local function read_retry_after(text)
  local seconds, comment, duration = header.retry_after(text)
  if not seconds then
    return nil, comment
  end
  local answer = {
    field = "Retry-After", value = text, seconds = seconds, comment = comment, duration = duration, codes = {},
    targets = {}, call = "sip.header.retry_after(value)",
  }
  for code in sip.codes() do
    if sip.info(code, "retry_after") then
      answer.codes[#answer.codes + 1] = code
    end
  end
  return answer
end

-- The fields by what stands in front of their values.
local fields = {
  { "reason%s*:%s*", read_reason }, { "warning%s*:%s*", read_warning }, { "retry%-after%s*:%s*", read_retry_after },
}

-- A value without the name of its field, by what it looks like.
local function guess(text)
  if find(text, "^%s*[%w%-.!%%*_+`'~]+%s*;") and (find(lower(text), "cause%s*=") or find(lower(text), "text%s*=")) then
    return read_reason(text)
  elseif find(text, '^[1-9]%d%d%s+%S+%s+"') or find(text, "^%d%d%d %S+ %S") and not sip.reason(text:sub(1, 3)) then
    local warning = read_warning(text)
    return warning and warning.registered and warning or nil
  elseif find(text, "^%d+%s*%(") or find(lower(text), "^%d+%s*;%s*duration") then
    return read_retry_after(text)
  end
  return nil
end

--- What a header field, also behind what a log has in front of it, or its value alone says: a table with field,
-- value, targets (codes and causes to show) and what the parser read. nil if the text does not look like one, and a
-- message if it has the name of a field and cannot be read.
function field.read(text)
  text = text:gsub("\r?\n[ \t]+", " ") -- a folded field
  for _, each in ipairs(fields) do
    local _, name_end = find(lower(text), "%f[%w-]" .. each[1])
    if name_end then
      return each[2]((match(text, "^(.-)%s*$", name_end + 1)))
    end
  end
  return guess(text)
end

-- "2 min 5 s" for 125.
local function duration_text(seconds)
  local parts = {}
  for _, unit in ipairs({ { 86400, "d" }, { 3600, "h" }, { 60, "min" }, { 1, "s" } }) do
    local amount = math.floor(seconds / unit[1])
    if amount > 0 then
      parts[#parts + 1] = ("%d %s"):format(amount, unit[2])
      seconds = seconds - amount * unit[1]
    end
  end
  return parts[1] and table.concat(parts, " ") or "0 s"
end

local function reason_lines(answer, lines)
  for i, value in ipairs(answer.values) do
    local text = value.cause and ("%s cause %d"):format(value.protocol, value.cause) or value.protocol .. ", no cause"
    text = text .. (value.meaning and ": " .. value.meaning or "")
    text = text .. (value.text and ('; text "%s"'):format(value.text) or "")
    text = text .. (value.location and "; location " .. value.location or "")
    lines[#lines + 1] = { "value " .. i, text }
  end
  if answer.trusted and #answer.values > 1 then
    lines[#lines + 1] = { "trusted", ("%s cause %d, if a script asks for one value"):format(
      answer.trusted.protocol, answer.trusted.cause) }
  end
  if answer.notification then
    lines[#lines + 1] = { "603+", "With 603 Network Blocked this is a call-blocking notification." }
    for _, name in ipairs(NOTIFICATION) do
      if answer.notification[name] then
        lines[#lines + 1] = { name, answer.notification[name] }
      end
    end
  end
  lines[#lines + 1] = answer.skipped and { "passed over", answer.skipped } or nil
end

--- The lines that say what a response becomes with this Warning; an empty list if it changes nothing.
function field.causes_with(code, warning)
  local changed = {}
  for _, source in ipairs(cause.tables()) do
    local number, text = cause.from_sip(code, source.name, warning)
    if number ~= cause.from_sip(code, source.name) then
      local answer = number .. " " .. text
      local last = changed[#changed]
      if last and last.answer == answer then
        last.text = last.text .. ", " .. source.name
      else
        changed[#changed + 1] = { answer = answer, text = ("the cause is %s in %s"):format(answer, source.name) }
      end
    end
  end
  for i, change in ipairs(changed) do
    changed[i] = change.text
  end
  return changed
end

local function warning_lines(answer, lines)
  for i, value in ipairs(answer.values) do
    lines[#lines + 1] = { "value " .. i, ('%d%s; from %s; text "%s"'):format(value.code,
      value.meaning and ": " .. value.meaning or "", value.agent, value.text) }
  end
  for _, code in ipairs({ 488, 606 }) do
    local causes = field.causes_with(code, answer.value)
    lines[#lines + 1] = causes[1] and { "with " .. code, causes } or nil
  end
end

local function retry_after_lines(answer, lines)
  lines[#lines + 1] = { "wait", ("%d seconds (%s) before the request is sent again"):format(
    answer.seconds, duration_text(answer.seconds)) }
  lines[#lines + 1] = answer.comment and { "comment", answer.comment } or nil
  lines[#lines + 1] = answer.duration and { "reachable", ("for %d seconds (%s) after that"):format(
    answer.duration, duration_text(answer.duration)) } or nil
  lines[#lines + 1] = { "may be in", table.concat(answer.codes, " ") }
end

local line_makers = { Reason = reason_lines, Warning = warning_lines, ["Retry-After"] = retry_after_lines }

--- The lines of a field as pairs of a label and a text.
function field.lines(answer)
  local lines = {}
  line_makers[answer.field](answer, lines)
  lines[#lines + 1] = { "in Lua", answer.call }
  return lines
end

return field
