-- What every module of the library has in common.
local rows = require("spec.support.rows")
local call = require("spec.support.call")

local read = require("spec.support.file").read

local function list(command)
  local pipe = assert(io.popen(command))
  local lines = {}
  for line in pipe:lines() do
    lines[#lines + 1] = line
  end
  pipe:close()
  return lines
end

-- The C modules, by what the library exports, and those written in Lua.
local c_modules, lua_modules = {}, {}
for _, path in ipairs(list("ls csrc/binding/*.c")) do
  local name = read(path):match("SIPCODES_OPEN luaopen_([a-z_]+)%(")
  if name then
    c_modules[#c_modules + 1] = (name:gsub("_", "."))
  end
end
for _, path in ipairs(list("ls lua/sipcodes/*.lua 2>/dev/null")) do
  if not path:find("types.lua", 1, true) then
    lua_modules[#lua_modules + 1] = path:match("lua/(.*)%.lua"):gsub("/", ".")
  end
end

-- The file that a C module would be loaded from.
local function found(root)
  for template in package.cpath:gmatch("[^;]+") do
    local path = template:gsub("%?", root)
    local file = io.open(path, "rb")
    if file then
      file:close()
      return path
    end
  end
end

describe("the library under test", function()
  it("is the one that was just built", function()
    local build = os.getenv("SIPCODES_BUILD") or "build"
    assert.equal(("./%s/%s/sipcodes.so"):format(build, _VERSION:match("%d%.%d")), found("sipcodes"))
  end)

  it("is not hidden by a Lua file of its name", function()
    assert.is_nil(io.open("lua/sipcodes.lua"))
    assert.is_nil(io.open("lua/sipcodes/init.lua"))
  end)
end)

describe("require", function()
  for _, name in ipairs(c_modules) do
    it("of " .. name .. " sets no globals and touches no library table", function()
      local before = {}
      for _, library in ipairs({ _G, string, table, math, os, io, package, debug, coroutine }) do
        before[library] = {}
        for key, value in pairs(library) do
          before[library][key] = value
        end
      end
      local string_index = getmetatable("").__index
      local kept = package.loaded[name]
      package.loaded[name] = nil
      local module = require(name)
      package.loaded[name] = kept
      assert.is_table(module)
      for library, fields in pairs(before) do
        for key, value in pairs(library) do
          assert.equal(fields[key], value, tostring(key))
        end
      end
      assert.equal(string, string_index)
      assert.equal(string_index, getmetatable("").__index)
    end)

    it("of " .. name .. " gives functions and constants under plain names", function()
      for key, value in pairs(require(name)) do
        assert.is_string(key)
        if type(value) == "function" then
          assert.matches("^[a-z][a-z0-9_]*$", key)
        end
      end
    end)
  end
end)

-- A fresh copy of the library, with nothing of it in package.loaded but what `with` leaves there.
local function fresh(with)
  local kept = {}
  for name, module in pairs(package.loaded) do
    if name:find("^sipcodes") then
      kept[name] = module
      package.loaded[name] = nil
    end
  end
  local results = call.results(pcall, with, require("sipcodes"))
  for name in pairs(package.loaded) do
    if name:find("^sipcodes") then
      package.loaded[name] = nil
    end
  end
  for name, module in pairs(kept) do
    package.loaded[name] = module
  end
  assert(results[1], results[2])
end

describe("a module as a field of sipcodes", function()
  for _, name in ipairs(c_modules) do
    local field = name:match("^sipcodes%.(.+)$")
    if field then
      it("opens " .. name .. " without looking for a file, and enters it in package.loaded", function()
        fresh(function(sip)
          local path, cpath = package.path, package.cpath
          package.path, package.cpath = "", ""
          local module = sip[field]
          package.path, package.cpath = path, cpath
          assert.is_table(module)
          assert.equal(module, rawget(sip, field))
          assert.equal(module, package.loaded[name])
          assert.equal(module, require(name))
        end)
      end)

      it("is the " .. name .. " that was required before", function()
        fresh(function(sip)
          local module = require(name)
          assert.is_nil(rawget(sip, field))
          assert.equal(module, sip[field])
        end)
      end)

      it("is " .. name .. " also if a script replaced package.loaded", function()
        fresh(function(sip)
          local loaded = package.loaded
          package.loaded = nil
          local module = sip[field]
          package.loaded = loaded
          assert.is_table(module)
          assert.equal(module, require(name))
        end)
      end)
    end
  end

  it("requires those that are Lua files", function()
    fresh(function(sip)
      assert.equal(sip.kamailio, require("sipcodes.kamailio"))
    end)
  end)

  it("is nil for any other name", function()
    local sip = require("sipcodes")
    for _, name in ipairs({ "caus", "causes", "cli", "types", "", "\0cause", "cause\0" }) do
      assert.is_nil(sip[name])
    end
  end)
end)

describe("misuse", function()
  -- Whatever is thrown at a function, it returns or raises a message with its own name in it.
  local odd, ODD = call.odd, call.ODD
  for _, name in ipairs(c_modules) do
    for field, f in pairs(require(name)) do
      if type(f) == "function" then
        it("of " .. name .. "." .. field .. " raises a readable message or returns", function()
          local raised = 0
          local function try(...)
            raised = raised + (call.misused(f, field, ...) and 1 or 0)
          end
          try()
          for i = 1, ODD do
            try(odd[i])
            for j = 1, ODD do
              try(odd[i], odd[j])
              try(486, odd[i], odd[j])
              try(odd[i], odd[j], odd[ODD + 1 - j], odd[i])
            end
          end
          assert.is_true(raised > 0 or field == "protocols" or field == "warnings" or field == "tables"
            or field == "causes" or field == "outcomes")
        end)
      end
    end
  end
end)

describe("the version", function()
  local version = read("csrc/core/sipcodes.h"):match('SIPCODES_VERSION "([^"]+)"')

  it("is one everywhere", function()
    assert.equal("sipcodes " .. version, require("sipcodes")._VERSION)
    assert.same({ "rockspec/sipcodes-" .. version .. "-1.rockspec" }, list("ls rockspec/*.rockspec"))
    local rockspec = read("rockspec/sipcodes-" .. version .. "-1.rockspec")
    assert.equal(version .. "-1", rockspec:match('\nversion = "([^"]+)"'))
    assert.matches("\n## " .. version:gsub("%.", "%%."), read("CHANGELOG.md"))
  end)

  it("names the registry's date in the header, too", function()
    assert.equal(require("sipcodes")._REGISTRY, read("csrc/core/sipcodes.h"):match('SIPCODES_REGISTRY "([^"]+)"'))
  end)
end)

describe("the specs' own helpers", function()
  it("read every cell of a table", function()
    local list_of_rows = rows.csv("spec/data/iana_response_codes.csv")
    assert.same({ ["Response Code"] = "100", Description = "Trying", Reference = "[RFC3261]" }, list_of_rows[1])
    assert.equal("608", list_of_rows[75]["Response Code"])
  end)

  it("see an error that is missing", function()
    assert.is_false(pcall(call.message, type, 1))
    assert.equal("x", call.message(error, "x", 0))
  end)
end)
