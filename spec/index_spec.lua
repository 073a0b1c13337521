-- The names of causes in csrc/data/index.def against the rows that they index. Those of the response
-- codes are in response_spec.lua.
local cause = require("sipcodes.cause")
local read = require("spec.support.file").read

-- Calls f for what the pattern finds at the begin of the lines of a file of csrc/data.
local function each(name, pattern, f)
  for line in read("csrc/data/" .. name):gmatch("[^\n]+") do
    local first, second, third = line:match("^" .. pattern)
    if first then
      f(first, second, third)
    end
  end
end

-- Lists of {text, number, row}: the names of Q.850, of FreeSWITCH and of the platforms.
local function facts()
  local q850, freeswitch, platforms = {}, {}, { ASTERISK = {}, YATE = {} }
  each("causes.def", 'CAUSE%((%d+), "(.-)", %u%w+%)$', function(number, text)
    table.insert(q850, { text, tonumber(number), ('BY_CAUSE("%s", %d)'):format(text, number) })
  end)
  each("freeswitch.def", "FREESWITCH[_ADE]*%(([%u%d_]+), (%d+), ", function(name, number)
    table.insert(freeswitch, { name, tonumber(number), ("BY_FREESWITCH(%s, %d)"):format(name, number) })
  end)
  each("mappings.def", 'NAME%((%u+), (%d+), "(.-)"%)$', function(platform, number, text)
    local row = ('BY_%s("%s", %d)'):format(platform, text, number)
    table.insert(platforms[platform], { text, tonumber(number), row })
  end)
  each("mappings.def", 'OTHER_NAME%((%u+), (%d+), "(.-)"%)$', function(platform, number, text)
    local row = ('BY_OTHER_%s("%s", %d)'):format(platform, text, number)
    table.insert(platforms[platform], { text, tonumber(number), row })
  end)
  return { q850, freeswitch, platforms.ASTERISK, platforms.YATE }
end

local function folded(text)
  return (text:gsub("%u", string.lower))
end

local function in_order(list)
  table.sort(list, function(a, b)
    local first, second = folded(a[1]), folded(b[1])
    return first < second or first == second and a[2] < b[2]
  end)
  return list
end

describe("the index of the names of causes", function()
  local lists = facts()

  it("holds every name in the order of the text, and nothing else", function()
    local expected, found = {}, {}
    for _, list in ipairs(lists) do
      for _, entry in ipairs(in_order(list)) do
        expected[#expected + 1] = entry[3]
      end
    end
    each("index.def", "(BY_[^\n]+)", function(row)
      if row:find("^BY_CAUSE") or row:find("^BY_FREESWITCH") or row:find("^BY_[%u_]*ASTERISK") or row:find("^BY_[%u_]*YATE") then
        found[#found + 1] = row
      end
    end)
    assert.equal(77 + 82 + 49 + 79, #expected)
    assert.equal(table.concat(expected, "\n"), table.concat(found, "\n"))
  end)

  -- The number that a name leads to is the first one that has it.
  for place, name in ipairs({ "rfc3398", "freeswitch", "asterisk", "yate" }) do
    it("finds each name of " .. name .. " in any letter case, and no other text", function()
      local numbers = {}
      for _, entry in ipairs(lists[place]) do
        local key = folded(entry[1])
        numbers[key] = math.min(numbers[key] or entry[2], entry[2])
      end
      local function find(text)
        if name == "freeswitch" then
          return (cause.freeswitch(text))
        end
        local code, phrase = cause.to_sip(text, name)
        return code and code .. phrase or phrase
      end
      local function expected(number)
        local code, phrase = cause.to_sip(number, name)
        return code and code .. phrase or nil
      end
      for key, number in pairs(numbers) do
        for _, text in ipairs({ key, key:upper() }) do
          if name == "freeswitch" then
            assert.equal(number, find(text))
          elseif expected(number) then
            assert.equal(expected(number), find(text))
          else
            assert.equal(('"%s" has no response code in %s'):format(text, name):sub(-20), find(text):sub(-20))
          end
        end
        for _, text in ipairs({ key .. "x", key .. "\0", key:sub(1, -2), "\0" .. key, key:gsub(".$", "\255") }) do
          if type(text) == "string" and not numbers[text] then
            assert.is_nil((cause.to_sip(text, name)))
          end
        end
      end
    end)
  end

  it("has two names of one cause, and one name of two", function()
    assert.equal(cause.to_sip(14, "yate"), cause.to_sip("excess-digits", "yate"))
    assert.equal("ported-number", cause.text(14, "yate"))
    assert.equal(cause.to_sip(34, "yate"), cause.to_sip("Congestion", "yate"))
    assert.equal(cause.to_sip(48, "yate"), cause.to_sip("SERVICE-UNAVAILABLE", "yate"))
  end)

  it("gives a name in the vocabulary of its table alone", function()
    assert.equal(486, (cause.to_sip("user busy", "cisco")))
    assert.is_nil((cause.to_sip("User busy", "asterisk")))
    assert.equal((cause.to_sip(40, "asterisk")), (cause.to_sip("permanent frame mode connection operational", "asterisk")))
    assert.is_nil((cause.to_sip("USER_BUSY", "asterisk")))
    assert.is_nil((cause.to_sip("AST_CAUSE_USER_BUSY", "yate")))
    for _, text in ipairs({ "", "AST_CAUSE_", "AST_CAUSE", "AST-CAUSE_USER_BUSY", "xAST_CAUSE_USER_BUSY", ("x"):rep(200) }) do
      assert.is_nil((cause.to_sip(text, "asterisk")))
    end
    assert.equal(486, (cause.to_sip("ast_Cause_User_Busy", "asterisk")))
  end)
end)
