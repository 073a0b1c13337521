-- The record of a call, from its transactions: what the caller saw, and what was tried behind it.
local header = require("sipcodes.header")
local kpi = require("sipcodes.kpi")
local sip = require("sipcodes")

local TIMEOUT = 408 -- what an attempt without a final response counts as (RFC 3261 16.8)

--- Has a transaction a final response?
local function has_ended(transaction)
  return transaction.code ~= nil and sip.is_final(transaction.code)
end

-- Those of a list of transactions that have passed the fewest hops.
local function nearest_of(list)
  local least, nearest = math.huge, {}
  for _, transaction in ipairs(list) do
    least = math.min(least, transaction.hops)
  end
  for _, transaction in ipairs(list) do
    if transaction.hops == least then
      nearest[#nearest + 1] = transaction
    end
  end
  return nearest
end

-- The transactions on the caller's side, and the attempts behind it, both in order.
local function sides_of(call)
  local callers, others = {}, {}
  local first = call.list[1]
  for _, transaction in ipairs(call.list) do
    local is_callers = transaction.sent_by == first.sent_by and transaction.hops == first.hops
    local list = is_callers and callers or others
    list[#list + 1] = transaction
  end
  local attempts = nearest_of(others)
  -- The caller repeats an INVITE with a higher CSeq. If several have the same one, a proxy has forked or failed over,
  -- and the messages between the caller and the proxy are not here.
  local last = callers[#callers]
  if not attempts[1] and callers[2] and callers[#callers - 1].cseq == last.cseq then
    for _, transaction in ipairs(callers) do
      if transaction.cseq == last.cseq then
        attempts[#attempts + 1] = transaction
      end
    end
  end
  return callers, attempts
end

-- The transaction whose response the caller saw last: that of a 2xx, if there is one.
local function seen_last(callers)
  for _, transaction in ipairs(callers) do
    if has_ended(transaction) and sip.is_success(transaction.code) then
      return transaction
    end
  end
  return callers[#callers]
end

-- From one time to another, in seconds; a log that has no dates may go on past midnight.
local function between(from, to, zone)
  if not from or not to then
    return nil
  end
  local seconds = to - from
  if seconds < 0 and not zone then
    seconds = seconds + 86400
  end
  return seconds >= 0 and math.floor(seconds * 1e6 + 0.5) / 1e6 or nil
end

local function is_repeated(code)
  return code == 401 or code == 407 or sip.is_redirection(code)
end

-- The time of the first response that told the caller how the call goes: not 100, and not a challenge or a redirection
-- that the caller followed (RFC 6076 4.3).
local function heard_at(callers)
  for i, transaction in ipairs(callers) do
    local followed = callers[i + 1] and transaction.code and is_repeated(transaction.code)
    if transaction.heard_at and not followed then
      return transaction.heard_at
    end
  end
  return nil
end

-- What the Reason of the final response says, else that of CANCEL or BYE.
local function cause_of(call, transaction)
  for _, value in ipairs({ transaction.reason or "", call.reason or "" }) do
    if value ~= "" then
      local cause, protocol, text = header.pick(value, nil, { lenient = true })
      if cause then
        return cause, protocol, text
      end
    end
  end
  return nil
end

--- The record of a call: what `sipcodes calls` shows of it. Absent is absent.
local function record_of(call, transaction, callers, attempts)
  local code, is_final = transaction.code, has_ended(transaction)
  local record = {
    start = call.start, zone = call.zone, from = call.from, to = call.to, call_id = call.call_id,
    code = is_final and code or nil, phrase = is_final and transaction.phrase or nil,
    outcome = kpi.outcome(is_final and code or 100),
    tried = {},
    pdd = between(call.start, heard_at(callers), call.zone),
  }
  record.cause, record.protocol, record.text = cause_of(call, transaction)
  if is_final and sip.is_success(code) then
    record.duration = between(transaction.ended_at, call.bye_at, call.zone)
  end
  for i, attempt in ipairs(attempts) do
    if has_ended(attempt) then
      record.tried[i] = attempt.code
    elseif is_final or attempts[i + 1] then
      record.tried[i] = TIMEOUT
    end
  end
  return record
end

-- The records of a call whose INVITE is not there: one for each final response, as a server sends one.
local function records_without_invite(call)
  local records = {}
  call.start, call.zone = nil, nil
  for i, transaction in ipairs(nearest_of(call.unasked_list)) do
    records[i] = record_of(call, transaction, { transaction }, {})
  end
  return records
end

--- The records of a call: one, if its INVITE is there.
local function records_of(call)
  if not call.list[1] then
    return records_without_invite(call)
  end
  local callers, attempts = sides_of(call)
  return { record_of(call, seen_last(callers), callers, attempts) }
end

return { has_ended = has_ended, records_of = records_of }
