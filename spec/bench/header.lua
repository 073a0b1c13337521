-- header.reason against a straightforward parser written with Lua patterns.

local support = require("spec.bench.support")
local header = require("sipcodes.header")

local TOKEN = "^[%w%-%.!%%%*_%+`'~]+"

-- The value that stands at `at`, and where it ends: a token, or a quoted string with its escapes.
local function value_at(text, at)
  if text:sub(at, at) ~= '"' then
    local first, last = text:find(TOKEN, at)
    return first and text:sub(first, last), last
  end
  local from = at
  while true do
    at = text:find('[\\"]', at + 1)
    if not at then
      return nil
    end
    if text:sub(at, at) == '"' then
      break
    end
    at = at + 1
  end
  return (text:sub(from + 1, at - 1):gsub("\\(.)", "%1")), at
end

-- Folding, positions of errors and doubled parameters are left out, which is in its favour.
local function parse(text)
  local list = {}
  local at = 1
  repeat
    local protocol, next_at = text:match("^%s*([^%s;,]+)%s*()", at)
    if not protocol then
      return nil, "no protocol"
    end
    at = next_at
    local value = { protocol = protocol, params = {} }
    while text:sub(at, at) == ";" do
      local name, after_name = text:match("^;%s*([^%s=;,]+)%s*()", at)
      if not name then
        return nil, "no parameter"
      end
      name, at = name:lower(), after_name
      local content = true
      if text:sub(at, at) == "=" then
        local last
        content, last = value_at(text, text:match("^=%s*()", at))
        if not content then
          return nil, "no value"
        end
        at = text:match("^%s*()", last + 1)
      end
      if name == "cause" then
        value.cause = tonumber(content)
      elseif name == "text" or name == "location" then
        value[name] = content
      else
        value.params[name] = content
      end
    end
    list[#list + 1] = value
    local more = text:sub(at, at) == ","
    at = at + 1
  until not more
  return list
end

local text = 'Q.850;cause=17;text="User busy", SIP;cause=486;text="Busy Here"'

local ours, theirs = assert(header.reason(text)), assert(parse(text))
for i = 1, 2 do
  for _, name in ipairs({ "protocol", "cause", "text" }) do
    assert(ours[i][name] == theirs[i][name])
  end
end

support.report("header.reason", support.ratio(function()
  return header.reason(text)
end, function()
  return parse(text)
end), 0.5)
support.finish()
