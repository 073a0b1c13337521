# The export in real databases: one SQL file for SQLite, PostgreSQL and MariaDB, joined with call records. Each
# server runs on a socket in a scratch folder, without a port.
# Needs: lua5.4 sqlite3
. spec/tools/tap.sh
set -o pipefail
scratch=$(mktemp -d)
chmod 711 "$scratch"
server=
trap '[ -z "$server" ] || kill "$server"; wait 2>/dev/null; rm -rf "$scratch"' EXIT
sipcodes() { LUA_PATH='./lua/?.lua;;' LUA_CPATH='./build/5.4/?.so;;' lua5.4 lua/bin/sipcodes "$@"; }

write_exports() {
  local what
  for what in responses causes mappings; do
    sipcodes export $what --format sql >>"$scratch/export.sql" || return 1
    sipcodes export $what >"$scratch/$what.csv" || return 1
  done
}

# Call records with a code or with a cause of FreeSWITCH, and the outcomes that belong to them.
cat >"$scratch/cdr.sql" <<'END'
CREATE TABLE cdr (id INTEGER NOT NULL PRIMARY KEY, code INTEGER, hangup_cause VARCHAR(40));
INSERT INTO cdr VALUES (1, 200, NULL), (2, 486, NULL), (3, 503, NULL), (4, 503, NULL), (5, NULL, 'USER_BUSY'),
(6, NULL, 'NO_ROUTE_DESTINATION'), (7, NULL, 'CALL_REJECTED'), (8, NULL, 'GATEWAY_DOWN');
END
cat >"$scratch/join.sql" <<'END'
SELECT r.outcome, COUNT(*)
FROM cdr
LEFT JOIN sip_mappings m ON m.source = 'freeswitch' AND m.direction = 'to_sip' AND m.only_if = ''
  AND m.cause_name = cdr.hangup_cause
JOIN sip_responses r ON r.code = COALESCE(cdr.code, m.code)
GROUP BY r.outcome
ORDER BY r.outcome;
END
outcomes=$'answered 1\nbusy 2\nnetwork failure 3\nnot reachable 1\nrejected 1'
# How many rows there are, how many defaults, and the cells that are easily lost: a quote, a NULL, a zero.
cat >"$scratch/check.sql" <<'END'
SELECT COUNT(*) FROM sip_responses;
SELECT COUNT(*) FROM sip_causes;
SELECT COUNT(*) FROM sip_mappings;
SELECT COUNT(*) FROM sip_mappings WHERE is_default = 1;
SELECT COUNT(*) FROM sip_mappings WHERE code IS NULL OR cause IS NULL;
SELECT note FROM sip_responses WHERE code = 180;
SELECT code FROM sip_mappings WHERE source = 'freeswitch' AND direction = 'to_sip' AND cause = 0;
END

# The lines of each query with a blank between the cells, by the client of the database.
in_sqlite() { sqlite3 -batch -separator ' ' "$scratch/sqlite" <"$1"; }
in_postgres() { "${as_postgres[@]}" psql -X -q -v ON_ERROR_STOP=1 -A -t -F ' ' -h "$scratch/postgres" -U tester postgres <"$1"; }
in_mariadb() { mariadb --no-defaults -S "$scratch/mariadb.sock" -u "$(id -un)" -N -B test <"$1" | tr '\t' ' '; }

answers() { # DATABASE: the same as SQLite, and what the library says
  "in_$1" "$scratch/check.sql" >"$scratch/$1.check" && diff "$scratch/sqlite.check" "$scratch/$1.check"
}
loads() { "in_$1" "$scratch/export.sql" && "in_$1" "$scratch/cdr.sql"; }
loads_again() { "in_$1" "$scratch/export.sql" && answers "$1"; }
gives_outcomes() { diff <(echo "$outcomes") <("in_$1" "$scratch/join.sql"); }
check_database() {
  check "$1 takes the file" loads "$1"
  check "$1 has every row and cell" answers "$1"
  check "$1 gives the outcomes of call records" gives_outcomes "$1"
  check "$1 takes the file a second time" loads_again "$1"
}
# Counts what the CSV has, against the database.
csv_agrees() {
  local what count
  for what in responses causes mappings; do
    count=$(sqlite3 "$scratch/sqlite" "SELECT COUNT(*) FROM sip_$what")
    [ "$(sqlite3 -cmd '.mode csv' ":memory:" ".import '$scratch/$what.csv' t" "SELECT COUNT(*) FROM t" | tr -d '\r')" = "$count" ] || return 1
  done
}
# Waits until a command succeeds: 1200 times a tenth of a second at most, and not once the server has ended.
wait_for() {
  local try
  for ((try = 0; try < 1200; try++)); do
    "$@" >/dev/null 2>&1 && return
    kill -0 "$server" 2>/dev/null || return 1
    sleep 0.1
  done
  return 1
}
end_server() { kill "$server"; wait "$server" 2>/dev/null; server=; }

check "the command exports the three tables" write_exports
in_sqlite "$scratch/export.sql" && in_sqlite "$scratch/check.sql" >"$scratch/sqlite.check"
check "the rows are there" grep -qx "The callee's device alerts its user; the caller's side may play a ringing tone." "$scratch/sqlite.check"
check_database sqlite
check "SQLite imports the CSV with as many rows" csv_agrees

bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
as_postgres=()
[ "$(id -u)" -ne 0 ] || as_postgres=(runuser -u postgres --) # PostgreSQL refuses to run as root
start_postgres() {
  mkdir -m 700 "$scratch/postgres"
  [ "$(id -u)" -ne 0 ] || chown postgres "$scratch/postgres"
  (cd / && "${as_postgres[@]}" "$bin/initdb" -D "$scratch/postgres/data" -U tester -A trust -E UTF8 --no-sync >/dev/null) || return 1
}
if [ -n "$bin" ]; then
  check "PostgreSQL makes a cluster" start_postgres
  (cd / && exec "${as_postgres[@]}" "$bin/postgres" -D "$scratch/postgres/data" -k "$scratch/postgres" -c listen_addresses= -c fsync=off) \
    >"$scratch/postgres.log" 2>&1 &
  server=$!
  echo 'SELECT 1' >"$scratch/one.sql"
  check "PostgreSQL starts" wait_for in_postgres "$scratch/one.sql"
  check_database postgres
  end_server
else
  skip "PostgreSQL takes the file" "PostgreSQL is not installed"
fi

if command -v mariadbd >/dev/null && command -v mariadb-install-db >/dev/null; then
  check "MariaDB makes a database" mariadb-install-db --no-defaults --user="$(id -un)" --datadir="$scratch/mariadb" \
    --auth-root-authentication-method=normal --skip-test-db
  mkdir -p "$scratch/mariadb/test"
  mariadbd --no-defaults --user="$(id -un)" --datadir="$scratch/mariadb" --socket="$scratch/mariadb.sock" --skip-networking \
    --skip-grant-tables --pid-file="$scratch/mariadb.pid" >"$scratch/mariadb.log" 2>&1 &
  server=$!
  echo 'SELECT 1' >"$scratch/one.sql"
  check "MariaDB starts" wait_for in_mariadb "$scratch/one.sql"
  check_database mariadb
  end_server
else
  skip "MariaDB takes the file" "MariaDB is not installed"
fi
finish
