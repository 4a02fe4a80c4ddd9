# SPDX-License-Identifier: MIT
# A daemon survives the terminal of its launching process, a session leader that exits at once: a daemon
# that executes code after the hangup, and ends with status 0, was alive.
load helper
load reap

survivor='exit 0; child / /dev/null /dev/null /dev/null; exit 0'

@test "of_200_daemons_all_survive_their_terminals" {
  fixed "$fix/reap" -s 15 200 "$fix/onpty" "$fix/obedient"
  [ "$status" = 0 ]
  is "$(runs)" "200 $survivor"
}

@test "of_200_daemons_all_survive_their_terminals_under_load" {
  fixed "$fix/reap" -l -s 15 200 "$fix/onpty" "$fix/obedient"
  [ "$status" = 0 ]
  is "$(runs)" "200 $survivor"
}

@test "under_glibc_alone_some_of_200_die_of_sighup" {
  for _ in 1 2 3 4 5; do # a race, which may be won 200 times
    launch "$fix/reap" -s 15 200 "$fix/onpty" "$fix/obedient"
    [ "$status" = 0 ]
    ! grep -q '; signal 1$' "$tmp/out" || return 0
  done
  false
}
