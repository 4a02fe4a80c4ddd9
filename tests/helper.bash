# SPDX-License-Identifier: MIT
# Every test file loads this.  shellcheck shell=bash
#
# bats waits for a daemon that keeps descriptor 3 or a pipe of bats' run open: start daemons with launch,
# and end them with end or let teardown do it.
bats_require_minimum_version 1.5.0

root=$(cd "${BATS_TEST_DIRNAME:?}/.." && pwd)
lib=$root/build/libdaemonfix.so   # scripts/test builds it
fix=$root/build/tests             # the fixtures

setup() {
  local v
  for v in "${!DAEMONFIX_@}"; do unset "$v"; done
  unset LD_PRELOAD
  tmp=$BATS_TEST_TMPDIR
  : >"$tmp/pids"
  cd "$tmp" || return
}

# Ends the processes that the test has noted with note.
teardown() {
  local pid pids=() start=$SECONDS
  while read -r pid; do
    if is_pid "$pid" && kill "$pid" 2>/dev/null; then pids+=("$pid"); fi
  done <"$tmp/pids"
  for pid in "${pids[@]}"; do
    until gone "$pid"; do
      ((SECONDS - start <= 5)) || { kill -KILL "$pid" || :; break; }
      sleep 0.02
    done
  done 2>/dev/null
}
is_pid() { [[ $1 =~ ^[1-9][0-9]*$ ]] && ((1 < $1)); }

# note PID...: teardown ends these processes if they still run.
note() { printf '%s\n' "$@" >>"$tmp/pids"; }

# launch [NAME=VALUE...] PROGRAM [ARG...]: runs PROGRAM without bats' descriptors and with its output in
# $tmp/out and $tmp/err; sets status, and returns 0.
# fixed [NAME=VALUE...] PROGRAM [ARG...]: the same with the library preloaded.
launch() {
  status=0
  env "$@" </dev/null >"$tmp/out" 2>"$tmp/err" 3>&- || status=$?
}
fixed() { launch LD_PRELOAD="$lib" "$@"; }

# not COMMAND...: fails the test if COMMAND succeeds, which "! COMMAND" does not.
not() {
  if "$@"; then return 1; fi
}

# within SECONDS COMMAND...: polls until COMMAND succeeds, and fails after ten times SECONDS, with a line
# that names COMMAND.  An idle machine may need SECONDS; a busy one may be ten times slower.  COMMAND must
# use cat for files that may still be missing: with "$(<file)", bash 5.2 ends the test, even in a condition.
within() {
  local start=$SECONDS seconds=$(($1 * 10)) && shift
  until "$@" 2>/dev/null; do
    ((SECONDS - start <= seconds)) || {
      echo "${BASH_SOURCE[1]##*/}, line ${BASH_LINENO[0]}: not within $seconds s: $*" >&2
      return 1
    }
    sleep 0.02
  done
}

# try_to COMMAND...: for setup_file, where bats counts skip as a failure: if COMMAND fails, needs_setup_file
# skips a test, with the last line that COMMAND has printed.
try_to() {
  local out=${BATS_FILE_TMPDIR:?}/unavailable
  if "$@" >"$out" 2>&1 3>&-; then rm "$out"; fi
}
needs_setup_file() {
  local why=${BATS_FILE_TMPDIR:?}/unavailable
  [ ! -e "$why" ] || skip "$(tail -n 1 "$why")"
}
needs_root() { ((EUID == 0)) || skip 'needs root'; }

# value NAME [FILE]: prints VALUE of a line NAME=VALUE in a fixture's report.
value() { sed -n "s/^$1=//p" "${2:-$tmp/report}"; }

# reported [FILE]: waits for a fixture's report, and notes the process that wrote it.
reported() {
  within 20 test -e "${1:-$tmp/report}" || return
  chmod u+r "${1:-$tmp/report}" # with a umask of 0777
  note "$(value after.pid "${1:-$tmp/report}")"
}

# field PID NAME: prints a field of /proc/PID/stat; NAME is state, ppid, pgrp, session or tty_nr.
field() {
  local stat rest
  read -r stat <"/proc/$1/stat" || return
  read -ra rest <<<"${stat##*) }"
  case $2 in
  state) echo "${rest[0]}" ;; ppid) echo "${rest[1]}" ;; pgrp) echo "${rest[2]}" ;;
  session) echo "${rest[3]}" ;; tty_nr) echo "${rest[4]}" ;; *) return 1 ;;
  esac
}

alive() { local state && state=$(field "$1" state 2>/dev/null) && [ "$state" != Z ]; }
gone() { ! alive "$1"; }
leads_session() { [ "$(field "$1" session)" = "$1" ]; }

# example NAME: prints the literal block of that name in libdaemonfix(7) or daemonfix(1), with this tree's paths.
example() {
  sed -n "/^\.\\\\\" example $1\$/,/^\.Ed/p" "$root/src/preload/libdaemonfix.7" "$root/src/command/daemonfix.1" |
    sed -e '/^\./d' -e 's/\\e/\\/g' -e "s|/usr/local/lib/libdaemonfix.so|$lib|g" \
      -e "s|/usr/local/bin/daemonfix|$root/build/daemonfix|g"
}

# end PID: ends a process that the test has started and that SIGTERM ends.
end() {
  is_pid "$1" || return 0
  kill "$1" 2>/dev/null || return 0
  local start=$SECONDS
  until gone "$1"; do
    ((SECONDS - start <= 50)) || { kill -KILL "$1" || :; return 0; }
    sleep 0.02
  done 2>/dev/null
}
