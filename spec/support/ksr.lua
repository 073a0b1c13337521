-- A stand-in for Kamailio's global KSR, as version 5.6.3 behaves in each kind of route. What it was
-- asked to send is kept, and so is what Kamailio would have written to its log as an error.

local ksr = {}

-- What a KEMI function returns for yes and no.
local function kemi(answer)
  return answer and 1 or -1
end

-- $name, $(hdr(NAME)[*]) and so on, of a response or request.
local function field(message, name)
  local all = name:match("^%$%(hdr%(([%w-]+)%)%[%*%]%)$")
  local first = name:match("^%$hdr%(([%w-]+)%)$")
  local values = message.fields and message.fields[all or first]
  if not values then
    return nil
  elseif all and not message.overflow then
    return table.concat(values, ",")
  end
  return first and values[1]
end

--- ksr.new(state) --> KSR. state describes the route:
--   route      "request", "branch", "reply", "core reply", "failure", "branch failure", "continued" or "other"
--   code       the status of the response, in a request route the one that Kamailio sent last; in "continued" that
--              of an earlier branch, if Kamailio still looks at it
--   phrase     its phrase, which a local response has, too
--   fields     its header fields, {Reason = {"first", "second"}}
--   is_local   was it made by Kamailio?
--   timeout    because no final answer came?
--   canceled   has the caller cancelled?
--   overflow   is there no room to join several fields?
--   without    a set of modules that are not loaded
--   branches   how many branches the transaction has had, 1 without it
--   xavp       what the xavp sipcodes holds, a new one without it
--   waiting    in "continued": does Kamailio still have the branch of an earlier suspension at hand?
--   returns    what send_reply and append_to_reply return, 1 without it (returns.send_reply)
-- and keeps what happened:
--   sent       a list of the arguments of each send_reply, {n = 2, 486, "Busy Here"}
--   appended   a list of the texts of append_to_reply
--   errors     a list of the errors in the log
function ksr.new(state)
  local route = state.route
  local in_reply = route == "reply" or route == "core reply"
  local in_failure = route == "failure" or route == "branch failure"
  local received = in_failure and not state.is_local or route == "continued" and state.code
  state.sent, state.appended, state.errors = {}, {}, {}
  state.xavp = state.xavp or {}

  local function wrong(text)
    state.errors[#state.errors + 1] = text
  end

  local pvs = {
    ["$rs"] = in_reply and state.code or nil,
    ["$rr"] = in_reply and state.phrase or nil,
    ["$T_rpl($rs)"] = received and state.code or nil,
    ["$T_rpl($rr)"] = received and state.phrase or nil,
    ["$T(reply_type)"] = (state.waiting or route == "failure" and state.is_local) and 1 or 0,
    ["$T_branch_idx"] = state.branches or 1,
  }

  local function get(name)
    local inner = name:match("^%$T_rpl%((.*)%)$")
    if inner and received and inner:find("hdr", 1, true) then
      return field(state, inner)
    elseif in_reply and name:find("^%$%(?hdr") then
      return field(state, name)
    elseif name:find("^%$xavp") then
      return state.xavp[name:match("^%$xavp%(sipcodes=>([%w_]+)%)$")]
    elseif name == "$T_reply_code" and route == "continued" then
      if not state.waiting then
        wrong("CRITICAL: no picked branch (-1)")
      end
      return state.waiting and 500 or 0
    elseif name == "$T_reply_code" then
      return route == "other" and 0 or state.code or 0
    elseif name == "$T_reply_reason" then
      if route == "branch failure" then
        wrong("pv_get_tm_reply_reason(): unsupported route_type 256")
        return nil
      end
      return state.phrase or ""
    end
    return pvs[name]
  end

  -- $xavp(sipcodes=>name) makes a new xavp, $xavp(sipcodes[0]=>name) adds to it.
  local function set(name, value)
    local index, key = name:match("^%$xavp%(sipcodes(%[?0?%]?)=>([%w_]+)%)$")
    if index == "" then
      state.xavp = {}
    end
    state.xavp[key] = value
    return 1
  end

  local function unset(name)
    if name == "$xavp(sipcodes[*])" then
      state.xavp = {}
    end
    return 1
  end

  local function of_failure(answer)
    return function()
      if not in_failure then
        wrong("unsupported route type")
        return -1
      end
      return kemi(answer)
    end
  end

  local function is(...)
    local answer = false
    for _, kind in ipairs({ ... }) do
      answer = answer or route == kind
    end
    return function()
      return kemi(answer)
    end
  end

  local function result(name)
    local returns = state.returns or {}
    if returns[name] == nil then
      return 1
    end
    return returns[name]
  end

  local loaded = {
    pv = { get = get, sets = set, seti = set, unset = unset },
    sl = {
      send_reply = function(...)
        if state.exits then
          error("~~ksr~exit~~", 0)
        end
        state.sent[#state.sent + 1] = { n = select("#", ...), ... }
        if result("send_reply") ~= "nil" then
          return result("send_reply")
        end
      end,
    },
    hdr = {
      append_to_reply = function(text)
        state.appended[#state.appended + 1] = text
        return result("append_to_reply")
      end,
    },
    tm = {
      t_branch_timeout = of_failure(state.timeout),
      t_branch_replied = of_failure(false), -- also where a response was received: no witness
      t_is_canceled = function()
        return kemi(state.canceled)
      end,
    },
    tmx = {
      t_is_request_route = is("request"),
      t_is_branch_route = is("branch"),
      t_is_reply_route = is("reply", "core reply"),
      t_is_failure_route = is("failure", "continued"),
    },
  }
  for name in pairs(state.without or {}) do
    loaded[name] = nil
  end
  return loaded
end

return ksr
