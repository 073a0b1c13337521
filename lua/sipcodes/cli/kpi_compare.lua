-- Two reports side by side: the differences of their ratios, and which of them chance does not explain.
local amount = require("sipcodes.cli.text").amount

local sqrt = math.sqrt
local upper = string.upper

local Z = 1.959964 -- the normal distribution has 95 % between -Z and Z

-- Wilson's interval of a share p of n.
local function wilson(p, n)
  local center = p + Z * Z / (2 * n)
  local spread = Z * sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
  local scale = 1 + Z * Z / n
  return (center - spread) / scale, (center + spread) / scale
end

-- Newcombe's interval of the difference of two independent shares, from Wilson's intervals (his method 10).
local function interval(p1, n1, p2, n2)
  local low1, high1 = wilson(p1, n1)
  local low2, high2 = wilson(p2, n2)
  local difference = p1 - p2
  return difference - sqrt((p1 - low1) ^ 2 + (high2 - p2) ^ 2), difference + sqrt((high1 - p1) ^ 2 + (p2 - low2) ^ 2)
end

local RATIOS = { "ser", "seer", "isa", "asr", "ner" }
local OF_ALL = { isa = true, asr = true, ner = true }

-- How many attempts a ratio is of: all, or all but redirections (RFC 6076 4.6, 4.7).
local function base_of(key, ratios, codes)
  local base = ratios.attempts
  for code = 300, OF_ALL[key] and 0 or 399 do
    base = base - (codes[code] or 0)
  end
  return base
end

local compare = {}

--- The rows {ratio, this, other, difference, low, high, differs} of two pairs of ratios and codes, in percent; a ratio
-- that is undefined in one of them is left out.
function compare.rows(this, other)
  local rows = {}
  for _, key in ipairs(RATIOS) do
    local p1, p2 = this.ratios[key], other.ratios[key]
    if p1 and p2 then
      local low, high = interval(p1 / 100, base_of(key, this.ratios, this.codes),
        p2 / 100, base_of(key, other.ratios, other.codes))
      rows[#rows + 1] = {
        ratio = key, this = p1, other = p2, difference = p1 - p2, low = 100 * low, high = 100 * high,
        differs = low > 0 or high < 0,
      }
    end
  end
  return rows
end

--- Writes the rows under the name of what they are of.
function compare.write(name, this, other, out)
  out.write("\n", name, ": ", amount(this.ratios.attempts, "attempt", "attempts"),
    (", and %d of the other\n"):format(other.ratios.attempts))
  out.write("           this     other  difference   95 % interval\n")
  for _, row in ipairs(compare.rows(this, other)) do
    out.write(("  %-4s %6.2f %% %7.2f %%  %+10.2f  %+6.2f to %+6.2f%s\n"):format(upper(row.ratio), row.this, row.other,
      row.difference, row.low, row.high, row.differs and "  *" or ""))
  end
end

function compare.write_legend(out)
  out.write("\n* more than chance explains: 0 is not in the interval\n")
end

return compare
