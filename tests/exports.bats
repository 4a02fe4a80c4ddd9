# SPDX-License-Identifier: MIT
# The symbols that the library exports, and those that it needs.
load helper

# One @ means hidden: only references to exactly that version get our symbol (interpose.h).
@test "eight_versioned_functions_are_exported_hidden_and_nothing_else" {
  nm -D --defined-only "$lib" | awk '$2 != "A" {print $3}' | sort >"$tmp/defined"
  sed 's/@GLIBC_[0-9.]*$/@/' "$tmp/defined" | diff - <(printf '%s@\n' _Exit __register_atfork _exit bind daemon fork listen setsid)
  libc=$(ldd "$lib" | awk '$1 ~ /^libc\.so/ {print $3}')
  nm -D --defined-only "$libc" | awk '{sub(/@@/, "@", $3); print $3}' | sort >"$tmp/libc"
  [ -z "$(comm -23 "$tmp/defined" "$tmp/libc")" ] # libc has each, in that version
}

@test "every_undefined_symbol_is_libcs" {
  libc=$(ldd "$lib" | awk '$1 ~ /^libc\.so/ {print $3}')
  loader=$(ldd "$lib" | awk '$1 ~ /^\// {print $1}')
  nm -D --defined-only "$libc" "$loader" | awk '{sub(/@.*/, "", $3); print $3}' | sort -u >"$tmp/libc"
  nm -D --undefined-only "$lib" | awk '{sub(/@.*/, "", $2); print $2}' | sort -u >"$tmp/needed"
  [ -s "$tmp/needed" ]
  [ -z "$(comm -23 "$tmp/needed" "$tmp/libc")" ]
}

@test "no_library_but_libc_is_needed" {
  [ "$(readelf -d "$lib" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p')" = libc.so.6 ]
}

@test "stack_is_not_executable_and_no_segment_is_writable_and_executable" {
  readelf -lW "$lib" | grep -q 'GNU_STACK.* RW '
  not grep -E ' (LOAD|GNU_STACK) .* RWE ' <(readelf -lW "$lib")
}

# Each mapping and each page is a cost for every program that loads the library.
@test "it_is_two_mappings_with_one_page_that_is_written_to_at_load" {
  [ "$(readelf -lW "$lib" | grep -c ' LOAD ')" = 2 ]
  [ "$(readelf -rW "$lib" | awk '/R_/ {print substr($1, 5, 9)}' | sort -u | wc -l)" = 1 ]
  read -r _ _ start _ _ size _ < <(readelf -lW "$lib" | grep ' LOAD .* RW ')
  ((start % 4096 + size <= 4096))
  launch strace -e '/^(openat|mmap)' -E LD_PRELOAD="$lib" true
  [ "$(sed -n "\|$lib|,/openat/p" err | grep -c '^mmap')" = 2 ]
}

# ld.so(8) saves all vector registers on the stack when a function is looked up at its first call.
@test "no_function_is_looked_up_on_the_stack_of_a_signal_handler" {
  readelf -dW "$lib" | grep -q 'FLAGS.*NOW'
}

@test "it_does_not_switch_shadow_stacks_off" {
  [ "$(uname -m)" = x86_64 ] || skip 'for x86 only'
  readelf -nW "$lib" | grep -q 'x86 feature:.*SHSTK'
}
