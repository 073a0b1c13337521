#!/bin/sh
# For cron: says nothing while calls get through, and shows the ratios if not.
#
#   alarm.sh Master.csv hangup_cause 90
#
# reads the column hangup_cause of the call records, and exits with 1 if less than 90 percent of the attempts
# reached somebody (NER). The exit status is 2 if the file cannot be read.
file=$1 column=$2 limit=${3:-90}

json=$(sipcodes --json kpi --column "$column" "$file") || exit 2
low=$(printf '%s' "$json" | lua5.4 -e '
  local ner = require("dkjson").decode(io.read("a")).ner
  if ner and ner < tonumber(arg[1]) then print(("%.1f"):format(ner)) end' - "$limit")
if [ -n "$low" ]; then
  echo "$file: NER $low % is below $limit %"
  sipcodes kpi --column "$column" "$file"
  exit 1
fi
