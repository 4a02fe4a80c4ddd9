# SPDX-License-Identifier: MIT
# Guarantee 4: pthread_atfork(3) handlers run once, each in the process for which it is meant, while
# the caller's threads run and signals arrive; whatever they do there works as under libc alone.
load helper

# both WHAT: in mode fix, and with fork(2) in mode fix-fork, fixtures/handlers prints the same as under libc
# alone (caller and child in any order); $tmp/libc has the output under libc.
both() {
  local option
  for option in '' -F; do
    said env $option "$1" >libc
    echo "case: $1 $option" && cat libc
    said env LD_PRELOAD="$lib" DAEMONFIX_MODE=fix${option:+-fork} $option "$1" | diff libc -
  done
}
said() { # COMMAND... [-F] WHAT
  local options=("${@: -1}")
  [ "${*: -2:1}" != -F ] || options=(-F "${options[@]}")
  launch timeout 300 "$fix/reap" -s 0 1 "${@:1:$#-${#options[@]}}" "$fix/handlers" "${options[@]}"
  sed 's/; child /;child /; s/;child [^;]*//' out | sort
}

@test "each_handler_runs_once_in_its_own_process" {
  both where
  grep -x 'prepare caller' libc
  grep -x 'parent caller' libc
  grep -x 'child child' libc
}

@test "a_thread_that_prepare_cancels_and_joins_ends" { both cancel; }
@test "a_thread_that_prepare_stops_by_a_signal_stops_and_goes_on" { both stop; }

@test "a_thread_that_parent_starts_again_is_alive_and_has_the_callers_signal_mask" {
  both restart
  grep -x 'helper alive' libc
  grep -x 'mask kept' libc
}

@test "descriptors_that_handlers_open_stay_open" {
  both open
  [ "$(grep -cx open libc)" = 2 ]
}

@test "a_child_handler_may_close_every_descriptor" { both closefrom; }

@test "a_signal_mask_that_prepare_changes_and_the_others_put_back_is_as_before" {
  both block
  [ "$(grep -cx 'mask kept' libc)" = 2 ]
}

@test "a_signal_handler_may_fork_while_prepare_runs" {
  both fork
  grep -x 'signal 7' libc
}
