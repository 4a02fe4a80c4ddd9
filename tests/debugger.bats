# SPDX-License-Identifier: MIT
# gdb(1) follows the fork of daemon() into the child, and the launching process
# exits without delay.
load helper

# under_gdb MODE: follows the child until the function pause() is called there.
under_gdb() {
  printf '%s\n' 'set debuginfod enabled off' 'set pagination off' 'set confirm off' \
    'set startup-with-shell off' "set follow-fork-mode $1" 'set detach-on-fork on' \
    "set environment LD_PRELOAD $2" 'set breakpoint pending on' 'break pause' run \
    'printf "reached in %d\n", (int)getpid()' 'printf "session %d\n", (int)getsid(0)' kill >commands
  launch timeout -s KILL 600 gdb -q -nx -batch -x commands "$fix/legacy"
  tail -n 20 out err
}
reached() { grep -q '^reached in [0-9]' out; }

@test "gdb_that_follows_the_child_arrives_in_the_daemon" {
  command -v gdb >/dev/null || skip "needs gdb"
  under_gdb child ''
  reached || skip 'gdb cannot do that here'
  under_gdb child "$lib"
  reached
  [ "$(sed -n 's/^session //p' out)" != "$(sed -n 's/^reached in //p' out)" ]
}
