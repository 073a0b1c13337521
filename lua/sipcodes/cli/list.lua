-- sipcodes list
local response = require("sipcodes.cli.response")
local exit = require("sipcodes.cli.exit")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local class_name, with_phrase, describe = response.class_name, response.with_phrase, response.describe
local FOUND, TROUBLE, fail = exit.FOUND, exit.TROUBLE, exit.fail
local columns, wrapped = texts.columns, texts.wrapped
local match = string.match

-- The entries in columns that read downwards.
local function write_columns(entries, out)
  local widest = 0
  for _, entry in ipairs(entries) do
    widest = math.max(widest, columns(entry))
  end
  if widest + 2 > out.width then
    for _, entry in ipairs(entries) do
      out.write(wrapped("  " .. match(entry, "^%S+ "), match(entry, " (.*)$"), out.width))
    end
    return
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

return {
  name = "list",
  usage = "list [CLASS]",
  summary = "list the registered codes, or those of one class",
  declare = function(parser, words)
    local class = parser:argument("class", "A class: 4xx, or 4."):args("?")
    if words then
      class:choices(words.classes)
    end
  end,
  run = function(options, out)
    local class = options.class
    if class then
      class = match(class, "^([1-6])[xX][xX]$") or match(class, "^[1-6]$")
      if not class then
        fail(TROUBLE, ('"%s" is not a class: 1xx to 6xx'):format(options.class))
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
      out.json(all, response.KEYS)
      return FOUND
    end
    for i, entries in ipairs(classes) do
      out.write(i > 1 and "\n" or "")
      texts.write_title(entries.class, class_name(entries.class, entries.title), out)
      write_columns(entries, out)
    end
    return FOUND
  end,
}
