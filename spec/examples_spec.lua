-- The examples in lua/examples, on recorded values. That of FreeSWITCH is in freeswitch_spec.lua.
local ksr = require("spec.support.ksr")
local session = require("spec.support.session")
local sip = require("sipcodes")

-- The chunk of a file, with this environment.
local function chunk_of(path, env)
  if setfenv then -- luacheck: ignore 113
    return setfenv(assert(loadfile(path)), env) -- luacheck: ignore 113
  end
  return assert(loadfile(path, "t", env))
end

describe("the example for Asterisk", function()
  local asterisk = dofile("lua/examples/asterisk.lua")

  -- Channel variables and functions as pbx_lua has them; legs is {{channel, what tech says}, ...}.
  local function channel_of(legs, status)
    local function value(text)
      return { get = function() return text end }
    end
    local keys, tech = {}, {}
    for i, leg in ipairs(legs) do
      keys[i], tech[leg[1] .. ",tech"] = leg[1], leg[2]
    end
    return {
      HANGUPCAUSE_KEYS = function() return value(table.concat(keys, ",")) end,
      HANGUPCAUSE = function(key) return value(tech[key]) end,
      DIALSTATUS = value(status),
    }
  end

  for _, case in ipairs({
    { { { "PJSIP/a-1", "SIP 486 Busy Here" } }, "BUSY", 486, "HANGUPCAUSE" },
    { { { "PJSIP/a-1", "SIP 503 Service Unavailable" }, { "PJSIP/b-2", "SIP 486 Busy Here" } }, "BUSY", 486, "HANGUPCAUSE" },
    { { { "PJSIP/a-1", "SIP 503 Service Unavailable" } }, "CONGESTION", 503, "HANGUPCAUSE" },
    { { { "PJSIP/a-1", "SIP 603 Decline" }, { "Local/x-1", "" } }, "BUSY", 603, "HANGUPCAUSE" },
    { { { "DAHDI/1-1", "17" } }, "BUSY", 486, "DIALSTATUS" },
    { {}, "NOANSWER", 480, "DIALSTATUS" },
    { {}, "CHANUNAVAIL", 503, "DIALSTATUS" },
    { {}, "CANCEL", 487, "DIALSTATUS" },
    { {}, nil, nil, nil },
  }) do
    it(("finds %s after %s"):format(tostring(case[3]), tostring(case[2])), function()
      local code, origin = asterisk.result(channel_of(case[1], case[2]))
      assert.same({ case[3], case[4] }, { code, origin })
    end)
  end

  it("dials the next place until one answers or is final", function()
    local results = {
      ["PJSIP/a"] = channel_of({ { "PJSIP/a-1", "SIP 503 Service Unavailable" } }, "CONGESTION"),
      ["PJSIP/b"] = channel_of({}, "CHANUNAVAIL"),
      ["PJSIP/c"] = channel_of({ { "PJSIP/c-1", "SIP 486 Busy Here" } }, "BUSY"),
      ["PJSIP/d"] = channel_of({}, "ANSWER"),
    }
    local done, channel = {}, {}
    local app = {
      hangupcauseclear = function() done[#done + 1] = "clear" end,
      dial = function(place)
        done[#done + 1] = place
        for name, value in pairs(results[place]) do
          channel[name] = value
        end
      end,
    }
    local places = { "PJSIP/a", "PJSIP/b", "PJSIP/c", "PJSIP/d" }
    assert.equal(486, asterisk.dial(app, channel, places, sip.routing.failover))
    assert.same({ "clear", "PJSIP/a", "clear", "PJSIP/b", "clear", "PJSIP/c" }, done)
  end)

  it("refuses with the code, or with its cause", function()
    local sent = {}
    asterisk.refuse({ pjsiphangup = function(code) sent[1] = code end }, 486)
    asterisk.refuse({ hangup = function(number) sent[2] = number end }, 486)
    assert.same({ 486, 17 }, sent)
  end)
end)

describe("the example for FusionPBX", function()
  local loaded = {}

  -- As in FusionPBX: no Lua file of the library can be found, and none is loaded yet.
  local path = package.path
  before_each(function()
    package.path = "/var/lib/none/?.lua"
    for name, module in pairs(package.loaded) do
      if name:find("^sipcodes") then
        loaded[name], package.loaded[name] = module, nil
      end
    end
  end)
  after_each(function()
    package.path = path
    for name, module in pairs(loaded) do
      package.loaded[name] = module
    end
  end)

  -- Runs a step in a session with these variables; gives the session and the scripts of FusionPBX that ran.
  local function run(step, variables)
    local stand_in, scripts = session.new(variables), {}
    function stand_in.ready() return true end
    function stand_in:transfer(...)
      self.calls[#self.calls + 1] = { "transfer", ... }
    end
    local env = setmetatable({
      session = variables and stand_in,
      argv = { "sipcodes", step },
      scripts_dir = "/scripts",
      freeswitch = { consoleLog = function(_, line) stand_in.line = line end },
      loadfile = function(name)
        return function(arguments) scripts[#scripts + 1] = { name, arguments[2] } end
      end,
    }, { __index = _G })
    chunk_of("lua/examples/fusionpbx.lua", env)()
    return stand_in, scripts
  end

  local function forwards(more)
    local variables = {
      context = "a.example", dialed_extension = "100",
      forward_busy_enabled = "true", forward_busy_destination = "201",
      forward_no_answer_enabled = "true", forward_no_answer_destination = "202",
      forward_user_not_registered_enabled = "true", forward_user_not_registered_destination = "203",
    }
    for name, value in pairs(more) do
      variables[name] = value
    end
    return variables
  end

  for _, case in ipairs({
    { { originate_disposition = "USER_BUSY", last_bridge_proto_specific_hangup_cause = "sip:486" }, "201",
      "busy: forwarded to 201 after 486 USER_BUSY\n" },
    { { originate_disposition = "USER_BUSY", last_bridge_proto_specific_hangup_cause = "sip:600",
      last_bridge_hangup_cause = "USER_BUSY", sip_invite_failure_status = "600" }, "201",
      "busy: forwarded to 201 after 600 USER_BUSY\n" },
    { { originate_disposition = "NO_ANSWER" }, "202", "no_answer: forwarded to 202 after 480 NO_ANSWER\n" },
    { { originate_disposition = "ALLOTTED_TIMEOUT" }, "202", "no_answer: forwarded to 202 after 480 ALLOTTED_TIMEOUT\n" },
    { { originate_disposition = "USER_NOT_REGISTERED" }, "203",
      "user_not_registered: forwarded to 203 after 480 USER_NOT_REGISTERED\n" },
    { { originate_disposition = "UNALLOCATED_NUMBER", last_bridge_proto_specific_hangup_cause = "sip:404" }, "203",
      "user_not_registered: forwarded to 203 after 404 UNALLOCATED_NUMBER\n" },
    -- No forward: not wanted, no number, a loop, a refusal, no failure.
    { { originate_disposition = "USER_BUSY", forward_busy_enabled = "false" } },
    { { originate_disposition = "USER_BUSY", forward_busy_destination = "" } },
    { { originate_disposition = "USER_BUSY", last_busy_dialed_extension = "100" } },
    { { originate_disposition = "CALL_REJECTED", last_bridge_proto_specific_hangup_cause = "sip:403" } },
    { {} },
  }) do
    it(("forwards to %s after %s"):format(tostring(case[2]), tostring(case[1].originate_disposition)), function()
      local stand_in, scripts = run("failure_handler", forwards(case[1]))
      local last = stand_in.calls[#stand_in.calls]
      if case[2] then
        assert.same({ "transfer", case[2], "XML", "a.example" }, last)
        assert.equal(case[3], stand_in.line)
        assert.same({}, scripts)
      else
        assert.is_nil(last)
        assert.same({ { "/scripts/app/failure_handler/index.lua", "failure_handler" } }, scripts)
      end
    end)
  end

  it("forwards a busy extension once", function()
    local stand_in = run("failure_handler", forwards({ originate_disposition = "USER_BUSY" }))
    assert.equal("100", stand_in.variables.last_busy_dialed_extension)
    local _, scripts = run("failure_handler", stand_in.variables)
    assert.equal(1, #scripts)
  end)

  for _, case in ipairs({
    { { originate_disposition = "USER_BUSY", last_bridge_proto_specific_hangup_cause = "sip:486", hangup_cause = "USER_BUSY" },
      "486", "USER_BUSY", "busy" },
    { { hangup_cause = "ORIGINATOR_CANCEL", sip_term_status = "487", proto_specific_hangup_cause = "sip:487" },
      "487", "ORIGINATOR_CANCEL", "cancelled" },
    { { hangup_cause = "CALL_REJECTED", sipcodes_sent = "607 Unwanted" }, "607", "CALL_REJECTED", "blocked" },
    { {}, nil, nil, nil },
  }) do
    it("writes how a call ended: " .. tostring(case[2]), function()
      local stand_in, scripts = run("hangup", case[1])
      local variables = stand_in.variables
      assert.same({ n = 3, case[2], case[3], case[4] },
        { n = 3, variables.sipcodes_code, variables.sipcodes_cause, variables.sipcodes_outcome })
      assert.same({ { "/scripts/app/hangup/index.lua", "hangup" } }, scripts)
    end)
  end

  it("goes on with FusionPBX's script in a hook without a session", function()
    local stand_in, scripts = run("hangup", nil)
    assert.same({}, stand_in.variables)
    assert.same({ { "/scripts/app/hangup/index.lua", "hangup" } }, scripts)
  end)
end)

describe("the failure route of the README", function()
  -- Runs it after a response; gives what it asked Kamailio to do.
  local function after(state, has_next)
    local asked = {}
    local function note(name, answer)
      return function(argument)
        asked[#asked + 1] = argument and name .. " " .. argument or name
        return answer
      end
    end
    state.route = "failure"
    local KSR = ksr.new(state)
    KSR.dispatcher = { ds_next_dst = note("next", has_next and 1 or -1) }
    KSR.tm.t_on_failure, KSR.tm.t_relay = note("armed"), note("relayed")
    KSR.notice = note("said")
    _G.KSR = KSR
    local env = setmetatable({ KSR = KSR, require = require }, { __index = _G })
    chunk_of("lua/examples/failure_route.lua", env)()
    env.ksr_failure_carrier()
    _G.KSR = nil
    return asked
  end
  local GOES_ON = { "next", "armed ksr_failure_carrier", "relayed" }
  local function ends(rule)
    return { "said the response goes to the caller: " .. rule .. "\n" }
  end

  for title, case in pairs({
    ["503"] = { { code = 503, phrase = "Service Unavailable" }, GOES_ON },
    ["404, by its rule"] = { { code = 404, phrase = "Not Found" }, GOES_ON },
    ["480 No Routes Found"] = { { code = 480, phrase = "No Routes Found" }, GOES_ON },
    ["silence"] = { { code = 408, phrase = "Request Timeout", is_local = true, timeout = true }, GOES_ON },
    ["480 of an absent user"] = { { code = 480, phrase = "Away" }, ends("carrier") },
    ["a busy phone"] = { { code = 486, phrase = "Busy Here" }, ends("carrier") },
    ["a caller who gave up"] = { { code = 503, phrase = "x", canceled = true }, ends("canceled") },
  }) do
    it("does right after " .. title, function()
      assert.same(case[2], after(case[1], true))
    end)
  end

  it("ends with the last carrier", function()
    local asked = after({ code = 503, phrase = "x" }, false)
    assert.same({ "next", "said the response goes to the caller: carrier\n" }, asked)
  end)
end)
