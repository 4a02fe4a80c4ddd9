# SPDX-License-Identifier: MIT
# Guarantees 5 and 8: signal state and other inherited attributes are kept, however SIGCHLD is treated, and
# signals may arrive during the call.
load helper
load reap

# state [ARG...]: the fixture under the library, once; its lines are in $tmp/err.
state() { fixed "$fix/reap" -s 0 1 "$fix/state" "$@"; }
said() { [ "$(value "$1" "$tmp/err")" = "$2" ]; }

all_kept() {
  for name in mask actions altstack altstack.used umask environment; do said "$name" kept; done
  said children none
}

@test "blocked_signals_stay_blocked_bit_for_bit" {
  state
  said result 0
  said mask kept
}

@test "handlers_and_ignored_signals_stay_as_they_are" {
  state
  said actions kept
}

@test "signals_that_were_pending_are_not_pending_in_the_daemon" {
  state
  said pending none
}

@test "alternate_signal_stack_stays_and_works" {
  state
  said altstack kept
  said altstack.used kept
}

@test "umask_and_environment_stay" {
  state
  said umask kept
  said environment kept
}

@test "errno_stays_when_daemon_succeeds" {
  state
  said errno kept
  DAEMONFIX_STDOUT=$tmp/log DAEMONFIX_PIDFILE=$tmp/pid DAEMONFIX_CLOSEFDS=1 state
  said errno kept
  DAEMONFIX_MODE=foreground DAEMONFIX_STDOUT=$tmp/log DAEMONFIX_PIDFILE=$tmp/pid state
  said errno kept
}

@test "errno_is_0_when_main_begins" {
  local mode
  for mode in fix fix-fork background; do
    DAEMONFIX_MODE=$mode DAEMONFIX_STDERR=$tmp/err DAEMONFIX_PIDFILE=$tmp/pid state
    within 20 said errno.main 0
  done
}

@test "after_an_early_failure_all_is_as_before" {
  state -e
  said result EMFILE
  said pending kept
  all_kept
}

@test "after_a_late_failure_all_is_as_before" {
  state -l
  said result EPIPE
  said pending kept
  all_kept
}

# children HOW: starts 50 daemons whose launching processes treat children that have ended in that way, and
# makes 20 calls that fail late; the status of the fixture state says whether everything was kept.
children() {
  fixed "$fix/reap" -s 0 50 "$fix/state" -c "$1"
  is "$(endings)" "50 exit 0; exit 0"
  fixed "$fix/reap" -s 0 20 "$fix/state" -l -c "$1"
  is "$(endings)" "20 exit 0"
  is "$(sed -n 's/^result=//p' "$tmp/err" | sort -u)" EPIPE
}

@test "sigchld_may_be_ignored" { children ignore; }
@test "sigchld_may_have_sa_nocldwait" { children nowait; }
@test "a_handler_may_reap_everything" { children handler; }
@test "a_thread_may_reap_everything" { children thread; }

# Signal 10 is SIGUSR1, with a handler here; it goes to the whole process group.
storm() {
  fixed "$fix/harass" "$@" -h 10 200
  totals=$(grep '^sent' "$tmp/out")
  is "$(runs | grep -v sent)" "200 exit 0, a daemon"
  [[ $totals =~ ^sent:\ ([0-9]+)\ in\ ([0-9]+)\ ms.*,\ handled:\ ([0-9]+)\ .*\ ([0-9]+)\ elsewhere$ ]]
  ((BASH_REMATCH[1] > 5 * 200)) # at least five signals for each start
  ((BASH_REMATCH[3] > 0))
  ((BASH_REMATCH[4] == 0))
}

@test "a_storm_of_handled_signals_does_no_harm" { storm; }
@test "a_storm_of_handled_signals_does_no_harm_to_a_threaded_program" { storm -t; }

@test "under_glibc_alone_some_are_handled_by_a_half_made_daemon" {
  strayed() {
    launch "$fix/harass" -h 10 200
    grep -q ' [1-9][0-9]* elsewhere' "$tmp/out"
  }
  within 60 strayed
}

# harass [ARG...]: starts 300 launching processes, each of which gets one signal.
harass() {
  fixed "$fix/harass" "$@" 300
  runs # shown if the test fails
}

@test "sigterm_either_ends_the_launching_process_alone_or_leaves_a_daemon" {
  harass 15
  is "$(sort -u "$tmp/out")" $'exit 0, a daemon\nsignal 15, nothing'
  harass -g 15
  is "$(sort -u "$tmp/out")" $'exit 0, a daemon\nsignal 15, nothing'
}

@test "under_glibc_alone_sigterm_to_the_group_leaves_nothing_after_status_0" {
  lost() {
    launch "$fix/harass" -g 15 300
    grep -q 'exit 0, nothing' "$tmp/out"
  }
  within 60 lost
}

# A signal that cannot be blocked, or that another thread takes, may also come after the daemon is complete.
killed() {
  harass "$@"
  is "$(grep -v -e '^exit 0, a daemon$' -e "^signal ${*: -1}, a daemon$" "$tmp/out" | sort -u)" \
    "signal ${*: -1}, nothing"
  grep -q '^exit 0, a daemon$' "$tmp/out"
}

@test "sigkill_of_the_launching_process_leaves_a_complete_daemon_or_nothing" {
  killed 9
  killed -g 9
}

@test "sigkill_of_a_threaded_launching_process_leaves_a_complete_daemon_or_nothing" {
  killed -t 15
  killed -t 9
}
