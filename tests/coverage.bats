# SPDX-License-Identifier: MIT
# tests/torture/coverage counts.  Whether it is enough, only all of the suite can tell.
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
