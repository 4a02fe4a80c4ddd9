# SPDX-License-Identifier: MIT
# Guarantees 4 and 8 in programs with threads, as far as fork(2) allows.
load helper
load reap

@test "daemon_of_32_busy_threads_is_alone_and_can_allocate_print_and_create_threads" {
  fixed "$fix/reap" -s 0 20 "$fix/threads"
  is "$(endings)" "20 exit 0; exit 0"
}

@test "another_thread_may_change_the_environment_during_the_call" {
  fixed "$fix/reap" -s 0 50 "$fix/threads" -e
  is "$(endings)" "50 exit 0; exit 0"
  fixed DAEMONFIX_VERBOSE=1 "$fix/reap" -s 0 20 "$fix/threads" -e
  is "$(endings)" "20 exit 0; exit 0"
}

@test "atfork_handlers_run_once_each_as_under_glibc_alone" {
  launch "$fix/reap" -s 0 1 "$fix/atfork"
  sort "$tmp/err" >"$tmp/glibc"
  fixed "$fix/reap" -s 0 1 "$fix/atfork"
  is "$(endings)" "1 exit 0; exit 0"
  sort "$tmp/err" | diff "$tmp/glibc" -
}

@test "atfork_handlers_have_run_once_each_when_daemon_fails_after_them" {
  fixed "$fix/reap" -s 0 1 "$fix/atfork" -l
  is "$(grep -v child "$tmp/err")" "$(printf '%s\n' '1 prepare b' '2 prepare a' '3 parent a' \
    '4 parent b' '5 failed')"
}

@test "a_pending_cancellation_does_not_act_inside_and_does_afterwards" {
  fixed "$fix/reap" -s 0 20 "$fix/cancel"
  is "$(endings)" "20 exit 0; exit 0"
}

@test "a_child_forked_by_another_thread_meanwhile_holds_nobody_up" {
  fixed "$fix/holder"
  is "$(cat "$tmp/out")" "0 in the daemon"
}

@test "such_a_child_holds_nobody_up_when_nobody_waits_for_the_launching_process" {
  fixed "$fix/holder" -u
  is "$(cat "$tmp/out")" "0 in the daemon"
}

@test "such_a_child_holds_nobody_up_when_the_daemon_is_killed_before_it_is_complete" {
  fixed "$fix/holder" -k
  is "$(cat "$tmp/out")" "EPIPE in the launching process"
}
