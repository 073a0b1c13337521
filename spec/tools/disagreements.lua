-- The table of the README that shows where the sources disagree in a way that changes the routing, made from the
-- tables themselves.
local cause = require("sipcodes.cause")

-- What is asked: a cause, or a code or request; and what comes of it.
local asked = {
  { cause = 120, what = "a cause that is not listed",
    so = "603 ends forking and most failover; 487 looks like a caller who gave up" },
  { cause = 34, so = "congestion looks like the subscriber: no other route is tried" },
  { cause = 38, so = "a network fault looks like a caller who gave up" },
  { cause = 41, so = "a temporary failure becomes final" },
  { cause = 47, so = "congestion looks like an absent user" },
  { cause = 18, so = "the same silence is a timeout, an absent user or a cancelled call" },
  { cause = 21, so = "a carrier's 403 becomes global" },
  { cause = 31, so = "\"unspecified\" becomes \"no such number\"" },
  { code = 503, so = "lists for rerouting by cause miss one or the other" },
  { code = 500, so = "a fault of the server becomes normal clearing" },
  { code = 480, so = "18 comes back as 408, from Cisco as 480" },
  { code = 408, so = "102 comes back as 504, 408 or 603" },
  { code = 403, so = "a refusal becomes normal clearing or \"not implemented\"" },
  { code = 404, so = "\"no such number\" becomes \"no route\", and is tried elsewhere" },
  { code = 604, so = "the same" },
  { code = 488, so = "comes back as 480, 500 or 488" },
  { code = 499, what = "a code that is not listed", so = "16 is normal clearing: no failure at all" },
  { code = "CANCEL", so = "a caller who gave up becomes \"unspecified\"" },
}

local disagreements = {}

--- The rows of the table as Markdown. A cell that differs from the first column is bold; a dash is no mapping.
function disagreements.markdown()
  local tables = cause.tables()
  local head, rule = "| what |", "|---|"
  for _, source in ipairs(tables) do
    head, rule = head .. " " .. source.name .. " |", rule .. "---|"
  end
  local lines = { "", head .. " what comes of it |", rule .. "---|" }
  for _, row in ipairs(asked) do
    local text = cause.text(row.cause or 0)
    local what = row.what or row.cause and ("cause %d, %s"):format(row.cause, text) or tostring(row.code)
    local line, first = "| " .. what .. " |", nil
    for i, source in ipairs(tables) do
      local number
      if row.code then
        number = cause.from_sip(row.code, source.name)
      elseif source.to_sip then
        number = cause.to_sip(row.cause, source.name)
      end
      local shown = number and tostring(number) or "-"
      first = i == 1 and shown or first
      line = line .. " " .. (shown ~= "-" and shown ~= first and "**" .. shown .. "**" or shown) .. " |"
    end
    lines[#lines + 1] = line .. " " .. row.so .. " |"
  end
  return table.concat(lines, "\n") .. "\n"
end

return disagreements
