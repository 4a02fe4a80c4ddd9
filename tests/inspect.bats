# SPDX-License-Identifier: MIT
# daemonfix inspect: is that process a correct daemon?
load helper

cmd=$root/build/daemonfix

# inspect PID: sets status; the table is in $tmp/out, the object in $tmp/json.
inspect() {
  launch "$cmd" inspect --json "$1"
  mv out json
  local first=$status
  launch "$cmd" inspect "$1"
  [ "$status" = "$first" ]
}

# is EXPRESSION: the Python expression about the object d is true.
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

# start COMMAND...: starts and notes a background process; its PID is in $!.
start() {
  "$@" </dev/null >/dev/null 2>&1 3>&- &
  note $!
}
# odd KIND [ARG...]: starts the fixture oddity; the ID that it reports is in $id.
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
  is 'd["correct"] is True and d["verdict"] == "correct" and d["problems"] == []'
  is 'd["reason"] == "a correct daemon" and d["supervisor"] is None'
  is 'd["session_leader"] is False and d["can_acquire_terminal"] is False'
  is 'd["controlling_terminal"] is None and d["session_terminal"] is None'
  is 'd["parent"]["relation"] in ("init", "subreaper")'
  is 'd["directory"] == "/" and d["file_system"]["mount_point"] == "/"'
  is '[d[n]["target"] for n in ("stdin", "stdout", "stderr")] == 3 * ["/dev/null"]'
}

@test "glibcs_daemon_is_not_correct_because_it_leads_its_session" {
  launch "$fix/report" "$tmp/report"
  reported
  inspect "$(value after.pid)"
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a correct daemon: leads its session' ]
  [[ $(row 'controlling terminal') = 'none, but acquires'* ]]
  is 'd["problems"] == ["session-leader"] and d["can_acquire_terminal"] is True'
  is 'd["verdict"] == "not-correct" and d["supervisor"] is None'
}

# supervised NAME: starts a child of a program of that name; its PID is in $pid.
supervised() {
  cp "$(command -v bash)" "./$1"
  start "./$1" -c 'sleep 100 & echo $! >pid.tmp; mv pid.tmp pid; wait'
  within 10 test -e pid
  pid=$(<pid)
  rm pid
  note "$pid"
  within 10 grep -qx sleep "/proc/$pid/comm"
}

@test "a_supervised_process_has_a_verdict_of_its_own" {
  while read -r name kind; do
    supervised "$name"
    inspect "$pid"
    [ "$status" = 3 ]
    [ "$(verdict)" = "supervised by ${name:0:15} (PID $!), and as it should be: in the foreground, without a terminal" ]
    is 'd["verdict"] == "supervised" and d["correct"] is False and d["problems"] == []'
    is "d['supervisor'] == {'kind': '$kind', 'pid': $!, 'name': '${name:0:15}'}"
  done <<'END'
supervisord supervisord
runsv runit
s6-supervise s6
supervise daemontools
supervise-daemon openrc
dinit dinit
daemonfix daemonfix
tini container
END
}

@test "a_supervised_process_on_a_terminal_is_not_as_it_should_be" {
  cp "$(command -v bash)" runsv
  start "$fix/onpty" ./runsv -c 'sleep 100 </dev/null >/dev/null & echo $! >pid.tmp; mv pid.tmp pid; wait'
  within 10 test -e pid
  note "$(<pid)"
  inspect "$(<pid)"
  [ "$status" = 1 ]
  [[ $(verdict) = 'supervised by runsv (PID '*'), but not as it should be: has a controlling terminal'* ]]
  is 'd["verdict"] == "not-correct" and d["supervisor"]["kind"] == "runit"'
  is '"parent" not in d["problems"] and "controlling-terminal" in d["problems"]'
}

@test "a_service_of_systemd_leads_its_session_and_is_supervised" {
  cp "$(command -v bash)" systemd
  start ./systemd -c 'setsid sh -c "echo \$\$ >pid.tmp; mv pid.tmp pid
      exec env SYSTEMD_EXEC_PID=\$\$ sleep 100" & wait'
  within 10 test -e pid
  pid=$(<pid)
  note "$pid"
  within 10 grep -qx sleep "/proc/$pid/comm"
  inspect "$pid"
  [ "$status" = 3 ]
  is 'd["session_leader"] and d["supervisor"]["kind"] == "systemd"'
}

adopted() { [ "$(field "$1" ppid)" = "$2" ]; } # PID PARENT

@test "a_daemon_that_a_supervisor_has_adopted_is_judged_as_a_daemon" {
  cp "$fix/oddity" systemd
  for name in systemd tini daemonfix-drain; do
    rm -f id report
    cp "$fix/oddity" "$name"
    start "./$name" subreaper "$tmp/id" env INVOCATION_ID=1 SYSTEMD_EXEC_PID=1 "$fix/report" "$tmp/report"
    reported
    within 10 test -e id
    within 10 adopted "$(value after.pid)" $! # libc's daemon(3) waits for nothing
    inspect "$(value after.pid)"
    [ "$status" = 1 ]
    is 'd["problems"] == ["session-leader"] and d["supervisor"] is None'
    rm -f id report
    start "./$name" subreaper "$tmp/id" env LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
    reported
    within 10 test -e id
    inspect "$(value after.pid)"
    [ "$status" = 0 ]
    is 'd["parent"]["name"] == "'"$name"'" and d["supervisor"] is None'
  done
}

@test "the_first_process_of_a_container_is_supervised_from_outside" {
  needs_root
  start unshare -p -f --kill-child sleep 100
  within 10 grep -q . "/proc/$!/task/$!/children"
  init=$(<"/proc/$!/task/$!/children") init=${init% }
  within 10 grep -qx sleep "/proc/$init/comm"
  inspect "$init"
  [ "$status" = 3 ]
  [[ $(verdict) = "supervised by unshare (PID $!), and as it should be"* ]]
  is 'd["supervisor"]["kind"] == "container"'
  launch nsenter -t "$init" -p unshare -m sh -c 'mount -t proc proc /proc && exec "$0" inspect 1' "$cmd"
  [ "$status" = 3 ]
  grep -q '^session  *outside this PID namespace$' out
  [ "$(verdict)" = 'supervised from outside, as the first process of its container, and as it should be: in the foreground, without a terminal' ]
  kill -KILL "$init"
}

@test "a_child_of_the_init_of_a_container_is_supervised" {
  needs_root
  start unshare -p -f --kill-child sh -c 'sleep 100; true'
  within 10 grep -q . "/proc/$!/task/$!/children"
  init=$(<"/proc/$!/task/$!/children") init=${init% }
  within 10 grep -q . "/proc/$init/task/$init/children"
  pid=$(<"/proc/$init/task/$init/children") pid=${pid% }
  within 10 grep -qx sleep "/proc/$pid/comm"
  inspect "$pid"
  [ "$status" = 3 ]
  is "d['supervisor'] == {'kind': 'container', 'pid': $init, 'name': 'sh'}"
  kill -KILL "$init"
}

@test "the_machines_init_is_no_daemon" {
  [ "$(readlink /proc/self/ns/pid)" = 'pid:[4026531836]' ] || skip 'init is in another PID namespace'
  inspect 1
  [ "$status" != 2 ] || skip 'init cannot be inspected'
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a daemon but init' ]
  is 'd["problems"] == ["init"]'
}

@test "the_object_has_the_documented_fields" {
  sed -nE '/^ \* --json/,/\*\//s/^ \*   (  )?([a-z][a-z_, ]*[a-z])   .*/\2/p' \
    "$root/src/command/inspect.c" | tr -d ' ' | tr , '\n' | sort -u >documented
  supervised supervisord
  inspect "$pid"
  python3 -c '
import json
d = json.load(open("json"))
names = set(d) | set(d["parent"]) | set(d["file_system"]) | set(d["stdin"]) | set(d["supervisor"])
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
  # the master side is not a terminal
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
  needs_root
  start unshare -p -f --kill-child env LD_PRELOAD="$lib" \
    sh -c '"$0" "$1"; exec sleep 100' "$fix/report" "$tmp/report"
  within 20 test -e report
  init=$(<"/proc/$!/task/$!/children")
  within 10 grep -qx sleep "/proc/${init% }/comm" # so the launching process is gone
  daemon=$(<"/proc/${init% }/task/${init% }/children")
  inspect "${daemon% }"
  [ "$status" = 0 ]
  is "d['pid'] == ${daemon% } and d['parent']['relation'] == 'init'"
  is "d['parent']['pid'] == ${init% }"
  kill -KILL "${init% }" # an init does not obey the signal that teardown sends
}

@test "the_working_directory_pins_a_file_system" {
  needs_root
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

@test "a_pipe_into_another_session_is_shown_with_its_holder" {
  mkfifo go
  env LD_PRELOAD="$lib" "$fix/report" "$tmp/report" </dev/null 8> >(exec sleep 100 3>&-) \
    >/dev/null 2>&1 3>&-
  reported
  pid=$(value after.pid)
  held() {
    inspect "$pid"
    holder=$(sed -n 's/^descriptor 8 .*held by \([0-9]*\) (sleep), session .*/\1/p' out)
    [ "$holder" ]
  }
  within 10 held # the holder may not have executed sleep yet
  [ "$status" = 0 ]
  note "$holder"
  [ "$(readlink "/proc/$holder/fd/0")" = "$(readlink "/proc/$pid/fd/8")" ]
  is "[x['holder']['pid'] for x in d['descriptors'] if x['fd'] == 8] == [$holder]"
  end "$holder"
  ((EUID == 0)) || return 0 # an ordinary user cannot know
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

@test "the_mark_is_shown_if_it_can_be_known" {
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

@test "the_mark_is_found_with_the_settings_that_the_library_adds_to_it" {
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
  [ "$(verdict)" = "not a daemon but a zombie: it has ended, and its parent, oddity (PID $!), has not collected its status" ]
  is 'd["problems"] == ["ended"] and not any(list(d.values())[list(d).index("directory"):])'
}

@test "a_kernel_thread_is_no_daemon" {
  [ "$(cat /proc/2/comm 2>/dev/null)" = kthreadd ] || skip 'no kernel threads in this PID namespace'
  inspect 2
  [ "$status" = 1 ]
  [ "$(verdict)" = 'not a daemon but a kernel thread' ]
  grep -qx "session               0, the kernel's" out
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

@test "a_pid_that_is_invalid_or_of_no_process_is_reported" {
  launch sh -c 'echo $$'
  pid=$(<out)
  launch "$cmd" inspect "$pid"
  [ "$status" = 2 ]
  [ "$(<err)" = "daemonfix: $pid: no such process" ]
  for bad in 0 -1 +1 '' ' 1' 99999999999999999999 4294967297; do
    launch "$cmd" inspect -- "$bad"
    [ "$status" = 125 ]
    [ "$(wc -l <err)" = 1 ]
    grep -q 'not a PID' err
  done
  [ ! -s out ]
}

# unseen ARGUMENT PROBLEM PATTERN: inspect sees no process, and says so both in the table and in JSON.
unseen() {
  launch "$cmd" inspect "$1"
  cat err
  [ "$status" = 2 ] && [ ! -s out ] && [ "$(wc -l <err)" = 1 ] && grep -qE "^daemonfix: $3" err || return
  launch "$cmd" inspect --json "$1"
  mv out json
  [ "$status" = 2 ] && [ ! -s err ] || return
  is "d['problems'] == ['$2'] and d['verdict'] == 'not-seen' and d['correct'] is False"
  is "'daemonfix: ' + d['reason'] == open('expected').read().strip()" || return
}

@test "a_process_that_is_not_seen_has_an_object_with_the_same_fields" {
  launch sh -c 'echo $$'
  pid=$(<out)
  echo "daemonfix: $pid: no such process" >expected
  unseen "$pid" missing "$pid: no such process$"
  python3 -c 'import json; print(*json.load(open("json")))' >missing
  start sleep 100
  inspect $!
  python3 -c 'import json; print(*json.load(open("json")))' >found
  diff missing found
  odd thread
  echo "daemonfix: $id: is a thread, not a process (inspect its process, $!)" >expected
  unseen "$id" thread "$id: is a thread"
}

@test "a_pid_file_is_as_good_as_the_pid" {
  start sleep 100
  for content in "$!" " $!" "$!"$'\n' "$!"$'\r\n/var/lib\n5432\n'; do
    printf %s "$content" >pidfile
    inspect pidfile
    [ "$(row 'process  ')" = "$! (sleep)" ]
  done
  fixed DAEMONFIX_PIDFILE="$tmp/locked" "$fix/report" "$tmp/report"
  reported
  inspect locked
  [ "$status" = 0 ]
  is "d['pid'] == $(value after.pid)"
}

@test "a_pid_file_that_names_no_process_is_said_to_be_one" {
  say_of() { "$cmd" status "$1" 2>&1 3>&- | sed 's/^daemonfix: //; s/^/daemonfix: /' >expected || :; }
  : >empty
  echo x >bad
  mkfifo fifo
  for file in empty bad fifo /dev/zero nosuch; do
    say_of "$file"
    unseen "$file" pidfile "$file: "
    is 'd["pid"] is None'
  done
  launch sh -c 'echo $$'
  cp out stale
  say_of stale
  unseen stale missing 'stale: '
  is "d['pid'] == $(<stale)"
}

@test "the_process_group_is_shown_with_its_leader" {
  launch bash -c 'sleep 100 & echo $!'
  note "$(<out)"
  start setsid sh -c 'sh -c "sleep 100 & echo \$! >group.tmp; mv group.tmp group"'
  within 10 test -e group
  pid=$(<group)
  note "$pid"
  within 10 gone "$(field "$pid" pgrp)"
  inspect "$pid"
  [ "$(row 'process group')" = "$(field "$pid" pgrp), whose leader has ended" ]
  # (This test's own group may have lost its leader as well.)
  start setsid sh -c 'sleep 100 & echo $! >member.tmp; mv member.tmp member; wait'
  within 10 test -e member
  pid=$(<member)
  note "$pid"
  inspect "$pid"
  [ "$(row 'process group')" = "$(field "$pid" pgrp), led by sh" ]
}

@test "bad_usage_is_125_and_one_line" {
  for bad in '' '1 1' '--jsn 1' '-j 1' '--json'; do
    # shellcheck disable=SC2086
    launch "$cmd" inspect $bad
    [ "$status" = 125 ]
    [ "$(wc -l <err)" = 1 ]
  done
}

# as_nobody PID COMMAND...: inspects PID as a user without the permission, in an environment that COMMAND makes.
as_nobody() {
  launch "${@:2}" python3 -c '
import os, sys
command = os.open(sys.argv[1], os.O_RDONLY)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.execve(command, ["daemonfix", "inspect", sys.argv[2]], {})' "$cmd" "$1"
}

@test "a_process_that_cannot_be_inspected_is_reported" {
  needs_root
  start sleep 100
  as_nobody $! env
  [ "$status" = 2 ]
  [ "$(<err)" = "daemonfix: $!: not permitted to inspect this process (become its user, or root with CAP_SYS_PTRACE)" ]
  [ ! -s out ]
}

@test "a_hidden_process_is_not_said_to_be_absent" {
  needs_root
  as_nobody 1 unshare -m -p -f --mount-proc sh -c 'mount -o remount,hidepid=invisible /proc && "$@"' -
  [ "$status" = 2 ]
  [ "$(<err)" = 'daemonfix: 1: not permitted to inspect this process (become its user, or root with CAP_SYS_PTRACE)' ]
}

@test "the_proc_of_another_pid_namespace_is_refused" {
  needs_root
  launch unshare -p -f "$cmd" inspect 1
  [ "$status" = 125 ]
  grep -q '/proc is not mounted' err
}

@test "a_process_that_ends_meanwhile_is_reported_on_one_line" {
  for _ in {1..100}; do
    sh -c 'exit 0' 3>&- &
    launch "$cmd" inspect $!
    # inspect sees it as a child of this shell or as a zombie, or does not see it
    if [ "$status" = 1 ]; then
      [[ $(verdict) = 'not a correct daemon: '* || $(verdict) = 'not a daemon but a zombie: '* ]]
      [ ! -s err ]
    else
      [ "$status" = 2 ]
      [ "$(wc -l <err)" = 1 ]
      [ ! -s out ]
    fi
  done
}

@test "the_manual_has_each_field_and_each_problem_and_each_supervisor" {
  sed -n '/^\.Ss inspect/,/^\.Ss [^i]/p' "$root/src/command/daemonfix.1" >section
  sed -n 's/^ \*   \([a-z][a-z_, ]*[a-z]\)   .*/.It Va \1/p' "$root/src/command/inspect.c" | tr -d , >fields
  [ "$(wc -l <fields)" -ge 20 ]
  diff fields <(grep '^\.It Va' section | sed 's/ , / /g')
  sed -nE 's/^\t\[PROBLEM_[A-Z_]*\] = \{"([a-z-]+)",.*/\1/p' "$root/src/command/report.c" >words
  sed -nE 's/^\t*\[SUPERVISOR_[A-Z0-9_]*\] = "([a-z0-9]+)",$/\1/p' "$root/src/command/supervisor.c" | grep -vx none >>words
  [ "$(wc -l <words)" -ge 19 ]
  while read -r word; do grep -qE "^\.(Cm|Pq Cm) (.* )?$word( |\$)" section; done <words
}
