-- The Reason values of the responses in a trace, and the 603+ notices among them.
local blocking = require("sipcodes.blocking")
local header = require("sipcodes.header")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local amount, printable, unicode, wrapped = texts.amount, texts.printable, texts.unicode, texts.wrapped
local match = string.match

local LENIENT = { lenient = true }

-- Adds a count to the row of a list that has this key.
local function add(list, by_key, key, count, new_row)
  local row = by_key[key]
  if not row then
    row = new_row()
    row.count = 0
    by_key[key] = row
    list[#list + 1] = row
  end
  row.count = row.count + count
end

local function most_first(list, keys)
  table.sort(list, function(a, b)
    if a.count ~= b.count then
      return a.count > b.count
    end
    for _, key in ipairs(keys) do
      if a[key] ~= b[key] then
        return (a[key] or "") < (b[key] or "")
      end
    end
    return false
  end)
end

local explain_reasons = {}

--- Two lists of a tally: the values, {count, protocol, cause, text, code}, each with the code of its responses; and the
--- 603+ notices, {count, url, tel, email, id, location, protocol}. Values that cannot be read count in `unread`.
function explain_reasons.of(tally)
  local reasons, notices, unread = {}, {}, 0
  local by_reason, by_notice = {}, {}
  for key, count in pairs(tally.reasons) do
    local code, phrase, value = match(key, "^(%d+) (.-)\n(.*)$")
    code = sip.code(code)
    local records = header.reason(value, LENIENT)
    unread = unread + (records and records[1] and 0 or count)
    for _, record in ipairs(records or {}) do
      local cause, protocol = record.cause, record.protocol
      add(reasons, by_reason, ("%s %s %d"):format(protocol, tostring(cause), code), count, function()
        return { protocol = protocol, cause = cause, text = cause and header.meaning(protocol, cause), code = code }
      end)
    end
    local notice = blocking.detect(code, phrase, value, LENIENT)
    if notice then
      local who = notice.url or notice.tel or notice.email or ""
      add(notices, by_notice, who .. "\n" .. (notice.id or ""), count, function()
        return notice
      end)
    end
  end
  most_first(reasons, { "protocol", "cause", "code" })
  most_first(notices, { "url", "tel", "email", "id" })
  return reasons, notices, unread
end

--- Writes both for a reader, if there are any.
function explain_reasons.write(tally, out)
  local reasons, notices, unread = explain_reasons.of(tally)
  if reasons[1] then
    out.write("\nReason values of responses\n")
  end
  for _, row in ipairs(reasons) do
    local text = ("%s %s %s"):format(row.protocol, row.cause or "without a cause", row.text or "")
    out.write(wrapped(("%5d  %4d  "):format(row.count, row.code), printable(text), out.width))
  end
  if unread > 0 then
    out.write(wrapped("", amount(unread, "Reason value", "Reason values") .. " cannot be read", out.width))
  end
  if tally.more_reasons > 0 then
    out.write(wrapped("", amount(tally.more_reasons, "Reason value", "Reason values")
      .. " of many different ones left out", out.width))
  end
  if notices[1] then
    out.write("\n603+ call-blocking notices, and whom to ask\n")
  end
  for _, notice in ipairs(notices) do
    local text = table.concat({ notice.url or "", notice.tel or "", notice.email or "" }, " ")
    out.write(wrapped(("%5d  "):format(notice.count), printable((text:gsub("^%s+", ""))), out.width))
  end
end

--- The texts of rows as JSON can hold them.
function explain_reasons.unicode(rows)
  for _, row in ipairs(rows) do
    for key, value in pairs(row) do
      row[key] = type(value) == "string" and unicode(value) or value
    end
  end
  return rows[1] and rows or nil
end

return explain_reasons
