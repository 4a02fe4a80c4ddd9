# SPDX-License-Identifier: MIT
# For tests of mode fix-fork: fixtures/byhand does what its arguments say.  shellcheck shell=bash

through=() # a command that runs the program, if any

# byhand [NAME=VALUE...] STEP...: runs the fixture in that mode; its output is in $tmp/out, and shown if
# the test fails.
# plain STEP...: the same under the C library alone.
byhand() { plain LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork "$@"; }
plain() {
  local variables=()
  while [[ $1 =~ ^[A-Z_]+= ]]; do variables+=("$1"); shift; done
  launch "${through[@]}" env "${variables[@]}" "$fix/byhand" "$@"
  note "$(said main.orphan)"
  cat "$tmp/out" "$tmp/err"
}

# The same as the leader of a session on a terminal, which hangs up when the leader ends.
on_terminal() {
  local through=("$fix/onpty" sh -c 'exec "$@" >out' sh)
  "$@"
}

# said NAME: prints the value in lines NAME=VALUE (a terminal ends lines with CR LF).
said() { value "$1" "$tmp/out" | tr -d '\r'; }
is() { grep -q "^$1=" "$tmp/out" && [ "$(said "$1")" = "$2" ]; } # is NAME VALUE
# same NAME NAME, differ NAME NAME: compare two values, which must both be there.
same() { [ "$(said "$1")" ] && is "$1" "$(said "$2")"; }
differ() { [ "$(said "$1")" ] && [ "$(said "$2")" ] && ! is "$1" "$(said "$2")"; }

# unmarked LABEL: its environment has none of our variables except for the meaningless entries that fill
# the places of removed ones.
unmarked() { grep -q "^$1\.env=" "$tmp/out" && [[ $(said "$1.env") =~ ^(\ DAEMONFIX_PID=0)*$ ]]; }

# marked LABEL: its environment marks it as a daemon that executes a program.
marked() { [[ $(said "$1.env") =~ ^(\ DAEMONFIX_PID=$(said "$1.pid"):fork\(byhand\))+$ ]]; }

# stays LABEL: the process that reported under that label still runs; sets pid.
stays() {
  within 20 grep -q "^$1\.pending=" "$tmp/out" || return
  pid=$(said "$1.pid")
  note "$pid"
  alive "$pid"
}

# is_daemon LABEL: that process is a daemon as the mode makes them: in a session whose leader has ended,
# without a terminal.
is_daemon() {
  local session
  stays "$1" || return
  session=$(field "$pid" session)
  [ "$session" != "$(field $$ session)" ] && [ ! -e "/proc/$session" ] &&
    [ "$(field "$pid" tty_nr)" = 0 ]
}
