# SPDX-License-Identifier: MIT
# For tests of the settings, in each mode where they take effect.  shellcheck shell=bash

modes=(fix background run foreground) # run: background, made by daemonfix run -b
through=()   # a command that runs the program, if any
mounted=     # see private_mount

before_main() { [ "$1" = background ] || [ "$1" = run ]; }

# in_mode MODE [NAME=VALUE...] PROGRAM [ARG...]: sets command, which starts PROGRAM in that way.
in_mode() {
  local mode=$1
  command=(env)
  for ((; $# > 1; )); do
    shift
    [[ $1 = [A-Z]*=* ]] || break
    command+=("$1")
  done
  if [ "$mode" = run ]; then
    command+=("$root/build/daemonfix" run -b --)
  else
    command+=(LD_PRELOAD="$lib" DAEMONFIX_MODE="$mode")
  fi
  command+=("$@")
}

# start MODE [NAME=VALUE...] PROGRAM [ARG...]: starts a daemon that reports to $tmp/report; sets pid.
start() {
  local command
  rm -f "$tmp/report"
  in_mode "$@"
  if [ "$1" = foreground ]; then
    env "${through[@]}" "${command[@]}" </dev/null >"$tmp/out" 2>"$tmp/err" 3>&- &
    note $!
  else
    launch "${through[@]}" "${command[@]}"
    [ "$status" = 0 ] || { cat "$tmp/err" && return 1; }
  fi
  reported
  pid=$(value after.pid)
}

# refused ERRNO REASON NAME=VALUE [NAME=VALUE...]: in every mode daemon() fails with ERRNO (in
# background: status 125) in the launching process, one line there says NAME=VALUE and REASON, and
# neither a process nor a descriptor nor a file is left.
refused() {
  local mode before
  for mode in "${modes[@]}"; do
    echo "case: $mode ${*:3}"
    before=$(files)
    attempt "$mode" "${@:3}"
    cat "$tmp/out" "$tmp/err"
    [ "$(<"$tmp/err")" = "daemonfix: $3: $2" ]
    [ "$(files)" = "$before" ]
    if before_main "$mode"; then
      [ "$(<"$tmp/out")" = "125 gone" ]
      [ ! -e "$tmp/report" ]
    else
      [ "$(<"$tmp/out")" = "1 gone" ]
      [ "$(value result)" = -1 ]
      [ "$(value errno)" = "$1" ]
      diff <(state before) <(state after)
    fi
  done
}

# The attempt's status, and whether it has left a process behind, are in $tmp/out.
attempt() { # MODE NAME=VALUE...
  local command
  rm -f "$tmp/report"
  in_mode "$@" "$fix/report" -x "$tmp/report"
  launch timeout 600 "${through[@]}" "$fix/tend" 1 "${command[@]}"
}

state() { sed -n "s/^$1\.//p" "$tmp/report" | grep -v ^SigQ; } # SigQ counts the signals of the whole user
files() {
  find "$tmp" ${mounted:+"$mounted"} ! -name report ! -name out ! -name err -printf '%p %i\n' | sort
}

# For commands that root runs without its privileges, as an ordinary user.
unprivileged=()
((EUID)) || unprivileged=(setpriv --bounding-set=-all --inh-caps=-all)

# private_mount ARG...: runs mount(8) ARG... $tmp/mnt in a mount namespace of its own, and sets through to
# enter that namespace; mounted is the mount's path from outside.
private_mount() {
  needs_root
  mkdir "$tmp/mnt"
  unshare -m sh -c 'mount "$@" && echo done && exec sleep 1000' sh "$@" "$tmp/mnt" \
    </dev/null >"$tmp/mounted" 2>&1 3>&- &
  note $!
  within 5 grep -q . "$tmp/mounted"
  [ "$(<"$tmp/mounted")" = "done" ] || skip "$(<"$tmp/mounted")"
  through=(nsenter -t $! -m)
  mounted=/proc/$!/root$tmp/mnt
}
