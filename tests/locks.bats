# SPDX-License-Identifier: MIT
# Guarantee 6: when daemon() returns, the launching process's fcntl(2) locks are free.
load helper
load reap

@test "daemon_gets_its_lock_500_times_under_load" {
  fixed "$fix/reap" -l -s 0 500 "$fix/locks" "$tmp/lock"
  is "$(endings)" "500 exit 0; exit 0"
}

@test "daemon_of_a_threaded_program_gets_its_lock_500_times_under_load" {
  fixed "$fix/reap" -l -s 0 500 "$fix/locks" -t "$tmp/lock"
  is "$(endings)" "500 exit 0; exit 0"
}

# The two threads then exit at the same moment, on two processors.
@test "daemon_of_a_threaded_program_gets_its_lock_500_times_without_load" {
  fixed "$fix/reap" -s 0 500 "$fix/locks" -t "$tmp/lock"
  is "$(endings)" "500 exit 0; exit 0"
}

@test "daemon_of_a_large_program_gets_its_lock" {
  fixed "$fix/reap" -s 0 10 "$fix/locks" -m 256 "$tmp/lock"
  is "$(endings)" "10 exit 0; exit 0"
}

@test "daemon_of_a_large_threaded_program_gets_its_lock" {
  fixed "$fix/reap" -s 0 10 "$fix/locks" -t -m 256 "$tmp/lock"
  is "$(endings)" "10 exit 0; exit 0"
}

@test "under_glibc_alone_some_daemons_do_not_get_their_lock" {
  refused() {
    launch "$fix/reap" -s 0 10 "$fix/locks" -t -m 256 "$tmp/lock"
    grep -q '; exit 1$' "$tmp/out"
  }
  within 60 refused
}
