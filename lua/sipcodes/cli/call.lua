-- The calls that messages belong to.
--
-- A call is all that has one Call-ID: every hop, fork, retransmission, round of authentication and re-INVITE. Its first
-- INVITE tells the caller's side: the host that sent it (the top Via). What others sent on, with more Via fields, was
-- tried behind it.
local call_record = require("sipcodes.cli.call_record")
local sip = require("sipcodes")

local has_ended = call_record.has_ended

-- A transaction of an INVITE: where it came from, and how it went.
local function new_transaction(message)
  return { sent_by = message.sent_by, hops = message.hops, cseq = message.cseq }
end

-- What tells transactions of a call apart (RFC 3261 17.1.3); servers of RFC 2543 had no branch.
local function key_of(message)
  return (message.branch or message.sent_by or "") .. " " .. message.cseq
end

local function note_response(transaction, message)
  if has_ended(transaction) then
    return
  end
  local code = message.code
  if code > 100 and not transaction.heard_at then
    transaction.heard_at = message.time
  end
  if sip.is_final(code) or code >= (transaction.code or 0) then
    transaction.code, transaction.phrase, transaction.ended_at = code, message.phrase, message.time
    transaction.reason = message.reason or transaction.reason
  end
end

local function new_call(message)
  return {
    call_id = message.call_id, from = message.from, to = message.to, from_tag = message.from_tag,
    start = message.time, zone = message.zone,
    list = {}, by_key = {}, in_dialog = {}, unasked = {}, unasked_list = {},
  }
end

-- Is this INVITE the first of another call, which has the Call-ID of one that has ended? A repeated one with
-- credentials has the same From tag.
local function begins_anew(call, message)
  local first = call.list[1]
  if not first or message.from_tag == call.from_tag or message.sent_by ~= first.sent_by then
    return false
  end
  for _, transaction in ipairs(call.list) do
    if not has_ended(transaction) then
      return false
    end
  end
  return true
end

--- Makes calls of messages: collector.take(message) for each in its order, then collector.finish() returns the
-- records, in order of their start.
local function new_collector()
  local calls, by_id = {}, {}

  local function open_call(message)
    local call = new_call(message)
    calls[#calls + 1] = call
    by_id[message.call_id] = call
    return call
  end

  -- The responses that came before their INVITE are those of this transaction: captures are not always in order.
  local function adopt(call, key, transaction)
    for _, early in ipairs(call.unasked[key] or {}) do
      note_response(transaction, early)
    end
  end

  local function take_invite(message)
    local call = by_id[message.call_id]
    if message.to_tag then
      (call or open_call(message)).in_dialog[key_of(message)] = true
      return
    elseif not call or begins_anew(call, message) then
      call = open_call(message)
    elseif not call.list[1] then
      call.start, call.zone, call.from, call.to = message.time, message.zone, message.from, message.to
      call.from_tag = message.from_tag
    end
    local key = key_of(message)
    if not call.by_key[key] then
      call.by_key[key] = new_transaction(message)
      call.list[#call.list + 1] = call.by_key[key]
      adopt(call, key, call.by_key[key])
    end
  end

  local function take_other_request(message)
    local call = by_id[message.call_id]
    if not call then
      return
    elseif message.method == "BYE" then
      call.bye_at = call.bye_at or message.time
    end
    if message.method == "BYE" or message.method == "CANCEL" then
      call.reason = call.reason or message.reason
    end
  end

  -- A response to an INVITE that has not been seen. A code that differs from the last is another call's.
  local function take_unasked(call, key, message)
    local list = call.unasked[key] or {}
    call.unasked[key] = list
    list[#list + 1] = message
    local last = list.transaction
    if not last or has_ended(last) and message.code ~= last.code then
      last = new_transaction(message)
      list.transaction = last
      call.unasked_list[#call.unasked_list + 1] = last
    end
    note_response(last, message)
  end

  -- The transaction that a response belongs to. Some responses have lost their Via fields: they are taken for those of
  -- the first INVITE of that CSeq which has no final response.
  local function transaction_of(call, key, message)
    for _, transaction in ipairs(message.branch and {} or call.list) do
      if transaction.cseq == message.cseq and not has_ended(transaction) then
        return transaction
      end
    end
    return call.by_key[key]
  end

  local function take_response(message)
    local call = by_id[message.call_id] or open_call(message)
    local key = key_of(message)
    local transaction = transaction_of(call, key, message)
    if call.in_dialog[key] then
      return
    elseif transaction then
      note_response(transaction, message)
    else
      take_unasked(call, key, message)
    end
  end

  local collector = {}

  function collector.take(message)
    if not message.is_request and message.method == "INVITE" then
      take_response(message)
    elseif message.is_request and message.method == "INVITE" then
      take_invite(message)
    elseif message.is_request then
      take_other_request(message)
    end
  end

  function collector.finish()
    local records = {}
    for _, call in ipairs(calls) do
      for _, record in ipairs(call_record.records_of(call)) do
        records[#records + 1] = record
      end
    end
    return records
  end

  return collector
end

return { new_collector = new_collector }
