-- The pages that kpi and calls write.
local command = require("spec.support.command")

local cli_it = command.its(it, pending)
local run = command.run

-- Runs the command with --html; returns the status, what went to stdout and to stderr, and the page.
local function page_of(arguments, input)
  local path = os.tmpname()
  arguments[#arguments + 1] = "--html"
  arguments[#arguments + 1] = path
  local status, out, err = run(arguments, input)
  local file = assert(io.open(path, "rb"))
  local page = file:read("*a")
  file:close()
  os.remove(path)
  return page, status, out, err
end

-- Are the elements of a page closed in their order?
local function is_balanced(page)
  local open = {}
  for slash, name, rest in page:gmatch("<(/?)(%a%w*)([^>]*)>") do
    if slash == "/" then
      if table.remove(open) ~= name then
        return false
      end
    elseif not rest:find("/$") and name ~= "meta" then
      open[#open + 1] = name
    end
  end
  return #open == 0
end

local CALL = "2026-11-25 10:00:01 x\nINVITE sip:b@example.com SIP/2.0\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\n"
  .. 'From: "<i>" <sip:a&amp@example.com>;tag=1\nTo: <sip:b@example.com>\nCall-ID: 1\nCSeq: 1 INVITE\n\n'
  .. "2026-11-25 10:00:02 x\nSIP/2.0 486 <b>Busy</b>\nVia: SIP/2.0/UDP a;branch=z9hG4bK1\n"
  .. "From: <sip:a@example.com>;tag=1\nTo: <sip:b@example.com>;tag=2\nCall-ID: 1\nCSeq: 1 INVITE\n"
  .. "Reason: Q.850;cause=17\n\n"

describe("a page", function()
  for name, arguments in pairs({
    kpi = { "kpi", "spec/data/trace.log" }, ["kpi by group"] = { "kpi", "spec/data/trace.log", "--by", "to" },
    calls = { "calls", "spec/data/trace.log" },
  }) do
    cli_it("is whole, and asks for nothing from elsewhere: " .. name, function()
      local expected = select(2, run(arguments))
      local page, status, out, err = page_of(arguments)
      assert.same({ 0, expected, "" }, { status, out, err })
      assert.equal("<!DOCTYPE html>\n", page:match("^[^\n]*\n"))
      assert.is_true(is_balanced(page:gsub("^<!DOCTYPE html>", "")))
      for _, what in ipairs({ "<script", "http", "src=", "@import", "url%(" }) do
        assert.falsy(page:find(what))
      end
    end)
  end

  cli_it("of kpi has the ratios, the outcomes and the codes with their bars", function()
    local page = page_of({ "kpi" }, "200\n486\n486\n503\n")
    assert.truthy(page:find("<p>4 attempts</p>", 1, true))
    assert.truthy(page:find('<td>ASR</td><td class="number"> 25.00 %</td><td>2xx of all (ITU-T E.425)</td>', 1, true))
    assert.truthy(page:find('<td>busy</td><td class="number">2</td><td class="number">50.0 %</td><td><svg', 1, true))
    assert.truthy(page:find('aria-label="50.0 %"><rect width="100.00"', 1, true))
    assert.truthy(page:find('aria-label="25.0 %"><rect width="50.00"', 1, true))
    assert.truthy(page:find("<td>503 Service Unavailable</td>", 1, true))
  end)

  cli_it("of calls has a row a call, and escapes what the messages say", function()
    local page = page_of({ "calls", "-" }, CALL)
    assert.truthy(page:find("<td>10:00:01</td><td>a&amp;amp</td><td>b</td><td>486 &lt;b&gt;Busy&lt;/b&gt;</td>"
      .. '<td class="number">1.000 s</td><td class="number"></td><td>Q.850 17 User busy</td>', 1, true), page)
  end)

  cli_it("goes where it can be written", function()
    local status, _, err = run({ "kpi", "--html", "no-such-folder/x.html" }, "200\n")
    assert.same({ 2, "sipcodes: cannot open no-such-folder/x.html: No such file or directory\n" }, { status, err })
  end)
end)
