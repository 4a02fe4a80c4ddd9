# SPDX-License-Identifier: MIT
# For tests that need a root of their own.  shellcheck shell=bash

# sandboxed COMMAND [ARG...]: launches a program or a function in tests/sandbox.
# PIDs there are the sandbox's: do not note or end them.
sandboxed() {
  local functions
  if [ "$(type -t "$1")" = function ]; then
    mapfile -t functions < <(compgen -A function | grep -v ^bats)
    export root lib fix tmp
    export -f "${functions[@]}"
    set -- bash -euc '"$@"' bash "$@"
  fi
  launch timeout 600 "$root/tests/sandbox" "$@"
  [ "$status" != 77 ] || skip "$(tail -n 1 "$tmp/err")"
  cat "$tmp/err"
}
