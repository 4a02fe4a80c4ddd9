# SPDX-License-Identifier: MIT
# DAEMONFIX_READY: the daemon does not become ready.  Its launching process says so, shows the daemon's
# output, ends with its status, and nothing is left.
load helper
load ready

# failed STATUS LINE...: the launching process ended with it, and standard error has these lines.
failed() {
  [ "$status" = "$1" ]
  [ "$(cat err)" = "$(printf '%s\n' "${@:2}")" ]
  nothing_left "$tmp"
}
ended="before it was ready"

@test "the daemon's words and its status are the launching process's" {
  start out:one err:two out:three sleep:50 "tell:$tmp/told" exit:3
  failed 3 one two three "daemonfix: server: ended with status 3 $ended"
}

@test "our own line begins one" {
  start put:half exit:3
  failed 3 half "daemonfix: server: ended with status 3 $ended"
}

@test "signal N is 128 + N" {
  start sleep:50 "tell:$tmp/told" kill:9
  failed 137 "daemonfix: server: ended by signal 9 $ended"
}

@test "status 0 without a daemon is 125" {
  start out:bye "tell:$tmp/told" exit:0
  failed 125 bye "daemonfix: server: ended with status 0 $ended"
}

@test "the process that stays behind is the one whose status counts" {
  start fork [ setsid fork [ sleep:200 err:oops exit:7 ] ] "tell:$tmp/told"
  failed 7 oops "daemonfix: server: ended with status 7 $ended"
}

@test "the processes of a daemon that has failed are ended" {
  start fork [ hold "tell:$tmp/x" ] fork [ ignore:15 setsid "until:$tmp/never" ] sleep:50 exit:4
  failed 4 "daemonfix: server: ended with status 4 $ended"
}

@test "of many words the last 64 KiB are shown" {
  start much:20000 exit:1
  [ "$status" = 1 ]
  tail -n 2 err | head -n 1 | grep -qx 'line 20000'
  size=$(stat -c %s err)
  echo "$size"
  ((size > 65536 && size < 65536 + 200))
  seq 20000 | sed 's/^/line /' | tail -c 65536 | cmp - <(head -c 65536 err)
}

@test "words that fill the buffer exactly are shown" {
  half=$(printf '%032768d' 0)
  for count in 2 3 4; do
    mapfile -t words < <(for ((i = 0; i < count; i++)); do echo "put:$half"; done)
    start "${words[@]}" exit:3
    failed 3 "$half$half" "daemonfix: server: ended with status 3 $ended"
  done
}

@test "with a log, what was appended to it is shown, and it stays as it is" {
  echo before >log
  start DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_STDERR="$tmp/log" out:one err:two exit:3
  failed 3 one two "daemonfix: server: ended with status 3 $ended"
  [ "$(cat log)" = "$(printf '%s\n' before one two)" ]
}

@test "with one log, the other descriptor's words are shown as well" {
  start DAEMONFIX_STDOUT="$tmp/log" out:one err:two exit:3
  failed 3 two one "daemonfix: server: ended with status 3 $ended"
}

@test "the PID file is gone, however the daemon ended" {
  for way in exit:3 kill:9; do
    start DAEMONFIX_PIDFILE="$tmp/pid" sleep:50 $way
    [ "$status" != 0 ]
    [ ! -e pid ]
  done
}

@test "a program that cannot be executed is a failure" {
  printf '#!/no/such/interpreter\n' >script
  chmod +x script
  launch LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_READY=listen DAEMONFIX_ONLY=sh \
    sh -c './script'
  cat err
  [ "$status" = 127 ] || [ "$status" = 126 ]
}

@test "a setting that cannot be met is told once, by the library" {
  start DAEMONFIX_CHDIR=/no/such exit:0
  [ "$status" = 125 ]
  said 'daemonfix: DAEMONFIX_CHDIR=/no/such: No such file or directory'
}

@test "fix: the same for a caller of daemon(3)" {
  start DAEMONFIX_MODE=fix daemon:00 err:oops "tell:$tmp/told" exit:3
  failed 3 oops "daemonfix: server: ended with status 3 $ended"
}

@test "fix: other children of the caller's are left alone" {
  start DAEMONFIX_MODE=fix fork [ "tell:$tmp/told" hold ] "until:$tmp/told" daemon:00 exit:3
  [ "$status" = 3 ]
  alive "$(value pid told)"
}

# ---- timeout

@test "timeout: all of it is ended, and the status is 124" {
  start DAEMONFIX_TIMEOUT=2.5 out:words fork [ setsid "until:$tmp/never" ] "tell:$tmp/told" hold
  failed 124 words 'daemonfix: server: stopped, because it was not ready after 2.5 s of waiting for listen'
}

@test "timeout: who ignores SIGTERM is killed" {
  start DAEMONFIX_TIMEOUT=0.5 ignore:15 "until:$tmp/never"
  failed 124 'daemonfix: server: stopped, because it was not ready after 0.5 s of waiting for listen'
}

@test "timeout: the daemon's STATUS= is shown" {
  start DAEMONFIX_TIMEOUT=2.5 DAEMONFIX_READY=notify,alive:50 'notify:STATUS=loading' hold
  failed 124 'daemonfix: server: stopped, because it was not ready after 2.5 s of waiting for notify,alive:50; its status: loading'
}

@test "timeout 0: none" {
  start_in_background DAEMONFIX_TIMEOUT=0 "tell:$tmp/told" "until:$tmp/go" tcp:"$(port)" listen hold
  within 20 test -e told
  note "$(value pid told)"
  sleep 0.3
  alive "$launcher"
  touch go
  collect
  [ "$status" = 0 ]
}

# ---- signals

@test "SIGINT, SIGTERM, SIGHUP, SIGQUIT: the daemon is ended, and the launching process by the same" {
  for signal in INT TERM HUP QUIT; do
    rm -f told
    start_with_default "$signal" "tell:$tmp/told" fork [ setsid "until:$tmp/never" ] \
      "until:$tmp/never"
    within 20 test -e told
    kill -"$signal" "$launcher"
    collect
    [ "$status" = $((128 + $(kill -l "$signal"))) ]
    nothing_left "$tmp"
    said ''
  done
}
# Background jobs of a shell without job control ignore SIGINT and SIGQUIT.
# The process has a group of its own: SIGTSTP does not stop an orphaned group, as this one may be.
start_with_default() {
  set -m
  env --default-signal="$1" LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_READY=listen \
    "$fix/server" "${@:2}" </dev/null >out 2>err 3>&- &
  launcher=$!
  set +m
}

@test "a signal that is ignored stays ignored" {
  start_in_background "tell:$tmp/told" "until:$tmp/go" tcp:"$(port)" listen hold
  within 20 test -e told
  note "$(value pid told)"
  kill -INT "$launcher"
  kill -QUIT "$launcher"
  touch go
  collect
  [ "$status" = 0 ]
}

@test "SIGKILL to the launching process: the daemon is ended" {
  start_in_background DAEMONFIX_PIDFILE="$tmp/pid" "tell:$tmp/told" fork [ setsid \
    "until:$tmp/never" ] "until:$tmp/never"
  within 20 test -e told
  kill -KILL "$launcher"
  collect
  [ "$status" = 137 ]
  within 20 nothing_left "$tmp"
  [ ! -e pid ]
}

@test "SIGKILL to the process between: the daemon is ended, the status is 125, and that is said" {
  start_in_background DAEMONFIX_PIDFILE="$tmp/pid" "tell:$tmp/told" "until:$tmp/never"
  within 20 test -e told
  kill -KILL "$(value ppid told)"
  collect
  [ "$status" = 125 ]
  nothing_left "$tmp" # the daemon ends a moment later
  [ ! -e pid ]
  grep -qx 'daemonfix: .*: the process that waited for it was killed' err
}

@test "the launching process stops and continues" {
  start_with_default INT "tell:$tmp/told" "until:$tmp/go" tcp:"$(port)" listen hold
  within 20 test -e told
  note "$(value pid told)"
  within 20 stopped TSTP
  touch go
  kill -CONT "$launcher"
  collect
  [ "$status" = 0 ]
}
stopped() { kill -"$1" "$launcher" && [ "$(field "$launcher" state)" = T ]; }

# ---- nobody reads

@test "standard error that nobody reads does not keep the launching process" {
  mkfifo pipe
  exec 5<>pipe
  status=0
  LD_PRELOAD=$lib DAEMONFIX_MODE=background DAEMONFIX_READY=listen timeout 400 \
    "$fix/server" much:20000 exit:3 </dev/null >/dev/null 2>&5 3>&- || status=$?
  exec 5>&-
  [ "$status" = 3 ]
}

@test "standard error that is closed does no harm" {
  status=0
  LD_PRELOAD=$lib DAEMONFIX_MODE=background DAEMONFIX_READY=listen timeout 400 \
    "$fix/server" much:20000 exit:3 <&- >&- 2>&- 3>&- || status=$?
  [ "$status" = 3 ]
}

# ---- on a terminal

on_terminal() {
  launch script -qec "$(printf '%q ' env LD_PRELOAD="$lib" DAEMONFIX_MODE=background \
    DAEMONFIX_READY=listen "$fix/server" "$@")" /dev/null
}

@test "on a terminal, after a second, a line says what is being waited for, and goes away" {
  on_terminal sleep:2500 tcp:"$(port)" listen "tell:$tmp/told" hold
  note "$(value pid told)"
  cat -v out
  grep -q $'\rdaemonfix: server: waiting for listen, 1 s of 60 s\e\[K' out
  [ "$(tail -c 4 out)" = $'\r\e[K' ]
}

@test "on a terminal, a start that takes no second says nothing" {
  for _ in 1 2 3 4 5; do # a busy machine may be slow four times
    on_terminal sleep:200 tcp:"$(port)" listen "tell:$tmp/told" hold
    note "$(value pid told)"
    [ -s out ] || return 0
  done
  false
}

# ---- at any moment

@test "a signal at any moment leaves either a daemon or nothing" {
  local rounds=${ROUNDS:-40} i moment signal
  for ((i = 0; i < rounds; i++)); do
    signal=$((RANDOM % 3)) signal=${signal/0/KILL} signal=${signal/1/TERM} signal=${signal/2/HUP}
    moment=$((RANDOM % 70))
    p=$(port)
    start_in_background DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_STDERR="$tmp/log" fork [ setsid \
      "until:$tmp/never" ] "until:$tmp" sleep:30 tcp:"$p" listen hold
    sleep "0.$(printf %03d $moment)"
    kill -"$signal" "$launcher" || :
    collect
    echo "round $i: SIG$signal after $moment ms, status $status"
    [ "$status" != 0 ] || { alive "$(cat pid)" && connects "$p"; }
    # SIGKILL may come when the daemon is ready and the launching process is about to exit.
    if [ "$status" = 0 ] || { [ "$signal" = KILL ] && connects "$p"; }; then end_own; fi
    within 20 nothing_left "$tmp"
    [ ! -s pid ] # a process that a signal ends before the fork may leave an empty file
    rm -f pid
    [ ! -s log ]
  done
}
# Ends a daemon that is ready, with all of its processes, which have this directory in their arguments.
end_own() {
  nothing_left "$tmp" || cut -d/ -f3 left | xargs -r kill || : # some may have ended meanwhile
  rm -f pid # a daemon that a signal has ended leaves it
}

# ---- a daemon that keeps its launching process busy

@test "a daemon that never stops writing is timed out" {
  start DAEMONFIX_TIMEOUT=0.5 much:2000000000
  [ "$status" = 124 ]
  tail -n 1 err | grep -qx 'daemonfix: server: stopped, because it was not ready after 0.5 s of waiting for listen'
}

@test "a daemon that never stops notifying is timed out" {
  start DAEMONFIX_READY=notify DAEMONFIX_TIMEOUT=2.5 notify-flood
  [ "$status" = 124 ]
  said 'daemonfix: server: stopped, because it was not ready after 2.5 s of waiting for notify; its status: busy'
}

@test "a daemon in another PID namespace is waited for, and ends with its launching process" {
  ((EUID == 0)) || skip 'needs root'
  p=$(port)
  launch timeout 600 unshare -p env LD_PRELOAD="$lib" DAEMONFIX_READY=listen DAEMONFIX_ONLY=server \
    "$fix/server" daemon:00 sleep:100 "tcp:$p" listen serve
  cat err
  answers "$p"
  [ "$status" = 0 ]
  end "$(pgrep -f "tcp:$p")"
  launch timeout 600 unshare -p env LD_PRELOAD="$lib" DAEMONFIX_READY=listen DAEMONFIX_ONLY=server \
    "$fix/server" daemon:00 err:oops exit:3
  [ "$status" = 3 ]
  said "$(printf '%s\n' oops 'daemonfix: server: ended with status 3 before it was ready')"
  launch timeout 600 unshare -p env LD_PRELOAD="$lib" DAEMONFIX_READY=listen DAEMONFIX_ONLY=server \
    DAEMONFIX_TIMEOUT=0.3 "$fix/server" daemon:00 "until:$tmp/never"
  [ "$status" = 124 ]
  nothing_left "$tmp"
}

@test "without /proc, reports are enough, and a daemon is ended all the same" {
  ((EUID == 0)) || skip 'needs root'
  without_proc() {
    launch timeout 600 unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh env \
      LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_READY=listen "$@"
    cat err
  }
  p=$(port)
  without_proc "$fix/server" sleep:100 "tcp:$p" listen tell:"$tmp/told" serve
  answers "$p"
  [ "$status" = 0 ]
  within 20 test -e told
  note "$(value pid told)"
  without_proc DAEMONFIX_TIMEOUT=0.3 "$fix/server" ignore:15 "until:$tmp/never"
  [ "$status" = 124 ]
  nothing_left "$tmp/never"
}
