# SPDX-License-Identifier: MIT
# Functions that the parts of scripts/torture share.  shellcheck shell=bash
#
# A part without arguments prints the names of its rows; with one it runs that row, from the
# repository's root: progress on standard error, and as the last line on standard output
# TRIED<TAB>GOOD<TAB>BAD<TAB>NOTE.  Status: 0; 1 if some were bad; 77 if the row cannot run here, and
# standard error says why.  Environment: SCALE is the part of the row to run, in percent (default: 100);
# LIBRARY is the library to preload (default: this tree's).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
lib=${LIBRARY:-$PWD/build/libdaemonfix.so}
# shellcheck disable=SC2034 # for the parts
fix=$PWD/build/tests
SCALE=${SCALE:-100}

progress() { printf '%s\n' "$*" >&2; }
impossible() { progress "$*"; exit 77; }

# scaled COUNT: COUNT scaled by SCALE, at least 1.
scaled() { echo $((($1 * SCALE + 99) / 100)); }

# result TRIED GOOD BAD NOTE: prints the row's last line; its status is the row's.
result() {
  printf '%s\t%s\t%s\t%s\n' "$@"
  (($3 == 0))
}

# within SECONDS COMMAND...: polls until COMMAND succeeds, or fails after SECONDS.
within() {
  local end=$((SECONDS + $1)) && shift
  until "$@" 2>/dev/null; do
    ((SECONDS <= end)) || return 1
    sleep 0.02
  done
}

# scratch: makes an empty directory, tmp, which is removed when this process ends.
scratch() {
  tmp=$(mktemp -d)
  trap 'rm -rf "$tmp"' EXIT
}

# main ROWS... -- [ROW]: a row is a function.
main() {
  local rows=() v
  while [ "$1" != -- ]; do rows+=("$1") && shift; done
  shift
  (($#)) || { printf '%s\n' "${rows[@]}" && return; }
  [[ " ${rows[*]} " == *" $1 "* ]] || { progress "no row $1" && return 2; }
  for v in "${!DAEMONFIX_@}"; do unset "$v"; done
  unset LD_PRELOAD
  [ -e "$lib" ] || { progress "$lib is not built" && return 2; }
  "$1"
}
