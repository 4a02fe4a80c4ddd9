# SPDX-License-Identifier: MIT
# The array environ(7) keeps its length and its last entry, wherever our variables are in it, because
# programs find the auxiliary vector behind it and write titles over it.  The array may be read-only.
load helper

page=$(getconf PAGESIZE)
ours=(DAEMONFIX_MODE=background DAEMONFIX_VERBOSE=1 DAEMONFIX_STDOUT="$BATS_TEST_TMPDIR/log"
  DAEMONFIX_STDERR="$BATS_TEST_TMPDIR/log" DAEMONFIX_PIDFILE="$BATS_TEST_TMPDIR/pid" DAEMONFIX_UMASK=022
  DAEMONFIX_CHDIR="$BATS_TEST_TMPDIR" DAEMONFIX_CLOSEFDS=1 "DAEMONFIX_ONLY=environ,sleep" DAEMONFIX_PID=4242)
others=(A=1 B=2 C=3 D=4 E=5)

# right ENTRIES: the fixture finds the auxiliary vector, and the other variables in their order.
right() {
  within 10 test -e report
  [ "$(value page)" = "$page" ] && [ "$(value entries)" = "$1" ] &&
    diff <(sed -n 's/^other\.//p' report | grep -v LD_PRELOAD) <(printf '%s\n' "${@:2}" | grep .)
}

# started [NAME=VALUE...] -- [OPTION...]: starts the fixture with this environment, in this order.
started() {
  rm -f report
  local variables=()
  while [ "$1" != -- ]; do variables+=("$1") && shift; done
  launch timeout 200 env -i "${variables[@]}" "$fix/environ" "${@:2}" "$tmp/report"
  cat err
  [ "$status" = 0 ]
}

@test "background_keeps_the_place_of_the_auxiliary_vector_whatever_was_set_wherever" {
  local count at
  for count in {1..10}; do
    for at in {0..5}; do
      echo "case: $count of ours before the other $((5 - at))"
      started "${others[@]:0:at}" "${ours[@]:0:count}" "${others[@]:at}" LD_PRELOAD="$lib" --
      right $((count + 6)) "${others[@]}"
      started LD_PRELOAD="$lib" "${others[@]:0:at}" "${ours[@]:0:count}" "${others[@]:at}" --
      right $((count + 6)) "${others[@]}"
    done
    started "${ours[@]:0:count}" LD_PRELOAD="$lib" --
    right $((count + 1)) ''
    started LD_PRELOAD="$lib" "${ours[@]:0:count}" --
    right $((count + 1)) ''
  done
}

@test "background_keeps_that_place_where_our_variables_are_apart" {
  local count i
  for count in {1..5}; do
    local mixed=()
    for ((i = 0; i < 5; i++)); do
      mixed+=("${others[i]}")
      ((i >= count)) || mixed+=("${ours[i]}")
    done
    started "${mixed[@]}" LD_PRELOAD="$lib" --
    right $((count + 6)) "${others[@]}"
  done
}

@test "children_of_a_daemon_with_its_mark_keep_that_place" {
  local mark at
  for mark in 4242 4242:chdir:stdout:stderr "4242:9@$tmp/pid" 0; do
    for at in {0..5}; do
      started "${others[@]:0:at}" "DAEMONFIX_PID=$mark" "${others[@]:at}" LD_PRELOAD="$lib" --
      right 7 "${others[@]}"
    done
  done
}

@test "fix_and_fix_fork_keep_that_place" {
  local at
  for at in {0..5}; do
    for option in -d -F; do
      started "${others[@]:0:at}" DAEMONFIX_MODE=fix-fork DAEMONFIX_VERBOSE=1 "${others[@]:at}" \
        LD_PRELOAD="$lib" -- $option
      right 8 "${others[@]}"
      started "${others[@]:0:at}" DAEMONFIX_PID=4242 DAEMONFIX_MODE=fix-fork "${others[@]:at}" \
        LD_PRELOAD="$lib" -- $option
      right 8 "${others[@]}"
    done
  done
}

@test "a_title_may_be_written_over_all_of_it" {
  local mode
  for mode in fix background fix-fork; do
    started LD_PRELOAD="$lib" -- -d -w
    started LD_PRELOAD="$lib" DAEMONFIX_MODE=$mode DAEMONFIX_UMASK=022 -- -d -w
    started DAEMONFIX_MODE=$mode LD_PRELOAD="$lib" -- -d -w
    started A=1 LD_PRELOAD="$lib" DAEMONFIX_MODE=$mode -- -d -w
    within 10 test -e report
  done
  started LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork -- -F -w
}

@test "it_may_be_in_read_only_memory" {
  started A=1 B=2 DAEMONFIX_MODE=fix-fork DAEMONFIX_VERBOSE=1 LD_PRELOAD="$lib" -- -F -r
  right 5 A=1 B=2
  started A=1 B=2 DAEMONFIX_MODE=fix-fork DAEMONFIX_VERBOSE=1 LD_PRELOAD="$lib" -- -d -r
  right 5 A=1 B=2
  started A=1 B=2 LD_PRELOAD="$lib" -- -d -r
  right 3 A=1 B=2
}

# sd_listen_fds(3): the descriptors are for the process with this PID.
@test "LISTEN_PID_and_WATCHDOG_PID_name_the_daemon_after_background" {
  launch sh -c 'LISTEN_PID=$$ LISTEN_FDS=1 WATCHDOG_PID=$$ exec "$@"' sh \
    env LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_STDOUT="$tmp/log" \
    "$fix/report" -0 "$tmp/report" env
  reported
  pid=$(value after.pid)
  within 10 grep -q '^WATCHDOG_PID=' log
  grep -qx "LISTEN_PID=$pid" log
  grep -qx "WATCHDOG_PID=$pid" log
  grep -qx LISTEN_FDS=1 log
  [ "$(grep -c _PID= log)" -ge 3 ]
}

@test "LISTEN_PID_of_another_process_stays" {
  launch LISTEN_PID=1 WATCHDOG_PID=2 LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_STDOUT="$tmp/log" \
    "$fix/report" -0 "$tmp/report" env
  reported
  within 10 grep -qx LISTEN_PID=1 log
  within 10 grep -qx WATCHDOG_PID=2 log
}
