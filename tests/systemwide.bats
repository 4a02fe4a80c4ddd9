# SPDX-License-Identifier: MIT
# The library in /etc/ld.so.preload of a root of its own: nothing else changes.  The short version of
# tests/torture/systemwide, which says what each row is.
load helper
load row

@test "programs_do_their_ordinary_work" { passes 3 systemwide work; }

@test "commands_print_the_same_bytes" { passes 3 systemwide commands; }

@test "set_user_id_programs_work_for_ordinary_users" { passes 3 systemwide privileged; }

@test "static_and_32_bit_programs_run_without_it" { passes 3 systemwide foreign; }
