-- Names that are spelt almost like a text.
local vocabulary = require("sipcodes.cli.vocabulary")

local byte, min = string.byte, math.min

local LONGEST = 64 -- octets of a text that is worth the search
local MOST = 3     -- names that are offered

--- How many letters must be changed, added, left out or swapped with the next to make one text of the other
-- (optimal string alignment).
local function distance(one, other)
  local before, row = nil, {}
  for j = 0, #other do
    row[j] = j
  end
  for i = 1, #one do
    local next_row = { [0] = i }
    for j = 1, #other do
      local same = byte(one, i) == byte(other, j)
      local least = min(row[j] + 1, next_row[j - 1] + 1, row[j - 1] + (same and 0 or 1))
      local swapped = i > 1 and j > 1 and byte(one, i) == byte(other, j - 1) and byte(one, i - 1) == byte(other, j)
      next_row[j] = swapped and min(least, before[j - 2] + 1) or least
    end
    before, row = row, next_row
  end
  return row[#other]
end

local function words_of(key)
  local words = {}
  for word in key:gmatch("%S+") do
    words[#words + 1] = word
  end
  return words
end

-- The sum of the distances from each word to the nearest word of the name; nil if a word has none that is
-- near: one mistake in four letters.
local function distance_of_words(words, key)
  local names, sum = words_of(key), 0
  for _, word in ipairs(words) do
    local allowed = math.floor((#word + 1) / 4)
    local least
    for _, name in ipairs(names) do
      if math.abs(#name - #word) <= allowed then
        local far = distance(word, name)
        least = far <= allowed and (not least or far < least) and far or least
      end
    end
    if not least then
      return nil
    end
    sum = sum + least
  end
  -- What the name has in addition counts a little, so that the shortest name comes first.
  return sum + 0.1 * math.max(0, #names - #words)
end

local near = { distance = distance }

--- At most three entries with names like the text, the nearest first; one for each code or cause.
function near.names(text)
  local key = vocabulary.key(text)
  if key == "" or #key > LONGEST then
    return {}
  end
  local words, best, list = words_of(key), {}, {}
  local allowed = math.floor((#key + 1) / 4)
  for at, entry in ipairs(vocabulary.entries()) do
    local far = entry.as and distance_of_words(words, entry.key)
    if entry.as and math.abs(#entry.key - #key) <= allowed then
      local whole = distance(key, entry.key)
      far = whole <= allowed and min(whole, far or whole) or far
    end
    local target = far and vocabulary.target(entry)
    if target and not best[target] then
      best[target] = { entry = entry, far = far, at = at }
      list[#list + 1] = best[target]
    elseif target and far < best[target].far then
      best[target].far = far
    end
  end
  table.sort(list, function(a, b)
    return a.far < b.far or a.far == b.far and a.at < b.at
  end)
  local names = {}
  for i = 1, min(MOST, #list) do
    names[i] = list[i].entry
  end
  return names
end

return near
