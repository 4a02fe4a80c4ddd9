# SPDX-License-Identifier: MIT
# daemonfix_start(): the launching process goes on when the daemon has reported that it is ready.  After any
# failure it knows where and why, is as it was before, and has left nothing.
load helper

# start [OPTION...] -- [DEED...]: runs the fixture; the launching process's report is in $tmp/out.
start() {
  echo "case: $*"
  rm -f "$tmp/state"
  launch timeout --kill-after=1 400 "${through[@]}" "$fix/linked/start" "$@"
  [ "$status" != 0 ] || [[ "$* " != *\ hold\ * ]] || note "$(got pid)"
}
through=()                                   # what start runs the fixture with
got() { value "$1" "$tmp/out" | head -n 1; } # of the launching process
is() { value "$1" "$tmp/state"; }            # of the daemon, after its deed write=$state

# is_ready: the daemon is ready, and the launching process is otherwise unchanged.
is_ready() {
  [ "$status" = 0 ]
  [ "$(got returned) $(got stage) $(got error) $(got unchanged)" = '1 NONE 0 1' ]
  [ "$(got errno)" = 0 ] # kept
}

# failed STAGE ERRNO: the start failed there, and nothing is left or has changed.
failed() {
  [ "$status" = 1 ]
  [ "$(got returned) $(got stage) $(got errno) $(got error)" = "-1 $1 $2 $2" ]
  [ "$(got left) $(got unchanged) $(got children)" = '0 1 ' ]
  [ "$(got pgrp)" = 0 ] || [ "$(got group)" = gone ]
}
never_was() { [ "$(got pid) $(got pgrp) $(got wait_status)" = '0 0 -1' ]; }
exited() { echo $(($1 << 8)); } # waitpid(2)'s status

setup_file() { ulimit -c 0; }

# ---- ready ----

@test "launching_process_returns_when_the_daemon_is_ready_and_not_before" {
  start -- write="$tmp/state" ready hold
  [ -e "$tmp/state" ] # written before
  is_ready
  alive "$(got pid)"
}

@test "result_has_the_daemons_pid_and_process_group" {
  start -- write="$tmp/state" ready hold
  is_ready
  [ "$(got pid) $(got pgrp)" = "$(is pid) $(is pgrp)" ]
  [ "$(field "$(got pid)" pgrp)" = "$(got pgrp)" ]
  [ "$(got pgrp)" = "$(got pid)" ] # it leads the group, and not the session
  [ "$(field "$(got pid)" session)" = "$(is sid)" ]
  [ "$(is sid)" != "$(got pid)" ]
}

@test "daemon_of_start_is_as_that_of_daemon" {
  launch "$fix/onpty" "$fix/linked/start" -- ready write="$tmp/state" hold
  [ "$status" = 0 ]
  within 20 test -e state
  note "$(is pid)"
  not leads_session "$(is pid)"
  [ "$(field "$(is pid)" tty_nr)" = 0 ]
  [ ! -e "/proc/$(is sid)" ]
  [ "$(is cwd) $(is subreaper)" = '/ 0' ]
  [ "$(is fd.0) $(is fd.1) $(is fd.2) $(is fd.3)" = '/dev/null /dev/null /dev/null ' ]
}

@test "daemon_that_is_ready_is_the_launchers_child_to_be_collected" {
  start collect -- ready exit=42
  [ "$(got returned)" = 1 ]
  [ "$(got collected) $(got status)" = "$(got pid) $(exited 42)" ]
  [ "$(got children)" = '' ]
}

@test "ready_is_0_once_and_EINVAL_after_that" {
  start -- ready ready write="$tmp/state" hold
  is_ready
  within 20 test -e state
  diff <(grep ^ready= state) <(printf 'ready=0 0\nready=-1 EINVAL\n')
}

@test "ready_is_EINVAL_in_a_child_of_the_daemon_which_is_still_awaited" {
  start -- child-ready write="$tmp/state" ready hold
  is_ready
  [ "$(is child-ready)" = EINVAL ]
}

@test "ready_is_EINVAL_in_the_launching_process" {
  start -- ready
  is_ready
  [ "$(got ready)" = '-1 EINVAL' ]
}

@test "null_options_are_the_defaults" {
  start null -- write="$tmp/state" ready hold
  is_ready
  [ "$(is cwd) $(is fd.1)" = '/ /dev/null' ]
}

# ---- options ----

@test "directory_is_the_one_that_is_named" {
  mkdir "$tmp/dir"
  local option
  for option in directory="$tmp/dir" directory=dir; do
    start "$option" -- write="$tmp/state" ready
    is_ready
    [ "$(is cwd)" = "$tmp/dir" ]
  done
}

@test "keep_directory_keeps_it_unless_one_is_named" {
  start keep_directory -- write="$tmp/state" ready
  [ "$(is cwd)" = "$tmp" ]
  start keep_directory directory=/usr -- write="$tmp/state" ready
  [ "$(is cwd)" = /usr ]
}

@test "stdio_is_kept_if_asked" {
  start stdio -- write="$tmp/state" say=2 ready
  is_ready
  [ "$(is fd.0) $(is fd.1) $(is fd.2)" = "/dev/null $tmp/out $tmp/err" ]
  [ "$(<err)" = said ]
}

@test "output_and_error_are_appended_to_their_files" {
  echo before >log
  chmod 600 log
  start output="$tmp/log" error="$tmp/errors" -- say=1 say=2 write="$tmp/state" ready
  is_ready
  [ "$(<log)" = before$'\n'said ]
  [ "$(<errors)" = said ]
  [ "$(stat -c %a log errors | tr '\n' ' ')" = '600 640 ' ]
  [ "$(is fd.0)" = /dev/null ]
}

@test "output_and_error_go_with_kept_stdio" {
  start stdio error="$tmp/errors" -- say=2 write="$tmp/state" ready
  is_ready
  [ "$(is fd.1) $(is fd.2)" = "$tmp/out $tmp/errors" ]
}

@test "umask_is_set_if_asked_and_else_kept" {
  umask 026
  start -- write="$tmp/state" ready
  [ "$(is umask)" = 0026 ]
  start umask=077 -- write="$tmp/state" ready
  is_ready
  [ "$(is umask)" = 0077 ]
  start umask=0 -- write="$tmp/state" ready
  [ "$(is umask)" = 0000 ]
}

# Those of descriptors 7, 8 and 9 that the daemon has.
descriptors() { sed -n 's/^fd\.\([789]\)=.*/\1/p' state | tr -d '\n'; }

@test "descriptors_stay_open_by_default" {
  start -- write="$tmp/state" ready 7>a 8>b 9>c
  is_ready
  [ "$(descriptors)" = 789 ]
}

@test "close_descriptors_closes_all_but_those_to_keep" {
  start close_descriptors keep=8 -- say=8 write="$tmp/state" ready 7>a 8>b 9>c
  is_ready
  [ "$(descriptors)" = 8 ]
  [ "$(<b)" = said ]
  start close_descriptors keep=9 keep=7 -- say=9 say=7 write="$tmp/state" ready 7>a 8>b 9>c
  [ "$(descriptors)" = 79 ]
  start close_descriptors -- ready write="$tmp/state" 7>a 8>b 9>c
  within 20 test -e state
  [ "$(grep -c '^fd\.' state)" = 3 ] # those of the handshake are closed as well
}

@test "signals_stay_by_default_and_are_reset_if_asked" {
  through=(env --block-signal=USR2 --ignore-signal=HUP --ignore-signal=CHLD)
  start -- write="$tmp/state" ready
  is_ready
  [ "$(grep -E '^Sig(Blk|Ign)' state | tr -s '\t\n' ' ')" = 'SigBlk: 0000000000000800 SigIgn: 0000000000010001 ' ]
  grep -qE '^SigCgt:.0000000000000200$' state # the fixture's own handler, for USR1
  start reset_signals -- write="$tmp/state" ready
  is_ready
  [ "$(grep -cE '^Sig(Blk|Ign|Cgt):.0000000000000000$' state)" = 3 ]
}

@test "a_bad_option_is_EINVAL_before_anything_is_done" {
  local option
  for option in size=0 size=8 size=4096 umask=1000 timeout_ms=2147483648 keep_count=1 \
    directory= output= output=log error= error=log pidfile= pidfile=pid; do
    start $option -- ready
    failed OPTIONS EINVAL
    never_was
  done
  mapfile -t many < <(yes keep=1 | head -n 65)
  start "${many[@]}" -- ready
  failed OPTIONS EINVAL
  start directory="/$(head -c 4096 /dev/zero | tr '\0' x)" -- ready
  failed OPTIONS EINVAL
  [ ! -e log ]
  [ ! -e pid ]
}

@test "64_descriptors_can_be_kept" {
  mapfile -t many < <(yes keep=1 | head -n 63)
  start close_descriptors "${many[@]}" keep=9 -- say=9 ready 9>c
  is_ready
  [ "$(<c)" = said ]
}

@test "a_descriptor_to_keep_that_is_not_open_is_EBADF" {
  start keep=0 keep=99 -- ready
  failed DESCRIPTORS EBADF
  never_was
}

# ---- PID file ----

@test "pidfile_holds_the_pid_when_the_daemon_is_ready" {
  start pidfile="$tmp/pid" -- ready hold
  [ "$(<pid)" = "$(got pid)" ]
  is_ready
  [ "$(stat -c %a pid)" = 644 ]
  not flock --nonblock pid true
}

@test "pidfile_that_is_locked_is_EEXIST_with_the_pid_and_is_left_alone" {
  start pidfile="$tmp/pid" -- ready hold
  is_ready
  first=$(got pid)
  start pidfile="$tmp/pid" -- ready
  failed PIDFILE EEXIST
  [ "$(got pid) $(got pgrp)" = "$first 0" ]
  [ "$(<pid)" = "$first" ]
  alive "$first"
}

@test "pidfile_is_removed_at_exit_and_a_stale_one_taken_over" {
  start pidfile="$tmp/pid" -- ready hold
  is_ready
  kill -KILL "$(got pid)"
  within 10 gone "$(got pid)"
  [ -e pid ]
  start pidfile="$tmp/pid" -- write="$tmp/state" ready
  is_ready
  within 10 test ! -e pid
}

@test "pidfile_is_gone_after_a_failure" {
  local deed
  for deed in fail=EIO exit=1 raise=9; do
    start pidfile="$tmp/pid" -- $deed
    [ "$(got returned)" = -1 ]
    [ ! -e pid ]
  done
  start pidfile="$tmp/pid" timeout_ms=50 -- hold
  failed TIMEOUT ETIMEDOUT
  [ ! -e pid ]
}

@test "pidfile_stays_the_daemons_when_one_that_it_starts_fails" {
  start pidfile="$tmp/pid" -- ready nested="$tmp/other" write="$tmp/state" hold
  is_ready
  within 20 test -e state
  [ "$(is nested)" = '-1 EIO' ]
  [ ! -e other ]
  [ "$(<pid)" = "$(is pid)" ]
  start pidfile="$tmp/pid2" -- ready nested="$tmp/other" write="$tmp/state"
  within 20 test -e state
  within 20 test ! -e pid2
}

@test "pidfile_lock_is_not_inherited_by_what_the_daemon_executes" {
  printf '#!/bin/sh\necho >here\nexec sleep 60\n' >stay
  chmod +x stay
  start keep_directory pidfile="$tmp/pid" -- ready exec=./stay
  is_ready
  note "$(got pid)"
  within 10 test -e here
  flock --nonblock pid true
}

# ---- failures ----

@test "failed_initialisation_is_reported_with_its_errno" {
  local errno
  for errno in EACCES EADDRINUSE ENOENT; do
    start -- fail=$errno
    failed STARTUP $errno
    [ "$(got wait_status)" = "$(exited 1)" ]
    gone "$(got pid)"
  done
}

@test "daemon_that_exits_without_a_word_died_with_that_status" {
  local n
  for n in 0 1 3 255; do
    start -- exit=$n
    failed DIED EPIPE
    [ "$(got wait_status)" = "$(exited $n)" ]
  done
}

@test "daemon_that_a_signal_ends_died_of_that_signal" {
  local n
  for n in 9 15 6; do
    start -- raise=$n
    failed DIED EPIPE
    [ "$(($(got wait_status) & 127))" = $n ]
  done
}

@test "daemon_that_closes_the_channel_has_abandoned_it_and_is_killed" {
  start -- closeall hold
  failed ABANDONED EPIPE
  [ "$(got wait_status)" = 9 ]
}

@test "daemon_that_executes_a_program_has_abandoned_it_and_is_killed" {
  start -- exec=yes
  failed ABANDONED EPIPE
  [ "$(got wait_status)" = 9 ]
  gone "$(got pid)"
}

@test "timeout_kills_the_whole_process_group" {
  start timeout_ms=1000 -- helper write="$tmp/state" hold
  failed TIMEOUT ETIMEDOUT
  [ "$(got wait_status)" = 9 ]
  gone "$(got pid)"
  gone "$(is helper)"
}

@test "every_failure_kills_the_whole_process_group" {
  local deed chld
  for chld in default ignore; do
    through=(env "--$chld-signal=CHLD")
    for deed in fail=EIO exit=3 raise=9; do
      start -- helper write="$tmp/state" $deed
      [ "$(got returned) $(got group) $(got unchanged)" = '-1 gone 1' ]
      gone "$(is helper)"
    done
  done
}

@test "failing_calls_are_reported_with_their_stage_before_and_after_the_forks" {
  local rule stage errno
  while read -r rule stage errno; do
    through=("$fix/inject" "$rule=$errno" --)
    start close_descriptors directory=/usr -- ready exit=0
    failed "$stage" "$errno"
    [ "$(grep ^left= out | tail -n 1)" = left=0 ] # in inject's own last line
  done <<'END'
caller.openat:/dev/null STDIO     EMFILE
caller.openat:/usr      DIRECTORY EACCES
caller.pipe2            FORK      EMFILE
caller.share            FORK      ENOMEM
caller.fork             FORK      EAGAIN
intermediate.setsid     FORK      EPERM
intermediate.fork       FORK      ENOMEM
daemon.fchdir           DIRECTORY EIO
daemon.dup2             STDIO     EBADF
daemon.dup2#3           STDIO     EMFILE
END
}

@test "files_that_cannot_be_opened_are_reported_with_their_stage" {
  start directory="$tmp/none" -- ready
  failed DIRECTORY ENOENT
  start directory="$fix/report" -- ready
  failed DIRECTORY ENOTDIR
  start output="$tmp/none/log" -- ready
  failed OUTPUT ENOENT
  start error="$tmp" -- ready
  failed ERROR EISDIR
  start pidfile="$tmp/none/pid" -- ready
  failed PIDFILE ENOENT
  ln -s other link
  start pidfile="$tmp/link" -- ready
  failed PIDFILE ELOOP
  never_was
}

@test "daemon_or_intermediate_killed_on_the_way_died" {
  local rule
  for rule in intermediate.setsid intermediate.fork daemon.getpid daemon.setpgid daemon.chdir \
    daemon.dup2#2; do
    through=("$fix/inject" "$rule=KILL" --)
    start -- ready exit=0
    failed DIED EPIPE
  done
  [ "$(got wait_status)" = 9 ] # the daemon's, after daemon.dup2#2
}

@test "processes_that_cannot_be_killed_are_named_in_the_result" {
  ((EUID == 0)) || skip "needs root"
  start -- disable helper write="$tmp/state" fail=EIO
  helper=$(is helper)
  kill -KILL "$helper"
  [ "$(got returned) $(got stage) $(got errno)" = '-1 STARTUP EIO' ]
  [ "$(got left) $(got pid) $(got pgrp) $(got group)" = "1 $(is pid) $(is pgrp) there" ]
}

# The first fork's child is the daemon: as an intermediate it would be the init of the namespace, and its
# exit would end the namespace.
@test "in_another_pid_namespace_the_daemon_is_its_init" {
  ((EUID == 0)) || skip "needs root"
  through=(unshare --pid)
  start -- ready write="$tmp/state" hold
  is_ready
  [ "$(field "$(got pid)" session)" = "$(got pid)" ]
  [ "$(readlink "/proc/$(got pid)/ns/pid")" != "$(readlink /proc/self/ns/pid)" ]
  kill -KILL "$(got pid)" # an init does not obey the signal that teardown sends
  start -- fail=EIO
  failed STARTUP EIO
  start -- exit=3
  failed DIED EPIPE
  [ "$(got wait_status)" = "$(exited 3)" ]
  start timeout_ms=50 -- helper hold
  failed TIMEOUT ETIMEDOUT
}

# ---- circumstances ----

@test "pid_1_can_start_daemons" {
  ((EUID == 0)) || skip "needs root"
  through=(unshare --pid --fork --mount-proc)
  start collect -- ready exit=7
  is_ready
  [ "$(got status)" = "$(exited 7)" ]
  start -- helper fail=EIO
  failed STARTUP EIO
}

# The daemon goes on after 200 signals; the launching process gets some too.
@test "signals_do_not_interrupt_the_handshake" {
  start storm -- storms=200 ready hold
  is_ready
  (($(got storms) > 0))
  start storm -- storms=200 fail=ENOMEM
  failed STARTUP ENOMEM
  (($(got storms) > 0))
  start storm -- storms=200 helper exit=7
  failed DIED EPIPE
  [ "$(got wait_status)" = "$(exited 7)" ]
}

@test "signals_do_not_shorten_or_prolong_a_timeout" {
  start storm timeout_ms=3000 -- write="$tmp/state" hold
  failed TIMEOUT ETIMEDOUT
  [ -e state ]
  (($(got storms) > 0))
}

@test "with_SIGCHLD_ignored_or_collected_by_a_handler_all_is_the_same_but_the_status" {
  local chld
  for chld in default ignore; do
    through=(env "--$chld-signal=CHLD")
    start reaper -- ready hold
    is_ready
    start reaper -- fail=EIO
    failed STARTUP EIO
    start reaper -- exit=3
    failed DIED EPIPE
    start reaper timeout_ms=50 -- helper hold
    failed TIMEOUT ETIMEDOUT
  done
  through=(env --ignore-signal=CHLD)
  start -- exit=3
  failed DIED EPIPE
  [ "$(got wait_status)" = -1 ]
}

@test "another_process_that_holds_the_pipe_changes_nothing" {
  start bystander collect -- ready exit=7 # the bystander lives until the daemon has been collected
  is_ready
  [ "$(got status)" = "$(exited 7)" ]
  start bystander -- fail=EIO
  failed STARTUP EIO
  start bystander -- exit=3
  failed DIED EPIPE
  start bystander storm -- storms=50 exit=3
  failed DIED EPIPE
  start bystander timeout_ms=50 -- hold
  failed TIMEOUT ETIMEDOUT
}

@test "ready_is_EPIPE_when_the_launching_process_has_died_waiting" {
  local bystander
  for bystander in '' bystander; do
    start $bystander -- orphan ready write="$tmp/state"
    [ "$status" = 137 ]
    within 20 test -e state
    note "$(is bystander)"
    [ "$(is ready)" = '-1 EPIPE' ]
    within 10 gone "$(is pid)"
  done
}

@test "launching_process_can_be_ended_while_it_waits" {
  "$fix/linked/start" -- write="$tmp/state" hold </dev/null >out 2>err 3>&- &
  note $!
  within 20 test -e state
  note "$(is pid)"
  kill -TERM $!
  within 10 gone $!
  local ended=0
  wait $! || ended=$?
  [ "$ended" = 143 ]
}

@test "start_works_with_0_1_and_2_closed_in_any_combination" {
  local closed
  for closed in '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    rm -f state
    launch sh -c "exec '$fix/linked/start' -- ready write='$tmp/state' $closed"
    [ "$status" = 0 ]
    within 20 test -e state
    [ "$(is ready) $(is fd.0) $(is fd.1) $(is fd.2)" = '0 0 /dev/null /dev/null /dev/null' ]
    launch sh -c "exec '$fix/linked/start' timeout_ms=50 -- write='$tmp/state' hold $closed"
    [ "$status" = 1 ]
    gone "$(is pid)"
  done
}

@test "daemon_of_start_that_calls_daemon_keeps_its_pid" {
  start keep_directory stdio -- again write="$tmp/state" ready
  is_ready
  [ "$(is pid)" = "$(got pid)" ]
  [ "$(is cwd) $(is fd.1)" = '/ /dev/null' ]
}
