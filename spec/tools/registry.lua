-- Compares a fresh copy of IANA's registry "Response Codes" with the data, and says what to type:
--     lua5.4 spec/tools/registry.lua FILE
-- The exit status is 0 if nothing has changed, 1 if something has, 2 if the file cannot be read.
local is_command = arg and arg[0] and arg[0]:find("registry%.lua$")
if is_command then
  package.cpath = ("./build/%s/?.so;"):format(_VERSION:match("%d%.%d")) .. package.cpath
  package.path = "./?.lua;" .. package.path
end

local rows = require("spec.support.rows")
local sip = require("sipcodes")

local registry = {}

-- The constant of a phrase: "Busy Here" is BUSY_HERE.
local function constant_of(phrase)
  return (phrase:upper():gsub("[^%w]+", "_"):gsub("^_+", ""):gsub("_+$", ""))
end

-- The rows for a code that the data does not have.
local function rows_for(code, phrase, rfc)
  local name = constant_of(phrase)
  return {
    "in csrc/data/responses.def, with the facts from the RFC:",
    ('  REGISTERED(%d, %s, "%s", %s, "SECTION")'):format(code, name, phrase, rfc),
    ('  METHODS(%d, "")'):format(code),
    ('  ACTION(%d, STOP, "SECTION")'):format(code),
    ('  NOTE(%d, "")'):format(code),
    "in csrc/data/index.def, in the order of the text:",
    ("  BY_NAME(%s, %d)"):format(name, code),
    ('  BY_PHRASE("%s", %d)'):format(phrase, code),
    "in spec/data/response_codes.tsv:",
    ("  %d\t%s\t%s\tRFC %s\tSECTION\t\t\tnone\tno\t-"):format(code, phrase, name, rfc),
    "and put the file in place of spec/data/iana_response_codes.csv, with its date in SIPCODES_REGISTRY",
  }
end

local function append(list, more)
  for _, line in ipairs(more) do
    list[#list + 1] = line
  end
end

--- What a list of the registry's rows has that the data has not, as lines. None if they agree.
function registry.differences(list)
  local lines, seen = {}, {}
  for _, row in ipairs(list) do
    local code = tonumber(row["Response Code"])
    if code then
      seen[code] = true
      local phrase = row.Description:gsub("%s*%(Deprecated%)$", "")
      local rfc = row.Reference:match("RFC(%d+)")
      if not sip.is_registered(code) then
        lines[#lines + 1] = ("%d %s is new (%s)"):format(code, phrase, row.Reference)
        append(lines, rows_for(code, phrase, rfc or "0"))
      elseif sip.reason(code) ~= phrase then
        lines[#lines + 1] = ('%d: the phrase is "%s" now, "%s" here'):format(code, phrase, sip.reason(code))
      elseif rfc and sip.info(code, "rfc") ~= "RFC " .. rfc then
        lines[#lines + 1] = ("%d: the reference is RFC %s now, %s here"):format(code, rfc, sip.info(code, "rfc"))
      end
    end
  end
  for code, phrase in sip.codes() do
    if not seen[code] then
      lines[#lines + 1] = ("%d %s is missing there: a registered code is never removed here"):format(code, phrase)
    end
  end
  return lines
end

if is_command then
  local file = arg[1] and io.open(arg[1], "rb")
  if not file then
    io.stderr:write("usage: make registry CSV=FILE, a copy of IANA's table of response codes as CSV\n")
    os.exit(2)
  end
  file:close()
  local lines = registry.differences(rows.csv(arg[1]))
  print(#lines == 0 and "nothing has changed" or table.concat(lines, "\n"))
  os.exit(#lines == 0 and 0 or 1)
end

return registry
