# SPDX-License-Identifier: MIT
# Under tight limits daemon() needs no more than libc's: small stacks, other users' directories.
load helper
load reap

# confined NAME=VALUE... -- OPTION...: all processes of the fixture end with 0; its output is in out.
confined() {
  local variables=()
  while [ "$1" != -- ]; do variables+=("$1") && shift; done
  echo "case: ${variables[*]} $*"
  rm -f pid
  launch timeout 200 "$fix/reap" -s 0 1 env "${variables[@]}" "$fix/confined" "${@:2}"
  cat out err
  [ "$(value result out)" = 0 ] && [[ $(endings | grep exit) == *'exit 0'* ]] && not grep -q 'signal\|exit [1-9]' out
}
settings=(DAEMONFIX_STDOUT="$BATS_TEST_TMPDIR/log" DAEMONFIX_PIDFILE="$BATS_TEST_TMPDIR/pid" DAEMONFIX_UMASK=022
  DAEMONFIX_CHDIR="$BATS_TEST_TMPDIR")

@test "a_stack_of_16_KiB_is_enough_with_log_and_pid_file" {
  confined A=1 -- -t 16
  confined LD_PRELOAD="$lib" -- -t 16
  confined LD_PRELOAD="$lib" "${settings[@]:0:1}" -- -t 16
  confined LD_PRELOAD="$lib" "${settings[@]:1:1}" -- -t 16
  confined LD_PRELOAD="$lib" "${settings[@]}" DAEMONFIX_VERBOSE=1 -- -t 16
}

@test "a_stack_of_16_KiB_is_enough_for_fork_in_mode_fix_fork" {
  confined LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork -- -F -t 16
  confined LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork "${settings[@]}" DAEMONFIX_VERBOSE=1 -- -F -t 16
}

# A signal frame holds all registers; where these are large, the frame alone exceeds 8 KiB.
@test "an_alternate_stack_of_8_KiB_is_enough_where_it_is_without_us" {
  local kib
  for kib in 8 10 12 16; do ! confined A=1 -- -a "$kib" || break; done
  confined LD_PRELOAD="$lib" -- -a "$kib"
  confined LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork -- -F -a "$kib"
}

@test "an_alternate_stack_of_8_KiB_is_enough_for_exit_in_a_handler_with_a_pid_file" {
  local kib
  for kib in 8 10 12 16; do ! confined A=1 -- -e -a "$kib" || break; done
  confined LD_PRELOAD="$lib" "${settings[@]:1:1}" -- -e -a "$kib"
}

# The fixture's root directory is one that only root can enter.
@test "a_root_directory_that_cannot_be_entered_is_none_of_our_business" {
  needs_root
  install -d -m 700 jail
  confined A=1 -- -j "$tmp/jail" -u 65534:65534
  mv out libc
  confined LD_PRELOAD="$lib" -- -j "$tmp/jail" -u 65534:65534
  [ "$(value cwd out)" = / ]
  [ "$(value cwd libc)" = / ]
}

# The program has changed its effective user ID for a while; it is not set-user-ID.
@test "the_effective_user_counts_for_the_directory" {
  needs_root
  install -d -m 700 roots
  confined LD_PRELOAD="$lib" DAEMONFIX_CHDIR="$tmp/roots" -- -u 65534:0
  [ "$(value cwd out)" = "$tmp/roots" ]
  not confined LD_PRELOAD="$lib" DAEMONFIX_CHDIR="$tmp/roots" -- -u 0:65534
  [ "$(value result out)" = EACCES ]
}
