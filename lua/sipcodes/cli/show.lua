-- sipcodes 486, sipcodes busy, sipcodes USER_BUSY: one lookup for everything
local card = require("sipcodes.cli.card")
local exit = require("sipcodes.cli.exit")
local field = require("sipcodes.cli.field")
local lookup = require("sipcodes.cli.lookup")
local near = require("sipcodes.cli.near")
local response = require("sipcodes.cli.response")
local tables = require("sipcodes.cli.tables")
local texts = require("sipcodes.cli.text")

local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local find = string.find

-- The keys of JSON, in order.
local KEYS = response.keys_with("cause", "text", "in_q850", "freeswitch", "freeswitch_before", "request", "warning",
  "field", "value", "values", "trusted", "protocol", "notification", "skipped", "seconds", "comment", "duration",
  "read_as", "matched", "everywhere", "tables")

-- What an answer is called in a line: "486 Busy Here", "cause 17 User busy".
local function title_of(answer)
  if answer.code then
    return response.with_phrase(answer.code)
  end
  if answer.warning then
    return ("warn-code %d %s"):format(answer.warning, card.of_warning(answer.warning).text)
  end
  local text = answer.cause and (tables.cause_text(answer.cause) or "(unknown)")
  return text and ("cause %d %s"):format(answer.cause, text) or answer.request
end

local function facts_of(answer)
  if answer.code then
    return card.of_code(answer.code)
  elseif answer.cause then
    return card.of_cause(answer.cause)
  elseif answer.warning then
    return card.of_warning(answer.warning)
  end
  return answer.request and card.of_request(answer.request) or answer
end

local function write_field(answer, out)
  texts.write_title("title", answer.field, out)
  for _, line in ipairs(field.lines(answer)) do
    local text = line[2]
    texts.write_line(line[1], type(text) == "string" and texts.printable(text) or text, out)
  end
end

-- The same with every text as JSON can hold it.
local function as_unicode(value)
  if type(value) == "string" then
    return texts.unicode(value)
  elseif type(value) ~= "table" then
    return value
  end
  local copy = {}
  for name, each in pairs(value) do
    copy[as_unicode(name)] = as_unicode(each)
  end
  return copy
end

local function write_answers(list, read_as, out)
  if out.as_json then
    return out.json(as_unicode(list), KEYS)
  end
  if read_as then
    out.write(texts.wrapped("Read as ", texts.printable(read_as) .. ".", out.width), "\n")
  end
  for i, facts in ipairs(list) do
    out.write(i > 1 and "\n" or "")
    if facts.field then
      write_field(facts, out)
    else
      card.write(facts, out)
    end
  end
end

-- Shows the answers; a code or a cause that is not known is shown, and counts as not found.
local function show_answers(question, out)
  local list, status = {}, FOUND
  for i, answer in ipairs(question.answers) do
    list[i] = facts_of(answer)
    list[i].read_as, list[i].targets = question.read_as, nil
    status = list[i].known == false and NOT_FOUND or status
  end
  write_answers(list, question.read_as, out)
  return status
end

local function show_hits(hits, out)
  if out.as_json then
    local list = {}
    for i, hit in ipairs(hits) do
      list[i] = facts_of(hit)
      list[i].matched = hit.place
    end
    return out.json(list, KEYS)
  end
  for _, hit in ipairs(hits) do
    local title = title_of(hit)
    out.write(texts.wrapped("", title, out.width))
    if not find(title, hit.text, 1, true) then
      out.write(texts.wrapped("    ", hit.text, out.width))
    end
  end
end

-- Says that nothing was found, and what is called almost so.
local function nothing(words)
  if find(words, "^%d+$") then
    fail(NOT_FOUND, ('"%s" is not a SIP response code (100 to 699), a Q.850 cause (1 to 127) or a cause of FreeSWITCH')
      :format(words))
  end
  local titles = {}
  for i, entry in ipairs(near.names(words)) do
    titles[i] = title_of(entry)
  end
  local offer = table.concat(titles, ", ", 1, math.max(0, #titles - 1))
  offer = (offer ~= "" and offer .. " or " or "") .. (titles[#titles] or "")
  fail(NOT_FOUND, ('nothing is called or described by "%s"%s'):format(words,
    offer ~= "" and "\nDid you mean " .. offer .. "?" or ""))
end

return {
  name = "show",
  usage = "show [--full] CODE... | CAUSE... | NAME | WORDS",
  summary = "explain codes, causes, names, phrases and field values (you may leave the word show out)",
  declare = function(parser, completions)
    local what = parser:argument("what", "Codes, causes, names of either, words, a Status-Line, or a Reason, Warning "
      .. "or Retry-After field value."):args("+")
    if completions then
      what:choices(completions.names)
    end
    parser:flag("--full", "Show the basis, what a failure ends in a dialog, and other phrases, too.")
  end,
  run = function(options, out)
    local words = texts.trim(table.concat(options.what, " "))
    if find(words, "^[1-6][xX][xX]$") then
      return require("sipcodes.cli.list").run({ class = words }, out)
    elseif words == "" then
      fail(TROUBLE, "there is nothing to look for")
    end
    out.full = options.full
    local question = lookup.read(options.what)
    if question.answers then
      return show_answers(question, out)
    elseif question.problem then
      fail(NOT_FOUND, question.problem)
    elseif not question.hits then
      if out.as_json then
        out.json({}, KEYS)
      end
      nothing(words)
    elseif #question.hits == 1 then
      local hit = question.hits[1]
      return show_answers({ answers = { hit }, read_as = ('words of "%s"'):format(hit.text) }, out)
    end
    show_hits(question.hits, out)
    return FOUND
  end,
}
