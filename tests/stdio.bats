# SPDX-License-Identifier: MIT
# Descriptors 0, 1 and 2 and the directory, whichever of the three were closed (guarantee 8); no other
# descriptor is opened or closed.
load helper

# each_closed OPTIONS CHECK...: for each combination of closed descriptors, runs report with
# OPTIONS and then the CHECKs.  The case is in the output if the test fails.
each_closed() {
  local closed check
  for closed in '' '<&-' '>&-' '2>&-' '<&- >&-' '<&- 2>&-' '>&- 2>&-' '<&- >&- 2>&-'; do
    echo "case: report $1 $closed"
    rm -f "$tmp/report"
    launch sh -c "exec env LD_PRELOAD='$lib' '$fix/report' -x $1 '$tmp/report' $closed"
    [ "$status" = 0 ]
    within 20 test -e "$tmp/report"
    for check in "${@:2}"; do $check; done
  done
}

descriptors() { value "$1.fds" | tr ' ' '\n'; } # before or after, one per line
stdio_is_null() {
  # O_RDWR (the kernel adds O_LARGEFILE), not close-on-exec
  diff <(printf '%s:/dev/null:0100002:0\n' 0 1 2; descriptors before | grep -v '^[012]:') \
    <(descriptors after)
}
stdio_stays() { diff <(descriptors before) <(descriptors after); }
directory_is_root() { [ "$(value after.cwd)" = / ]; }
directory_stays() { [ "$(value after.cwd)" = "$tmp" ]; }

@test "stdio_is_the_null_device_and_directory_the_root" {
  each_closed '' stdio_is_null directory_is_root
}
@test "nochdir_keeps_the_directory" { each_closed -c stdio_is_null directory_stays; }
@test "noclose_keeps_stdio_open_or_closed" { each_closed -n stdio_stays directory_is_root; }
@test "nochdir_and_noclose_keep_both" { each_closed '-c -n' stdio_stays directory_stays; }
