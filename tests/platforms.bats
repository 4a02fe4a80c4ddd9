# SPDX-License-Identifier: MIT
# Other compilers, libcs and machines, as far as that is quick: tests/torture/platforms has more.
load helper

# short ROW: forks, waiting, signals, stdio and modes, built and run there.
short() {
  # Not bats' own PATH: another one runs there.
  run env -i PATH="$(getconf PATH):/usr/sbin:/sbin" HOME="$HOME" SCALE=1 "$root/tests/torture/platforms" "$1" 3>&-
  [ "$status" = 0 ] || { tail -n 30 <<<"$output"; false; }
  [[ ${lines[-1]} =~ ^[1-9][0-9]*$'\t' ]]
}

@test "clang_builds_a_library_that_works" { short clang; }
@test "in_the_musl_loader_the_library_works" { short musl; }

@test "a_glibc_of_2021_is_new_enough" {
  newest=$(readelf -VW "$lib" | grep -oE 'GLIBC_[0-9.]+' | sort -Vu | tail -n 1)
  [[ $newest =~ ^GLIBC_2 ]]
  [ "$(printf '%s\n' "$newest" GLIBC_2.34 | sort -V | tail -n 1)" = GLIBC_2.34 ]
}
