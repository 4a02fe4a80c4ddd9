# SPDX-License-Identifier: MIT
# DAEMONFIX_READY: the launching process ends when the daemon is ready, and not before.
load helper
load ready

# ---- listen

@test "first request is answered: the launching process has waited for listen(2)" {
  p=$(port)
  start sleep:300 tell:told "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
  said ''
}

@test "launching process waits as long as nobody listens" {
  p=$(port)
  start_in_background tell:told "tcp:$p" "until:$tmp/go" listen serve
  within 20 test -e told
  note "$(value pid told)"
  sleep 0.3 # time to return too early; a slow machine cannot make this test fail
  alive "$launcher"
  touch go
  collect
  answers "$p"
  [ "$status" = 0 ]
}

@test "a listen by a system call of the program's own is seen as well" {
  p=$(port)
  start tell:told "tcp:$p" sleep:100 raw-listen serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "a probe that is closed again does not count" {
  p=$(port) probe=$(port)
  for way in listen raw-listen; do
    start "tcp:$probe" $way close sleep:200 tell:told "tcp:$p" listen serve
    answers "$p"
    [ "$status" = 0 ]
    end "$(value pid told)"
  done
}

@test "a socket with an automatic port does not count, whoever chose it" {
  p=$(port)
  start tcp:0 listen free listen sleep:200 tell:told "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "a socket that was inherited does not count, until it is listened on again" {
  p=$(port) q=$(port)
  cat >inherit.py <<'END'
import os, socket, sys
s = socket.socket()
s.bind(("127.0.0.1", int(sys.argv[1])))
s.listen()
os.set_inheritable(s.fileno(), True)
os.execvp(sys.argv[2], sys.argv[2:])
END
  launch DAEMONFIX_READY=listen python3 inherit.py "$q" env LD_PRELOAD="$lib" \
    DAEMONFIX_MODE=background "$fix/server" sleep:200 tell:told "tcp:$p" listen serve
  note "$(value pid told)"
  answers "$p"
  [ "$status" = 0 ]
}

@test "listen:PORT waits for that port" {
  p=$(port) q=$(port)
  start DAEMONFIX_READY="listen:$p" "tcp:$q" listen sleep:200 tell:told "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "listen:PORT: a datagram socket that is bound there counts" {
  p=$(port) q=$(port)
  start DAEMONFIX_READY="listen:$p" "udp:$q" sleep:200 tell:told "udp:$p" hold
  [ -e told ]
  [ "$status" = 0 ]
}

@test "listen:/PATH waits for that socket, by whatever name it was bound" {
  start DAEMONFIX_READY="listen:$tmp/socket" unix:other listen sleep:200 tell:told unix:socket \
    listen serve
  [ -S socket ]
  [ -e told ]
  [ "$status" = 0 ]
  end "$(value pid told)"
  start DAEMONFIX_READY="listen:$tmp/socket2" tell:told dgram:socket2 hold
  [ -S socket2 ]
  [ "$status" = 0 ]
}

@test "of several conditions, the first to happen counts" {
  start DAEMONFIX_READY=notify,alive:0.2,listen:1 tell:told hold
  [ "$status" = 0 ]
  alive "$(value pid told)"
}

# ---- who listens

@test "processes that fork themselves away, and their sessions, are followed" {
  p=$(port)
  start fork [ setsid fork [ sleep:200 tell:told "tcp:$p" listen serve ] ]
  answers "$p"
  [ "$status" = 0 ]
}

@test "a program that closes all descriptors is seen" {
  p=$(port)
  start closefrom sleep:100 tell:told "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "a program that has executed another is seen, and its output is put back" {
  p=$(port)
  start exec sleep:100 "tcp:$p" listen tell:told serve
  answers "$p"
  [ "$status" = 0 ]
  within 20 test -e told
  note "$(value pid told)"
  [ "$(value fd1 told) $(value fd2 told)" = '/dev/null /dev/null' ]
}

@test "a program in another root, of another user, that nobody may trace, is seen" {
  ((EUID == 0)) || skip 'needs root'
  p=$(port)
  mkdir root
  start tell:told "chroot:$tmp/root" user:65534 undumpable sleep:100 "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "a user's program that nobody may trace is believed" {
  ((EUID == 0)) || skip 'needs root, to be another user'
  p=$(port)
  chmod o+x "$BATS_RUN_TMPDIR" "$BATS_RUN_TMPDIR/test" . && mkdir -m 777 open
  start_as_nobody tell:"$tmp/open/told" undumpable sleep:100 "tcp:$p" listen serve
  note "$(value pid open/told)"
  answers "$p"
  [ "$status" = 0 ]
}
start_as_nobody() {
  cp "$lib" "$fix/server" open
  launch setpriv --reuid 65534 --regid 65534 --clear-groups env LD_PRELOAD="$tmp/open/${lib##*/}" \
    DAEMONFIX_MODE=background DAEMONFIX_READY=listen "$tmp/open/server" "$@"
  cat "$tmp/err"
}

@test "a program in another network namespace is seen" {
  ((EUID == 0)) || skip 'needs root'
  start tell:told network tcp:80 listen hold
  [ "$status" = 0 ]
  alive "$(value pid told)"
}

# ---- daemon(3)

@test "fix: a caller of daemon(3) is waited for" {
  p=$(port)
  start DAEMONFIX_MODE=fix daemon:00 tell:"$tmp/told" sleep:200 "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "fix: what listened before daemon(3) counts when that has returned" {
  p=$(port)
  start DAEMONFIX_MODE=fix "tcp:$p" listen sleep:100 daemon:00 tell:"$tmp/told" serve
  answers "$p"
  [ "$status" = 0 ]
}

@test "fix: the launching process holds no descriptor but standard error while it waits" {
  start_in_background DAEMONFIX_MODE=fix sockets:10 daemon:00 tell:"$tmp/told" "until:$tmp/go" \
    "tcp:$(port)" listen hold
  within 20 test -e told
  note "$(value pid told)"
  [ "$(ls "/proc/$launcher/fd")" = 2 ]
  touch go
  collect
  [ "$status" = 0 ]
}

@test "fix: a daemon that keeps its descriptors keeps them" {
  start DAEMONFIX_MODE=fix daemon:01 tell:"$tmp/told" "tcp:$(port)" listen out:words hold
  [ "$status" = 0 ]
  [ "$(value fd2 told)" = "$(realpath err)" ]
  within 20 grep -q words out
}

# ---- notify, alive

@test "notify: READY=1 counts, and nothing else" {
  start DAEMONFIX_READY=notify "tcp:$(port)" listen notify:STATUS=soon sleep:200 tell:told \
    'notify:STATUS=now\nREADY=1' hold
  [ "$status" = 0 ]
  [ -e told ]
}

@test "notify: a child may say it, and one that has ended since" {
  start DAEMONFIX_READY=notify fork [ notify:READY=1 ] tell:told hold
  [ "$status" = 0 ]
  end "$(value pid told)"
  start DAEMONFIX_READY=notify fork [ fork [ notify:READY=1 ] sleep:500 ] tell:told hold
  [ "$status" = 0 ]
}

@test "notify: nobody else is believed" {
  ((EUID == 0)) || skip 'needs root, to be another user'
  start_in_background DAEMONFIX_READY=notify tell:"$tmp/told" "until:$tmp/go" hold
  within 20 test -e told
  note "$(value pid told)"
  launch NOTIFY_SOCKET="$(value notify told)" "$fix/server" notify-as:65534,READY=1
  [ "$status" = 0 ]
  launch NOTIFY_SOCKET="$(value notify told)" "$fix/server" notify:READY=1 sleep:400
  sleep 0.2 # time to return too early
  alive "$launcher"
  kill "$launcher"
  collect
  [ "$status" = 143 ]
}

@test "notify: EXTEND_TIMEOUT_USEC= is heeded" {
  start DAEMONFIX_READY=notify DAEMONFIX_TIMEOUT=2 tell:told notify:EXTEND_TIMEOUT_USEC=60000000 \
    sleep:2500 notify:READY=1 hold
  [ "$status" = 0 ]
}

@test "notify: a NOTIFY_SOCKET that was there is told the same" {
  python3 - "$tmp/manager" >heard 2>&1 3>&- <<'END' &
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind(sys.argv[1])
s.settimeout(300)
print(s.recv(4096).decode())
END
  note $!
  within 20 test -S manager
  start DAEMONFIX_READY=notify NOTIFY_SOCKET="$tmp/manager" tell:told 'notify:READY=1\nSTATUS=x' hold
  [ "$status" = 0 ]
  [ "$(value notify told)" != "$tmp/manager" ]
  within 20 grep -qx STATUS=x heard
  grep -qx READY=1 heard
}

@test "without notify, NOTIFY_SOCKET is as it was" {
  start NOTIFY_SOCKET=/nowhere tell:told "tcp:$(port)" listen hold
  [ "$status" = 0 ]
  [ "$(value notify told)" = /nowhere ]
}

@test "alive:SECONDS: it has lived that long" {
  start DAEMONFIX_READY=alive:0.3 tell:told hold
  [ "$status" = 0 ]
  alive "$(value pid told)"
}

# ---- after that

@test "the daemon is init's child, and nothing of ours is left" {
  start tell:early "tcp:$(port)" listen "until:$tmp/go" tell:"$tmp/told" hold
  note "$(value pid early)"
  [ "$status" = 0 ]
  touch go
  within 20 test -e told
  gone "$(value ppid early)"
  [ "$(value ppid told)" != "$(value ppid early)" ]
  [ "$(value fd1 told) $(value fd2 told)" = '/dev/null /dev/null' ]
}

# bats test_tags=slow
@test "a process that still has the pipe can write without limit, and the reader ends with it" {
  start fork [ tell:child "tcp:$(port)" listen hold ] tell:told "until:$tmp/go" much:20000 tell:"$tmp/done" hold
  [ "$status" = 0 ]
  note "$(value pid child)"
  touch go
  within 30 test -e "done"
  drain=$(readers "$(value fd1 told)")
  [ "$(cat "/proc/$drain/comm")" = daemonfix-drain ]
  kill -KILL "$(value pid told)"
  within 20 gone "$drain"
}

# readers PIPE: the processes that have it open for reading, by its name in /proc/PID/fd.
readers() {
  local fd
  for fd in /proc/[0-9]*/fd/*; do
    if [ "$(readlink "$fd")" = "$1" ] && [ "$(stat -c %a "$fd")" = 500 ]; then cut -d/ -f3 <<<"$fd"; fi
  done 2>/dev/null
}

@test "bad values are refused by name" {
  for bad in '' listen: listen:0 listen:65536 listen:x listen:/ ready alive alive: alive:x 'listen,' \
    ,listen notify:x listen:80x; do
    start DAEMONFIX_READY="$bad" hold
    [ "$status" = 125 ]
    said "daemonfix: DAEMONFIX_READY=$bad: not allowed (listen, listen:PORT, listen:/PATH, notify, alive:SECONDS; several with commas)"
  done
  for bad in '' x 1x -1 1. .5 1e3; do
    start DAEMONFIX_TIMEOUT="$bad" hold
    [ "$status" = 125 ]
    said "daemonfix: DAEMONFIX_TIMEOUT=$bad: not allowed (seconds, 0 for no limit)"
  done
}

# ---- much

@test "one of 1,000 processes listens" {
  p=$(port)
  for how in listen raw-listen; do
    start tell:told children:1000 sleep:100 "tcp:$p" $how serve
    answers "$p"
    [ "$status" = 0 ]
    end "$(value pid told)"
  done
}

@test "10,000 sockets are open on the machine" {
  bash -c 'ulimit -n 12000 && exec "$@"' bash "$fix/server" sockets:10000 tell:"$tmp/told" hold \
    </dev/null >out 2>err 3>&- &
  note $!
  within 20 test -e told || skip "$(<err)"
  p=$(port)
  start sleep:100 tell:told "tcp:$p" raw-listen serve
  answers "$p"
  [ "$status" = 0 ]
}
