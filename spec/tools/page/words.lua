-- The sentences of the page.
local words = {}

--- What the client does next, at the same server, by the action of the code: a short label, and a sentence.
words.actions = {
  answered = { "done", "Nothing: the request has succeeded." },
  wait = { "wait", "Wait for the final response." },
  redirect = { "follow Contact", "Try the addresses in Contact." },
  authenticate = { "send credentials", "Send the request again with credentials." },
  modify = { "change the request", "Change the request as the response asks, then send it again." },
  later = { "again later", "Send the same request again later." },
  glare = { "wait, send again", "Wait a random time, then send the request again." },
  elsewhere = { "another server", "Try another server or address." },
  stop = { "stop here", "Do not send the same request again to this server." },
  stop_everywhere = { "stop everywhere", "Stop: no other server or address will do better." },
}

--- What a failure ends if it comes in a dialog.
words.dialog = {
  transaction = "It ends the transaction only (RFC 5057 5.1).",
  usage = "It ends the usage: this call or subscription (RFC 5057 5.1).",
  dialog = "It ends the dialog with all its usages (RFC 5057 5.1).",
}

words.kinds = { standard = "standard", vendor = "vendor's manual", implementation = "read in source" }

return words
