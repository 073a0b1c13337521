-- Writes HTML.
local html = {}

local entities = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- The text with what HTML would read as markup escaped.
function html.escape(text)
  return (tostring(text):gsub('[&<>"]', entities))
end

--- A link; the text is escaped.
function html.link(target, text)
  return ('<a href="%s">%s</a>'):format(html.escape(target), html.escape(text))
end

--- A description list of {label, markup} pairs. A pair whose markup is nil, false or "" is left out.
function html.facts(pairs_of)
  local lines = {}
  for _, pair in ipairs(pairs_of) do
    if pair[2] and pair[2] ~= "" then
      lines[#lines + 1] = ("<dt>%s</dt><dd>%s</dd>"):format(pair[1], pair[2])
    end
  end
  return "<dl>" .. table.concat(lines, "\n") .. "</dl>"
end

return html
