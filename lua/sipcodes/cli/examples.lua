-- Examples for --help and the manual page, by command: a command line as it is typed, and what it does. Those
-- of the whole stand under "sipcodes".
return {
  sipcodes = {
    { "sipcodes 486", "what a response means, and what to do next" },
    { "sipcodes 486,503", "several" },
    { "sipcodes USER_BUSY", "a cause, by the name of any platform" },
    { "sipcodes cause 34", "what each table says of a cause" },
    { "sipcodes explain trace.log", "the responses in a trace" },
    { "sipcodes help cause", "the options and examples of a command" },
  },
  show = {
    { "sipcodes 486", "what a response means, and what to do next" },
    { "sipcodes 486,503 17", "several, codes and causes" },
    { "sipcodes --full 488", "all that is known of a response" },
    { "sipcodes q850 cause 34", "a cause, and the responses that belong to it" },
    { "sipcodes CHANUNAVAIL", "a name of FreeSWITCH, Asterisk, Yate, Q.850 or SIP" },
    { "sipcodes www-authenticate", "the responses that speak of something" },
    { "sipcodes 'Q.850;cause=16;text=\"Normal clearing\"'", "a Reason, Warning or Retry-After field value" },
    { "sipcodes 'SIP/2.0 480 No Routes Found'", "a Status-Line" },
    { "sipcodes --json 486", "the same for a program" },
  },
  list = {
    { "sipcodes list", "all registered codes" },
    { "sipcodes list 4xx", "those of a class" },
  },
  cause = {
    { "sipcodes cause 17", "which responses a cause becomes, and which become it" },
    { "sipcodes cause 488", "which causes a response becomes" },
    { "sipcodes cause --table asterisk 41", "what one table says" },
    { "sipcodes cause NO_ROUTE_DESTINATION", "a cause by its name" },
    { "sipcodes cause BYE CANCEL", "the causes that requests become" },
  },
  explain = {
    { "sipcodes explain trace.log", "the responses in a trace" },
    { "sipcodes explain call.pcap", "those in a capture, through tshark" },
    { "journalctl -u kamailio | sipcodes explain", "those in a log" },
    { "sipcodes explain --follow trace.log", "a trace that grows" },
  },
  calls = {
    { "sipcodes calls call.pcap", "the calls of a capture" },
    { "sipcodes calls --failed call.pcap", "those that failed" },
    { "sipcodes calls --code 5xx --sort pdd call.pcap", "those with a 5xx, the longest delay first" },
  },
  kpi = {
    { "sipcodes kpi codes.txt", "ratios of codes, one a line" },
    { "sipcodes kpi call.pcap", "ratios of the calls of a capture" },
    { "sipcodes kpi --column hangup_cause cdr.csv", "ratios of call records" },
    { "sipcodes kpi --column 3 --where method=INVITE acc.csv", "a column by its number, and some rows only" },
    { "sipcodes kpi --column code --by to:4 --every 1h --time start cdr.csv", "by prefix and hour" },
    { "sipcodes kpi --column code --compare yesterday.csv today.csv", "what has changed" },
  },
  export = {
    { "sipcodes export responses", "the response codes as CSV, for a spreadsheet" },
    { "sipcodes export mappings --format sql", "the mapping tables for a database" },
  },
  help = {
    { "sipcodes help", "the help of the whole" },
    { "sipcodes help kpi", "that of a command" },
  },
}
