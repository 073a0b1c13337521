-- The sessions here hold the channel variables that running servers showed, FreeSWITCH 1.10.12 and
-- 1.11.1; where the versions differ, both are here.
local call = require("spec.support.call")
local rows = require("spec.support.rows")
local session = require("spec.support.session")
local sip = require("sipcodes")
local cause = require("sipcodes.cause")
local freeswitch = require("sipcodes.freeswitch")

local results, message = call.results, call.message

local PROTO = "last_bridge_proto_specific_hangup_cause"
local STATUS = "sip_invite_failure_status"
local DISPOSITION = "originate_disposition"

local dial_status = {
  USER_BUSY = "BUSY",
  CALL_REJECTED = "DONTCALL",
  ORIGINATOR_CANCEL = "CANCEL",
  NO_ANSWER = "NOANSWER",
  INVALID_PROFILE = "INVALIDARGS",
}

-- The variables after one bridge that a SIP response ended.
local function refused(code, disposition, more)
  local phrase = sip.reason(code) or "Some Phrase"
  local variables = {
    [STATUS] = tostring(code),
    sip_invite_failure_phrase = phrase,
    [PROTO] = "sip:" .. code,
    [DISPOSITION] = disposition,
    originate_failed_cause = disposition,
    last_bridge_hangup_cause = disposition,
    originate_causes = "0fcdb524-b4d9-42b4-9e82-5f2c2f82180e;" .. disposition,
    endpoint_disposition = "RECEIVED",
    DIALSTATUS = dial_status[disposition] or disposition,
    sip_hangup_phrase = phrase,
  }
  for name, value in pairs(more or {}) do
    variables[name] = value ~= "" and value or nil
  end
  return variables
end

-- The same without what only some versions and recordings hold.
local function bare(variables)
  local copy = {}
  for name, value in pairs(variables) do
    copy[name] = value
  end
  copy.originate_causes, copy.endpoint_disposition, copy.sip_reason = nil, nil, nil
  return copy
end

-- What a later attempt that got no SIP response changes.
local function then_local(variables, disposition, more)
  local copy = {}
  for name, value in pairs(variables) do
    copy[name] = value
  end
  copy[DISPOSITION] = disposition
  copy.originate_failed_cause = disposition
  copy.DIALSTATUS = dial_status[disposition] or disposition
  for name, value in pairs(more or {}) do
    copy[name] = value ~= "" and value or nil
  end
  return copy
end

local function second_leg(first, second)
  return "ARRAY::0fcdb524-b4d9-42b4-9e82-5f2c2f82180e;" .. first .. "|:6decaf8a-feee-4ed3-9b4d-4adbc985e9b3;" .. second
end

-- Name, variables, code, cause, source.
local attempts = {}
local function attempt(name, variables, code, cause_name, source)
  attempts[#attempts + 1] = { name, variables, code, cause_name, source }
end

-- One attempt, one final response.
for code, disposition in pairs({
  [503] = "NORMAL_TEMPORARY_FAILURE", [486] = "USER_BUSY", [404] = "UNALLOCATED_NUMBER",
  [403] = "CALL_REJECTED", [408] = "RECOVERY_ON_TIMER_EXPIRE", [480] = "NO_USER_RESPONSE",
  [487] = "ORIGINATOR_CANCEL", [488] = "INCOMPATIBLE_DESTINATION", [500] = "NORMAL_TEMPORARY_FAILURE",
  [502] = "NETWORK_OUT_OF_ORDER", [504] = "RECOVERY_ON_TIMER_EXPIRE", [600] = "USER_BUSY",
  [603] = "CALL_REJECTED", [604] = "NO_ROUTE_DESTINATION", [607] = "UNWANTED", [608] = "CALL_REJECTED",
  [499] = "NORMAL_UNSPECIFIED",
}) do
  attempt(code .. " alone", refused(code, disposition), code, disposition, PROTO)
  attempt(code .. " alone, few variables", bare(refused(code, disposition)), code, disposition, PROTO)
end
for _, code in ipairs({ 401, 407 }) do
  local challenged = refused(code, "CALL_REJECTED", { [STATUS] = "", sip_invite_failure_phrase = "" })
  attempt(code .. " alone", challenged, code, "CALL_REJECTED", PROTO)
  attempt(code .. " alone, few variables", bare(challenged), code, "CALL_REJECTED", PROTO)
end

-- A Q.850 Reason took the place of the response's own cause; 1.10.12 keeps no sip_reason.
for _, case in ipairs({
  { 503, "NORMAL_CIRCUIT_CONGESTION", 34 }, { 486, "CALL_REJECTED", 21 }, { 404, "NORMAL_CLEARING", 16 },
  { 503, "UNKNOWN", 47 }, { 503, "NO_ANSWER", 19 }, { 480, "NO_ANSWER", 19 },
}) do
  local code, disposition = case[1], case[2]
  local reason = 'Q.850;cause=' .. case[3] .. ';text="x"'
  local name = code .. " with cause " .. case[3]
  attempt(name .. ", 1.11.1", refused(code, disposition, { sip_reason = reason }), code, disposition, PROTO)
  attempt(name .. ", 1.10.12", refused(code, disposition), code, disposition, PROTO)
  if disposition ~= "NO_ANSWER" then
    attempt(name .. ", few variables", bare(refused(code, disposition)), code, disposition, PROTO)
  end
  attempt(
    name .. ", as the second attempt, 1.11.1",
    refused(code, disposition, { sip_reason = reason, originate_causes = second_leg("USER_BUSY", disposition) }),
    disposition == "NO_ANSWER" and 480 or code, disposition, disposition == "NO_ANSWER" and DISPOSITION or PROTO
  )
  attempt(
    name .. ", as the second attempt, 1.10.12",
    refused(code, disposition, { originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", disposition) }),
    disposition == "NO_ANSWER" and 480 or code, disposition, disposition == "NO_ANSWER" and DISPOSITION or PROTO
  )
end
attempt(
  "503 with a SIP Reason",
  refused(503, "NORMAL_TEMPORARY_FAILURE", { sip_reason = 'SIP;cause=503;text="y"' }),
  503, "NORMAL_TEMPORARY_FAILURE", PROTO
)

-- A redirection; which disposition it gets is a race.
local redirected = {
  [DISPOSITION] = "ORIGINATOR_CANCEL", originate_failed_cause = "ORIGINATOR_CANCEL", DIALSTATUS = "CANCEL",
  last_bridge_hangup_cause = "REDIRECTION_TO_NEW_DESTINATION",
  originate_causes = "913c2c85-5789-44f7-a312-e13967a55277;REDIRECTION_TO_NEW_DESTINATION",
  sip_redirected_to = "<sip:uas@127.0.0.1:5092>",
}
attempt("302", redirected, 302, "REDIRECTION_TO_NEW_DESTINATION", "last_bridge_hangup_cause")
attempt(
  "302, the other way",
  then_local(redirected, "REDIRECTION_TO_NEW_DESTINATION"),
  302, "REDIRECTION_TO_NEW_DESTINATION", DISPOSITION
)
attempt(
  "302 after a 503",
  then_local(redirected, "ORIGINATOR_CANCEL", {
    [PROTO] = "sip:503", sip_hangup_phrase = "Service Unavailable",
    originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", "REDIRECTION_TO_NEW_DESTINATION"),
  }),
  302, "REDIRECTION_TO_NEW_DESTINATION", "last_bridge_hangup_cause"
)

-- No SIP response came.
for _, case in ipairs({
  { "a timeout", "NO_ANSWER", 480 }, { "an unknown gateway", "INVALID_GATEWAY", 484 },
  { "an unknown profile", "INVALID_PROFILE", 502 }, { "error/USER_BUSY", "USER_BUSY", 486 },
  { "a user who is not registered", "SUBSCRIBER_ABSENT", 480 },
  { "an unknown endpoint", "CHAN_NOT_IMPLEMENTED", 480 }, { "a gateway that is down", "GATEWAY_DOWN", 503 },
  { "a cause that no name is known for", "UNKNOWN", 480 },
}) do
  local name, disposition, code = case[1], case[2], case[3]
  attempt(name, then_local({}, disposition), code, disposition, DISPOSITION)
  if disposition ~= "UNKNOWN" then
    local before = disposition == "USER_BUSY" and 503 or 486
    local was = before == 503 and "NORMAL_TEMPORARY_FAILURE" or "USER_BUSY"
    local leg = disposition == "NO_ANSWER"
    local more = {}
    if leg then
      more = { last_bridge_hangup_cause = disposition, originate_causes = second_leg(was, disposition) }
    end
    local stale = then_local(refused(before, was), disposition, more)
    attempt(name .. " after a " .. before, stale, code, disposition, DISPOSITION)
    attempt(name .. " after a " .. before .. ", few variables", bare(stale), code, disposition, DISPOSITION)
    stale = then_local(refused(before, was, { sip_reason = "Q.850;cause=17" }), disposition, more)
    attempt(name .. " after a " .. before .. " with a Reason", stale, code, disposition, DISPOSITION)
  end
end
attempt(
  "a timeout while it rang, after a 486",
  then_local(refused(486, "USER_BUSY", { [STATUS] = "", sip_invite_failure_phrase = "" }), "NO_ANSWER"),
  480, "NO_ANSWER", DISPOSITION
)
attempt(
  "a closed port",
  refused(503, "NORMAL_TEMPORARY_FAILURE"), 503, "NORMAL_TEMPORARY_FAILURE", PROTO
)
attempt(
  "a name that does not resolve",
  refused(503, "NORMAL_TEMPORARY_FAILURE", { sip_invite_failure_phrase = "DNS Error" }),
  503, "NORMAL_TEMPORARY_FAILURE", PROTO
)
for _, reason in ipairs({ "", 'Q.850;cause=34;text="x"' }) do
  attempt(
    "a loopback leg after a 503" .. (reason ~= "" and " with a Reason" or ""),
    refused(503, "USER_BUSY", {
      originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", "USER_BUSY"), endpoint_disposition = "EARLY MEDIA",
      sip_reason = reason,
    }),
    486, "USER_BUSY", DISPOSITION
  )
end
attempt(
  "401 after a 503",
  refused(503, "CALL_REJECTED", {
    [PROTO] = "sip:401", originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", "CALL_REJECTED"),
  }),
  401, "CALL_REJECTED", PROTO
)
attempt(
  "a challenge that cannot be met, after a 503",
  refused(503, "MANDATORY_IE_MISSING", {
    originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", "MANDATORY_IE_MISSING"),
  }),
  480, "MANDATORY_IE_MISSING", DISPOSITION
)
attempt(
  "the caller gives up",
  {
    [DISPOSITION] = "ORIGINATOR_CANCEL", DIALSTATUS = "CANCEL", [STATUS] = "487", sip_invite_failure_phrase = "CANCEL",
    proto_specific_hangup_cause = "sip:487", sip_term_status = "487", sip_term_cause = "487",
    sip_hangup_disposition = "recv_cancel",
  },
  487, "ORIGINATOR_CANCEL", STATUS
)
attempt(
  "the caller gives up on the second attempt",
  refused(503, "ORIGINATOR_CANCEL", {
    [STATUS] = "487", sip_invite_failure_phrase = "CANCEL", last_bridge_hangup_cause = "NORMAL_TEMPORARY_FAILURE",
    originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", "ORIGINATOR_CANCEL"),
    proto_specific_hangup_cause = "sip:487", sip_term_status = "487",
  }),
  487, "ORIGINATOR_CANCEL", STATUS
)

-- Connected: answered, or only to early media.
local early = refused(503, "SUCCESS", {
  bridge_hangup_cause = "NORMAL_TEMPORARY_FAILURE", last_bridge_hangup_cause = "NORMAL_TEMPORARY_FAILURE",
  originate_failed_cause = "", originate_causes = "4e1fda0f-5c8e-4995-91be-c4884bcfde1d;NONE",
  endpoint_disposition = "EARLY MEDIA",
})
attempt("503 after early media", early, 503, "NORMAL_TEMPORARY_FAILURE", PROTO)
attempt(
  "503 after early media, without endpoint_disposition",
  then_local(early, "SUCCESS", { endpoint_disposition = "" }), 503, "NORMAL_TEMPORARY_FAILURE", PROTO
)
attempt(
  "407 after early media",
  then_local(early, "SUCCESS", { [STATUS] = "", [PROTO] = "sip:407", bridge_hangup_cause = "CALL_REJECTED" }),
  407, "CALL_REJECTED", PROTO
)
attempt(
  "no response after early media, and a 401 before",
  then_local(early, "SUCCESS", { [STATUS] = "", [PROTO] = "sip:401", bridge_hangup_cause = "MEDIA_TIMEOUT" }),
  480, "MEDIA_TIMEOUT", "bridge_hangup_cause"
)
attempt(
  "the caller gives up on early media",
  then_local(early, "SUCCESS", { [STATUS] = "", [PROTO] = "", bridge_hangup_cause = "ORIGINATOR_CANCEL" }),
  487, "ORIGINATOR_CANCEL", "bridge_hangup_cause"
)
local answered = {
  [DISPOSITION] = "SUCCESS", DIALSTATUS = "SUCCESS", bridge_hangup_cause = "NORMAL_CLEARING",
  last_bridge_hangup_cause = "NORMAL_CLEARING", [PROTO] = "sip:200", sip_hangup_phrase = "OK",
  endpoint_disposition = "ANSWER", originate_causes = "bb544057-a66a-4870-9314-22e403de4b53;NONE",
}
attempt("answered", answered, 200, "NORMAL_CLEARING", PROTO)
attempt(
  "answered, and ended with a Reason",
  then_local(answered, "SUCCESS", {
    bridge_hangup_cause = "NORMAL_UNSPECIFIED", last_bridge_hangup_cause = "NORMAL_UNSPECIFIED",
  }),
  200, "NORMAL_UNSPECIFIED", PROTO
)
attempt(
  "answered after a 503, and ended by the caller",
  then_local(answered, "SUCCESS", { [PROTO] = "sip:503", originate_failed_cause = "NORMAL_TEMPORARY_FAILURE" }),
  200, "NORMAL_CLEARING", DISPOSITION
)
attempt(
  "answered by something else than SIP, after a 503",
  then_local(answered, "SUCCESS", { [PROTO] = "sip:503", [STATUS] = "503" }),
  200, "NORMAL_CLEARING", DISPOSITION
)
attempt("answered, without endpoint_disposition", bare(answered), 200, "NORMAL_CLEARING", PROTO)

-- Other words that an originate leaves.
attempt(
  "an enterprise originate that failed",
  then_local(refused(486, "USER_BUSY"), "failure", { originate_failed_cause = "USER_BUSY" }), 486, "USER_BUSY", PROTO
)
attempt("a failure without a cause", { [DISPOSITION] = "failure" }, 480, "UNKNOWN", DISPOSITION)
attempt("an attempt that was accepted", { [DISPOSITION] = "call accepted" }, 200, "call accepted", DISPOSITION)

-- No attempt: the channel's own end, as a hangup hook sees it.
attempt("respond 486", { hangup_cause = "USER_BUSY", hangup_cause_q850 = "17" }, 486, "USER_BUSY", "hangup_cause")
attempt(
  "the caller gives up before any attempt",
  { hangup_cause = "ORIGINATOR_CANCEL", proto_specific_hangup_cause = "sip:487", sip_term_status = "487" },
  487, "ORIGINATOR_CANCEL", "proto_specific_hangup_cause"
)
attempt(
  "sip_term_status alone",
  { hangup_cause = "NORMAL_CLEARING", sip_term_status = "200" }, 200, "NORMAL_CLEARING", "sip_term_status"
)

describe("status", function()
  for _, case in ipairs(attempts) do
    it("of " .. case[1] .. " is " .. case[3], function()
      assert.same({ n = 3, case[3], case[4], case[5] }, results(freeswitch.status, session.new(case[2])))
    end)
  end

  it("takes an empty variable for an unset one", function()
    local variables = refused(486, "USER_BUSY")
    for _, name in ipairs({ "originate_causes", "endpoint_disposition", "bridge_hangup_cause", "sip_reason" }) do
      variables[name] = ""
    end
    assert.same({ n = 3, 486, "USER_BUSY", PROTO }, results(freeswitch.status, session.new(variables)))
  end)

  it("gives an integer and asks for nothing but variables", function()
    local stand_in = session.new(refused(486, "USER_BUSY"))
    assert.equal("486", tostring((freeswitch.status(stand_in))))
    assert.same({}, stand_in.calls)
  end)

  it("is nil where there was no attempt", function()
    local none = { n = 2, nil, "no attempt has ended" }
    assert.same(none, results(freeswitch.status, session.new({})))
    assert.same(none, results(freeswitch.status, session.new({ [DISPOSITION] = "" })))
    assert.same(none, results(freeswitch.status, session.new(refused(503, "x", { [DISPOSITION] = "" }))))
  end)

  it("reads past values that are no codes", function()
    for _, odd in ipairs({ "sip:", "sip:5033", "sip:099", "503 ", "tel:503", "0x1F7", "sip:50\0" }) do
      local variables = refused(503, "NORMAL_TEMPORARY_FAILURE", { [PROTO] = odd, [STATUS] = odd })
      assert.same(
        { n = 3, 503, "NORMAL_TEMPORARY_FAILURE", DISPOSITION },
        results(freeswitch.status, session.new(variables))
      )
    end
    local variables = refused(503, "NORMAL_TEMPORARY_FAILURE", { [PROTO] = "sips:503" })
    assert.same({ n = 3, 503, "NORMAL_TEMPORARY_FAILURE", PROTO }, results(freeswitch.status, session.new(variables)))
  end)
end)

describe("clear", function()
  it("leaves nothing of an attempt", function()
    for _, case in ipairs(attempts) do
      local stand_in = session.new(case[2])
      stand_in.variables.other = "kept"
      assert.same({ n = 0 }, results(freeswitch.clear, stand_in))
      stand_in.variables.hangup_cause = nil
      stand_in.variables.proto_specific_hangup_cause = nil
      stand_in.variables.sip_term_status = nil
      assert.is_nil((freeswitch.status(stand_in)))
      assert.equal("kept", stand_in.variables.other)
      assert.is_nil(stand_in.variables.sip_reason)
      assert.is_nil(stand_in.variables[PROTO])
      assert.is_nil(stand_in.variables[STATUS])
    end
  end)

  it("makes the next attempt speak for itself", function()
    local stand_in = session.new(refused(503, "NO_ANSWER", { originate_causes = second_leg("USER_BUSY", "NO_ANSWER") }))
    assert.equal(480, (freeswitch.status(stand_in)))
    freeswitch.clear(stand_in)
    for name, value in pairs(refused(503, "NO_ANSWER")) do
      stand_in.variables[name] = value
    end
    assert.equal(503, (freeswitch.status(stand_in)))
  end)
end)

-- The last response is 486, the disposition CALL_REJECTED. It is of the last leg, and a Q.850 Reason took the place
-- of its own cause, if all that is known of that leg agrees.
describe("a disposition that is not the cause of the last response", function()
  local two, one = "a;USER_BUSY|b;CALL_REJECTED", "b;CALL_REJECTED"
  for what, case in pairs({
    ["is the last leg's, which hung up so"] = { two, "CALL_REJECTED", nil, nil, PROTO },
    ["is not the last leg's if that hung up with another cause"] = { two, "USER_BUSY", nil, nil, DISPOSITION },
    ["is not the last leg's if that had early media"] = { two, "CALL_REJECTED", nil, "EARLY MEDIA", DISPOSITION },
    ["is the Reason's"] = { two, "USER_BUSY", "Q.850;cause=21", nil, PROTO },
    ["is not the Reason's if that has another cause"] = { two, "CALL_REJECTED", "Q.850;cause=17", nil, DISPOSITION },
    ["is not the Reason's if that is not Q.850"] = { two, "CALL_REJECTED", "SIP;cause=21", nil, DISPOSITION },
    ["is not the Reason's if that cannot be read"] = { two, "CALL_REJECTED", ";;", nil, DISPOSITION },
    ["is not the last leg's if that has another cause"] =
      { "a;CALL_REJECTED|b;NO_ROUTE_DESTINATION", "CALL_REJECTED", nil, nil, DISPOSITION },
    ["is the only leg's"] = { one, "USER_BUSY", nil, nil, PROTO },
    ["is the only leg's, whatever the Reason"] = { one, "USER_BUSY", "Q.850;cause=17", nil, PROTO },
    ["is the leg's, of which nothing is known"] = { nil, nil, nil, nil, PROTO },
    ["is the leg's that hung up so"] = { nil, "CALL_REJECTED", nil, nil, PROTO },
    ["is not the leg's that hung up with another cause"] = { nil, "USER_BUSY", nil, nil, DISPOSITION },
    ["is not the leg's that hung up with another cause, whatever the Reason"] =
      { nil, "USER_BUSY", "Q.850;cause=21", nil, DISPOSITION },
  }) do
    it(what, function()
      local code = case[5] == PROTO and 486 or 603
      assert.same({ n = 3, code, "CALL_REJECTED", case[5] }, results(freeswitch.status, session.new({
        originate_disposition = "CALL_REJECTED",
        last_bridge_proto_specific_hangup_cause = "sip:486",
        sip_invite_failure_status = "486",
        originate_causes = case[1],
        last_bridge_hangup_cause = case[2],
        sip_reason = case[3],
        endpoint_disposition = case[4],
      })))
    end)
  end
end)

describe("originate_causes", function()
  for causes, expected in pairs({
    ["x"] = { "x" },
    ["USER_BUSY"] = { "USER_BUSY" },
    ["a;USER_BUSY"] = { "USER_BUSY" },
    ["a;"] = { "" },
    ["|"] = { "" },
    ["a;|"] = { "" },
    [":"] = { ":" },
    ["ARRAY::x"] = { "x" },
    ["ARRAY::a;USER_BUSY|:b;NO_ANSWER"] = { "USER_BUSY", "NO_ANSWER" },
    ["a;USER_BUSY|b"] = { "USER_BUSY", "b" },
    ["a;b;USER_BUSY|:|c"] = { "USER_BUSY", "", "c" },
  }) do
    it("names these causes: " .. causes, function()
      local found = {}
      for i, leg in ipairs(freeswitch.legs(session.new({
        originate_disposition = "CALL_REJECTED", originate_causes = causes,
      }))) do
        found[i] = leg.cause
        assert.equal("originate_causes", leg.source)
      end
      assert.same(expected, found)
    end)
  end
end)

describe("respond", function()
  local function executed(...)
    local stand_in = session.new()
    assert.same({ n = 0 }, results(freeswitch.respond, stand_in, ...))
    assert.equal(2, #stand_in.calls)
    assert.equal("sipcodes_sent", stand_in.calls[1][2])
    assert.equal("execute", stand_in.calls[2][1])
    return stand_in.calls[2][2], stand_in.calls[2][3]
  end

  local function sent(...)
    local application, data = executed(...)
    assert.equal("respond", application)
    return data
  end

  it("sends every failure with a phrase", function()
    for code = 400, 699 do
      if code ~= 401 then
        local phrase = sip.reason(code) or select(2, sip.class(code))
        assert.equal(code .. " " .. phrase, sent(code))
        assert.equal(code .. " " .. phrase, sent(tostring(code), ""))
        assert.equal(code .. " Own Phrase", sent(code, "Own Phrase"))
      end
    end
  end)

  it("ignores further arguments", function()
    assert.same({ n = 2, "redirect", "sip:a@127.0.0.1" }, results(executed, 302, "sip:a@127.0.0.1", "extra"))
    assert.same({ n = 2, "respond", "486 Besetzt" }, results(executed, 486, "Besetzt", "extra", {}))
  end)

  it("redirects to the Contact that stands in place of a phrase", function()
    assert.same({ n = 2, "redirect", "sip:a@127.0.0.1" }, results(executed, 302, "sip:a@127.0.0.1"))
    assert.same({ n = 2, "redirect", "<sip:a@127.0.0.1>;q=0.5" }, results(executed, "302", "<sip:a@127.0.0.1>;q=0.5"))
    for _, none in ipairs({ false, "" }) do
      local stand_in = session.new()
      assert.equal(
        "bad argument #3 to 'respond' (Contact expected)",
        message(freeswitch.respond, stand_in, 302, none or nil)
      )
      assert.same({}, stand_in.calls)
    end
  end)

  it("refuses a Contact that FreeSWITCH would cut or turn into a 500", function()
    for contact, problem in pairs({
      ["sip:a@127.0.0.1 USER_BUSY"] = "0x20 at octet 16",
      ["sip:a@127.0.0.1,sip:b@127.0.0.1"] = "0x2C at octet 16",
      ["\tsip:a@127.0.0.1"] = "0x09 at octet 1",
    }) do
      local stand_in = session.new()
      assert.equal(
        "bad argument #3 to 'respond' (" .. problem .. ")",
        message(freeswitch.respond, stand_in, 302, contact)
      )
      assert.same({}, stand_in.calls)
    end
  end)

  it("refuses what FreeSWITCH would drop or change", function()
    for code = 100, 401 do
      if code ~= 302 and code ~= 400 then
        local stand_in = session.new()
        local instead = code == 401 and "407" or "nothing"
        assert.equal(
          ("bad argument #2 to 'respond' (for %d FreeSWITCH would send %s)"):format(code, instead),
          message(freeswitch.respond, stand_in, code)
        )
        assert.same({}, stand_in.calls)
      end
    end
    for _, case in ipairs({ { 700, "700" }, { 99, "99" }, { "abc", '"abc"' }, { 486.5, "486.5" } }) do
      assert.equal(
        "bad argument #2 to 'respond' (" .. case[2] .. " is not a SIP response code)",
        message(freeswitch.respond, session.new(), case[1])
      )
    end
  end)

  it("refuses a phrase that cannot be sent", function()
    local stand_in = session.new()
    assert.equal(
      "bad argument #3 to 'respond' (CR at octet 5)",
      message(freeswitch.respond, stand_in, 486, "Busy\r\nX-Injected: 1")
    )
    assert.equal(
      "bad argument #3 to 'respond' (NUL at octet 1)",
      message(freeswitch.respond, stand_in, 302, "\0sip:a@127.0.0.1")
    )
    assert.same({}, stand_in.calls)
  end)
end)

describe("hangup", function()
  local function ended(...)
    local stand_in = session.new()
    assert.same({ n = 0 }, results(freeswitch.hangup, stand_in, ...))
    assert.equal(2, #stand_in.calls)
    assert.equal("sipcodes_sent", stand_in.calls[1][2])
    assert.equal("hangup", stand_in.calls[2][1])
    return stand_in.calls[2][2]
  end

  it("takes every cause by name and number, and asks for it by name", function()
    for _, row in ipairs(rows.tsv("spec/data/freeswitch_causes.tsv")) do
      assert.equal(row.name, ended(row.name))
      assert.equal(row.name, ended(row.name:lower()))
      assert.equal(row.name, ended(tonumber(row.number)))
      assert.equal(row.name, ended(row.number))
    end
  end)

  it("refuses what FreeSWITCH would turn into another cause", function()
    for _, case in ipairs({
      { "NO_SUFFICIENT_FUND", '"NO_SUFFICIENT_FUND" is not a FreeSWITCH cause' },
      { "TIMEOUT", '"TIMEOUT" is not a FreeSWITCH cause' },
      { "USER_BUSY ", '"USER_BUSY " is not a FreeSWITCH cause' },
      { "", '"" is not a FreeSWITCH cause' },
      { 404, "404 is not a FreeSWITCH cause" },
      { 603, "603 is not a FreeSWITCH cause since 1.10.8: it was USER_CHALLENGE, now 803" },
      { "503", '"503" is not a FreeSWITCH cause since 1.10.8: it was MANAGER_REQUEST, now 703' },
      { 17.5, "17.5 is not a FreeSWITCH cause" },
    }) do
      local stand_in = session.new()
      assert.equal("bad argument #2 to 'hangup' (" .. case[2] .. ")", message(freeswitch.hangup, stand_in, case[1]))
      assert.same({}, stand_in.calls)
    end
  end)
end)

describe("causes", function()
  it("takes the last codes that there are", function()
    local names, shared = freeswitch.causes({ 687, 698, 699 })
    assert.equal("NORMAL_UNSPECIFIED", names)
    assert.equal(580, shared.NORMAL_UNSPECIFIED[#shared.NORMAL_UNSPECIFIED])
  end)

  it("gives the names for codes, each once, in the order given", function()
    assert.equal("USER_BUSY,NORMAL_TEMPORARY_FAILURE", (freeswitch.causes({ 486, 503 })))
    assert.equal("NORMAL_TEMPORARY_FAILURE,USER_BUSY", (freeswitch.causes({ "503", 486, 500, 600 })))
    assert.equal("NORMAL_TEMPORARY_FAILURE", (freeswitch.causes({ 503 })))
    local names = freeswitch.causes({ "NO_ANSWER", 486, "gateway_down", "user_busy" })
    assert.equal("NO_ANSWER,USER_BUSY,GATEWAY_DOWN", names)
  end)

  it("never gives a number", function()
    for code = 400, 699 do
      local list = freeswitch.causes({ code })
      assert.matches("^[A-Z][A-Z0-9_]+$", list)
      assert.equal(list, (select(2, cause.from_sip(code, "freeswitch"))))
    end
  end)

  it("names the codes that share a cause with those given", function()
    assert.same({ n = 2, "USER_BUSY", { USER_BUSY = { 600 } } }, results(freeswitch.causes, { 486 }))
    assert.same({ n = 1, "USER_BUSY" }, results(freeswitch.causes, { 486, 600 }))
    assert.same(
      { n = 2, "NORMAL_TEMPORARY_FAILURE,UNALLOCATED_NUMBER", { NORMAL_TEMPORARY_FAILURE = { 400, 481, 500 } } },
      results(freeswitch.causes, { 503, 404 })
    )
    local _, shared = freeswitch.causes({ 433 })
    local expected = {}
    for code = 400, 699 do
      local default = select(3, cause.from_sip(code, "freeswitch"))
      if default and code ~= 433 and sip.reason(code) then
        expected[#expected + 1] = code
      end
    end
    assert.same({ NORMAL_UNSPECIFIED = expected }, shared)
    assert.same({ n = 2, "USER_BUSY", { USER_BUSY = { 486, 600 } } }, results(freeswitch.causes, { "USER_BUSY" }))
    assert.same({ n = 1, "NO_ANSWER" }, results(freeswitch.causes, { "NO_ANSWER" }))
  end)

  for _, case in ipairs({
    { { 486, 200 }, "element 2: 200 is not a failure" },
    { { 302 }, "element 1: 302 is not a failure" },
    { { "BUSY" }, 'element 1: "BUSY" is neither a SIP response code nor a FreeSWITCH cause' },
    { { 17 }, "element 1: 17 is neither a SIP response code nor a FreeSWITCH cause" },
    { { true }, "element 1: true is neither a SIP response code nor a FreeSWITCH cause" },
    { {}, "no element" },
    { { [486] = true }, "element 1: nil is neither a SIP response code nor a FreeSWITCH cause" },
  }) do
    it("raises: " .. case[2], function()
      assert.equal("bad argument #1 to 'causes' (" .. case[2] .. ")", message(freeswitch.causes, case[1]))
    end)
  end
end)

local blocked = 'SIP;cause=603;text="v=analytics1;url=https://carrier.example/redress";location=TN'

describe("set_reason", function()
  it("sets the Reason that FreeSWITCH sends", function()
    local stand_in = session.new({ disable_q850_reason = "true" })
    freeswitch.set_reason(stand_in, { { protocol = "Q.850", cause = 17, text = 'say "busy"' } })
    assert.equal('Q.850;cause=17;text="say \\"busy\\""', stand_in.variables.sip_reason)
    assert.equal("false", stand_in.variables.disable_q850_reason)
  end)

  it("raises on what cannot be written, and sets nothing", function()
    local stand_in = session.new()
    for _, case in ipairs({
      { {}, "no value to write" },
      { { { protocol = "SIP", text = "a\r\nb" } }, "value 1: text: CR at octet 2" },
    }) do
      assert.equal(
        "bad argument #2 to 'set_reason' (" .. case[2] .. ")",
        message(freeswitch.set_reason, stand_in, case[1])
      )
    end
    assert.same({}, stand_in.calls)
  end)
end)

describe("pass_on", function()
  local function after(reason, phrase, more)
    local variables = refused(603, "CALL_REJECTED", { sip_reason = reason, sip_invite_failure_phrase = phrase })
    for name, value in pairs(more or {}) do
      variables[name] = value
    end
    return session.new(variables)
  end

  it("answers the caller with the notification that came", function()
    local stand_in = after(blocked, "Network Blocked", { disable_q850_reason = "true" })
    assert.same({ n = 1, true }, results(freeswitch.pass_on, stand_in))
    assert.equal(blocked, stand_in.variables.sip_reason)
    assert.equal("true", stand_in.variables.sip_603plus_passthrough)
    assert.equal("false", stand_in.variables.disable_q850_reason)
    assert.same({ "execute", "respond", "603 Network Blocked" }, stand_in.calls[#stand_in.calls])
  end)

  it("passes the Reason on as it came, whatever else is in it", function()
    local value = 'Q.850;cause=16,  sip ; CAUSE=603 ; text="v=analytics1;tel=+15551230000" ;location=RLN'
    local stand_in = after(value, "NETWORK BLOCKED")
    assert.same({ n = 1, true }, results(freeswitch.pass_on, stand_in))
    assert.equal(value, stand_in.variables.sip_reason)
  end)

  it("passes a folded field on in one line", function()
    local stand_in = after((blocked:gsub("^SIP", "SIP\r\n\t")), "Network Blocked")
    assert.same({ n = 1, true }, results(freeswitch.pass_on, stand_in))
    assert.equal((blocked:gsub("^SIP", "SIP  \t")), stand_in.variables.sip_reason)
  end)

  for _, case in ipairs({
    { "another phrase", after(blocked, "Decline"), 'the phrase is not "Network Blocked"' },
    { "no Reason", after("", "Network Blocked"), "no Reason" },
    { "another Reason", after("Q.850;cause=21", "Network Blocked"), nil },
    { "a Reason that was cut", after(blocked:sub(1, 40), "Network Blocked"), nil },
    { "another code", session.new(refused(486, "USER_BUSY", { sip_reason = blocked })), "the code is not 603" },
    {
      "a notification of an earlier attempt",
      session.new(then_local(refused(603, "CALL_REJECTED", { sip_reason = blocked,
        sip_invite_failure_phrase = "Network Blocked" }), "NO_ANSWER")),
      "the code is not 603",
    },
    { "no attempt", session.new({}), "no attempt has ended" },
  }) do
    it("does nothing after " .. case[1], function()
      local passed, why = freeswitch.pass_on(case[2])
      assert.is_false(passed)
      assert.is_string(why)
      assert.equal(case[3] or why, why)
      assert.same({}, case[2].calls)
    end)
  end
end)

-- What a running FreeSWITCH 1.11.2 showed.
describe("status of what a server recorded", function()
  for _, row in ipairs(dofile("spec/data/freeswitch_sessions.lua")) do
    it("is " .. row.code .. " after " .. row.what, function()
      local code, name = freeswitch.status(session.new(row.variables))
      assert.equal(row.code, code)
      assert.equal(row.cause or name, name)
    end)
  end
end)

describe("rejected credentials", function()
  for _, number in ipairs({ 900, 904 }) do
    local variables = refused(503, "NORMAL_UNSPECIFIED", {
      [PROTO] = "sip:" .. number, [STATUS] = "", sip_invite_failure_phrase = "",
    })
    it("are a 401 that says challenge: sip:" .. number, function()
      for _, each in ipairs({ variables, bare(variables) }) do
        assert.same({ n = 3, 401, "NORMAL_UNSPECIFIED", "challenge" }, results(freeswitch.status, session.new(each)))
      end
    end)

    it("are a 401 after a 503, too: sip:" .. number, function()
      local later = then_local(variables, "NORMAL_UNSPECIFIED", {
        [STATUS] = "503", originate_causes = second_leg("NORMAL_TEMPORARY_FAILURE", "NORMAL_UNSPECIFIED"),
      })
      assert.same({ n = 3, 401, "NORMAL_UNSPECIFIED", "challenge" }, results(freeswitch.status, session.new(later)))
    end)

    it("are not taken for the next attempt's: sip:" .. number, function()
      local later = then_local(variables, "INVALID_GATEWAY")
      assert.same({ n = 3, 484, "INVALID_GATEWAY", DISPOSITION }, results(freeswitch.status, session.new(later)))
    end)
  end
end)

describe("another number of sofia-sip's own", function()
  for number = 901, 903 do
    it("is not a response code, so the cause tells: " .. number, function()
      for _, status in ipairs({ "", tostring(number) }) do
        local variables = refused(503, "NORMAL_TEMPORARY_FAILURE", {
          [PROTO] = "sip:" .. number, [STATUS] = status, sip_invite_failure_phrase = "",
        })
        assert.same(
          { n = 3, 503, "NORMAL_TEMPORARY_FAILURE", DISPOSITION },
          results(freeswitch.status, session.new(variables))
        )
      end
    end)
  end
end)

describe("a fatal redirection", function()
  it("is its own code, of every 3xx", function()
    for _, code in ipairs({ 300, 301, 302, 305, 380 }) do
      local variables = refused(code, "REQUESTED_CHAN_UNAVAIL", { [STATUS] = "", sip_invite_failure_phrase = "" })
      assert.same({ n = 3, code, "REQUESTED_CHAN_UNAVAIL", PROTO }, results(freeswitch.status, session.new(variables)))
    end
  end)
end)

describe("legs in parallel", function()
  local cause_of = {
    [404] = "UNALLOCATED_NUMBER", [486] = "USER_BUSY", [503] = "NORMAL_TEMPORARY_FAILURE", [603] = "CALL_REJECTED",
    [480] = "NO_USER_RESPONSE", [502] = "NETWORK_OUT_OF_ORDER",
  }

  -- The variables after legs with these codes, the one at `last` having failed last.
  local function parallel(codes, last, more)
    local list = {}
    for i, code in ipairs(codes) do
      list[i] = "u" .. i .. ";" .. cause_of[code]
    end
    local variables = refused(codes[last], cause_of[codes[1]], {
      last_bridge_hangup_cause = cause_of[codes[last]], originate_causes = "ARRAY::" .. table.concat(list, "|:"),
    })
    for name, value in pairs(more or {}) do
      variables[name] = value
    end
    return variables
  end

  local function each_order(check)
    local codes = { 404, 486, 503, 603, 480, 502 }
    for a = 1, #codes do
      for b = 1, #codes do
        for c = 0, #codes do
          for d = 0, c > 0 and #codes or 0 do
            local list = { codes[a], codes[b], codes[c], codes[c] and codes[d] }
            check(list)
          end
        end
      end
    end
  end

  it("end with the response of the leg that failed last, 2 to 4 legs in every order", function()
    each_order(function(codes)
      for last in ipairs(codes) do
        for _, more in ipairs({ {}, { sip_reason = 'SIP;cause=603;text="x"' }, { endpoint_disposition = "EARLY MEDIA" } }) do
          local code = freeswitch.status(session.new(parallel(codes, last, more)))
          assert.equal(codes[last], code, table.concat(codes, " ") .. " last " .. last)
        end
      end
    end)
  end)

  it("are told one by one, in the order of the dial string", function()
    each_order(function(codes)
      for last in ipairs(codes) do
        local expected = {}
        for i, code in ipairs(codes) do
          local own = cause_of[code] == cause_of[codes[last]]
          expected[i] = {
            cause = cause_of[code],
            code = own and codes[last] or sip.cause.to_sip(cause_of[code], "freeswitch"),
            source = own and PROTO or "originate_causes",
          }
        end
        assert.same(expected, freeswitch.legs(session.new(parallel(codes, last))))
      end
    end)
  end)

  it("are one without originate_causes, and none without an attempt", function()
    assert.same({ { code = 486, cause = "USER_BUSY", source = PROTO } },
      freeswitch.legs(session.new(bare(refused(486, "USER_BUSY")))))
    assert.same({ n = 2, nil, "no attempt has ended" }, results(freeswitch.legs, session.new({})))
  end)

  it("pass on the 603+ of any of them", function()
    for last = 1, 2 do
      local variables = parallel({ 404, 603 }, last, {
        sip_reason = blocked, sip_invite_failure_phrase = last == 2 and "Network Blocked" or "Not Found",
      })
      local stand_in = session.new(variables)
      assert.same({ n = 1, true }, results(freeswitch.pass_on, stand_in))
      assert.same({ "execute", "respond", "603 Network Blocked" }, stand_in.calls[#stand_in.calls])
      assert.equal(blocked, stand_in.variables.sip_reason)
    end
  end)
end)

describe("an answer of our own", function()
  local function hook(stand_in, more)
    local variables = {}
    for name, value in pairs(stand_in.variables) do
      variables[name] = value
    end
    for name, value in pairs(more) do
      variables[name] = value
    end
    local env = { getHeader = function(_, name) return variables[name:match("^variable_(.+)$")] end }
    return { session.new(variables), env }
  end

  it("is what status says in a hangup hook, by session and by env", function()
    for _, case in ipairs({ { 480, "NO_USER_RESPONSE" }, { 403, "CALL_REJECTED" }, { 600, "USER_BUSY" },
        { 604, "NO_ROUTE_DESTINATION" }, { 422, "NORMAL_UNSPECIFIED" } }) do
      local stand_in = session.new(refused(503, "NORMAL_TEMPORARY_FAILURE", { sip_reason = "Q.850;cause=34" }))
      freeswitch.respond(stand_in, case[1])
      assert.equal("Q.850;cause=34", stand_in.variables.sipcodes_sent_reason)
      for _, each in ipairs(hook(stand_in, { hangup_cause = case[2] })) do
        assert.same({ n = 3, case[1], case[2], "sipcodes_sent" }, results(freeswitch.status, each))
      end
    end
  end)

  it("has FreeSWITCH's cause of the code if there is no hangup_cause yet", function()
    local stand_in = session.new()
    freeswitch.respond(stand_in, 600, "Own")
    assert.equal("600 Own", stand_in.variables.sipcodes_sent)
    assert.same({ n = 3, 600, "USER_BUSY", "sipcodes_sent" }, results(freeswitch.status, stand_in))
  end)

  it("may be a hangup, a redirection or a 603+", function()
    local stand_in = session.new()
    freeswitch.hangup(stand_in, "USER_BUSY")
    assert.equal(486, (freeswitch.status(stand_in)))
    stand_in = session.new(refused(404, "UNALLOCATED_NUMBER"))
    freeswitch.hangup(stand_in, "NORMAL_CIRCUIT_CONGESTION") -- FreeSWITCH sends the attempt's code
    assert.equal(404, (freeswitch.status(stand_in)))
    stand_in = session.new()
    freeswitch.respond(stand_in, 302, "sip:a@127.0.0.1")
    assert.equal(302, (freeswitch.status(stand_in)))
    stand_in = session.new(refused(603, "CALL_REJECTED", { sip_reason = blocked, sip_invite_failure_phrase = "Network Blocked" }))
    freeswitch.pass_on(stand_in)
    assert.same({ n = 3, 603, "CALL_REJECTED", "sipcodes_sent" }, results(freeswitch.status, stand_in))
    assert.equal(blocked, stand_in.variables.sipcodes_sent_reason)
  end)

  it("is not what ended a call that had been answered, or that goes on after clear", function()
    local stand_in = session.new(answered)
    freeswitch.hangup(stand_in, "NORMAL_CLEARING")
    stand_in.variables.answer_epoch = "1790000000"
    assert.equal(200, (freeswitch.status(stand_in)))
    stand_in.variables.answer_epoch = "0"
    assert.equal("sipcodes_sent", (select(3, freeswitch.status(stand_in))))
    freeswitch.clear(stand_in)
    assert.same({ n = 2, nil, "no attempt has ended" }, results(freeswitch.status, stand_in))
  end)

  it("is not read from what is not a code", function()
    for _, value in ipairs({ "", "48", "abc", "999 x", "099" }) do
      assert.equal(486, (freeswitch.status(session.new(refused(486, "USER_BUSY", { sipcodes_sent = value })))))
    end
  end)
end)

describe("pass_on with a control character", function()
  it("sends nothing, and says where it stands", function()
    for _, octet in ipairs({ "\1", "\0", "\127", "\27" }) do
      local reason = 'SIP;cause=603;text="v=analytics1;url=https://a.example/\\' .. octet .. 'x";location=TN'
      local stand_in = session.new(refused(603, "CALL_REJECTED", {
        sip_reason = reason, sip_invite_failure_phrase = "Network Blocked",
      }))
      local passed, why = freeswitch.pass_on(stand_in)
      assert.is_false(passed)
      assert.matches("^the Reason cannot be sent: %w+ at octet " .. reason:find(octet, 1, true) .. "$", why)
      assert.same({}, stand_in.calls)
    end
  end)
end)

describe("attempts", function()
  -- Runs the collector over attempts that leave these variables; returns what was executed last.
  local function run(list, options)
    local stand_in, at = session.new(), 0
    local execute = stand_in.execute
    function stand_in:execute(application, data)
      execute(self, application, data)
      if application == "bridge" then
        at = at + 1
        for name, value in pairs(list[at]) do
          self.variables[name] = value
        end
      end
    end
    local collector = freeswitch.attempts(stand_in, options)
    local seen = {}
    for i in ipairs(list) do
      seen[i] = results(collector, "dial " .. i)
    end
    local sent = results(collector.finish)
    return stand_in, sent, seen
  end

  local silent = then_local({}, "NO_ANSWER")
  local s503 = refused(503, "NORMAL_TEMPORARY_FAILURE", { sip_reason = "Q.850;cause=34" })
  local s486 = refused(486, "USER_BUSY", { sip_reason = "Q.850;cause=17" })
  local plus = refused(603, "CALL_REJECTED", { sip_reason = blocked, sip_invite_failure_phrase = "Network Blocked" })
  local challenged = refused(407, "CALL_REJECTED", { [STATUS] = "", sip_invite_failure_phrase = "" })
  local wrong = refused(503, "NORMAL_UNSPECIFIED", { [PROTO] = "sip:904", [STATUS] = "", sip_invite_failure_phrase = "" })

  it("tell the caller of silence by 504, and of a fault here by 500", function()
    for name, code in pairs({
      NO_ANSWER = 504, NO_USER_RESPONSE = 504, PROGRESS_TIMEOUT = 504, ALLOTTED_TIMEOUT = 504,
      RECOVERY_ON_TIMER_EXPIRE = 504, INVALID_GATEWAY = 500, INVALID_PROFILE = 500, INVALID_URL = 500,
      CHAN_NOT_IMPLEMENTED = 500, MANDATORY_IE_MISSING = 500,
    }) do
      local _, sent = run({ then_local({}, name) })
      assert.same({ n = 1, code }, sent, name)
    end
  end)

  -- {attempts, code, Reason}
  for i, case in ipairs({
    { { s503, s486 }, 486, "Q.850;cause=17" },
    { { s486, s503 }, 486, "Q.850;cause=17" },
    { { s503, silent }, 504 },
    { { silent, silent }, 504 },
    { { s503, s503 }, 500 },
    { { then_local({}, "INVALID_GATEWAY") }, 500 },
    { { then_local({}, "INVALID_GATEWAY"), s486 }, 486, "Q.850;cause=17" },
    { { then_local({}, "GATEWAY_DOWN") }, 500 },
    { { challenged }, 500 },
    { { wrong, challenged }, 500 },
    { { plus }, 603, blocked },
    { { plus, s486 }, 603, blocked },
    { { s486, plus }, 603, blocked },
    { { refused(404, "UNALLOCATED_NUMBER"), s503 }, 404 },
    { { early, silent }, 504 },
    { {}, 503 },
    { { {} }, 503 },
  }) do
    it("end with the best answer, case " .. i, function()
      local stand_in, sent = run(case[1])
      assert.same({ n = 1, case[2] }, sent)
      assert.same({ "execute", "respond" }, { stand_in.calls[#stand_in.calls][1], stand_in.calls[#stand_in.calls][2] })
      assert.equal(tostring(case[2]), stand_in.calls[#stand_in.calls][3]:sub(1, 3))
      assert.equal(case[3], stand_in.variables.sip_reason)
      assert.equal(case[3] == blocked and "true" or nil, stand_in.variables.sip_603plus_passthrough)
    end)
  end

  it("keep a 503 if that is asked for", function()
    local stand_in, sent = run({ s503 }, { keep_503 = true })
    assert.same({ n = 1, 503 }, sent)
    assert.equal("Q.850;cause=34", stand_in.variables.sip_reason)
  end)

  it("say how each ended", function()
    local _, _, seen = run({ s503, silent, wrong })
    assert.same({
      { n = 4, false, 503, "NORMAL_TEMPORARY_FAILURE", PROTO },
      { n = 4, false, 480, "NO_ANSWER", DISPOSITION },
      { n = 4, false, 401, "NORMAL_UNSPECIFIED", "challenge" },
    }, seen)
    _, _, seen = run({ {} })
    assert.same({ { n = 1, false } }, seen)
  end)

  it("send nothing after an answer, or if the call is gone", function()
    local stand_in, sent, seen = run({ s503, answered })
    assert.same({ n = 2, nil, "the call was answered" }, sent)
    assert.same({ n = 4, true, 200, "NORMAL_CLEARING", PROTO }, seen[2])
    assert.same({ "execute", "bridge", "dial 2" }, stand_in.calls[#stand_in.calls])
    stand_in = session.new()
    function stand_in:ready()
      return self == nil
    end
    assert.same({ n = 2, nil, "the call has ended" }, results(freeswitch.attempts(stand_in).finish))
    assert.same({}, stand_in.calls)
  end)

  it("consider every leg of a dial string", function()
    local both = refused(503, "USER_BUSY", {
      last_bridge_hangup_cause = "NORMAL_TEMPORARY_FAILURE",
      originate_causes = second_leg("USER_BUSY", "NORMAL_TEMPORARY_FAILURE"),
    })
    local _, sent, seen = run({ both })
    assert.equal(503, seen[1][2])
    assert.same({ n = 1, 486 }, sent)
  end)

  it("raise on other options", function()
    assert.equal('bad argument #2 to \'attempts\' (unknown field "x")', message(freeswitch.attempts, session.new(), { x = 1 }))
  end)
end)

describe("a session", function()
  local taking = {
    status = {}, clear = {}, respond = { 486 }, hangup = { "USER_BUSY" },
    set_reason = { { { protocol = "SIP", cause = 486 } } }, pass_on = {}, legs = {},
  }
  for name, args in pairs(taking) do
    it("is needed by " .. name, function()
      assert.matches(
        "^bad argument #1 to '" .. name .. "' %(session expected, got a table without %a+%)$",
        message(freeswitch[name], {}, args[1])
      )
    end)
  end

  -- A session is userdata with a metatable in C: each look at a method is a call there.
  it("is asked once for the method that reads all variables, and once for the one that sets them", function()
    local state = session.new(refused(486, "USER_BUSY"))
    local asked = {}
    local proxy = setmetatable({}, {
      __index = function(_, name)
        asked[name] = (asked[name] or 0) + 1
        return function(_, ...)
          return state[name](state, ...)
        end
      end,
    })
    assert.same({ 486, "USER_BUSY", PROTO }, { freeswitch.status(proxy) })
    assert.same({ getVariable = 2 }, asked) -- once more for what was answered
    freeswitch.clear(proxy)
    assert.same({ getVariable = 2, setVariable = 1 }, asked)
    assert.same({}, state.variables)
  end)

  it("may be an object of any kind, and its errors come through", function()
    local broken = setmetatable({}, {
      __index = function(_, key)
        return function()
          error(key .. " is broken", 0)
        end
      end,
    })
    assert.equal("getVariable is broken", message(freeswitch.status, broken))
    assert.equal("setVariable is broken", message(freeswitch.clear, broken))
    assert.equal("getVariable is broken", message(freeswitch.respond, broken, 486))
    assert.equal("getVariable is broken", message(freeswitch.hangup, broken, "USER_BUSY"))
    for _, method in ipairs({ "execute", "hangup", "setVariable" }) do
      local stand_in = session.new()
      stand_in[method] = function()
        error(method .. " is broken", 0)
      end
      local f = method == "hangup" and freeswitch.hangup or freeswitch.respond
      assert.equal(method .. " is broken", message(f, stand_in, method == "hangup" and "USER_BUSY" or 486))
    end
  end)
end)

describe("the example script", function()
  -- Runs it with gateways that leave these variables behind, and gives the session and the log.
  local function run(...)
    local gateways = { ... }
    local stand_in = session.new({ destination_number = "100" })
    local log, names = {}, {}
    for i in ipairs(gateways) do
      names[i] = "gw" .. i
    end
    local execute = stand_in.execute
    function stand_in:execute(application, data)
      execute(self, application, data)
      if application == "bridge" then
        for name, value in pairs(gateways[tonumber(data:match("/gateway/gw(%d)/100$"))]) do
          self.variables[name] = value
        end
      end
    end
    function stand_in:ready()
      return self.variables.DIALSTATUS ~= "CANCEL" and self.variables.endpoint_disposition ~= "ANSWER"
    end
    local env = setmetatable({
      session = stand_in,
      argv = names,
      freeswitch = {
        consoleLog = function(_, line)
          log[#log + 1] = line
        end,
      },
    }, { __index = _G })
    local path = "lua/examples/freeswitch.lua"
    local chunk
    if setfenv then
      chunk = setfenv(assert(loadfile(path)), env)
    else
      chunk = assert(loadfile(path, "t", env))
    end
    chunk()
    local executed = {}
    for _, each in ipairs(stand_in.calls) do
      if each[1] == "execute" then
        executed[#executed + 1] = each[2] .. " " .. each[3]
      end
    end
    return executed, log
  end

  local first = "bridge {leg_progress_timeout=6}sofia/gateway/gw1/100"
  local second = "bridge {leg_progress_timeout=6}sofia/gateway/gw2/100"
  local s503, s486 = refused(503, "NORMAL_TEMPORARY_FAILURE"), refused(486, "USER_BUSY")

  for _, case in ipairs({
    {
      "a 503, then busy",
      { s503, s486 },
      { first, second, "respond 486 Busy Here" },
      { "gw1: 503 NORMAL_TEMPORARY_FAILURE, carrier\n", "gw2: 486 USER_BUSY, carrier\n" },
    },
    { "busy", { s486, s503 }, { first, "respond 486 Busy Here" }, { "gw1: 486 USER_BUSY, carrier\n" } },
    {
      "a 480 whose phrase goes on",
      { refused(480, "NO_USER_RESPONSE", { sip_invite_failure_phrase = "No Routes Found" }), s503 },
      { first, second, "respond 480 Temporarily Unavailable" },
      { "gw1: 480 NO_USER_RESPONSE, 480 No Routes Found\n", "gw2: 503 NORMAL_TEMPORARY_FAILURE, carrier\n" },
    },
    {
      "no sign of life, then busy",
      { then_local({}, "PROGRESS_TIMEOUT"), s486 },
      { first, second, "respond 486 Busy Here" },
      { "gw1: 480 PROGRESS_TIMEOUT, carrier\n", "gw2: 486 USER_BUSY, carrier\n" },
    },
    {
      "a 603+",
      { refused(603, "CALL_REJECTED", { sip_invite_failure_phrase = "Network Blocked", sip_reason = blocked }), s486 },
      { first, "respond 603 Network Blocked" },
      { "gw1: 603 CALL_REJECTED, 603+\n" },
    },
    {
      "an unknown gateway, then a phone that rings too long",
      { then_local({}, "INVALID_GATEWAY"), then_local({}, "NO_ANSWER") },
      { first, second, "respond 500 Server Internal Error" },
      { "gw1: 484 INVALID_GATEWAY, carrier\n", "gw2: 480 NO_ANSWER, carrier\n" },
    },
    {
      "a phone that rings too long",
      { then_local({}, "NO_ANSWER"), s486 },
      { first, "respond 504 Server Time-out" },
      { "gw1: 480 NO_ANSWER, carrier\n" },
    },
    {
      "two gateways that want credentials",
      {
        refused(401, "CALL_REJECTED", { [STATUS] = "", sip_invite_failure_phrase = "" }),
        refused(407, "CALL_REJECTED", { [STATUS] = "", sip_invite_failure_phrase = "" }),
      },
      { first, second, "respond 500 Server Internal Error" },
      { "gw1: 401 CALL_REJECTED, 401\n", "gw2: 407 CALL_REJECTED, 407\n" },
    },
    { "no attempt", { {}, s486 }, { first, "respond 503 Service Unavailable" }, {} },
    { "an answer", { s503, answered }, { first, second }, { "gw1: 503 NORMAL_TEMPORARY_FAILURE, carrier\n" } },
    {
      "a caller who gives up",
      { { [DISPOSITION] = "ORIGINATOR_CANCEL", DIALSTATUS = "CANCEL", [STATUS] = "487" }, s486 },
      { first },
      {},
    },
  }) do
    it("does what it says after " .. case[1], function()
      local executed, log = run(case[2][1], case[2][2])
      assert.same(case[3], executed)
      assert.same(case[4], log)
    end)
  end
end)
