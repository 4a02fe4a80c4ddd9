# SPDX-License-Identifier: MIT
# Mode foreground-fork: the signals that the process in front passes on to the daemon.
load helper
load front

# witness WAY [OPTION...]: starts a daemon that records its signals in the file "noted"; sets daemon.
witness() {
  local way=$1
  shift
  rm -f noted
  in_front "$way" "$fix/witness" "$@" "$tmp/noted"
  within 20 grep -q '^pid ' noted
  daemon=$(sed -n 's/^pid \([0-9]*\) .*/\1/p' noted)
  note "$daemon"
  within 20 has_only "$daemon"
}
got() { sed -n 's/^got //p' noted; }
has_got() { got | grep -qx -- "$1"; }
count() { got | grep -cx -- "$1" || :; }

# end_witness: ends the daemon by the last signal, which comes after all others.
last=$(kill -l RTMAX)
end_witness() {
  kill -s "$last" "$front"
  ends_with 0
}

stopped() { [ "$(field "$1" state)" = T ]; }
going() { [ "$(field "$1" state)" = S ]; }

# All signals but KILL and STOP, which cannot be passed on, CHLD and TSTP, which have tests of their own,
# and those of the C library, which no program can block.
ordinary=({1..8} {10..16} 18 {21..31})
real_time=({34..64})

@test "every_signal_is_handed_on_once" {
  for way in "${ways[@]}"; do
    witness "$way"
    for sig in "${ordinary[@]}"; do
      kill -s "$sig" "$front"
      within 20 has_got "$sig user 0"
    done
    end_witness
    for sig in "${ordinary[@]}"; do [ "$(count "$sig .*")" = 1 ]; done
  done
}

@test "queued_signals_are_handed_on_in_order_and_with_their_values" {
  for way in "${ways[@]}"; do
    witness "$way"
    "$fix/volley" "$front" 93 "${real_time[@]:0:30}" 
    end_witness
    for sig in "${real_time[@]:0:30}"; do [ "$(count "$sig queue $sig")" -ge 3 ]; done
  done
}

@test "sigchld_of_somebody_else_is_handed_on" {
  witness command
  kill -CHLD "$front"
  within 20 has_got '17 user 0'
  end_witness
}

# Without CONT, TTIN and TTOU, of which the kernel drops one when another comes.
unrelated=({1..8} {10..16} {23..31})

@test "a_thousand_signals_in_a_burst_lose_no_kind_of_signal" {
  for way in "${ways[@]}"; do
    witness "$way" -w
    "$fix/volley" "$front" 1000 "${unrelated[@]}" "${real_time[@]:0:30}"
    end_witness
    for sig in "${unrelated[@]}"; do has_got "$sig user 0"; done
    # as many as were sent: these are queued
    for sig in "${real_time[@]:0:30}"; do [ "$(count "$sig queue $sig")" -ge 16 ]; done
  done
}

@test "a_burst_while_the_program_becomes_a_daemon_loses_no_kind_of_signal" {
  for n in {1..20}; do
    rm -f noted
    in_front command "$fix/witness" -f 3 "$tmp/noted"
    within 20 grep -q blocked noted
    "$fix/volley" "$front" $((n * 10)) 1 2 3 10 12 15
    within 20 grep -q '^pid ' noted
    end_witness
    for sig in 1 2 3 10 12 15; do has_got "$sig user 0"; done
  done
}

@test "a_signal_that_an_ending_process_did_not_answer_reaches_its_successor" {
  # The first process blocks SIGTERM, gets it, and ends with 0 without having handled it.
  mkfifo fifo
  in_front command env --block-signal=TERM sh -c "
    setsid python3 -c 'import os, signal, time
signal.pthread_sigmask(signal.SIG_UNBLOCK, {15})
open(\"up\", \"w\").close()
time.sleep(100)' &
    echo \$\$ >first; read x <fifo; exit 0"
  within 20 test -s first
  within 20 test -e up
  kill -TERM "$front"
  pending() { (($((16#$(sed -n 's/^ShdPnd:.//p' "/proc/$(<first)/status"))) & 1 << 14)); }
  within 20 pending
  echo >fifo
  ends_with 143
}

@test "sigtstp_stops_both_and_sigcont_continues_both" {
  for way in "${ways[@]}"; do
    in_front "$way" "$fix/byhand" fork [ setsid fork [ "pid:$tmp/pid.$way" stay ] ]
    pid=$(told "$tmp/pid.$way")
    within 20 has_only "$pid"
    kill -TSTP "$front"
    within 20 stopped "$pid"
    within 20 stopped "$front"
    kill -CONT "$front"
    within 20 going "$pid"
    within 20 going "$front"
    kill "$front"
    ends_with 0
  done
}

@test "a_daemon_that_handles_sigtstp_gets_it" {
  in_front command sh -c "trap 'echo tstp >$tmp/got' TSTP; echo \$\$ >$tmp/pid; while :; do sleep 0.05; done"
  pid=$(told pid)
  kill -TSTP "$front"
  within 20 test -s got
  within 20 going "$front"
  kill "$front"
  ends_with 143
}

# The daemon alone is stopped and continued; the signal that is sent meanwhile ends it then.
goes_on_while_stopped() {
  kill -STOP "$pid"
  within 20 stopped "$pid"
  kill -USR1 "$front"
  not stopped "$front"
  kill -CONT "$pid"
  ends_with 138
}

@test "a_daemon_that_is_stopped_by_others_does_not_stop_the_process_in_front" {
  in_front command "$fix/byhand" fork [ setsid "pid:$tmp/pid" stay ]
  pid=$(told pid)
  within 20 has_only "$pid"
  goes_on_while_stopped
}

@test "a_stopped_daemon_in_its_own_session_does_not_stop_the_process_in_front" { # no shell would continue it
  started_by=(setsid)
  in_front command "$fix/byhand" "pid:$tmp/pid" stay
  pid=$(told pid)
  note "$pid"
  goes_on_while_stopped
}

@test "sigterm_ends_a_daemon_that_is_stopped" { # runit and systemd send SIGCONT after it
  in_front command "$fix/byhand" fork [ setsid "pid:$tmp/pid" stay ]
  pid=$(told pid)
  within 20 has_only "$pid"
  kill -TSTP "$front"
  within 20 stopped "$front"
  kill -TERM "$front"
  kill -CONT "$front"
  ends_with 0
}

# The process in front is stopped meanwhile, so that a SIGHUP that it wrongly sends back cannot merge with
# the daemon's own.  It recognises a child of the daemon only while that child exists.
@test "what_the_daemon_sends_to_its_group_or_to_its_parent_does_not_come_back" {
  started_by=(setsid) # its process group is not that of the tests
  in_front command sh -c "trap 'echo hup >>$tmp/got' HUP; trap 'echo usr2 >>$tmp/got' USR2
    kill -STOP \$PPID; kill -HUP 0; kill -CONT \$PPID; kill -HUP \$PPID
    (trap '' HUP; kill -STOP \$PPID; kill -HUP 0; until [ \$(grep -c hup $tmp/got) = 2 ]; do sleep 0.05; done
      kill -CONT \$PPID; >$tmp/sent; while kill -0 \$\$; do sleep 0.05; done) &
    until [ -e $tmp/sent ]; do sleep 0.05; done
    echo \$\$ >$tmp/pid; while :; do sleep 0.05; done"
  told pid
  kill -USR2 "$front" # comes after what came before
  within 20 grep -qx usr2 got
  kill -USR1 "$front"
  ends_with 138
  [ "$(<got)" = $'hup\nhup\nusr2' ]
}

@test "a_daemon_that_has_handled_sigterm_has_ended_whatever_its_workers_say" {
  in_front command sh -c "trap 'trap \"\" TERM; exit 0' TERM; setsid sh -c 'trap \"exit 1\" TERM; while :; do sleep 0.05; done' &
    echo \$\$ >$tmp/pid; while :; do sleep 0.05; done"
  told pid
  kill "$front"
  ends_with 0
}

# on_terminal SCRIPT: Python with a shell, or a program, on a terminal: run(ARGV), keys(BYTES),
# seen(TEXT) waits until that has been written there, until(FUNCTION).
on_terminal() {
  python3 - "$root/build/daemonfix" "$fix" "$tmp/noted" <<END
import os, pty, re, select, signal, sys, time
daemonfix, fix, noted = sys.argv[1:]
os.environ.pop("ENV", None)
screen = ""
def run(*argv):
    global pid, fd
    pid, fd = pty.fork()
    if pid == 0: os.execv(argv[0], argv)
def read():
    global screen
    while select.select([fd], [], [], 0.02)[0]:
        try: screen += os.read(fd, 4096).decode(errors="replace")
        except OSError: break
def until(f, what="?"):
    end = time.time() + 200
    while not f():
        read()
        assert time.time() < end, (what, screen)
def keys(text): os.write(fd, text.encode())
def seen(text): until(lambda: text in screen, text)
def lines(): return open(noted).read().splitlines() if os.path.exists(noted) else []
def got(sig): return [l for l in lines() if l.startswith(f"got {sig} ")]
def state(p): return open(f"/proc/{p}/stat").read().rsplit(")")[1].split()[0]
def child(p): return int(open(f"/proc/{p}/task/{p}/children").read().split()[0])
$1
END
}

@test "ctrl_c_arrives_once" {
  on_terminal '
for forks, more in (0, ["-n"]), (1, ["-n"]), (1, []), (2, []):
    if os.path.exists(noted): os.unlink(noted)
    run(daemonfix, "run", "-K", "--", f"{fix}/witness", "-f", str(forks), *more, noted)
    until(lambda: any(l.startswith("pid") for l in lines()))
    daemon = int(next(l for l in lines() if l.startswith("pid")).split()[1])
    until(lambda: child(pid) == daemon)
    for key, sig in ("\x03", 2), ("\x1c", 3):
        keys(key)
        until(lambda: got(sig), (forks, more, key))
    os.kill(pid, 10)
    until(lambda: got(10))
    assert len(got(2)) == 1 and len(got(3)) == 1, (forks, more, lines())
    os.kill(pid, signal.SIGRTMAX)
    assert os.waitpid(pid, 0)[1] == 0'
}

@test "a_hangup_arrives_once" {
  on_terminal '
for forks in 0, 2:
    if os.path.exists(noted): os.unlink(noted)
    run(daemonfix, "run", "-K", "--", f"{fix}/witness", "-f", str(forks), noted)
    until(lambda: any(l.startswith("pid") for l in lines()))
    daemon = int(next(l for l in lines() if l.startswith("pid")).split()[1])
    until(lambda: child(pid) == daemon)
    os.close(fd)
    end = time.time() + 200
    while not got(1): assert time.time() < end
    os.kill(pid, 10)
    while not got(10): assert time.time() < end
    assert len(got(1)) == 1, lines()
    os.kill(pid, signal.SIGRTMAX)
    assert os.waitpid(pid, 0)[1] == 0'
}

@test "the_terminal_stays_for_as_long_as_the_process_in_front" {
  on_terminal '
run(daemonfix, "run", "-K", "--", "/bin/sh", "-c", """
    setsid sh -c "exec </dev/null >/dev/null 2>&1; echo pid >$0; sleep 0.5; exit 3" & exit 0""", noted)
until(lambda: lines())
assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 3 # and not ended by a hangup'
}

@test "a_shell_sees_the_job_stop_and_continues_it" {
  on_terminal '
run("/bin/bash", "--norc", "--noprofile", "-i")
keys("PS1=prompt-; cd /; echo be\"\"gun\n")
seen("begun")
keys(f"{daemonfix} run -K -- sh -c \"echo star\\\"\\\"ted; exec sleep 100\"\n")
seen("started")
front = child(pid)
sleep = child(front)
keys("\x1a")
seen("Stopped")
assert state(front) == state(sleep) == "T"
keys("fg\n")
until(lambda: state(front) == state(sleep) == "S")
keys("\x03")
until(lambda: not os.path.exists(f"/proc/{sleep}"))
keys("exit\n")
os.waitpid(pid, 0)'
}
