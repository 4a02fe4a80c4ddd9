# SPDX-License-Identifier: MIT
# Short versions of the rows of tests/torture/commands: what a subcommand says holds whatever call fails.
load helper
load row

@test "a_failing_call_does_not_make_status_lie" { passes 4 commands status; }
@test "a_failing_call_does_not_make_stop_lie" { passes 4 commands stop; }
@test "a_failing_call_does_not_make_inspect_lie" { passes 1 commands inspect; }
@test "a_failing_call_does_not_make_check_fail_without_a_word" { passes 3 commands check; }
@test "a_failing_call_does_not_make_run_fail_without_a_word" { passes 10 commands run; }
@test "out_of_memory_is_one_line" { passes 34 commands memory; }

@test "without_descriptors_no_daemon_is_said_to_have_ended" {
  launch "$root/build/daemonfix" run -b -p "$tmp/pid" sleep 1000
  pid=$(<pid)
  note "$pid"
  for ((limit = 3; limit < 12; limit++)); do
    for what in status stop; do
      launch prlimit --nofile="$limit" "$root/build/daemonfix" "$what" "$tmp/pid"
      cat out err
      not gone "$pid" || { [ "$what:$status" = stop:0 ] && return 0; }
      [ "$what:$status" != stop:0 ]
      [ "$status" != 1 ] || [ "$what" = stop ]
      [ "$status" != 3 ]
    done
  done
}
