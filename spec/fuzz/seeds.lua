-- Writes the inputs of the specs where the fuzzers find them: seeds.lua FOLDER TARGET makes one
-- file for each input of the target; the folder has to be there.

local blocking = require("spec.support.blocking_cases")
local header = require("spec.support.header_cases")
local rows = require("spec.support.rows")

local folder, target = ...
local count = 0

local function seed(text)
  count = count + 1
  local file = assert(io.open(("%s/%04d"):format(folder, count), "wb"))
  file:write(text)
  file:close()
end

local function first_cells(...)
  for _, list in ipairs({ ... }) do
    for _, case in ipairs(list) do
      seed(case[1])
    end
  end
end

local targets = {}

function targets.reason()
  first_cells(header.reason, header.bad_reason)
end

-- What the strict reading refuses is what the lenient one has to read.
targets.reason_lenient = targets.reason
targets.write_reason = targets.reason

function targets.warning()
  first_cells(header.warning, header.bad_warning)
end

function targets.retry_after()
  first_cells(header.retry_after, header.bad_retry_after)
end

function targets.blocking()
  for _, case in ipairs(blocking.right) do
    seed(case[2] .. "\0" .. case[3])
  end
  for _, case in ipairs(blocking.wrong) do
    seed((case[3] or "") .. "\0" .. (case[4] or ""))
  end
  first_cells({ { "https://a.example:80/b%20?c" }, { "+15551230000" }, { "a.b@c.example" }, { "blk_42" }, { "LOC-6" } })
end

function targets.status_line()
  for _, row in ipairs(rows.tsv("spec/data/response_codes.tsv")) do
    seed(("SIP/2.0 %s %s\r\n"):format(row.code, row.phrase))
  end
  first_cells({ { "sip/10.20 486" }, { "SIP/2.0 486 \n" }, { "SIP/2.0  486 Busy" }, { "SIP/2.0 486 \195\188%4A" } })
end

function targets.find()
  for _, row in ipairs(rows.tsv("spec/data/response_codes.tsv")) do
    seed(row.phrase)
    seed(row.name)
  end
  first_cells({ { "486" }, { "sip:486" }, { "sips:486" }, { "486 Busy Here" }, { "SIP/2.0 486 Busy" } })
end

assert(targets[target], "no such target")()
