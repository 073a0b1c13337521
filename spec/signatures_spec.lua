-- The signatures of all functions. Every wrong type in every place is made from them: it raises, and the
-- message names the function itself, the place, what was expected and what came.
local call = require("spec.support.call")
local ksr = require("spec.support.ksr")
local session = require("spec.support.session")
local sip = require("sipcodes")

local unpack = table.unpack or unpack -- luacheck: ignore 143

-- What a kind of argument is called in messages, the types that it takes, and a good value.
local kinds = {
  code = { takes = "number string", usual = 486 },
  cause = { takes = "number string", usual = 17 },
  number = { takes = "number string", usual = 17 },
  string = { takes = "string", usual = "x" },
  boolean = { takes = "boolean", usual = true },
  table = { takes = "table", usual = {} },
  ["function"] = { takes = "function", usual = print },
  session = { takes = "table userdata" },
  -- A field value or the seconds in it, and a list of records or the field value.
  seconds = { expected = "string", takes = "number string" },
  values = { expected = "table", takes = "table string" },
  -- The whole message shows what came.
  class = { message = "%s is not a class, 1 to 6", takes = "number string" },
}

-- Name, arguments (? for those that may be nil), and good arguments if the usual ones are not.
local signatures = {
  sipcodes = {
    { "reason", "code" },
    { "class", "code" },
    { "codes", "?class" },
    { "info", "code, ?string" },
    { "code", "code" },
    { "treat_as", "code" },
    { "is_provisional", "code" },
    { "is_final", "code" },
    { "is_success", "code" },
    { "is_redirection", "code" },
    { "is_failure", "code" },
    { "is_registered", "code" },
    { "reply", "code, ?string" },
    { "line", "code, ?string" },
    { "status_line", "code, ?string" },
    { "parse", "string" },
    { "localize", "table" },
  },
  ["sipcodes.cause"] = {
    { "from_sip", "code, ?string, ?string" },
    { "to_sip", "cause, ?string, ?string, ?boolean" },
    { "text", "cause, ?string" },
    { "class", "cause" },
    { "causes", "" },
    { "freeswitch", "cause, ?string" },
    { "tables", "" },
  },
  ["sipcodes.header"] = {
    { "reason", "?string, ?table" },
    { "format_reason", "table", { { protocol = "SIP" } } },
    { "pick", "?string, ?table, ?table" },
    { "meaning", "string, number", "Q.850" },
    { "warning", "?string" },
    { "format_warning", "table", { { code = 399, agent = "a", text = "" } } },
    { "retry_after", "?seconds" },
    { "protocols", "" },
    { "warnings", "" },
  },
  ["sipcodes.routing"] = {
    { "action", "code" },
    { "best", "table, ?table" },
    { "failover", "code, ?string, ?string, ?table" },
    { "policy", "table" },
  },
  ["sipcodes.blocking"] = {
    { "detect", "code, ?string, ?string, ?table" },
    { "reply", "table", { tel = "+1", location = "U" } },
  },
  ["sipcodes.kpi"] = {
    { "ratios", "table, ?table" },
    { "add", "table, any" },
    { "outcome", "code" },
    { "outcomes", "" },
  },
  ["sipcodes.freeswitch"] = {
    { "status", "session" },
    { "clear", "session" },
    { "legs", "session" },
    { "attempts", "session, ?table" },
    { "respond", "session, code, ?string" },
    { "hangup", "session, cause" },
    { "causes", "table", { 486 } },
    { "set_reason", "session, table", nil, { { protocol = "SIP" } } },
    { "pass_on", "session" },
  },
  ["sipcodes.kamailio"] = {
    { "yes", "any" },
    { "reply", "code, ?string" },
    { "status", "" },
    { "reason", "" },
    { "contacts", "" },
    { "keep", "" },
    { "add_reason", "values", "SIP" },
    { "failover", "?function" },
  },
  -- What other functions give.
  ["sipcodes.localize"] = {
    { "reason", "code" },
    { "reply", "code, ?string" },
    { "line", "code, ?string" },
    { "status_line", "code, ?string" },
  },
  ["sipcodes.routing.policy"] = {
    { "failover", "code, ?string, ?string, ?table" },
  },
  ["sipcodes.freeswitch.attempts"] = {
    { "attempt", "string" },
    { "finish", "" },
  },
}

local function functions_of(name)
  if name == "sipcodes.localize" then
    return sip.localize({})
  elseif name == "sipcodes.routing.policy" then
    return { failover = sip.routing.policy({}) }
  elseif name == "sipcodes.freeswitch.attempts" then
    local attempts = sip.freeswitch.attempts(session.new())
    return { attempt = attempts, finish = attempts.finish }
  end
  return require(name)
end

-- A value of every type, and how messages show it where they do.
local values = call.other_types()
values[#values + 1] = { value = 17, name = "number" }
values[#values + 1] = { value = "x", name = "string" }

local function shown(other)
  return other.name == "boolean" and tostring(other.value) or other.name
end

-- The kinds of a signature as a list, each with `optional`.
local function parse(signature)
  local list = {}
  for optional, name in signature:gmatch("(%??)([%a]+)") do
    assert(kinds[name] or name == "any", name)
    list[#list + 1] = { name = name, optional = optional == "?", kind = kinds[name] }
  end
  return list
end

local function takes(argument, other)
  if argument.name == "any" or other.value == nil and argument.optional then
    return true
  end
  return (" " .. argument.kind.takes .. " "):find(" " .. other.name .. " ", 1, true) ~= nil
end

local function expected(argument, other)
  local kind = argument.kind
  if kind.message then
    return kind.message:format(shown(other))
  end
  return ("%s expected, got %s"):format(kind.expected or argument.name, other.name)
end

-- The good arguments of a row.
local function good_arguments(row, arguments)
  local good = { n = #arguments }
  for i, argument in ipairs(arguments) do
    good[i] = row[i + 2]
    if good[i] == nil and argument.name == "session" then
      good[i] = session.new()
    elseif good[i] == nil and not argument.optional and argument.kind then
      good[i] = argument.kind.usual
    end
  end
  return good
end

-- The message of a call with the first n arguments, which must name the line of this file.
local function message(f, arguments, n)
  local function calls()
    local result = f(unpack(arguments, 1, n))
    return result
  end
  local ok, text = pcall(calls)
  assert(not ok, "the call did not raise")
  local place, rest = text:match("^([^:]+):%d+: (.*)$")
  assert.matches("signatures_spec%.lua$", place)
  return rest
end

local function each_module(with)
  for name, rows in pairs(signatures) do
    for _, row in ipairs(rows) do
      with(name, row, parse(row[2]))
    end
  end
end

describe("the signatures", function()
  setup(function()
    _G.KSR = ksr.new({ route = "request" })
  end)

  teardown(function()
    _G.KSR = nil
  end)

  it("are those of all functions", function()
    for name, rows in pairs(signatures) do
      local of_table, of_module = {}, {}
      for _, row in ipairs(rows) do
        of_table[row[1]] = true
      end
      for field, value in pairs(functions_of(name)) do
        of_module[field] = type(value) == "function" or field == "attempt" or nil
      end
      assert.same(of_module, of_table, name)
    end
  end)

  each_module(function(name, row, arguments)
    local label = ("%s.%s(%s)"):format(name, row[1], row[2])
    -- A function in Lua gets nil for what is missing.
    local nothing = name == "sipcodes.kamailio" and "nil" or "no value"

    it("let " .. label .. " take what it is made for", function()
      local good = good_arguments(row, arguments)
      local ok, problem = pcall(functions_of(name)[row[1]], unpack(good, 1, good.n))
      assert.is_true(ok, problem)
    end)

    if #arguments > 0 then
      it("refuse every other type in every place of " .. label, function()
        local f = functions_of(name)[row[1]]
        for place, argument in ipairs(arguments) do
          for _, other in ipairs(values) do
            if not takes(argument, other) then
              local given = good_arguments(row, arguments)
              given[place] = other.value
              assert.equal(("bad argument #%d to '%s' (%s)"):format(place, row[1], expected(argument, other)),
                message(f, given, given.n))
            end
          end
          if not argument.optional and argument.name ~= "any" then
            assert.equal(
              ("bad argument #%d to '%s' (%s)"):format(place, row[1], expected(argument, { name = nothing })),
              message(f, good_arguments(row, arguments), place - 1)
            )
          end
        end
      end)
    end
  end)
end)

-- The fields of tables: function, the argument that is the table, the kinds of its fields, the arguments
-- before it; with `record` it is a list of records, whose other fields are those of `record`.
local tables = {
  { "header.reason", 2, { lenient = "?boolean" }, "SIP" },
  { "header.pick", 3, { lenient = "?boolean" }, "SIP", nil },
  { "blocking.detect", 4, { lenient = "?boolean" }, 603, nil, nil },
  { "routing.best", 2, { keep_503 = "?boolean", method = "?string" }, { 486 } },
  { "routing.failover", 4, { timeout = "?boolean", lenient = "?boolean", retry_after = "?seconds" }, 486, nil, nil },
  { "kpi.ratios", 2, { challenges = "?boolean", ner = "?table" }, {} },
  { "freeswitch.attempts", 2, { keep_503 = "?boolean" }, session.new() },
  { "blocking.reply", 1, { url = "?string", tel = "?string", email = "?string", id = "?string", location = "?string",
    protocol = "?string" } },
  { "header.format_reason", 1, { protocol = "string", cause = "?number", text = "?string", location = "?string",
    params = "?table" }, record = { protocol = "SIP" } },
  { "freeswitch.set_reason", 2, { protocol = "string", cause = "?number", text = "?string", location = "?string",
    params = "?table" }, session.new(), record = { protocol = "SIP" } },
  { "header.format_warning", 1, { code = "number", agent = "string", text = "string" },
    record = { code = 399, agent = "a", text = "" } },
}

describe("the fields of a table", function()
  -- The row's arguments, the field being the value.
  local function with(row, field, value)
    local given, fields = { row[4], row[5], row[6] }, {}
    for name, usual in pairs(row.record or {}) do
      fields[name] = usual
    end
    fields[field] = value
    given[row[2]] = row.record and { fields } or fields
    return given
  end

  for _, row in ipairs(tables) do
    local module, name = row[1]:match("^(.+)%.(.+)$")
    for field, signature in pairs(row[3]) do
      it(("refuse every other type: %s, %s (%s)"):format(row[1], field, signature), function()
        local argument = parse(signature)[1]
        for _, other in ipairs(values) do
          if not takes(argument, other) then
            assert.equal(
              ("bad argument #%d to '%s' (%s%s: %s)"):format(row[2], name, row.record and "value 1: " or "", field,
                expected(argument, other)),
              message(sip[module][name], with(row, field, other.value), row[2])
            )
          end
        end
      end)
    end
  end
end)
