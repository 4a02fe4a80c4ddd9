# SPDX-License-Identifier: MIT
# For tests that need a root of their own.  shellcheck shell=bash

# sandboxed COMMAND [ARG...]: launch, in tests/sandbox, of a program or a function.
# The PIDs there are the sandbox's: none of them is to be noted or ended.
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
