# SPDX-License-Identifier: MIT
# DAEMONFIX_CLOSEFDS closes every inherited descriptor above 2 and none that the daemon needs, also
# without close_range(2) and under a huge RLIMIT_NOFILE.
# shellcheck disable=SC2030,SC2031 # each test runs in a subshell, with its own "through"
load helper
load settings

# The numbers of the descriptors in a report.
numbers() { value "$1.fds" | grep -o '[0-9]*:[^ ]*' | sed 's/:.*//' | tr '\n' ' '; }

locked() { local s=0; flock -E 9 -n "$tmp/pid" true || s=$?; [ $s = 9 ]; }

# inherit NUMBER...: the program gets these descriptors from now on.
inherit() {
  through=(bash -c 'for fd in '"$*"'; do eval "exec $fd</dev/null"; done; exec "$@"' bash)
}

# strace: there is no close_range(2), and the limit on descriptors seems to be 1,000,000,000.
billion=00ca9a3b00000000
without_close_range=(strace -f -qq -o trace -e 'trace=close,close_range,prlimit64'
  -e inject=close_range:error=ENOSYS -e "inject=prlimit64:poke_exit=@arg4=$billion$billion")

@test "by_default_inherited_descriptors_are_kept" {
  inherit 9 900
  for mode in "${modes[@]}"; do
    start "$mode" "$fix/report" "$tmp/report"
    [[ $(numbers after) = *' 9 '* && $(numbers after) = *' 900 '* ]]
    end "$pid"
  done
}

@test "every_descriptor_above_2_is_closed" {
  inherit 4 6 8 10 12 14 900 # the library's own descriptors get the numbers between them
  for mode in "${modes[@]}"; do
    start "$mode" DAEMONFIX_CLOSEFDS=1 "$fix/report" "$tmp/report"
    [ "$(numbers after)" = "0 1 2 " ]
    end "$pid"
  done
}

@test "in_background_they_are_closed_before_main" {
  inherit 9 900
  for mode in background run; do
    start $mode DAEMONFIX_CLOSEFDS=1 "$fix/report" -0 "$tmp/report"
    [ "$(numbers before)" = "0 1 2 " ]
  done
}

@test "with_stdio_closed_they_are_closed_too" {
  inherit 9
  through=(sh -c 'exec "$@" <&- >&- 2>&-' sh)
  start fix DAEMONFIX_CLOSEFDS=1 "$fix/report" "$tmp/report"
  [ "$(numbers after)" = "0 1 2 " ]
}

@test "logs_and_the_lock_of_the_pid_file_survive" {
  inherit 4 6 8 10 12 14
  for mode in "${modes[@]}"; do
    start "$mode" DAEMONFIX_CLOSEFDS=1 DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_STDOUT="$tmp/log" \
      "$fix/report" -c -n "$tmp/report" sh -c 'echo out; exec sleep 100'
    locked
    within 10 grep -q out log
    [ "$(<log)" = out ]
    value after.fds | grep -o '[0-9]*:[^ ]*' >fds
    not grep -v -e '^[012]:' -e ":$tmp/pid:" fds
    end "$pid"
    rm log
  done
}

@test "without_close_range_they_are_found_in_proc_however_high_the_limit" {
  for inherited in '9 900' '{20..600}'; do # the second: more than one getdents64(2) returns
    for mode in "${modes[@]}"; do
      inherit "$inherited"
      through+=(timeout 600 "${without_close_range[@]}")
      start "$mode" DAEMONFIX_CLOSEFDS=1 DAEMONFIX_STDOUT="$tmp/log" \
        "$fix/report" -x "$tmp/report"
      within 10 gone "$pid"
      [ "$(numbers after)" = "0 1 2 " ]
      # the launching process passes 0; a line of another process may split a call in two
      grep -qE 'close_range(\([^0].*| resumed.*)INJECTED' trace
      (($(grep -c 'close(' trace) < 700))
    done
  done
}

@test "without_close_range_and_proc_it_is_refused" {
  needs_root
  through=(unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh
    strace -f -qq -o /dev/null -e inject=close_range:error=ENOSYS)
  refused ENOENT "No such file or directory" DAEMONFIX_CLOSEFDS=1
}

@test "value_other_than_1_is_refused" {
  for bad in 0 yes '' 11; do
    refused EINVAL "not allowed (1)" DAEMONFIX_CLOSEFDS="$bad"
  done
}
