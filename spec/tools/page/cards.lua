-- The cards of the page: one for each response code, for each cause and for each cause of FreeSWITCH.
local cause = require("sipcodes.cause")
local facts = require("spec.tools.page.facts")
local groups = require("spec.tools.page.groups")
local html = require("spec.tools.page.html")
local kpi = require("sipcodes.kpi")
local routing = require("sipcodes.routing")
local sip = require("sipcodes")
local words = require("spec.tools.page.words")

local escape, link = html.escape, html.link

local cards = {}

local rfc_policy = routing.policy({ base = "rfc" })

-- A card is closed until its summary is clicked. It has the anchor, the kind (a class of codes, "q850" or
-- "freeswitch"), the number, the name, one line of text and the facts; the label is optional.
local function card(c)
  return ([[
<details class="card" id="%s" data-kind="%s" data-number="%d">
<summary><span class="number">%s</span><span><span class="name">%s</span>
<span class="gist">%s</span></span>%s</summary>
%s
</details>
]]):format(c.id, c.kind, c.number, c.shown or c.number, escape(c.name), escape(c.gist),
    c.label and (' <span class="label">%s</span>'):format(escape(c.label)) or "", html.facts(c.facts))
end

-- Other names of a card; the search treats them like its name.
local function names(list)
  local shown = {}
  for i, name in ipairs(list) do
    shown[i] = ('<span class="also">%s</span>'):format(escape(name))
  end
  return table.concat(shown, ", ")
end

local function code_of(lua)
  return ("<code>%s</code>"):format(escape(lua))
end

local function defined_in(info)
  if not info.rfc then
    return nil
  end
  local section = info.section:match("^[%w.]+")
  local target = ("https://www.rfc-editor.org/rfc/%s#section-%s"):format(info.rfc:lower():gsub(" ", ""), section)
  return link(target, info.rfc .. ", section " .. section) .. escape(info.section:sub(#section + 1))
end

local function in_reply_to(methods)
  return methods == "any" and "Any request but ACK" or methods and escape(methods)
end

local function goes_on(code)
  if not sip.is_failure(code) then
    return nil
  end
  local carrier, rfc = routing.failover(code), rfc_policy(code)
  if carrier == rfc then
    return carrier and "Yes." or "No."
  end
  return carrier and "Yes for calls through carriers, no by the RFCs alone."
    or "No for calls through carriers, yes by the RFCs alone."
end

local function next_step(info)
  local sentence = words.actions[info.action][2]
  return info.retry_after and sentence .. " Retry-After may name a time." or sentence
end

local function one_sentence(text)
  local first = text:sub(1, 1):upper() .. text:sub(2)
  return first:find("%.$") and first or first .. "."
end

local function map_link(key)
  return ('<a class="compare" href="#map-%s">Compare the tables</a>'):format(key)
end

--- The card of a response code.
function cards.response(code)
  local info = sip.info(code)
  return card({
    id = code, kind = info.class .. "xx", number = code, name = info.reason, gist = one_sentence(info.note),
    label = words.actions[info.action][1],
    facts = {
      { "Next", escape(next_step(info)) },
      { "Another server", goes_on(code) },
      { "Causes", (groups.causes_of(code) or "No table has a cause for it. ") .. map_link(code) },
      { "In a dialog", escape(words.dialog[info.dialog] or "") },
      { "Answers", in_reply_to(info.methods) },
      { "Must carry", escape(info.must or "") },
      { "Should carry", escape(info.should or "") },
      { "May carry", escape(info.may or "") },
      { "Counts as", kpi.outcome(code) },
      { "Not registered", info.origin and "Known from " .. escape(info.origin) .. "." },
      { "Deprecated", info.deprecated and "by " .. escape(info.deprecated) },
      { "Defined in", defined_in(info) },
      { "Why", escape(info.basis or "") },
      { "Also called", names(info.formerly) },
      { "In Lua", (info.name and '<span class="also">' .. code_of("sip." .. info.name) .. "</span>, " or "")
        .. code_of(("sip.reply(%d)"):format(code)) },
    },
  })
end

-- The names that platforms have for a cause, each once.
local function platform_names(number)
  local list, seen = {}, { [cause.text(number)] = true }
  for _, source in ipairs(cause.tables()) do
    local name = cause.text(number, source.name)
    if name and not seen[name] then
      seen[name] = true
      list[#list + 1] = name
    end
  end
  return list
end

--- The card of a Q.850 cause, a record of facts.causes.
function cards.cause(one)
  local class, title = cause.class(one.number)
  local found, switch_name = cause.freeswitch(one.number)
  local others = platform_names(one.number)
  return card({
    id = "q850-" .. one.number, kind = "q850", number = one.number, name = one.text,
    gist = others[1] and table.concat(others, ", ") or ("Class %d, %s"):format(class, title),
    facts = {
      { "Becomes", (groups.codes_of(one.number) or "") .. map_link("q850-" .. one.number) },
      { "Comes from", groups.sources_of(one.number) or "No response becomes this cause." },
      { "Class", ("%d, %s"):format(class, escape(title)) },
      { "Standard", one.in_q850 and "ITU-T Q.850" or "It is met in practice, and is not in ITU-T Q.850." },
      { "Names", names(others) },
      { "FreeSWITCH", found and link("#" .. switch_name, switch_name) },
      { "In Lua", code_of(("sip.cause.to_sip(%d)"):format(one.number)) },
    },
  })
end

local function era(one)
  if one.new then
    return "since 1.10.8"
  end
  return one.old and ("%d since 1.10.8, %d before"):format(one.number, one.old) or nil
end

--- The card of a cause of FreeSWITCH, a record of facts.switch_causes.
function cards.switch_cause(one)
  local code, phrase, default = cause.to_sip(one.number, "freeswitch")
  local items = {}
  for i, from in ipairs(facts.codes_of(one.number, "freeswitch")) do
    items[i] = "<li>" .. link(groups.code_link(from)) .. "</li>"
  end
  local text = one.number >= 1 and one.number <= 127 and cause.text(one.number)
  return card({
    id = one.name, kind = "freeswitch", number = one.number, name = one.name,
    gist = ("The caller gets %d %s%s."):format(code, phrase, default and ", the default" or ""),
    facts = {
      { "Sent as", link(groups.code_link(code)) .. (default and " (default)" or "") },
      { "Comes from", items[1] and '<ul class="from">' .. table.concat(items, "\n") .. "</ul>"
        or "No response becomes this cause." },
      { "Q.850", text and link("#q850-" .. one.number, ("%d %s"):format(one.number, text))
        or "It is FreeSWITCH's own, and has no number of Q.850." },
      { "Number", era(one) },
      { "In Lua", code_of(('sip.freeswitch.hangup(session, "%s")'):format(one.name)) },
    },
  })
end

--- The card of the 603+ call-blocking notification.
function cards.blocking()
  local _, phrase, reason = sip.blocking.reply({ url = "https://carrier.example/redress", location = "TN" })
  return card({
    id = "603plus", kind = "6xx", number = 603, shown = "603+", name = phrase,
    gist = "A network has blocked the call by analytics, and says whom to ask about it.",
    label = words.actions.stop_everywhere[1],
    facts = {
      { "How to tell", 'The code is 603, the phrase is "Network Blocked", and a Reason value with SIP cause 603 or '
        .. "Q.850 cause 21 has a text that begins with <code>v=analytics1</code>. The text may carry "
        .. "<code>url</code>, <code>tel</code>, <code>email</code> and <code>id</code>." },
      { "Reason", code_of(reason) },
      { "Next", "Stop: no other server or address will do better. Pass the response on as it came." },
      { "Defined in", "ATIS-1000099; see also " .. link("#603", "603 Decline") },
      { "Also called", names({ "603+", "Call blocking notification" }) },
      { "In Lua", code_of("sip.blocking.detect(603, phrase, reason)") },
    },
  })
end

return cards
