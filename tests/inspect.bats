# SPDX-License-Identifier: MIT
# daemonfix inspect: is that process a correct daemon?
load helper

cmd=$root/build/daemonfix

# inspect PID: its status, the table in $tmp/out, the object in $tmp/json.
inspect() {
  launch "$cmd" inspect --json "$1"
  mv out json
  local first=$status
  launch "$cmd" inspect "$1"
  [ "$status" = "$first" ]
}

# is EXPRESSION: holds, in Python, for the object d.
is() {
  python3 - "$1" <<'PY' 3>&-
import json, sys
d = json.load(open("json", encoding="utf-8"))
if not eval(sys.argv[1]):
    sys.exit("not so: %s\n%s" % (sys.argv[1], json.dumps(d, indent=1)))
PY
}

# row LABEL: of the table.
row() { sed -n "s/^$1  *//p" out; }
verdict() { tail -n 1 out; }

# start COMMAND...: in the background, PID in $!; noted.
start() {
  "$@" </dev/null >/dev/null 2>&1 3>&- &
  note $!
}
# odd KIND [ARG...]: starts the fixture; what it says is in $id.
odd() {
  start "$fix/oddity" "$1" "$tmp/id" "${@:2}"
  within 10 test -e id
  id=$(<id)
}

@test "a_fixed_daemon_is_correct" {
  fixed "$fix/report" "$tmp/report"
  reported
  pid=$(value after.pid)
  inspect "$pid"
  [ "$status" = 0 ]
  [ "$(verdict)" = 'a correct daemon' ]
  [ "$(row 'process  ')" = "$pid (report)" ]
  is 'd["correct"] is True and d["problems"] == []'
  is 'd["session_leader"] is False and d["can_acquire_terminal"] is False'
  is 'd["controlling_terminal"] is None and d["session_terminal"] is None'
  is 'd["parent"]["relation"] in ("init", "subreaper")'
  is 'd["directory"] == "/" and d["file_system"]["mount_point"] == "/"'
  is '[d[n]["target"] for n in ("stdin", "stdout", "stderr")] == 3 * ["/dev/null"]'
}

@test "glibcs_daemon_is_not_for_it_leads_its_session" {
  launch "$fix/report" "$tmp/report"
  reported
  inspect "$(value after.pid)"
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a correct daemon: leads its session' ]
  [[ $(row 'controlling terminal') = 'none, but takes'* ]]
  is 'd["problems"] == ["session-leader"] and d["can_acquire_terminal"] is True'
}

@test "the_object_has_the_documented_fields" {
  sed -nE '/^ \* --json/,/\*\//s/^ \*   (  )?([a-z][a-z_, ]*[a-z])   .*/\2/p' \
    "$root/src/command/inspect.c" | tr -d ' ' | tr , '\n' | sort -u >documented
  start sleep 100
  inspect $!
  python3 -c '
import json
d = json.load(open("json"))
names = set(d) | set(d["parent"]) | set(d["file_system"]) | set(d["stdin"])
print(*sorted(names), sep="\n")' | sort >fields
  diff documented fields
}

@test "a_controlling_terminal_is_named" {
  start "$fix/onpty" sh -c 'tty >terminal; sleep 100 & echo $! >pid.tmp; mv pid.tmp pid; wait'
  within 10 test -e pid
  note "$(<pid)"
  inspect "$(<pid)"
  [ "$status" = 1 ]
  [ "$(row 'controlling terminal')" = "$(<terminal)" ]
  is "d['controlling_terminal'] == d['session_terminal'] == '$(<terminal)'"
  is '"controlling-terminal" in d["problems"] and "session-leader" not in d["problems"]'
  is 'd["stdout"]["terminal"] and "stdout-terminal" in d["problems"]'
  [[ $(row session) = *", led by sh, on $(<terminal)" ]]
  inspect "$(field "$(<pid)" session)"
  is 'd["session_leader"] and not d["can_acquire_terminal"]'
}

@test "the_name_of_a_terminal_with_a_large_number_is_right" {
  start python3 -c '
import os, time
slaves = [os.openpty()[1] for _ in range(300)]
name = os.ttyname(slaves[-1])
os.setsid()
os.open(name, os.O_RDWR)
with open("terminal.tmp", "w") as f:
    print(name, file=f)
os.rename("terminal.tmp", "terminal")
time.sleep(100)'
  within 10 test -e terminal
  inspect $!
  [ "$(row 'controlling terminal')" = "$(<terminal)" ]
}

@test "the_session_of_a_terminal_is_no_place_for_a_daemon" {
  start "$fix/onpty" python3 -c '
import fcntl, os, termios, time
if os.fork():
    time.sleep(100)
fcntl.ioctl(0, termios.TIOCNOTTY)
null = os.open("/dev/null", os.O_RDWR)
for fd in 0, 1, 2:
    os.dup2(null, fd)
with open("pid.tmp", "w") as f:
    print(os.getpid(), file=f)
os.rename("pid.tmp", "pid")
time.sleep(100)'
  within 10 test -e pid
  note "$(<pid)"
  inspect "$(<pid)"
  [ "$status" = 1 ]
  is 'd["controlling_terminal"] is None and d["session_terminal"].startswith("/dev/pts/")'
  is 'd["problems"] == ["terminal-session", "parent"]'
}

@test "standard_output_on_a_terminal_is_a_problem" {
  start "$fix/terminal" "$tmp/terminal"
  within 10 test -s terminal
  env LD_PRELOAD="$lib" "$fix/report" -n "$tmp/report" </dev/null >"$(<terminal)" 2>/dev/null 3>&-
  reported
  inspect "$(value after.pid)"
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a correct daemon: standard output is a terminal' ]
  is "d['stdout']['target'] == '$(<terminal)' and d['stdout']['terminal']"
  is 'not d["stdin"]["terminal"] and not d["stderr"]["terminal"]'
}

@test "a_terminal_above_2_is_named_and_no_problem" {
  start "$fix/terminal" "$tmp/terminal"
  within 10 test -s terminal
  env LD_PRELOAD="$lib" "$fix/report" "$tmp/report" 7<>"$(<terminal)" </dev/null >/dev/null 2>&1 3>&-
  reported
  inspect "$(value after.pid)"
  [ "$status" = 0 ]
  [ "$(row 'descriptor 7')" = "$(<terminal), a terminal" ]
  # its own master side is not one
  inspect "$(sed -n 1p pids)"
  is '[x["terminal"] for x in d["descriptors"] if x["target"].endswith("ptmx")] in ([], [False])'
}

@test "closed_descriptors_are_said_to_be_closed" {
  bash -c 'exec "$0" 100 <&- >&- 2>&-' sleep 3>&- &
  note $!
  within 10 grep -q sleep "/proc/$!/comm"
  inspect $!
  [ "$(row 'standard error')" = closed ]
  is 'd["stdin"] is d["stdout"] is d["stderr"] is None'
}

@test "a_subreaper_is_recognised" {
  odd subreaper env LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
  reported
  inspect "$(value after.pid)"
  [ "$status" = 0 ]
  is "d['parent'] == {'pid': $id, 'name': 'oddity', 'relation': 'subreaper'}"
}

@test "a_daemons_child_is_no_daemon" {
  fixed "$fix/report" "$tmp/report" sh -c 'sleep 100 & echo $! >'"$tmp"'/child; wait'
  reported
  within 10 test -s child
  note "$(<child)"
  inspect "$(<child)"
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a correct daemon: its parent is neither init nor a subreaper' ]
  is 'd["parent"]["relation"] == "session"'
}

@test "init_of_another_pid_namespace_is_init" {
  start unshare -p -f --kill-child env LD_PRELOAD="$lib" \
    sh -c '"$0" "$1"; exec sleep 100' "$fix/report" "$tmp/report"
  within 20 test -e report
  init=$(<"/proc/$!/task/$!/children")
  daemon=$(<"/proc/${init% }/task/${init% }/children")
  inspect "${daemon% }"
  [ "$status" = 0 ]
  is "d['pid'] == ${daemon% } and d['parent']['relation'] == 'init'"
  is "d['parent']['pid'] == ${init% }"
  kill -KILL "${init% }" # an init does not obey the signal that teardown sends
}

@test "the_working_directory_pins_a_file_system" {
  mkdir $'a b\\\n\xff'
  start unshare -m bash -c 'mount -t tmpfs "odd source" "$1" && cd "$1" && mkdir c && cd c &&
    >"$0/ready" && exec sleep 100' "$tmp" "$tmp/"$'a b\\\n\xff'
  within 10 test -e ready
  within 10 grep -q sleep "/proc/$!/comm"
  inspect $!
  [ "$(row 'pins file system')" = "$tmp/a b\\\\x0a\\xff (odd source, tmpfs)" ]
  [ "$(row directory)" = "$tmp/a b\\\\x0a\\xff/c" ]
  is "d['file_system'] == {'mount_point': '$tmp/a b\\\\\\n\\\\xff', 'source': 'odd source', 'type': 'tmpfs'}"
}

@test "a_removed_directory_is_shown_as_such" {
  mkdir gone
  start env -C gone sleep 100
  within 10 grep -q sleep "/proc/$!/comm"
  rmdir gone
  inspect $!
  [ "$(row directory)" = "$tmp/gone (deleted)" ]
}

@test "a_directory_too_long_for_proc_is_no_obstacle" {
  start python3 -c '
import os, time
for i in range(30):
    os.mkdir(200 * "d")
    os.chdir(200 * "d")
open("'"$tmp"'/ready", "w")
time.sleep(100)'
  within 10 test -e ready
  inspect $!
  [ "$status" = 1 ]
  [ "$(row directory)" = '(too long)' ]
}

@test "a_name_with_everything_in_it_is_shown_on_one_line" {
  odd named $'a) S 1\n(\xff\e\u9b'
  inspect "$id"
  [ "$(row 'process  ')" = "$id (a) S 1\\x0a(\\xff\\x1b\\xc2\\x9b)" ]
  is 'd["name"] == "a) S 1\n(\\xff\x1b\x9b"'
  is "d['parent']['pid'] == $BASHPID"
  not grep -q $'[\x01-\x09\x0b-\x1f]' out
}

@test "an_executable_file_with_everything_in_its_name_is_shown_on_one_line" {
  cp "$(command -v sleep)" $'e x\ne) (\xff"'
  start ./$'e x\ne) (\xff"' 100
  within 10 grep -q '^e x' "/proc/$!/comm"
  inspect $!
  [ "$(row program)" = "$tmp/e x\\x0ae) (\\xff\"" ]
  is "d['program'] == '$tmp/e x\\ne) (\\\\xff\"'"
  is 'd["name"] == "e x\ne) (\\xff\""'
  is "d['parent']['pid'] == $BASHPID"
}

@test "umask_and_signals_are_told_by_name" {
  start python3 -c '
import os, signal
os.umask(0o137)
for s in signal.SIGHUP, signal.SIGUSR1, signal.SIGRTMIN + 1, signal.SIGRTMAX:
    signal.signal(s, signal.SIG_IGN)
signal.pthread_sigmask(signal.SIG_SETMASK, [signal.SIGCHLD, signal.SIGRTMIN])
os.execvp("sleep", ["sleep", "100"])'
  within 10 grep -q sleep "/proc/$!/comm"
  inspect $!
  [ "$(row umask)" = 0137 ]
  [ "$(row 'blocked signals')" = 'CHLD RTMIN' ]
  is 'd["umask"] == "0137" and d["blocked_signals"] == ["SIGCHLD", "SIGRTMIN"]'
  is '{"SIGHUP", "SIGUSR1", "SIGRTMIN+1", "SIGRTMIN+30"} <= set(d["ignored_signals"])'
  is 'not {"SIGUSR2", "SIGRTMIN+2"} & set(d["ignored_signals"])'
}

@test "a_pipe_into_another_session_is_told_with_who_holds_it" {
  mkfifo go
  env LD_PRELOAD="$lib" "$fix/report" "$tmp/report" </dev/null 8> >(exec sleep 100 3>&-) \
    >/dev/null 2>&1 3>&-
  reported
  pid=$(value after.pid)
  inspect "$pid"
  [ "$status" = 0 ]
  holder=$(sed -n 's/^descriptor 8 .*held by \([0-9]*\) (sleep), session .*/\1/p' out)
  note "$holder"
  [ "$(readlink "/proc/$holder/fd/0")" = "$(readlink "/proc/$pid/fd/8")" ]
  is "[x['holder']['pid'] for x in d['descriptors'] if x['fd'] == 8] == [$holder]"
  end "$holder"
  inspect "$pid"
  is '[(x["other_end"], x["holder"]) for x in d["descriptors"] if x["fd"] == 8] == [("nobody", None)]'
  [[ $(row 'descriptor 8') = 'pipe:['*'], other end held by nobody' ]]
}

@test "a_pipe_within_the_session_is_not_worth_a_line" {
  fixed "$fix/report" "$tmp/report" bash -c 'exec 8> >(exec sleep 100); echo $! >'"$tmp"'/child; exec sleep 100'
  reported
  pid=$(value after.pid)
  within 10 test -s child
  note "$(<child)"
  within 10 grep -q sleep "/proc/$pid/comm"
  [[ $(readlink "/proc/$pid/fd/8") = pipe:* ]]
  inspect "$pid"
  is 'not [x for x in d["descriptors"] if x["fd"] == 8]'
}

@test "the_library_is_named_if_it_is_loaded" {
  start env LD_PRELOAD="$lib" sleep 100
  within 10 grep -q libdaemonfix "/proc/$!/maps"
  inspect $!
  [ "$(row libdaemonfix.so)" = "$lib" ]
  start sleep 100
  within 10 grep -q sleep "/proc/$!/comm"
  inspect $!
  [ "$(row libdaemonfix.so)" = 'not loaded' ]
  is 'd["library"] is None and d["marker"] == "none"'
}

@test "the_mark_is_told_if_it_can_be_known" {
  fixed "$fix/report" "$tmp/report"
  reported
  inspect "$(value after.pid)"
  is 'd["marker"] == "unknown"'
  fixed "$fix/report" "$tmp/again" "$fix/report" -0 "$tmp/second"
  reported "$tmp/second"
  inspect "$(value after.pid second)"
  is 'd["marker"] == "daemon"'
  fixed DAEMONFIX_MODE=foreground bash -c '"$0" "$1" "$0" -0 "$2" 3>&- & ' "$fix/report" "$tmp/fg" "$tmp/third"
  reported "$tmp/third"
  inspect "$(value after.pid third)"
  is 'd["marker"] == "foreground"'
  [[ $(row DAEMONFIX_PID) = *foreground* ]]
}

@test "marker_is_found_with_what_else_the_library_has_written_to_it" {
  fixed DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" "$tmp/report" \
    "$fix/report" -0 "$tmp/second"
  reported "$tmp/second"
  inspect "$(<"$tmp/pid")"
  is 'd["marker"] == "daemon"'
}

@test "the_mark_of_another_process_says_nothing" {
  start env LD_PRELOAD="$lib" DAEMONFIX_PID=1 sleep 100
  within 10 grep -q libdaemonfix "/proc/$!/maps"
  inspect $!
  is 'd["marker"] == "unknown"'
  start env DAEMONFIX_PID=1 sleep 100
  within 10 grep -q sleep "/proc/$!/comm"
  inspect $!
  is 'd["marker"] == "none"'
}

@test "a_zombie_has_ended" {
  odd zombie
  inspect "$id"
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a correct daemon: has ended (a zombie)' ]
  is 'd["problems"] == ["ended"] and not any(list(d.values())[list(d).index("directory"):])'
}

@test "a_kernel_thread_is_no_daemon" {
  [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || skip 'no kernel threads in this PID namespace'
  inspect 2
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a correct daemon: is a kernel thread' ]
  is 'd["problems"] == ["kernel-thread"] and d["program"] is None'
}

@test "a_thread_is_not_a_process" {
  odd thread
  launch "$cmd" inspect "$id"
  [ "$status" = 2 ]
  [ "$(<err)" = "daemonfix: $id: is a thread, not a process (inspect its process, $!)" ]
}

@test "a_process_without_its_main_thread_is_seen_through_another" {
  odd headless
  within 10 grep -q '^State:.Z' "/proc/$id/status"
  inspect "$id"
  [ "$status" = 1 ]
  is "d['directory'] == '$tmp' and d['stdin']['target'] == '/dev/null'"
  is '"ended" not in d["problems"]'
}

@test "a_pid_that_is_none_or_of_no_process_is_said_to_be" {
  launch sh -c 'echo $$'
  pid=$(<out)
  launch "$cmd" inspect "$pid"
  [ "$status" = 2 ]
  [ "$(<err)" = "daemonfix: $pid: no such process" ]
  for bad in 0 -1 +1 1x '' ' 1' 99999999999999999999 4294967297; do
    launch "$cmd" inspect -- "$bad"
    [ "$status" = 125 ]
    [ "$(wc -l <err)" = 1 ]
    grep -q 'not a PID' err
  done
  [ ! -s out ]
}

@test "bad_usage_is_125_and_one_line" {
  for bad in '' '1 1' '--jsn 1' '-j 1' '--json'; do
    # shellcheck disable=SC2086
    launch "$cmd" inspect $bad
    [ "$status" = 125 ]
    [ "$(wc -l <err)" = 1 ]
  done
}

# as_nobody PID COMMAND...: inspects it as a user who may not, in an environment made by COMMAND.
as_nobody() {
  launch "${@:2}" python3 -c '
import os, sys
command = os.open(sys.argv[1], os.O_RDONLY)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.execve(command, ["daemonfix", "inspect", sys.argv[2]], {})' "$cmd" "$1"
}

@test "what_may_not_be_looked_at_is_said_to_be" {
  start sleep 100
  as_nobody $! env
  [ "$status" = 2 ]
  [ "$(<err)" = "daemonfix: $!: not permitted to look at this process (be its user, or root with CAP_SYS_PTRACE)" ]
  [ ! -s out ]
}

@test "a_hidden_process_is_not_said_to_be_absent" {
  as_nobody 1 unshare -m -p -f --mount-proc sh -c 'mount -o remount,hidepid=invisible /proc && "$@"' -
  [ "$status" = 2 ]
  [ "$(<err)" = 'daemonfix: 1: not permitted to look at this process (be its user, or root with CAP_SYS_PTRACE)' ]
}

@test "the_proc_of_another_pid_namespace_is_refused" {
  launch unshare -p -f "$cmd" inspect 1
  [ "$status" = 125 ]
  grep -q '/proc is not mounted' err
}

@test "a_process_that_ends_meanwhile_is_no_accident" {
  for _ in {1..100}; do
    sh -c 'exit 0' 3>&- &
    launch "$cmd" inspect $!
    # it is seen, as a child of this shell or as a zombie, or it is not
    if [ "$status" = 1 ]; then
      [[ $(verdict) = 'not a correct daemon: '* ]]
      [ ! -s err ]
    else
      [ "$status" = 2 ]
      [ "$(wc -l <err)" = 1 ]
      [ ! -s out ]
    fi
  done
}
