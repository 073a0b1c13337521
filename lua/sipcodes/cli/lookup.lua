-- What someone asks for who types `sipcodes X...`.
--
-- read(words) --> a question: a table with
--   answers   a list of {code=}, {cause=}, {warning=}, {request=} and of what field.read gives
--   read_as   how the words were read, if they are not plain numbers
-- or with
--   hits      the entries of the vocabulary in which the words were found
-- or with
--   problem   why a field with its name cannot be read
-- or with none of them, if nothing is found.
local cause = require("sipcodes.cause")
local field = require("sipcodes.cli.field")
local sip = require("sipcodes")
local trim = require("sipcodes.cli.text").trim
local vocabulary = require("sipcodes.cli.vocabulary")

local find, lower, match = string.find, string.lower, string.match

-- Words of a question that say nothing of the answer, and those that say that a number is a cause.
local FILLERS, CAUSE_WORDS = {}, {}
for word in ("a an about answer code codes does do error for how i is in mean meaning means of reason reply response "
  .. "sip sips status the to what whats which why"):gmatch("%a+") do
  FILLERS[word] = true
end
for word in ("cause causes hangup isdn isup pri q850 q.850 ss7 dss1"):gmatch("%S+") do
  FILLERS[word], CAUSE_WORDS[word] = true, true
end

local function is_cause(number)
  return number >= 1 and number <= 127 and cause.text(number) ~= nil or (cause.freeswitch(number)) ~= nil
end

-- What one number is: sip:486, 603+, or digits. A number from 100 to 127 that is not a known response code is a
-- cause if it is a known one; as_cause asks for a cause whatever else it may be.
local function read_number(word, as_cause)
  if find(lower(word), "^sips?:") or find(word, "^603%+$") then
    local code = sip.code((word:gsub("%+$", "")))
    return code and { code = code } or nil
  elseif not (word == "0" or find(word, "^[1-9]%d?%d?$")) then
    return nil
  end
  local number = tonumber(word)
  local is_code = number >= 100 and number <= 699
  if as_cause and is_cause(number) or not (is_code and sip.reason(number)) and is_cause(number) then
    return { cause = number }
  elseif is_code then
    return { code = number }
  end
  return number >= 1 and number <= 127 and { cause = number } or nil
end

-- Numbers apart by blanks, commas or slashes.
local function read_numbers(text, as_cause)
  local answers = {}
  for word in text:gmatch("[^%s,/]+") do
    local answer = read_number(word, as_cause)
    if not answer then
      return nil
    end
    answers[#answers + 1] = answer
  end
  return answers[1] and { answers = answers } or nil
end

-- A Status-Line, also behind what a log has in front of it, and "SIP 486 Busy Here" of Asterisk.
local function read_status_line(text)
  local line = match(text, "[sS][iI][pP]/%d+%.%d+ %d%d%d.*$") or match(text, "^[sS][iI][pP] %d%d%d %S.*$")
  local code = line and sip.code(line)
  if not code then
    return nil
  end
  local phrase = trim(match(line, "%d%d%d(.*)$", 4))
  local registered = sip.reason(code)
  local as = phrase == "" and "a Status-Line without a phrase" or ('a Status-Line with the phrase "%s"'):format(phrase)
  if registered and phrase ~= "" and lower(phrase) ~= lower(registered) then
    as = as .. (' in place of "%s"'):format(registered)
  end
  return { answers = { { code = code } }, read_as = as }
end

local function read_field(text)
  local answer, problem = field.read(text)
  if not answer then
    return problem and { problem = problem } or nil
  end
  local question = { answers = { answer }, read_as = "a " .. answer.field .. " field value" }
  for _, target in ipairs(answer.targets) do
    table.insert(question.answers, target)
  end
  return question
end

-- "the phrase and the constant of 486"
local function name_of(target, labels)
  local of = target.code and " of " .. target.code or target.cause and " of cause " .. target.cause
    or target.warning and " of warn-code " .. target.warning or ""
  if labels[2] then
    return table.concat(labels, ", ", 1, #labels - 1) .. " and " .. labels[#labels] .. of
  end
  return labels[1] .. of
end

-- Names of things, in any vocabulary. More than two things are a list to choose from.
local function read_name(text)
  local answers, labels, as = {}, {}, {}
  for _, entry in ipairs(vocabulary.named(text)) do
    local target = vocabulary.target(entry)
    if not labels[target] then
      labels[target] = {}
      answers[#answers + 1] = {
        code = entry.code, cause = entry.cause, warning = entry.warning, request = entry.request, is = labels[target],
      }
    end
    table.insert(labels[target], entry.as)
  end
  if not answers[1] or #answers > 2 then
    return nil
  end
  for i, answer in ipairs(answers) do
    as[i] = name_of(answer, answer.is)
  end
  return { answers = answers, read_as = table.concat(as, "; ") }
end

-- A number and a text of someone: "486 Besetzt", "17 User busy".
local function read_number_with_text(text, as_cause)
  local number, phrase = match(text, "^(%S-)[,:]?%s+(%S.*)$")
  local answer = number and read_number(number, as_cause)
  if not answer then
    return nil
  end
  local as = answer.code and 'a response code with the phrase "%s"' or 'a cause with the text "%s"'
  return { answers = { answer }, read_as = as:format(phrase) }
end

-- Several names, each an argument or behind a comma.
local function read_names(words)
  local list = {}
  for _, word in ipairs(words) do
    for part in word:gmatch("[^,]+") do
      list[#list + 1] = trim(part)
    end
  end
  local answers, as = {}, {}
  for _, word in ipairs(list) do
    local question = read_numbers(word) or read_name(word)
    if not question then
      return nil
    end
    for _, answer in ipairs(question.answers) do
      answers[#answers + 1] = answer
    end
    as[#as + 1] = question.read_as
  end
  return answers[1] and { answers = answers, read_as = as[1] and table.concat(as, "; ") or nil }
end

-- The text without fillers, and whether it asks for a cause. Nothing is left out if nothing would be left.
local function without_fillers(text)
  local kept, as_cause = {}, false
  for word in text:gsub("[?!]+%s*$", ""):gmatch("%S+") do
    local plain = lower(word:gsub("[,:'\"]", ""))
    as_cause = as_cause or CAUSE_WORDS[plain] or false
    if not FILLERS[plain] then
      kept[#kept + 1] = word
    end
  end
  return kept[1] and table.concat(kept, " ") or text, as_cause
end

-- The first known code or cause within words that are not known: "got a 488 from the carrier".
local function read_number_within(text, as_cause)
  for word in text:gmatch("[^%s,;:()%[%]]+") do
    local answer = read_number(word, as_cause)
    local is_known = answer and (answer.code and sip.reason(answer.code) or answer.cause and is_cause(answer.cause))
    if is_known and #word > 1 then
      local as = answer.code and "the response code %s in these words" or "the cause %s in these words"
      return { answers = { answer }, read_as = as:format(word) }
    end
  end
  return nil
end

local function read_text(text, as_cause)
  return read_numbers(text, as_cause) or read_status_line(text) or read_field(text) or read_name(text)
    or read_number_with_text(text, as_cause)
end

local lookup = { is_cause = is_cause }

function lookup.read(words)
  local text = trim(table.concat(words, " "))
  local short, as_cause = without_fillers(text)
  local question = read_numbers(short, as_cause) or read_text(text) or read_names(words) or read_text(short, as_cause)
  if question then
    return question
  end
  local hits = vocabulary.search(text)
  if not hits[1] then
    hits = vocabulary.search(short)
  end
  return hits[1] and { hits = hits } or read_number_within(text, as_cause) or {}
end

return lookup
