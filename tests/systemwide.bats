# SPDX-License-Identifier: MIT
# The library in /etc/ld.so.preload of a root of its own: nothing else changes.  The short version of
# tests/torture/systemwide, which says what each row is.
load helper

# row NAME: all that it tries is good.
row() {
  launch SCALE=3 timeout -s KILL 300 "$root/tests/torture/systemwide" "$1"
  [ "$status" != 77 ] || skip "$(tail -n 1 err)"
  cat err out
  [ "$status" = 0 ]
  IFS=$'\t' read -r tried good bad _ < <(tail -n 1 out)
  ((tried > 0 && good == tried && bad == 0))
}

@test "programs_do_their_ordinary_work" { row work; }

@test "commands_print_the_same_bytes" { row commands; }

@test "set_user_id_programs_work_for_ordinary_users" { row privileged; }

@test "static_and_32_bit_programs_run_without_it" { row foreign; }
