-- What the alternatives of several rooms have in common: arguments are checked as the library does it.

local by_hand = {}

local find = string.find

--- The fields of info.
by_hand.FIELDS = {}
for field in
  ("code reason name class title registered deprecated rfc section formerly methods must should may "
    .. "action basis retry_after dialog note origin"):gmatch("%S+")
do
  by_hand.FIELDS[field] = true
end

function by_hand.shown(value)
  return type(value) == "string" and ("%q"):format(value) or tostring(value)
end

-- One read of a table knows numbers, floats and strings.
local codes = {}
for code = 100, 699 do
  codes[code], codes[tostring(code)] = code, code
end

--- The codes by the numbers and strings that are one.
by_hand.codes = codes

--- The code that a number or a string of three digits is; nil for another one.
function by_hand.to_code(value, fname)
  local code = codes[value]
  if code or type(value) == "number" or type(value) == "string" then
    return code
  end
  error(("bad argument #1 to '%s' (code expected, got %s)"):format(fname, type(value)), 3)
end

function by_hand.need_code(value, fname)
  local code = codes[value]
  if not code then
    error(("bad argument #1 to '%s' (%s is not a SIP response code)"):format(fname, by_hand.shown(value)), 3)
  end
  return code
end

--- Refuses what must not go out on the wire.
function by_hand.check_wire(text, fname)
  if type(text) ~= "string" then
    error(("bad argument #2 to '%s' (string expected, got %s)"):format(fname, type(text)), 3)
  elseif find(text, "[%z\1-\8\10-\31\127]") then
    error(("bad argument #2 to '%s' (control character)"):format(fname), 3)
  end
end

--- A function that goes through all that an iterator gives.
function by_hand.walk(iterator)
  return function()
    for _ in iterator() do -- luacheck: ignore 542
    end
  end
end

return by_hand
