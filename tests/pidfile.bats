# SPDX-License-Identifier: MIT
# DAEMONFIX_PIDFILE: complete when the launching process has exited, locked as long as the daemon lives,
# for one daemon only, and removed only by its own daemon.
# shellcheck disable=SC2030,SC2031 # each test runs in a subshell, with its own "pid"
load helper
load settings

# run_daemon MODE [DEED...]: starts a daemon (fixtures/deeds.c) whose PID file is $tmp/pid; sets pid.
run_daemon() { start "$1" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/deeds" "$tmp/report" "${@:2}"; }

# 9 means that another process holds the lock, 0 that none does.
lock_status() { local s=0; flock -E 9 -n "$tmp/pid" true || s=$?; echo $s; }
locked() { [ "$(lock_status)" = 9 ]; }
unlocked() { [ "$(lock_status)" = 0 ]; }

is_pid_file() { cmp "$tmp/pid" <(echo "$1"); }
identity() { stat -c '%i %y %s %a' "$tmp/pid"; }

stop() { kill -"$1" "$pid"; within 10 gone "$pid"; }

another_pid() { sh -c 'echo $$'; } # of a process that has ended

@test "pid_file_holds_the_daemons_pid_and_a_newline" {
  for mode in "${modes[@]}"; do
    run_daemon "$mode"
    is_pid_file "$pid"
    end "$pid"
  done
}

@test "in_foreground_it_holds_the_pid_of_the_process_itself" {
  run_daemon foreground
  [ "$pid" = "$!" ]
  is_pid_file "$!"
}

@test "nothing_is_written_before_daemon_is_called" {
  for mode in fix foreground; do
    fixed DAEMONFIX_MODE=$mode DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -0 -x "$tmp/report"
    [ "$status" = 0 ]
    [ ! -e pid ]
  done
}

@test "pid_file_is_written_with_stdio_closed" {
  through=(sh -c 'exec "$@" <&- >&- 2>&-' sh)
  run_daemon fix
  is_pid_file "$pid"
  locked
}

@test "pid_file_is_created_0644_less_the_callers_umask" {
  for mode in "${modes[@]}"; do
    for permissions in 644/0 600/077; do
      umask "${permissions#*/}"
      run_daemon "$mode"
      [ "$(stat -c %a pid)" = "${permissions%/*}" ]
      end "$pid"
    done
  done
}

# bats test_tags=slow
@test "pid_file_is_complete_whenever_the_launching_process_has_exited" {
  for _ in 1 2; do
    sh -c 'while :; do :; done' </dev/null >/dev/null 2>&1 3>&- &
    note $!
  done
  for ((i = 0; i < 200; i++)); do
    launch LD_PRELOAD="$lib" DAEMONFIX_VERBOSE=1 DAEMONFIX_PIDFILE="$tmp/pid.$i" "$fix/legacy"
    [[ $(<err) =~ ,\ PID\ ([0-9]+), ]]
    note "${BASH_REMATCH[1]}"
    IFS= read -r pid <"pid.$i" # read fails if the newline is missing
    [ "$pid" = "${BASH_REMATCH[1]}" ]
    kill -KILL "$pid"
  done
}

@test "lock_is_held_until_the_daemon_dies" {
  for mode in "${modes[@]}"; do
    run_daemon "$mode"
    locked
    stop KILL
    unlocked
    is_pid_file "$pid"
  done
}

@test "lock_is_held_by_a_daemon_that_closes_all_descriptors" {
  for mode in "${modes[@]}"; do
    run_daemon "$mode" close
    locked
    stop KILL
    unlocked
  done
}

# "age" makes the file older than a minute; until then it may still follow the daemon to a child.
@test "lock_is_not_held_by_children_into_which_the_library_is_loaded" {
  for mode in "${modes[@]}"; do
    run_daemon "$mode" age spawn
    child=$(value spawn)
    note "$child"
    locked
    stop KILL
    within 10 unlocked # the child may not have executed its program yet
    alive "$child"
  done
}

# goes_away COMMAND...: COMMAND, made a daemon, forks and ends: the file names the process that stays, a
# second start is refused while that process lives, and the process removes the file at exit if it can.
goes_away() {
  local way
  for way in background run; do goes_away_from "$way" "$@"; done
}
goes_away_from() {
  local command
  in_mode "$1" DAEMONFIX_PIDFILE="$tmp/pid" "${@:2}"
  launch "${command[@]}"
  [ "$status" = 0 ]
  within 20 names_other
  pid=$(<pid)
  note "$pid"
  locked
  launch "${command[@]}"
  [ "$status" = 125 ]
  grep -q "already running, PID $pid" err
  stop KILL
  unlocked
  rm pid
}
# The process that has become the daemon, and is about to fork, leads a group and no session.
names_other() {
  local named && named=$(cat pid)
  [[ "$(field "$named" pgrp) $(field "$named" session)" != "$named "* || $(field "$named" session) = "$named" ]] || return
  alive "$named" && [ "$(field "$named" ppid)" = 1 ] && [ "$(cat "/proc/$named/comm")" != wrap ] &&
    grep -qa "$last" "/proc/$named/cmdline"
}

@test "the_file_follows_a_program_that_forks_itself_away" {
  local end last=byhand
  for end in end:0 exit:0 Exit:0; do
    goes_away "$fix/byhand" fork [ stay ] "$end"
    goes_away "$fix/byhand" fork [ setsid stay ] "$end"
    goes_away "$fix/byhand" fork [ setsid fork [ stay ] "$end" ] "$end"
    goes_away "$fix/byhand" fork [ fork [ stay ] "$end" ] wait "$end"
  done
}

@test "the_file_follows_what_a_script_leaves_in_the_background" {
  local shell last=sleep
  for shell in sh bash; do
    printf '#!/bin/%s\nsleep 100.25 &\n' $shell >wrap
    chmod +x wrap
    goes_away "$tmp/wrap"
  done
}

@test "a_successor_that_ends_normally_removes_the_file" {
  launch LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" "$fix/byhand" \
    fork [ setsid sh:'sleep 0.2' end:0 ] end:0
  [ "$status" = 0 ]
  within 20 test ! -e pid
}

# strace stops the daemon when it has read one of the child's two files and has opened the other.
@test "a_child_that_dies_while_the_daemon_looks_at_it_is_no_successor" {
  fixed DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" bash -c \
    'trap exit TERM; sleep 60 & echo $! >child.new; mv child.new child; wait'
  pid=$(<pid)
  note "$pid"
  within 10 test -e child
  child=$(<child)
  note "$child"
  strace -qq -o trace -P "/proc/$child/stat" -P "/proc/$child/status" -e trace=/^open \
    -e inject=/^open:signal=SIGSTOP:when=2 -p "$pid" </dev/null >/dev/null 2>&1 3>&- &
  note $!
  within 10 grep -q '^TracerPid:.[1-9]' "/proc/$pid/status"
  kill "$pid"
  within 20 grep -q 'stopped by SIGSTOP' trace
  kill -KILL "$child"
  within 10 gone "$child"
  kill -CONT "$pid"
  wait $! || :
  cat trace
  [ ! -e pid ]
}

@test "the_holder_of_the_lock_of_a_daemon_that_has_ended_is_named" {
  run_daemon fix fork
  worker=$(value fork)
  note "$worker"
  stop KILL
  attempt fix DAEMONFIX_PIDFILE="$tmp/pid"
  [ "$(value errno)" = EEXIST ]
  [ "$(<err)" = "daemonfix: DAEMONFIX_PIDFILE=$tmp/pid: PID $pid has ended, but its lock is still held by PID $worker" ]
}

# Such children may go on serving.  "exec" has an empty environment, which keeps the library out.
@test "lock_is_held_by_other_children_until_they_end" {
  for deed in fork exec; do
    run_daemon fix $deed
    child=$(value $deed)
    note "$child"
    stop KILL
    locked
    end "$child"
    unlocked
  done
}

@test "children_cannot_write_to_the_file_through_what_they_inherit" {
  run_daemon fix fork
  note "$(value fork)"
  for process in "$pid" "$(value fork)"; do
    descriptor=$(find "/proc/$process/fd" -lname "$tmp/pid" -printf '%f\n')
    [ -n "$descriptor" ]
    grep -q '^flags:.*0$' "/proc/$process/fdinfo/$descriptor" # O_RDONLY
  done
}

# As wrapper scripts do, and programs that execute themselves again.
@test "lock_is_held_by_a_daemon_that_executes_another_program" {
  for mode in "${modes[@]}"; do
    for closing in '' 'for fd in /proc/$$/fd/*; do fd=${fd##*/}; ((fd < 3)) || eval "exec $fd<&-"; done;'; do
      start "$mode" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" "$tmp/report" \
        bash -c "$closing"' exec "$0" -c "$1"' "$fix/report" "$tmp/second"
      within 10 test -e second
      [ "$(value after.pid second)" = "$pid" ]
      is_pid_file "$pid"
      locked
      attempt fix DAEMONFIX_PIDFILE="$tmp/pid"
      grep -q "already running, PID $pid\$" err
      stop KILL
      unlocked
      rm second
    done
  done
}

@test "lock_is_held_by_a_daemon_that_executes_a_program_without_the_library" {
  for mode in "${modes[@]}"; do
    start "$mode" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" "$tmp/report" env -i sleep 100
    within 10 test "/proc/$pid/exe" -ef "$(command -v sleep)"
    locked
    end "$pid"
  done
}

@test "lock_is_held_in_background_by_what_a_wrapper_executes" {
  fixed DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" sh -c 'exec sleep 100'
  pid=$(<pid)
  note "$pid"
  within 10 test "/proc/$pid/exe" -ef "$(command -v sleep)"
  is_pid_file "$pid"
  locked
  refused EEXIST "already running, PID $pid" DAEMONFIX_PIDFILE="$tmp/pid"
}

@test "lock_is_held_where_the_file_cannot_be_mapped" {
  launch strace -f -qq -D -o /dev/null -P "$tmp/pid" -e inject=/^mmap:error=ENODEV \
    env LD_PRELOAD="$lib" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/deeds" "$tmp/report"
  reported
  pid=$(value after.pid)
  not grep "$tmp/pid" "/proc/$pid/maps"
  locked
  stop KILL
  unlocked
}

@test "second_start_is_refused_and_told_who_runs_and_leaves_the_file_alone" {
  for first in "${modes[@]}"; do
    run_daemon "$first"
    is=$(identity)
    refused EEXIST "already running, PID $pid" DAEMONFIX_PIDFILE="$tmp/pid"
    [ "$(identity)" = "$is" ]
    is_pid_file "$pid"
    alive "$pid"
    locked
    end "$pid"
  done
}

@test "file_that_something_else_has_locked_is_refused_and_left_alone" {
  modes=(fix) # the start waits a while for a PID in the file
  printf nothing >pid
  flock -F pid sleep 1000 3>&- &
  note $!
  within 10 locked
  is=$(identity)
  refused EEXIST "locked by another process" DAEMONFIX_PIDFILE="$tmp/pid"
  [ "$(identity)" = "$is" ]
  [ "$(<pid)" = nothing ]
}

@test "stale_file_is_taken_over" {
  for content in '' "$(another_pid)" 1 ' 1' '4711 and more' '\0\0\0\0'; do
    for mode in "${modes[@]}"; do
      echo -e "$content" >pid
      inode=$(stat -c %i pid)
      run_daemon "$mode"
      is_pid_file "$pid"
      [ "$(stat -c %i pid)" = "$inode" ]
      locked
      end "$pid"
    done
  done
}

@test "a_file_with_something_else_in_it_is_not_overwritten" {
  for content in 'Nov 25 12:00:00 started' '-1' '#!/bin/sh' ''$'\177''ELF'; do
    for mode in "${modes[@]}"; do
      echo "$content" >pid
      is=$(identity)
      in_mode "$mode" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/deeds" "$tmp/report"
      launch "${command[@]}"
      [ "$status" != 0 ]
      grep -q "PIDFILE=$tmp/pid: does not begin with a PID, so it is not overwritten" err
      [ "$(identity)" = "$is" ]
      [ "$(<pid)" = "$content" ]
      [ ! -e report ]
    done
  done
}

@test "file_is_removed_at_normal_exit" {
  for mode in "${modes[@]}"; do
    for deed in '' close child; do
      run_daemon "$mode" ${deed:+"$deed"}
      is_pid_file "$pid" # not removed by the child's exit
      stop TERM
      [ ! -e pid ]
    done
  done
}

# With two threads, glibc's malloc takes a lock; at one of 10 moments, most likely, the lock is held.
@test "file_is_removed_when_a_signal_handler_ends_the_daemon_in_the_midst_of_malloc" {
  for i in {1..10}; do
    fixed DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" "$fix/exits"
    [ "$status" = 0 ]
    pid=$(<pid)
    note "$pid"
    within 20 has_threads "$pid" 2
    kill "$pid"
    within 10 gone "$pid"
    [ ! -e pid ]
  done
}
has_threads() { local threads=("/proc/$1/task/"*); [ "${#threads[@]}" = "$2" ]; }

@test "file_is_removed_at_the_exit_of_what_the_daemon_has_executed" {
  for mode in "${modes[@]}"; do
    start "$mode" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" "$tmp/report" "$fix/report" -x "$tmp/second"
    within 10 gone "$pid"
    [ ! -e pid ]
  done
}

@test "file_of_somebody_else_is_not_removed" {
  for mode in "${modes[@]}"; do
    run_daemon "$mode"
    first=$pid
    rm pid
    run_daemon fix
    kill "$first"
    within 10 gone "$first"
    is_pid_file "$pid"
    stop TERM
    [ ! -e pid ]
    run_daemon "$mode"
    rm pid
    ln -s "$tmp/other" pid
    touch other
    stop TERM
    [ -e pid ]
    rm pid other
  done
}

@test "symbolic_link_is_refused_even_roots" {
  echo 1 >other
  ln -s other link
  ln -s missing dangling
  for file in link dangling; do
    refused ELOOP "must not be a symbolic link" DAEMONFIX_PIDFILE="$tmp/$file"
  done
  [ "$(<other)" = 1 ]
}

@test "another_users_link_on_the_way_is_not_followed_where_others_can_write" {
  needs_root
  mkdir -p sticky/way
  chmod 1777 sticky
  ln -s way sticky/theirs
  ln -s way sticky/roots
  chown -h 65534 sticky/theirs
  attempt fix DAEMONFIX_PIDFILE="$tmp/sticky/theirs/pid"
  [ "$(value errno)" = ELOOP ]
  [ ! -e sticky/way/pid ]
  start fix DAEMONFIX_PIDFILE="$tmp/sticky/roots/pid" "$fix/report" "$tmp/report"
  [ "$(<sticky/way/pid)" = "$pid" ]
}

@test "file_that_cannot_be_a_pid_file_is_refused" {
  touch file
  mkdir directory
  mkfifo fifo
  for bad in "$tmp/fifo" /dev/null; do
    refused EINVAL "is not a regular file" DAEMONFIX_PIDFILE="$bad"
  done
  refused EISDIR "is a directory" DAEMONFIX_PIDFILE="$tmp/directory"
  refused ENOENT "a directory on this path does not exist" DAEMONFIX_PIDFILE="$tmp/missing/pid"
  refused ENOTDIR "the path goes through a file that is not a directory" DAEMONFIX_PIDFILE="$tmp/file/pid"
  for bad in pid ./pid ''; do
    refused EINVAL "not allowed (an absolute path)" DAEMONFIX_PIDFILE="$bad"
  done
}

@test "file_that_cannot_be_written_is_refused" {
  mkdir directory
  touch file
  chmod 400 file
  chmod 500 directory
  ((EUID)) || chown 65534 file directory
  through=("${unprivileged[@]}")
  refused EACCES "Permission denied" DAEMONFIX_PIDFILE="$tmp/file"
  refused EACCES "Permission denied" DAEMONFIX_PIDFILE="$tmp/directory/pid"
}

@test "read_only_file_system_is_refused" {
  private_mount -t tmpfs -o ro none
  refused EROFS "is on a read-only file system" DAEMONFIX_PIDFILE="$tmp/mnt/pid"
}

@test "full_file_system_is_refused_and_nothing_is_left" {
  private_mount -t tmpfs -o size=4k none
  head -c 4096 /dev/zero >"$mounted/full"
  refused ENOSPC "its file system is full" DAEMONFIX_PIDFILE="$tmp/mnt/pid"
  [ "$(ls "$mounted")" = full ]
}

@test "failure_of_something_else_leaves_no_pid_file" {
  touch log
  mkdir directory
  chmod 0 directory
  ((EUID)) || chown 65534 directory
  through=("${unprivileged[@]}")
  # only the daemon finds this error
  refused EACCES "Permission denied" DAEMONFIX_CHDIR="$tmp/directory" DAEMONFIX_PIDFILE="$tmp/pid"
  refused ENOENT "a directory on this path does not exist" DAEMONFIX_STDERR="$tmp/missing/log" \
    DAEMONFIX_PIDFILE="$tmp/pid"
  launch strace -f -o /dev/null -e inject=setsid:error=EPERM env LD_PRELOAD="$lib" \
    DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -x "$tmp/report"
  [ "$(value errno)" = EPERM ]
  [ ! -e pid ]
}

@test "file_that_cannot_be_locked_is_refused_and_not_left_behind" {
  launch strace -f -o /dev/null -e inject=flock:error=ENOLCK env LD_PRELOAD="$lib" \
    DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -x "$tmp/report"
  [ "$(value errno)" = ENOLCK ]
  [ ! -e pid ]
}

# bats test_tags=slow
@test "file_that_is_removed_while_a_start_waits_for_it_is_created_again" {
  run_daemon fix
  start_slowly() {
    launch strace -f -qq -o trace -e trace=openat,flock -e inject=flock:delay_enter=3000000 \
      env LD_PRELOAD="$lib" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/deeds" "$tmp/second"
  }
  start_slowly 3>&- &
  within 10 grep -q "\"pid\"" trace
  stop TERM
  reported "$tmp/second"
  is_pid_file "$(value after.pid second)"
  locked
}

# race MODE: of 50 starts at once, one wins, and the others name its PID.
race() {
  rm -f report.* err.* status.* gate
  exec 9>gate
  flock 9
  for i in {1..50}; do
    sh -c 'flock -s gate true; "$@"; echo $? >"$0"' "status.$i" env LD_PRELOAD="$lib" \
      DAEMONFIX_MODE="$1" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" "$tmp/report.$i" \
      </dev/null >/dev/null 2>"err.$i" 3>&- 9>&- &
  done
  exec 9>&-
  wait
  pid=$(<pid)
  note "$pid" "$(sed -n 's/^after.pid=//p' report.*)"
  is_pid_file "$pid"
  alive "$pid"
  locked
  [ "$(cat status.* | grep -c '^0$')" = 1 ]
  [ "$(cat status.* | wc -l)" = 50 ]
  [ "$(cat err.* | sort -u)" = "daemonfix: DAEMONFIX_PIDFILE=$tmp/pid: already running, PID $pid" ]
  [ "$(cat err.* | wc -l)" = 49 ]
}

@test "stale_pid_in_the_file_is_not_reported_as_the_running_daemons" {
  echo $$ >pid # by now the PID of another process
  strace -f -qq -o /dev/null -e inject=ftruncate:delay_enter=1000000 env LD_PRELOAD="$lib" \
    DAEMONFIX_PIDFILE="$tmp/pid" "$fix/deeds" "$tmp/report" </dev/null >/dev/null 2>&1 3>&- &
  within 10 grep -q "FLOCK .*:$(stat -c %i pid) " /proc/locks # trying the lock would disturb the start
  launch LD_PRELOAD="$lib" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -x "$tmp/second"
  reported
  [ "$status" = 1 ]
  grep "already running, PID $(value after.pid)\$" err
}

# bats test_tags=slow
@test "of_50_starts_at_once_exactly_one_wins_and_the_others_say_who" {
  # the last content is by now the PID of another process
  for content in none '' $$; do
    echo "case: $content"
    echo "$content" >pid
    [ "$content" != none ] || rm pid
    race fix
    stop KILL
    race background # finds the stale file of the round before
    stop KILL
  done
}

# Its PID exists, whatever /proc shows.
@test "a_running_holder_is_said_to_run_where_proc_does_not_show_it" {
  ((EUID == 0)) || skip 'needs root'
  fixed DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" sleep 600
  note "$(<pid)"
  launch unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh env LD_PRELOAD="$lib" \
    DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" true
  cat err
  [ "$status" = 125 ]
  [ "$(cat err)" = "daemonfix: DAEMONFIX_PIDFILE=$tmp/pid: already running, PID $(<pid)" ]
}
