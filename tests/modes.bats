# SPDX-License-Identifier: MIT
# What each DAEMONFIX_MODE does, and what a daemon that calls daemon() again gets.
load helper
load settings

stdfds() { readlink "/proc/$1/fd/0" "/proc/$1/fd/1" "/proc/$1/fd/2" | tr '\n' ' '; }
nulls='/dev/null /dev/null /dev/null '

@test "background_makes_a_daemon_before_main_and_keeps_the_directory" {
  for mode in background run; do
    start $mode "$fix/report" -0 "$tmp/report"
    [ "$pid" = "$(value before.pid)" ]
    not leads_session "$pid"
    [ ! -e "/proc/$(field "$pid" session)" ]
    [ "$(stdfds "$pid")" = "$nulls" ]
    [ "$(value before.cwd)" = "$tmp" ]
  done
}

@test "in_background_daemon_keeps_the_pid_and_changes_directory_and_stdio_as_asked" {
  for mode in background run; do
    start $mode "$fix/report" "$tmp/report"
    [ "$(value result)" = 0 ]
    [ "$(value before.pid)" = "$pid" ]
    [ "$(value before.cwd)" = "$tmp" ]
    [ "$(value after.cwd)" = / ]
    [ "$(stdfds "$pid")" = "$nulls" ]
  done
}

@test "background_works_with_any_program" {
  fixed DAEMONFIX_MODE=background bash -c 'echo $$ >pid.tmp; mv pid.tmp pid; exec sleep 60'
  [ "$status" = 0 ]
  within 10 test -e pid
  note "$(<pid)"
  not leads_session "$(<pid)"
}

@test "background_that_fails_ends_with_125_before_main" {
  not_run=$tmp/not_run
  for mode in background run; do
    in_mode $mode DAEMONFIX_ONLY=touch touch "$not_run"
    launch "$fix/inject" intermediate.setsid=EPERM -- "${command[@]}"
    [ "$status" = 125 ]
    [ ! -e "$not_run" ]
    [ "$(wc -l <"$tmp/err")" = 1 ]
    grep -q '^daemonfix: touch: .*Operation not permitted' "$tmp/err"
  done
}

@test "foreground_does_not_fork" {
  fixed DAEMONFIX_MODE=foreground "$fix/report" -x "$tmp/report"
  [ "$status" = 0 ]
  [ "$(value result)" = 0 ]
  [ "$(value before.pid)" = "$(value after.pid)" ]
  [ "$(value before.sid)" = "$(value after.sid)" ]
}

@test "foreground_keeps_stdio_and_changes_the_directory_as_asked" {
  fixed DAEMONFIX_MODE=foreground "$fix/report" -x "$tmp/report"
  [ "$(value after.fds)" = "$(value before.fds)" ]
  [ "$(value after.cwd)" = / ]
  fixed DAEMONFIX_MODE=foreground "$fix/report" -x -c "$tmp/report"
  [ "$(value after.cwd)" = "$tmp" ]
}

@test "in_foreground_setsid_is_the_real_one" {
  fixed DAEMONFIX_MODE=foreground "$fix/report" "$tmp/report" setsid "$fix/report" -0 -x "$tmp/second"
  [ "$(value after.pid "$tmp/second")" = "$(value after.sid "$tmp/second")" ]
}

@test "off_is_glibcs_daemon" {
  fixed DAEMONFIX_MODE=off "$fix/report" "$tmp/report"
  reported
  leads_session "$(value after.pid)"
}

@test "a_second_daemon_in_the_same_process_keeps_the_pid" {
  fixed "$fix/report" -c -n "$tmp/report" "$fix/report" "$tmp/second"
  reported "$tmp/second"
  [ "$(value after.pid)" = "$(value after.pid "$tmp/second")" ]
  [ "$(value after.cwd "$tmp/second")" = / ]
  [ "$(stdfds "$(value after.pid)")" = "$nulls" ]
}
