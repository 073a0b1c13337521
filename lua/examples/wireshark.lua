-- A plugin for Wireshark and tshark: what each SIP message means, as fields for filters and columns.
--
--   sipcodes.next            what to do next at the same server: "stop", "later", "elsewhere" ...
--   sipcodes.failover        should a call that got this response go on to another server?
--   sipcodes.outcome         how an INVITE ended: "answered", "busy", "no answer" ...
--   sipcodes.cause           the Q.850 cause of the Reason field, else what RFC 3398 makes of a failed INVITE
--   sipcodes.cause.source    "Reason" or "RFC 3398"
--   sipcodes.reason          each value of a Reason field, with the published text of its cause
--   sipcodes.blocking        a 603+ call-blocking notification; .url, .tel, .email, .id and .location
--
-- Copy this file into the folder of Lua plugins (Wireshark names it under Help, About, Folders). Install
-- sipcodes for the Lua of Wireshark, which `tshark --version` names. Then, for example:
--
--   tshark -r calls.pcap -Y 'sipcodes.outcome == "network failure"' -T fields -e sip.Call-ID -e sipcodes.cause
--
-- The statistics are in the menu Telephony of Wireshark, "SIP codes". In tshark they are printed for
--
--   tshark -q -r calls.pcap -X lua_script:wireshark.lua -X lua_script1:report
--
-- A port that is not taken for SIP is named with -d udp.port==15160,sip. A capture made at a proxy holds both
-- its sides: a branch that failed over then counts as an attempt of its own.

local found, sip = pcall(require, "sipcodes")
if not found then
  local why = ("sipcodes: the library is missing for %s: %s"):format(_VERSION, tostring(sip):match("^[^\n]*"))
  if gui_enabled() then
    report_failure(why)
  else
    io.stderr:write(why, "\n")
  end
  return
end

local blocking, cause, header, kpi, routing = sip.blocking, sip.cause, sip.header, sip.kpi, sip.routing
local LENIENT = { lenient = true }

-- ---- The messages of a packet ----

-- What is read of a message. A message begins with one of the first two.
local read = {
  ["sip.Status-Line"] = "status_line",
  ["sip.Request-Line"] = "request_line",
  ["sip.CSeq.method"] = "method",
  ["sip.CSeq.seq"] = "number",
  ["sip.Call-ID"] = "call",
  ["sip.from.tag"] = "from",
  ["sip.to.tag"] = "to",
  ["sip.Reason"] = "reason",
}
local extractors = {}
for name in pairs(read) do
  extractors[name] = Field.new(name)
end

-- The messages of the packet in their order: one over UDP, perhaps several in a segment of TCP.
local function messages()
  local list = {}
  if not extractors["sip.Status-Line"]() and not extractors["sip.Request-Line"]() then
    return list
  end
  local message
  for _, info in ipairs({ all_field_infos() }) do
    local key = read[info.name]
    if key == "status_line" or key == "request_line" then
      message = {}
      list[#list + 1] = message
    end
    if message and key == "reason" and message.reason then
      message.reason = message.reason .. ", " .. tostring(info.value) -- a second field of the same name
    elseif message and key then
      message[key] = message[key] or tostring(info.value)
    end
  end
  return list
end

-- What a message means; nil in place of what it does not say.
local function meaning(message)
  local facts = { reasons = header.reason(message.reason, LENIENT) or {} }
  local code, phrase
  if message.status_line then
    code, phrase = sip.parse(message.status_line)
  end
  local number = header.pick(message.reason, { "Q.850" }, LENIENT)
  if number then
    facts.cause, facts.source = number, "Reason"
  end
  if not code or not sip.class(code) then
    return facts
  end
  facts.code, facts.next = code, routing.action(code)
  if sip.is_failure(code) then
    facts.failover = routing.failover(code, phrase, message.reason, LENIENT)
    facts.blocking = blocking.detect(code, phrase, message.reason, LENIENT)
  end
  if message.method == "INVITE" then
    facts.outcome = kpi.outcome(code)
    if not facts.cause and sip.is_failure(code) then
      facts.cause = cause.from_sip(code)
      facts.source = facts.cause and "RFC 3398"
    end
  end
  return facts
end

-- ---- The fields ----

local protocol = Proto("sipcodes", "SIP codes")
local fields = {
  next = ProtoField.string("sipcodes.next", "Next at the same server"),
  failover = ProtoField.bool("sipcodes.failover", "Goes on to another server"),
  outcome = ProtoField.string("sipcodes.outcome", "Outcome"),
  cause = ProtoField.uint32("sipcodes.cause", "Cause"),
  source = ProtoField.string("sipcodes.cause.source", "Source of the cause"),
  reason = ProtoField.string("sipcodes.reason", "Reason"),
  blocking = ProtoField.string("sipcodes.blocking", "603+ call-blocking notification"),
}
local contacts = { "url", "tel", "email", "id", "location" }
for _, name in ipairs(contacts) do
  fields[name] = ProtoField.string("sipcodes.blocking." .. name, name)
end
protocol.fields = fields

local function add(tree, field, value, note)
  if value == nil then
    return nil
  end
  local item = tree:add(field, value)
  item:set_generated()
  if note then
    item:append_text(" (" .. note .. ")")
  end
  return item
end

-- "Q.850 cause 17 (User busy)".
local function reason_text(one)
  if not one.cause then
    return one.protocol
  end
  local text = header.meaning(one.protocol, one.cause)
  return ("%s cause %d"):format(one.protocol, one.cause) .. (text and " (" .. text .. ")" or "")
end

local function show(message, root)
  local facts = meaning(message)
  if not facts.code and not facts.cause and #facts.reasons == 0 then
    return
  end
  local tree = root:add(protocol)
  tree:set_generated()
  if facts.code then
    tree:append_text(": " .. sip.line(facts.code))
  end
  add(tree, fields.next, facts.next and facts.next:gsub("_", " ") or nil)
  add(tree, fields.failover, facts.failover)
  add(tree, fields.outcome, facts.outcome)
  add(tree, fields.cause, facts.cause, facts.cause and cause.text(facts.cause))
  add(tree, fields.source, facts.source)
  for _, one in ipairs(facts.reasons) do
    add(tree, fields.reason, reason_text(one))
  end
  if facts.blocking then
    local item = add(tree, fields.blocking, facts.blocking.protocol)
    for _, name in ipairs(contacts) do
      add(item, fields[name], facts.blocking[name])
    end
  end
end

function protocol.dissector(_, _, tree)
  for _, message in ipairs(messages()) do
    show(message, tree)
  end
end
register_postdissector(protocol)

-- ---- The statistics ----

local function add_one(counts, key)
  counts[key] = (counts[key] or 0) + 1
end

local function new_statistics()
  return { responses = {}, finals = {}, causes = {}, seen = {} }
end

-- Counts a response once, however often it is sent and through however many hops it is seen.
local function count(statistics, message)
  local facts = meaning(message)
  local key = table.concat({
    message.call or "", message.from or "", message.to or "", message.number or "", message.method or "",
    facts.code or "",
  }, "\n")
  if not facts.code or statistics.seen[key] then
    return
  end
  statistics.seen[key] = true
  add_one(statistics.responses, facts.code)
  if message.method == "INVITE" and sip.is_final(facts.code) then
    kpi.add(statistics.finals, facts.code)
    if facts.cause and sip.is_failure(facts.code) then
      add_one(statistics.causes, facts.cause)
    end
  end
end

-- The keys of a table of counts in ascending order.
local function sorted(counts)
  local keys = {}
  for key in pairs(counts) do
    keys[#keys + 1] = key
  end
  table.sort(keys)
  return keys
end

-- The statistics as lines of text.
local function report(statistics)
  local lines = { "Responses" }
  local function line(form, ...)
    lines[#lines + 1] = form:format(...)
  end
  for _, code in ipairs(sorted(statistics.responses)) do
    line("%7d  %s", statistics.responses[code], sip.line(code))
  end

  line("\nOutcomes of INVITE")
  local outcomes = {}
  for code, number in pairs(statistics.finals) do
    local outcome = kpi.outcome(code)
    outcomes[outcome] = (outcomes[outcome] or 0) + number
  end
  for _, outcome in ipairs(kpi.outcomes()) do
    if outcomes[outcome] then
      line("%7d  %s", outcomes[outcome], outcome)
    end
  end

  line("\nCauses of failure (Q.850)")
  for _, number in ipairs(sorted(statistics.causes)) do
    line("%7d  %d %s", statistics.causes[number], number, cause.text(number) or "(unknown)")
  end

  local ratios = kpi.ratios(statistics.finals, { challenges = false })
  line("\nRatios of %d attempts, without challenges", ratios.attempts)
  for _, name in ipairs({ "ser", "seer", "isa", "asr", "ner" }) do
    line("  %-5s %s", name:upper(), ratios[name] and ("%.1f %%"):format(ratios[name]) or "-")
  end
  return table.concat(lines, "\n") .. "\n"
end

-- Counts the packets, and gives the report to a function at each drawing.
local function listen(draw)
  local statistics = new_statistics()
  local tap = Listener.new("frame", "sip")
  function tap.packet()
    for _, message in ipairs(messages()) do
      count(statistics, message)
    end
  end
  function tap.reset()
    statistics = new_statistics()
  end
  function tap.draw()
    draw(report(statistics))
  end
  return tap
end

if gui_enabled() then
  register_menu("SIP codes", function()
    local window = TextWindow.new("SIP codes")
    local tap = listen(function(text) window:set(text) end)
    window:set_atclose(function() tap:remove() end)
    retap_packets()
  end, MENU_STAT_TELEPHONY)
elseif (...) == "report" then
  listen(function(text) io.write(text) end)
end
