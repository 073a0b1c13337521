-- Writes the page of codes, one file of HTML that works offline:
--
--   lua5.4 spec/tools/page/write.lua build/doc/index.html
--
-- All that it says comes from the built module. The same module gives the same page on every Lua.
package.cpath = ("./build/%s/?.so;"):format(_VERSION:match("%d%.%d")) .. package.cpath
package.path = "./?.lua;" .. package.path

local cards = require("spec.tools.page.cards")
local cause = require("sipcodes.cause")
local facts = require("spec.tools.page.facts")
local html = require("spec.tools.page.html")
local json = require("spec.tools.page.json")
local sip = require("sipcodes")
local words = require("spec.tools.page.words")

local read = require("spec.support.file").read

local filters = { { "all", "All" } }
for class = 1, 6 do
  filters[#filters + 1] = { class .. "xx", class .. "xx" }
end
filters[#filters + 1] = { "q850", "Q.850 causes" }
filters[#filters + 1] = { "freeswitch", "FreeSWITCH" }

local function filter_buttons()
  local buttons = {}
  for i, filter in ipairs(filters) do
    buttons[i] = ('<button type="button" data-kind="%s" aria-pressed="%s">%s</button>'):format(
      filter[1], tostring(i == 1), filter[2])
  end
  return table.concat(buttons, "\n")
end

local function section(id, title, list)
  return ([[
<section data-kinds="%s" aria-labelledby="%s-title">
<h2 id="%s-title">%s</h2>
<div class="list">
%s</div>
</section>]]):format(id, id, id, title, table.concat(list))
end

local function sections()
  local by_class, list = {}, {}
  for class = 1, 6 do
    by_class[class] = {}
  end
  for _, code in ipairs(facts.codes()) do
    table.insert(by_class[(sip.class(code))], cards.response(code))
    if code == 603 then
      table.insert(by_class[6], cards.blocking())
    end
  end
  for class = 1, 6 do
    local _, title = sip.class(class * 100)
    list[class] = section(class .. "xx", ('<span class="range">%dxx</span>%s'):format(class, title), by_class[class])
  end
  local causes, switch_causes = {}, {}
  for i, one in ipairs(facts.causes()) do
    causes[i] = cards.cause(one)
  end
  for i, one in ipairs(facts.switch_causes()) do
    switch_causes[i] = cards.switch_cause(one)
  end
  list[#list + 1] = section("q850", "Causes of Q.850 and of practice", causes)
  list[#list + 1] = section("freeswitch", "FreeSWITCH's causes", switch_causes)
  return table.concat(list, "\n")
end

local function sources()
  local list = {}
  for i, source in ipairs(cause.tables()) do
    list[i] = { html.escape(source.name), html.escape(("%s (%s); %s, %s"):format(
      source.source, source.edition, words.kinds[source.kind], source.certainty)) }
  end
  return html.facts(list)
end

-- The files of the script, in the order in which they use each other.
local function script()
  local list = {}
  for i, name in ipairs({ "cards", "read", "search", "results", "compare", "move" }) do
    list[i] = read(("spec/tools/page/%s.js"):format(name))
  end
  return table.concat(list, "\n")
end

local parts = {
  style = read("spec/tools/page/page.css"),
  filters = filter_buttons(),
  sections = sections(),
  sources = sources(),
  registry = sip._REGISTRY,
  version = sip._VERSION,
  data = json.encode(facts.for_script()),
  script = script(),
}

local page = read("spec/tools/page/page.html"):gsub("@@(%a+)@@", parts)
local file = assert(io.open(arg[1], "wb"))
file:write(page)
file:close()
