# SPDX-License-Identifier: MIT
# For the short versions of scripts/torture's rows.  shellcheck shell=bash

# row PERCENT PART ROW: runs the row; sets status, tried, good, bad and note.
row() {
  # Without the PATH that bats sets, because some rows run another suite.
  launch -i PATH="$(getconf PATH):/usr/sbin:/sbin" HOME="$HOME" ${LIBRARY:+LIBRARY="$LIBRARY"} SCALE="$1" \
    timeout --kill-after=5 3000 "$root/tests/torture/$2" "$3"
  tail -n 40 "$tmp/err"
  [ "$status" != 77 ] || skip "$(tail -n 1 "$tmp/err")"
  [ "$status" -le 1 ]
  IFS=$'\t' read -r tried good bad note < <(tail -n 1 "$tmp/out")
  echo "$2 $3: $tried tried, $bad bad; $note"
  [ "$tried" -gt 0 ]
}

# passes PERCENT PART ROW...: nothing is bad.
passes() {
  local name
  for name in "${@:3}"; do
    row "$1" "$2" "$name"
    [ "$status:$bad" = 0:0 ]
    [ "$good" -gt 0 ]
  done
}
