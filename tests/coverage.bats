# SPDX-License-Identifier: MIT
# tests/torture/coverage counts.  Only a run of the whole suite can tell whether the goal is met.
load helper
load row

@test "what_a_little_of_the_suite_executes_is_counted" {
  row 1 coverage lines
  [ "$good" -gt 500 ]
  [ "$good" -lt "$tried" ]
  row 1 coverage branches
  [ "$good" -gt 300 ]
  [ "$good" -lt "$tried" ]
}
