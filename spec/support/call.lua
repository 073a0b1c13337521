-- Calls a function and keeps all that came of it, so that specs can compare whole results.

local call = {}

--- All results as a list with their number: {n = 2, 486, "Busy Here"}.
function call.results(f, ...)
  local function pack(...)
    return { n = select("#", ...), ... }
  end
  return pack(f(...))
end

--- The message that a call raises, without the position in front; fails where it does not raise.
function call.message(f, ...)
  local ok, message = pcall(f, ...)
  assert(not ok, "the call did not raise")
  assert(type(message) == "string", "the error is not a string")
  return (message:gsub("^[^:]+:%d+: ", ""))
end

-- What a script may hand over by mistake; the first is nil.
call.odd = { nil, true, false, 0, -1, 486, 1e300, 0 / 0, "", "486", "\0", ("x"):rep(5000), {}, type, io.stdout }
call.ODD = 15

--- Calls f, which may raise, but only a short message in one line with the name of a function that has
-- this pattern. Answers whether it raised.
function call.misused(f, name, ...)
  local ok, problem = pcall(f, ...)
  if not ok then
    assert(type(problem) == "string", "the error is not a string")
    assert(#problem < 400 and not problem:find("%c"), problem)
    assert(problem:find("bad argument #%d to '" .. name .. "' %("), problem)
  end
  return not ok
end

--- A value of every type that is neither a number nor a string, with its name in messages.
function call.other_types()
  return {
    { value = nil, name = "nil" },
    { value = true, name = "boolean" },
    { value = {}, name = "table" },
    { value = print, name = "function" },
    { value = coroutine.create(function() end), name = "thread" },
    { value = io.stdout, name = "userdata" },
  }
end

return call
