# SPDX-License-Identifier: MIT
# For tests of mode fix-fork: fixtures/byhand does what its arguments say.  shellcheck shell=bash

through=() # a command that runs the program, if any

# byhand [NAME=VALUE...] STEP...: the fixture in that mode; what it tells is in $tmp/out, and
# seen if the test fails.
# plain STEP...: the same under the C library alone.
byhand() { plain LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork "$@"; }
plain() {
  local variables=()
  while [[ $1 =~ ^[A-Z_]+= ]]; do variables+=("$1"); shift; done
  launch "${through[@]}" env "${variables[@]}" "$fix/byhand" "$@"
  note "$(said main.orphan)"
  cat "$tmp/out" "$tmp/err"
}

# The same as the leader of a session on a terminal, which is hung up when it ends.
on_terminal() {
  local through=("$fix/onpty" sh -c 'exec "$@" >out' sh)
  "$@"
}

# What lines NAME=VALUE say (a terminal ends lines in its own way).
said() { value "$1" "$tmp/out" | tr -d '\r'; }
is() { grep -q "^$1=" "$tmp/out" && [ "$(said "$1")" = "$2" ]; } # is NAME VALUE
# same NAME NAME, differ NAME NAME: both must have been told.
same() { [ "$(said "$1")" ] && is "$1" "$(said "$2")"; }
differ() { [ "$(said "$1")" ] && [ "$(said "$2")" ] && ! is "$1" "$(said "$2")"; }

# unmarked LABEL: its environment has none of our variables, but what fills the places of those that
# have gone and means nothing.
unmarked() { grep -q "^$1\.env=" "$tmp/out" && [[ $(said "$1.env") =~ ^(\ DAEMONFIX_PID=0)*$ ]]; }

# marked LABEL: it says so of a daemon that executes itself, and of nothing else.
marked() { [[ $(said "$1.env") =~ ^(\ DAEMONFIX_PID=$(said "$1.pid"):fork\(byhand\))+$ ]]; }

# stays LABEL: the process that told something under that label and stays; sets pid.
stays() {
  within 20 grep -q "^$1\.pending=" "$tmp/out" || return
  pid=$(said "$1.pid")
  note "$pid"
  alive "$pid"
}

# is_daemon LABEL: so is this one, as the mode makes them: in a session whose leader is gone, without
# a terminal.
is_daemon() {
  local session
  stays "$1" || return
  session=$(field "$pid" session)
  [ "$session" != "$(field $$ session)" ] && [ ! -e "/proc/$session" ] &&
    [ "$(field "$pid" tty_nr)" = 0 ]
}
