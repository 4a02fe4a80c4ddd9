# SPDX-License-Identifier: MIT
# The DAEMONFIX_ variables: messages about bad values, the programs they apply to, and their removal.
load helper

one_line() { [ "$(wc -l <"$tmp/err")" = 1 ] && grep -q "$1" "$tmp/err"; }
# ours WHEN: the names of our variables, before or after daemon(), each once and without the meaningless
# entries that fill freed places.
ours() { grep -o "^$1.env[^=]*=[^0]" "$tmp/report" | sed 's/=.*//' | sort -u; }
variables() { value after.env "$1" | sed 's/=.*//' | tr '\n' ' '; }

@test "a_bad_value_fails_daemon_with_einval_and_one_line" {
  fixed DAEMONFIX_VERBOSE=yes "$fix/report" "$tmp/report"
  [ "$status" = 1 ]
  [ "$(value result)" = -1 ]
  [ "$(value errno)" = EINVAL ]
  one_line '^daemonfix: DAEMONFIX_VERBOSE=yes: .*1'
}

@test "a_bad_value_in_foreground_fails_daemon_too" {
  fixed DAEMONFIX_MODE=foreground DAEMONFIX_VERBOSE=2 "$fix/report" "$tmp/report"
  [ "$(value errno)" = EINVAL ]
  one_line DAEMONFIX_VERBOSE=2
}

@test "a_bad_value_disturbs_no_program_that_does_not_call_daemon" {
  fixed DAEMONFIX_VERBOSE=yes true
  [ "$status" = 0 ]
  [ ! -s "$tmp/err" ]
}

@test "an_unknown_name_is_an_error_that_says_which_there_are" {
  fixed DAEMONFIX_MOED=background "$fix/report" "$tmp/report"
  [ "$(value errno)" = EINVAL ]
  one_line '^daemonfix: DAEMONFIX_MOED=background: .*DAEMONFIX_MODE'
}

@test "an_unknown_mode_ends_any_program_with_125" {
  for mode in fixx '' FIX 'fix '; do
    fixed DAEMONFIX_MODE="$mode" touch "$tmp/not_run"
    [ "$status" = 125 ]
    [ ! -e "$tmp/not_run" ]
    one_line "^daemonfix: DAEMONFIX_MODE=$mode: .*fix, .*background, .*foreground.*off"
  done
}

@test "in_background_any_bad_variable_ends_the_program_with_125" {
  for bad in DAEMONFIX_VERBOSE=0 DAEMONFIX_NOSUCH=1 DAEMONFIX_ONLY= DAEMONFIX_PID=x; do
    fixed DAEMONFIX_MODE=background "$bad" touch "$tmp/not_run"
    [ "$status" = 125 ]
    [ ! -e "$tmp/not_run" ]
    one_line "$bad"
  done
}

@test "a_bad_value_is_shown_on_one_line_whatever_it_contains" {
  fixed DAEMONFIX_MODE=$'a\nb\e[31m' true
  [ "$status" = 125 ]
  one_line 'DAEMONFIX_MODE=a?b?\[31m'
}

@test "a_long_bad_value_does_not_hide_what_is_allowed" {
  fixed DAEMONFIX_MODE="$(printf 'x%.0s' {1..5000})" true
  [ "$status" = 125 ]
  one_line 'allowed (.*off)$'
}

@test "of_two_values_the_first_counts_as_for_getenv" {
  LD_PRELOAD=$lib python3 - "$fix/report" "$tmp/report" <<'PY' 3>&-
import ctypes, sys
libc = ctypes.CDLL(None)
strings = lambda l: (ctypes.c_char_p * (len(l) + 1))(*[s.encode() for s in l], None)
libc.execve(sys.argv[1].encode(), strings([sys.argv[1], "-x", sys.argv[2]]),
            strings(["LD_PRELOAD=" + __import__("os").environ["LD_PRELOAD"],
                     "DAEMONFIX_MODE=foreground", "DAEMONFIX_MODE=bogus"]))
PY
  [ "$(value before.pid)" = "$(value after.pid)" ]
}

@test "only_names_the_program_the_settings_are_for" {
  fixed DAEMONFIX_ONLY=nginx,report DAEMONFIX_MODE=foreground "$fix/report" -x "$tmp/report"
  [ "$(value before.pid)" = "$(value after.pid)" ]
}

@test "any_other_program_gets_the_plain_fix_and_leaves_the_settings_alone" {
  fixed DAEMONFIX_ONLY=nginx,repor DAEMONFIX_MODE=foreground DAEMONFIX_BAD=1 "$fix/report" "$tmp/report"
  [ "$status" = 0 ]
  [ ! -s "$tmp/err" ]
  reported
  not leads_session "$(value after.pid)"
  [ "$(value before.pid)" != "$(value after.pid)" ]
  [ "$(value after.env.DAEMONFIX_ONLY)" = nginx,repor ]
  [ "$(value after.env.DAEMONFIX_MODE)" = foreground ]
  [ "$(value after.env.DAEMONFIX_PID)" = "$(value after.pid)" ]
}

@test "only_hands_the_settings_through_other_programs" {
  fixed DAEMONFIX_ONLY=report DAEMONFIX_MODE=foreground bash -c 'nice "$@"' - "$fix/report" -x "$tmp/report"
  [ "$(value before.pid)" = "$(value after.pid)" ]
}

# scripts_session NAME INTERPRETER: makes a script that says whether its session is another than BEFORE.
scripts_session() {
  printf '%s\n' "#!$2" 'import os' 'print(os.getsid(0) != int(os.environ["BEFORE"]), flush=True)' >"$1"
  chmod +x "$1"
}

@test "only_means_a_script_by_its_own_name_as_well_as_by_its_interpreters" {
  local way name python
  python=$(basename "$(readlink -f "$(command -v python3)")")
  scripts_session direct "$(readlink -f "$(command -v python3)")"
  scripts_session through_env "/usr/bin/env $python"
  for way in ./direct ./through_env; do
    for name in "$(basename $way)" "$python"; do
      rm -f log
      fixed BEFORE="$(field $$ session)" DAEMONFIX_ONLY="$name" DAEMONFIX_MODE=background \
        DAEMONFIX_STDOUT="$tmp/log" PATH="$(dirname "$(readlink -f "$(command -v python3)")"):$PATH" $way
      [ "$status" = 0 ]
      within 10 grep -qx True log
    done
    fixed BEFORE="$(field $$ session)" DAEMONFIX_ONLY=other DAEMONFIX_MODE=background $way
    [ "$(<out)" = False ]
  done
}

@test "only_takes_names_and_no_paths" {
  for bad in '' 'a,' ',a' 'a,,b' /usr/bin/a; do
    fixed DAEMONFIX_ONLY="$bad" "$fix/report" "$tmp/report"
    [ "$(value errno)" = EINVAL ]
    one_line "DAEMONFIX_ONLY=$bad: "
  done
}

@test "a_daemons_environment_has_its_pid_and_ld_preload_and_no_settings" {
  fixed DAEMONFIX_VERBOSE=1 DAEMONFIX_MODE=fix A=1 "$fix/report" "$tmp/report"
  reported
  [ "$(ours after)" = $'after.env.DAEMONFIX_PID\nafter.env.LD_PRELOAD' ]
  [ "$(value after.env.DAEMONFIX_PID | sort -u)" = "$(value after.pid)" ]
  [ "$(value after.env.LD_PRELOAD)" = "$lib" ]
}

@test "background_consumes_the_settings_before_main" {
  fixed DAEMONFIX_MODE=background DAEMONFIX_VERBOSE=1 "$fix/report" -0 "$tmp/report"
  reported
  [ "$(ours before)" = $'before.env.DAEMONFIX_PID\nbefore.env.LD_PRELOAD' ]
}

@test "other_variables_are_kept_as_they_were" {
  launch env -i LD_PRELOAD="$lib" B=2 A=1 C= A=3 "$fix/report" -n "$tmp/report" env
  reported
  printf '%s\n' "LD_PRELOAD=$lib" B=2 A=3 "DAEMONFIX_PID=$(value after.pid)" C= >expected
  within 10 diff expected out
}

@test "an_empty_environment_is_no_obstacle" {
  launch env -i LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
  reported
  [ "$(value after.env.DAEMONFIX_PID)" = "$(value after.pid)" ]
}

@test "a_failed_daemon_leaves_the_settings_where_they_were" {
  fixed DAEMONFIX_MODE=fix "$fix/report" -l 3 "$tmp/report"
  [ "$(value result)" = -1 ]
  [ "$(value after.env.DAEMONFIX_MODE)" = fix ]
  [ -z "$(value after.env.DAEMONFIX_PID)" ]
}

@test "a_daemon_that_executes_itself_again_keeps_its_pid" {
  fixed DAEMONFIX_MODE=fix "$fix/report" "$tmp/report" "$fix/report" "$tmp/second"
  reported "$tmp/second"
  pid=$(value after.pid)
  [ "$(value before.pid "$tmp/second")" = "$pid" ]
  [ "$(value after.pid "$tmp/second")" = "$pid" ]
  not leads_session "$pid"
}

@test "a_child_of_a_daemon_forks_in_its_own_daemon" {
  fixed "$fix/report" "$tmp/report" sh -c '"$0" "$1"; exec sleep 60' "$fix/report" "$tmp/child"
  reported
  reported "$tmp/child"
  child=$(value after.pid "$tmp/child")
  [ "$(value before.pid "$tmp/child")" != "$child" ]
  [ "$child" != "$(value after.pid)" ]
  not leads_session "$child"
}

@test "a_program_kept_in_the_foreground_stays_there_when_it_executes_itself_again" {
  fixed DAEMONFIX_MODE=foreground "$fix/report" "$tmp/report" "$fix/report" -x "$tmp/second"
  [ "$(value before.pid)" = "$(value after.pid "$tmp/second")" ]
  [ "$(value after.fds "$tmp/second")" = "$(value before.fds)" ]
}

@test "a_child_of_a_program_kept_in_the_foreground_is_an_ordinary_program" {
  fixed DAEMONFIX_MODE=foreground "$fix/report" "$tmp/report" sh -c '"$0" "$1"; :' "$fix/report" "$tmp/child"
  reported "$tmp/child"
  [ "$(value before.pid "$tmp/child")" != "$(value after.pid "$tmp/child")" ]
  [ "$(value after.env.DAEMONFIX_PID "$tmp/child")" = "$(value after.pid "$tmp/child")" ]
  [ -z "$(value before.env.DAEMONFIX_MODE "$tmp/child")" ]
}

@test "the_pid_of_another_process_means_nothing" {
  fixed DAEMONFIX_PID=1 "$fix/report" "$tmp/report"
  reported
  [ "$(value before.pid)" != "$(value after.pid)" ]
  [ "$(value after.env.DAEMONFIX_PID)" = "$(value after.pid)" ]
}

@test "verbose_says_on_one_line_what_became_of_the_program" {
  fixed DAEMONFIX_VERBOSE=1 "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  one_line "^daemonfix: report: is a daemon: mode fix, PID $pid, session $(field "$pid" session)\$"
  fixed DAEMONFIX_VERBOSE=1 DAEMONFIX_MODE=foreground "$fix/report" -x "$tmp/report"
  one_line '^daemonfix: report: stays in the foreground: mode foreground, PID '
  fixed DAEMONFIX_VERBOSE=1 "$fix/report" -l 3 "$tmp/report"
  one_line '^daemonfix: report: could not become a daemon: Too many open files$'
}

@test "without_verbose_nothing_is_said" {
  fixed "$fix/report" "$tmp/report"
  reported
  [ ! -s "$tmp/out" ]
  [ ! -s "$tmp/err" ]
}

# Perl allocates its environment and frees it.
@test "an_environment_that_the_program_has_allocated_can_be_grown_and_freed" {
  local command
  for how in daemon fork; do
    for mode in '' DAEMONFIX_MODE={fix-fork,background,foreground,foreground-fork}; do
      for settings in '' DAEMONFIX_UMASK=022 "DAEMONFIX_PIDFILE=$tmp/pid"; do
        echo "$how $mode $settings"
        rm -f entries
        fixed A=1 ${mode:+"$mode"} ${settings:+"$settings"} "$fix/ownenviron" $how "$tmp/entries"
        [ "$status" = 0 ]
        within 10 test -e entries
        grep -qx A=1 entries
        grep -qx "LD_PRELOAD=$lib" entries
        # in mode fix a program that forks by hand keeps its settings
        [[ $how$mode = fork || $how$mode = fork*ground ]] || grep -q '^DAEMONFIX_PID=[1-9]' entries
      done
    done
  done
}

# The parent collects the daemon and prints its status.
@test "a_daemon_in_perl_can_change_its_environment_and_end" {
  launch "$root/build/daemonfix" run -F -- perl -e 'use POSIX;
    if ($pid = fork) { waitpid $pid, 0; print $?; exit 0 }
    POSIX::setsid(); $ENV{NEW} = 1; $ENV{PATH} = "x" x 1000; delete $ENV{LD_PRELOAD}; exit 0'
  [ "$status" = 0 ]
  [ "$(<out)" = 0 ]
}
