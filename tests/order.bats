# SPDX-License-Identifier: MIT
# Guarantee 2: when the launching process is collected, the daemon is complete, and no other process is left.
load helper
load reap

complete='exit 0; child / /dev/null /dev/null /dev/null'

@test "when_the_launching_process_is_collected_one_complete_process_is_left_200_times_under_load" {
  fixed "$fix/reap" -l 200 "$fix/obedient"
  [ "$status" = 0 ]
  is "$(runs)" "200 $complete; signal 9"
}

@test "under_glibc_alone_it_is_not_complete_yet" {
  launch "$fix/reap" -l 200 "$fix/obedient"
  [ "$status" = 0 ]
  [ "$(runs)" != "200 $complete; signal 9" ]
}

# The launching process is slow.  The daemon checks that it is alive both while the intermediate still is
# the daemon's parent and after the intermediate has ended.
@test "slow_steps_do_not_make_the_daemon_give_up" {
  launch strace -f -qq -o "$tmp/trace" -E LD_PRELOAD="$lib" \
    -e inject=exit_group:delay_enter=200000 -e inject=wait4:delay_exit=400000 \
    -e inject=getppid,kill,pidfd_open:delay_exit=150000:when=1 "$fix/report" -x "$tmp/report"
  [ "$status" = 0 ]
  is "$(value result)" 0
}
