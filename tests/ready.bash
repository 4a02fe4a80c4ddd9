# SPDX-License-Identifier: MIT
# Functions for the tests of DAEMONFIX_READY.  shellcheck shell=bash

# A port on which nobody listens.
port() {
  local p
  while p=$((10000 + RANDOM % 20000)); connects "$p"; do :; done
  echo "$p"
}
connects() { (exec 4<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# answers PORT: the server on that port answers "ok" at once.
answers() {
  local answer
  exec 4<>"/dev/tcp/127.0.0.1/$1" && read -rt 200 answer <&4
  exec 4<&- && [ "$answer" = ok ]
}

# start [NAME=VALUE...] STEP...: starts the fixture server with the library, by default in mode background
# with DAEMONFIX_READY=listen.  Its last process is noted if it has a step tell:$tmp/told.
start() {
  local settings=(DAEMONFIX_MODE=background DAEMONFIX_READY=listen)
  while [[ $1 = [A-Z]*=* ]]; do settings+=("$1") && shift; done
  rm -f "$tmp/told"
  fixed timeout 600 env "${settings[@]}" "$fix/server" "$@"
  cat "$tmp/err"
  [ ! -e "$tmp/told" ] || note "$(value pid "$tmp/told")"
}

# The same without waiting; the launching process's PID is in launcher.
start_in_background() {
  local settings=(LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_READY=listen)
  while [[ $1 = [A-Z]*=* ]]; do settings+=("$1") && shift; done
  env "${settings[@]}" "$fix/server" "$@" </dev/null >"$tmp/out" 2>"$tmp/err" 3>&- &
  launcher=$!
}
collect() { status=0; wait "$launcher" || status=$?; cat "$tmp/err"; }

# said TEXT: standard error has exactly this text.
said() { [ "$(cat "$tmp/err")" = "$1" ]; }

# nothing_left MARK: no process has MARK among its arguments, as the processes of the test do.
nothing_left() {
  grep -slaF -- "$1" /proc/[0-9]*/cmdline >"$tmp/left" || : # some may end meanwhile
  [ ! -s "$tmp/left" ] || { cat "$tmp/left" >&2; return 1; }
}
