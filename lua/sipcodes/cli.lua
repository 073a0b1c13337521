--- The command `sipcodes`.
--
-- main(arguments [, env]) --> the exit status: 0, 1 for not found, 2 for misuse or trouble.
-- env stands in for the outside world where it has a field: stdin, stdout, stderr, open(path),
-- getenv(name), isatty(descriptor), require(name).
--
-- A command is a table, entered in `commands` at the end of this file:
--   name      its word on the command line
--   usage     the same with its arguments
--   summary   one line of --help
--   declare   function(parser): its options and arguments, through argparse
--   run       function(options, out) --> exit status
-- and out has
--   out.write(text...)       to stdout
--   out.as_json              is JSON wanted?
--   out.json(value)          the value as JSON, keys in the order of `key_order`
--   out.warn(text)           a line on stderr
--   out.width                the columns that a line may take
--   out.env                  the env of main, complete
-- A command that cannot go on calls fail(status, message). What it says of codes it asks the
-- library: there is no table of codes here.

local loaded, sip = pcall(require, "sipcodes")
local cause = loaded and require("sipcodes.cause")
local kpi = loaded and require("sipcodes.kpi")

local byte, char, find, lower, match, rep, sub =
  string.byte, string.char, string.find, string.lower, string.match, string.rep, string.sub

local FOUND, NOT_FOUND, TROUBLE = 0, 1, 2
local CLOSED_PIPE, INTERRUPTED = 141, 130 -- what the shell reports for SIGPIPE and SIGINT
local EPIPE = 32

--- Ends the command with this exit status; the message goes to stderr.
local function fail(status, message)
  error({ status = status, message = message }, 0)
end

-- Text

local function trim(text)
  local first = find(text, "%S")
  return first and match(text, "^.*%S", first) or ""
end

-- Sequences of two and three octets that steer a terminal or the direction of writing: C1
-- controls, line and paragraph separators, overrides and isolates.
local function steers(sequence)
  return find(sequence, "^\194[\128-\159]")
    or find(sequence, "^\226\128[\168-\174]")
    or find(sequence, "^\226\129[\166-\169]")
end

-- The length of the UTF-8 sequence at a place, nil where there is no valid one (RFC 3629 4).
local function utf8_length(text, at)
  local first, second = byte(text, at, at + 1)
  if first < 128 then
    return 1
  end
  local length = first < 194 and 0 or first < 224 and 2 or first < 240 and 3 or first < 245 and 4 or 0
  if length == 0 or #match(text, "^[\128-\191]*", at + 1) < length - 1 then
    return nil
  end
  local lowest = first == 224 and 160 or first == 240 and 144 or 128
  local highest = first == 237 and 159 or first == 244 and 143 or 191
  if second < lowest or second > highest then
    return nil
  end
  return length
end

-- Calls replace(octets) for each stretch of text that is no printable UTF-8.
local function clean(text, replace)
  if not find(text, "[%c\127-\255]") then
    return text
  end
  local parts = {}
  local at = 1
  while at <= #text do
    local length = utf8_length(text, at)
    local sequence = sub(text, at, at + (length or 1) - 1)
    parts[#parts + 1] = replace(sequence, length) or sequence
    at = at + #sequence
  end
  return table.concat(parts)
end

local function hex(octet)
  return ("\\x%02X"):format(byte(octet))
end

--- The text as it may go to a terminal: controls and what is no UTF-8 as \xNN.
local function printable(text)
  return clean(text, function(sequence, length)
    if not length or find(sequence, "^[%c\127]") or steers(sequence) then
      return (sequence:gsub(".", hex))
    end
  end)
end

--- The text as JSON can hold it: U+FFFD for each octet that is no UTF-8.
local function unicode(text)
  return clean(text, function(_, length)
    return not length and "\239\191\189" or nil
  end)
end

-- The columns of a text, every character taken for one.
local function columns(text)
  local _, following = text:gsub("[\128-\191]", "")
  return #text - following
end

--- The first octets of a longer text, and dots.
local function shortened(text, most)
  if #text <= most then
    return text
  end
  return sub(text, 1, most):gsub("[\192-\247][\128-\191]*$", "") .. "..."
end

--- The text in lines of at most `width` columns, the first after `head`, the others indented alike.
local function wrapped(head, text, width)
  local indent = rep(" ", columns(head))
  local lines, line = {}, head
  for blanks, word in text:gmatch("(%s*)(%S+)") do
    if #line > #indent and columns(line) + #blanks + columns(word) > width then
      lines[#lines + 1] = line
      line = indent .. word
    else
      line = line .. blanks .. word
    end
  end
  lines[#lines + 1] = line
  return table.concat(lines, "\n") .. "\n"
end

-- Codes

local function class_name(class, title)
  return ("%dxx %s"):format(class, title)
end

local function with_phrase(code)
  return code .. " " .. sip.reason(code)
end

-- What the client does next, at the same server, by the name that info gives it.
local next_steps = {
  answered = "nothing: the request has succeeded",
  wait = "wait for the final response",
  redirect = "try the addresses in Contact",
  authenticate = "send it again with credentials",
  modify = "change the request as the response asks, then send it again",
  later = "send the same request again later",
  glare = "wait a random time, then send it again",
  elsewhere = "try another server or address",
  stop = "do not send the same request again to this server",
  stop_everywhere = "stop: no other server or address will do better",
}

-- What a failure ends when it comes in a dialog (RFC 5057 5.1).
local dialog_ends = {
  transaction = "ends the transaction only",
  usage = "ends the usage (this call or subscription)",
  dialog = "ends the dialog with all its usages",
}

--- All that is known of a code 100..699: what info says, and treat_as, next and known. Where info
-- knows nothing, action and retry_after are those of the code that it is treated as.
local function describe(code)
  local facts = sip.info(code)
  local known = facts ~= nil
  local treat_as = sip.treat_as(code)
  if not known then
    local class, title = sip.class(code)
    local model = sip.info(treat_as)
    facts = {
      code = code, class = class, title = title, registered = false,
      action = model.action, retry_after = model.retry_after,
    }
  end
  facts.known, facts.treat_as = known, treat_as
  facts.next = next_steps[facts.action]
  if facts.retry_after then
    facts.next = facts.next .. " (Retry-After may name a time)"
  end
  return facts
end

-- JSON

local key_order = {
  "cause", "text", "table", "location_u", "diagnostic", "bearer", "back", "from", "in_q850", "freeswitch",
  "freeswitch_before", "asterisk", "total", "form", "responses", "classes",
  "attempts", "ser", "seer", "isa", "asr", "ner", "ner_set", "left_out", "outcomes", "codes", "outcome",
  "count", "share", "code", "phrase", "reason", "differs", "name", "class", "title", "known", "registered",
  "treat_as", "origin", "rfc", "section", "deprecated", "formerly", "note", "methods", "must",
  "should", "may", "action", "next", "basis", "retry_after", "dialog", "matched",
}

-- A module that the command needs; where it is missing, its Debian package and its rock are named.
local function need(env, name)
  local ok, module = pcall(env.require, name)
  if ok then
    return module
  end
  local reason = match(tostring(module), "[^\n]*")
  if not find(reason, "module '" .. name .. "' not found", 1, true) then
    fail(TROUBLE, ("cannot load %s: %s"):format(name, reason))
  end
  fail(TROUBLE, ("needs %s: apt-get install lua-%s, or luarocks --lua-version %s install %s"):format(
    name, name, match(_VERSION, "%d+%.%d+"), name))
end

-- sipcodes show

local function unless_empty(text)
  return text ~= "" and text or nil
end

-- The lines of a card: a label, and a function of the facts that gives the text or nil.
local card_lines = {
  { "class", function(f) return class_name(f.class, f.title) end },
  { "defined in", function(f) return f.rfc and f.rfc .. " " .. f.section end },
  { "unregistered", function(f) return f.origin end },
  { "deprecated", function(f) return f.deprecated and "by " .. f.deprecated end },
  { "constant", function(f) return f.name end },
  { "treated as", function(f)
    return f.treat_as ~= f.code and with_phrase(f.treat_as) .. " (RFC 3261 8.1.3.2)" or nil
  end },
  { "meaning", function(f) return f.note end },
  { "in reply to", function(f) return f.methods == "any" and "any request" or f.methods end },
  { "must carry", function(f) return unless_empty(f.must) end },
  { "should carry", function(f) return unless_empty(f.should) end },
  { "may carry", function(f) return unless_empty(f.may) end },
  { "next", function(f) return f.next end },
  { "basis", function(f) return f.basis and f.basis:gsub("^%d", "RFC %0") end },
  { "in a dialog", function(f) return dialog_ends[f.dialog] end },
  { "formerly", function(f)
    return f.formerly and f.formerly[1] and table.concat(f.formerly, "; ")
  end },
}

local function write_card(facts, out)
  out.write(facts.code, " ", facts.reason or "(unknown)", "\n")
  for _, line in ipairs(card_lines) do
    local text = line[2](facts)
    if text then
      out.write(wrapped(("  %-14s"):format(line[1]), text, out.width))
    end
  end
end

local function write_cards(list, out)
  if out.as_json then
    return out.json(list)
  end
  for i, facts in ipairs(list) do
    out.write(i > 1 and "\n" or "")
    write_card(facts, out)
  end
end

-- The codes that the words name: a number with or without a phrase, a constant, a phrase in use; nil
-- where they name none, or one that was called so formerly.
local function named_codes(words)
  local codes = { sip.code(words) }
  if not codes[1] then
    return nil
  end
  for _, code in ipairs(codes) do
    local name = lower(sip.info(code, "name") or "")
    local is_current = lower(sip.reason(code) or "") == lower(words) or name == lower(words)
    if not is_current and not find(words, "%f[%w]%d%d%d%f[%W]") then
      return nil
    end
  end
  return codes
end

-- Where a code bears the words: "phrase", "name", "formerly" or "note", and the text; or nil.
local function matched(facts, words)
  local function has(text)
    return text and find(lower(text), lower(words), 1, true)
  end
  if has(facts.reason) then
    return "phrase"
  elseif has(facts.name) then
    return "name", facts.name
  end
  for _, phrase in ipairs(facts.formerly) do
    if has(phrase) then
      return "formerly", "formerly " .. phrase
    end
  end
  if has(facts.note) then
    return "note", facts.note
  end
end

-- The codes that bear the words somewhere, phrases first and notes last.
local function search(words)
  local by_place = { phrase = {}, name = {}, formerly = {}, note = {} }
  for code = 100, 699 do
    if sip.info(code) then
      local facts = describe(code)
      local place, text = matched(facts, words)
      if place then
        facts.matched = place
        table.insert(by_place[place], { facts = facts, text = text })
      end
    end
  end
  local hits = {}
  for _, place in ipairs({ "phrase", "name", "formerly", "note" }) do
    for _, hit in ipairs(by_place[place]) do
      hits[#hits + 1] = hit
    end
  end
  return hits
end

local function write_hits(hits, out)
  if out.as_json then
    local list = {}
    for i, hit in ipairs(hits) do
      list[i] = hit.facts
    end
    return out.json(list)
  end
  for _, hit in ipairs(hits) do
    out.write(with_phrase(hit.facts.code), "\n")
    if hit.text then
      out.write(wrapped("    ", hit.text, out.width))
    end
  end
end

-- The words as codes, where each spells one: 486, "sip:486".
local function spelt_codes(words)
  local codes = {}
  for i, word in ipairs(words) do
    codes[i] = find(word, "^%d+$") and sip.code(word) or find(lower(word), "^sips?:") and sip.code(word)
    if not codes[i] then
      return nil
    end
  end
  return codes
end

local function show_codes(codes, out)
  local list = {}
  local status = FOUND
  for i, code in ipairs(codes) do
    list[i] = describe(code)
    if not list[i].known then
      status = NOT_FOUND
    end
  end
  write_cards(list, out)
  return status
end

local show_command = {
  name = "show",
  usage = "show CODE... | WORDS...",
  summary = "explain codes, or look for words; the word show may be left out",
  declare = function(parser)
    parser:argument("what", "Codes, or the words of a phrase, a name or a note."):args("+")
  end,
  run = function(options, out)
    local words = trim(table.concat(options.what, " "))
    if words == "" then
      fail(TROUBLE, "there is nothing to look for")
    end
    local codes = spelt_codes(options.what) or named_codes(words)
    if codes then
      return show_codes(codes, out)
    end
    local is_number = find(words, "^%d+$")
    local hits = is_number and {} or search(words)
    if #hits == 1 then
      return show_codes({ hits[1].facts.code }, out)
    end
    write_hits(hits, out)
    if #hits == 0 then
      fail(NOT_FOUND, (is_number and '"%s" is no SIP response code, 100 to 699'
        or 'no SIP response code is called or described by "%s"'):format(words))
    end
    return FOUND
  end,
}

-- sipcodes list

-- The entries in columns that read downwards.
local function write_columns(entries, out)
  local widest = 0
  for _, entry in ipairs(entries) do
    widest = math.max(widest, columns(entry))
  end
  local across = math.max(1, math.floor(out.width / (widest + 2)))
  local down = math.ceil(#entries / across)
  for row = 1, down do
    local line = ""
    for i = row, #entries, down do
      line = line .. ("  %-" .. widest .. "s"):format(entries[i])
    end
    out.write(match(line, "^(.-)%s*$"), "\n")
  end
end

local list_command = {
  name = "list",
  usage = "list [CLASS]",
  summary = "list the registered codes, or those of one class",
  declare = function(parser)
    parser:argument("class", "A class: 4xx, or 4."):args("?")
  end,
  run = function(options, out)
    local class = options.class
    if class then
      class = match(class, "^([1-6])[xX][xX]$") or match(class, "^[1-6]$")
      if not class then
        fail(TROUBLE, ('"%s" is no class: 1xx to 6xx'):format(options.class))
      end
    end
    local all, classes = {}, {}
    for code in sip.codes(class) do
      local facts = describe(code)
      all[#all + 1] = facts
      local last = classes[#classes]
      if not last or last.class ~= facts.class then
        last = { class = facts.class, title = facts.title }
        classes[#classes + 1] = last
      end
      last[#last + 1] = with_phrase(code)
    end
    if out.as_json then
      out.json(all)
      return FOUND
    end
    for i, entries in ipairs(classes) do
      out.write(i > 1 and "\n" or "", class_name(entries.class, entries.title), "\n")
      write_columns(entries, out)
    end
    return FOUND
  end,
}

-- sipcodes cause

-- FreeSWITCH's name of a number in an era; nil where it has none.
local function switch_name(number, era)
  local found, name = cause.freeswitch(number, era)
  return found and name or nil
end

-- The numbers that a name stands for in the words of the tables, ascending.
local function named_causes(name, tables)
  local numbers = {}
  for number = 0, 999 do
    for _, source in ipairs(tables) do
      local text = cause.text(number, source.name)
      if text and lower(text) == lower(name) and numbers[#numbers] ~= number then
        numbers[#numbers + 1] = number
      end
    end
  end
  return numbers
end

-- The words where each is a number, as a list of {code = number} and {cause = number}: a code from 200
-- to 699, or written sip:486; else a cause of Q.850 or of FreeSWITCH.
local function numbered(words)
  local list = {}
  for i, word in ipairs(words) do
    local number = (word == "0" or find(word, "^[1-9]%d?%d?$")) and tonumber(word)
    if find(word, "^[2-6]%d%d$") or find(lower(word), "^sips?:") and sip.code(word) then
      list[i] = { code = sip.code(word) }
    elseif number and (number >= 1 and number <= 127 or switch_name(number)) then
      list[i] = { cause = number }
    else
      return nil
    end
  end
  return list
end

-- The words as the name of causes in any of the tables, else of codes.
local function named(words, tables)
  local list = {}
  for i, number in ipairs(named_causes(words, tables)) do
    list[i] = { cause = number }
  end
  if not list[1] and not find(words, "^%d+$") then
    for i, code in ipairs({ sip.code(words) }) do
      list[i] = { code = code }
    end
  end
  return list
end

-- What a table says of a cause; nil where it is no cause to it.
local function cause_row(number, source)
  if (number == 0 or number > 127) and source.name ~= "freeswitch" then
    return nil
  end
  local row = { table = source.name, from = {} }
  for code = 100, 699 do
    local its_cause, _, by_default = cause.from_sip(code, source.name)
    if its_cause == number and not by_default then
      row.from[#row.from + 1] = code
    end
  end
  if source.to_sip then
    local code, phrase, by_default = cause.to_sip(number, source.name)
    row.code, row.reason, row.default = code, code and phrase, by_default ~= nil
    local function branch(other, its_phrase)
      return other ~= code and { code = other, reason = its_phrase } or nil
    end
    row.location_u = branch(cause.to_sip(number, source.name, "U"))
    row.diagnostic = branch(cause.to_sip(number, source.name, nil, true))
  end
  return row
end

-- What a table says of a code.
local function code_row(code, source)
  local number, text, by_default = cause.from_sip(code, source.name)
  local row = { table = source.name, cause = number, text = number and text, default = by_default ~= nil }
  local bearer, bearer_text = cause.from_sip(code, source.name, '304 host "bearer"')
  row.bearer = bearer ~= number and { cause = bearer, text = bearer_text } or nil
  row.back = number and source.to_sip and cause.to_sip(number, source.name) or nil
  return row
end

-- All that is known of a cause or a code, with a row for each table. One differs where it has another
-- answer than the first.
local function cause_card(asked, tables)
  local number, code = asked.cause, asked.code
  local card = { cause = number, code = code, tables = {} }
  if code then
    card.reason = sip.reason(code)
    card.known = card.reason ~= nil
    card.freeswitch_before = not switch_name(code) and switch_name(code, "old") or nil
  else
    card.freeswitch = switch_name(number)
    card.text = cause.text(number) or card.freeswitch
    card.known = card.text ~= nil
    local in_asterisk = cause.text(number, "asterisk")
    card.asterisk = in_asterisk ~= cause.text(number) and in_asterisk or nil
    card.in_q850 = false
    for each, _, in_q850 in cause.causes() do
      card.in_q850 = card.in_q850 or each == number and in_q850
    end
    local class, title = cause.class(number)
    card.class, card.title = class, class and title
  end
  for _, source in ipairs(tables) do
    local row = code and code_row(code, source) or not code and cause_row(number, source) or nil
    if row then
      card.tables[#card.tables + 1] = row
      local first = card.tables[1]
      if code then
        row.differs = row.cause ~= first.cause
      else
        row.differs = source.to_sip and row.code ~= first.code
      end
    end
  end
  return card
end

local function cause_with_text(row)
  return row.cause and row.cause .. " " .. row.text or "no cause"
end

local function code_with_phrase(row)
  return row.code and row.code .. " " .. row.reason or "no response"
end

-- A row in words, nil where the table says nothing.
local function row_text(row, card)
  local parts = {}
  local function add(condition, form, text)
    if condition then
      parts[#parts + 1] = form:format(text)
    end
  end
  local by_default = row.default and " (default)" or ""
  if card.code then
    add(true, "%s", cause_with_text(row) .. by_default)
    add(row.back and row.back ~= card.code, "comes back as %s", row.back and with_phrase(row.back))
    add(row.bearer, "with a Warning of the bearer %s", row.bearer and cause_with_text(row.bearer))
  else
    add(row.default ~= nil, "to %s", code_with_phrase(row) .. by_default)
    add(row.location_u, "with location U %s", row.location_u and code_with_phrase(row.location_u))
    add(row.diagnostic, "with a diagnostic %s", row.diagnostic and code_with_phrase(row.diagnostic))
    add(row.from[1], "from %s", table.concat(row.from, " "))
  end
  return parts[1] and table.concat(parts, "; ")
end

-- The lines above the rows: a label, and a function of the card that gives the text or nil.
local cause_lines = {
  { "class", function(card) return card.class and card.class .. " " .. card.title end },
  { "standard", function(card)
    return card.known and card.cause and card.cause >= 1 and card.cause <= 127 and not card.in_q850
      and "met in practice, not in Q.850" or nil
  end },
  { "FreeSWITCH", function(card)
    return card.freeswitch or card.freeswitch_before and ("%d was a cause before 1.10.8: %s, now %d"):format(
      card.code, card.freeswitch_before, (cause.freeswitch(card.freeswitch_before)))
  end },
  { "Asterisk", function(card) return card.asterisk end },
}

local function write_cause_card(card, out)
  local title = (card.code and card.reason or card.text) or "(unknown)"
  out.write(wrapped((card.code or card.cause) .. " ", title, out.width))
  local has_lines, has_difference = false, false
  for _, line in ipairs(cause_lines) do
    local text = line[2](card)
    if text then
      out.write(wrapped(("  %-14s"):format(line[1]), text, out.width))
      has_lines = true
    end
  end
  out.write(has_lines and "\n" or "")
  for _, row in ipairs(card.tables) do
    local text = row_text(row, card)
    if text then
      out.write(wrapped(("%s %-14s"):format(row.differs and "*" or " ", row.table), text, out.width))
      has_difference = has_difference or row.differs
    end
  end
  if has_difference then
    out.write("* another answer than ", card.tables[1].table, "\n")
  end
end

-- The tables, or the one of that name.
local function chosen_tables(name)
  local tables = cause.tables()
  if not name then
    return tables
  end
  local names = {}
  for i, source in ipairs(tables) do
    if source.name == name then
      return { source }
    end
    names[i] = source.name
  end
  fail(TROUBLE, ('"%s" is no table: %s'):format(name, table.concat(names, ", ")))
end

local cause_command = {
  name = "cause",
  usage = "cause CAUSE... | CODE... | NAME [--table TABLE]",
  summary = "what standards and platforms make of a Q.850 cause, or of a code",
  declare = function(parser)
    parser:argument("what", "Causes, codes (200 to 699, or sip:183), or a name of either."):args("+")
    parser:option("--table", "One table: rfc3398, rfc4497, dss1, cisco, freeswitch or asterisk."):argname("TABLE")
  end,
  run = function(options, out)
    local tables = chosen_tables(options.table)
    local words = trim(table.concat(options.what, " "))
    local list = numbered(options.what) or named(words, tables)
    local cards, status = {}, FOUND
    for _, asked in ipairs(list) do
      local card = cause_card(asked, tables)
      if card.tables[1] then
        cards[#cards + 1] = card
        status = not card.known and NOT_FOUND or status
      end
    end
    if out.as_json then
      out.json(cards)
    else
      for i, card in ipairs(cards) do
        out.write(i > 1 and "\n" or "")
        write_cause_card(card, out)
      end
    end
    if not cards[1] then
      fail(NOT_FOUND, ('no cause or SIP response code "%s"%s'):format(words,
        options.table and " in " .. options.table or ""))
    end
    return status
  end,
}

-- The input of explain and kpi

local BLOCK = 262144 -- octets that are read at a time
local LARGE = 33554432 -- octets of a file whose reading is worth a word

-- What a file is that begins so, and how to make text of it.
local not_text = {
  { "^\212\195\178\161", "a capture" }, { "^\161\178\195\212", "a capture" },
  { "^\077\060\178\161", "a capture" }, { "^\161\178\060\077", "a capture" },
  { "^\010\013\013\010", "a capture" }, { "^\031\139", "compressed" },
  { "^\255\254", "UTF-16" }, { "^\254\255", "UTF-16" },
}
local made_text = {
  compressed = "zcat %s",
  ["UTF-16"] = "iconv -f UTF-16 -t UTF-8 %s",
}

local function refuse_other_files(start, name, file_name, use)
  for _, kind in ipairs(not_text) do
    if find(start, kind[1]) then
      local tool = (made_text[kind[2]] or use.of_capture):format(file_name or "FILE")
      fail(TROUBLE, ("%s is %s, no text: %s | sipcodes %s"):format(name, kind[2], tool, use.command))
    end
  end
end

-- How many octets follow in a file, nil where it cannot be known.
local function rest_of(file)
  local here = file:seek()
  local size = here and file:seek("end")
  return size and file:seek("set", here) and size - here
end

-- The function that use.scan tells of its progress: it shows it where someone waits for a large file.
local function progress_of(file, out)
  local size, shown
  local function show(text)
    out.env.stderr:write("\r", text)
    out.env.stderr:flush()
  end
  return function(done)
    if not done then
      return shown and show("     \r")
    elseif not size then
      size = done + (rest_of(file) or 0)
      shown = size >= LARGE and out.env.isatty(2) and -1
    end
    local percent = math.min(100, math.floor(100 * done / size))
    if shown and percent > shown then
      shown = percent
      show(("%3d %%"):format(percent))
    end
  end
end

local function open_input(file_name, out)
  if not file_name then
    return out.env.stdin
  end
  local file, why = out.env.open(file_name, "rb")
  if not file then
    fail(TROUBLE, "cannot open " .. why)
  end
  return file
end

--- Reads the file of this name, standard input for nil and "-", and answers what use.scan does, and
-- the name for messages. use has
--   command     the command that is run
--   of_capture  what makes its input of a capture, %s being the file
--   scan        function(read, progress): read(size) gives the next octets or nil, progress(octets)
--               hears how many were read, and nil at the end
local function read_input(file_name, use, out)
  file_name = file_name ~= "-" and file_name or nil
  local name = file_name or "standard input"
  local file = open_input(file_name, out)
  local at_start = true
  local function read(size)
    local block, why = file:read(size)
    if why then
      fail(TROUBLE, ("cannot read %s: %s"):format(name, why))
    end
    if at_start then
      refuse_other_files(block or "", name, file_name, use)
      at_start = false
    end
    return block
  end
  local result, size = use.scan(read, progress_of(file, out))
  if file_name then
    file:close()
  end
  return result, size, name
end

-- sipcodes explain

-- The blocks that are read are searched for the few octets no response comes without, so that
-- a long trace costs little more than its reading, and one without line ends costs no memory.
local BEHIND = 8192 -- octets kept of what stands before a match
local AHEAD = 4096 -- octets that must be there after it
local FRONT = 512 -- octets before a match in which its line, and the line above, begin
local LONGEST = 256 -- octets of a phrase, the rest being cut off
local VARIETY = 200 -- phrases of one code that are told apart

-- The last line of a text, and what stands before it.
local function last_line(text)
  if not find(text, "\n", 1, true) then
    return text, ""
  end
  local before, line = match(text, "^(.*)\n(.*)$")
  return line, before
end

local function cut(text, pattern)
  return sub(text, 1, (find(text, pattern) or 0) - 1)
end

-- A tally counts texts such as "486 Busy Here".
local function new_tally()
  return { counts = {}, variety = {}, others = {}, invalid = 0 }
end

-- Counts a text that begins with a code and goes on with a blank, if it does; answers how it is
-- counted.
local function count(tally, text)
  local digits = match(text, "^%d%d%d")
  if not digits or #text > 3 and not find(text, "^%s", 4) then
    return nil
  end
  local phrase = trim(sub(text, 4))
  local code = sip.code(digits)
  if not code then
    tally.invalid = tally.invalid + 1
    return nil
  end
  local key = digits .. " " .. shortened(phrase, LONGEST)
  local counts, variety = tally.counts, tally.variety[code] or 0
  if counts[key] then
    counts[key] = counts[key] + 1
  elseif variety < VARIETY then
    tally.variety[code] = variety + 1
    counts[key] = 1
  else
    tally.others[code] = (tally.others[code] or 0) + 1
    return nil
  end
  return key
end

-- Status-Lines

-- Where a "/sip" is that of "Content-Type: message/sipfrag" (or message/sip): how much text stands in
-- front of the field on its line, a timestamp or the like. Else nil.
local function body_type(data, at)
  if lower(sub(data, at - 7, at - 1)) ~= "message" then
    return nil
  end
  local text = lower(sub(data, math.max(1, at - FRONT), at - 1))
  local before = match(text, "^(.*)content%-type%s*:%s*message$") or match(text, "^(.*%f[%w])c%s*:%s*message$")
  return before and #trim((last_line(before)))
end

-- Is the Status-Line that starts at a place the body of the message whose type stands before it,
-- rather than a response? It is if it has much the same in front on its line, and comes after an empty
-- line that ends the header; tshark says "Message Body" and "Sipfrag" instead.
local function is_body(data, type_at, type_front, start)
  local between = match(sub(data, type_at, start - 1), "\n(.*)$") or ""
  local front = #trim((last_line(between)))
  if math.abs(front - type_front) > 2 then
    return false
  end
  local in_header = true
  for line in between:gmatch("([^\n]*)\n") do
    local text = trim(line)
    local is_empty = #text <= front or text == "." or text == "Message Body"
    if in_header then
      if find(lower(text), "%f[%w]content%-length%s*:%s*0+%.?$") then
        return false
      end
      in_header = not is_empty
    elseif not is_empty and text ~= "Sipfrag" then
      return false
    end
  end
  return not in_header
end

-- The text from the code on, without what some tool put after the phrase, for a Status-Line that does
-- not just fill a line; nil where it is no response.
local function plain_status(data, start, text)
  local front, above = last_line(sub(data, math.max(1, start - FRONT), start - 1))
  -- Kamailio's debug output shows the begin of its own replies twice.
  if find(front, "^%w", -1) or find(front, "_reply_light", 1, true) then
    return nil
  end
  -- A body put on one line with its header, by JSON, rsyslog and ngrep.
  local ending = sub(front, -24)
  local rows = find(ending, "^  [^ ]*$") and sub(above, -4) .. sub(ending, 3) or ending
  if find(ending, "\\n\\r?\\?n$") or find(ending, "#012#015#012$") or find(rows, "%.%.%.%.$")
    or find(front, "sipfrag", 1, true) then
    return nil
  end
  if find(ending, '"$') then
    text = cut(text, '"')
  end
  if find(ending, "%[%[$") then -- Kamailio's debug output
    text = cut(text, " 0[AD] ")
  end
  if find(text, "\\", 1, true) then
    text = cut(text, "\\[rn]")
  elseif find(text, "#", 1, true) then
    text = cut(text, "#01[25]")
  end
  -- ngrep shows CR, and LF unless told otherwise, as a dot.
  if find(front, "^[UTI] .*%->") or not find(front, "%S") and find((last_line(above)), "^[UTI] .*%->") then
    text = cut(text, "%.%.%a[%w-]*:"):gsub("%.%.%u[%w-]*$", ""):gsub("%.$", "")
  end
  return text
end

local status_lines = { id = "status_lines", name = "Status-Lines" }

function status_lines.new()
  local tally = new_tally()
  local plain = {} -- the texts that filled a line and are counted as they are
  local type_at, type_front -- the latest Content-Type of a body that is SIP

  local function count_one(data, start, at)
    local text = match(sub(data, at, at + LONGEST + 8), "^[^\r\n]*")
    local before = byte(data, start - 1)
    local fills_line = start == 1 or before == 10 or before == 13
    if fills_line and plain[text] then
      tally.counts[text] = tally.counts[text] + 1
    elseif fills_line and not find(text, "[\\#.]") then
      plain[text] = count(tally, text) == text or nil
    else
      text = plain_status(data, start, text)
      if text then
        count(tally, text)
      end
    end
  end

  -- Looks for such a Content-Type from `at` on, up to `to`; answers where to go on.
  local function note_types(data, at, to)
    while at and at <= to do
      local front = body_type(data, at)
      if front then
        type_at, type_front = at, front
      end
      at = find(data, "/sip", at + 1, true)
    end
    return at
  end

  -- Counts the Status-Lines whose "/2.0 " is from one place to another. So many octets of what the
  -- last call saw have been dropped since.
  function tally.scan(data, from, to, dropped)
    type_at = type_at and type_at > dropped and type_at - dropped or nil
    local type_next = find(data, "/sip", from, true)
    local slash = find(data, "/2.0 ", from, true)
    while slash and slash <= to do
      type_next = note_types(data, type_next, slash)
      local start = slash - 3
      if lower(sub(data, start, slash - 1)) == "sip" then
        if not (type_at and is_body(data, type_at, type_front, start)) then
          count_one(data, start, slash + 5)
        end
        type_at = nil
      end
      slash = find(data, "/2.0 ", slash + 5, true)
    end
    note_types(data, type_next, to)
  end

  return tally
end

-- tshark's lines of one packet each: "Status: 200 OK (INVITE) | ".
local summaries = { id = "summaries", name = "one-line summaries" }

function summaries.new()
  local tally = new_tally()

  function tally.scan(data, from, to)
    local at = find(data, "Status: ", from, true)
    while at and at <= to do
      local front = find(data, "^%d%d%d", at + 8) and last_line(sub(data, math.max(1, at - FRONT), at - 1))
      if front and (not find(front, "%S") or find(front, "\t$", -1) or find(front, "%f[%w]SIP%f[%W]")) then
        local text = match(sub(data, at + 8, at + LONGEST + 64), "^[^\r\n|]*")
        text = trim(text):gsub("%s*%(%d+ bindings?%)$", ""):gsub(", with session description$", "")
        count(tally, (text:gsub("^(200 .*) %(%u+%)$", "%1")))
      end
      at = find(data, "Status: ", at + 8, true)
    end
  end

  return tally
end

-- Kamailio's debug output shows a reply that it received several times, cut off or changed, and once
-- on two lines of one process: "status:  <486>" and "reason:  <Busy Here>".
local debug_output = { id = "kamailio_debug", name = "replies in Kamailio's debug output" }

local function process(front)
  return match(front, "[%[(]%d+[%])]")
end

function debug_output.new()
  local tally = new_tally()

  local function phrase_after(data, at, id)
    local text = sub(data, at, at + AHEAD)
    local reason = find(text, "  reason:  <", 1, true)
    while reason do
      if process(last_line(sub(text, 1, reason))) == id then
        return match(text, "^([^\r\n]*)>", reason + 12) or ""
      end
      reason = find(text, "  reason:  <", reason + 12, true)
    end
    return ""
  end

  function tally.scan(data, from, to)
    local at = find(data, "  status:  <", from, true)
    while at and at <= to do
      local digits = match(data, "^%d%d%d>", at + 12)
      local front = digits and last_line(sub(data, math.max(1, at - FRONT), at - 1))
      if front and find(front, "parse_msg", 1, true) then
        count(tally, sub(digits, 1, 3) .. " " .. phrase_after(data, at + 12, process(front)))
      end
      at = find(data, "  status:  <", at + 12, true)
    end
  end

  return tally
end

-- A trace that has the same responses in several of these forms is counted by the first of them.
local forms = { debug_output, status_lines, summaries }

--- Reads it all: read(size) gives the next octets or nil, progress(octets) hears how many were read,
-- progress() that all were. Answers a tally for each of `forms`, and the number of octets.
local function scan(read, progress)
  local tallies = {}
  for i, form in ipairs(forms) do
    tallies[i] = form.new()
  end
  local data, from, size = "", 1, 0
  local block
  repeat
    block = read(BLOCK)
    local dropped = 0
    if block then
      dropped = math.max(0, from - 1 - BEHIND)
      data = sub(data, dropped + 1) .. block
      from = from - dropped
      size = size + #block
      progress(size)
    end
    local to = block and #data - AHEAD or #data
    for _, tally in ipairs(tallies) do
      tally.scan(data, from, to, dropped)
    end
    from = math.max(from, to + 1)
  until not block
  progress()
  return tallies, size
end

-- The rows of a tally, by code, the most frequent phrase first.
local function rows_of(tally)
  local rows = {}
  local function add(code, amount, phrase)
    local row = describe(code)
    row.count, row.phrase = amount, phrase
    row.differs = row.known and phrase ~= row.reason
    rows[#rows + 1] = row
  end
  for text, amount in pairs(tally.counts) do
    add(sip.code(sub(text, 1, 3)), amount, sub(text, 5))
  end
  for code, amount in pairs(tally.others) do
    add(code, amount, nil)
  end
  table.sort(rows, function(a, b)
    if a.code ~= b.code then
      return a.code < b.code
    elseif a.count ~= b.count and a.phrase and b.phrase then
      return a.count > b.count
    elseif a.phrase and b.phrase then
      return a.phrase < b.phrase
    end
    return a.phrase ~= nil and b.phrase == nil
  end)
  return rows
end

local function totals_of(rows)
  local total, by_class, classes = 0, {}, {}
  for _, row in ipairs(rows) do
    total = total + row.count
    local class = by_class[row.class]
    if not class then
      class = { class = row.class, title = row.title, count = 0 }
      by_class[row.class] = class
      classes[#classes + 1] = class
    end
    class.count = class.count + row.count
  end
  return total, classes
end

-- What JSON says of a row.
local row_keys = {
  "count", "code", "reason", "differs", "class", "title", "known", "registered", "treat_as",
  "origin", "note", "action", "next", "retry_after",
}

local function write_rows_as_json(rows, total, classes, form, out)
  local responses = {}
  for i, row in ipairs(rows) do
    responses[i] = { phrase = row.phrase and unicode(row.phrase) }
    for _, key in ipairs(row_keys) do
      responses[i][key] = row[key]
    end
  end
  out.json({ total = total, form = total > 0 and form or nil, responses = responses, classes = classes })
end

local INDENT = rep(" ", 13)

-- What is to be said of a phrase or a code that is not the registered one.
local function remark(row)
  if not row.known then
    return "unknown: treated as " .. with_phrase(row.treat_as)
  elseif not row.registered then
    return ("%s (%s): treated as %s"):format(row.reason, row.origin, with_phrase(row.treat_as))
  elseif row.differs then
    return "registered: " .. row.reason
  end
end

local function write_rows(rows, out)
  out.write("count  code  class           phrase\n")
  for i, row in ipairs(rows) do
    local phrase = not row.phrase and "(other phrases)" or row.phrase == "" and "(no phrase)" or printable(row.phrase)
    out.write(wrapped(("%5d  %4d  %-16s"):format(row.count, row.code, row.title), phrase, out.width))
    local text = remark(row)
    if text then
      out.write(wrapped(INDENT, text, out.width))
    end
    if not rows[i + 1] or rows[i + 1].code ~= row.code then
      if row.note then
        out.write(wrapped(INDENT, row.note, out.width))
      end
      out.write(wrapped(INDENT, "next: " .. row.next, out.width))
    end
  end
end

local function write_totals(total, classes, out)
  out.write(("\n%5d  %s\n"):format(total, total == 1 and "response" or "responses"))
  for _, class in ipairs(classes) do
    local share = math.floor(100 * class.count / total + 0.5)
    out.write(("%5d  %3d %%  %s\n"):format(class.count, share, class_name(class.class, class.title)))
  end
end

-- The tally of the first form that has responses, or an empty one, and the form's id.
local function choose(tallies, out)
  local chosen
  for i, tally in ipairs(tallies) do
    if next(tally.counts) and not chosen then
      chosen = i
    elseif next(tally.counts) then
      out.warn(("counted the %s; left out the %s"):format(forms[chosen].name, forms[i].name))
    end
  end
  chosen = chosen or 2
  if tallies[chosen].invalid > 0 then
    out.warn(("left out %d with a code that is not 100 to 699"):format(tallies[chosen].invalid))
  end
  return tallies[chosen], forms[chosen].id
end

local trace = { command = "explain", of_capture = "tshark -r %s -Y sip -V", scan = scan }

local explain_command = {
  name = "explain",
  usage = "explain [FILE]",
  summary = "count and explain the responses in a SIP trace",
  declare = function(parser)
    parser:argument("file", "The trace; standard input if absent or -."):args("?")
    parser:epilog("The trace is text with SIP messages or their first lines in it, as sipp -trace_msg, "
      .. "tshark, sngrep, ngrep and Kamailio's debug output have them.")
  end,
  run = function(options, out)
    local tallies, size, name = read_input(options.file, trace, out)
    local tally, form = choose(tallies, out)
    local rows = rows_of(tally)
    local total, classes = totals_of(rows)
    if out.as_json then
      write_rows_as_json(rows, total, classes, form, out)
    elseif total > 0 then
      write_rows(rows, out)
      write_totals(total, classes, out)
    end
    if total == 0 then
      fail(NOT_FOUND, size == 0 and name .. " is empty" or "no SIP response in " .. name)
    end
    return FOUND
  end,
}

-- sipcodes kpi

-- Most lines of a long file are three digits. So four of them are looked at in one call; and whatever
-- a line holds is counted as a text first, which is asked once for the code that it spells.
local DISTINCT = 10000 -- texts that are held before they are asked
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
    fail(TROUBLE, ('no column "%s" among %s'):format(column_name, table.concat(names, ", ")))
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
    block = read(BLOCK)
    if block then
      rest = size == 0 and block:gsub("^\239\187\191", "") or rest .. block
      size = size + #block
      progress(size)
    elseif rest ~= "" then
      rest = rest .. "\n"
    end
    rest = count_lines(rest)
    census.settle(not block)
    if #rest > (block and LONGEST_RECORD or 0) then
      fail(TROUBLE, "a record does not end: a quote is missing, or one too many")
    end
  until not block
  progress()
  return census, size
end

-- The outcomes that have responses, and the codes, with their counts and shares.
local function distribution(counts, attempts)
  local by_outcome, outcomes, codes = {}, {}, {}
  for code = 200, 699 do
    local times = counts[code]
    if times then
      local outcome = kpi.outcome(code)
      codes[#codes + 1] = {
        code = code, reason = sip.reason(code), outcome = outcome, count = times, share = 100 * times / attempts,
      }
      by_outcome[outcome] = (by_outcome[outcome] or 0) + times
    end
  end
  for _, outcome in ipairs(kpi.outcomes()) do
    local times = by_outcome[outcome]
    if times then
      outcomes[#outcomes + 1] = { outcome = outcome, count = times, share = 100 * times / attempts }
    end
  end
  return outcomes, codes
end

-- How many things there are, in words: "1 line", "2 lines".
local function amount(number, one, many)
  return ("%d %s"):format(number, number == 1 and one or many)
end

-- What was read and is in no figure, a text each.
local function left_out_of(census, challenges)
  local list = {}
  if census.no_code > 0 then
    list[1] = ('%s no code, such as "%s"'):format(amount(census.no_code, "line was", "lines were"),
      printable(shortened(trim(census.example), 40)))
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
  local room = math.max(1, out.width - widest - digits - 15)
  local form = ("  %%-%ds  %%%dd  %%5.1f %%%%  "):format(widest, digits)
  for _, rows in ipairs(lists) do
    out.write("\n")
    for _, row in ipairs(rows) do
      local length = math.max(1, math.floor(room * row.count / largest + 0.5))
      out.write(form:format(shortened(row.label, most), row.count, row.share), rep("#", length), "\n")
    end
  end
end

local function write_kpi(ratios, outcomes, codes, left_out, out)
  out.write(amount(ratios.attempts, "attempt", "attempts"), "\n")
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
    outcomes = outcomes, codes = codes,
    left_out = { no_code = census.no_code, provisional = census.provisional, challenges = challenges },
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
  for word in (text .. ","):gmatch("([^,]*),") do
    word = trim(word)
    if not find(word, "^[2-6][xX][xX]$") and not find(word, "^[2-6]%d%d$") then
      fail(TROUBLE, ('"%s" in --ner is no final response code or class'):format(word))
    end
    list[#list + 1] = word
  end
  return list
end

local function read_delimiter(text)
  local delimiter = (text == "\\t" or text == "tab") and "\t" or text
  if #delimiter ~= 1 or find(delimiter, '[%w"\r\n\128-\255]') then
    fail(TROUBLE, ('"%s" is no delimiter: one character, no letter, digit or quote'):format(text))
  end
  return delimiter
end

local kpi_command = {
  name = "kpi",
  usage = "kpi [FILE] [--column NAME] [OPTION...]",
  summary = "rate calls by their final response codes",
  declare = function(parser)
    parser:argument("file", "The codes, one a line, or CSV; standard input if absent or -."):args("?")
    parser:option("--column", "Read CSV with a header: the column of the codes."):argname("NAME")
    parser:option("--delimiter", 'What stands between the cells of CSV; "tab" for a tab.'):argname("CHARACTER")
    parser:flag("--no-challenges", "Leave 401 and 407 out.")
    parser:option("--ner", "The codes and classes that NER counts: 2xx,480,486,600,603 unless given."):argname("LIST")
    parser:epilog('A code may be written 486, sip:486, "SIP/2.0 486 Busy" or "486 Busy Here". Each stands for a call '
      .. "attempt: leave responses to other requests than INVITE out, and repeated ones.")
  end,
  run = function(options, out)
    if options.delimiter and not options.column then
      fail(TROUBLE, "--delimiter needs --column")
    end
    local settings = {
      challenges = not options.no_challenges, ner = options.ner and read_ner(options.ner) or nil,
    }
    local csv = { column = options.column, delimiter = read_delimiter(options.delimiter or ",") }
    local census, size, name = read_input(options.file, {
      command = "kpi",
      of_capture = "tshark -r %s -Y 'sip.Status-Code && sip.CSeq.method == \"INVITE\"' -T fields -e sip.Status-Code",
      scan = function(read, progress)
        return take_census(read, progress, csv)
      end,
    }, out)
    local ratios = kpi.ratios(census.codes, settings)
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
      write_kpi(ratios, outcomes, codes, left_out, out)
    end
    if size == 0 then
      fail(NOT_FOUND, name .. " is empty")
    elseif ratios.attempts == 0 then
      table.insert(left_out, 1, "no final response code in " .. name)
      fail(NOT_FOUND, table.concat(left_out, "; "))
    end
    return FOUND
  end,
}

-- The commands, in the order of --help.
local commands = {
  show_command,
  list_command,
  cause_command,
  explain_command,
  kpi_command,
}

local command_by_name = {}
for _, command in ipairs(commands) do
  command_by_name[command.name] = command
end

-- The command line

-- asked.help and asked.version are set where the arguments ask for them, whatever else they hold.
local function parser_of(argparse, asked, out)
  local function add_help(parser)
    parser:add_help(false)
    parser:flag("-h --help", "Show this help."):action(function()
      asked.help = asked.help or parser:get_help()
    end)
  end
  local parser = argparse("sipcodes", "What SIP response codes mean, and what to do next.")
  parser:usage("Usage: sipcodes [--json] CODE... | WORDS... | COMMAND ...")
  parser:require_command(false):command_target("command"):help_max_width(out.width)
  add_help(parser)
  parser:flag("--version", "Show the version, and the date of the registry."):action(function()
    asked.version = sip._VERSION .. ", registry of " .. sip._REGISTRY
  end)
  parser:flag("--json", "Print JSON.")
  parser:epilog("Exit status: 0, 1 for what is not found, 2 for misuse or trouble.")
  for _, command in ipairs(commands) do
    local its_parser = parser:command(command.name, command.summary)
    its_parser:usage("Usage: sipcodes [--json] " .. command.usage)
    add_help(its_parser)
    command.declare(its_parser)
  end
  return parser
end

-- The arguments with "show" before the first that is no option, unless that is a command's name.
local function with_command(arguments)
  local list = {}
  local searching = true
  for i = 1, #arguments do
    local argument = arguments[i]
    if searching and (argument == "--" or argument == "-" or not find(argument, "^%-")) then
      searching = false
      if not command_by_name[argument] then
        list[#list + 1] = "show"
      end
    end
    list[#list + 1] = argument
  end
  return list
end

local function run(arguments, out)
  if not loaded then
    fail(TROUBLE, ("cannot load the library sipcodes in %s: %s"):format(_VERSION, match(tostring(sip), "[^\n]*")))
  end
  local asked = {}
  local parser = parser_of(need(out.env, "argparse"), asked, out)
  if #arguments == 0 then
    out.write(parser:get_help(), "\n")
    return TROUBLE
  end
  local ok, options = parser:pparse(with_command(arguments))
  if asked.help or asked.version then
    out.write(asked.help or asked.version, "\n")
    return FOUND
  elseif not ok then
    fail(TROUBLE, options .. "\nTry 'sipcodes --help'.")
  end
  if options.json then
    out.as_json = true
    out.dkjson = need(out.env, "dkjson")
  end
  if not options.command then
    fail(TROUBLE, "a code, words or a command are needed\nTry 'sipcodes --help'.")
  end
  return command_by_name[options.command].run(options, out)
end

local function out_of(env)
  local width = tonumber(match(env.getenv("COLUMNS") or "", "^%d%d?%d?%d?$")) or 80
  local out = { env = env, width = math.max(40, width) }

  local function checked(ok, why, code)
    if not ok then
      fail(code == EPIPE and CLOSED_PIPE or TROUBLE, code ~= EPIPE and "cannot write: " .. tostring(why) or nil)
    end
  end

  function out.write(...)
    checked(env.stdout:write(...))
  end

  function out.flush()
    checked(env.stdout:flush())
  end

  function out.json(value)
    out.write(out.dkjson.encode(value, { indent = true, keyorder = key_order }), "\n")
  end

  function out.warn(text)
    local start = "sipcodes: "
    for line in text:gmatch("[^\n]+") do
      env.stderr:write(start, printable(line), "\n")
      start = ""
    end
  end

  return out
end

local function isatty(descriptor)
  local status = os.execute("test -t " .. descriptor)
  return status == true or status == 0
end

local cli = {}

function cli.main(arguments, env)
  env = setmetatable(env or {}, { __index = {
    stdin = io.stdin, stdout = io.stdout, stderr = io.stderr,
    open = io.open, getenv = os.getenv, isatty = isatty, require = require,
  } })
  local out = out_of(env)
  local ok, result = pcall(function()
    local status = run(arguments, out)
    out.flush()
    return status
  end)
  if ok then
    return result
  elseif type(result) == "table" and result.status then
    if result.message then
      pcall(out.flush)
      out.warn(result.message)
    end
    return result.status
  elseif find(tostring(result), "interrupted!$") then
    return INTERRUPTED
  end
  error(result, 0)
end

return cli
