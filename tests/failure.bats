# SPDX-License-Identifier: MIT
# Guarantee 3: whatever fails, daemon() is -1 in the launching process with that errno, which is
# as it was before, and no other process is left.
load helper

# attempt RULE...: daemon() under inject's RULEs, and a second time if it failed; by a process
# that has something to lose.  The case is in the output if the test fails.
attempt() {
  echo "case: $*"
  rm -f "$tmp/report"
  launch env --block-signal=USR1 --ignore-signal=USR2 bash -c 'umask 027; exec "$@"' bash \
    "$fix/inject" "$@" -- "${program[@]}" "$fix/report" -2 -x "$tmp/report" 9<"$tmp/pids"
  cat "$tmp/err"
}
program=(env LD_PRELOAD="$lib")   # what attempt runs the fixture with

# fails_with ERRNO RULE...: and the second call succeeds; then one process is left, its daemon.
fails_with() {
  attempt "${@:2}"
  [ "$status" = 0 ]
  failed_with "$1"
  [ "$(value again.result)" = 0 ]
  [ "$(value left "$tmp/out")" = 1 ]
}

# failed_with ERRNO: in the launching process, and nothing has changed there.
failed_with() {
  [ "$(value result)" = -1 ]
  [ "$(value errno)" = "$1" ]
  diff <(state before) <(state after)
}
state() { sed -n "s/^$1\.//p" "$tmp/report" | grep -v ^SigQ; } # that one is the user's, not ours

succeeds() {
  attempt "$@"
  [ "$status" = 0 ]
  [ "$(value result)" = 0 ]
}

needs_root() { ((EUID == 0)) || skip "needs root"; }

@test "each_call_that_fails_does_so_in_the_launching_process_and_leaves_nothing" {
  local call errno errnos
  while read -r call errnos; do
    for errno in $errnos; do fails_with "$errno" "$call=$errno"; done
  done <<'END'
caller.openat:/dev/null EACCES EIO ELOOP EMFILE ENFILE ENODEV ENOENT ENOMEM ENOTDIR ENXIO EPERM
caller.openat:/         EACCES EMFILE ENFILE ENOMEM
caller.pipe2            EMFILE ENFILE ENOMEM
caller.pipe2#2          EMFILE ENFILE ENOMEM
caller.vfork            EAGAIN ENOMEM
intermediate.setsid     EPERM ENOSYS
intermediate.fork       EAGAIN ENOMEM ENOSYS EPERM
daemon.fchdir           EACCES EIO ENOTDIR EPERM
daemon.dup2             EBADF EBUSY EMFILE
daemon.dup2#2           EBADF EBUSY EMFILE
daemon.dup2#3           EBADF EBUSY EMFILE
caller.write            EIO EBADF
END
  fails_with EPIPE daemon.write=EIO # its report does not arrive
  for errno in EAGAIN ENOMEM ENOSYS; do
    fails_with "$errno" caller.vfork=EPERM "caller.fork=$errno"
  done
}

@test "moving_a_descriptor_above_2_fails_in_the_launching_process" {
  program=(bash -c 'exec "$@" <&- >&- 2>&-' bash "${program[@]}")
  for n in 1 2 3 4 5 6; do fails_with EMFILE "caller.dupfd#$n=EMFILE"; done
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
  succeeds daemon.dup2=EINTR
  succeeds daemon.dup2#2=EINTR
  succeeds intermediate.write=EINTR
  succeeds daemon.write=EINTR
  succeeds caller.prctl#2=EPERM
  succeeds daemon.rseq=ENOSYS
  succeeds caller.close_range=ENOSYS
}

@test "a_caller_that_is_a_subreaper_stays_one" {
  fails_with EAGAIN -s intermediate.fork=EAGAIN
  [ "$(value before.subreaper)" = 1 ]
}

@test "limit_on_processes_is_EAGAIN_at_either_fork" {
  needs_root
  local processes uid=$((60706 + $$ % 478)) # a user whom nobody else is
  for processes in 1 2; do
    # The capability lets that user write the report into the test's directory.
    program=(setpriv --reuid="$uid" --regid="$uid" --clear-groups --inh-caps=+dac_override
      --ambient-caps=+dac_override prlimit --nproc="$processes" env LD_PRELOAD="$lib")
    attempt
    failed_with EAGAIN
    [ "$(value left "$tmp/out")" = 0 ]
  done
}

@test "limit_on_descriptors_is_EMFILE_wherever_it_strikes" {
  local descriptors
  for descriptors in 4 5 6 7 8; do
    program=(prlimit --nofile="$descriptors" env LD_PRELOAD="$lib")
    attempt
    failed_with EMFILE
    [ "$(value left "$tmp/out")" = 0 ]
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
  for call in fchdir dup2 dup2#2 dup2#3 write; do fails_with EPIPE "daemon.$call=KILL"; done
}

@test "intermediate_killed_before_its_fork_is_EPIPE" {
  fails_with EPIPE intermediate.setsid=KILL
  fails_with EPIPE intermediate.fork=KILL
  fails_with EPIPE caller.vfork=ENOSYS intermediate.setsid=KILL
}

@test "intermediate_killed_after_its_fork_does_not_matter" {
  succeeds intermediate.write=KILL
  succeeds intermediate.exit_group=KILL
  succeeds caller.vfork=ENOSYS intermediate.write=KILL
}

# The report would be there if daemon() had returned anywhere, and inject waits for everybody.
@test "launching_process_killed_while_it_waits_leaves_no_daemon" {
  local rule
  for rule in intermediate.{setsid,fork,write,exit_group}=KILL-CALLER \
    daemon.{fchdir,dup2,write}=KILL-CALLER caller.{wait4,poll,write}=KILL; do
    attempt "$rule"
    [ "$status" = 137 ]
    [ ! -e "$tmp/report" ]
  done
}

@test "intermediate_and_daemon_both_killed_are_EPIPE" {
  fails_with EPIPE intermediate.write=KILL daemon.fchdir=KILL
}

# The next three: the pipes stay open, because another process that somebody forked meanwhile
# holds them.

@test "a_killed_daemon_or_intermediate_is_noticed_though_the_pipes_stay_open" {
  local rule
  for rule in daemon.fchdir=KILL intermediate.setsid=KILL; do
    echo "case: $rule"
    launch "$fix/inject" "$rule" -- env LD_PRELOAD="$lib" "$fix/bystander"
    [ "$status" = 1 ]
    [ "$(value result "$tmp/out")" = EPIPE ]
  done
}

@test "daemon_returns_though_the_pipes_stay_open" {
  launch "$fix/inject" -- env LD_PRELOAD="$lib" "$fix/bystander"
  [ "$status" = 0 ]
  [ "$(value result "$tmp/out")" = 0 ]
}

@test "daemon_returns_though_the_pipes_stay_open_and_nobody_collects_the_launching_process" {
  # timeout(1) waits for the process that it has started and for no other.
  launch "$fix/inject" -- sh -c '
    "$@" >result &
    exec timeout 15 sh -c "until grep result=0 result; do sleep 0.02; done"' sh \
    env LD_PRELOAD="$lib" "$fix/bystander"
  [ "$status" = 0 ]
}
