-- Nothing that could end or split a line on the wire gets through any function whose result is sent.
local call = require("spec.support.call")
local sip = require("sipcodes")
local blocking = require("sipcodes.blocking")
local header = require("sipcodes.header")

-- Each writer takes a text to send, and gives the string or strings that would go out.
local writers = {
  reply = function(text)
    return select(2, sip.reply(486, text))
  end,
  line = function(text)
    return sip.line(486, text)
  end,
  status_line = function(text)
    return sip.status_line(486, text)
  end,
  ["localize"] = function(text)
    return sip.localize({ [486] = text }).line(486)
  end,
  ["localize, then reply"] = function(text)
    return select(2, sip.localize({ [404] = "x" }).reply(404, text))
  end,
  ["format_reason, text"] = function(text)
    return header.format_reason({ { protocol = "SIP", cause = 486, text = text } })
  end,
  ["format_reason, location"] = function(text)
    return header.format_reason({ { protocol = "SIP", location = text } })
  end,
  ["format_reason, parameter"] = function(text)
    return header.format_reason({ { protocol = "SIP", params = { x = text } } })
  end,
  ["format_warning, text"] = function(text)
    return header.format_warning({ { code = 399, agent = "a", text = text } })
  end,
}

-- The same for texts that are tokens or addresses, which cannot hold a tab either.
local strict_writers = {
  ["format_reason, protocol"] = function(text)
    return header.format_reason({ { protocol = text } })
  end,
  ["format_reason, cause"] = function(text)
    return header.format_reason({ { protocol = "SIP", cause = text } })
  end,
  ["format_reason, name"] = function(text)
    return header.format_reason({ { protocol = "SIP", params = { [text] = true } } })
  end,
  ["format_warning, agent"] = function(text)
    return header.format_warning({ { code = 399, agent = text, text = "a" } })
  end,
  ["format_warning, code"] = function(text)
    return header.format_warning({ { code = text, agent = "a", text = "a" } })
  end,
}
for _, name in ipairs({ "url", "tel", "email", "id", "location", "protocol" }) do
  strict_writers["blocking.reply, " .. name] = function(text)
    local fields = { url = "https://carrier.example", location = "U" }
    fields[name] = ({ url = "https://a/", tel = "+1", email = "a@b", id = "a" })[name] or "SIP"
    fields[name] = fields[name] .. text
    return select(3, blocking.reply(fields))
  end
end

-- Every control character but HTAB, and how a message names it.
local controls = { { "\127", "0x7F" } }
for octet = 0, 31 do
  if octet ~= 9 then
    local names = { [0] = "NUL", [10] = "LF", [13] = "CR" }
    controls[#controls + 1] = { string.char(octet), names[octet] or ("0x%02X"):format(octet) }
  end
end

-- At the start, in the middle, at the end, alone; where the control stands.
local places = {
  { "%sabc", 1 },
  { "ab%sc", 3 },
  { "abc%s", 4 },
  { "%s", 1 },
  { ("x"):rep(5000) .. "%sX-Injected: 1", 5001 },
}

describe("a control character", function()
  for name, write in pairs(writers) do
    it("is refused by " .. name .. ", wherever it stands", function()
      for _, control in ipairs(controls) do
        for _, place in ipairs(places) do
          local text = place[1]:gsub("%%s", (control[1]:gsub("%%", "%%%%")))
          local problem = call.message(write, text)
          assert.matches("^bad argument #%d to '[a-z_]+' %(.*" .. control[2] .. " at octet " .. place[2], problem)
          assert.is_nil(problem:find("%c"))
        end
      end
    end)

    it("may be a tab for " .. name, function()
      assert.is_truthy(write("a\tb"):find("a\tb", 1, true))
    end)
  end

  for name, write in pairs(strict_writers) do
    it("is refused by " .. name .. ", wherever it stands", function()
      local octets = { { "\t", "0x09" }, { " ", "0x20" } }
      for _, control in ipairs(controls) do
        octets[#octets + 1] = control
      end
      for _, control in ipairs(octets) do
        for _, place in ipairs(places) do
          local text = place[1]:gsub("%%s", (control[1]:gsub("%%", "%%%%")))
          local problem = call.message(write, text)
          assert.matches("^bad argument #1 to '[a-z_]+' %(", problem)
          assert.is_nil(problem:find("%c"))
        end
      end
    end)
  end
end)
