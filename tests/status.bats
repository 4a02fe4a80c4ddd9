# SPDX-License-Identifier: MIT
# daemonfix status: does the daemon of a PID file run, and how sure is that?
load helper
load command
load pids

# status_is STATUS LINE: daemonfix status of $path or $tmp/pid prints LINE; the object is in $tmp/json.
status_is() {
  launch timeout 600 "$daemonfix" status --json "${path:-$tmp/pid}"
  [ "$status" = "$1" ]
  [ ! -s err ]
  mv out json
  launch timeout 600 "$daemonfix" status "${path:-$tmp/pid}"
  cat out err
  [ "$status" = "$1" ]
  [ "$(cat out err)" = "${3-}${path:-$tmp/pid}: $2" ]
  is "o['status'] == $1 and o['file'] == '${path:-$tmp/pid}'"
}

# is EXPRESSION: the Python expression about the object o is true.
is() { [ "$(json "$1" "$tmp/json")" = True ] || { cat "$tmp/json" && return 1; }; }

unsure() { status_is 4 "cannot tell: $1" 'daemonfix: '; }

@test "a_daemon_with_the_lock_runs" {
  daemon
  status_is 0 "running, PID $pid (sleep), which holds the lock"
  is "o['state'] == 'running' and o['pid'] == $pid and o['name'] == 'sleep'"
  is 'o["locked"] is True and o["evidence"] == "lock" and o["holder"] is None'
}

@test "the_lock_is_seen_whatever_holds_it" {
  for deed in close fork; do # only a mapping holds the lock; two processes do
    rm -f report
    launch "$daemonfix" run -p "$tmp/pid" "$fix/deeds" "$tmp/report" $deed
    reported
    pid=$(<pid)
    [ $deed = close ] || note "$(value fork)"
    status_is 0 "running, PID $pid (deeds), which holds the lock"
    end "$pid"
    [ $deed = close ] || end "$(value fork)"
  done
}

@test "a_lock_by_fcntl_counts_as_well" {
  foreign python3 -c '
import fcntl, sys, time
f = open(sys.argv[1], "r+")
fcntl.lockf(f, fcntl.LOCK_EX)
open(sys.argv[1] + ".locked", "w")
time.sleep(1000)' "$tmp/pid"
  within 10 test -e pid.locked
  status_is 0 "running, PID $pid (python3), which holds the lock"
  is 'o["locked"] is True and o["evidence"] == "lock"'
}

@test "a_daemon_whose_lock_the_process_in_front_holds_runs" {
  in_front
  status_is 0 "running, PID $pid (legacy), whose parent, PID $front ($(cat "/proc/$front/comm")), holds the lock"
  is "o['pid'] == $pid and o['evidence'] == 'lock' and o['holder']['pid'] == $front"
  age # a process that has got the PID since is not the daemon of the process in front
  status_is 1 "not running, PID $pid is now another process (legacy), which started after the file was written; but PID $front ($(cat "/proc/$front/comm")) holds the lock"
}

@test "without_a_file_it_does_not_run" {
  for path in "$tmp/pid" "$tmp/missing/pid"; do
    status_is 3 'not running, no such file'
    is 'o["state"] == "not-running" and o["pid"] is None and o["locked"] is None'
  done
}

@test "a_daemon_that_has_ended_and_left_its_file_is_dead" {
  daemon
  crash "$pid"
  within 20 test ! -e "/proc/$pid"
  status_is 1 "not running, PID $pid has ended"
  is "o['state'] == 'dead' and o['pid'] == $pid and o['name'] is None"
  is 'o["locked"] is False and o["evidence"] is None'
}

@test "a_zombie_is_dead" {
  python3 -c '
import os, sys, time
pid = os.fork() or os._exit(0)
os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
with open(sys.argv[1] + ".new", "w") as f:
    print(pid, file=f)
os.rename(sys.argv[1] + ".new", sys.argv[1])
time.sleep(1000)' "$tmp/pid" 3>&- &
  note $!
  within 10 test -e pid
  status_is 1 "not running, PID $(<pid) has ended (its parent has not collected its status)"
}

@test "a_process_without_its_main_thread_runs" {
  "$fix/oddity" headless "$tmp/id" 3>&- &
  note $!
  within 10 test -e id
  within 10 grep -q '^State:.Z' "/proc/$(<id)/status"
  cp id pid
  status_is 0 "running, PID $(<pid) (oddity); not locked, believed because the process started before the file was written"
}

@test "a_child_that_has_inherited_the_lock_is_named" {
  daemon_with_worker
  crash "$pid"
  within 20 test ! -e "/proc/$pid"
  status_is 1 "not running, PID $pid has ended; but PID $worker (python3) holds the lock"
  is "o['holder'] == {'pid': $worker, 'name': 'python3'} and o['locked'] is True"
}

@test "a_child_that_has_inherited_the_lock_is_named_although_the_pid_is_reused" {
  daemon_with_worker apart
  age
  crash "$pid"
  stranger "$pid"
  status_is 1 "not running, PID $pid is now another process (again), which started after the file was written; but PID $worker (python3) holds the lock"
}

@test "without_a_lock_a_process_older_than_the_file_is_believed_and_the_output_says_so" {
  foreign
  status_is 0 "running, PID $pid (sleep); not locked, believed because the process started before the file was written"
  is "o['pid'] == $pid and o['locked'] is False and o['evidence'] == 'start-time'"
}

@test "a_process_younger_than_the_file_is_another_process" {
  foreign
  age
  status_is 1 "not running, PID $pid is now another process (sleep), which started after the file was written"
  is "o['state'] == 'dead' and o['pid'] == $pid and o['name'] is None"
}

@test "a_process_younger_than_the_file_that_has_its_name_is_unknown" {
  for command in sleep 'bash -c exec\ -a\ other\ sleep\ 1000'; do
    # shellcheck disable=SC2086
    [ "$command" = sleep ] && foreign || eval "foreign $command"
    path=$tmp/sleep.pid
    cp pid sleep.pid
    touch -d '1 minute ago' sleep.pid
    unsure "PID $pid (sleep) is not seen to hold the file's lock, and it has the right name, but it started after the file was written, or the clock was set"
    is 'o["state"] == "unknown" and o["evidence"] is None'
    mv sleep.pid sleeper.pid
    path=$tmp/sleeper.pid
    status_is 1 "not running, PID $pid is now another process (sleep), which started after the file was written"
  done
}

@test "a_file_of_the_future_proves_nothing" {
  foreign
  touch -d 'tomorrow' pid
  unsure "PID $pid (sleep) is not seen to hold the file's lock, and the file is dated in the future"
}

@test "a_file_that_every_user_may_write_to_is_not_believed" {
  foreign
  chmod 666 pid
  unsure "PID $pid (sleep) is not seen to hold the file's lock, and every user may write to the file"
}

@test "another_users_file_is_not_believed" {
  needs_root
  foreign
  chown 65534 pid
  unsure "PID $pid (sleep) is not seen to hold the file's lock, and the file belongs to user 65534, but the process to another one"
  foreign setpriv --reuid 65534 --regid 65534 --clear-groups sleep 1000
  within 10 grep -q sleep "/proc/$pid/comm"
  for user in 0 65534; do
    chown $user pid
    status_is 0 "running, PID $pid (sleep); not locked, believed because the process started before the file was written"
  done
}

@test "where_pids_are_soon_reused_a_file_as_old_as_its_process_is_not_believed" {
  needs_root
  # a namespace has its own only since Linux 6.14, and the machine's must not be changed
  printf '%s\n' 6.14 "$(uname -r)" | sort -VC || skip 'no kernel.pid_max of a namespace'
  # On a busy machine, the file may be clearly younger than the process.
  in_pid_namespace bash -ec '
    echo 400 >/proc/sys/kernel/pid_max
    for i in {1..100}; do
      sleep 1000 & echo $! >pid
      if "$0" status pid 2>err; then kill $!; continue; fi
      "$0" status pid || echo $? >status
      exit
    done' "$daemonfix"
  cat out err
  [[ $(<err) = *'started as the file was written, and PIDs are reused so soon that it may be another process (kernel.pid_max is 400)' ]]
  [ "$(<status)" = 4 ]
}

@test "a_process_is_not_believed_if_another_one_holds_the_lock" {
  foreign
  flock -F pid sleep 1000 3>&- &
  note $!
  within 10 locked
  within 10 grep -qx sleep "/proc/$!/comm"
  unsure "PID $pid (sleep) is not seen to hold the lock, but PID $! (sleep) does"
  is "o['holder'] == {'pid': $!, 'name': 'sleep'} and o['evidence'] is None"
}

@test "other_users_get_an_answer_from_what_they_may_see" {
  needs_root
  chmod 755 .
  daemon
  as_nobody status pid
  cat out err
  [ "$status" = 0 ]
  [ "$(<out)" = "pid: running, PID $pid (sleep); the holder of the lock cannot be inspected, believed because the process started before the file was written" ]
  crash "$pid"
  flock -F pid sleep 1000 3>&- &
  note $!
  within 10 locked
  within 10 grep -q sleep "/proc/$!/comm"
  within 20 test ! -e "/proc/$pid"
  as_nobody status pid
  cat out err
  [ "$status" = 1 ]
  [ "$(<out)" = "pid: not running, PID $pid has ended; but PID $! (sleep) holds the lock" ]
}

@test "hidden_processes_are_not_said_to_be_dead" {
  needs_root
  chmod 755 .
  in_pid_namespace bash -ec '
    mount -o remount,hidepid=invisible /proc
    sleep 1000 & echo $! >pid
    cp "$0" daemonfix
    setpriv --reuid 65534 --regid 65534 --clear-groups ./daemonfix status pid' "$daemonfix"
  [ "$status" = 4 ]
  [ "$(<err)" = "daemonfix: pid: cannot tell: PID $(<pid) cannot be inspected" ]
}

@test "init_is_believed_only_with_the_lock" {
  echo 1 >pid
  unsure "PID 1 ($(cat /proc/1/comm)) is not seen to hold the file's lock, and PID 1 is init"
  in_pid_namespace bash -c 'exec 9<>pid && flock 9 && "$0" status pid; exit' "$daemonfix"
  [ "$status" = 0 ]
  [ "$(<out)" = 'pid: running, PID 1 (bash), which holds the lock' ]
}

@test "a_process_that_cannot_be_a_daemon_is_none" {
  "$fix/oddity" thread "$tmp/id" 3>&- &
  note $!
  within 10 test -e id
  cp id pid
  status_is 1 "not running, PID $(<pid) is now a thread of another process (oddity)"
  launch sh -c 'echo $$ >pid && exec "$0" status pid' "$daemonfix"
  [ "$status" = 1 ]
  [ "$(<out)" = "pid: not running, PID $(<pid) is now this process itself" ]
  [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || return 0
  echo 2 >pid
  status_is 1 'not running, PID 2 is a kernel thread (kthreadd)'
}

@test "a_file_that_is_not_a_pid_file_is_refused_with_the_reason" {
  for kind in "${bad_files[@]}"; do
    bad_file "$kind"
    unsure "$reason"
    is 'o["state"] == "unknown" and o["pid"] is None'
  done
  : >file
  path=$tmp/file/pid
  unsure 'Not a directory'
}

@test "blanks_and_further_lines_are_allowed" {
  foreign
  for content in "$pid" " $pid \n" "$pid\r\n" "$pid\n/srv\n5432\n"; do
    # shellcheck disable=SC2059
    printf "$content" >pid
    status_is 0 "running, PID $pid (sleep); not locked, believed because the process started before the file was written"
  done
}

@test "an_unreadable_file_is_unknown" {
  needs_root
  chmod 755 .
  daemon
  chmod 600 pid
  as_nobody status pid
  cat out err
  [ "$status" = 4 ]
  [ "$(<err)" = "daemonfix: pid: cannot tell: Permission denied" ]
}

# As seen from the host of a container.
@test "a_daemon_behind_the_process_in_front_of_an_inner_pid_namespace_is_found_by_the_lock" {
  needs_root
  unshare -p -f --kill-child --mount-proc "$daemonfix" run -K -p "$tmp/pid" "$fix/legacy" </dev/null >/dev/null 2>&1 3>&- &
  note $!
  behind_front() {
    launch "$daemonfix" status --json pid
    json 'o["holder"]["pid"]' >holder && json 'o["pid"]' >found && [ "$(cat found)" != "$(cat holder)" ]
  }
  within 10 behind_front
  inner=$(<pid) holder=$(<holder) found=$(<found)
  grep -q "^NSpid:.*[[:space:]]$inner\$" "/proc/$found/status"
  [ "$found" != "$inner" ]
  [ "$(field "$found" ppid)" = "$holder" ]
  status_is 0 "running, PID $found (legacy; PID $inner in its namespace), whose parent, PID $holder (daemonfix), holds the lock"
  launch "$daemonfix" stop pid
  [ "$status" = 0 ]
  [ "$(<out)" = "pid: stopped, PID $found (legacy)" ]
}

@test "a_daemon_in_an_inner_pid_namespace_is_found_by_the_lock" {
  needs_root
  unshare -p -f --kill-child --mount-proc sh -c '"$0" run -b -p pid sleep 1000 && >started && exec sleep 1000' \
    "$daemonfix" 3>&- &
  note $!
  within 10 test -e started
  inner=$(<pid)
  launch "$daemonfix" status --json pid
  cat out err
  [ "$status" = 0 ]
  [ "$(json 'o["reason"].split("(")[1]')" = "sleep; PID $inner in its namespace), which holds the lock" ]
  grep -q "^NSpid:.*[[:space:]]$inner\$" "/proc/$(json 'o["pid"]')/status"
  kill -KILL "$(head -n 1 pids)" # unshare(1) ignores the signal that teardown sends
}

@test "the_object_has_the_documented_fields" {
  sed -nE '/^ \* --json/,/\*\//s/^ \*   (  )?([a-z]+)   .*/\2/p' "$root/src/command/status.c" |
    sort -u >documented
  sed -n '/^\.Ss status/,/^\.Ss PID/s/^\.It Va //p' "$root/src/command/daemonfix.1" | sort >manual
  daemon_with_worker
  crash "$pid"
  launch "$daemonfix" status --json pid
  json '"\n".join(sorted(set(o) | set(o["holder"])))' >fields
  diff documented fields
  json '"\n".join(sorted(o))' | diff manual -
}

# status must not disturb a start: it answers late while the lock is held.
@test "a_question_does_not_make_a_start_fail" {
  echo 1 >pid
  strace -qq -o trace -e trace=flock -e inject=flock:delay_exit=1000000 "$daemonfix" status pid \
    </dev/null >/dev/null 2>&1 3>&- &
  asker=$!
  within 10 grep -q "FLOCK.*READ.*:$(stat -c %i pid) " /proc/locks
  daemon
  status_is 0 "running, PID $pid (sleep), which holds the lock"
  wait $asker || :
  grep -q 'LOCK_SH' trace
}

@test "many_questions_do_not_make_a_start_fail" {
  echo 1 >pid
  for _ in 1 2 3; do
    bash -c 'while :; do "$0" status "$1"; done' "$daemonfix" "$tmp/pid" </dev/null >/dev/null 2>&1 3>&- &
    note $!
  done
  for ((i = 0; i < 50; i++)); do
    daemon
    crash "$pid"
  done
}

@test "a_daemon_that_is_just_starting_is_waited_for" {
  strace -f -qq -o trace -e trace=ftruncate -e inject=ftruncate:delay_enter=1000000 \
    "$daemonfix" run -b -p "$tmp/pid" sleep 1000 </dev/null >/dev/null 2>&1 3>&- &
  within 10 test -s pid # not yet complete
  note "$(<pid)"        # strace ends when this process does
  launch "$daemonfix" status pid
  [ "$status" = 0 ]
  # the process has this PID before it executes the program
  grep -qxE "pid: running, PID $(<pid) \((daemonfix|sleep)\), which holds the lock" out
}

@test "a_daemon_that_ends_while_it_is_looked_at_has_ended" {
  daemon
  chmod 666 pid # without the lock, such a file would not be believed
  suspended fcntl:1 -P "/proc/$pid" -- status pid
  crash "$pid"
  resumed
  cat out err
  [ "$status" = 1 ]
  [[ $(<out) = "pid: not running, PID $pid has ended"* ]]
}

@test "bad_usage_is_125_and_one_line" {
  for bad in '' 'a b' '--jsn a' '-j a' '--json' "''" '-x' 4711; do
    eval "launch \"\$daemonfix\" status $bad"
    [ "$status" = 125 ]
    one_line '^daemonfix: status: .*see daemonfix status --help\)$'
    [ ! -s out ]
  done
  grep -q 'status: 4711: a PID file is expected, not a PID (inspect takes a PID; ' err
  launch unshare -p -f "$daemonfix" status pid
  ((EUID)) || [ "$status" = 125 ]
}

@test "help_is_printed" {
  for option in -h --help; do
    launch "$daemonfix" status $option
    [ "$status" = 0 ]
    grep -q '^usage: daemonfix status ' out
    [ ! -s err ]
  done
}
