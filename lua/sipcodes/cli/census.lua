-- The codes in lines or in a column of CSV, or those of the calls in whole messages, counted.
local call = require("sipcodes.cli.call")
local cells = require("sipcodes.cli.cells")
local exit = require("sipcodes.cli.exit")
local input = require("sipcodes.cli.input")
local messages = require("sipcodes.cli.messages")
local sip = require("sipcodes")

local TROUBLE, fail = exit.TROUBLE, exit.fail
local trim = require("sipcodes.cli.text").trim
local byte, find, lower, match, sub = string.byte, string.find, string.lower, string.match, string.sub

-- Whatever a line or a cell holds is counted as a text first, which is asked once for the code that it spells.
local DISTINCT = 10000 -- texts that are held before they are asked
local LONGEST = 256 -- octets of a text, the rest being cut off
local LONGEST_RECORD = 1048576 -- octets in which a record of CSV must end
local LF, QUOTE = 10, 34

-- What has been counted: final codes, how many were provisional or no code at all, and a text of the
-- latter that came often. The kind of the texts is decided for all of them as a whole; `of` is the table of
-- causes that maps them, if one is named.
local function new_census(of)
  local census = { codes = {}, provisional = 0, no_code = 0, left_out = 0 }
  local distinct, most = 0, 0
  -- How often each text came since the last call of settle.
  local texts = setmetatable({}, {
    __index = function()
      distinct = distinct + 1
      return 0
    end,
  })

  local function settle_text(text, times)
    local kind = census.kind
    local code = kind.read(cells.bare(text), of or kind.table)
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

  --- Counts the lines of the data; returns the last one as far as it is there.
  function census.count_lines(data)
    local last = match(data, "^.*()\n") or 0
    for line in sub(data, 1, last):gmatch("([^\n]*)\n") do
      local text = #line > LONGEST and sub(line, 1, LONGEST) or line
      texts[text] = texts[text] + 1
    end
    return sub(data, last + 1, last + LONGEST)
  end

  --- Asks the texts, if there are many or all are in.
  function census.settle(all_in)
    if distinct <= DISTINCT and not all_in then
      return
    end
    census.kind = census.kind or cells.choose(texts, of)
    -- The first record of a file whose column has a number may be its header.
    local first = census.first
    if first and rawget(texts, first) and not census.kind.read(cells.bare(first), of or census.kind.table) then
      texts[first] = texts[first] - 1
    end
    census.first = nil
    for text, times in pairs(texts) do
      if times > 0 then
        settle_text(text, times)
      end
      texts[text] = nil
    end
    distinct = 0
  end

  return census
end

-- Reads CSV with a header (RFC 4180, any line end): a function of the data from the start of a record
-- on, which counts the cells of the column and answers the last record as far as it is there.
local function csv_counter(options, census)
  local column_name, delimiter, where = options.column, options.delimiter, options.where
  local cell_end
  local column, where_column

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
    local row = {}
    while true do
      local text, stop = cell(data, at)
      if not text then
        return nil
      end
      row[#row + 1] = text
      at = stop + 1
      if byte(data, stop) == LF then
        return row, at
      end
    end
  end

  -- The cell of a column in a line without quotes.
  local function plain_cell(line, number)
    local from = 1
    for _ = 2, number do
      from = (find(line, delimiter, from, true) or #line) + 1
    end
    return sub(line, from, (find(line, delimiter, from, true) or 0) - 1)
  end

  local function index_of(names, wanted)
    for _, same in ipairs({ function(name) return name end, lower }) do
      for i, name in ipairs(names) do
        if same(name) == same(wanted) then
          return i
        end
      end
    end
    return nil
  end

  local function find_column(names, wanted)
    local i = index_of(names, wanted)
    if i then
      return i
    end
    local other = not names[2] and match(names[1], "[;\t|]")
    local hint = other and ("; --delimiter %s?"):format(other == "\t" and "tab" or '"' .. other .. '"') or ""
    fail(TROUBLE, ('no column "%s" among %s%s'):format(wanted, table.concat(names, ", "), hint))
  end

  -- Reads the first record: it names the columns, or is one of data if the column is given by its number.
  local function read_header(names)
    for i, name in ipairs(names) do
      names[i] = trim(name)
    end
    local number = match(column_name, "^%d+$") and tonumber(column_name)
    if number and names[number] and not index_of(names, column_name) then
      column = number
      census.first = sub(names[number], 1, LONGEST)
      census.count(names[number])
      return
    end
    column = find_column(names, column_name)
    if where then
      where_column = find_column(names, where.column)
    elseif index_of(names, "method") then
      where_column, where = index_of(names, "method"), { column = "method", value = "INVITE" }
      census.where = where
    end
  end

  -- The delimiter of a text: that of Excel's line sep=, else the one that its first line has most.
  local function found_delimiter(data)
    local line = match(data, "^[^\r\n]*")
    local best, most = ",", 0
    for _, candidate in ipairs({ ",", ";", "\t", "|" }) do
      local _, times = line:gsub("%" .. candidate, "")
      if times > most then
        best, most = candidate, times
      end
    end
    return best
  end

  -- Is the row one of those that are kept?
  local function is_kept(cell_of_where)
    local kept = not where_column or lower(trim(cell_of_where or "")) == lower(where.value)
    census.left_out = census.left_out + (kept and 0 or 1)
    return kept
  end

  return function(data)
    local at = 1
    if not column then
      local separator, after_line = match(data, "^[sS][eE][pP]=(.)\r?\n()")
      if separator then
        at = after_line
      elseif not find(data, "\n", 1, true) then
        return data
      end
      delimiter = delimiter or separator or found_delimiter(sub(data, at))
      cell_end = "[%" .. delimiter .. "\n]"
      local names, after = record(data, at)
      if not names then
        return data
      end
      read_header(names)
      at = after
    end
    local quote = find(data, '"', at, true) or #data + 1
    local stop = find(data, "\n", at, true)
    while stop do
      if quote < at then
        quote = find(data, '"', at, true) or #data + 1
      end
      if stop < quote then
        local line = sub(data, at, stop - 1)
        if is_kept(where_column and plain_cell(line, where_column)) then
          census.count(plain_cell(line, column))
        end
        at = stop + 1
      else
        local row, after = record(data, at)
        if not row then
          break
        end
        if is_kept(where_column and row[where_column]) then
          census.count(row[column] or "")
        end
        at = after
      end
      stop = find(data, "\n", at, true)
    end
    return sub(data, at)
  end
end

-- A census of lines, or of a column of CSV, and the number of octets.
local function take_texts(read, progress, options)
  local census = new_census(options.of)
  local count_lines = options.column and csv_counter(options, census) or census.count_lines
  local rest, size = "", 0
  local block
  repeat
    block = read(input.BLOCK)
    if block then
      rest = size == 0 and block:gsub("^\239\187\191", "") or rest .. block
      census.start = census.start or rest
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

-- A census of the calls in a capture or in a log that has whole messages.
local function take_calls(read, progress)
  local collector = call.new_collector()
  local taken, missed, size = messages.scan(read, progress, collector.take)
  local census = {
    kind = { id = "calls" }, codes = {}, provisional = 0, left_out = 0, read = taken,
    no_code = missed, example = "a message without a Call-ID",
  }
  for _, record in ipairs(collector.finish()) do
    if record.code then
      census.codes[record.code] = (census.codes[record.code] or 0) + 1
    else
      census.unfinished = (census.unfinished or 0) + 1
    end
  end
  return census, size
end

--- Counts the codes of the input, whose beginning tells what it is; returns the census and the number of octets.
local function take_census(read, progress, options)
  local first = read(input.BLOCK)
  local function read_on(size)
    local block = first or read(size)
    first = nil
    return block
  end
  if not options.column and first and messages.are_in(first) then
    return take_calls(read_on, progress)
  end
  return take_texts(read_on, progress, options)
end

return { take = take_census }
