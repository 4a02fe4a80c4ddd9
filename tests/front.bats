# SPDX-License-Identifier: MIT
# Mode foreground-fork: a process stays in front of a program until the program's daemon has ended, and
# ends with the daemon's status.
load helper
load front
load command
load sandbox

# --- which process is the daemon

@test "it_ends_with_the_status_of_a_program_that_does_not_fork" {
  for way in "${ways[@]}"; do
    for n in 0 1 77 255; do
      in_front "$way" "$fix/byhand" "exit:$n"
      ends_with "$n"
    done
  done
}

@test "it_ends_with_the_status_of_a_daemon_that_has_forked_once_or_twice" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid exit:3 ]
    ends_with 3
    in_front "$way" "$fix/byhand" fork [ setsid fork [ exit:4 ] ]
    ends_with 4
    in_front "$way" "$fix/byhand" fork [ fork [ setsid fork [ exit:5 ] ] ]
    ends_with 5
  done
}

@test "it_ends_by_the_signal_that_ended_the_daemon_without_a_core_file" {
  ulimit -c unlimited
  for way in "${ways[@]}"; do
    for sig in 1 6 9 11 34; do
      in_front "$way" "$fix/byhand" fork [ setsid "kill:$sig" ]
      ends_with $((128 + sig))
    done
  done
  cat "$tmp/err"
  # a core file of the daemon's own is the daemon's affair
  signalled_without_core() {
    python3 -c 'import os, subprocess, sys
pid = os.spawnve(os.P_NOWAIT, sys.argv[1], sys.argv[1:], os.environ)
status = os.waitpid(pid, 0)[1]
sys.exit(not (os.WTERMSIG(status) == 11 and not os.WCOREDUMP(status)))' "$@"
  }
  signalled_without_core "$root/build/daemonfix" run -K -- "$fix/byhand" fork [ setsid kill:11 ]
}

@test "it_stays_while_the_daemon_lives_and_is_its_parent" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid fork [ "pid:$tmp/pid.$way" stay ] ]
    pid=$(told "$tmp/pid.$way")
    within 20 has_only "$pid"
    [ "$(field "$pid" ppid)" = "$front" ]
    kill "$front"
    ends_with 0
    gone "$pid"
  done
}

@test "daemon_3_does_not_fork_and_leads_a_session_and_a_group" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/report" "$tmp/report.$way"
    within 20 test -e "$tmp/report.$way"
    [ "$(value result "$tmp/report.$way")" = 0 ]
    [ "$(value before.pid "$tmp/report.$way")" = "$(value after.pid "$tmp/report.$way")" ]
    [ "$(value after.ppid "$tmp/report.$way")" = "$front" ]
    [ "$(value after.fds "$tmp/report.$way")" = "$(value before.fds "$tmp/report.$way")" ]
    [ "$(value after.cwd "$tmp/report.$way")" = / ]
    [ "$(value before.sid "$tmp/report.$way")" = "$(field $$ session)" ]
    [ "$(value after.sid "$tmp/report.$way")" = "$(value after.pid "$tmp/report.$way")" ]
    kill "$front"
    ends_with 143
  done
}

@test "a_child_that_calls_daemon_3_is_followed" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ daemon "pid:$tmp/pid.$way" stay ]
    pid=$(told "$tmp/pid.$way")
    kill "$front"
    ends_with 0
    gone "$pid"
  done
}

@test "a_helper_in_the_programs_own_session_is_not_the_daemon" {
  in_front command sh -c 'sleep 100 & setsid sh -c "sleep 0.2; exit 6" & sleep 0.1; exit 0'
  ends_with 6
}

@test "a_daemon_that_makes_its_session_late_is_found" {
  in_front command sh -c '(sleep 100) & (sleep 0.3; exec setsid sh -c "sleep 0.3; exit 7") & exit 0'
  ends_with 7
}

@test "a_successor_is_followed" { # nginx does so, and gunicorn
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid fork [ "pid:$tmp/second" stay ] \
      "child:$tmp/child" "pid:$tmp/first" sh:'sleep 0.3' ]
    second=$(told second)
    within 20 gone "$(told first)"
    within 20 has_only "$second"
    kill "$front"
    ends_with 0
    rm first second
  done
}

@test "what_the_first_process_has_left_to_it_is_not_forgotten" {
  # The daemon is dead before its launching process ends with 0.
  in_front command sh -c 'sh -c "setsid sh -c \"kill -SEGV \\\$\\\$\" & exit 0"; sleep 0.3; exit 0'
  ends_with 139
}

@test "a_program_that_fails_ends_it_at_once_and_leaves_nothing" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid "pid:$tmp/pid.$way" stay ] sh:"until [ -s $tmp/pid.$way ]; do sleep 0.01; done; exit 9" exit:9
    ends_with 9
    gone "$(<"$tmp/pid.$way")"
  done
}

# --- what is left behind

@test "processes_that_the_daemon_leaves_get_sigterm_and_then_sigkill" {
  in_front command sh -c "(trap 'echo term >>$tmp/said' TERM; echo \$\$ >$tmp/up; while :; do sleep 0.1; done) &
    until [ -e $tmp/up ]; do sleep 0.01; done; exit 3"
  SECONDS=0
  ends_with 3
  ((SECONDS >= 4))
  grep -qx term said
}

@test "it_waits_no_longer_for_what_is_left_than_that_takes" {
  for _ in 1 2 3 4 5; do # a busy machine may be slow four times
    in_front command sh -c 'sleep 100 & setsid sleep 100 & exit 3'
    SECONDS=0
    ends_with 3
    ((SECONDS >= 4)) || return 0
  done
  false
}

@test "descendants_of_what_is_left_are_ended_too_and_nobody_elses" {
  sleep 100 3>&- &
  other=$!
  note $other
  in_front command sh -c "sh -c 'sleep 100 & echo \$! >$tmp/grandchild; wait' &
    until [ -s $tmp/grandchild ]; do sleep 0.01; done; kill -STOP \$!; exit 2"
  ends_with 2
  gone "$(<grandchild)"
  alive $other
}

@test "a_daemon_that_was_told_to_end_leaves_no_successor" {
  in_front command sh -c "setsid sh -c 'trap \"exit 0\" TERM; setsid sleep 100 & echo \$! >$tmp/left; echo \$\$ >$tmp/pid; wait; wait' & exit 0"
  within 20 has_only "$(told pid)"
  left=$(told left)
  kill "$front"
  ends_with 0
  gone "$left"
}

# --- the process in front itself

@test "it_reaps_everything" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid fork [ fork [ sh:'sleep 0.1' ] ] \
      fork [ fork [ sh:'sleep 0.1' ] ] "pid:$tmp/pid.$way" stay ]
    pid=$(told "$tmp/pid.$way")
    within 20 has_only "$pid"
    kill "$front"
    ends_with 0
  done
}

@test "ignored_sigchld_is_the_programs_own" {
  for way in "${ways[@]}"; do
    in_front "$way" env --ignore-signal=CHLD "$fix/byhand" tell exit:3
    ends_with 3
  done
  in_front command "$fix/byhand" tell exit:0
  ends_with 0
  ignoring() { (($((16#$(sed -n 's/^main.signals= [0-9a-f]* \([0-9a-f]*\) .*/\1/p' out))) & 1 << 16)); }
  not ignoring
  started_by=(env --ignore-signal=CHLD)
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" tell exit:3
    ends_with 3
    ignoring
  done
}

@test "it_keeps_no_descriptor_of_the_programs_but_pipes_and_terminals_that_are_stdout_and_stderr" {
  for way in "${ways[@]}"; do
    mkfifo "fifo.$way"
    exec 5<>"fifo.$way"
    in_front "$way" sh -c "exec >/dev/null 2>&1; echo >$tmp/up.$way; exec sleep 100" 7<"$fix/report"
    within 20 test -e "up.$way"
    [ "$(readlink "/proc/$front/fd/0")" = /dev/null ]
    [ "$(readlink "/proc/$front/fd/1")" = /dev/null ] # it was a file
    [ ! -e "/proc/$front/fd/5" ]
    [ ! -e "/proc/$front/fd/7" ]
    [ -e "/proc/$(children_of "$front" | tr -d ' ')/fd/7" ]
    [ "$(readlink "/proc/$front/cwd")" = / ]
    kill "$front"
    ends_with 143
    exec 5>&-
  done
}

@test "who_reads_from_it_sees_the_end_when_it_ends_and_a_socket_is_the_daemons_alone" {
  python3 - "$root/build/daemonfix" <<'END'
import os, select, socket, subprocess, sys, time
def start(out, *argv):
    return subprocess.Popen([sys.argv[1], "run", "-K", "--", *argv], stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.DEVNULL)
script = "exec >/dev/null; until [ -e end ]; do sleep 0.02; done"
ours, theirs = socket.socketpair()
front = start(theirs, "sh", "-c", script)
theirs.close()
assert ours.recv(1) == b""      # while it lives
assert front.poll() is None
reader, writer = os.pipe()
second = start(writer, "sh", "-c", script)
os.close(writer)
assert select.select([reader], [], [], 0.3)[0] == []
open("end", "w").close()
assert os.read(reader, 1) == b""
assert front.wait() == 0 and second.wait() == 0
END
}

@test "it_does_not_run_while_nothing_happens" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid "pid:$tmp/pid.$way" stay ]
    pid=$(told "$tmp/pid.$way")
    switches() { awk '/ctxt_switches/ { n += $2 } END { print n }' "/proc/$front/status"; }
    settled() { [ "$(switches)" = "${before-}" ] || { before=$(switches); sleep 0.3; return 1; }; }
    within 20 settled
    sleep 1
    [ "$(switches)" = "$before" ]
    kill "$front"
    ends_with 0
  done
}

@test "it_has_less_than_350_kib_to_itself" {
  for way in "${ways[@]}"; do
    # the daemon no longer shares memory with the program that it was forked from
    in_front "$way" bash -c "setsid bash -c 'echo \$\$ >$tmp/pid.$way; exec sleep 100' & exit 0"
    told "$tmp/pid.$way"
    private() { awk '/^Private/ { n += $2 } END { print n }' "/proc/$front/smaps_rollup"; }
    is_small() { private && [ "$(private)" -lt 350 ]; }
    within 20 is_small
    kill "$front"
    ends_with 143
  done
}

@test "killed_by_sigkill_it_leaves_the_daemon_alive" {
  in_front command "$fix/byhand" fork [ setsid "pid:$tmp/pid" stay ]
  pid=$(told pid)
  note "$pid"
  kill -KILL "$front"
  ends_with 137
  alive "$pid"
}

# --- settings

@test "bad_settings_are_status_125_before_main" {
  for bad in DAEMONFIX_UMASK=999 DAEMONFIX_NONSENSE=1 DAEMONFIX_CHDIR=/nowhere DAEMONFIX_STDOUT=/nowhere/log \
    DAEMONFIX_PIDFILE=/nowhere/pid; do
    for way in "${ways[@]}"; do
      in_front "$way" "$bad" touch "$tmp/run"
      ends_with 125
      cat err
      [ "$(wc -l <err)" = 1 ]
      grep -q "^daemonfix: .*${bad%%=*}" err
      [ ! -e run ]
    done
  done
}

@test "a_program_that_cannot_be_executed_is_126_or_127" {
  in_front command nowhere
  ends_with 127
  in_front command /etc/passwd
  ends_with 126
}

@test "directory_umask_logs_and_descriptors_hold_for_the_program" {
  for way in "${ways[@]}"; do
    mkdir "dir.$way"
    in_front "$way" DAEMONFIX_CHDIR="$tmp/dir.$way" DAEMONFIX_UMASK=027 DAEMONFIX_CLOSEFDS=1 DAEMONFIX_STDOUT="$tmp/log" \
      DAEMONFIX_STDERR="$tmp/log" "$fix/report" -0 -x "$tmp/report" 7</dev/null
    ends_with 0
    [ "$(value before.cwd)" = "$tmp/dir.$way" ]
    [ "$(value before.Umask:)" = 0027 ]
    [[ $(value before.fds) =~ ^0:/dev/null:[^\ ]*\ 1:$tmp/log:[^\ ]*\ 2:$tmp/log:[^\ ]*\ $ ]]
    not grep '^before.env.DAEMONFIX_[^P]' report
  done
}

@test "pid_file_names_the_daemon_follows_it_and_is_gone_after_it" {
  for way in "${ways[@]}"; do
    rm -f first second
    in_front "$way" DAEMONFIX_PIDFILE="$tmp/pidfile" "$fix/byhand" fork [ setsid block:USR1 "pid:$tmp/first" fork [ \
      "pid:$tmp/second" stay ] await-usr1 ]
    names() { [ "$(cat pidfile)" = "$(cat "$1")" ]; }
    within 20 test -s second
    within 20 names first
    kill -USR1 "$(<first)"
    within 20 names second
    in_front "$way" DAEMONFIX_PIDFILE="$tmp/pidfile" true # a second start
    ends_with 125
    grep -qx "daemonfix: DAEMONFIX_PIDFILE=$tmp/pidfile: already running, PID $(<second)" err
    kill "$(<second)"
    within 20 test ! -e pidfile
  done
}

@test "a_pid_file_is_gone_when_the_start_fails" {
  for way in "${ways[@]}"; do
    in_front "$way" DAEMONFIX_PIDFILE="$tmp/pidfile" "$fix/byhand" exit:3
    ends_with 3
    [ ! -e pidfile ]
    in_front "$way" DAEMONFIX_PIDFILE="$tmp/pidfile" DAEMONFIX_CHDIR=/nowhere true
    ends_with 125
    [ ! -e pidfile ]
  done
}

@test "verbose_tells_how_the_daemon_has_ended" {
  for way in "${ways[@]}"; do
    in_front "$way" DAEMONFIX_VERBOSE=1 "$fix/byhand" fork [ setsid exit:3 ]
    ends_with 3
    cat err
    [ "$(grep -c '^daemonfix: byhand: ' err)" = 2 ]
    grep -q '^daemonfix: byhand: stays in the foreground: mode foreground-fork, ' err
    grep -qx 'daemonfix: byhand: PID [0-9]* has ended with status 3' err
    in_front "$way" DAEMONFIX_VERBOSE=1 "$fix/byhand" fork [ setsid kill:9 ]
    ends_with 137
    grep -qx 'daemonfix: byhand: PID [0-9]* was ended by signal 9' err
  done
}

@test "threads_of_libraries_are_refused_but_not_by_the_command" {
  compile threads.so -shared -fPIC -pthread <<'END'
#include <pthread.h>
static void *idle(void *unused) { for (;;) pause(); return unused; }
static __attribute__((constructor)) void start(void) { pthread_t t; pthread_create(&t, 0, idle, 0); }
END
  in_front preload LD_LIBRARY_PATH="$tmp" "$(linked_with threads.so)" "$tmp/run"
  ends_with 125
  grep -q 'mode foreground-fork cannot be used after a library has started a thread' err
  [ ! -e run ]
  in_front command LD_LIBRARY_PATH="$tmp" "$(linked_with threads.so)" "$tmp/run"
  ends_with 3
  [ -e run ]
}
linked_with() { # linked_with LIBRARY: a program that creates a file
  compile program -L. -Wl,--no-as-needed "-l:$1" <<'END'
#include <fcntl.h>
int main(int n, char **v) { close(open(v[1], O_CREAT, 0600)); return 3; }
END
  echo "$tmp/program"
}

@test "a_pid_file_that_cannot_be_written_refuses_the_start" {
  unshare -m true || skip 'needs root'
  full() { # in a mount namespace: on a file system that is full
    mkdir mnt
    mount -t tmpfs -o size=4k none mnt
    head -c 4096 /dev/zero >mnt/block
    exec "$@"
  }
  export -f full
  for way in "${ways[@]}"; do
    started_by=(unshare -m bash -c 'full "$@"' bash)
    in_front "$way" DAEMONFIX_PIDFILE="$tmp/mnt/pid" touch "$tmp/run"
    ends_with 125
    cat err
    grep -q "^daemonfix: DAEMONFIX_PIDFILE=$tmp/mnt/pid: its file system is full" err
    [ ! -e run ]
    rmdir mnt
  done
}

# --- service managers

notified() { # notified ADDRESS PROGRAM...: prints the messages to ADDRESS, one per line
  python3 - "$@" <<'END'
import os, socket, subprocess, sys
name = sys.argv[1]
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("\0" + name[1:] if name[0] == "@" else name)
s.settimeout(0.1)
p = subprocess.Popen(sys.argv[2:], env=dict(os.environ, NOTIFY_SOCKET=name), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
said = []
while True:
    done = p.poll() is not None
    try:
        said.append(s.recv(1000).decode().replace("\n", " ").replace(str(p.pid), "FRONT"))
    except socket.timeout:
        if done: break
print("\n".join(said))
END
}

@test "ready_is_said_when_the_first_process_has_ended_with_0_and_left_a_daemon" {
  run=("$root/build/daemonfix" run -K --)
  for name in "$tmp/socket" @daemonfix-test-$$; do
    [ "$(notified "$name" "${run[@]}" "$fix/byhand" fork [ setsid fork [ exit:3 ] ])" = 'READY=1 MAINPID=FRONT' ]
    rm -f socket
  done
  [ "$(notified "$tmp/socket" "${run[@]}" true)" = '' ]
  rm socket
  [ "$(notified "$tmp/socket" "${run[@]}" "$fix/byhand" fork [ setsid sh:'sleep 0.2' ] exit:1)" = '' ]
  rm socket
  [ "$(notified "$tmp/socket" env LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground-fork "$fix/byhand" fork [ setsid exit:0 ])" = 'READY=1 MAINPID=FRONT' ]
}

@test "listen_pid_and_watchdog_pid_name_the_program" {
  for way in "${ways[@]}"; do
    started_by=(sh -c 'export LISTEN_PID=$$ WATCHDOG_PID=$$; exec "$@"' sh)
    in_front "$way" sh -c 'echo $$ $((1$LISTEN_PID)) $((1$WATCHDOG_PID))'
    ends_with 0
    read -r pid listen watchdog <out
    [[ $listen =~ ^10*$pid$ ]]
    [[ $watchdog =~ ^10*$pid$ ]]
    started_by=(env LISTEN_PID=1 WATCHDOG_PID=1)
    in_front "$way" sh -c 'echo $LISTEN_PID $WATCHDOG_PID'
    ends_with 0
    [ "$(<out)" = '1 1' ]
  done
}

# --- containers

@test "as_pid_1_it_reaps_ends_with_the_daemons_status_and_with_128_and_the_signals_number" {
  for way in "${ways[@]}"; do
    case $way in
    preload) run=(env LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground-fork) ;;
    command) run=("$root/build/daemonfix" run -K --) ;;
    esac
    sandboxed "${run[@]}" "$fix/byhand" fork [ setsid exit:3 ]
    [ "$status" = 3 ]
    sandboxed "${run[@]}" "$fix/byhand" fork [ setsid kill:11 ]
    [ "$status" = 139 ]
    # a helper waits until its orphans are gone, and then ends everything
    rm -f reaped
    sandboxed "${run[@]}" "$fix/byhand" fork [ setsid fork [ \
      sh:"for i in 1 2 3; do (sleep 0.1 &); done
        while ps -e -o stat=,comm= | grep -q -e ^Z -e sleep\$; do sleep 0.05; done; >$tmp/reaped; kill -TERM 1" ] stay ]
    [ "$status" = 0 ]
    [ -e reaped ]
  done
}

@test "as_pid_1_it_ends_by_sigterm_though_the_daemon_has_no_handler" {
  sandboxed "$root/build/daemonfix" run -K -- sh -c 'setsid sleep 100 & (sleep 0.3; kill -TERM 1) & exit 0'
  [ "$status" = 143 ]
}

@test "where_the_program_would_be_the_init_of_a_pid_namespace_it_is_refused" {
  # When an init ends, the kernel kills the other processes, and the status would be 0.
  sandboxed unshare -p "$root/build/daemonfix" run -K -- touch "$tmp/run"
  [ "$status" = 125 ]
  grep -q 'PID namespace' err
  [ ! -e run ]
}

@test "a_proc_of_another_pid_namespace_is_none" {
  sandboxed unshare -p -f "$root/build/daemonfix" run -K -- touch "$tmp/run"
  [ "$status" = 125 ]
  grep -q 'needs /proc' err
  [ ! -e run ]
}

# --- the start

@test "of_200_crashes_at_a_random_moment_of_the_start_none_is_status_0" {
  python3 - "$root/build/daemonfix" "$fix/witness" <<'END'
import glob, os, random, signal, subprocess, sys, time
random.seed(1)
def descendants(pid):
    try:
        children = open(f"/proc/{pid}/task/{pid}/children").read().split()
    except OSError:
        return []
    return [p for c in children for p in [int(c), *descendants(int(c))]]
def kill(pid, number):
    try: os.kill(pid, number)
    except OSError: pass
ends = {}
for n in range(200):
    if os.path.exists("file"): os.unlink("file")
    p = subprocess.Popen([sys.argv[1], "run", "-K", "--", sys.argv[2], "-f", str(n % 4), "file"])
    time.sleep(random.random() * 0.008)
    while not (left := descendants(p.pid)) and p.poll() is None: pass
    # the last one is the daemon or its ancestor
    while p.poll() is None:
        for victim in left[-1:]:
            kill(victim, signal.SIGSEGV if n % 2 else signal.SIGKILL)
        time.sleep(0.001)
        left = descendants(p.pid)
        if n % 2:
            for victim in left: kill(victim, signal.SIGKILL)
    ends[p.returncode] = ends.get(p.returncode, 0) + 1
print(ends)
assert 0 not in ends
END
}
