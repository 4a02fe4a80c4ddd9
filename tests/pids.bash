# SPDX-License-Identifier: MIT
# For the tests of stop and status: daemons with PID files, and strangers, processes that get their PIDs.
# shellcheck shell=bash

# daemon [COMMAND...]: starts a daemon of ours whose PID file is $tmp/pid; sets pid.
daemon() {
  (($#)) || set -- sleep 1000
  launch "$daemonfix" run -b -p "$tmp/pid" "$@"
  [ "$status" = 0 ] || { cat "$tmp/err" && return 1; }
  pid=$(<"$tmp/pid")
  note "$pid"
}

# daemon_with_worker [apart]: the same, with a child that also holds the lock, with apart in a process
# group of its own; sets worker.
daemon_with_worker() {
  rm -f "$tmp/worker"
  daemon python3 -c '
import os, sys, time
child = os.fork()
if child:
    with open(sys.argv[1] + ".new", "w") as f:
        print(child, file=f)
    os.rename(sys.argv[1] + ".new", sys.argv[1])
elif sys.argv[2]:
    os.setpgid(0, 0)
time.sleep(1000)' "$tmp/worker" "${1-}"
  within 10 test -e "$tmp/worker"
  worker=$(<"$tmp/worker")
  note "$worker"
  [ -z "${1-}" ] || within 10 leads_group "$worker"
}
leads_group() { [ "$(field "$1" pgrp)" = "$1" ]; }

# in_front: starts a daemon of ours with a process in front, whose PID becomes front; sets pid.
in_front() {
  "$daemonfix" run -K -p "$tmp/pid" "$fix/legacy" </dev/null >/dev/null 2>&1 3>&- &
  front=$!
  note "$front"
  within 10 test -s "$tmp/pid"
  within 10 named_child "$front"
  pid=$(<"$tmp/pid")
  note "$pid"
  within 10 grep -qx legacy "/proc/$pid/comm"
}
# The file names the process in front itself until its program has forked.
named_child() { [ "$(field "$(cat "$tmp/pid")" ppid)" = "$1" ]; }

# foreign [COMMAND...]: starts a daemon of another maker, which leads its session and does not lock its PID
# file, $tmp/pid; sets pid.
foreign() {
  (($#)) || set -- sleep 1000
  rm -f "$tmp/pid"
  launch setsid -f bash -c 'exec >/dev/null 2>&1; echo $$ >"$0.new" && mv "$0.new" "$0" && exec "$@"' \
    "$tmp/pid" "$@"
  within 10 test -e "$tmp/pid"
  pid=$(<"$tmp/pid")
  note "$pid"
  within 10 grep -qxv bash "/proc/$pid/comm"
}

# A process has locked it.  (This only looks, because an attempt to lock it would disturb a start.  The
# process that took the lock must still run.)
locked() { grep -q "FLOCK .*:$(stat -c %i "$tmp/pid") " /proc/locks; }

crash() { kill -KILL "$1" && within 10 gone "$1"; }

# Makes the file older than any process that starts from now on.
age() { touch -d '1 minute ago' "$tmp/pid"; }

# stranger PID [COMMAND...]: starts a process with that PID; its signals are in $tmp/befallen.
stranger() {
  "$fix/again" "$1" "$tmp/befallen" "${@:2}" </dev/null >/dev/null 2>"$tmp/again" 3>&- &
  note $!
  within 20 grep -q . "$tmp/befallen" "$tmp/again"
  [ ! -s "$tmp/again" ] || skip "$(<"$tmp/again")"
}
unharmed() { [ "$(<"$tmp/befallen")" = there ]; }

# suspended CALL:COUNT [STRACE-OPTION...] -- ARGUMENT...: starts our command, and returns when it has been
# stopped at the COUNTth CALL.  resumed lets it go on, and sets status.
suspended() {
  local call=${1%:*} count=${1##*:} options=()
  for ((; $# > 1; )); do
    shift
    [ "$1" != -- ] || break
    options+=("$1")
  done
  shift
  rm -f trace
  strace -o trace "${options[@]}" -e trace="$call" -e inject="$call:signal=SIGSTOP:when=$count" \
    "$daemonfix" "$@" </dev/null >out 2>err 3>&- &
  strace=$!
  note "$strace"
  within 20 grep -q 'stopped by SIGSTOP' trace
  read -r traced <"/proc/$strace/task/$strace/children" || [ "$traced" ] # there is no newline
  note "$traced"
}
resumed() {
  status=0
  kill -CONT "$traced"
  wait "$strace" || status=$?
}

# Files that are no PID files.  bad_file sets $path and the expected $reason; where a file could name
# a process, it names this shell.
bad_files=(directory FIFO socket device link dangling empty huge binary zero negative words plus far)
bad_file() {
  local regular='(a regular file is expected)' first='(a PID on its first line is expected)'
  local no='is not a PID (a number from 1 to 2147483647 is expected)' far=$((2 ** 32 + $$))
  path=$tmp/$1
  case $1 in
  directory) mkdir "$path"; reason="it is a directory $regular" ;;
  FIFO) mkfifo "$path"; reason="it is a FIFO $regular" ;;
  socket)
    python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' socket
    reason="it is a socket $regular"
    ;;
  device) path=/dev/null; reason="it is a device $regular" ;;
  link) echo $$ >other; ln -s other link; reason="it is a symbolic link, which is not followed $regular" ;;
  dangling) ln -s no dangling; reason="it is a symbolic link, which is not followed $regular" ;;
  empty) : >empty; reason="it is empty $first" ;;
  huge) echo $$ >huge; truncate -s 3G huge; reason="it is larger than 4096 bytes $first" ;;
  binary) printf '%d\n\0' $$ >binary; reason="it is not text $first" ;;
  zero) echo 0 >zero; reason="\"0\" $no" ;;
  negative) echo -$$ >negative; reason="\"-$$\" $no" ;;
  words) echo "$$ $$" >words; reason="\"$$ $$\" $no" ;;
  plus) echo +$$ >plus; reason="\"+$$\" $no" ;;
  far) echo $far >far; reason="\"$far\" $no" ;;
  esac
}

# in_pid_namespace COMMAND...: launches COMMAND as PID 1 of a PID namespace.
in_pid_namespace() {
  ((EUID == 0)) || skip 'needs root, for a PID namespace'
  launch timeout 600 unshare -p -f --kill-child --mount-proc "$@"
}

# as_nobody COMMAND...: launches our command as another user, from a place where that user may execute it.
as_nobody() {
  needs_root
  launch python3 -c '
import os, sys
command = os.open(sys.argv[1], os.O_RDONLY)
os.setgroups([])
os.setgid(65534)
os.setuid(65534)
os.execve(command, ["daemonfix"] + sys.argv[2:], {})' "$daemonfix" "$@"
}
