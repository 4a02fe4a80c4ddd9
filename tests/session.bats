# SPDX-License-Identifier: MIT
# Guarantee 1: the daemon leads no session, and has and acquires no controlling terminal.
load helper

# Makes a terminal, tty, that is nobody's controlling terminal.
fresh_terminal() {
  "$fix/terminal" "$tmp/tty" </dev/null >/dev/null 2>&1 3>&- &
  note $!
  within 5 test -s "$tmp/tty"
  tty=$(<"$tmp/tty")
}

@test "daemon_is_not_a_session_leader" {
  fixed "$fix/report" "$tmp/report"
  [ "$status" = 0 ]
  reported
  pid=$(value after.pid)
  alive "$pid"
  not leads_session "$pid"
}

@test "under_glibc_alone_the_daemon_is_a_session_leader" {
  launch "$fix/report" "$tmp/report"
  reported
  leads_session "$(value after.pid)"
}

@test "session_is_that_of_the_intermediate_which_is_gone" {
  fixed "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  sid=$(field "$pid" session)
  [ "$sid" != "$(value before.sid)" ]
  [ ! -e "/proc/$sid" ]
}

@test "daemon_leads_its_process_group_as_under_glibc_alone" {
  launch "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  [ "$(field "$pid" pgrp)" = "$pid" ]
  rm "$tmp/report"
  fixed "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  [ "$(field "$pid" pgrp)" = "$pid" ]
}

@test "daemon_has_no_controlling_terminal" {
  launch LD_PRELOAD="$lib" "$fix/onpty" "$fix/report" "$tmp/report"
  reported
  [ "$(field "$(value after.pid)" tty_nr)" = 0 ]
}

@test "opening_a_terminal_does_not_acquire_it" {
  fresh_terminal
  fixed "$fix/report" -t "$tty" "$tmp/report"
  reported
  [ "$(value tty.opened)" = 1 ]
  [ "$(value tty.controlling)" = no ]
  [ "$(field "$(value after.pid)" tty_nr)" = 0 ]
}

@test "under_glibc_alone_opening_a_terminal_acquires_it" {
  fresh_terminal
  launch "$fix/report" -t "$tty" "$tmp/report"
  reported
  [ "$(value tty.opened)" = 1 ]
  [ "$(value tty.controlling)" = yes ]
  [ "$(field "$(value after.pid)" tty_nr)" != 0 ]
}

# becomes COMMAND [ARG...]: starts a daemon that executes COMMAND in the same process; sets pid.
becomes() {
  rm -f "$tmp/report"
  fixed "$fix/report" -n "$tmp/report" "$@"
  reported
  pid=$(value after.pid)
}

@test "kill_of_the_daemons_pid_with_a_minus_ends_its_group" {
  becomes bash -c 'sleep 100 & echo $! >$0.tmp; mv $0.tmp $0; wait' "$tmp/child"
  within 10 test -e child
  note "$(<child)"
  kill -TERM -- "-$pid"
  within 10 gone "$pid"
  within 10 gone "$(<child)"
}

@test "a_child_may_join_the_daemons_process_group" {
  becomes python3 -c '
import os, sys
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.setpgid(0, os.getppid())
    os._exit(42 if os.getpgrp() == os.getppid() else 1)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)'
  within 10 grep -qx 42 out
}

# Programs that make the system call themselves, or into which nothing can be preloaded.
raw_setsid() { # compiles it
  cat >raw.c <<'END'
#include <errno.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>
int main(void)
{
	long session = syscall(SYS_setsid);
	printf("%s\n", session >= 0 ? "leader" : errno == EPERM ? "EPERM" : "?");
	return 0;
}
END
  gcc -static -o raw raw.c
}

@test "setsid_by_raw_system_call_or_in_a_static_program_is_EPERM_in_the_daemon" {
  raw_setsid
  becomes "$tmp/raw"
  within 10 grep -qx EPERM out
  launch "$tmp/raw" # outside a daemon the same call succeeds
  [ "$(<out)" = leader ]
}

@test "raw_setsid_is_EPERM_in_a_daemon_of_mode_fix_fork" {
  raw_setsid
  launch LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork "$fix/byhand" fork [ setsid "sh:exec $tmp/raw" ] wait
  grep -qx EPERM out
}

@test "setsid_1_runs_what_it_is_given_in_a_daemon" {
  becomes sh -c 'exec setsid sh -c "echo runs"'
  within 10 grep -qx runs out
  rm out
  fixed DAEMONFIX_MODE=background DAEMONFIX_STDOUT="$tmp/log" sh -c 'exec setsid sh -c "echo runs"'
  [ "$status" = 0 ]
  within 10 grep -qx runs log
}
