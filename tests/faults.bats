# SPDX-License-Identifier: MIT
# Short versions of the rows of tests/torture/faults: each system call of a daemon() fails, or its process dies.
load helper
load row

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
