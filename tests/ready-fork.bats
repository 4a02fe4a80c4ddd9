# SPDX-License-Identifier: MIT
# DAEMONFIX_READY in mode fix-fork: a process in front waits for a program that forks itself away.
load helper
load ready

# launch_by_hand [NAME=VALUE...] STEP...
by_hand() { start DAEMONFIX_MODE=fix-fork "$@"; }

@test "fix-fork: the daemon is waited for, and its parent's end" {
  p=$(port)
  by_hand fork [ setsid tell:told sleep:200 "tcp:$p" listen serve ] sleep:300
  answers "$p"
  [ "$status" = 0 ]
  not leads_session "$(value pid told)"
}

@test "fix-fork: what listened before the fork counts when the first process has ended with 0" {
  p=$(port)
  by_hand "tcp:$p" listen fork [ setsid tell:told serve ] sleep:300 tell:first
  answers "$p"
  [ "$status" = 0 ]
  [ -e first ]
  gone "$(value pid first)"
}

@test "fix-fork: a first process that fails is the failure, though somebody listens" {
  by_hand "tcp:$(port)" listen fork [ setsid tell:told hold ] until:told exit:3
  [ "$status" = 3 ]
  said 'daemonfix: server: ended with status 3 before it was ready'
  nothing_left "$tmp"
}

@test "fix-fork: a daemon that fails afterwards is the failure" {
  by_hand fork [ setsid tell:told sleep:200 err:oops exit:7 ]
  [ "$status" = 7 ]
  said "$(printf '%s\n' oops 'daemonfix: server: ended with status 7 before it was ready')"
}

@test "fix-fork: double forks, wrappers and other programs on the way" {
  p=$(port)
  by_hand exec fork [ setsid fork [ exec tell:"$tmp/told" sleep:100 "tcp:$p" listen serve ] ]
  answers "$p"
  [ "$status" = 0 ]
  end "$(value pid told)"
  echo 'exec "$@"' >wrapper
  fixed DAEMONFIX_MODE=fix-fork DAEMONFIX_READY=listen sh wrapper "$fix/server" \
    fork [ setsid tell:"$tmp/told" "tcp:$p" listen serve ]
  note "$(value pid told)"
  answers "$p"
  [ "$status" = 0 ]
}

@test "fix-fork: settings, log and PID file hold, and go with a failure" {
  by_hand DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_PIDFILE="$tmp/pid" fork [ setsid out:words \
    tell:"$tmp/told" "tcp:$(port)" listen hold ]
  [ "$status" = 0 ]
  [ "$(cat pid)" = "$(value pid told)" ]
  end "$(value pid told)"
  by_hand DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_PIDFILE="$tmp/pid" fork [ setsid out:more \
    sleep:200 kill:9 ]
  [ "$status" = 137 ]
  said "$(printf '%s\n' more 'daemonfix: server: ended by signal 9 before it was ready')"
  [ ! -e pid ]
  [ "$(cat log)" = "$(printf '%s\n' words more)" ]
}

@test "fix-fork: notify" {
  by_hand DAEMONFIX_READY=notify fork [ setsid exec sleep:200 tell:"$tmp/told" notify:READY=1 hold ]
  [ "$status" = 0 ]
  [ -e told ]
}

@test "fix-fork: a program that stays in the foreground is told of" {
  by_hand DAEMONFIX_TIMEOUT=0.5 "tcp:$(port)" listen hold
  [ "$status" = 124 ]
  said 'daemonfix: server: stopped, because it was not ready after 0.5 s of waiting for listen, and for it to go to the background'
  nothing_left "$tmp"
}

@test "fix-fork: the program keeps its terminal, and its process group" {
  launch script -qec "$(printf '%q ' env LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork \
    DAEMONFIX_READY=alive:0.2 sh -c 'echo x >/dev/tty && ps -o pgid= -p $$ >group
      ps -o tpgid= -p $$ >foreground; (setsid sleep 20 >/dev/null 2>&1 &)')" /dev/null
  cat out
  [ "$status" = 0 ]
  [ "$(cat group)" = "$(cat foreground)" ]
}

@test "fix-fork: SIGKILL to the process in front ends it all" {
  start_in_background DAEMONFIX_MODE=fix-fork tell:"$tmp/told" fork [ setsid "until:$tmp/never" ] \
    "until:$tmp/never"
  within 20 test -e told
  kill -KILL "$launcher"
  collect
  within 20 nothing_left "$tmp"
}

@test "fix-fork: SIGKILL to the process between ends it all" {
  start_in_background DAEMONFIX_MODE=fix-fork DAEMONFIX_PIDFILE="$tmp/pid" tell:"$tmp/told" fork [ setsid \
    "until:$tmp/never" ] "until:$tmp/never"
  within 20 test -e told
  kill -KILL "$(value ppid told)"
  collect
  [ "$status" = 125 ]
  within 20 nothing_left "$tmp"
  [ ! -e pid ]
}
