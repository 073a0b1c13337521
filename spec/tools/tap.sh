# Test Anything Protocol for the shell suites; to be sourced.
#   check NAME COMMAND...   ok if the command succeeds; what it prints is shown if it does not
#   refuse NAME COMMAND...  ok if the command fails
#   skip NAME WHY           says that what is named was not checked
#   finish                  prints the plan; the suite's last call
tap_run=0
tap_failed=0

tap_result() {
  tap_run=$((tap_run + 1))
  if [ "$2" -eq 0 ]; then
    echo "ok $tap_run - $1"
    return
  fi
  tap_failed=$((tap_failed + 1))
  echo "not ok $tap_run - $1"
  printf '%s\n' "$3" | sed 's/^/# /'
}

check() {
  local name=$1 output status=0
  shift
  output=$("$@" 2>&1 </dev/null) || status=$?
  tap_result "$name" "$status" "exit status $status"$'\n'"$output"
}

refuse() {
  local name=$1 output status=0
  shift
  output=$("$@" 2>&1 </dev/null) && status=1
  tap_result "$name" "$status" "it succeeded"$'\n'"$output"
}

skip() {
  tap_run=$((tap_run + 1))
  echo "ok $tap_run - $1 # SKIP: $2"
}

finish() {
  echo "1..$tap_run"
  [ "$tap_failed" -eq 0 ]
}
