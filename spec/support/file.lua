-- Files of the checkout.

local file = {}

--- All octets of a file.
function file.read(path)
  local stream = assert(io.open(path, "rb"))
  local text = stream:read("*a")
  stream:close()
  return text
end

return file
