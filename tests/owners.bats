# SPDX-License-Identifier: MIT
# Other preloaded libraries replace symbols of libc, and refuse or falsify calls (torsocks replaces
# syscall(3), libfaketime the clocks): the daemon is made without these symbols.
load helper
load reap

owned() { launch LD_PRELOAD="$1" "${@:2}"; }

@test "a_library_that_owns_syscall_and_the_clocks_is_not_in_the_way" {
  local order mode
  for order in "$lib:$fix/owner.so" "$fix/owner.so:$lib"; do
    for mode in fix background; do
      rm -f report
      owned "$order" DAEMONFIX_MODE=$mode DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_STDOUT="$tmp/log" \
        DAEMONFIX_CLOSEFDS=1 "$fix/report" "$tmp/report"
      cat err
      [ "$status" = 0 ]
      reported
      pid=$(value after.pid)
      [ "$(<pid)" = "$pid" ]
      not leads_session "$pid"
      [ "$(value after.fds | tr ' ' '\n' | grep -c .)" = 4 ] # and the PID file's
      end "$pid"
    done
  done
}

@test "such_a_library_is_not_in_the_way_of_fix_fork_either" {
  local order
  for order in "$lib:$fix/owner.so" "$fix/owner.so:$lib"; do
    owned "$order" DAEMONFIX_MODE=fix-fork "$fix/byhand" tell fork [ as:child setsid tell ]
    cat out err
    within 10 grep -q '^child.pending=' out
    [ "$(value child.sid out)" != "$(value child.pid out)" ]
    [ "$(value child.sid out)" != "$(value main.sid out)" ]
  done
}

# "sleep" itself calls none of them.
@test "no_system_call_is_made_by_another_librarys_function" {
  readelf -h "$lib" | grep -q ELF64 || skip "where long has 32 bits, some are libc's"
  local order
  for order in "$lib:$fix/systemcalls.so" "$fix/systemcalls.so:$lib"; do
    owned "$order" DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_STDOUT="$tmp/log" \
      DAEMONFIX_CHDIR="$tmp" DAEMONFIX_UMASK=027 DAEMONFIX_CLOSEFDS=1 DAEMONFIX_READY=alive:0.2,listen \
      DAEMONFIX_VERBOSE=1 sleep 600
    cat err
    [ "$status" = 0 ]
    end "$(<pid)"
    owned "$order" DAEMONFIX_MODE=foreground-fork DAEMONFIX_PIDFILE="$tmp/pid" sleep 0
    [ "$status" = 0 ]
    owned "$order" DAEMONFIX_MODE=background DAEMONFIX_PIDFILE="$tmp/none/pid" sleep 0
    cat err
    [ "$status" = 125 ]
    not grep called err
  done
}

# The deadline of a failing start uses the kernel's clock.
@test "a_failure_is_reported_although_the_clocks_stand_still" {
  launch timeout 300 "$fix/inject" intermediate.setsid=EPERM -- env LD_PRELOAD="$lib:$fix/owner.so" \
    "$fix/report" -x "$tmp/report"
  [ "$status" = 1 ]
  [ "$(value errno)" = EPERM ]
  [ "$(value left out)" = 0 ]
}

# glibc's daemon(3) ends the launching process within libc.
@test "the_exit_of_another_library_is_called_when_the_program_calls_it_and_only_then" {
  local order
  for order in "$lib:$fix/leaver.so" "$fix/leaver.so:$lib"; do
    owned "$order" "$fix/byhand" exit:7
    cat err
    [ "$status" = 7 ]
    [ "$(cat err)" = left ]
    rm -f report
    owned "$order" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" "$tmp/report"
    cat err
    [ "$status" = 0 ]
    [ ! -s err ]
    reported
    end "$(value after.pid)"
  done
}
