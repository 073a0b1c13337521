-- sipcodes 486, sipcodes busy
local response = require("sipcodes.cli.response")
local exit = require("sipcodes.cli.exit")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local class_name, with_phrase, describe = response.class_name, response.with_phrase, response.describe
local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local trim, wrapped = texts.trim, texts.wrapped
local find, lower = string.find, string.lower

local function unless_empty(text)
  return text ~= "" and text or nil
end

-- What a failure ends when it comes in a dialog (RFC 5057 5.1).
local dialog_ends = {
  transaction = "ends the transaction only",
  usage = "ends the usage (this call or subscription)",
  dialog = "ends the dialog with all its usages",
}

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
  texts.write_labelled(card_lines, facts, out)
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

return {
  name = "show",
  usage = "show CODE... | WORDS...",
  summary = "explain codes, or look for words; the word show may be left out",
  declare = function(parser)
    parser:argument("what", "Codes, or the words of a phrase, a name or a note."):args("+")
  end,
  run = function(options, out)
    local words = trim(table.concat(options.what, " "))
    if find(words, "^[1-6][xX][xX]$") then
      return require("sipcodes.cli.list").run({ class = words }, out)
    elseif words == "" then
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
      fail(NOT_FOUND, (is_number and '"%s" is not a SIP response code, 100 to 699'
        or 'no SIP response code is called or described by "%s"'):format(words))
    end
    return FOUND
  end,
}
