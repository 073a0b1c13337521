-- What the commands say of a code.
local sip = require("sipcodes")

local function class_name(class, title)
  return ("%dxx %s"):format(class, title)
end

local function with_phrase(code)
  return code .. " " .. sip.reason(code)
end

-- What the client does next, at the same server, by the name that info gives it.
local next_steps = {
  answered = "nothing: the request has succeeded",
  wait = "wait for the final response",
  redirect = "try the addresses in Contact",
  authenticate = "send it again with credentials",
  modify = "change the request as the response asks, then send it again",
  later = "send the same request again later",
  glare = "wait a random time, then send it again",
  elsewhere = "try another server or address",
  stop = "do not send the same request again to this server",
  stop_everywhere = "stop: no other server or address will do better",
}

--- All that is known of a code 100..699: what info says, and treat_as, next and known. Where info
-- knows nothing, action and retry_after are those of the code that it is treated as.
local function describe(code)
  local facts = sip.info(code)
  local known = facts ~= nil
  local treat_as = sip.treat_as(code)
  if not known then
    local class, title = sip.class(code)
    local model = sip.info(treat_as)
    facts = {
      code = code, class = class, title = title, registered = false,
      action = model.action, retry_after = model.retry_after,
    }
  end
  facts.known, facts.treat_as = known, treat_as
  facts.next = next_steps[facts.action]
  if facts.retry_after then
    facts.next = facts.next .. " (Retry-After may name a time)"
  end
  return facts
end

-- The keys of a response in JSON, in order.
local KEYS = {
  "code", "method", "phrase", "reason", "differs", "name", "class", "title", "known", "registered", "treat_as",
  "origin", "rfc", "section", "deprecated", "formerly", "note", "methods", "must", "should", "may", "action",
  "next", "basis", "retry_after", "dialog", "failover", "causes", "names",
}

--- A list of keys with those of a response behind them.
local function keys_with(...)
  local keys = { ... }
  for _, key in ipairs(KEYS) do
    keys[#keys + 1] = key
  end
  return keys
end

return { class_name = class_name, with_phrase = with_phrase, describe = describe, KEYS = KEYS, keys_with = keys_with }
