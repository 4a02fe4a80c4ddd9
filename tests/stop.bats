# SPDX-License-Identifier: MIT
# daemonfix stop: the daemon of a PID file ends, and no other process gets a signal.
# shellcheck disable=SC2030,SC2031 # each test runs in a subshell, with its own "pid"
load helper
load command
load pids

# stop [OPTION...]: stops the daemon of $tmp/pid.
stop() { launch timeout 600 "$daemonfix" stop "$@" "$tmp/pid"; cat out err; }

# stopped LINE [OPTION...]: stop ends the daemon and prints LINE.
stopped() {
  stop "${@:2}"
  [ "$status" = 0 ]
  gone "$pid"
  [ ! -s err ]
  [ "$(<out)" = "$tmp/pid: stopped, $1" ]
}

# refused STATUS LINE [OPTION...]: nothing was stopped.
refused() {
  stop "${@:3}"
  [ "$status" = "$1" ]
  [ ! -s out ]
  [ "$(<err)" = "daemonfix: $tmp/pid: $2" ]
}

believed='; not locked, believed because the process started before the file was written'

# record: starts a daemon of another maker, which appends the number of each signal to $tmp/got, and stays.
record() {
  rm -f got got.ready
  foreign python3 -c '
import signal, sys, time
def got(number, frame):
    with open(sys.argv[1], "a") as f:
        print(number, file=f)
for s in signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}:
    signal.signal(s, got)
open(sys.argv[1] + ".ready", "w")
while True:
    time.sleep(1)' "$tmp/got"
  within 10 test -e got.ready
}

@test "a_daemon_is_stopped_and_can_be_started_again_at_once" {
  for ((i = 0; i < 10; i++)); do
    daemon
    stopped "PID $pid (sleep)"
    [ ! -e pid ]
  done
}

@test "a_daemon_that_calls_daemon_is_stopped" {
  launch "$daemonfix" run -p "$tmp/pid" "$fix/deeds" "$tmp/report" close
  reported
  pid=$(<pid)
  stopped "PID $pid (deeds)"
  [ ! -e pid ]
}

@test "a_daemon_behind_a_process_in_front_is_stopped_and_so_is_that_process" {
  in_front
  stopped "PID $pid (legacy)"
  wait "$front" || : # it ends as the daemon has
  [ ! -e pid ]
}

@test "a_daemon_of_another_maker_is_stopped_and_its_file_is_left" {
  foreign
  stopped "PID $pid (sleep)$believed"
  [ "$(<pid)" = "$pid" ]
}

@test "nothing_to_stop_is_success_and_the_output_says_so" {
  stop
  [ "$status" = 0 ]
  [ "$(<out)" = "$tmp/pid: not running, no such file" ]
  foreign
  crash "$pid"
  within 20 test ! -e "/proc/$pid"
  stop
  [ "$status" = 0 ]
  [ "$(<out)" = "$tmp/pid: not running, PID $pid has ended" ]
  [ ! -s err ]
  [ "$(<pid)" = "$pid" ]
}

@test "a_daemon_that_ignores_sigterm_is_killed" {
  record
  stopped "PID $pid (python3), by SIGKILL, because it had not ended by SIGTERM$believed" -t 2
  [ "$(<got)" = 15 ]
  daemon sh -c 'trap "" TERM; >"$0"; while :; do sleep 1; done' "$tmp/ready"
  within 10 test -e ready
  stopped "PID $pid (sh), by SIGKILL, because it had not ended by SIGTERM" -t 0
  [ ! -e pid ]
}

@test "a_stopped_process_is_killed" {
  daemon
  kill -STOP "$pid"
  within 10 eval '[ "$(field "$pid" state)" = T ]'
  stopped "PID $pid (sleep), by SIGKILL, because it had not ended by SIGTERM" -t 0.1
}

@test "signals_have_numbers_and_names" {
  for given in USR1=10 SIGUSR1=10 sigusr1=10 10=10 HUP=1 SIGINT=2 15=15 CLD=17 RTMIN=34 SIGRTMIN+2=36 \
    RTMAX-1=63 SIGRTMAX=64 40=40; do
    record
    "$daemonfix" stop -s "${given%=*}" pid </dev/null >out 2>err 3>&- &
    within 10 grep -qx "${given#*=}" got
    kill -KILL "$pid"
    wait $!
    [ "$(<out)" = "pid: stopped, PID $pid (python3)$believed" ]
  done
  foreign
  stopped "PID $pid (sleep)$believed" -s KILL
  record
  stopped "PID $pid (python3), by SIGKILL, because it had not ended by SIGHUP$believed" -s 1 -t 0.1
  record
  stopped "PID $pid (python3), by SIGKILL, because it had not ended by SIGRTMIN+3$believed" -s 37 -t 0.1
}

@test "signals_that_do_not_exist_are_refused" {
  foreign
  for signal in '' 0 -1 +1 65 999 99999999999999999999 1x SIG SIGSIGTERM TERMS 'TERM ' SIG15 \
    RTMIN+31 RTMAX-31 RTMIN-1 RTMAX+1 RTMIN+ RTMIN+x RTMINT; do
    stop -s "$signal"
    [ "$status" = 125 ]
    [ ! -s out ]
    [ "$(<err)" = "daemonfix: stop: -s $signal: no such signal (a name such as TERM, or a number from 1 to 64; see daemonfix stop --help)" ]
    alive "$pid"
  done
}

@test "invalid_times_are_refused" {
  foreign
  for time in '' x -1 +1 1e3 inf nan 0x10 1.2.3 . 1s ' 1' 1000001 99999999999999999999; do
    stop -t "$time"
    [ "$status" = 125 ]
    [ ! -s out ]
    [ "$(<err)" = "daemonfix: stop: -t $time: not allowed (seconds from 0 to 1000000, decimals allowed; see daemonfix stop --help)" ]
    alive "$pid"
  done
  for time in 7 7.5 7. 10.0625 1000000 0010; do
    stopped "PID $pid (sleep)$believed" -t "$time"
    foreign
  done
}

# Starts a process group: its leader ends at once on SIGTERM, one member ignores it, and one ends late.
group() {
  rm -f members
  foreign bash -c '
    (trap "" TERM; echo $BASHPID >>"$0"; while :; do sleep 1; done) &
    (trap "sleep 0.3; exit" TERM; echo $BASHPID >>"$0"; while :; do sleep 0.1; done) &
    exec perl -e "sleep 1000"' "$tmp/members"
  within 10 eval '[ "$(wc -l <members)" = 2 ] && grep -qx perl "/proc/$pid/comm"'
  mapfile -t members <members
  note "${members[@]}"
}

@test "g_stops_the_whole_process_group" {
  group
  stopped "process group $pid (perl), by SIGKILL, because it had not ended by SIGTERM$believed" -g -t 1
  for member in "${members[@]}"; do gone "$member"; done
  group
  stopped "process group $pid (perl)$believed" -g -s KILL
  for member in "${members[@]}"; do gone "$member"; done
}

@test "g_stops_the_process_group_of_our_daemon" {
  daemon_with_worker
  stopped "process group $pid (python3)" -g
  gone "$worker"
  [ ! -e pid ]
}

@test "without_g_the_other_members_stay" {
  group
  stopped "PID $pid (perl)$believed"
  for member in "${members[@]}"; do alive "$member"; done
}

# traced INJECT [OPTION...]: stop, with an error in one of its calls.
traced() {
  launch timeout 600 strace -f -qq -o trace -e trace="${1%%:*}" -e inject="$1" \
    "$daemonfix" stop "${@:2}" "$tmp/pid"
  cat out err
}

@test "g_stops_the_whole_process_group_before_linux_6.9" {
  group
  launch LD_PRELOAD="$fix/older.so" "$daemonfix" stop -g -t 1 pid
  cat out err
  [ "$status" = 0 ]
  [ "$(<out)" = "pid: stopped, process group $pid (perl), by SIGKILL, because it had not ended by SIGTERM$believed" ]
  [ "$(<err)" = 'before Linux 6.9' ]
  for member in "$pid" "${members[@]}"; do gone "$member"; done
}

@test "a_process_that_does_not_lead_its_group_is_not_stopped_with_g" {
  sleep 1000 3>&- &
  note $!
  echo $! >pid
  refused 1 "not stopped, PID $! (sleep) does not lead its process group, $(field $! pgrp) (without -g, only the process is stopped)" -g
  alive $!
}

@test "daemonfix_does_not_stop_its_own_group" {
  launch setsid -w bash -c 'echo $$ >pid; "$0" stop -g pid; echo $?' "$daemonfix"
  [ "$(<out)" = 1 ]
  [ "$(<err)" = "daemonfix: pid: not stopped, daemonfix itself is in process group $(<pid)" ]
}

@test "a_child_that_ends_later_and_has_the_lock_is_waited_for" {
  daemon_with_worker
  "$daemonfix" stop pid </dev/null >out 2>err 3>&- &
  within 10 gone "$pid"
  not test -s out
  end "$worker"
  wait $!
  [ "$(<out)" = "pid: stopped, PID $pid (python3)" ]
  daemon
}

@test "a_child_that_is_just_ending_and_has_the_lock_is_waited_for" {
  daemon_with_worker
  crash "$pid"
  suspended /nanosleep:1 -- stop pid # while stop waits for the first time
  crash "$worker"
  resumed
  [ "$status" = 0 ]
  [ "$(<out)" = 'pid: not running, nobody holds the lock any more' ]
}

@test "a_child_that_stays_and_has_the_lock_is_named" {
  daemon_with_worker apart
  refused 1 "not stopped, PID $pid (python3) has ended, but PID $worker (python3) holds the lock" -t 0.1
  gone "$pid"
  alive "$worker"
  within 20 test ! -e "/proc/$pid"
  refused 1 "not running, PID $pid has ended; but PID $worker (python3) holds the lock"
  refused 1 "not running, PID $pid has ended; but PID $worker (python3) holds the lock" -g
  alive "$worker"
}

# Starts a process group of which two members hold the lock, but not the leader.
leaderless() {
  foreign bash -c 'exec 9<"$0"; flock 9; sleep 1000 & echo $! >"$1"; sleep 1000 & echo $! >>"$1"
    exec 9<&-; exec perl -e "sleep 1000"' "$tmp/pid" "$tmp/members"
  within 10 grep -qx perl "/proc/$pid/comm"
  mapfile -t members <members
  note "${members[@]}"
  for member in "${members[@]}"; do within 10 grep -qx sleep "/proc/$member/comm"; done
}

@test "processes_that_are_left_of_a_group_are_stopped_with_g" {
  leaderless
  crash "$pid"
  within 20 test ! -e "/proc/$pid"
  stop
  [ "$status" = 1 ]
  [[ $(<err) = "daemonfix: $tmp/pid: not running, PID $pid has ended; but PID "*" (sleep) holds the lock (-g ends the process group)" ]]
  stop -g
  [ "$status" = 0 ]
  [ "$(<out)" = "$tmp/pid: stopped, process group $pid (sleep)" ]
  for member in "${members[@]}"; do gone "$member"; done
  [ ! -e pid ]
}

@test "a_process_without_the_lock_that_another_has_is_not_stopped" {
  foreign
  flock -F pid sleep 1000 3>&- &
  note $!
  within 10 locked
  within 10 grep -qx sleep "/proc/$!/comm"
  refused 1 "cannot tell: PID $pid (sleep) is not seen to hold the lock, but PID $! (sleep) does"
  alive "$pid"
}

@test "a_stranger_with_the_pid_gets_no_signal" {
  daemon
  age
  crash "$pid"
  stranger "$pid"
  for options in '' -g '-s KILL'; do
    # shellcheck disable=SC2086
    stop $options
    [ "$status" = 0 ]
    [ "$(<out)" = "$tmp/pid: not running, PID $pid is now another process (again), which started after the file was written" ]
    unharmed
  done
}

@test "a_stranger_with_the_pid_gets_no_signal_though_a_child_has_the_lock" {
  daemon_with_worker apart
  age
  crash "$pid"
  stranger "$pid"
  for options in '' -g; do
    # shellcheck disable=SC2086
    refused 1 "not running, PID $pid is now another process (again), which started after the file was written; but PID $worker (python3) holds the lock" $options
    unharmed
    alive "$worker"
  done
}

# replaced WHERE [OPTION...]: when stop has made the call WHERE, CALL:PATH:COUNT, the daemon ends, and a
# stranger gets its PID.  The command itself is suspended meanwhile.
replaced() {
  local call path count
  IFS=: read -r call path count <<<"$1"
  rm -f befallen
  suspended "$call:$count" ${path:+-P "/proc/$pid${path%.}"} ${preloaded:+-E LD_PRELOAD="$preloaded"} -- \
    stop "${@:2}" "$tmp/pid"
  crash "$pid"
  stranger "$pid"
  resumed
  cat trace out err
  [ "$status" = 0 ]
  not grep -v '^before Linux 6.9$' err
  unharmed
  end "$(tail -n 1 pids)" # the stranger's parent
}

@test "a_daemon_that_ends_between_look_and_signal_is_not_mistaken_for_its_successor" {
  for kind in daemon foreign; do
    # stop looks at the process, opens a pidfd, looks again, and sends the signal.
    $kind
    strace -o trace -P "/proc/$pid/stat" -e trace=close "$daemonfix" stop pid </dev/null >out 3>&-
    looks=$(grep -c close trace)
    for options in '' -g '-g before 6.9'; do
      preloaded=
      [[ $options != *6.9 ]] || preloaded=$fix/older.so
      for where in fcntl:.:2 pidfd_open::1 close:/stat:$looks; do
        $kind
        # shellcheck disable=SC2086
        replaced "$where" ${options%before*}
        case $where in
        close*) grep -q "stopped, .*$pid (sleep)" out ;;
        *) grep -q "not running, .*$pid (sleep) has just ended" out ;;
        esac
      done
    done
  done
}

@test "init_gets_no_signal" {
  echo 1 >pid
  refused 1 "cannot tell: PID 1 ($(cat /proc/1/comm)) is not seen to hold the file's lock, and PID 1 is init"
  in_pid_namespace bash -c 'trap "echo got" TERM; exec 9<>pid && flock 9 && "$0" stop pid; echo $?' "$daemonfix"
  [ "$(<out)" = 1 ]
  [ "$(<err)" = 'daemonfix: pid: not stopped, PID 1 is init, which gets no signal' ]
}

@test "a_process_that_cannot_be_a_daemon_gets_no_signal" {
  "$fix/oddity" thread "$tmp/id" 3>&- &
  note $!
  within 10 test -e id
  cp id pid
  stop
  [ "$status" = 0 ]
  [ "$(<out)" = "$tmp/pid: not running, PID $(<pid) is now a thread of another process (oddity)" ]
  alive $!
  launch sh -c 'echo $$ >pid && exec "$0" stop pid' "$daemonfix"
  [ "$status" = 0 ]
  [ "$(<out)" = "pid: not running, PID $(<pid) is now this process itself" ]
}

@test "a_file_that_is_not_a_pid_file_is_refused_and_no_process_gets_a_signal" {
  trap 'echo got >>got' TERM # these files contain the PID of this shell
  for kind in "${bad_files[@]}"; do
    bad_file "$kind"
    launch timeout 600 "$daemonfix" stop "$path"
    [ "$status" = 1 ]
    [ "$(<err)" = "daemonfix: $path: cannot tell: $reason" ]
    [ ! -s out ]
  done
  [ ! -e got ]
}

@test "an_operation_that_is_not_permitted_is_status_4" {
  needs_root
  chmod 755 .
  daemon
  for options in '' -g; do
    # shellcheck disable=SC2086
    as_nobody stop $options pid
    cat out err
    who=PID
    [ -z "$options" ] || who='process group'
    [ "$status" = 4 ]
    [ "$(<err)" = "daemonfix: pid: not stopped, $who $pid (sleep): Operation not permitted" ]
  done
  chmod 600 pid
  as_nobody stop pid
  [ "$status" = 4 ]
  [ "$(<err)" = 'daemonfix: pid: cannot tell: Permission denied' ]
  alive "$pid"
}

@test "another_users_file_stops_nobody_else" {
  needs_root
  foreign
  chown 65534 pid
  refused 1 "cannot tell: PID $pid (sleep) is not seen to hold the file's lock, and the file belongs to user 65534, but the process to another one"
  chown 0 pid
  chmod 666 pid
  refused 1 "cannot tell: PID $pid (sleep) is not seen to hold the file's lock, and every user may write to the file"
  alive "$pid"
}

@test "without_pidfds_a_message_says_so" {
  foreign
  traced pidfd_open:error=ENOSYS
  [ "$status" = 1 ]
  one_line "not stopped, the kernel lacks pidfd_open\\(2\\), which Linux 5.3 introduced\$"
  alive "$pid"
}

@test "a_signal_that_cannot_be_sent_is_reported" {
  foreign
  traced pidfd_send_signal:error=EPERM
  [ "$status" = 4 ]
  one_line "not stopped, PID $pid \\(sleep\\): Operation not permitted\$"
  alive "$pid"
}

@test "a_file_that_vanishes_meanwhile_is_no_obstacle" {
  daemon
  suspended pidfd_open:1 -- stop pid
  rm pid
  resumed
  [ "$status" = 0 ]
  gone "$pid"
  [ "$(<out)" = "pid: stopped, PID $pid (sleep)" ]
}

@test "the_file_of_the_next_daemon_is_not_removed" {
  daemon
  first=$pid
  strace -qq -o trace -e trace=flock -e inject=flock:delay_exit=1000000 "$daemonfix" stop pid \
    </dev/null >out 2>err 3>&- &
  stopping=$!
  within 10 gone "$first"
  daemon
  wait $stopping
  [ "$(<out)" = "pid: stopped, PID $first (sleep)" ]
  [ "$(<pid)" = "$pid" ]
  alive "$pid"
  not flock -n pid true
}

@test "a_daemon_in_an_inner_pid_namespace_is_stopped" {
  needs_root
  unshare -p -f --kill-child --mount-proc sh -c '"$0" run -b -p pid sleep 1000 && >started && exec sleep 1000' \
    "$daemonfix" 3>&- &
  note $!
  within 10 test -e started
  launch "$daemonfix" status --json pid
  pid=$(json 'o["pid"]')
  stopped "PID $pid (sleep)"
  kill -KILL "$(head -n 1 pids)" # unshare(1) ignores the signal that teardown sends
}

@test "bad_usage_is_125_and_one_line" {
  for bad in '' 'a b' '--jsn a' '-x a' -g -s -t "''" '-gx a' '-s TERM' 4711; do
    eval "launch \"\$daemonfix\" stop $bad"
    [ "$status" = 125 ]
    one_line '^daemonfix: stop: .*see daemonfix stop --help\)$'
    [ ! -s out ]
  done
  grep -q 'stop: 4711: a PID file is expected, not a PID (kill ends a process by its PID; ' err
  daemon
  mv pid 4711 # a file may have such a name
  launch "$daemonfix" stop 4711
  [ "$status" = 0 ]
  gone "$pid"
}

@test "help_is_printed" {
  for option in -h --help; do
    launch "$daemonfix" stop $option
    [ "$status" = 0 ]
    grep -q '^usage: daemonfix stop ' out
    for name in -s -t -g; do grep -q "^  $name " out; done
    [ ! -s err ]
  done
}

@test "the_example_of_the_manual_stops_it" {
  launch "$daemonfix" run -b -p httpd.pid sleep 1000
  pid=$(<httpd.pid)
  note "$pid"
  command=$(example stop)
  launch PATH="$root/build:$PATH" bash -c "$command"
  [ "$status" = 0 ]
  gone "$pid"
}
