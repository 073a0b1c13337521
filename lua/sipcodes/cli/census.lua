-- The codes in lines or in a column of CSV, or those of the calls in whole messages, counted.
local call = require("sipcodes.cli.call")
local cells = require("sipcodes.cli.cells")
local csv = require("sipcodes.cli.csv")
local exit = require("sipcodes.cli.exit")
local input = require("sipcodes.cli.input")
local messages = require("sipcodes.cli.messages")
local sip = require("sipcodes")

local TROUBLE, fail = exit.TROUBLE, exit.fail
local match, sub = string.match, string.sub

-- Whatever a line or a cell holds is counted as a text first, which is asked once for the code that it spells.
local DISTINCT = 10000 -- texts that are held before they are asked
local LONGEST = 256 -- octets of a text, the rest being cut off
local LONGEST_RECORD = 1048576 -- octets in which a record of CSV must end

local GROUPS = 10000 -- groups that are told apart
local OTHERS = "(others)" -- what the rest is called

-- Counts the code that a text stands for, in a census or in one of its groups.
local function add_code(counts, code, times)
  if not code then
    counts.no_code = counts.no_code + times
  elseif sip.is_provisional(code) then
    counts.provisional = counts.provisional + times
  else
    counts.codes[code] = (counts.codes[code] or 0) + times
  end
end

local function new_counts()
  return { codes = {}, provisional = 0, no_code = 0 }
end

--- What has been counted: final codes, how many were provisional or no code at all, and a text of the
-- latter that came often; the same by group, if there are groups. The kind of the texts is decided for all of them as
-- a whole; options are those of take_census.
local function new_census(options)
  local of = options.of
  local census = new_counts()
  census.left_out, census.groups, census.group_count = 0, {}, 0
  local distinct, most = 0, 0
  -- How often each text came since the last call of settle, with its group in front of it if it has one.
  local texts = setmetatable({}, {
    __index = function()
      distinct = distinct + 1
      return 0
    end,
  })

  local function group_named(name)
    local group = census.groups[name]
    if not group and census.group_count >= GROUPS then
      name = OTHERS
      group = census.groups[name]
    end
    if not group then
      group = new_counts()
      census.groups[name] = group
      census.group_count = census.group_count + 1
    end
    return group
  end

  --- Counts a code of a call or of a row, for the group of this name if there is one.
  function census.add(code, times, group)
    add_code(census, code, times)
    if group then
      add_code(group_named(group), code, times)
    end
  end

  -- The group and the text of a key of `texts`.
  local function parts_of(key)
    if not options.grouping then
      return nil, key
    end
    return match(key, "^(.-)%z(.*)$")
  end

  local function settle_text(key, times)
    local group, text = parts_of(key)
    local code = census.kind.read(cells.bare(text), of or census.kind.table)
    census.add(code, times, group)
    if not code and (times > most or times == most and text < census.example) then
      census.example, most = text, times
    end
  end

  -- The kind of the texts, whatever their groups are.
  local function kind_of_texts()
    local counts = {}
    for key, times in pairs(texts) do
      local _, text = parts_of(key)
      counts[text] = (counts[text] or 0) + times
    end
    return (cells.choose(counts, of))
  end

  -- The first record of a file whose column has a number may be its header.
  local function drop_header()
    local first = census.first
    if not first or census.kind.read(cells.bare(first), of or census.kind.table) then
      return
    end
    for key, times in pairs(texts) do
      local _, text = parts_of(key)
      if text == first and times > 0 then
        texts[key] = times - 1
        return
      end
    end
  end

  function census.count(text, group)
    text = #text > LONGEST and sub(text, 1, LONGEST) or text
    text = group and group .. "\0" .. text or text
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
    census.kind = census.kind or kind_of_texts()
    drop_header()
    census.first = nil
    for key, times in pairs(texts) do
      if times > 0 then
        settle_text(key, times)
      end
      texts[key] = nil
    end
    distinct = 0
  end

  return census
end

-- A census of lines, or of a column of CSV, and the number of octets.
local function take_texts(read, progress, options)
  local census = new_census(options)
  local count_lines = options.column and csv.counter(options, census) or census.count_lines
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
local function take_calls(read, progress, options)
  local collector = call.new_collector()
  local seen = messages.scan(read, progress, collector.take)
  local grouping = options.grouping
  local census = new_census(options)
  census.kind, census.seen, census.no_code = { id = "calls" }, seen, seen.left_out
  census.example = "a message without a Call-ID"
  for _, record in ipairs(collector.finish()) do
    if record.code then
      census.add(record.code, 1, grouping and grouping.of_call(record))
    else
      census.unfinished = (census.unfinished or 0) + 1
    end
  end
  return census, seen.size
end

--- Counts the codes of the input, whose beginning tells what it is; returns the census and the number of octets.
-- options has
--   column, delimiter, where  of CSV
--   of        the table of causes that maps texts which are causes, if one is named
--   grouping  how calls and rows are grouped, see groups.lua
local function take_census(read, progress, options)
  local first = read(input.BLOCK)
  local function read_on(size)
    local block = first or read(size)
    first = nil
    return block
  end
  if not options.column and first and messages.are_in(first) then
    return take_calls(read_on, progress, options)
  elseif options.grouping and not options.column then
    fail(TROUBLE, "--by and --every need --column, a capture, or a log with whole SIP messages")
  end
  return take_texts(read_on, progress, options)
end

local SAMPLE = 100 -- rows that are looked at for a proposal

-- May a column hold numbers of this kind? Durations and extensions look like causes and codes.
local function may_hold(kind, name)
  if kind.id ~= "codes" and kind.id ~= "q850" then
    return true
  end
  local word = name:lower()
  for _, part in ipairs({ "code", "cause", "status", "response", "reason" }) do
    if word:find(part, 1, true) then
      return true
    end
  end
  return false
end

--- What to do about a file whose lines are not codes: "its columns hold ..." names those that hold codes, causes or
-- dispositions, by their number if there is no header. nil if there are none.
local function propose(census)
  local rows = census.start and csv.sample(census.start, SAMPLE) or {}
  local header, list = rows[1] or {}, {}
  for i = 1, #header > 1 and #rows > 1 and #header or 0 do
    local counts = {}
    for k = 2, #rows do
      local text = rows[k][i] or ""
      counts[text] = (counts[text] or 0) + 1
    end
    local kind, read, all = cells.choose(counts)
    local is_data = kind.read(cells.bare(header[i]), kind.table) ~= nil
    if read > all / 2 and may_hold(kind, is_data and "" or header[i]) then
      list[#list + 1] = ("--column %s (%s)"):format(is_data and i or header[i], kind.name)
    end
  end
  return list[1] and "its columns hold codes: " .. table.concat(list, ", ")
end

return { take = take_census, propose = propose }
