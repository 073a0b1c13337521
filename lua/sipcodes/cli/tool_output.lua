-- What tools that print packets show twice, or not at all.
local find, match, sub = string.find, string.match, string.sub

local FRONT = 512 -- octets of a line that are looked at

-- tcpdump's line of a packet, in which it also shows the first line of a message.
local PACKET = "^%S*%s*[%d:.]+ IP6? "

-- What stands in front of the first line of a message there.
local SUMMARY = ": SIP: $"

-- ngrep's line of a packet, or what stands in front of its text.
local NGREP = "^[UTI] .*%->"

--- Does tcpdump or PDML show a Status-Line that stands behind `front` and below `above`, and again further down?
local function is_shown_twice(front, above)
  return find(front, SUMMARY) ~= nil or find(front, 'showname="Status%-Line: $') ~= nil
    or find((match(above, "[^\n]*$")), "SIP, length: %d+$") ~= nil
end

--- Does tcpdump name a packet of SIP in the line that ends at a place without showing it below? It leaves out a packet
-- that is not ASCII, and writes hexadecimal rows if it is asked for them.
local function is_left_out(data, line_end)
  local line = match(sub(data, math.max(1, line_end - FRONT), line_end - 1), "[^\n]*$")
  if not find(line, "[:%]] SIP$") and not find(line, "[:%]] SIP, length: %d+$") or not find(line, " > ", 1, true) then
    return false
  end
  local below = match(data, "^\n([^\n]*)", line_end) or ""
  return below == "" or find(below, PACKET) ~= nil or find(below, "^%s+0x%x%x%x%x: ") ~= nil
end

local HEX_TEXT = " has a hex dump, which is not read: give the capture itself, or text (tshark -V, tcpdump -A)"

--- What is said of an input with packets of SIP that tcpdump has left out, behind its name.
local function left_out_text(number)
  return (" lacks %s that tcpdump did not show: give the capture itself, or tcpdump -A"):format(
    number == 1 and "a packet of SIP" or number .. " packets of SIP")
end

return {
  HEX_TEXT = HEX_TEXT,
  NGREP = NGREP,
  PACKET = PACKET,
  SUMMARY = SUMMARY,
  is_left_out = is_left_out,
  is_shown_twice = is_shown_twice,
  left_out_text = left_out_text,
}
