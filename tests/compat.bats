# SPDX-License-Identifier: MIT
# scripts/compat with a few programs: its table, summary and status, also with a library that fails.
load helper
load real

# compat ARG...: runs scripts/compat with its output in the file out
compat() {
  needs_setup_file
  status=0
  OUT=$tmp/table LIBRARY=${library-$lib} "$root/scripts/compat" "$@" >out 2>err 3>&- || status=$?
  cat out err # shown if the test fails
}
# row PROGRAM MODE WAY VERDICT: the table has this line.
row() {
  awk -F '\t' -v row="$1 $2 $3 $4" '$1 " " $5 " " $6 " " $16 == row { found = 1 }
    END { exit !found }' table.tsv
}

@test "programs_are_fixed_or_unchanged_from_a_shell_and_on_a_dying_terminal" {
  compat --mode fix --mode fix-fork iperf memcached dnsmasq
  [ "$status" = 0 ]
  for way in shell leader; do
    row iperf fix $way fixed
    row memcached fix $way unchanged
    row memcached fix-fork $way fixed
    row dnsmasq fix $way unchanged
    row dnsmasq fix-fork $way unchanged
  done
  not row iperf fix-fork shell fixed
  grep -q 'fixed and working 1 of 1, 1 of 1' out
  grep -q 'changed 0 of 2, 0 of 2' out
}

@test "programs_stay_with_a_process_in_front_and_end_as_they_should" {
  compat --mode foreground-fork redis xinetd
  [ "$status" = 0 ]
  for way in child command pid1; do
    row redis foreground-fork $way stays
    row xinetd foreground-fork $way stays
  done
  grep -q 'end as they should 2 of 2, with run -K 2 of 2, as PID 1 2 of 2' out
}

@test "without_a_process_in_front_they_do_not_stay_and_that_fails" {
  library=$fix/probe.so compat --mode foreground-fork/child redis
  [ "$status" = 1 ]
  row redis foreground-fork child worse
}

@test "a_library_that_does_nothing_fixes_nothing_and_fails" {
  library=$fix/probe.so compat --mode fix/shell iperf
  [ "$status" = 1 ]
  row iperf fix shell unfixed
  grep -q 'fixed and working 0 of 1' out
}

@test "a_library_that_changes_what_it_should_not_fails" {
  printf '#include <unistd.h>\nint setsid(void) { return 1; }\n' >no.c
  cc -shared -fPIC -o no.so no.c
  library=$tmp/no.so compat --mode fix/shell memcached
  [ "$status" = 1 ]
  row memcached fix shell changed
}

@test "an_unknown_program_or_mode_is_refused" {
  compat --mode fix no_such_program
  [ "$status" = 1 ]
  grep -q 'no program no_such_program' err
  compat --mode no-such-mode iperf
  [ "$status" = 1 ]
  grep -q 'no mode no-such-mode' err
}

@test "what_check_or_try_recommends_is_what_the_programs_are_started_with" {
  compat --mode proposed/shell iperf memcached
  [ "$status" = 0 ]
  row iperf check:fix shell fixed
  row memcached try:fix-fork shell fixed || row memcached check:fix-fork shell fixed
  grep -q 'recommended by check:fix: .* 1 of 1' out
}

@test "a_recommended_mode_that_fixes_nothing_fails" {
  library=$fix/probe.so compat --mode proposed/shell iperf
  [ "$status" = 1 ]
  row iperf check:fix shell unfixed
}

@test "a_world_that_is_not_known_is_refused" {
  compat worlds no_such_world
  [ "$status" = 1 ]
  grep -q 'no program no_such_world' err
}
