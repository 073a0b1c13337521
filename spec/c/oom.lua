-- What spec/c/oom.c runs: returns the list of calls, a function that shows results as one text, and one that tells
-- whether the state still works.
package.path = "./lua/?.lua;./?.lua"

local every_call = require("spec.support.every_call")
local finalized = require("spec.support.finalized")
local session = require("spec.support.session")
local sip = require("sipcodes")

local list = every_call.list()

-- Has finalizers change the entries of a table for as long as `state.on`.
local function keep_changing(t, state)
  local values = { 7, "x", true, {}, false }
  local round = 0
  local function change()
    round = round + 1
    for key in pairs(t) do
      t[key] = round % 6 > 0 and values[round % 6] or nil
    end
    t[round % 3] = values[round % 5 + 1]
    if state.on then
      finalized(change)
    end
  end
  for _ = 1, 3 do
    finalized(change)
  end
end

-- Adds a call whose tables are changed by finalizers while it runs. `new` gives its arguments.
local function add_changed(name, f, new)
  local function run()
    local arguments = new()
    local state = { on = true }
    for i = 1, 4 do
      if type(arguments[i]) == "table" and not arguments[i].getVariable then
        keep_changing(arguments[i], state)
        for _, inner in pairs(arguments[i]) do
          if type(inner) == "table" then
            keep_changing(inner, state)
          end
        end
      end
    end
    pcall(f, arguments[1], arguments[2], arguments[3], arguments[4])
    state.on = false
  end
  list[#list + 1] = { name = name .. ", its arguments being changed", run = run }
end

local function codes()
  local many = {}
  for i = 1, 60 do
    many[i] = 400 + i
  end
  return many
end

local function records()
  local many = {}
  for i = 1, 10 do
    many[i] = { protocol = "SIP", cause = i, text = ("x"):rep(i * 20), params = { a = i, b = "c" } }
  end
  return many
end

local function phrases()
  local many = {}
  for i = 400, 440 do
    many[i] = "phrase " .. i
    many[tostring(i + 50)] = "phrase " .. i
  end
  return many
end

add_changed("localize", sip.localize, function() return { phrases() } end)
add_changed("cause.freeswitch", sip.freeswitch.causes, function() return { codes() } end)
add_changed("header.reason", sip.header.reason, function() return { "SIP;,Q.850", { lenient = true } } end)
add_changed("header.pick", sip.header.pick, function()
  return { "SIP;cause=1", { "SIP", "Q.850" }, { lenient = true } }
end)
add_changed("header.format_reason", sip.header.format_reason, function() return { records() } end)
add_changed("header.format_reason, params", sip.header.format_reason, function()
  local params = { a = 1, b = "c", ppi = "d", e = true }
  keep_changing(params, {})
  return { { { protocol = "SIP", params = params } } }
end)
add_changed("header.format_warning", sip.header.format_warning, function()
  return { { { code = 399, agent = "a", text = "b" }, { code = 300, agent = "a", text = "b" } } }
end)
add_changed("freeswitch.set_reason", sip.freeswitch.set_reason, function() return { session.new(), records() } end)
add_changed("routing.best", sip.routing.best, function() return { codes(), { keep_503 = true, method = "BYE" } } end)
add_changed("routing.failover", sip.routing.failover, function()
  return { 503, nil, nil, { timeout = true, retry_after = "5 (x)" } }
end)
add_changed("routing.policy", sip.routing.policy, function()
  local rules = { base = "rfc", timeout = true }
  for code = 400, 430 do
    rules[code .. " x"] = true
  end
  return { rules }
end)
add_changed("blocking.reply", sip.blocking.reply, function() return { { tel = "+1", id = "x", location = "U" } } end)
add_changed("kpi.ratios", sip.kpi.ratios, function()
  local histogram = {}
  for _, code in ipairs(codes()) do
    histogram[code] = code
  end
  return { histogram, { challenges = false, ner = codes() } }
end)

local function works()
  collectgarbage()
  return sip.reason(486) == "Busy Here" and sip.header.reason('SIP;text="a\\"b"')[1].text == 'a"b'
    and sip.header.format_reason({ { protocol = "SIP", location = "U" } }) == "SIP;location=U"
end

return list, every_call.shown, works
