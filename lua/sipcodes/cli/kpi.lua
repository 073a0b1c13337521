-- sipcodes kpi
local cause = require("sipcodes.cause")
local exit = require("sipcodes.cli.exit")
local input = require("sipcodes.cli.input")
local kpi = require("sipcodes.kpi")
local sip = require("sipcodes")
local take_census = require("sipcodes.cli.census").take
local texts = require("sipcodes.cli.text")

local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local trim, printable, shortened, wrapped, amount =
  texts.trim, texts.printable, texts.shortened, texts.wrapped, texts.amount
local find, rep = string.find, string.rep
local unpack = table.unpack or unpack -- luacheck: ignore 143

local function share_of(count, attempts)
  local share = 100 * count / attempts
  local rounded = math.floor(share)
  return rounded == share and rounded or share
end

-- The outcomes that have responses, and the codes, with their counts and shares.
local function distribution(counts, attempts)
  local by_outcome, outcomes, codes = {}, {}, {}
  for code = 200, 699 do
    local times = counts[code]
    if times then
      local outcome = kpi.outcome(code)
      codes[#codes + 1] = {
        code = code, reason = sip.reason(code), outcome = outcome, count = times, share = share_of(times, attempts),
      }
      by_outcome[outcome] = (by_outcome[outcome] or 0) + times
    end
  end
  for _, outcome in ipairs(kpi.outcomes()) do
    local times = by_outcome[outcome]
    if times then
      outcomes[#outcomes + 1] = { outcome = outcome, count = times, share = share_of(times, attempts) }
    end
  end
  return outcomes, codes
end

-- What was read and is in no figure, a text each.
local function left_out_of(census, challenges)
  local list = {}
  if census.no_code > 0 then
    list[1] = ('%s no code, such as "%s"'):format(amount(census.no_code, "line was", "lines were"),
      printable(shortened(trim(census.example), 40)))
  end
  if census.unfinished then
    list[#list + 1] = amount(census.unfinished, "call", "calls") .. " without a final response left out"
  end
  if census.left_out > 0 then
    list[#list + 1] = amount(census.left_out, "row was", "rows were") .. " left out: not " .. census.condition
  end
  if census.provisional > 0 then
    list[#list + 1] = amount(census.provisional, "provisional response (1xx) was", "provisional responses (1xx) were")
      .. " left out"
  end
  if challenges > 0 then
    list[#list + 1] = amount(challenges, "challenge (401, 407) was", "challenges (401, 407) were") .. " left out"
  end
  return list
end

-- What each ratio counts, of which attempts, and where it stands; nil for the codes that the result
-- names.
local ratio_lines = {
  { "ser", "2xx", "of all but 3xx (RFC 6076 4.6)" },
  { "seer", "2xx 480 486 600 603", "of all but 3xx (RFC 6076 4.7)" },
  { "isa", "408 500 503 504", "of all (RFC 6076 4.8)" },
  { "asr", "2xx", "of all (ITU-T E.425)" },
  { "ner", nil, "of all (no standard names the codes)" },
}

local function write_ratios(ratios, out)
  for _, line in ipairs(ratio_lines) do
    local ratio = ratios[line[1]]
    local value = ratio and ("%6.2f %%"):format(ratio) or "undefined"
    local counted = line[2] or table.concat(ratios.ner_set, " ")
    out.write(wrapped(("  %-4s %9s  "):format(line[1]:upper(), value), counted .. " " .. line[3], out.width))
  end
end

-- Lists of rows, each with a label and a bar in proportion to its count. The largest count gets all
-- the room that there is.
local function write_bars(lists, out)
  local most = math.floor(out.width * 2 / 5) - 3
  local widest, largest = 0, 0
  for _, rows in ipairs(lists) do
    for _, row in ipairs(rows) do
      widest = math.max(widest, #shortened(row.label, most))
      largest = math.max(largest, row.count)
    end
  end
  local digits = math.max(5, #("%d"):format(largest))
  local room = math.max(1, math.min(60, out.width - widest - digits - 15))
  local form = ("  %%-%ds  %%%dd  %%5.1f %%%%  "):format(widest, digits)
  for _, rows in ipairs(lists) do
    out.write("\n")
    for _, row in ipairs(rows) do
      local length = math.max(1, math.floor(room * row.count / largest + 0.5))
      out.write(form:format(shortened(row.label, most), row.count, row.share), rep("#", length), "\n")
    end
  end
end

-- How the texts were read, if they were not codes.
local function read_as(census, of)
  if census.kind.id == "codes" then
    return nil
  elseif census.kind.id == "calls" then
    return "read as whole messages: a call counts once, with the final response that the caller saw"
  end
  local mapped = of or census.kind.table
  return "read as " .. census.kind.name .. ", mapped to response codes" .. (mapped and " by the table " .. mapped or "")
end

local function write_kpi(ratios, outcomes, codes, left_out, reading, out)
  out.write(amount(ratios.attempts, "attempt", "attempts"), "\n")
  if reading then
    out.write(wrapped("", reading, out.width))
  end
  for _, text in ipairs(left_out) do
    out.write(wrapped("", text, out.width))
  end
  out.write("\n")
  write_ratios(ratios, out)
  for _, row in ipairs(outcomes) do
    row.label = row.outcome
  end
  for _, row in ipairs(codes) do
    row.label = row.code .. " " .. (row.reason or "(unknown)")
  end
  write_bars({ outcomes, codes }, out)
end

local function write_kpi_as_json(ratios, outcomes, codes, census, challenges, out)
  local report = {
    outcomes = outcomes, codes = codes, read_as = census.kind.id, table = census.of,
    left_out = {
      no_code = census.no_code, provisional = census.provisional, challenges = challenges,
      rows = census.left_out > 0 and census.left_out or nil, unfinished = census.unfinished,
    },
  }
  for _, name in ipairs({ "attempts", "ner_set" }) do
    report[name] = ratios[name]
  end
  for _, line in ipairs(ratio_lines) do
    report[line[1]] = ratios[line[1]] or out.dkjson.null
  end
  out.json(report)
end

-- The list that --ner names.
local function read_ner(text)
  local list = {}
  for part in (text .. ","):gmatch("([^,]*),") do
    local word = trim(part)
    if not find(word, "^[2-6][xX][xX]$") and not find(word, "^[2-6]%d%d$") then
      fail(TROUBLE, ('"%s" in --ner is not a final response code or class'):format(word))
    end
    list[#list + 1] = word
  end
  return list
end

local function read_delimiter(text)
  local delimiter = (text == "\\t" or text == "tab") and "\t" or text
  if #delimiter ~= 1 or find(delimiter, '[%w"\r\n\128-\255]') then
    fail(TROUBLE, ('"%s" is not a delimiter: one character, no letter, digit or quote'):format(text))
  end
  return delimiter
end

-- {column=, value=} of COLUMN=VALUE.
local function read_where(text)
  if not text then
    return nil
  end
  local column, value = text:match("^([^=]+)=(.*)$")
  if not column then
    fail(TROUBLE, ('"%s" in --where is not COLUMN=VALUE'):format(text))
  end
  return { column = trim(column), value = trim(value) }
end

local function check_table(name)
  if not name then
    return
  end
  local names = {}
  for _, source in ipairs(cause.tables()) do
    if source.to_sip then
      names[#names + 1] = source.name
      if source.name == name then
        return
      end
    end
  end
  fail(TROUBLE, ('"%s" is not a table that maps to SIP: %s'):format(name, table.concat(names, ", ")))
end

return {
  name = "kpi",
  usage = "kpi [FILE] [--column NAME] [OPTION...]",
  summary = "rate calls by their final response codes",
  declare = function(parser)
    parser:argument("file", "The codes, one a line, or CSV, or a capture or a log with whole SIP messages; standard "
      .. "input if absent or -."):args("?")
    parser:option("--port", "A port of a capture on which SIP is spoken, in addition to 5060."):count("*")
      :argname("PORT")
    parser:option("--column", "Read CSV: the column of the codes, causes or dispositions, by its name, or its number "
      .. "if there is no header."):argname("NAME")
    parser:option("--where", "Keep the rows with this value, such as method=INVITE. A column named method is "
      .. "held to INVITE unless you say otherwise."):argname("COLUMN=VALUE")
    parser:option("--table", "The table that maps causes to codes (freeswitch, asterisk or rfc3398 unless given).")
      :argname("TABLE")
    parser:option("--delimiter", 'What stands between the cells of CSV; "tab" for a tab.'):argname("CHARACTER")
    parser:flag("--no-challenges", "Leave 401 and 407 out.")
    parser:option("--ner", "The codes and classes that NER counts: 2xx,480,486,600,603 unless given."):argname("LIST")
    parser:epilog('A code may be written 486, sip:486, "SIP/2.0 486 Busy" or "486 Busy Here". Each stands for a call '
      .. "attempt: leave responses to other requests than INVITE out, and repeated ones.")
  end,
  run = function(options, out)
    if options.delimiter and not options.column then
      fail(TROUBLE, "--delimiter needs --column")
    elseif options.where and not options.column then
      fail(TROUBLE, "--where needs --column")
    end
    check_table(options.table)
    local settings = {
      challenges = not options.no_challenges, ner = options.ner and read_ner(options.ner) or nil,
    }
    local csv = {
      column = options.column, delimiter = options.delimiter and read_delimiter(options.delimiter),
      where = read_where(options.where), of = options.table,
    }
    local census, size, name, is_capture = input.read(options.file, {
      command = "kpi", ports = input.read_ports(options.port),
      scan = function(read, progress)
        return take_census(read, progress, csv)
      end,
    }, out)
    local where = csv.where or census.where
    census.condition = where and where.column .. " = " .. where.value
    census.of = census.kind.id ~= "codes" and census.kind.id ~= "calls" and (csv.of or census.kind.table) or nil
    local ratios = kpi.ratios(census.codes, settings)
    if census.no_code > (census.read or ratios.attempts + census.provisional) and ratios.attempts > 0 then
      fail(NOT_FOUND, table.concat({ "most of " .. name .. " is not read: no figures",
        unpack(left_out_of(census, 0)) }, "; "))
    end
    local challenges = 0
    if options.no_challenges then
      challenges = (census.codes[401] or 0) + (census.codes[407] or 0)
      census.codes[401], census.codes[407] = nil, nil
    end
    local outcomes, codes = distribution(census.codes, ratios.attempts)
    local left_out = left_out_of(census, challenges)
    if out.as_json then
      write_kpi_as_json(ratios, outcomes, codes, census, challenges, out)
    elseif ratios.attempts > 0 then
      write_kpi(ratios, outcomes, codes, left_out, read_as(census, csv.of), out)
    end
    if is_capture and ratios.attempts == 0 and not census.unfinished then
      fail(NOT_FOUND, "no SIP call in " .. name .. ": --port names a port of SIP that tshark misses")
    elseif size == 0 then
      fail(NOT_FOUND, name .. " is empty")
    elseif ratios.attempts == 0 then
      table.insert(left_out, 1, "no final response code in " .. name)
      fail(NOT_FOUND, table.concat(left_out, "; "))
    end
    return FOUND
  end,
}
