-- A report as one page of HTML: tables and bars, without a script and without anything from elsewhere.
local exit = require("sipcodes.cli.exit")
local texts = require("sipcodes.cli.text")

local TROUBLE, fail = exit.TROUBLE, exit.fail
local printable, unicode = texts.printable, texts.unicode

local STYLE = [[
:root { color-scheme: light dark; --ink: #1c2733; --paper: #fff; --line: #d5dce3; --bar: #2f6db0; --soft: #5b6875; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e4e9ee; --paper: #14191f; --line: #35404b; --bar: #6aa5e6; --soft: #9aa7b4; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); max-width: 62rem;
  margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; margin-bottom: .25rem; }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem; }
p { color: var(--soft); margin: .25rem 0; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; }
th, td { text-align: left; padding: .3rem .75rem .3rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { font-weight: 600; }
.number { text-align: right; white-space: nowrap; }
svg { width: 100%; min-width: 8rem; height: .9rem; display: block; }
rect { fill: var(--bar); }
@media print { body { margin: 0; max-width: none; } tr { break-inside: avoid; } }
]]

local html = {}

local ENTITIES = { ["&"] = "&amp;", ["<"] = "&lt;", [">"] = "&gt;", ['"'] = "&quot;" }

--- A text as HTML can hold it; controls are shown as \xNN.
function html.escape(text)
  return (printable(unicode(text)):gsub('[&<>"]', ENTITIES))
end

-- A bar in proportion to the largest count.
local function bar(count, largest, label)
  return ('<svg viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="%s">'
    .. '<rect width="%.2f" height="10" rx="1"/></svg>'):format(label, 100 * count / largest)
end

--- A table. columns is a list of {heading, is_number}; a cell is a text or a number, nil for none.
function html.table(columns, rows)
  local parts = { '<div class="wide"><table>\n<thead><tr>' }
  for _, column in ipairs(columns) do
    parts[#parts + 1] = ('<th scope="col"%s>%s</th>'):format(column[2] and ' class="number"' or "",
      html.escape(column[1]))
  end
  parts[#parts + 1] = "</tr></thead>\n<tbody>\n"
  for _, row in ipairs(rows) do
    parts[#parts + 1] = "<tr>"
    for i, column in ipairs(columns) do
      local value = row[i]
      local cell = type(value) == "table" and value.html or html.escape(tostring(value == nil and "" or value))
      parts[#parts + 1] = ("<td%s>%s</td>"):format(column[2] and ' class="number"' or "", cell)
    end
    parts[#parts + 1] = "</tr>\n"
  end
  parts[#parts + 1] = "</tbody></table></div>\n"
  return table.concat(parts)
end

--- A table of bars for rows {count, share}, and what label_of calls them.
function html.bars(heading, rows, label_of)
  local largest, list = 1, {}
  for _, row in ipairs(rows) do
    largest = math.max(largest, row.count)
  end
  for i, row in ipairs(rows) do
    local share = ("%.1f %%"):format(row.share)
    list[i] = { label_of(row), ("%d"):format(row.count), share, { html = bar(row.count, largest, share) } }
  end
  return html.table({ { heading }, { "calls", true }, { "share", true }, { "" } }, list)
end

function html.heading(text)
  return "<h2>" .. html.escape(text) .. "</h2>\n"
end

function html.paragraph(text)
  return "<p>" .. html.escape(text) .. "</p>\n"
end

--- Writes the page into a file.
function html.write(path, title, body, out)
  local file, why = out.env.open(path, "wb")
  if not file then
    fail(TROUBLE, "cannot open " .. printable(why))
  end
  local ok, trouble = file:write('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n',
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n<title>', html.escape(title),
    "</title>\n<style>\n", STYLE, "</style>\n</head>\n<body>\n<main>\n<h1>", html.escape(title), "</h1>\n", body,
    "</main>\n</body>\n</html>\n")
  local closed, at_close = file:close()
  if not ok or not closed then
    fail(TROUBLE, ("cannot write %s: %s"):format(printable(path), printable(trouble or at_close)))
  end
end

return html
