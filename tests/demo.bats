# SPDX-License-Identifier: MIT
# scripts/demo does what the README promises.
load helper

@test "demo_shows_glibc_and_daemonfix_side_by_side" {
  run --separate-stderr "$root/scripts/demo" 3>&-
  [ "$status" = 0 ]
  [ "$(grep -cE 'is a session leader +yes +no$' <<<"$output")" = 2 ]
  [ "$(grep -cE 'controlling one +yes +no$' <<<"$output")" = 2 ]
  [ "$(grep -cE ' of 20 +20 of 20$' <<<"$output")" = 2 ]
  [ "$(grep -cE 'null is broken +0 +1$' <<<"$output")" = 2 ]
  [ "$(grep -c 'is started 45 times' <<<"$stderr")" = 2 ]
}

@test "demo_measures_a_program_that_is_named" {
  cp "$fix/legacy" .
  run --separate-stderr "$root/scripts/demo" ./legacy 3>&-
  [ "$status" = 0 ]
  [ "${#lines[@]}" = 6 ]
  [[ ${lines[2]} =~ 'session leader '.*yes.*no ]]
}

@test "demo_says_how_often_it_starts_the_program_and_does_so" {
  printf '%s\n' '#!/bin/sh' "echo >>$tmp/starts" "exec $fix/legacy" >counted
  chmod +x counted
  run --separate-stderr "$root/scripts/demo" ./counted 3>&-
  [ "$status" = 0 ]
  [ "${stderr_lines[0]}" = 'demo: ./counted is started 45 times, which takes some seconds' ]
  [ "$(wc -l <starts)" = 45 ]
}

@test "demo_shows_its_progress_on_a_terminal" {
  script -qefc "$root/scripts/demo $fix/legacy" screen </dev/null >/dev/null 2>&1 3>&-
  for start in 1 17 45; do grep -q "demo: start $start of 45: " screen; done
}

# refused STATUS PATTERN PROGRAM [ARG...]: the demo prints one line, which matches, and no table.
refused() {
  run "-$1" --separate-stderr timeout 600 "$root/scripts/demo" "${@:3}" 3>&-
  echo "$stderr"
  [ -z "$output" ] && [[ ${stderr_lines[-1]} =~ $2 ]]
}

@test "demo_refuses_a_program_that_is_missing" {
  refused 127 'demo: nosuch: there is no such program' nosuch
  : >plain
  refused 127 'demo: ./plain: there is no such program' ./plain
}

@test "demo_says_of_a_program_that_it_does_not_call_daemon" {
  refused 1 'sleep does not call daemon\(3\): it stays in the foreground' sleep 1000
  refused 1 'does not call daemon\(3\): it becomes a daemon in another way' "$fix/byhand" fork [ setsid stay ]
  refused 1 'true does not call daemon\(3\): it ends' true
}
