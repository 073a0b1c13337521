-- The cards that the command shows: of a response code, a cause, a warn-code, and a request.
local cause = require("sipcodes.cause")
local field = require("sipcodes.cli.field")
local header = require("sipcodes.header")
local response = require("sipcodes.cli.response")
local routing = require("sipcodes.routing")
local sip = require("sipcodes")
local tables = require("sipcodes.cli.tables")
local texts = require("sipcodes.cli.text")

local class_name, with_phrase = response.class_name, response.with_phrase

local sources = cause.tables()
local by_rfc = routing.policy({ base = "rfc" })

-- FreeSWITCH's name of a number in an era; nil if it has none.
local function switch_name(number, era)
  local found, name = cause.freeswitch(number, era)
  return found and name or nil
end

local card = {}

-- Facts

--- What is known of a code: what response.describe says, failover by the two standing policies, the causes that
-- it becomes, and what else its number means.
function card.of_code(code)
  local facts = response.describe(code)
  if sip.is_failure(code) then
    facts.failover = { carrier = (routing.failover(code)), rfc = (by_rfc(code)) }
    if by_rfc(code, nil, nil, { timeout = true }) and code == 408 then
      facts.failover.rfc_if_no_answer = true
    end
  end
  facts.causes = tables.causes_of(code)
  facts.freeswitch = switch_name(code)
  facts.freeswitch_before = not facts.freeswitch and switch_name(code, "old") or nil
  facts.cause_text = cause.text(code)
  return facts
end

--- What is known of a cause.
function card.of_cause(number)
  local facts = {
    cause = number, text = tables.cause_text(number), freeswitch = switch_name(number),
    responses = tables.codes_of(number), from = tables.codes_for(number), in_q850 = false,
  }
  facts.known = facts.text ~= nil
  for each, _, in_q850 in cause.causes() do
    facts.in_q850 = facts.in_q850 or each == number and in_q850
  end
  local class, title = cause.class(number)
  facts.class, facts.title = class, class and title
  facts.names = {}
  for _, source in ipairs(sources) do
    local name = cause.text(number, source.name)
    if name and name ~= facts.text and source.name ~= "freeswitch" then
      facts.names[source.name] = name
    end
  end
  return facts
end

--- What is known of a warn-code of the Warning header field.
function card.of_warning(code)
  local facts = { warning = code }
  for each, text in header.warnings() do
    facts.text = each == code and text or facts.text
  end
  return facts
end

--- What is known of the request BYE or CANCEL: the causes that it becomes.
function card.of_request(method)
  return { request = method, causes = tables.causes_of(method) }
end

-- Lines of the cards: a label, and a function of the facts that gives the text, a list of texts, or nil.

local function unless_empty(text)
  return text ~= "" and text or nil
end

local function sentence(text)
  return text:sub(1, 1):upper() .. text:sub(2):gsub("%.?$", ".", 1)
end

-- What a failure ends when it comes in a dialog (RFC 5057 5.1).
local dialog_ends = {
  transaction = "It ends the transaction only.",
  usage = "It ends the usage: this call or this subscription.",
  dialog = "It ends the dialog with all its usages.",
}

local function failover_text(facts)
  local verdict = facts.failover
  if not verdict then
    return nil
  elseif verdict.rfc_if_no_answer then
    return "Carriers expect another server to be tried; the RFCs only if no answer came at all."
  elseif verdict.carrier and verdict.rfc then
    return "Try another server: the RFCs say so, and carriers expect it."
  elseif verdict.carrier then
    return "Carriers expect another server to be tried; the RFCs do not ask for it."
  elseif verdict.rfc then
    return "The RFCs let another server be tried; carriers do not expect it."
  end
  return "Do not try another server: neither carriers nor the RFCs do."
end

local function has_cause(groups)
  for _, group in ipairs(groups) do
    if group.cause and #group.default < #group.tables then
      return true
    end
  end
  return false
end

local function also_of_code(facts)
  local list = {}
  if facts.freeswitch and facts.code > 127 then
    local name = facts.freeswitch
    list[1] = ("FreeSWITCH has a cause %d, %s (sipcodes cause %s)."):format(facts.code, name, name)
  elseif facts.freeswitch_before then
    list[1] = ("Before 1.10.8 %d was FreeSWITCH's cause %s, which is %d now."):format(
      facts.code, facts.freeswitch_before, (cause.freeswitch(facts.freeswitch_before)))
  end
  if facts.cause_text then
    list[#list + 1] = ("Cause %d is %s (sipcodes cause %d)."):format(facts.code, facts.cause_text, facts.code)
  end
  local warning = card.of_warning(facts.code).text
  if warning and not facts.known then
    list[#list + 1] = ("Warn-code %d of the Warning header field is %s."):format(facts.code, warning)
  end
  return list
end

local code_lines = {
  { "meaning", function(f) return f.note and sentence(f.note) end },
  { "next", function(f) return sentence(f.next) end },
  { "failover", failover_text },
  { "causes", function(f)
    return (has_cause(f.causes) or f.failover) and tables.lines(f.causes, "no cause") or nil
  end },
  { "must carry", function(f) return unless_empty(f.must) end },
  { "should carry", function(f) return unless_empty(f.should) end },
  { "may carry", function(f) return unless_empty(f.may) end },
  { "in reply to", function(f) return f.methods == "any" and "any request" or f.methods end },
  { "sent by", function(f) return f.origin end },
  { "treated as", function(f)
    local other = f.treat_as ~= f.code and with_phrase(f.treat_as)
    return other and other .. ", because it is not registered (RFC 3261 8.1.3.2)" or nil
  end },
  { "class", function(f) return class_name(f.class, f.title) end },
  { "defined in", function(f) return f.rfc and f.rfc .. " " .. f.section end },
  { "deprecated", function(f) return f.deprecated and "by " .. f.deprecated end },
  { "constant", function(f) return f.name end },
  { "also", also_of_code },
  { "in Kamailio", function(f) return ("KSR.sl.send_reply(sip.reply(%d))"):format(f.code) end },
  { "in FreeSWITCH", function(f)
    return f.code >= 400 and ("sip.freeswitch.respond(session, %d)"):format(f.code) or nil
  end },
}

-- What --full shows in addition.
local full_lines = {
  { "basis", function(f) return f.basis end },
  { "in a dialog", function(f) return dialog_ends[f.dialog] end },
  { "other phrases", function(f)
    return f.formerly and f.formerly[1] and table.concat(f.formerly, "; ")
  end },
}

local function kind_of_cause(facts)
  if facts.in_q850 then
    return ("Q.850 cause, class %d %s"):format(facts.class, facts.title)
  elseif facts.class then
    return ("cause that is met in practice, not in Q.850, class %d %s"):format(facts.class, facts.title)
  elseif facts.known then
    return "cause of FreeSWITCH, not in Q.850"
  end
  return "a number of Q.850 without a meaning"
end

local cause_lines = {
  { "responses", function(f) return tables.lines(f.responses, "no response") end },
  { "made from", function(f) return tables.lines(f.from) end },
  { "FreeSWITCH", function(f) return f.freeswitch end },
  { "Asterisk", function(f) return f.names.asterisk end },
  { "Yate", function(f) return f.names.yate end },
  { "kind", kind_of_cause },
  { "also", function(f)
    local other = f.cause >= 101 and f.cause <= 199 and with_phrase(sip.treat_as(f.cause))
    return other and ("%d is a response code, too, which is treated as %s (sipcodes sip:%d)."):format(
      f.cause, other, f.cause) or nil
  end },
  { "in Lua", function(f)
    return f.cause <= 127 and ("sip.cause.to_sip(%d)"):format(f.cause)
      or ('sip.cause.to_sip("%s", "freeswitch")'):format(f.freeswitch)
  end },
  { "in FreeSWITCH", function(f)
    return f.freeswitch and ('sip.freeswitch.hangup(session, "%s")'):format(f.freeswitch) or nil
  end },
}

local function causes_with(code)
  return function(f)
    return field.causes_with(code, ('%d host "%s"'):format(f.warning, f.text))
  end
end

local warning_lines = {
  { "kind", function() return "warn-code of the Warning header field (RFC 3261 20.43)" end },
  { "with 488", causes_with(488) },
  { "with 606", causes_with(606) },
  { "in Lua", function(f)
    return ('sip.header.format_warning{{code = %d, agent = "gw", text = "%s"}}'):format(f.warning, f.text)
  end },
}

local request_lines = {
  { "causes", function(f) return tables.lines(f.causes, "no cause") end },
  { "in Lua", function(f) return ('sip.cause.from_sip("%s")'):format(f.request) end },
}

--- Writes the card of these facts.
function card.write(facts, out)
  if facts.code then
    local title = facts.code .. " " .. (facts.reason or "(unknown)")
    texts.write_title(facts.class, title, out)
    texts.write_labelled(code_lines, facts, out)
    if out.full then
      texts.write_labelled(full_lines, facts, out)
    end
  elseif facts.cause then
    texts.write_title("title", ("cause %d %s"):format(facts.cause, facts.text or "(unknown)"), out)
    texts.write_labelled(cause_lines, facts, out)
  elseif facts.warning then
    texts.write_title("title", ("warn-code %d %s"):format(facts.warning, facts.text), out)
    texts.write_labelled(warning_lines, facts, out)
  else
    texts.write_title("title", facts.request .. " request", out)
    texts.write_labelled(request_lines, facts, out)
  end
end

return card
