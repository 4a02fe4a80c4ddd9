# SPDX-License-Identifier: MIT
# scripts/demo, as the README promises it.
load helper

@test "demo_shows_glibc_and_daemonfix_side_by_side" {
  run --separate-stderr "$root/scripts/demo" 3>&-
  [ "$status" = 0 ]
  [ "$(grep -cE 'is a session leader +yes +no$' <<<"$output")" = 2 ]
  [ "$(grep -cE 'controlling one +yes +no$' <<<"$output")" = 2 ]
  [ "$(grep -cE ' of 20 +20 of 20$' <<<"$output")" = 2 ]
  [ "$(grep -cE 'null is broken +0 +1$' <<<"$output")" = 2 ]
}

@test "demo_measures_a_program_that_is_named" {
  run --separate-stderr "$root/scripts/demo" "$fix/legacy" 3>&-
  [ "$status" = 0 ]
  [ "${#lines[@]}" = 6 ]
  [[ ${lines[2]} =~ 'session leader '.*yes.*no ]]
}
