# SPDX-License-Identifier: MIT
# Guarantee 2: when the launching process is collected, the daemon is complete, and alone.
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
