-- The examples in lua/examples, on recorded values. That of FreeSWITCH is in freeswitch_spec.lua.
local sip = require("sipcodes")

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
