# SPDX-License-Identifier: MIT
# Short versions of the rows of tests/torture/faults: each system call of a daemon() fails, or its process dies.
load helper
load row
load ready

@test "a_failing_call_is_an_error_or_does_not_matter_fix" {
  passes 5 faults fix
  passes 1 faults fix-all
}
@test "a_failing_call_is_an_error_or_does_not_matter_fix_fork" { passes 10 faults fix-fork; }
@test "a_failing_call_is_an_error_or_does_not_matter_background" {
  passes 5 faults background
  passes 1 faults background-all
}
@test "a_failing_call_is_an_error_or_does_not_matter_foreground" {
  passes 20 faults foreground
  passes 1 faults foreground-all
}

@test "a_failing_call_is_an_error_or_does_not_matter_foreground_fork" {
  passes 5 faults foreground-fork
  passes 1 faults foreground-fork-all
}
@test "a_failing_call_is_an_error_or_does_not_matter_ready" {
  passes 1 faults ready-notify ready-listen ready-background
  passes 3 faults ready-fork
}
@test "two_failing_calls_are_an_error_or_do_not_matter" {
  passes 1 faults fix-all-pairs fix-fork-pairs background-all-pairs foreground-all-pairs foreground-fork-all-pairs
}
@test "two_failing_calls_are_an_error_or_do_not_matter_ready" {
  passes 1 faults ready-notify-pairs ready-listen-pairs
}

@test "inject_that_is_ended_or_whose_parent_ends_leaves_no_process" {
  local program=("$fix/inject" -m -- "$fix/server" fork [ setsid "until:$tmp/never" ] "until:$tmp/never")
  there_are() { not nothing_left "$tmp/never" && [ "$(wc -l <left)" = "$1" ]; }
  "${program[@]}" </dev/null >out 2>err 3>&- &
  within 20 there_are 3 # inject and the program's two
  kill $!
  within 2 nothing_left "$tmp/never"
  sh -c '"$@" & read -r _ || :' sh "${program[@]}" < <(within 20 there_are 4) >out 2>err 3>&-
  within 2 nothing_left "$tmp/never"
}
