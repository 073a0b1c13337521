-- Runs the command sipcodes within the specs.
local cli = require("sipcodes.cli")
local has_argparse = pcall(require, "argparse")
local has_dkjson, dkjson = pcall(require, "dkjson")

local command = {}

--- Two functions like busted's `it`, for what needs argparse, and dkjson too. What needs a module that
-- this Lua has not got is reported as pending, with the reason.
function command.its(it, pending)
  local function it_with(module, is_there)
    return function(name, block)
      if is_there then
        it(name, block)
      else
        pending(("%s: %s is not installed for %s"):format(name, module, _VERSION))
      end
    end
  end
  return it_with("argparse", has_argparse), it_with("argparse or dkjson", has_argparse and has_dkjson)
end

--- A stream that is read in the pieces given: strings, or a function that makes the next one.
function command.reader(pieces)
  local stream = { rest = "" }
  function stream.read(self, size)
    while #self.rest < size do
      local piece
      if type(pieces) == "function" then
        piece = pieces()
      else
        piece = table.remove(pieces, 1)
      end
      if not piece then
        break
      end
      self.rest = self.rest .. piece
    end
    local block = self.rest:sub(1, size)
    self.rest = self.rest:sub(size + 1)
    return block ~= "" and block or nil
  end
  function stream.seek()
    return nil, "Illegal seek"
  end
  function stream.close() end
  return stream
end

--- A stream that keeps what is written: text() gives it.
function command.writer()
  local stream = { parts = {} }
  function stream.write(self, ...)
    for i = 1, select("#", ...) do
      self.parts[#self.parts + 1] = tostring((select(i, ...)))
    end
    return self
  end
  function stream.flush()
    return true
  end
  function stream.text(self)
    return table.concat(self.parts)
  end
  return stream
end

--- Runs the command with these words as arguments; answers its status and what it wrote to stdout and
-- to stderr. input is a string or a stream, env goes on top of a bare environment.
function command.run(arguments, input, env)
  local stdout, stderr = command.writer(), command.writer()
  local outside = {
    stdin = type(input) == "table" and input or command.reader({ input }),
    stdout = stdout,
    stderr = stderr,
    getenv = function() end,
    isatty = function()
      return false
    end,
    columns = function() end,
  }
  for name, value in pairs(env or {}) do
    outside[name] = value
  end
  local status = cli.main(arguments, outside)
  return status, stdout:text(), stderr:text()
end

--- The same with --json among the arguments, what came to stdout being decoded: value, status, stderr.
function command.json(arguments, input)
  local status, out, err = command.run(arguments, input)
  local value, after = dkjson.decode(out)
  assert(out:sub(after) == "\n", out)
  return value, status, err
end

--- Gives f a stream of so many blocks of 256 KiB that are made of the text; answers how many KiB more are
-- held in memory after the last block than before the first, and the results of f.
function command.held(text, blocks, f)
  local block = text:rep(math.floor(262144 / #text))
  local held, left = nil, blocks
  collectgarbage()
  local start = collectgarbage("count")
  local function with_held(...)
    return held, ...
  end
  return with_held(f(command.reader(function()
    left = left - 1
    if left == 0 then
      collectgarbage()
      held = collectgarbage("count") - start
    end
    return left >= 0 and block or nil
  end)))
end

--- The columns of the widest line.
function command.widest(text)
  local width = 0
  for line in text:gmatch("[^\n]*") do
    width = math.max(width, #line:gsub("[\128-\191]", ""))
  end
  return width
end

return command
