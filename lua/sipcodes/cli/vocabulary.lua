-- The names of everything that the command can look up, and the search in them.
local cause = require("sipcodes.cause")
local dispositions = require("sipcodes.cli.cells").dispositions
local header = require("sipcodes.header")
local sip = require("sipcodes")

local find, lower = string.find, string.lower

local vocabulary = {}

-- What a vocabulary is called in an answer; a table that is not here is called by its name.
local vocabulary_names = { freeswitch = "FreeSWITCH", asterisk = "Asterisk", yate = "Yate" }

--- A text in small letters with its words one blank apart, and nothing else: "Busy-Here" is "busy here".
function vocabulary.key(text)
  local words = {}
  for word in lower(text):gmatch("[%w\128-\255]+") do
    words[#words + 1] = word
  end
  return table.concat(words, " ")
end

-- Where words may match, the best place first.
local places = { "phrase", "name", "cause", "warning", "disposition", "formerly", "note", "header" }
local rank_of = {}
for rank, place in ipairs(places) do
  rank_of[place] = rank
end

-- Adds what can be looked up under a text: target is {code=}, {cause=}, {warning=} or {request=}; `as` says what the
-- text is of it, if it is a name.
local function add(list, target, place, text, as)
  if text and text ~= "" then
    list[#list + 1] = {
      code = target.code, cause = target.cause, warning = target.warning, request = target.request,
      place = place, text = text, as = as, key = vocabulary.key(text),
    }
  end
end

local function add_codes(list)
  for code = 100, 699 do
    local info = sip.info(code)
    if info then
      local target = { code = code }
      add(list, target, "phrase", info.reason, "the phrase")
      add(list, target, "name", info.name, "the constant")
      for _, phrase in ipairs(info.formerly) do
        add(list, target, "formerly", phrase, "another phrase")
      end
      add(list, target, "note", info.note)
      for _, field in ipairs({ "must", "should", "may" }) do
        add(list, target, "header", info[field])
      end
    end
  end
end

local function add_causes(list)
  local tables = cause.tables()
  for number = 0, 127 do
    local target, text = { cause = number }, cause.text(number)
    add(list, target, "cause", text, "the Q.850 text")
    for _, source in ipairs(tables) do
      local name = cause.text(number, source.name)
      if name ~= text then
        add(list, target, "cause", name, (vocabulary_names[source.name] or source.name) .. "'s name")
      end
    end
  end
  for number = 128, 999 do
    local found, name = cause.freeswitch(number)
    if found then
      add(list, { cause = number }, "cause", name, "FreeSWITCH's name")
    end
  end
end

local function add_warnings(list)
  for code, text in header.warnings() do
    add(list, { warning = code }, "warning", text, "the text")
  end
end

local function add_dispositions(list)
  local words = {}
  for word in pairs(dispositions) do
    words[#words + 1] = word
  end
  table.sort(words)
  for _, word in ipairs(words) do
    add(list, { code = dispositions[word] }, "disposition", word, "Asterisk's disposition")
  end
end

local entries

--- All entries: a table each with code, cause, warning or request, with place, text and key, and with `as` if the text
-- is a name.
function vocabulary.entries()
  if not entries then
    entries = {}
    add_codes(entries)
    add_causes(entries)
    add_warnings(entries)
    add_dispositions(entries)
    for _, request in ipairs({ "BYE", "CANCEL" }) do
      add(entries, { request = request }, "name", request, "a request")
    end
  end
  return entries
end

--- What an entry is about, as a key: "code 486".
function vocabulary.target(entry)
  for _, kind in ipairs({ "code", "cause", "warning" }) do
    if entry[kind] then
      return kind .. " " .. entry[kind]
    end
  end
  return entry.request
end

--- The entries that are called so, letter case and punctuation aside. Names in C are known by their rest.
function vocabulary.named(text)
  local key = vocabulary.key(text):gsub("^switch cause ", ""):gsub("^pjsip sc ", "")
  local found = {}
  for _, entry in ipairs(vocabulary.entries()) do
    if entry.as and entry.key == key then
      found[#found + 1] = entry
    end
  end
  return found
end

-- The words of a text that are long enough to look for, each with a blank in front.
local function words_to_find(text)
  local words = {}
  for word in vocabulary.key(text):gmatch("%S%S+") do
    words[#words + 1] = " " .. word
  end
  return words
end

-- How well an entry answers the words, the least being the best; nil if one of them begins no word of it. Words
-- that are the whole text come first in their place; scattered words come last of all.
local function rank(entry, words)
  local key = " " .. entry.key
  for _, word in ipairs(words) do
    if not find(key, word, 1, true) then
      return nil
    end
  end
  local together = table.concat(words)
  local scattered = not find(key, together, 1, true)
  return rank_of[entry.place] + (scattered and #places or key == together and -0.5 or 0)
end

--- The entries in which each word of the text begins a word: one for each target, in the order of their places.
-- A word of one letter is too short to look for.
function vocabulary.search(text)
  local words = words_to_find(text)
  local best, hits = {}, {}
  for at, entry in ipairs(words[1] and vocabulary.entries() or {}) do
    local its_rank = rank(entry, words)
    local target = its_rank and vocabulary.target(entry)
    if target and not best[target] then
      best[target] = { entry = entry, rank = its_rank, at = at }
      hits[#hits + 1] = best[target]
    elseif target and its_rank < best[target].rank then
      best[target].entry, best[target].rank = entry, its_rank
    end
  end
  table.sort(hits, function(a, b)
    return a.rank < b.rank or a.rank == b.rank and a.at < b.at
  end)
  for i, hit in ipairs(hits) do
    hits[i] = hit.entry
  end
  return hits
end

return vocabulary
