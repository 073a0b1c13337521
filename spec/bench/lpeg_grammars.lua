-- The grammars of RFC 3261 25.1 in LPeg; false if LPeg is not installed.
local found, lpeg = pcall(require, "lpeg")
if not found then
  return false
end
local P, R, S = lpeg.P, lpeg.R, lpeg.S
local C, Cc, Cf, Cg, Cs, Ct = lpeg.C, lpeg.Cc, lpeg.Cf, lpeg.Cg, lpeg.Cs, lpeg.Ct

local alphanumeric = R("09", "AZ", "az")
local blank = S(" \t") ^ 0 * (P("\r\n") * S(" \t") ^ 1) ^ -1
local token = C((alphanumeric + S("-.!%*_+`'~")) ^ 1)
local octet = (R(" ~") + S("\t") + R("\128\255")) - S('\\"')
local quoted = P('"') * Cs((octet + P("\\") / "" * R("\0\127")) ^ 0) * P('"')
local equal = blank * P("=") * blank
local semicolon = blank * P(";") * blank

local own = { cause = true, text = true, location = true }
local function add(value, name, content)
  name = name:lower()
  if name == "cause" then
    content = tonumber(content)
  end
  local into = own[name] and value or value.params
  if into[name] == nil then
    into[name] = content
  end
  return value
end

local function new_value(protocol)
  return { protocol = protocol, params = {} }
end

local parameter = Cg(token * (equal * (quoted + token) + Cc(true)))
local value = Cf(token / new_value * (semicolon * parameter) ^ 0, add)
local reasons = Ct(blank * value * (blank * P(",") * blank * value) ^ 0) * blank * -1

local digit = R("09")
local code = C(digit * digit * digit) / tonumber
local agent = C((alphanumeric + S("-.:[]")) ^ 1)
local warning = Ct(Cg(code, "code") * S(" \t") ^ 1 * Cg(agent, "agent") * S(" \t") ^ 1 * Cg(quoted, "text"))
local warnings = Ct(blank * warning * (blank * P(",") * blank * warning) ^ 0) * blank * -1

local version = S("Ss") * S("Ii") * S("Pp") * P("/") * digit ^ 1 * P(".") * digit ^ 1
local phrase = (P(" ") * C((octet + S('\\"')) ^ 0)) + Cc("")
local status_line = version * P(" ") * code * phrase * (P("\r\n") + P("\n")) ^ -1 * -1

return {
  reason = function(text)
    return reasons:match(text)
  end,
  warning = function(text)
    return warnings:match(text)
  end,
  status_line = function(text)
    return status_line:match(text)
  end,
}
