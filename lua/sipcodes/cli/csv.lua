-- CSV (RFC 4180): the cells of a column that is read, and the records that are written.
local exit = require("sipcodes.cli.exit")
local trim = require("sipcodes.cli.text").trim

local TROUBLE, fail = exit.TROUBLE, exit.fail
local byte, find, lower, match, sub = string.byte, string.find, string.lower, string.match, string.sub

local LONGEST = 256 -- octets of a text, the rest being cut off
local LF, QUOTE = 10, 34
local MOST_CELLS = 100 -- of a line that is matched by a pattern; Lua limits how deep a match goes

-- The delimiter of a text: the one that its first line has most.
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

-- The text of the cell at a place, and where its delimiter or line end is, which cell_end matches; nil if that is not
-- there.
local function cell(data, at, cell_end)
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
local function record(data, at, cell_end)
  local row = {}
  while true do
    local text, stop = cell(data, at, cell_end)
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

-- The pattern of lines that are made like this record: the same number of cells, and quotes around the same ones. It
-- captures the columns that are in `order`, and the place behind the line. nil if there are too many cells, or a
-- column is missing.
local function pattern_of(text, order, delimiter)
  local cell_end, parts, at, place = "[%" .. delimiter .. "\n]", {}, 1, 1
  local stop
  repeat
    local _
    _, stop = cell(text, at, cell_end)
    local is_quoted = byte(text, at) == QUOTE
    local inner = is_quoted and '[^"\n]*' or '[^"%' .. delimiter .. "\n]*"
    if order[place] == #parts + 1 then
      inner, place = "(" .. inner .. ")", place + 1
    end
    parts[#parts + 1] = is_quoted and '"' .. inner .. '"' or inner
    at = stop + 1
  until byte(text, stop) == LF or #parts > MOST_CELLS
  if #parts > MOST_CELLS or place <= #order then
    return nil
  end
  return "^" .. table.concat(parts, "%" .. delimiter) .. "\r?\n()"
end

--- Reads CSV with a header (RFC 4180, any line end): a function of the data from the start of a record
-- on, which counts the cells of the column and returns the last record as far as it is there. options has
--   column, delimiter, where   those of the command line
--   grouping   {by=, time=, key=}: the names of the columns by whose cells the rows are grouped, see groups.lua
local function counter(options, census)
  local column_name, delimiter, where = options.column, options.delimiter, options.where
  local grouping = options.grouping
  local cell_end
  local column, where_column, by_column, time_column

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

  -- A column by its name, or by its number.
  local function column_of(names, wanted)
    local number = match(wanted, "^%d+$") and tonumber(wanted)
    if number and names[number] and not index_of(names, wanted) then
      return number
    end
    return find_column(names, wanted)
  end

  -- The group of a row.
  local function group_of(row)
    return grouping and grouping.key(by_column and row[by_column] or "", time_column and row[time_column] or "")
  end

  -- Reads the first record: it names the columns, or is one of data if the column is given by its number; returns
  -- whether it is a header.
  local function read_header(names)
    for i, name in ipairs(names) do
      names[i] = trim(name)
    end
    column = column_of(names, column_name)
    by_column = grouping and grouping.by and column_of(names, grouping.by)
    time_column = grouping and grouping.time and column_of(names, grouping.time)
    if where then
      where_column = column_of(names, where.column)
    elseif index_of(names, "method") then
      where_column, where = index_of(names, "method"), { column = "method", value = "INVITE" }
      census.where = where
    end
    local is_header = index_of(names, column_name) ~= nil
    census.first = not is_header and sub(names[column], 1, LONGEST) or nil
    return is_header
  end

  -- Is the row one of those that are kept?
  local function is_kept(cell_of_where)
    local kept = not where_column or lower(trim(cell_of_where or "")) == lower(where.value)
    census.left_out = census.left_out + (kept and 0 or 1)
    return kept
  end

  local function count_row(row)
    if is_kept(where_column and row[where_column]) then
      census.count(row[column] or "", group_of(row))
    end
  end

  -- The columns that are read, in order, and the pattern of a line; only one column may be read.
  local order, pattern
  local is_single

  local function note_order()
    local wanted = { [column] = true }
    for _, number in ipairs({ where_column or column, by_column or column, time_column or column }) do
      wanted[number] = true
    end
    order = {}
    for number in pairs(wanted) do
      order[#order + 1] = number
    end
    table.sort(order)
    is_single = #order == 1 and not grouping and not where_column
  end

  -- Counts the line at a place if it is made like the one before it; returns the place behind it, else nil.
  local function count_line(data, at)
    if is_single then
      local text, after = match(data, pattern, at)
      if text then
        census.count(text)
      end
      return after
    end
    local found = { match(data, pattern, at) }
    local after = found[#order + 1]
    if after then
      local row = {}
      for i, number in ipairs(order) do
        row[number] = found[i]
      end
      count_row(row)
    end
    return after
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
      local names, after = record(data, at, cell_end)
      if not names then
        return data
      end
      at = read_header(names) and after or at
      note_order()
    end
    while at <= #data do
      local after = pattern and count_line(data, at)
      if not after then
        local row
        row, after = record(data, at, cell_end)
        if not row then
          break
        end
        count_row(row)
        pattern = pattern_of(sub(data, at, after - 1), order, delimiter)
      end
      at = after
    end
    return sub(data, at)
  end
end

--- The first records of a text, `most` at most.
local function sample(data, most)
  local cell_end = "[%" .. found_delimiter(data) .. "\n]"
  local rows, at = {}, 1
  while #rows < most do
    local row, after = record(data, at, cell_end)
    if not row then
      break
    end
    rows[#rows + 1] = row
    at = after
  end
  return rows
end

-- A cell; nil is empty, a boolean is 1 or 0, which every database takes.
local function cell_of(value)
  if type(value) == "boolean" then
    value = value and 1 or 0
  end
  local text = value == nil and "" or type(value) == "number" and ("%.14g"):format(value) or value
  return find(text, '[",\r\n]') and '"' .. text:gsub('"', '""') .. '"' or text
end

--- The record of so many values, with its line end.
local function record_of(values, count)
  local list = {}
  for i = 1, count do
    list[i] = cell_of(values[i])
  end
  return table.concat(list, ",") .. "\r\n"
end

return { counter = counter, sample = sample, record_of = record_of }
