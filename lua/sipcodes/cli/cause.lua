-- sipcodes cause
local cause = require("sipcodes.cause")
local response = require("sipcodes.cli.response")
local exit = require("sipcodes.cli.exit")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local with_phrase = response.with_phrase
local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local trim, wrapped = texts.trim, texts.wrapped
local find, lower, upper = string.find, string.lower, string.upper

-- The keys of JSON, in order.
local KEYS = response.keys_with("cause", "text", "table", "location_u", "diagnostic", "bearer", "back", "from", "to",
  "in_q850", "freeswitch", "freeswitch_before", "asterisk", "responses", "request", "everywhere", "tables")

-- FreeSWITCH's name of a number in an era; nil where it has none.
local function switch_name(number, era)
  local found, name = cause.freeswitch(number, era)
  return found and name or nil
end

-- The numbers that a name stands for in the words of the tables, ascending.
local function named_causes(name, tables)
  local numbers, wanted = {}, lower(name)
  for number = 1, 127 do
    for _, source in ipairs(tables) do
      local text = cause.text(number, source.name)
      if text and lower(text) == wanted and numbers[#numbers] ~= number then
        numbers[#numbers + 1] = number
      end
    end
  end
  for _, source in ipairs(tables) do
    if source.name == "freeswitch" and not numbers[1] and not find(name, "^%d") then
      numbers[1] = cause.freeswitch(name)
    end
  end
  return numbers
end

-- The words if each is a number or a request, as a list of {code = number}, {cause = number} and {request = name}:
-- a code from 200 to 699, or written sip:486; BYE or CANCEL; else a cause of Q.850 or of FreeSWITCH.
local function numbered(words)
  local list = {}
  for i, word in ipairs(words) do
    local number = (word == "0" or find(word, "^[1-9]%d?%d?$")) and tonumber(word)
    if upper(word) == "BYE" or upper(word) == "CANCEL" then
      list[i] = { request = upper(word) }
    elseif find(word, "^[2-6]%d%d$") or find(lower(word), "^sips?:") and sip.code(word) then
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

-- What a table says of a cause; nil where it is not a cause to it.
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

-- What a table says of a code, or of the request BYE or CANCEL: that has no way back.
local function code_row(code, source)
  local number, text, by_default = cause.from_sip(code, source.name)
  local row = { table = source.name, cause = number, text = number and text, default = by_default ~= nil }
  if type(code) == "string" then
    return row
  end
  local bearer, bearer_text = cause.from_sip(code, source.name, '304 host "bearer"')
  row.bearer = bearer ~= number and { cause = bearer, text = bearer_text } or nil
  row.back = number and source.to_sip and cause.to_sip(number, source.name) or nil
  return row
end

-- All that is known of a cause or a code, with a row for each table. One differs where it has another
-- answer than the first.
local function cause_card(asked, tables)
  local number, code, request = asked.cause, asked.code, asked.request
  local card = { cause = number, code = code, request = request, tables = {} }
  if request then
    card.known = true
  elseif code then
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
    local row = not number and code_row(code or request, source) or number and cause_row(number, source) or nil
    if row then
      card.tables[#card.tables + 1] = row
      local first = card.tables[1]
      if not number then
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

-- A row in words.
local function row_text(row, card)
  local parts = {}
  local function add(condition, form, text)
    if condition then
      parts[#parts + 1] = form:format(text)
    end
  end
  local by_default = row.default and " (default)" or ""
  if not card.cause then
    add(true, "%s", cause_with_text(row) .. by_default)
    add(row.back and row.back ~= card.code, "comes back as %s", row.back and with_phrase(row.back))
    add(row.bearer, "with a Warning of the bearer %s", row.bearer and cause_with_text(row.bearer))
  else
    add(row.default ~= nil, "to %s", code_with_phrase(row) .. by_default)
    add(row.location_u, "with location U %s", row.location_u and code_with_phrase(row.location_u))
    add(row.diagnostic, "with a diagnostic %s", row.diagnostic and code_with_phrase(row.diagnostic))
    add(row.from[1], "from %s", table.concat(row.from, " "))
  end
  return parts[1] and table.concat(parts, "; ") or "from no code"
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
  local title = card.request and "request" or (card.code and card.reason or card.text) or "(unknown)"
  local style = card.code and sip.class(card.code) or "title"
  texts.write_title(style, (card.request or card.code or card.cause) .. " " .. title, out)
  out.write(texts.write_labelled(cause_lines, card, out) and "\n" or "")
  local has_difference = false
  for _, row in ipairs(card.tables) do
    out.write(wrapped(("%s %-14s"):format(row.differs and "*" or " ", row.table), row_text(row, card), out.width))
    has_difference = has_difference or row.differs
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
  fail(TROUBLE, ('"%s" is not a table: %s'):format(name, table.concat(names, ", ")))
end

return {
  name = "cause",
  usage = "cause [--table TABLE] CAUSE... | CODE... | NAME",
  summary = "what standards and platforms make of a Q.850 cause, or of a code",
  declare = function(parser, words)
    local what = parser:argument("what", "Causes, codes (200 to 699, or sip:183), BYE, CANCEL, or a name of a cause "
      .. "or a code."):args("+")
    local names = {}
    for i, source in ipairs(cause.tables()) do
      names[i] = source.name
    end
    local of = parser:option("--table", "One table: " .. table.concat(names, ", ") .. "."):argname("TABLE")
    if words then
      what:choices(words.names)
      of:choices(names)
    end
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
      out.json(cards, KEYS)
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
