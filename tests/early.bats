# SPDX-License-Identifier: MIT
# Another library's constructor that runs before ours: a daemon(3) that it calls is already fixed, and a
# fork(2) is libc's, because only the program's own first fork is special.
load helper
load fixfork

early() { launch LD_PRELOAD="$lib:$fix/early.so" "$@"; }

@test "daemon_before_our_constructor_is_fixed" {
  early EARLY=daemon sh -c 'echo main; sleep 0.1'
  [ "$status" = 0 ]
  within 10 grep -q main out
  [ "$(<err)" = 'daemon=0 leader=no' ]
  launch EARLY=daemon LD_PRELOAD="$fix/early.so" sh -c 'echo main'
  within 10 grep -q main out
  [ "$(<err)" = 'daemon=0 leader=yes' ]
}

@test "daemon_before_our_constructor_heeds_the_settings" {
  early EARLY=daemon DAEMONFIX_MODE=foreground DAEMONFIX_CHDIR=/usr sh -c pwd
  [ "$status" = 0 ]
  [ "$(<out)" = /usr ]
  [ "$(<err)" = "daemon=0 leader=no" ]
}

@test "fork_before_our_constructor_is_libcs_and_the_programs_own_is_the_first" {
  early EARLY=fork DAEMONFIX_MODE=fix-fork "$fix/byhand" tell fork [ as:child tell ] wait
  [ "$status" = 0 ]
  [ "$(<err)" = session=same ]
  differ child.sid main.sid
  [ ! -e "/proc/$(said child.sid)" ]
}
