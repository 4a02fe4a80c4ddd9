# SPDX-License-Identifier: MIT
# daemonfix_wait() and its three sisters: a waitpid(2) that no signal interrupts, that gives the raw
# status, and that tells "still running" from every error.
load helper

# says LINE... -- STEP...: build/tests/linked/wait prints these lines for the steps.
says() {
  local expected=()
  while [ "$1" != -- ]; do expected+=("$1"); shift; done
  shift
  launch timeout 200 "$fix/linked/wait" "$@"
  [ "$status" = 0 ]
  diff <(printf '%s\n' "${expected[@]}") out
}

@test "exit_status_is_the_childs" {
  local n
  for n in 0 1 2 42 100 127 255; do says "1 exited $n" -- exit:$n wait:1; done
}

@test "ending_signal_is_the_childs" {
  ulimit -c 0
  local n
  for n in 9 15 6; do says "1 signalled $n" -- raise:$n wait:1; done # KILL, TERM, ABRT
}

@test "status_tells_an_exit_from_a_signal_of_the_same_number" {
  says '1 exited 9' '2 signalled 9' -- exit:9 raise:9 wait:1 wait:2
}

@test "second_wait_for_a_child_is_ECHILD" {
  says '1 exited 0' ECHILD ECHILD -- exit:0 wait:1 wait:1 nohang:1
}

@test "wait_for_a_process_that_is_no_child_is_ECHILD" {
  says ECHILD ECHILD -- wait:9 nohang:9
}

@test "without_children_any_is_ECHILD" {
  says ECHILD ECHILD -- any any-nohang
}

@test "wait_waits_for_the_child_that_is_named" {
  says '2 exited 2' '1 exited 1' -- exit:1 exit:2 wait:2 wait:1
}

@test "nohang_says_running_while_the_child_is" {
  says running running '1 exited 0' -- hold nohang:1 any-nohang release wait:1
}

@test "nohang_polled_sees_the_exit_and_then_ECHILD" {
  says running '1 exited 0' ECHILD -- hold nohang:1 release until:1 nohang:1
}

@test "nohang_sees_one_child_end_while_another_runs" {
  says '2 exited 7' running running '1 exited 0' -- hold exit:7 until:2 nohang:1 any-nohang release wait:1
}

@test "any_says_which_child_ended_and_how" {
  launch timeout 200 "$fix/linked/wait" exit:3 raise:15 exit:42 any until any any any-nohang
  [ "$status" = 0 ]
  diff - <(sort out) <<'END'
1 exited 3
2 signalled 15
3 exited 42
ECHILD
ECHILD
END
  [ "$(tail -n 1 out)" = ECHILD ]
}

# The last of 500 signals lets the child exit, so all of them have interrupted the call.
@test "signals_do_not_interrupt_a_wait" {
  says '1 exited 0' -- hold storm:500 wait:1
  says '1 exited 0' -- hold storm:500 any
}

@test "waitpid_alone_is_interrupted" {
  launch "$fix/linked/wait" hold storm:500 waitpid:1
  [ "$(<out)" = EINTR ]
}

@test "with_SIGCHLD_ignored_wait_is_ECHILD_when_the_child_is_gone" {
  launch timeout 200 env --ignore-signal=CHLD "$fix/linked/wait" exit:42 wait:1
  [ "$(<out)" = ECHILD ]
}
