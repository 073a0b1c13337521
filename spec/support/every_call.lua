-- Calls of every function of every module, with good and with bad arguments, for what a host or its memory does
-- to them while they run.
local ksr = require("spec.support.ksr")
local session = require("spec.support.session")
local sip = require("sipcodes")

local unpack = table.unpack or unpack -- luacheck: ignore 143

local every_call = { MOST_ARGUMENTS = 4 } -- no function takes more

local MODULES = { "blocking", "cause", "freeswitch", "header", "kamailio", "kpi", "routing" }

local long = ("x"):rep(600)
local reason = 'Q.850;cause=17;text="a\\"b";x=1;y;Z="' .. long .. '", SIP;location=U'
local blocked = { sip.blocking.reply({ tel = "+1", url = "https://a.example/" .. long, location = "TN" }) }

-- A session whose last attempt failed, and one whose last attempt ended with a 603+.
local function failed()
  return session.new({
    originate_disposition = "CALL_REJECTED",
    last_bridge_hangup_cause = "USER_BUSY",
    originate_causes = "a;CALL_REJECTED|b;USER_BUSY|c;NO_ANSWER",
    last_bridge_proto_specific_hangup_cause = "sip:486",
    sip_reason = 'Q.850;cause=17;text="busy"',
  })
end

local function refused()
  return session.new({
    originate_disposition = "CALL_REJECTED",
    last_bridge_hangup_cause = "CALL_REJECTED",
    last_bridge_proto_specific_hangup_cause = "sip:603",
    sip_invite_failure_status = "603",
    sip_invite_failure_phrase = "Network Blocked",
    sip_reason = blocked[3],
  })
end

local function count(...)
  local seen = 0
  for _ in ... do
    seen = seen + 1
  end
  return seen
end

local function iterate(f)
  return count(f())
end

-- The arguments of each call, or a function that gets the function under test.
local function new_calls(policy)
  local records = {
    { protocol = "Q.850", cause = 17, text = 'a"' .. long, params = { a = true, b = 5, ppi = "c" } },
    { protocol = "SIP", location = "U" },
  }
  local flags = { f1 = true, f2 = true, f3 = true, f4 = true, f5 = true, f6 = true, f7 = true, f8 = true }
  local notice = { tel = "+1", url = "https://a.example/" .. long, location = "TN" }
  return {
    reason = { { 486 }, { "sip:486" }, { 499 }, { {} } },
    class = { { 486 }, { 99 }, { true } },
    codes = { {}, { 7 }, function(f) return count(f(6)) end },
    info = { { 486 }, { 477 }, { 423, "must" }, { 486, "rfc" }, { 499 }, { 486, long } },
    code = { { 486 }, { "Not Acceptable" }, { "SIP/2.0 486 Busy" }, { long }, { {} } },
    treat_as = { { 499 }, { "x" }, { {} } },
    is_provisional = { { 180 }, { {} } },
    is_final = { { 486 }, { {} } },
    is_success = { { 200 }, { {} } },
    is_redirection = { { 302 }, { {} } },
    is_failure = { { 486 }, { {} } },
    is_registered = { { 486 }, { {} } },
    reply = { { 486 }, { 499 }, { 486, long }, { 99 }, { 486, "a\r\n" } },
    line = { { 486 }, { 486, long }, { 486, "\0" }, { {} } },
    status_line = { { 486 }, { 499, long }, { 486, 5 } },
    parse = { { "SIP/2.0 486 " .. long }, { long }, { {} } },
    localize = { { { [404] = long, ["499"] = "x" } }, { { [404] = "\n" } }, { { x = 1, [1] = 2 } }, { 5 } },
    ["localized.reason"] = { { 404 }, { 486 }, { {} } },
    ["localized.reply"] = { { 404 }, { 486 }, { 486, "\r" } },
    ["localized.line"] = { { 404 }, { 499 }, { 99 } },
    ["localized.status_line"] = { { 404 }, { 486, long } },
    ["cause.from_sip"] = { { 486 }, { 499, "asterisk" }, { "BYE" }, { 488, "rfc3398", '304 a "b"' }, { 486, long } },
    ["cause.to_sip"] = { { 17 }, { "user_busy", "freeswitch" }, { 602, "freeswitch" }, { 21, nil, "U" },
      { 17, nil, "x" } },
    ["cause.text"] = { { 17 }, { 602, "freeswitch" }, { 999 }, { {} } },
    ["cause.class"] = { { 17 }, { 999 }, { {} } },
    ["cause.causes"] = { iterate },
    ["cause.freeswitch"] = { { 602 }, { "user_busy" }, { 602, "old" }, { 1, "new" } },
    ["cause.tables"] = { {} },
    ["header.reason"] = { { reason }, { reason .. ";", { lenient = true } }, { reason .. ";" }, { nil }, { 5 },
      { "SIP", { [long] = 1 } } },
    ["header.format_reason"] = { { records }, { { { protocol = "SIP", params = flags } } }, { {} },
      { { { protocol = "a b" } } },
      { { { protocol = "S", params = { a = {} } } } } },
    ["header.pick"] = { { reason }, { reason, { "SIP", "q.850" } }, { "x", nil, { lenient = true } }, { "x;", { "a" } },
      { "x", { 1 } } },
    ["header.meaning"] = { { "Q.850", 17 }, { "EMM", 22 }, { long, 1 }, { 1, 1 } },
    ["header.warning"] = { { '399 a "b\\"", 300 c ""' }, { long }, { 5 } },
    ["header.format_warning"] = {
      { { { code = 399, agent = "a", text = long }, { code = "300", agent = "b", text = "" } } },
      { { { code = 1000 } } },
    },
    ["header.retry_after"] = { { "5 (a\\(b);duration=7" }, { 5 }, { long }, { {} } },
    ["header.protocols"] = { iterate },
    ["header.warnings"] = { iterate },
    ["routing.action"] = { { 486 }, { long }, { {} } },
    ["routing.best"] = { { { 503, 486, 404 } }, { {}, { method = "BYE" } }, { { 486, "x" } },
      { { 486 }, { [long] = 1 } } },
    ["routing.failover"] = { { 503 }, { 603, blocked[2], blocked[3] }, { 503, nil, nil, { retry_after = "5" } },
      { {} }, { 503, nil, nil, { x = 1 } } },
    ["routing.policy"] = {
      { { [486] = true, ["48x"] = true, ["5xx"] = false, ["480 " .. long] = true, ["503 a"] = true, [404] = true,
        ["405"] = true, [406] = false, [407] = false, [408] = false, timeout = true, base = "rfc" } },
      { { [486] = true, ["486"] = false } }, { { ["480-489"] = true, ["481-490"] = true } }, { { [long] = 1 } }, { 5 },
    },
    policy = { { 486 }, { 480 }, { 503, "busy" }, { {} } },
    ["blocking.detect"] = { blocked, { 603, "x", "y" }, { 603, "Network Blocked", "SIP;" }, { {} } },
    ["blocking.reply"] = { { notice }, { { tel = "1" } }, { { [long] = 1 } }, { 5 } },
    ["kpi.ratios"] = { { { [200] = 5, ["486"] = 1 } }, { { [200] = 1 }, { ner = { "2xx", 486 } } },
      { { x = 1, y = 1 } }, { 5 } },
    ["kpi.add"] = { { { [200] = 1 }, 486 }, { {}, "x" }, { { [486] = "x" }, 486 } },
    ["kpi.outcome"] = { { 486 }, { 99 }, { {} } },
    ["kpi.outcomes"] = { {} },
    ["freeswitch.status"] = { { failed() }, { session.new() }, { {} }, { 5 } },
    ["freeswitch.clear"] = { { failed() }, { {} } },
    ["freeswitch.legs"] = { { failed() }, { session.new() }, { {} } },
    ["freeswitch.attempts"] = { { failed(), { keep_503 = true } }, { failed(), { x = 1 } }, { 5 } },
    attempt = { { "a" }, { 5 } },
    finish = { {} },
    ["freeswitch.respond"] = { { session.new(), 486 }, { failed(), 302, "sip:a@b" }, { session.new(), 200 },
      { session.new(), 486, "\n" } },
    ["freeswitch.hangup"] = { { failed(), 17 }, { failed(), 602 }, { failed(), long } },
    ["freeswitch.causes"] = { { { 486, 503, "NO_ANSWER" } }, { { 486, 200 } }, { {} } },
    ["freeswitch.set_reason"] = { { session.new(), records }, { session.new(), {} } },
    ["freeswitch.pass_on"] = { { refused() }, { failed() }, { session.new() } },
    ["kamailio.yes"] = { { 1 } },
    ["kamailio.reply"] = { { 486 }, { 99 } },
    ["kamailio.status"] = { {} },
    ["kamailio.reason"] = { {} },
    ["kamailio.contacts"] = { {} },
    ["kamailio.keep"] = { {} },
    ["kamailio.add_reason"] = { { reason }, { records }, { {} } },
    ["kamailio.failover"] = { {}, { policy }, { 5 } },
  }
end

-- Two gateways that fail, and the answer.
local function collect()
  local caller = failed()
  local attempt = sip.freeswitch.attempts(caller)
  attempt("a")
  caller.variables = refused().variables
  attempt("b")
  return attempt.finish(), caller.variables.sip_reason
end

-- Opens every module again.
local function open()
  local kept = {}
  for name, module in pairs(package.loaded) do
    if name:find("^sipcodes") then
      kept[name] = module
    end
  end
  for name in pairs(kept) do
    package.loaded[name] = nil
  end
  package.loaded["sipcodes.kamailio"] = kept["sipcodes.kamailio"] -- a file
  local function open_all()
    local again = require("sipcodes")
    for _, name in ipairs(MODULES) do
      assert(again[name] == package.loaded["sipcodes." .. name])
    end
    return again.BUSY_HERE, again.reasons[486], again.NO_SUCH_CODE
  end
  local ok, problem = pcall(open_all)
  for name, module in pairs(kept) do
    package.loaded[name] = module
  end
  return ok, problem
end

-- Kamailio's global, in a failure route.
local function new_ksr()
  return ksr.new({
    route = "failure",
    code = 503,
    phrase = "Busy",
    fields = {
      Reason = { 'Q.850;cause=17;text="a\\"b"' },
      Contact = { "<sip:a@b>;q=0.5, sip:c@d" },
      ["Retry-After"] = { "5" },
    },
  })
end

-- The functions under test, by the names that `new_calls` has for them.
local function functions(policy)
  local localized = sip.localize({ [404] = "Nicht gefunden" })
  local attempts = sip.freeswitch.attempts(session.new())
  local found = { attempt = attempts, finish = attempts.finish, policy = policy }
  local function add(module, prefix)
    for name, value in pairs(module) do
      if type(value) == "function" then
        found[prefix .. name] = value
      end
    end
  end
  add(sip, "")
  add(localized, "localized.")
  for _, name in ipairs(MODULES) do
    add(sip[name], name .. ".")
  end
  return found
end

--- A fresh list of {name, run}, by name, where it is a plain call also with its {f, arguments}. Fails if a function of
-- a module is not called. The calls of sipcodes.kamailio need the global KSR, which this sets.
function every_call.list()
  local policy = sip.routing.policy({ [486] = true, ["480-489"] = false, ["503 Busy"] = true })
  local calls = new_calls(policy)
  local list = { { name = "open", run = open }, { name = "collect", run = collect } }
  _G.KSR = new_ksr()
  for name, f in pairs(functions(policy)) do
    for i, row in ipairs(assert(calls[name], name .. " is not called")) do
      local entry = { name = name .. " " .. i }
      if type(row) == "function" then
        entry.run = function()
          return row(f)
        end
      else
        entry.f, entry.arguments = f, row
        entry.run = function()
          return f(unpack(row, 1, every_call.MOST_ARGUMENTS))
        end
      end
      list[#list + 1] = entry
    end
  end
  table.sort(list, function(a, b)
    return a.name < b.name
  end)
  return list
end

-- A value as text.
local function show(value)
  local kind = type(value)
  if kind ~= "table" then
    return (kind == "string" or kind == "number" or kind == "boolean") and tostring(value) or kind
  end
  local parts = {}
  for key, each in pairs(value) do
    parts[#parts + 1] = show(key) .. "=" .. show(each)
  end
  table.sort(parts)
  return "{" .. table.concat(parts, ",") .. "}"
end

--- All that came of a call as one text, so that two runs can be compared.
function every_call.shown(...)
  local parts = {}
  for i = 1, select("#", ...) do
    parts[i] = show((select(i, ...)))
  end
  return table.concat(parts, "; ")
end

return every_call
