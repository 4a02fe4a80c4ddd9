# SPDX-License-Identifier: MIT
# daemonfix try: runs a program once, says how it becomes a daemon, and leaves nothing behind.
load helper
load command

# try [OPTION...] PROGRAM [ARG...]: runs daemonfix try; the object is in $tmp/out.
try() { launch "$daemonfix" try --json -t 200 "$@"; }

# is STATUS OUTCOME [OPTIONS]: the result of the last try; the command has these OPTIONS, or there is none.
is() {
  cat out err
  [ "$status" = "$1" ] && [ "$(json 'o["outcome"]')" = "$2" ] || return
  [ "$(json 'o["command"] and o["command"].split(" -- ")[0]')" = "${3-None}" ]
}

# ended: all processes that the last try has seen have ended.
ended() {
  local pid pids
  pids=$(json '" ".join({str(e["pid"]) for e in o["events"]})')
  [ -n "$pids" ] || return
  for pid in $pids; do gone "$pid" || return; done
}

# happened EVENT...: these events happened in this order, with or without others in between.
happened() { json '" ".join(e["event"] for e in o["events"])' | grep -q "$(printf '%s.*' "$@")"; }

script_of() { # script_of NAME: makes a script for python3 from standard input
  cat >"$1"
  launch sh -c 'command -v /usr/bin/python3 python3 | head -n 1'
  sed -i "1i#!$(<out)" "$1"
  chmod +x "$1"
}

@test "a_caller_of_daemon" {
  try "$fix/legacy"
  is 0 daemon 'daemonfix run'
  [ "$(json 'o["mode"], o["status"], o["listens"], o["ready"], o["maker"]')" = "('fix', 0, False, None, None)" ]
  [ "$(json 'o["container"]')" = "daemonfix run -f -- $fix/legacy" ]
  happened execute fork daemon
  ended
}

@test "a_daemon_by_hand_with_one_fork_and_with_two" {
  try "$fix/byhand" fork [ setsid stay ]
  is 0 by-hand 'daemonfix run -F'
  happened execute fork setsid
  ended
  try "$fix/byhand" fork [ setsid fork [ stay ] ]
  is 0 by-hand 'daemonfix run -F'
  happened fork setsid fork end
  ended
  [ "$(json 'o["container"].split(" -- ")[0]')" = 'daemonfix run -K' ]
}

@test "a_program_that_forks_and_ends_without_a_session" {
  try "$fix/byhand" fork [ stay ]
  is 0 fork 'daemonfix run -F'
  ended
}

@test "a_program_that_stays_in_the_foreground" {
  launch "$daemonfix" try --json -t 0.5 sleep 100
  is 2 foreground 'daemonfix run -b'
  [ "$(json 'o["status"], o["container"]')" = '(None, None)' ]
  ended
}

@test "a_session_for_a_child_makes_no_daemon_of_the_program" {
  launch "$daemonfix" try --json -t 2 "$fix/byhand" fork [ setsid stay ] stay
  is 2 foreground 'daemonfix run -b'
  happened setsid
  ended
}

@test "a_program_that_ends" {
  try sh -c 'exit 3'
  is 1 ended
  [ "$(json 'o["status"]')" = 3 ]
  try sh -c 'kill -KILL $$'
  is 1 ended
  [ "$(json 'o["status"]')" = 137 ]
  try "$fix/byhand" fork [ setsid ] wait
  is 1 ended
}

@test "a_setsid_that_fails_does_not_count" {
  launch "$daemonfix" try --json -t 2 setsid "$fix/byhand" setsid stay
  is 2 foreground 'daemonfix run -b'
  [ "$(json '[e["name"] for e in o["events"] if e["event"] == "setsid"]')" = "['setsid']" ]
}

@test "a_daemon_that_a_script_starts_is_named" {
  cp "$fix/byhand" server
  script start '#!/bin/sh' 'true | true' "./server fork [ setsid stay ]" 'exit 0'
  try ./start
  is 0 by-hand 'daemonfix run -F -x server'
  [ "$(json 'o["maker"]')" = server ]
  ended
  script start '#!/bin/sh' "exec ./server fork [ setsid stay ]"
  try ./start
  is 0 by-hand 'daemonfix run -F -x server'
  script start '#!/bin/sh' "exec $fix/legacy"
  try ./start
  is 0 daemon 'daemonfix run'
}

# In the first case ps(1) shows "server", in the second only the first 15 characters.
@test "a_daemon_has_the_name_by_which_it_was_executed" {
  for name in server.exec a-server-with-a-long-name; do
    cp "$fix/byhand" server
    cp server a-server-with-a-long-name
    script start '#!/bin/bash' "true & wait" "(exec -a $name ./${name%.exec} fork [ setsid stay ]) ; exit 0"
    try ./start
    is 0 by-hand "daemonfix run -F -x $name"
    ended
  done
}

@test "the_command_for_a_script_makes_a_correct_daemon" {
  cp "$fix/byhand" server
  script start '#!/bin/sh' 'true & wait' "./server fork [ setsid as:daemon pid:$tmp/pid tell stay ] ; exit 0"
  try ./start
  is 0 by-hand 'daemonfix run -F -x server'
  rm -f pid
  command=$(json 'o["command"]')
  PATH=$root/build:$PATH launch sh -c "$command"
  within 20 test -s pid
  note "$(<pid)"
  not leads_session "$(<pid)"
}

@test "a_script_of_an_interpreter_that_makes_itself_a_daemon" {
  script_of daemon.py <<'END'
import os, socket, time
if os.fork():
    os._exit(0)
os.setsid()
s = socket.socket()
s.bind(("127.0.0.1", 0))
s.listen()
time.sleep(100)
END
  try ./daemon.py
  is 0 by-hand "$(json 'o["command"].split(" -- ")[0]')"
  [[ $(json 'o["command"]') = 'daemonfix run -F'*' -- ./daemon.py' ]]
  [ "$(json 'o["listens"], o["ready"]')" = "(True, 'listen')" ]
  happened fork setsid listen
  ended
}

@test "a_statically_linked_program_is_watched_as_well" {
  gcc -w -static -o static "$root/tests/fixtures/legacy.c"
  try ./static
  is 2 by-hand 'daemonfix run -b' || is 2 daemon 'daemonfix run -b'
  [ "$(json 'o["container"]')" = 'daemonfix run -K -- ./static' ]
  ended
  launch "$daemonfix" try ./static
  grep -q 'nothing can be preloaded' out
  grep -q 'add the program.s option to stay in the foreground' out
}

@test "a_32_bit_program_is_watched_as_well" {
  gcc -w -m32 -static -o small "$root/tests/fixtures/legacy.c" 2>/dev/null || skip 'no 32-bit libc here'
  gcc -m32 -static -o plain -xc - <<<'int main(void) { return 0; }'
  ./plain 2>/dev/null || skip 'this kernel runs no 32-bit programs'
  try ./small
  [ "$status" = 2 ]
  happened fork setsid
}

@test "threads_are_no_processes" {
  try "$fix/byhand" idle fork [ setsid idle stay ]
  is 0 by-hand 'daemonfix run -F'
  [ "$(json 'len({e["pid"] for e in o["events"]})')" = 2 ]
  ended
}

@test "try_warns_if_the_program_forks_before_that" {
  launch "$daemonfix" try "$fix/byhand" fork [ ] fork [ setsid stay ]
  [ "$status" = 0 ]
  grep -q 'but the program forks before it becomes a daemon' out
  launch "$daemonfix" try "$fix/byhand" system [ ] fork [ setsid stay ]
  [ "$status" = 0 ]
  not grep -q 'but the program forks before it becomes a daemon' out
}

@test "a_process_that_another_program_launches_is_not_the_programs_daemon" {
  try sh -c 'sleep 100 & exit 0'
  [ "$(json 'o["outcome"]')" = launched ] || [ "$(json 'o["outcome"]')" = fork ]
  ended
}

@test "a_program_that_ignores_sigterm_is_ended_too" {
  script_of stubborn <<'END'
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork():
    os._exit(0)
os.setsid()
os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(100)
END
  try ./stubborn
  happened setsid
  ended
}

@test "all_end_with_the_command_whatever_ends_it" {
  for signal in INT TERM HUP KILL; do
    rm -f pid
    python3 -c 'import os, signal, sys
for s in signal.SIGINT, signal.SIGQUIT:
    signal.signal(s, signal.SIG_DFL)
os.execvp(sys.argv[1], sys.argv[1:])' "$daemonfix" try -t 100 "$fix/byhand" \
      fork [ setsid pid:"$tmp/pid" stay ] stay </dev/null >out 2>&1 3>&- &
    command=$!
    within 20 test -s pid
    kill -$signal $command
    status=0
    wait $command || status=$?
    [ "$status" = $((128 + $(kill -l $signal))) ]
    within 10 gone "$(<pid)"
  done
}

@test "the_settings_and_the_library_of_the_command_are_not_the_programs" {
  launch LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_PID=1 NOTIFY_SOCKET=/x "$daemonfix" \
    try --json sh -c 'env >'"$tmp/env; grep -c libdaemonfix /proc/self/maps >$tmp/maps"
  [ "$(<maps)" = 0 ]
  not grep -E '^(DAEMONFIX_|NOTIFY_SOCKET|LD_PRELOAD)' env
}

@test "the_programs_output_goes_to_standard_error_and_its_input_is_kept" {
  status=0
  echo word | "$daemonfix" try --json sh -c 'read -r w; echo "said $w"' >out 2>err 3>&- || status=$?
  [ "$status" = 1 ]
  [ "$(<err)" = 'said word' ]
  json 'o["outcome"]'
}

@test "signals_are_as_they_were" {
  launch bash -c 'trap "" USR1; exec "$0" try --json cat /proc/self/status' "$daemonfix"
  mv err tried
  launch bash -c 'trap "" USR1; exec cat /proc/self/status'
  diff <(grep -E '^Sig(Blk|Ign|Cgt)' tried) <(grep -E '^Sig(Blk|Ign|Cgt)' out)
}

@test "a_user_without_rights_can_try" {
  in_tmpfs 'cp '"$fix"'/legacy . && N ./daemonfix try --json ./legacy' >out
  [ "$(json 'o["outcome"]')" = daemon ]
}

@test "the_table_tells_the_story_and_the_command" {
  launch "$daemonfix" try "$fix/legacy"
  [ "$status" = 0 ]
  grep -qE '^ +[0-9]+\.[0-9]{3} s +[0-9]+  legacy +forks [0-9]+$' out
  grep -qE '^ +[0-9.]+ s +[0-9]+  legacy +calls setsid, in daemon\(3\)$' out
  grep -qx "verdict   $fix/legacy calls daemon(3)" out
  grep -qx "command   daemonfix run -- $fix/legacy" out
  grep -qx "container daemonfix run -f -- $fix/legacy" out
}

@test "the_object_has_the_documented_fields" {
  fields=$(sed -n 's/^ \*   \([a-z_][a-z_]*\)  .*/\1/p' "$root/src/command/try.c")
  [ "$(wc -w <<<"$fields")" = 10 ]
  for program in "$fix/legacy" true; do
    try "$program"
    [ "$(json '" ".join(o)')" = "$(tr '\n' ' ' <<<"$fields" | sed 's/ $//')" ]
    [ "$(wc -l <out)" = 1 ]
  done
  [ "$(json '" ".join(o["events"][0])')" = 'time pid name event value' ]
  sed -n '/^\.Ss try/,/^\.Ss inspect/p' "$root/src/command/daemonfix.1" >section
  diff <(for field in $fields; do echo ".It Va $field"; done) <(grep '^\.It Va' section)
}

@test "a_program_that_cannot_be_started_is_126_or_127" {
  try nosuch
  [ "$status" = 127 ]
  one_line 'no such program'
  : >plain
  try ./plain
  [ "$status" = 126 ]
  one_line 'cannot be executed'
  printf '\x7fELF' >bad
  chmod +x bad
  try ./bad
  [ "$status" = 126 ]
  [ ! -s out ]
}

@test "wrong_usage_ends_with_125" {
  while read -ra arguments; do
    launch "$daemonfix" try "${arguments[@]}"
    [ "$status" = 125 ]
    one_line '^daemonfix: try: .*--help'
  done <<'END'

--nonsense a
-t
-t x a
-t -1 a
-t 1e3 a
END
}

@test "where_processes_cannot_be_traced_a_message_says_so" {
  launch strace -f -o trace "$daemonfix" try "$fix/legacy"
  [ "$status" = 125 ]
  grep -q '^daemonfix: try: cannot trace processes: ' err
  [ ! -s out ]
}
