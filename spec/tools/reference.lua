-- The API reference, lua/README.md, made from the declarations in lua/sipcodes/types.lua and types/.
--
-- A file declares one module. Its first long comment introduces the module. The comment lines above a
-- function are its text, and may end with lines that begin with "Unknown:", "Raises:" or "Source:";
-- ---@param and ---@return say the rest. ---@class with ---@field describes a record.

local read = require("spec.support.file").read

local reference = {}

-- The modules in the order of the page, and the name by which examples call each.
local modules = {
  { "sipcodes", "sip", "lua/sipcodes/types.lua" },
}
for _, name in ipairs({ "cause", "header", "routing", "blocking", "kpi", "trace", "freeswitch", "kamailio" }) do
  modules[#modules + 1] = { "sipcodes." .. name, "sip." .. name, ("lua/sipcodes/types/%s.lua"):format(name) }
end

local function exists(path)
  local file = io.open(path, "rb")
  return file and file:close()
end

-- The lines of a file in blocks: consecutive comment lines that begin with "---", and the line of code
-- that ends them.
local function blocks(text)
  local list, lines = {}, {}
  for line in text:gmatch("([^\n]*)\n") do
    local comment = line:match("^%-%-%-(.*)$")
    if comment then
      lines[#lines + 1] = comment
    else
      if #lines > 0 then
        list[#list + 1] = { lines = lines, code = line }
      end
      lines = {}
    end
  end
  return list
end

local function append(list, text)
  list[#list + 1] = text
end

-- Where a type ends that may have blanks in its brackets, as in fun(a: b): c, d or table<a, b>.
local function split_type(text)
  local depth, at = 0, 1
  while at <= #text do
    local c = text:sub(at, at)
    if c:find("[(<{]") then
      depth = depth + 1
    elseif c:find("[)>}]") then
      depth = depth - 1
    elseif c == " " and depth == 0 and not text:sub(1, at - 1):find("[:,|]$") then
      return text:sub(1, at - 1), text:sub(at + 1)
    end
    at = at + 1
  end
  return text, ""
end

local TAGS = { "Unknown", "Raises", "Source" }

-- A block as {text=, params=, returns=, fields=, class=, Unknown=, Raises=, Source=}.
local function parsed(block)
  local entry = { text = {}, params = {}, returns = {}, fields = {} }
  local tag
  for _, line in ipairs(block.lines) do
    local kind, rest = line:match("^@(%a+)%s+(.*)$")
    local name, said = line:match("^(%u%l+): (.+)$")
    if kind == "param" or kind == "field" then
      local label, declared = rest:match("^(%S+)%s+(.+)$")
      local type_name, meaning = split_type(declared)
      append(entry[kind .. "s"], { name = label, type = type_name, meaning = meaning })
    elseif kind == "return" then
      local type_name, meaning = split_type(rest)
      append(entry.returns, { type = type_name, name = meaning:match("^%S+"), meaning = meaning:match("^%S+ (.+)$") })
    elseif kind == "class" then
      entry.class = rest:match("^%S+")
    elseif kind then
      entry.other = true
    elseif name and (name == TAGS[1] or name == TAGS[2] or name == TAGS[3]) then
      tag = name
      entry[tag] = said
    elseif tag and line:find("%S") then
      entry[tag] = entry[tag] .. " " .. line
    elseif not line:find("^|") then
      tag = nil
      append(entry.text, line)
    end
  end
  return entry
end

local function cell(text)
  return (text:gsub("|", "\\|"))
end

local function described(item)
  local label = item.name and ("`%s` (%s)"):format(item.name, item.type) or item.type
  return item.meaning and item.meaning ~= "" and label .. ": " .. item.meaning or label
end

local function add_items(out, title, items)
  if #items == 0 then
    return
  end
  append(out, ("- %s:"):format(title))
  for _, item in ipairs(items) do
    append(out, "  - " .. described(item))
  end
end

local function add_function(out, caller, name, arguments, entry)
  append(out, ("#### `%s.%s(%s)`"):format(caller, name, arguments))
  append(out, "")
  for _, line in ipairs(entry.text) do
    append(out, line)
  end
  append(out, "")
  add_items(out, "Arguments", entry.params)
  add_items(out, "Results", entry.returns)
  for _, tag in ipairs(TAGS) do
    if entry[tag] then
      append(out, ("- %s: %s"):format(tag == "Unknown" and "If unknown" or tag, entry[tag]))
    end
  end
  append(out, "")
end

local function add_record(out, entry)
  append(out, ("#### Record `%s`"):format(entry.class))
  append(out, "")
  for _, line in ipairs(entry.text) do
    append(out, line)
  end
  append(out, "")
  append(out, "| field | type | meaning |")
  append(out, "|---|---|---|")
  for _, field in ipairs(entry.fields) do
    append(out, ("| `%s` | %s | %s |"):format(field.name, cell(field.type), cell(field.meaning)))
  end
  append(out, "")
end

-- Optional arguments in the brackets of Lua's manual: (code [, phrase]).
local function shown_arguments(names, entry)
  local shown, depth = "", 0
  for i, name in ipairs(names) do
    local param = entry.params[i]
    local optional = param and param.name:sub(-1) == "?"
    if optional then
      depth = depth + 1
      shown = shown .. (i > 1 and " [, " or "[") .. name
    else
      shown = shown .. (i > 1 and ", " or "") .. name
    end
  end
  return shown .. ("]"):rep(depth)
end

local function add_module(out, module)
  local name, caller, path = module[1], module[2], module[3]
  local text = read(path)
  append(out, ("## %s"):format(name))
  append(out, "")
  append(out, (assert(text:match("%-%-%[%[\n(.-)\n%]%]"), path .. " has no introduction")))
  append(out, "")
  for _, block in ipairs(blocks(text)) do
    local entry = parsed(block)
    local function_name, arguments = block.code:match("^function [%a_]+%.([%a_]+)%((.-)%)")
    if function_name then
      local names = {}
      for argument in arguments:gmatch("[%w_]+") do
        append(names, argument)
      end
      add_function(out, caller, function_name, shown_arguments(names, entry), entry)
    elseif entry.class and entry.class ~= name and #entry.fields > 0 then
      add_record(out, entry)
    end
  end
end

--- The reference of all modules, as Markdown.
function reference.page()
  local out = {}
  for _, module in ipairs(modules) do
    if exists(module[3]) then
      add_module(out, module)
    end
  end
  return (table.concat(out, "\n"):gsub("\n\n\n+", "\n\n"):gsub("%s+$", "\n"))
end

return reference
