-- The Lua of the pages, run line by line. "expression --> values" is checked, "--> error "message"" too;
-- the server examples run in the specs of the servers, and are only compared with their files.
local call = require("spec.support.call")

local read = require("spec.support.file").read

local compile = function(text, env)
  if setfenv then
    local chunk, problem = loadstring(text, "=README")
    return chunk and setfenv(chunk, env), problem
  end
  return load(text, "=README", "t", env)
end

-- The blocks of Lua of a page, but for those between marks.
local function blocks_of(page)
  local blocks = {}
  for block in page:gsub("<!%-%- (%a+) %-%->.-<!%-%- /%1 %-%->", ""):gmatch("\n```lua\n(.-)\n```") do
    blocks[#blocks + 1] = block
  end
  return blocks
end

-- Locals of one line have to be seen by the next, which is compiled by itself.
local function as_global(line)
  return line:gsub("^local function ", "function "):gsub("^local ", "")
end

-- Compares what an expression gives with what the README says.
local function check(code, expected, env)
  local message = expected:match("^error (.+)$")
  local chunk = assert(compile("return " .. code, env))
  if message then
    assert.equal(assert(compile("return " .. message, env))(), call.message(chunk), code)
  else
    local values = call.results(assert(compile("return " .. expected, env)))
    assert.same(values, call.results(chunk), code)
  end
end

-- Runs a block, and answers how many expectations it held.
local function run(block, env)
  local pending, checked = "", 0
  for line in (block .. "\n"):gmatch("(.-)\n") do
    local code, expected = line:match("^(.-)%s*%-%->%s*(.+)$")
    if expected then
      check(pending .. as_global(code), expected, env)
      pending, checked = "", checked + 1
    else
      pending = pending == "" and as_global(line) or pending .. "\n" .. line
      local chunk = compile(pending, env)
      if chunk then
        chunk()
        pending = ""
      end
    end
  end
  assert.equal("", pending)
  return checked
end

-- What the examples of the reference call without saying so.
local function environment()
  local sip = require("sipcodes")
  local env = { print = function() end, sip = sip }
  for _, name in ipairs({ "cause", "header", "routing", "blocking", "kpi" }) do
    env[name] = sip[name]
  end
  return setmetatable(env, { __index = _G })
end

local pages = {
  { path = "README.md", blocks = 1, expectations = 11 },
  { path = "lua/README.md", blocks = 20, expectations = 40 },
}

for _, page in ipairs(pages) do
  describe(page.path, function()
    local env, total = environment(), 0
    local blocks = blocks_of(read(page.path))
    for i, block in ipairs(blocks) do
      it("shows what its block " .. i .. " gives", function()
        total = total + run(block, env)
      end)
    end

    it("has examples to check", function()
      assert.is_true(#blocks >= page.blocks)
      assert.is_true(total >= page.expectations, "checked " .. total)
    end)
  end)
end

describe("lua/README.md", function()
  it("has an entry for every function of every module", function()
    local reference = read("lua/README.md")
    for _, name in ipairs({ "", ".cause", ".header", ".blocking", ".routing", ".kpi", ".freeswitch", ".kamailio" }) do
      for field, value in pairs(require("sipcodes" .. name)) do
        if type(value) == "function" then
          local heading = ("\n#### `sip%s.%s("):format(name, field)
          assert.is_truthy(reference:find(heading, 1, true), heading)
        end
      end
    end
  end)
end)

describe("the types", function()
  for _, name in ipairs({ "", ".cause", ".header", ".blocking", ".routing", ".kpi", ".freeswitch", ".kamailio" }) do
    it("of sipcodes" .. name .. " name its functions and no others", function()
      local path = "lua/sipcodes/types" .. name:gsub("%.", "/") .. ".lua"
      local types = read(path)
      assert.matches("^%-%-%-@meta sipcodes" .. name:gsub("%.", "%%.") .. "\n", types)
      local declared, exported = {}, {}
      for field in types:gmatch("\nfunction [%a]+%.([%a_]+)%(") do
        declared[#declared + 1] = field
      end
      for field, value in pairs(require("sipcodes" .. name)) do
        if type(value) == "function" then
          exported[#exported + 1] = field
        end
      end
      table.sort(declared)
      table.sort(exported)
      assert.same(exported, declared)
      assert.is_table(dofile(path))
    end)
  end

  it("of sipcodes know every constant and field of info", function()
    local types = read("lua/sipcodes/types.lua")
    local sip = require("sipcodes")
    for code in sip.codes() do
      assert.is_truthy(types:find(("\n---@field %s %d\n"):format(sip.info(code, "name"), code), 1, true))
    end
    for _, code in ipairs({ 202, 486, 477 }) do
      for field in pairs(sip.info(code)) do
        assert.is_truthy(types:find('\n---| "' .. field .. '"\n', 1, true), field)
      end
    end
  end)
end)
