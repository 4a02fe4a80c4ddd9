# SPDX-License-Identifier: MIT
# Guarantee 1: no session leader, no controlling terminal, and none to be had.
load helper

# A terminal that nobody has for a controlling one, while the test runs: sets tty.
fresh_terminal() {
  "$fix/terminal" "$tmp/tty" </dev/null >/dev/null 2>&1 3>&- &
  note $!
  within 5 test -s "$tmp/tty"
  tty=$(<"$tmp/tty")
}

@test "daemon_is_not_a_session_leader" {
  fixed "$fix/report" "$tmp/report"
  [ "$status" = 0 ]
  reported
  pid=$(value after.pid)
  alive "$pid"
  not leads_session "$pid"
}

@test "under_glibc_alone_the_daemon_is_a_session_leader" {
  launch "$fix/report" "$tmp/report"
  reported
  leads_session "$(value after.pid)"
}

@test "session_is_that_of_the_intermediate_which_is_gone" {
  fixed "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  sid=$(field "$pid" session)
  [ "$sid" != "$(value before.sid)" ]
  [ ! -e "/proc/$sid" ]
}

@test "daemon_leads_its_process_group_as_under_glibc_alone" {
  launch "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  [ "$(field "$pid" pgrp)" = "$pid" ]
  rm "$tmp/report"
  fixed "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  [ "$(field "$pid" pgrp)" = "$pid" ]
}

@test "daemon_has_no_controlling_terminal" {
  launch LD_PRELOAD="$lib" "$fix/onpty" "$fix/report" "$tmp/report"
  reported
  [ "$(field "$(value after.pid)" tty_nr)" = 0 ]
}

@test "opening_a_terminal_does_not_acquire_it" {
  fresh_terminal
  fixed "$fix/report" -t "$tty" "$tmp/report"
  reported
  [ "$(value tty.opened)" = 1 ]
  [ "$(value tty.controlling)" = no ]
  [ "$(field "$(value after.pid)" tty_nr)" = 0 ]
}

@test "under_glibc_alone_opening_a_terminal_acquires_it" {
  fresh_terminal
  launch "$fix/report" -t "$tty" "$tmp/report"
  reported
  [ "$(value tty.opened)" = 1 ]
  [ "$(value tty.controlling)" = yes ]
  [ "$(field "$(value after.pid)" tty_nr)" != 0 ]
}
