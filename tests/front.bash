# SPDX-License-Identifier: MIT
# For tests of mode foreground-fork.  shellcheck shell=bash

# in_front WAY [NAME=VALUE...] PROGRAM [ARG...]: starts it with a process in front, whose PID becomes front,
# with the library preloaded (WAY is preload) or by the command (WAY is command); the output is in $tmp/out
# and $tmp/err.
ways=(preload command)
in_front() {
  local way=$1 variables=()
  shift
  while [[ $1 =~ ^[A-Z_]+= ]]; do variables+=("$1"); shift; done
  case $way in
  preload) set -- env "${variables[@]}" LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground-fork "$@" ;;
  command) set -- env "${variables[@]}" "$root/build/daemonfix" run -K -- "$@" ;;
  esac
  "${started_by[@]}" "$@" </dev/null >"$tmp/out" 2>"$tmp/err" 3>&- &
  front=$!
  note "$front"
}
started_by=()

# ends_with STATUS: the process in front ends with this status.
ends_with() {
  local status=0
  within 20 gone "$front" || return
  wait "$front" || status=$?
  echo "status $status, expected $1"
  [ "$status" = "$1" ]
}

# told FILE: waits for the PID in FILE, and prints it.
told() {
  within 20 test -s "$1" || return
  cat "$1"
}

# children_of PID
children_of() { cat "/proc/$1/task/$1/children"; }
# has_only PID: the process in front has this child, and no other.
has_only() { [ "$(children_of "$front")" = "$1 " ]; }
