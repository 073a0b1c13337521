-- Reads the published tables in spec/data.

local file = require("spec.support.file")

local rows = {}

local function split(line, separator)
  local cells = {}
  for cell in (line .. separator):gmatch("(.-)" .. separator) do
    cells[#cells + 1] = cell
  end
  return cells
end

local function read(path, separator)
  local text = file.read(path):gsub("\r\n", "\n")
  local names
  local list = {}
  for line in text:gmatch("([^\n]+)\n?") do
    local cells = split(line, separator)
    if not names then
      names = cells
    else
      assert(#cells == #names, path .. ": " .. line)
      local row = {}
      for i, name in ipairs(names) do
        row[name] = cells[i]
      end
      list[#list + 1] = row
    end
  end
  assert(#list > 0, path .. " is empty")
  return list
end

--- The rows of a tab-separated file, each a table by the names in its first line.
function rows.tsv(path)
  return read(path, "\t")
end

--- The same for a comma-separated file without quoted cells.
function rows.csv(path)
  return read(path, ",")
end

return rows
