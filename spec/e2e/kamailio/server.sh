# Kamailio on loopback, for tests and benchmarks; to be sourced in the top folder.
#   prepare              makes $scratch, where everything is kept, and installs the library there
#   start NAME SCRIPT [OPTION...]   starts a server; its folder is $scratch/NAME. FIRST_GATEWAY is the URI of
#                        a gateway before the others, if set. TRANSPORT is how the others are reached, if not by UDP
#   start_lcr NAME SCRIPT [OPTION...]   starts one with lua/examples/kamailio.cfg and four workers
#   port NAME [1|2|3]    its port, or that of a gateway
#   worker NAME          the process that serves requests, the first of them
#   workers NAME         all processes that serve requests
#   rpc NAME COMMAND...  asks it through kamcmd
#   stop NAME
# Nothing is left behind when the shell ends.
e2e=spec/e2e/kamailio

# The Lua that this Kamailio embeds.
embedded_lua() {
  ldd "$(dpkg -L kamailio-lua-modules | grep '/app_lua\.so$')" | sed -n 's/.*liblua-\?\(5\.[0-9]\).*/\1/p' | head -n 1
}

# The library is found without a path in the script: where `make install` puts it, Lua looks by
# itself if PREFIX is /usr/local or /usr. For any other PREFIX the environment says so; ";;" keeps
# Lua's own places.
prepare() {
  scratch=$(mktemp -d)
  trap stop_all EXIT
  lua=$(embedded_lua)
  export LUA_PATH="$scratch/prefix/share/lua/$lua/?.lua;;" LUA_CPATH="$scratch/prefix/lib/lua/$lua/?.so;;"
}

install_library() { make -s install PREFIX="$scratch/prefix" LUA="$lua"; }

# Four ports in a row which are free now, above 15000 and below those that the system gives away. To
# look is enough: Kamailio itself would share a port with another server. FIRST_PORT and LAST_PORT are of the suite, so
# that two suites do not take the same.
free_ports() {
  env -u LUA_PATH -u LUA_CPATH lua5.4 - "$$" "$RANDOM" "${FIRST_PORT:-16001}" "${LAST_PORT:-23900}" <<'LUA'
    local socket = require("socket")
    math.randomseed(tonumber(arg[1]) * 65536 + tonumber(arg[2]))
    for _ = 1, 200 do
      local first, held = math.random(tonumber(arg[3]), tonumber(arg[4])), {}
      for port = first, first + 3 do
        local s = socket.udp()
        held[#held + 1] = s:setsockname("127.0.0.1", port) and s
      end
      if #held == 4 then
        print(first)
        return
      end
    end
    os.exit(1)
LUA
}

port() { echo $(($(cat "$scratch/$1/port") + ${2:-0})); }

rpc() { timeout 10 kamcmd -s "unix:$scratch/$1/ctl.sock" "${@:2}"; }

answers() { rpc "$1" core.version >/dev/null 2>&1; }

alive() { kill -0 "$(cat "$scratch/$1/pid")" 2>/dev/null; }

# Makes the folder of a server, and finds its ports.
reserve() {
  mkdir -p "$scratch/$1"
  free_ports >"$scratch/$1/port"
}

start() {
  local name=$1 script=$2
  shift 2
  reserve "$name" || return 1
  launch "$name" "$PWD/$e2e/kamailio.cfg" -A "SCRIPT=\"$script\"" -A "PORT=$(port "$name")" "$@"
}

# Two carriers, and a third one to which they may redirect.
start_lcr() {
  local name=$1 script=$2
  shift 2
  reserve "$name" || return 1
  printf '%s sip:127.0.0.1:%s 0 %s\n' 1 "$(port "$name" 1)" 20 1 "$(port "$name" 2)" 10 2 "$(port "$name" 3)" 0 \
    >"$scratch/$name/carriers.list"
  launch "$name" "$PWD/lua/examples/kamailio.cfg" -A "SCRIPT=\"$script\"" -A "LISTEN=udp:127.0.0.1:$(port "$name")" \
    -A "LISTEN_TCP=tcp:127.0.0.1:$(port "$name")" -A WORKERS=4 -A PROBE=1 \
    -A "CARRIERS=\"$scratch/$name/carriers.list\"" -A 'CONTROL="unix:ctl.sock"' "$@"
}

# Fails, and shows the log, if the server does not answer within ten seconds.
launch() {
  local name=$1 config=$2 dir=$scratch/$1 tries=0
  shift 2
  (
    ulimit -S -c 0
    by=${TRANSPORT:+;transport=$TRANSPORT}
    export GATEWAYS="${FIRST_GATEWAY:-} sip:127.0.0.1:$(port "$name" 1)$by sip:127.0.0.1:$(port "$name" 2)$by"
    exec kamailio -DD -E -f "$config" -m 64 -M 8 -Y "$dir" -w "$dir" -P "$dir/kamailio.pid" "$@"
  ) >"$dir/log" 2>&1 &
  echo $! >"$dir/pid"
  while alive "$name" && [ $tries -lt 100 ]; do
    answers "$name" && return
    sleep 0.1
    tries=$((tries + 1))
  done
  stop "$name"
  cat "$dir/log"
  return 1
}

workers() { rpc "$1" core.psx | awk '/PID:/ { pid = $2 } /DSC: udp receiver/ { print pid }'; }

worker() { workers "$1" | head -n 1; }

# By the id of the main process, which ends the others.
stop() {
  local pid tries=0
  pid=$(cat "$scratch/$1/pid" 2>/dev/null) || return 0
  local -a family=("$pid" $(pgrep -P "$pid"))
  kill "$pid" 2>/dev/null
  while kill -0 "$pid" 2>/dev/null; do
    [ $tries -lt 50 ] || kill -9 "${family[@]}" 2>/dev/null
    sleep 0.1
    tries=$((tries + 1))
  done
  rm -f "$scratch/$1/pid"
}

stop_all() {
  local pid
  for pid in "$scratch"/*/pid; do
    [ -e "$pid" ] && stop "$(basename "$(dirname "$pid")")"
  done
  rm -rf "$scratch"
}
