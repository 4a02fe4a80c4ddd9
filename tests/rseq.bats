# SPDX-License-Identifier: MIT
# The vfork(2) that saves the fix a second fork is not to be noticed: restartable sequences
# (rseq(2)) work in the daemon, whoever registered them; where vfork would be in the way, is
# refused or emulated, daemon() works without.
load helper

# daemon_of [RULE...] -- COMMAND...: runs COMMAND FILE, which ends by itself as its daemon does.
daemon_of() {
  launch "$fix/inject" "$@" "$tmp/report"
  cat "$tmp/err" >&2
  [ "$status" = 0 ]
}
fixed_rseq=(env LD_PRELOAD="$lib" "$fix/rseq")
no_rseq=GLIBC_TUNABLES=glibc.pthread.rseq=0   # libc does not register: others may

follows_affinity() { [ "$(value getcpu)" = "$(value pinned)" ]; }
handlers_ran_once() { [ "$(value handlers)" = 1,1,1 ]; }
needs_two_cpus() { (($(nproc) > 1)) || skip "needs two CPUs"; }

# forks COMMAND...: the calls that make processes, in order.
forks() {
  daemon_of -- strace -f -o "$tmp/trace" -e trace=process "$@"
  grep -oE '\b(vfork|clone)\(' "$tmp/trace" | tr -d '\n'
}

# memcheck_of [RULE...] -- PROGRAM [ARG...]: under valgrind, which finds nothing in any process.
memcheck_of() {
  local rules=()
  while [ "$1" != -- ]; do rules+=("$1") && shift; done
  daemon_of "${rules[@]}" -- valgrind -q --error-exitcode=99 --trace-children=yes \
    --leak-check=full --errors-for-leak-kinds=definite --log-file="$tmp/valgrind.%p" \
    env LD_PRELOAD="$lib" "${@:2}"
  not grep '^==' "$tmp"/valgrind.* # the rest is about system calls that it does not know
}

@test "sched_getcpu_follows_sched_setaffinity" {
  needs_two_cpus
  daemon_of -- "${fixed_rseq[@]}"
  follows_affinity
  [ "$(value registered)" = other ]
}

@test "what_libc_did_not_register_is_not_registered" {
  daemon_of -- env "$no_rseq" "${fixed_rseq[@]}"
  follows_affinity
  [ "$(value registered)" = nobody ]
}

@test "nothing_is_registered_in_the_launching_process_after_a_failure" {
  launch "$no_rseq" "$fix/inject" caller.vfork=EAGAIN -- "${fixed_rseq[@]}" "$tmp/report"
  [ "$status" = 1 ]
  [ "$(value registered)" = nobody ]
}

@test "an_area_that_the_program_registered_stays_registered_and_current" {
  needs_two_cpus
  daemon_of -- env "$no_rseq" "${fixed_rseq[@]}" -f
  [ "$(value registered)" = own ]
  [ "$(value area)" = "$(value pinned)" ]
  follows_affinity
  handlers_ran_once
}

@test "first_fork_is_vfork_but_not_when_the_program_registered_an_area" {
  [ "$(forks "${fixed_rseq[@]}")" = 'vfork(clone(' ]
  [ "$(forks env "$no_rseq" "${fixed_rseq[@]}" -f)" = 'clone(clone(' ]
}

@test "atfork_handlers_run_once" {
  daemon_of -- "${fixed_rseq[@]}"
  handlers_ran_once
}

@test "where_vfork_is_refused_fork_does" {
  for errno in EPERM ENOSYS EINVAL; do
    rm -f "$tmp/report"
    daemon_of caller.vfork="$errno" -- "${fixed_rseq[@]}"
    handlers_ran_once
    follows_affinity
  done
}

@test "valgrind_finds_no_error_and_no_leak_in_any_process" {
  memcheck_of -- "$fix/rseq"
  handlers_ran_once
  follows_affinity
}

@test "valgrind_finds_no_error_and_no_leak_after_a_failure" {
  memcheck_of daemon.fchdir=EACCES -- "$fix/report" -2 -x
  [ "$(value result)" = -1 ]
  [ "$(value again.result)" = 0 ]
}
