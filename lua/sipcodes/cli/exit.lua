-- How a command ends.
local exit = { FOUND = 0, NOT_FOUND = 1, TROUBLE = 2 }

--- Ends the command with this exit status; the message goes to stderr.
function exit.fail(status, message)
  error({ status = status, message = message }, 0)
end

return exit
