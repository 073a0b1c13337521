-- How the command looks: widths, whole words, colours and plain ASCII.
local command = require("spec.support.command")
local file = require("spec.support.file")
local screens = require("spec.support.screens")

local cli_it, json_it = command.its(it, pending)
local run, widest = command.run, command.widest

-- The words of a text in their order.
local function words_of(text)
  local words = {}
  for word in text:gmatch("%S+") do
    words[#words + 1] = word
  end
  return words
end

describe("the screens", function()
  for _, width in ipairs(screens.widths) do
    cli_it(("are those of spec/data/screens/%d.txt"):format(width), function()
      local path = ("spec/data/screens/%d.txt"):format(width)
      local text = screens.all(width)
      if os.getenv("SIPCODES_WRITE_SCREENS") then
        local out = assert(io.open(path, "wb"))
        out:write(text)
        out:close()
      end
      assert.equal(file.read(path), text)
    end)
  end

  cli_it("keep all words whole, and fit, at each width from 40 to 100 columns", function()
    for _, question in ipairs(screens.questions) do
      local expected = words_of(screens.run(question, 1000))
      for width = 40, 100, question[1] == "list" and 1000 or 3 do
        local out = screens.run(question, width)
        assert.is_true(widest(out) <= width, question[1] .. " at " .. width)
        if question[1] ~= "list" then -- its columns are read in another order
          assert.same(expected, words_of(out))
        end
      end
    end
  end)
end)

-- The variables and options that switch colours on and off, and whether stdout is a terminal.
local switches = {
  { false, {}, nil, false },
  { true, {}, nil, true },
  { true, { TERM = "xterm" }, nil, true },
  { true, { TERM = "dumb" }, nil, false },
  { true, { NO_COLOR = "1" }, nil, false },
  { true, { NO_COLOR = "" }, nil, true },
  { false, { CLICOLOR_FORCE = "1" }, nil, true },
  { false, { CLICOLOR_FORCE = "0" }, nil, false },
  { false, { CLICOLOR_FORCE = "" }, nil, false },
  { true, { NO_COLOR = "1", CLICOLOR_FORCE = "1" }, nil, false },
  { false, { NO_COLOR = "1" }, "always", true },
  { true, { CLICOLOR_FORCE = "1" }, "never", false },
  { true, {}, "auto", true },
  { false, {}, "auto", false },
}

describe("colours", function()
  for i, switch in ipairs(switches) do
    cli_it("are switched as in row " .. i, function()
      local arguments = switch[3] and { "--color", switch[3], "486" } or { "486" }
      local out = screens.run(arguments, 80, switch[2], {
        isatty = function(descriptor)
          assert.equal(1, descriptor)
          return switch[1]
        end,
      })
      assert.equal(switch[4], out:find("\27", 1, true) ~= nil)
      assert.equal((select(2, run({ "486" }))), (out:gsub("\27%[%d*m", "")))
    end)
  end

  cli_it("tell the classes apart", function()
    local seen = {}
    for class = 1, 6 do
      local title = screens.run({ "--color=always", class .. "00" }, 80):match("^\27%[(%d+)m" .. class .. "00 [^\27\n]*\27%[0m\n")
        or screens.run({ "--color=always", "list", tostring(class) }, 80):match("^\27%[(%d+)m")
      assert.is_nil(seen[title])
      seen[title] = true
    end
  end)

  cli_it("are not for JSON, and a wrong value is misuse", function()
    assert.same({ 2, "", 'sipcodes: "red" in --color is not always, never or auto\n' }, { run({ "--color=red", "486" }) })
    assert.same({ 2, "", 'sipcodes: "" in --color is not always, never or auto\n' }, { run({ "--color=", "486" }) })
  end)

  json_it("are not in JSON", function()
    assert.same({ run({ "--json", "486" }) }, { run({ "--json", "--color=always", "486" }) })
  end)
end)

describe("a terminal without UTF-8", function()
  local reason = 'Q.850;cause=17;text="Vorübergehend"'

  cli_it("gets ASCII", function()
    for _, variables in ipairs({
      { LANG = "C" }, { LC_ALL = "POSIX", LANG = "de_DE.UTF-8" }, { LC_CTYPE = "de_DE.ISO-8859-1", LANG = "de_DE.UTF-8" },
    }) do
      local out = screens.run({ reason }, 80, variables)
      assert.falsy(out:find("[\128-\255]"))
      assert.truthy(out:find('; text "Vor?bergehend"', 1, true))
    end
    for _, variables in ipairs({ {}, { LANG = "C.UTF-8" }, { LANG = "C", LC_ALL = "en_US.utf8" } }) do
      assert.truthy(screens.run({ reason }, 80, variables):find('; text "Vorübergehend"', 1, true))
    end
  end)

  json_it("gets JSON as it is", function()
    local out = screens.run({ "--json", reason }, 80, { LANG = "C" })
    assert.truthy(out:find("Vorübergehend", 1, true))
  end)
end)
