-- Text as tools write it into logs, with its line ends made real again.
local find, gsub, sub = string.find, string.gsub, string.sub

-- What stands for a line end or for another octet, in the order in which it is replaced: a text without
-- which there is nothing to do, a pattern and its replacement.
local rules = {
  -- Colour sequences.
  { "\27", "\27%[[%d;:]*[%a]", "" },
  -- JSON and C: \r\n, also with the backslashes doubled; \u000a; \/; \".
  { "\\", "\\+[rR]\\+n", "\n" },
  { "\\", "\\+n", "\n" },
  { "\\", "\\+r", "\n" },
  { "\\u", "\\+u000[dD]\\+u000[aA]", "\n" },
  { "\\u", "\\+u000[aAdD]", "\n" },
  { "\\u", "\\+u0022", '"' },
  { "\\u", "\\+u003[cC]", "<" },
  { "\\u", "\\+u003[eE]", ">" },
  { "\\", "\\+/", "/" },
  { "\\", "\\+t", "\t" },
  -- rsyslog.
  { "#01", "#015#012", "\n" },
  { "#01", "#01[25]", "\n" },
  -- Some SBCs and editors.
  { "<0", "<0[dD]><0[aA]>", "\n" },
  { "<0", "<0[aAdD]>", "\n" },
  { "^M", "%^M%f[\r\n%z]", "" },
  -- XML.
  { "&#", "&#[xX]?0*[dD1][3]?;&#[xX]?0*[aA1][0]?;", "\n" },
  { "&#", "&#[xX]0*[aAdD];", "\n" },
  { "&#", "&#0*1[03];", "\n" },
  { "&", "&lt;", "<" },
  { "&", "&gt;", ">" },
  { "&", "&quot;", '"' },
}

-- What none of the rules can begin with.
local any = "[\27\\#<^&]"

--- The text with real line ends, without colours.
local function unescape(text)
  if not find(text, any) then
    return text
  end
  local first, is_there -- the octet that the rules at hand begin with, and whether the text has it
  for _, rule in ipairs(rules) do
    local octet = sub(rule[1], 1, 1)
    if octet ~= first then
      first, is_there = octet, find(text, octet, 1, true) ~= nil
    end
    if is_there and find(text, rule[1], 1, true) then
      text = gsub(text, rule[2], rule[3])
    end
  end
  return text
end

return unescape
