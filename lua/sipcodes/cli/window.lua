-- A window that goes over an input, however long it is and wherever its lines end.
local input = require("sipcodes.cli.input")
local unescape = require("sipcodes.cli.unescape")

local find, gsub, match, sub = string.find, string.gsub, string.match, string.sub

local BEHIND = 8192 -- octets kept of what stands before a place
local AHEAD = 8192 -- octets that must be there after it
local LONG = 1048576 -- octets of a line that are read at once

-- ngrep shows the text of a packet in rows below a line of its own.
local PACKET_IN_ROWS = "%f[^\n%z][UTI] [^\n]*%->[^\n]*\n  %S"

local function without_rows(text)
  text = gsub(text, "(%f[^\n%z][UTI] [^\n]*%->[^\n]*\n)  ", "%1")
  return (gsub(text, "\n  ", ""))
end

-- The lines (or the packets, which an empty line ends) of a text that have ended, and the rest. An escape that is cut
-- would not be seen.
local function whole_lines(text, all_in, is_in_rows)
  if all_in then
    return text, ""
  end
  local at = match(text, is_in_rows and "^.*()\n\n" or "^.*()\n")
  if not at and #text > LONG then
    at = #text - 64
  end
  return sub(text, 1, at or 0), sub(text, (at or 0) + 1)
end

local window = { BEHIND = BEHIND, AHEAD = AHEAD }

--- Reads it all: read(size) gives the next octets or nil, progress(octets) hears how many were read, progress() that
-- all were. Calls visit(data, from, to, dropped) for one stretch after the other: each place from `from` to `to` is to
-- be visited, with what stands around it in data; `dropped` octets of the last call's data have gone from its front.
-- Returns the number of octets, and the first of them.
function window.slide(read, progress, visit)
  local data, pending, from, size = "", "", 1, 0
  local first, block, is_in_rows
  repeat
    block = read(input.BLOCK)
    local whole
    if block and not first then
      first, is_in_rows = block, find(block, PACKET_IN_ROWS) ~= nil
    end
    whole, pending = whole_lines(pending .. (block or ""), not block, is_in_rows)
    if block then
      size = size + #block
      progress(size)
    end
    local dropped = math.max(0, from - 1 - BEHIND)
    data = sub(data, dropped + 1) .. unescape(is_in_rows and without_rows(whole) or whole)
    from = from - dropped
    local to = block and #data - AHEAD or #data
    visit(data, from, to, dropped)
    from = math.max(from, to + 1)
  until not block
  progress()
  return size, first or ""
end

return window
