# SPDX-License-Identifier: MIT
# Guarantee 7: setsid(2) fails in the very process that daemon() made, as after glibc's daemon(3),
# and is the real one everywhere else.
load helper

# said: the fixture's lines, joined.
said() { paste -sd ' ' "$tmp/err"; }

@test "setsid_fails_in_the_daemon_in_its_threads_and_after_execve_and_not_in_its_children" {
  fixed "$fix/reap" -s 0 1 "$fix/setsids" -d
  [ "$(said)" = "fork=leader vfork=leader spawn=leader exec=leader self=EPERM thread=EPERM image=EPERM" ]
}

@test "setsid_in_the_daemon_is_as_under_glibc_alone" {
  launch "$fix/reap" -s 0 1 "$fix/setsids" -d
  mv "$tmp/err" "$tmp/glibc"
  fixed "$fix/reap" -s 0 1 "$fix/setsids" -d
  diff "$tmp/glibc" "$tmp/err"
}

@test "setsid_is_real_in_other_programs" {
  fixed "$fix/setsids"
  [ "$(value self "$tmp/err")" = leader ]
  for who in fork vfork spawn exec; do [ "$(value "$who" "$tmp/err")" = leader ]; done
}

@test "setsid_is_real_after_a_failed_daemon" {
  fixed "$fix/setsids" -f
  [ "$status" = 0 ]
  [ "$(value self "$tmp/err")" = leader ]
  for who in fork vfork spawn exec; do [ "$(value "$who" "$tmp/err")" = leader ]; done
}
