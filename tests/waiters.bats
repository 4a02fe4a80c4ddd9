# SPDX-License-Identifier: MIT
# ssh, $(…), CI systems and others that wait for the end of a command's output do not wait for its daemon,
# even if the daemon keeps its own standard output.
load helper
load command
load sandbox

# Daemons that keep their stdio.  ways COMMAND: calls COMMAND for each way of starting them that has to
# return.  keeps COMMAND...: starts one that keeps them without daemonfix.
keeps() { "$@" "$fix/byhand" fork [ setsid stay ] end:0; }
ways() {
  "$1" run -b -p "$tmp/pid" -- "$fix/byhand" as:daemon stay
  "$1" run -b -p "$tmp/pid" -- "$fix/byhand" fork [ stay ] end:0
  "$1" run -b -p "$tmp/pid" -- sh -c 'sleep 1000 &'
  keeps "$1" run -F -p "$tmp/pid" -o "$tmp/log" -e "$tmp/log" --
  "$1" run -p "$tmp/pid" -o "$tmp/log" -e "$tmp/log" -- "$fix/report" -n "$tmp/report"
}

# ended: the daemon runs, and stop ends it.
ended() {
  within 10 grep -q . pid
  note "$(<pid)"
  within 10 runs
  within 10 stops
}
# When a program forks and ends, the file names its child a moment later.
runs() { launch "$daemonfix" status pid && [ "$status" = 0 ]; }
stops() { launch "$daemonfix" stop pid && [ "$status" = 0 ]; }

substituted() {
  echo "case: $*"
  launch timeout 200 bash -c 'said=$("$@" 2>&1) && echo "<$said>"' bash "$daemonfix" "$@"
  cat out err
  [ "$status" = 0 ]
  ended
}

@test "command_substitution_ends_while_the_daemon_runs" {
  ways substituted
}

# Shows that the other tests can fail.
@test "without_daemonfix_it_waits_for_such_a_daemon" {
  mkfifo fifo
  keeps env </dev/null >fifo 2>&1 3>&- &
  exec 9<fifo
  IFS= read -r -t 200 fork <&9
  note "${fork#main.fork=}"
  wait $!
  IFS= read -r -t 200 _ <&9 # setsid=
  result=0
  IFS= read -r -t 0.1 _ <&9 || result=$?
  ((result > 128)) # read timed out: no data and no end of file
}

# In a sandbox: for root, on 127.0.0.1.
serve_ssh() {
  export LD_LIBRARY_PATH
  LD_LIBRARY_PATH=$(echo "$unpacked"/lib/*-linux-gnu)
  export PATH=$unpacked/sbin:$unpacked/bin:$PATH
  ip link set lo up
  grep -q ^sshd: /etc/passwd || echo 'sshd:x:990:65534::/run/sshd:/usr/sbin/nologin' >>/etc/passwd
  mkdir /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f /tmp/host
  ssh-keygen -q -t ed25519 -N '' -f /tmp/id
  printf '%s\n' 'Port 2299' 'ListenAddress 127.0.0.1' 'HostKey /tmp/host' 'UsePAM no' \
    'AuthorizedKeysFile /tmp/id.pub' 'StrictModes no' 'PidFile none' 'PermitRootLogin yes' \
    'PermitUserEnvironment no' >/tmp/sshd_config
  "$unpacked/sbin/sshd" -D -e -f /tmp/sshd_config </dev/null >/tmp/sshd.log 2>&1 &
}
over_ssh() {
  timeout 200 ssh -F none -i /tmp/id -p 2299 -o BatchMode=yes -o StrictHostKeyChecking=no \
    -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR root@127.0.0.1 "cd $tmp && $(printf '%q ' "$@")"
}
returns_over_ssh() {
  echo "case: $*"
  over_ssh "$daemonfix" "$@"
  within 10 grep -q . pid
  within 10 "$daemonfix" status pid
  within 10 "$daemonfix" stop pid
}
visit() {
  serve_ssh
  within 20 over_ssh true
  ways returns_over_ssh
}

@test "ssh_returns_while_the_daemon_runs" {
  ((EUID == 0)) || skip 'needs root, for an sshd'
  "$root/scripts/programs" sshd ssh >unavailable 2>&1 3>&- || skip "$(tail -n 1 unavailable)"
  export unpacked=$root/build/programs/root/usr daemonfix
  sandboxed visit
  cat out
  [ "$status" = 0 ]
}
