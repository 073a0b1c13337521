-- Where a command writes to.
--
-- of(env) --> a table out:
--   out.write(text...)       to stdout
--   out.flush()
--   out.as_json              is JSON wanted?
--   out.json(value, keys)    the value as JSON, keys in the order of this list
--   out.warn(text)           a line on stderr
--   out.width                the columns that a line may take, 40 to 100
--   out.paint(style, text)   the text in colour if colours are wanted: a style is the class of a code, "title"
--                            or "label"
--   out.set_colour(option)   what --color says, or nil
--   out.env                  the env of main, complete
-- A terminal that shows ASCII only gets a ? for every other character, but JSON as it is.
local exit = require("sipcodes.cli.exit")
local printable = require("sipcodes.cli.text").printable

local find, match = string.find, string.match
local TROUBLE, fail = exit.TROUBLE, exit.fail
local CLOSED_PIPE = 141 -- what the shell reports for SIGPIPE
local EPIPE = 32

local function checked_colour(option)
  if option and option ~= "always" and option ~= "never" and option ~= "auto" then
    fail(TROUBLE, ('"%s" in --color is not always, never or auto'):format(option))
  end
  return option
end

-- Are colours wanted? The option decides, then the environment (no-color.org, bixense.com/clicolors), then
-- whether the output goes to a terminal.
local function wants_colours(option, env)
  local forced = env.getenv("CLICOLOR_FORCE") or ""
  if option == "always" or option == "never" then
    return option == "always"
  elseif (env.getenv("NO_COLOR") or "") ~= "" then
    return false
  end
  return forced ~= "" and forced ~= "0" or env.getenv("TERM") ~= "dumb" and env.isatty(1)
end

-- Can the terminal show ASCII only? A locale that is not set says nothing.
local function wants_ascii(env)
  for _, name in ipairs({ "LC_ALL", "LC_CTYPE", "LANG" }) do
    local locale = env.getenv(name) or ""
    if locale ~= "" then
      return not find(locale:lower(), "utf%-?8")
    end
  end
  return false
end

-- What turns a style on: the classes 1xx to 6xx, and the parts of a page.
local escapes = { "36", "32", "34", "33", "31", "35", title = "1", label = "2" }

local output = {}

function output.of(env)
  local width = tonumber(match(env.getenv("COLUMNS") or "", "^%d%d?%d?%d?$")) or env.columns() or 80
  local out = { env = env, width = math.min(100, math.max(40, width)) }

  local function checked(ok, why, code)
    if not ok then
      fail(code == EPIPE and CLOSED_PIPE or TROUBLE, code ~= EPIPE and "cannot write: " .. tostring(why) or nil)
    end
  end

  local ascii = wants_ascii(env)
  function out.write(...)
    if ascii then
      local text = table.concat({ ... }):gsub("[\192-\247][\128-\191]*", "?")
      checked(env.stdout:write(text))
    else
      checked(env.stdout:write(...))
    end
  end

  function out.flush()
    checked(env.stdout:flush())
  end

  local colour
  function out.set_colour(option)
    colour = checked_colour(option)
  end

  local painted -- asked once, when the first colour is due
  function out.paint(style, text)
    if painted == nil then
      painted = wants_colours(colour, env)
    end
    return painted and ("\27[%sm%s\27[0m"):format(escapes[style], text) or text
  end

  function out.json(value, keys)
    checked(env.stdout:write(out.dkjson.encode(value, { indent = true, keyorder = keys }), "\n"))
  end

  function out.warn(text)
    local start = "sipcodes: "
    for line in text:gmatch("[^\n]+") do
      env.stderr:write(start, printable(line), "\n")
      start = ""
    end
  end

  return out
end

return output
