-- The codes in lines or in a column of CSV, counted.
local exit = require("sipcodes.cli.exit")
local input = require("sipcodes.cli.input")
local sip = require("sipcodes")

local TROUBLE, fail = exit.TROUBLE, exit.fail
local trim = require("sipcodes.cli.text").trim
local byte, char, find, lower, match, sub =
  string.byte, string.char, string.find, string.lower, string.match, string.sub

-- Most lines of a long file are three digits. So four of them are looked at in one call; and whatever
-- a line holds is counted as a text first, which is asked once for the code that it spells.
local DISTINCT = 10000 -- texts that are held before they are asked
local LONGEST = 256 -- octets of a text, the rest being cut off
local LONGEST_RECORD = 1048576 -- octets in which a record of CSV must end
local LF, QUOTE = 10, 34

-- The code that a line or a cell spells, in any way that the library reads and no other code shares.
local function spelt_code(text)
  text = trim(text)
  local code, another = sip.code(match(text, '^"(.*)"$') or text)
  return not another and code or nil
end

-- What has been counted: final codes, how many were provisional or no code at all, and a text of the
-- latter that came often.
local function new_census()
  local census = { codes = {}, provisional = 0, no_code = 0 }
  local distinct, most = 0, 0
  local function missing()
    distinct = distinct + 1
    return 0
  end
  -- How often each text, and each three octets, came since the last call of settle.
  local texts = setmetatable({}, { __index = missing })
  local threes = setmetatable({}, { __index = missing })

  local function settle_text(text, times)
    local code = spelt_code(text)
    if not code then
      census.no_code = census.no_code + times
      if times > most or times == most and text < census.example then
        census.example, most = text, times
      end
    elseif sip.is_provisional(code) then
      census.provisional = census.provisional + times
    else
      census.codes[code] = (census.codes[code] or 0) + times
    end
  end

  function census.count(text)
    text = #text > LONGEST and sub(text, 1, LONGEST) or text
    texts[text] = texts[text] + 1
  end

  -- Counts lines of three octets, by four as long as there are so many; answers the place after them.
  local function count_threes(data, at)
    for start = at, #data - 15, 16 do
      local a, b, c, end1, d, e, f, end2, g, h, i, end3, j, k, l, end4 = byte(data, start, start + 15)
      if end1 ~= LF or end2 ~= LF or end3 ~= LF or end4 ~= LF then
        return start
      end
      local first, second = a * 65536 + b * 256 + c, d * 65536 + e * 256 + f
      local third, fourth = g * 65536 + h * 256 + i, j * 65536 + k * 256 + l
      threes[first] = threes[first] + 1
      threes[second] = threes[second] + 1
      threes[third] = threes[third] + 1
      threes[fourth] = threes[fourth] + 1
      at = start + 16
    end
    return at
  end

  --- Counts the lines of the data; answers the last one as far as it is there.
  function census.count_lines(data)
    local at = count_threes(data, 1)
    local stop = find(data, "\n", at, true)
    while stop do
      local text = sub(data, at, stop - 1)
      if stop - at > LONGEST then
        text = sub(text, 1, LONGEST)
      end
      texts[text] = texts[text] + 1
      at = stop - at == 3 and count_threes(data, stop + 1) or stop + 1
      stop = find(data, "\n", at, true)
    end
    return sub(data, at, at + LONGEST - 1)
  end

  --- Asks the texts, if there are many or all are in.
  function census.settle(all_in)
    if distinct <= DISTINCT and not all_in then
      return
    end
    for number, times in pairs(threes) do
      local octets = char(math.floor(number / 65536), math.floor(number / 256) % 256, number % 256)
      for text in (octets .. "\n"):gmatch("([^\n]*)\n") do -- short lines, where one of the octets ends one
        texts[text] = texts[text] + times
      end
      threes[number] = nil
    end
    for text, times in pairs(texts) do
      settle_text(text, times)
      texts[text] = nil
    end
    distinct = 0
  end

  return census
end

-- Reads CSV with a header (RFC 4180, any line end): a function of the data from the start of a record
-- on, which counts the cells of the column and answers the last record as far as it is there.
local function csv_counter(column_name, delimiter, census)
  local cell_end = "[%" .. delimiter .. "\n]"
  local column

  -- The text of the cell at a place, and where its delimiter or line end is; nil if that is not there.
  local function cell(data, at)
    if byte(data, at) ~= QUOTE then
      local stop = find(data, cell_end, at)
      return stop and sub(data, at, stop - 1), stop
    end
    local quote = find(data, '"', at + 1, true)
    while quote and byte(data, quote + 1) == QUOTE do
      quote = find(data, '"', quote + 2, true)
    end
    local stop = quote and find(data, cell_end, quote + 1)
    return stop and sub(data, at + 1, quote - 1):gsub('""', '"'), stop
  end

  -- The cells of the record at a place, and where the next begins; nil if its end is not there.
  local function record(data, at)
    local cells = {}
    while true do
      local text, stop = cell(data, at)
      if not text then
        return nil
      end
      cells[#cells + 1] = text
      at = stop + 1
      if byte(data, stop) == LF then
        return cells, at
      end
    end
  end

  -- The cell of the column in a line without quotes.
  local function plain_cell(line)
    local from = 1
    for _ = 2, column do
      from = (find(line, delimiter, from, true) or #line) + 1
    end
    return sub(line, from, (find(line, delimiter, from, true) or 0) - 1)
  end

  local function find_column(names)
    for i, name in ipairs(names) do
      names[i] = trim(name)
    end
    for _, same in ipairs({ function(name) return name end, lower }) do
      for i, name in ipairs(names) do
        if same(name) == same(column_name) then
          return i
        end
      end
    end
    local other = not names[2] and match(names[1], "[;\t|]")
    local hint = other and ("; --delimiter %s?"):format(other == "\t" and "tab" or '"' .. other .. '"') or ""
    fail(TROUBLE, ('no column "%s" among %s%s'):format(column_name, table.concat(names, ", "), hint))
  end

  return function(data)
    local at = 1
    if not column then
      local names, after = record(data, at)
      if not names then
        return data
      end
      column, at = find_column(names), after
    end
    local quote = find(data, '"', at, true) or #data + 1
    local stop = find(data, "\n", at, true)
    while stop do
      if quote < at then
        quote = find(data, '"', at, true) or #data + 1
      end
      if stop < quote then
        census.count(plain_cell(sub(data, at, stop - 1)))
        at = stop + 1
      else
        local cells, after = record(data, at)
        if not cells then
          break
        end
        census.count(cells[column] or "")
        at = after
      end
      stop = find(data, "\n", at, true)
    end
    return sub(data, at)
  end
end

-- Counts the codes of the input; answers the census and the number of octets.
local function take_census(read, progress, options)
  local census = new_census()
  local count_lines = options.column and csv_counter(options.column, options.delimiter, census)
    or census.count_lines
  local rest, size = "", 0
  local block
  repeat
    block = read(input.BLOCK)
    if block then
      rest = size == 0 and block:gsub("^\239\187\191", "") or rest .. block
      size = size + #block
      progress(size)
    elseif rest ~= "" then
      rest = rest .. "\n"
    end
    rest = count_lines(rest)
    census.settle(not block)
    if block and #rest > LONGEST_RECORD then
      fail(TROUBLE, ("a record does not end within %d octets: is a quote missing?"):format(LONGEST_RECORD))
    elseif not block and rest ~= "" then
      fail(TROUBLE, "a record does not end: a quote is missing, or one too many")
    end
  until not block
  progress()
  return census, size
end

return { take = take_census }
