-- Texts for a terminal.
local byte, find, match, rep, sub = string.byte, string.find, string.match, string.rep, string.sub

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

-- Calls replace(octets) for each stretch of text that is not a printable UTF-8.
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

--- The text as it may go to a terminal: controls and what is not UTF-8 as \xNN.
local function printable(text)
  return clean(text, function(sequence, length)
    if not length or find(sequence, "^[%c\127]") or steers(sequence) then
      return (sequence:gsub(".", hex))
    end
  end)
end

--- The text as JSON can hold it: U+FFFD for each octet that is not UTF-8.
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

-- The columns of the longest word.
local function longest_word(text)
  local longest = 0
  for word in text:gmatch("%S+") do
    longest = math.max(longest, columns(word))
  end
  return longest
end

--- The text in lines of at most `width` columns, the first after `head`, the others indented alike. If a word has
-- no room beside the head, the text begins on a line of its own, with a smaller indent. Words stay whole, even
-- one that is longer than a line.
local function wrapped(head, text, width)
  local lines, line, indent = {}, head, rep(" ", columns(head))
  local longest = longest_word(text)
  if #indent + longest > width and longest <= width and find(head, "%S") then
    lines[1] = match(head, "^(.-)%s*$")
    indent = rep(" ", math.min(4, width - longest))
    line = indent
  end
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

--- Writes the title of a card in a style of out.paint.
local function write_title(style, title, out)
  local head, rest = match(title, "^(%S+%s+)(.*)$")
  out.write(out.paint(style, sub(wrapped(head or "", rest or title, out.width), 1, -2)), "\n")
end

--- Writes a label and a text, or a list of texts with a line for each.
local function write_line(label, text, out)
  local head = ("  %-14s"):format(label)
  for i, part in ipairs(type(text) == "table" and text or { text }) do
    local lines = wrapped(i == 1 and head or rep(" ", #head), part, out.width)
    if i == 1 then
      lines = "  " .. out.paint("label", label) .. sub(lines, #label + 3)
    end
    out.write(lines)
  end
end

--- Writes the lines of a card: each has a label, and a function of the card that gives the text, a list of
-- texts, or nil. Returns whether there was any.
local function write_labelled(lines, card, out)
  local any = false
  for _, line in ipairs(lines) do
    local text = line[2](card)
    if text and text[1] ~= nil or type(text) == "string" then
      write_line(line[1], text, out)
      any = true
    end
  end
  return any
end

-- How many things there are, in words: "1 line", "2 lines".
local function amount(number, one, many)
  return ("%d %s"):format(number, number == 1 and one or many)
end

return {
  trim = trim, printable = printable, unicode = unicode, columns = columns, shortened = shortened,
  wrapped = wrapped,
  write_title = write_title, write_line = write_line, write_labelled = write_labelled, amount = amount,
}
