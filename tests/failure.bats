# SPDX-License-Identifier: MIT
# Guarantee 3: whatever fails, daemon() returns -1 with that errno in the launching process, which is as
# it was before the call, and no other process is left.
load helper

# attempt RULE...: calls daemon() under inject's RULEs, and again if that failed.  The process has a state
# that a failure could change.  The output names the case if the test fails.
attempt() {
  echo "case: $*"
  rm -f "$tmp/report"
  launch env --block-signal=USR1 --ignore-signal=USR2 bash -c 'umask 027; exec "$@"' bash \
    "$fix/inject" "$@" -- "${program[@]}" "$fix/report" "${options[@]}" -2 -x "$tmp/report" 9<"$tmp/pids"
  cat "$tmp/err"
}
program=(env LD_PRELOAD="$lib")   # attempt runs the fixture with this, and with its own
options=()

# fails_with ERRNO RULE...: the first call fails and the second succeeds; only its daemon is left.
fails_with() {
  attempt "${@:2}"
  [ "$status" = 0 ]
  failed_with "$1"
  [ "$(value again.result)" = 0 ]
  [ "$(value left "$tmp/out")" = 1 ]
}

# failed_with ERRNO: daemon() failed in the launching process, where nothing has changed.
failed_with() {
  [ "$(value result)" = -1 ]
  [ "$(value errno)" = "$1" ]
  diff <(state before) <(state after)
}
state() { sed -n "s/^$1\.//p" "$tmp/report" | grep -v ^SigQ; } # SigQ counts the signals of the whole user

succeeds() {
  attempt "$@"
  [ "$status" = 0 ]
  [ "$(value result)" = 0 ]
}

# all_fail: every CALL in the lines CALL ERRNO... on standard input fails with each ERRNO.
all_fail() {
  local call errno errnos
  while read -r call errnos; do
    for errno in $errnos; do fails_with "$errno" "$call=$errno"; done
  done
}

@test "each_call_that_fails_does_so_in_the_launching_process_and_leaves_nothing" {
  all_fail <<'END'
caller.openat:/dev/null EACCES EIO ELOOP EMFILE ENFILE ENODEV ENOENT ENOMEM ENOTDIR ENXIO EPERM
caller.fork             EAGAIN ENOMEM ENOSYS EPERM
intermediate.setsid     EPERM ENOSYS
daemon.mmap             ENOMEM
daemon.dup2             EBADF EBUSY EMFILE
daemon.dup2#2           EBADF EBUSY EMFILE
daemon.dup2#3           EBADF EBUSY EMFILE
END
}

@test "with_a_setting_calls_that_libcs_daemon_does_not_need_fail_as_well" {
  program+=(DAEMONFIX_CHDIR=/usr)
  all_fail <<'END'
caller.openat:/usr      EACCES EMFILE ENFILE ENOMEM
caller.share            ENOMEM EPERM
caller.fork             EAGAIN ENOMEM ENOSYS
intermediate.fork       EAGAIN ENOMEM ENOSYS EPERM
daemon.fchdir           EACCES EIO ENOTDIR EPERM
END
}

# One fork only, as in libc's daemon(3): a session leader is better than no daemon.
@test "without_a_setting_the_daemon_leads_its_session_where_nothing_better_is_possible" {
  local rule
  for rule in caller.share=ENOMEM intermediate.fork={EAGAIN,ENOMEM,ENOSYS}; do
    succeeds "$rule"
    [ "$(value after.pid)" != "$(value before.pid)" ]
    [ "$(value after.sid)" = "$(value after.pid)" ]
    [ "$(value after.subreaper)" = 0 ]
    [ "$(value after.cwd)" = / ]
    [ "$(value left "$tmp/out")" = 1 ]
  done
}

@test "root_that_cannot_be_entered_is_tolerated_as_by_libcs_daemon" {
  local errno
  for errno in EACCES EIO EPERM; do
    succeeds "daemon.chdir=$errno"
    [ "$(value after.cwd)" = "$(value before.cwd)" ]
  done
}

@test "moving_a_descriptor_above_2_fails_in_the_launching_process" {
  program=(bash -c 'exec "$@" <&- >&- 2>&-' bash "${program[@]}")
  fails_with EMFILE caller.dupfd=EMFILE
}

@test "under_glibc_alone_the_launching_process_does_not_learn_of_a_failure" {
  program=()
  attempt intermediate.openat:/dev/null=EMFILE
  [ "$status" = 0 ]
  [ "$(value result)" = -1 ]
}

@test "in_foreground_a_redirection_that_fails_half_way_is_undone" {
  program=(env LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_STDERR="$tmp/log")
  local n
  for n in 1 2; do
    attempt "caller.dup2#$n=EBUSY"
    [ "$status" = 0 ]
    failed_with EBUSY
    [ "$(value again.result)" = 0 ]
  done
}

@test "calls_that_may_be_repeated_or_refused_do_not_fail_it" {
  local rule
  for rule in daemon.dup2=EINTR daemon.dup2#2=EINTR daemon.setpgid=EPERM caller.prctl#2=EPERM \
    caller.prctl=EINVAL caller.close_range=ENOSYS caller.newfstatat=ENOENT caller.wait4=EINTR \
    daemon.futex=ENOSYS daemon.munmap=EINVAL \
    caller.rt_sigtimedwait=EAGAIN caller.rt_sigpending=EFAULT; do
    succeeds "$rule"
    [ "$(value left "$tmp/out")" = 1 ]
  done
}

@test "a_caller_that_is_a_subreaper_stays_one" {
  fails_with EPERM -s intermediate.setsid=EPERM
  [ "$(value before.subreaper)" = 1 ]
}

# limited PROCESSES [NAME=VALUE]: an attempt by a user of its own who may have PROCESSES processes.
limited() {
  local uid=$((60706 + $$ % 478))
  # The capability lets that user write the report into the test's directory.
  program=(setpriv --reuid="$uid" --regid="$uid" --clear-groups --inh-caps=+dac_override
    --ambient-caps=+dac_override prlimit --nproc="$1" env LD_PRELOAD="$lib" "${@:2}")
  attempt
}

@test "limit_on_processes_is_EAGAIN_at_the_first_fork_and_with_a_setting_at_the_second" {
  needs_root
  limited 1
  failed_with EAGAIN
  [ "$(value left "$tmp/out")" = 0 ]
  limited 2 DAEMONFIX_UMASK=022
  failed_with EAGAIN
  [ "$(value left "$tmp/out")" = 0 ]
}

@test "limit_that_leaves_one_process_makes_a_session_leader_of_the_daemon_as_libcs_does" {
  needs_root
  limited 2
  [ "$(value result)" = 0 ]
  [ "$(value after.sid)" = "$(value after.pid)" ]
  [ "$(value after.cwd)" = / ]
  limited 3
  [ "$(value result)" = 0 ]
  [ "$(value after.sid)" != "$(value after.pid)" ]
}

@test "limit_on_descriptors_is_EMFILE_where_libcs_daemon_needs_one_as_well" {
  options=(-l 3)
  fails_with EMFILE
}

@test "one_descriptor_to_spare_is_enough" {
  local descriptors
  for descriptors in 4 5 6 7 8; do
    options=(-l "$descriptors")
    succeeds
    [ "$(value after.sid)" != "$(value after.pid)" ]
    [ "$(value left "$tmp/out")" = 1 ]
  done
}

@test "limit_that_leaves_no_descriptor_above_2_is_EMFILE" {
  program=(bash -c 'exec "$@" <&-' bash prlimit --nofile=3 env LD_PRELOAD="$lib")
  attempt
  failed_with EMFILE
}

@test "dev_null_must_be_there_and_the_null_device" {
  needs_root
  local mount errno
  while read -r errno mount; do
    program=(unshare --mount sh -c "$mount"' && exec "$@"' sh env LD_PRELOAD="$lib")
    attempt
    failed_with "$errno"
    [ "$(value left "$tmp/out")" = 0 ]
  done <<END
ENOENT mount -t tmpfs none /dev
ENODEV mount --bind $tmp/pids /dev/null
ENODEV mount --bind /dev/zero /dev/null
END
}

@test "daemon_killed_before_its_report_is_EPIPE" {
  local call
  for call in getpid setpgid rt_sigprocmask mmap chdir dup2 dup2#2 dup2#3 close; do
    fails_with EPIPE "daemon.$call=KILL"
  done
}

@test "intermediate_killed_before_its_fork_is_EPIPE" {
  fails_with EPIPE intermediate.setsid=KILL
  fails_with EPIPE intermediate.fork=KILL
}

@test "intermediate_killed_after_its_fork_does_not_matter" {
  succeeds intermediate.exit_group=KILL
}

# If daemon() had returned in any process, there would be a report, because inject waits for all of them.
@test "launching_process_killed_before_it_lets_the_daemon_go_leaves_none" {
  local rule
  for rule in intermediate.{setsid,fork}=KILL-CALLER \
    daemon.{setpgid,chdir,dup2,close}=KILL-CALLER caller.{futex,close_range}=KILL; do
    attempt "$rule"
    [ "$status" = 137 ]
    [ ! -e "$tmp/report" ]
  done
}

@test "intermediate_and_daemon_both_killed_are_EPIPE" {
  fails_with EPIPE intermediate.exit_group=KILL daemon.chdir=KILL
}
