# SPDX-License-Identifier: MIT
# The library's examples, in src/linked/examples and in daemonfix(3), do what they say; and that page
# covers the whole header.
load helper

page=$root/src/linked/daemonfix.3
examples=$root/build/examples

# program NAME: builds the program of that name in daemonfix(3).
program() {
  sed -n "/^\.\\\\\" program $1\$/,/^\.Ed/p" "$page" | sed -e '/^\./d' -e 's/\\e/\\/g' >"$1.c"
  gcc -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$root/src" -o "$1" "$1.c" "$root/build/libdaemonfix.a"
}

@test "example_daemon_writes_to_its_file" {
  launch "$examples/daemon" file
  [ "$status" = 0 ]
  within 10 grep -q 'is there$' file
  pid=$(sed -n '1s/.* process \([0-9]*\) .*/\1/p' file)
  note "$pid"
  alive "$pid"
  not leads_session "$pid"
  launch "$examples/daemon" none/file
  [ "$status" = 1 ]
  [ "$(<err)" = 'none/file: No such file or directory' ]
}

@test "example_pipe_is_ready_on_the_port_that_it_says" {
  launch "$examples/pipe"
  [ "$status" = 0 ]
  read -r _ pid _ _ _ _ port <out
  note "$pid"
  exec 8<>"/dev/tcp/127.0.0.1/$port"
  [ "$(cat <&8)" = "$pid" ]
  exec 8<&-
  [ "$(readlink "/proc/$pid/fd/1")" = /dev/null ]
}

@test "example_pidfile_runs_once_and_says_who_is_there" {
  launch "$examples/pidfile" "$tmp/pid" "$tmp/log"
  [ "$status" = 0 ]
  pid=$(<pid)
  note "$pid"
  [ "$(<out)" = "started, PID $pid" ]
  launch "$examples/pidfile" "$tmp/pid" "$tmp/log"
  [ "$status" = 1 ]
  [ "$(<err)" = "already running, PID $pid" ]
  within 10 test -s log
  kill -TERM "$pid"
  within 10 test ! -e pid
  within 10 gone "$pid"
  diff log - <<'END'
here I am
signal 15: good bye
END
  launch "$examples/pidfile" "$tmp/none/pid" "$tmp/log"
  [ "$(<err)" = "$tmp/none/pid: No such file or directory" ]
}

@test "example_supervisor_restarts_what_fails_and_gives_up" {
  launch timeout 600 "$examples/supervisor" 'exit 0' 'echo x >>tries; exit 3' 'kill -KILL $$'
  [ "$status" = 1 ]
  [ "$(sed 's/^[0-9]*: //' out | sort | uniq -c | tr -s ' ' | tr '\n' ,)" = \
    ' 4 ended by signal 9, 1 exited with status 0, 4 exited with status 3,' ]
  [ "$(wc -l <tries)" = 4 ]
}

@test "example_supervisor_goes_on_until_all_are_done" {
  launch timeout 600 "$examples/supervisor" 'echo x >>tries; [ "$(wc -l <tries)" = 3 ]' true
  [ "$status" = 0 ]
  [ "$(wc -l <tries)" = 3 ]
}

@test "example_supervisor_ends_its_workers_on_SIGTERM" {
  "$examples/supervisor" 'echo $$ >one; sleep 60; :' 'echo $$ >two; exec sleep 60' </dev/null >out 2>err 3>&- &
  note $!
  within 10 test -s one -a -s two
  kill -TERM $!
  within 10 gone $!
  gone "$(<one)"
  gone "$(<two)"
}

@test "examples_are_named_in_the_manual" {
  for source in "$root"/src/linked/examples/*.c; do
    grep -q "${source##*/}" "$page"
  done
}

# running PROGRAM: the PIDs of the processes that execute that file.
running() {
  local exe
  for exe in /proc/[0-9]*/exe; do
    [ "$(readlink "$exe")" != "$1" ] || cut -d/ -f3 <<<"$exe"
  done
}

@test "manual_program_classic_is_a_daemon" {
  program classic
  launch ./classic
  [ "$status" = 0 ]
  pid=$(running "$tmp/classic") # one process, which reports its PID to nobody
  note "$pid"
  alive "$pid"
  not leads_session "$pid"
}

@test "manual_program_checked_says_ready_running_or_why_not" {
  program checked
  launch ./checked checked.c "$tmp/pid"
  [ "$status" = 0 ]
  note "$(<pid)"
  [ "$(<out)" = "ready, PID $(<pid)" ]
  launch ./checked checked.c "$tmp/pid"
  [ "$status" = 1 ]
  [ "$(<out)" = "already running, PID $(<pid)" ]
  launch ./checked nowhere "$tmp/pid2"
  [ "$status" = 1 ]
  [[ $(<out) =~ ^'failed in stage '[0-9]+': No such file or directory'$ ]]
  [ ! -e pid2 ]
}

@test "manual_program_workers_says_what_each_came_to" {
  program workers
  launch ./workers
  [ "$status" = 0 ]
  [ "$(sed 's/^[0-9]* //' out | sort)" = $'exited with 0\nexited with 127' ]
}

# The names in the header, and those that the page explains.
functions() { grep -oE '\b(daemonfix_[a-z_]+|daemon)\(' "$root/src/daemonfix.h" | tr -d '(' | sort -u; }
constants() { grep -oE '\bDAEMONFIX_[A-Z_]+' "$root/src/daemonfix.h" | grep -vE '_H$|DAEMONFIX_$' | sort -u; }
members() {
  sed -n '/^struct daemonfix_[a-z]* {/,/^}/p' "$root/src/daemonfix.h" | sed -n 's/^\t[a-z_ ]* \**\([a-z_]*\);.*/\1/p'
}

@test "manual_has_every_function_constant_and_member_of_the_header" {
  [ "$(functions | wc -l)" -ge 12 ]
  [ "$(constants | wc -l)" -ge 16 ]
  [ "$(members | wc -l)" -ge 20 ]
  local name
  for name in $(functions); do
    grep -q "^\.Fn $name" "$page"
    grep -q "^\.Nm $name" "$page"
  done
  for name in $(constants); do grep -qE "\b$name\b" "$page"; done
  for name in $(members); do grep -qE "Va $name\b" "$page"; done
}

@test "program_written_from_the_manual_uses_every_function" {
  for name in $(functions); do grep -q "\b$name(" "$root/tests/fixtures/linked/rows.c"; done
  launch timeout 600 "$fix/linked/rows"
  [ "$status" = 0 ]
  diff out - <<'END'
daemonfix_wait_nohang: still running
daemonfix_wait_any_nohang: still running
daemonfix_wait: ended by signal 15
daemonfix_wait_any: exited with 42
a second wait: ECHILD
fork, setsid, getpid, getppid, getpgrp: exited with 0
daemonfix_redirect_stdio, daemonfix_chdir_root: exited with 0
daemonfix_close_stdio: exited with 0
daemonfix_start, daemonfix_ready: hello
the daemon: exited with 7
daemonfix_fail: exited with 1
a timeout: ended by signal 9
daemonfix_from_environment, daemon: exited with 0
its PID: is a new one
END
}
