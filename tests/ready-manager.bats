# SPDX-License-Identifier: MIT
# DAEMONFIX_READY in modes foreground and foreground-fork: nobody waits, but READY=1 goes to the
# service manager that has started the program, so that it is a Type=notify service.
load helper
load ready

# manager: receives on a NOTIFY_SOCKET, $tmp/manager; each line that it receives is in $tmp/heard, after
# the sender's PID.
manager() {
  python3 - "$tmp/manager" >"$tmp/heard" 2>&1 3>&- <<'END' &
import socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
s.bind(sys.argv[1])
while True:
    text, control, _, _ = s.recvmsg(4096, 100)
    pid = struct.unpack("iii", control[0][2])[0]
    for line in text.decode().splitlines():
        print(pid, line, flush=True)
END
  note $!
  within 20 test -S "$tmp/manager"
}
heard() { grep -qx "$1" "$tmp/heard"; }

# serve_in MODE STEP...: started as a service; its PID is in launcher.
serve_in() {
  start_in_background DAEMONFIX_MODE="$1" DAEMONFIX_READY="${when-listen}" NOTIFY_SOCKET="$tmp/manager" \
    "${@:2}"
  note "$launcher"
}

@test "foreground: the process itself says READY=1 when it listens" {
  manager
  p=$(port)
  serve_in foreground daemon:00 tell:"$tmp/told" "until:$tmp/go" "tcp:$p" listen serve
  within 20 test -e told
  not grep -q . heard
  touch go
  within 20 heard "$launcher READY=1"
  answers "$p"
}

@test "foreground: automatic ports do not count, and other ports than the one named" {
  manager
  when=listen:$(port)
  serve_in foreground tcp:0 listen free listen "tcp:$(port)" listen tell:"$tmp/told" "until:$tmp/go" \
    "udp:${when#*:}" hold
  within 20 test -e told
  not grep -q . heard
  touch go
  within 20 heard "$launcher READY=1"
}

@test "foreground-fork: the process in front says READY=1 when the daemon listens" {
  manager
  p=$(port)
  serve_in foreground-fork fork [ setsid tell:"$tmp/told" "until:$tmp/go" "tcp:$p" listen serve ]
  within 20 test -e told
  sleep 0.2 # time for a READY=1 that is too early
  not grep -q . heard
  touch go
  within 20 heard "$launcher READY=1"
  within 20 heard "$launcher MAINPID=$launcher" # in the same message
  answers "$p"
  alive "$launcher"
}

@test "foreground-fork: notify is heard and handed on, by the process in front" {
  manager
  when=notify
  serve_in foreground-fork fork [ setsid exec tell:"$tmp/told" notify:STATUS=soon notify:READY=1 hold ]
  within 20 heard "$launcher READY=1"
  heard "$launcher STATUS=soon"
  [[ $(value notify told) = @daemonfix/* ]]
}

@test "foreground-fork: without a service manager, nothing is waited for" {
  start_in_background DAEMONFIX_MODE=foreground-fork fork [ setsid tell:"$tmp/told" hold ]
  within 20 test -e told
  note "$launcher"
  within 20 has_few_descriptors
}
has_few_descriptors() { # only standard ones
  local fds=("/proc/$launcher/fd/"*)
  [ ${#fds[@]} -le 3 ]
}

# said STATUS LINE: the launched program ended with STATUS, and standard error has only LINE.
said() {
  cat err
  [ "$status" = "$1" ] && [ "$(<err)" = "daemonfix: $2" ]
}

@test "without a service manager a line says that READY has no effect, and the program runs" {
  launch "$root/build/daemonfix" run -K -r listen sh -c 'exit 3'
  said 3 "run: -r 'listen': no effect in the foreground, because NOTIFY_SOCKET is not set"
  fixed DAEMONFIX_MODE=foreground-fork DAEMONFIX_READY=listen sh -c 'exit 3'
  said 3 'DAEMONFIX_READY=listen: no effect in the foreground, because NOTIFY_SOCKET is not set'
  fixed DAEMONFIX_MODE=foreground DAEMONFIX_READY=listen DAEMONFIX_ONLY=server "$fix/server" daemon:00 exit:4
  said 4 'DAEMONFIX_READY=listen: no effect in the foreground, because NOTIFY_SOCKET is not set'
}

@test "foreground: a line says that no condition but listen has an effect" {
  fixed DAEMONFIX_MODE=foreground DAEMONFIX_READY=alive:1,notify NOTIFY_SOCKET="$tmp/none" "$fix/server" daemon:00 exit:4
  said 4 'DAEMONFIX_READY=alive:1,notify: no effect in mode foreground (only listen has one)'
  fixed DAEMONFIX_MODE=foreground DAEMONFIX_READY=alive:1,listen NOTIFY_SOCKET="$tmp/none" "$fix/server" daemon:00 exit:4
  [ "$status" = 4 ]
  [ ! -s err ]
}

@test "PID 1 says that READY has no effect in a mode in which it only stays in the foreground" {
  needs_root
  fixed unshare --pid --fork env DAEMONFIX_READY=listen "$fix/server" daemon:00 exit:4
  said 4 'DAEMONFIX_READY=listen: no effect as PID 1 in this mode (use mode foreground)'
}
