-- sipcodes calls
local call = require("sipcodes.cli.call")
local call_list = require("sipcodes.cli.call_list")
local exit = require("sipcodes.cli.exit")
local input = require("sipcodes.cli.input")
local messages = require("sipcodes.cli.messages")
local sip = require("sipcodes")
local texts = require("sipcodes.cli.text")

local FOUND, NOT_FOUND, TROUBLE, fail = exit.FOUND, exit.NOT_FOUND, exit.TROUBLE, exit.fail
local amount = texts.amount
local find, lower, match, rep = string.find, string.lower, string.match, string.rep

-- Reading

--- Reads the files as one: each record is a call, see call.lua. Fails if there are no whole messages.
local function read_calls(files, ports, command, out)
  local collector = call.new_collector()
  local left_out, names = 0, {}
  for i, file in ipairs(files) do
    local seen, _, name = input.read(file, {
      command = command, ports = ports,
      scan = function(read, progress)
        local seen = messages.scan(read, progress, collector.take)
        return seen, seen.size
      end,
    }, out)
    local why, is_unreadable = messages.trouble(seen)
    if why then
      fail(is_unreadable and TROUBLE or NOT_FOUND, name .. why)
    end
    names[i] = name
    left_out = left_out + seen.left_out
  end
  if left_out > 0 then
    out.warn(amount(left_out, "message without a Call-ID was", "messages without a Call-ID were") .. " left out")
  end
  return collector.finish(), table.concat(names, ", ")
end

-- Choosing

-- The lowest and highest code of "486", "48x", "4xx" or "480-489".
local function read_codes(text)
  local digits, open = match(lower(text), "^([1-6]%d?%d?)(x*)$")
  if digits and #digits + #open == 3 then
    return tonumber(digits .. rep("0", #open)), tonumber(digits .. rep("9", #open))
  end
  local low, high = match(text, "^([1-6]%d%d)%-([1-6]%d%d)$")
  if low and low <= high then
    return tonumber(low), tonumber(high)
  end
  fail(TROUBLE, ('"%s" is not a code, a class or a range: 486, 48x, 4xx or 480-489'):format(text))
end

local function holds(text, part)
  return not part or find(lower(text), lower(part), 1, true) ~= nil
end

-- The records that the options keep.
local function chosen(records, options)
  local ranges = {}
  for i, text in ipairs(options.code) do
    local low, high = read_codes(text)
    ranges[i] = { low = low, high = high }
  end
  local function has_code(record)
    for _, range in ipairs(ranges) do
      if record.code and record.code >= range.low and record.code <= range.high then
        return true
      end
    end
    return not ranges[1]
  end
  local kept = {}
  for _, record in ipairs(records) do
    local failed = record.code ~= nil and sip.is_failure(record.code)
    if has_code(record) and holds(record.from, options.from) and holds(record.to, options.to)
      and (failed or not options.failed) then
      kept[#kept + 1] = record
    end
  end
  return kept
end

-- What --sort takes, and whether the greatest comes first.
local SORTS = { start = false, code = false, from = false, to = false, pdd = true, duration = true }

local function sort_records(records, key)
  if not key or key == "start" then
    return -- they are in this order
  end
  local place = {}
  for i, record in ipairs(records) do
    place[record] = i
  end
  table.sort(records, function(a, b)
    local left, right = a[key], b[key]
    if left ~= right and left and right then
      if SORTS[key] then
        return left > right
      end
      return left < right
    elseif left ~= right then
      return left ~= nil
    end
    return place[a] < place[b]
  end)
end

local function read_limit(text, count)
  if not text then
    return count
  end
  local limit = match(text, "^%d+$") and tonumber(text)
  if not limit or limit < 1 then
    fail(TROUBLE, ('"%s" in --limit is not a number of calls'):format(text))
  end
  return math.min(limit, count)
end

return {
  name = "calls",
  usage = "calls FILE... [OPTION...]",
  summary = "list the calls of captures and logs, a row a call",
  read = read_calls,
  declare = function(parser)
    parser:argument("file", "Captures, or logs with whole SIP messages; standard input if -."):args("+")
    input.declare_ports(parser)
    parser:flag("--failed", "Only calls with a 4xx, 5xx or 6xx.")
    parser:option("--code", "Only calls with this final code: 486, 48x, 4xx or 480-489; also several times.")
      :count("*"):argname("CODE")
    parser:option("--from", "Only callers that hold this text."):argname("TEXT")
    parser:option("--to", "Only callees that hold this text."):argname("TEXT")
    parser:option("--sort", "Sort by this: start, code, from, to, pdd or duration (the longest first).")
      :argname("KEY")
    parser:option("--limit", "Show so many calls; the totals are those of all."):argname("N")
    parser:option("--html", "Write a page with these calls into this file, too."):argname("FILE")
    parser:flag("--csv", "Print CSV.")
    parser:epilog("A call is all that has one Call-ID. The result is what the caller saw; behind tried stands what "
      .. "each attempt of a proxy ended with, 408 for one without a final response. pdd (post-dial delay) is from "
      .. "the first INVITE to the first response other than 100; duration is the time from the 2xx to BYE.")
  end,
  run = function(options, out)
    if options.sort and SORTS[options.sort] == nil then
      fail(TROUBLE, ('"%s" in --sort is not start, code, from, to, pdd or duration'):format(options.sort))
    end
    for _, text in ipairs(options.code) do
      read_codes(text)
    end
    read_limit(options.limit, 0)
    local all, name = read_calls(options.file, input.read_ports(options.port), "calls", out)
    local records = chosen(all, options)
    sort_records(records, options.sort)
    local shown = read_limit(options.limit, #records)
    local write = out.as_json and call_list.write_as_json or options.csv and call_list.write_as_csv
      or records[1] and call_list.write
    if write then
      write(records, shown, out)
    end
    if options.html and records[1] then
      call_list.write_as_html(options.html, records, shown, out)
    end
    if not records[1] then
      fail(NOT_FOUND, all[1] and ("none of %s in %s"):format(amount(#all, "call", "calls"), name)
        or "no call in " .. name)
    end
    return FOUND
  end,
}
