-- The plugin for Wireshark with a window, in a stand-in for Wireshark. tshark itself runs it in the suite tshark.

-- What a packet shows: a list of {field, value}; and what the plugin does with Wireshark.
local function wireshark(options)
  local w = { infos = {}, menus = {}, failures = {}, shown = {}, retapped = 0 }

  local function tree_item()
    local item = {}
    function item.add(_, field, value)
      w.shown[#w.shown + 1] = { field.name, value }
      return tree_item()
    end
    function item.append_text(_, text)
      w.shown[#w.shown][3] = text
    end
    function item.set_generated() end
    return item
  end
  w.tree = tree_item()

  local function proto_field(name)
    return { name = name }
  end
  local env = {
    gui_enabled = function() return options.gui end,
    report_failure = function(text) table.insert(w.failures, text) end,
    all_field_infos = function() return (table.unpack or unpack)(w.infos) end, -- luacheck: ignore 143
    register_menu = function(name, action, group) w.menus[name] = { action = action, group = group } end,
    register_postdissector = function(protocol) w.protocol = protocol end,
    retap_packets = function() w.retapped = w.retapped + 1 end,
    MENU_STAT_TELEPHONY = "telephony",
    Proto = function(name) return { name = name } end,
    ProtoField = { string = proto_field, bool = proto_field, uint32 = proto_field },
    Field = {
      new = function(name)
        return function()
          for _, info in ipairs(w.infos) do
            if info.name == name then
              return info
            end
          end
        end
      end,
    },
    Listener = {
      new = function(kind, filter)
        w.tap = { kind = kind, filter = filter }
        function w.tap:remove() self.removed = true end
        return w.tap
      end,
    },
    TextWindow = {
      new = function(title)
        w.window = { title = title }
        function w.window:set(text) self.text = text end
        function w.window:set_atclose(action) self.close = action end
        return w.window
      end,
    },
    require = function(name)
      if options.missing then
        error("module '" .. name .. "' not found:\n\tno file", 0)
      end
      return require(name)
    end,
  }
  setmetatable(env, { __index = _G })
  local chunk
  if setfenv then
    chunk = setfenv(assert(loadfile("lua/examples/wireshark.lua")), env)
  else
    chunk = assert(loadfile("lua/examples/wireshark.lua", "t", env))
  end
  chunk()

  --- A packet with these messages, each {status or request line, method, call, reason}.
  function w.packet(...)
    w.infos, w.shown = {}, {}
    for _, message in ipairs({ ... }) do
      local kind = message[1]:find("^SIP/") and "sip.Status-Line" or "sip.Request-Line"
      local fields = { { kind, message[1] }, { "ip.src", "127.0.0.1" }, { "sip.CSeq.method", message[2] },
        { "sip.Call-ID", message[3] } }
      for _, reason in ipairs(message[4] or {}) do
        fields[#fields + 1] = { "sip.Reason", reason }
      end
      for _, field in ipairs(fields) do
        table.insert(w.infos, { name = field[1], value = field[2] })
      end
    end
    w.protocol.dissector(nil, nil, w.tree)
    if w.tap then
      w.tap.packet()
    end
  end

  -- The value of a field in the last packet, and the text after it.
  function w.field(name)
    for _, item in ipairs(w.shown) do
      if item[1] == name then
        return item[2], item[3]
      end
    end
  end
  return w
end

describe("the plugin for Wireshark", function()
  it("opens a window with statistics from the menu", function()
    local w = wireshark({ gui = true })
    assert.same({}, w.failures)
    assert.is_nil(w.tap)
    assert.equal("telephony", w.menus["SIP codes"].group)
    w.menus["SIP codes"].action()
    assert.same({ "frame", "sip", "SIP codes", 1 }, { w.tap.kind, w.tap.filter, w.window.title, w.retapped })
    w.packet({ "INVITE sip:b@b.example SIP/2.0", "INVITE", "1" })
    w.packet({ "SIP/2.0 486 Busy Here", "INVITE", "1" })
    w.packet({ "SIP/2.0 486 Busy Here", "INVITE", "1" })
    w.packet({ "SIP/2.0 200 OK", "INVITE", "2" }, { "SIP/2.0 200 OK", "OPTIONS", "3" })
    w.tap.draw()
    assert.equal([[
Responses
      2  200 OK
      1  486 Busy Here

Outcomes of INVITE
      1  answered
      1  busy

Causes of failure (Q.850)
      1  17 User busy

Ratios of 2 attempts, without challenges
  SER   50.0 %
  SEER  100.0 %
  ISA   0.0 %
  ASR   50.0 %
  NER   100.0 %
]], w.window.text)
    w.tap.reset()
    w.tap.draw()
    assert.truthy(w.window.text:find("Ratios of 0 attempts", 1, true))
    w.window.close()
    assert.is_true(w.tap.removed)
  end)

  it("says in a window of Wireshark that the library is missing", function()
    local w = wireshark({ gui = true, missing = true })
    assert.same({ "sipcodes: the library is missing for " .. _VERSION .. ": module 'sipcodes' not found:" }, w.failures)
    assert.is_nil(w.protocol)
  end)

  it("prints nothing in tshark unless a report is wanted", function()
    local w = wireshark({ gui = false })
    assert.is_nil(w.tap)
    assert.same({}, w.menus)
    assert.equal("sipcodes", w.protocol.name)
  end)

  describe("shows of", function()
    -- {message, next, failover, outcome, cause, source}
    for _, case in ipairs({
      { { "SIP/2.0 180 Ringing", "INVITE", "1" }, "wait", nil, "in progress" },
      { { "SIP/2.0 503 x", "INVITE", "1" }, "elsewhere", true, "network failure", 41, "RFC 3398" },
      { { "SIP/2.0 503 x", "INVITE", "1", { "SIP;cause=1", "Q.850;cause=\"38\"" } }, "elsewhere", true, "network failure",
        38, "Reason" },
      { { "SIP/2.0 487 x", "INVITE", "1" }, "stop", false, "cancelled" },
      { { "SIP/2.0 404 x", "REGISTER", "1" }, "stop", false },
      { { "SIP/2.0 404 x", nil, "1" }, "stop", false },
      { { "SIP/2.0 600 x", "INVITE", "1", { "no Reason at all" } }, "stop everywhere", false, "busy", 17, "RFC 3398" },
      { { "BYE sip:b SIP/2.0", "BYE", "1", { "Q.850;cause=16" } }, nil, nil, nil, 16, "Reason" },
      { { "BYE sip:b SIP/2.0", "BYE", "1" } },
      { { "SIP/2.0 799 x", "INVITE", "1" } },
      { { "SIP/2.0 099 x", "INVITE", "1" } },
      { { "SIP/2.0 486\1", "INVITE", "1" } },
    }) do
      it(case[1][1]:gsub("%c", "?") .. " " .. tostring(case[1][2]) .. " what the library says", function()
        local w = wireshark({ gui = false })
        w.packet(case[1])
        assert.same({ n = 5, case[2], case[3], case[4], case[5], case[6] }, { n = 5,
          (w.field("sipcodes.next")), (w.field("sipcodes.failover")), (w.field("sipcodes.outcome")),
          (w.field("sipcodes.cause")), (w.field("sipcodes.cause.source")) })
      end)
    end

    it("a packet without SIP nothing", function()
      local w = wireshark({ gui = false })
      w.packet()
      assert.same({}, w.shown)
    end)

    it("a 603+ its parts", function()
      local w = wireshark({ gui = false })
      w.packet({ "SIP/2.0 603 network blocked", "INVITE", "1",
        { 'Q.850;cause=21;text="v=analytics1;email=a@carrier.example;id=7";location=TN' } })
      assert.same({ "Q.850", "a@carrier.example", "7", "TN" }, { (w.field("sipcodes.blocking")),
        (w.field("sipcodes.blocking.email")), (w.field("sipcodes.blocking.id")), (w.field("sipcodes.blocking.location")) })
      assert.equal("Q.850 cause 21 (Call rejected)", (w.field("sipcodes.reason")))
      assert.is_false(w.field("sipcodes.failover"))
    end)
  end)
end)
