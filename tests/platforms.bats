# SPDX-License-Identifier: MIT
# Other compilers, libcs and machines, with the files of the suite about forks, waiting, signals, stdio
# and modes: tests/torture/platforms has more of both.
load helper
load row

on_x86_64() {
  [ "$(uname -m)" = x86_64 ] || skip "this row's compiler is one for x86-64"
  "$@"
}

@test "clang_builds_a_library_that_works" { passes 1 platforms clang; }
@test "without__Fork_of_glibc_2_34_the_library_works" { passes 1 platforms without-_Fork; }
@test "32_bit_programs_get_a_library_that_works" { on_x86_64 passes 1 platforms i386; }
@test "on_arm64_the_library_works" { on_x86_64 passes 1 platforms arm64; }
@test "on_riscv64_the_library_works" { on_x86_64 passes 1 platforms riscv64; }
@test "in_the_musl_loader_the_library_works" { passes 1 platforms musl; }

@test "a_glibc_of_2021_is_new_enough" {
  newest=$(readelf -VW "$lib" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1)
  [[ $newest =~ ^GLIBC_2 ]]
  [ "$(printf '%s\n' "$newest" GLIBC_2.34 | sort -V | tail -n 1)" = GLIBC_2.34 ]
}
