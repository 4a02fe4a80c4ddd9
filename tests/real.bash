# SPDX-License-Identifier: MIT
# For tests that run real programs from Debian's packages.  shellcheck shell=bash

# Fetches the programs once for each test file.
setup_file() {
  local out=$BATS_FILE_TMPDIR/unavailable
  if "$root/scripts/programs" >"$out" 2>&1 3>&- &&
    unshare -m -p -n -i -u -f --kill-child --mount-proc true >"$out" 2>&1; then
    rm "$out"
  fi
}

needs_programs() {
  local unavailable=$BATS_FILE_TMPDIR/unavailable
  [ ! -e "$unavailable" ] || skip "$(tail -n 1 "$unavailable")"
}
