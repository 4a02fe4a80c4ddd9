# SPDX-License-Identifier: MIT
# Dynamic checkers on a part of the suite; tests/torture/tools runs them on all of it.
load helper
load row

@test "address_and_undefined_behaviour_sanitizers_have_nothing_to_say" { passes 1 tools sanitizers; }
@test "valgrind_finds_no_bad_memory_access_and_no_leak" { passes 1 tools memcheck; }
@test "helgrind_finds_no_race" { passes 1 tools helgrind; }
@test "thread_sanitizer_finds_no_race" { passes 1 tools tsan; }
