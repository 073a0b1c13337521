local sip = require("sipcodes")
assert(sip.reason(486) == "Busy Here")
assert(sip.BUSY_HERE == 486)
