# SPDX-License-Identifier: MIT
# libc and the kernel know the right thread ID, robust mutexes and restartable sequences (rseq(2), whoever
# registered them) of the daemon's only thread, although it is forked inside a fork.
load helper

# daemon_of [RULE...] -- COMMAND...: runs COMMAND FILE, which ends by itself as its daemon does.
daemon_of() {
  launch "$fix/inject" "$@" "$tmp/report"
  cat "$tmp/err" >&2
  [ "$status" = 0 ]
}
fixed_rseq=(env LD_PRELOAD="$lib" "$fix/rseq")
no_rseq=GLIBC_TUNABLES=glibc.pthread.rseq=0   # libc registers none, so others may

follows_affinity() { [ "$(value getcpu)" = "$(value pinned)" ]; }
handlers_ran_once() { [ "$(value handlers)" = 1,1,1 ]; }
needs_two_cpus() { (($(nproc) > 1)) || skip "needs two CPUs"; }

# memcheck_of [RULE...] -- PROGRAM [ARG...]: under valgrind, which finds nothing in any process.
memcheck_of() {
  local rules=()
  while [ "$1" != -- ]; do rules+=("$1") && shift; done
  daemon_of "${rules[@]}" -- valgrind -q --error-exitcode=99 --trace-children=yes \
    --leak-check=full --errors-for-leak-kinds=definite --log-file="$tmp/valgrind.%p" \
    env LD_PRELOAD="$lib" "${@:2}"
  not grep '^==' "$tmp"/valgrind.* # the rest is about system calls that valgrind does not know
}

# knows_itself LIBRARY: the thread is right about itself in both kinds of daemon, as in libc's.
knows_itself() {
  for how in 'fix' 'fix-fork -F'; do
    rm -f "$tmp/report"
    # shellcheck disable=SC2086 # the mode, and its option
    set -- "$1" $how
    launch ${1:+LD_PRELOAD="$1"} DAEMONFIX_MODE="$2" "$fix/identity" "${@:3}" "$tmp/report"
    [ "$status" = 0 ]
    within 20 test -e report
    diff report - <<'END'
kill=yes
raise=yes
relock=EDEADLK
unlock=0
robust=EOWNERDEAD
END
  done
}

@test "thread_id_and_robust_mutexes_are_the_daemons_own" { knows_itself "$lib"; }
@test "thread_id_and_robust_mutexes_are_the_daemons_own_under_libc_alone" { knows_itself ''; }

# As with glibc before 2.34, which has no _Fork(3).
@test "thread_id_and_robust_mutexes_are_the_daemons_own_where_libc_has_no__Fork" {
  cp -r "$root/Makefile" "$root/src" .
  make -s CPPFLAGS=-DWITHOUT_FORK build/libdaemonfix.so
  not grep -q _Fork <(nm -D build/libdaemonfix.so)
  knows_itself "$tmp/build/libdaemonfix.so"
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

@test "an_area_that_the_program_registered_stays_registered_and_current" {
  needs_two_cpus
  daemon_of -- env "$no_rseq" "${fixed_rseq[@]}" -f
  [ "$(value registered)" = own ]
  [ "$(value area)" = "$(value pinned)" ]
  follows_affinity
  handlers_ran_once
}

@test "atfork_handlers_run_once" {
  daemon_of -- "${fixed_rseq[@]}"
  handlers_ran_once
}

@test "valgrind_finds_no_error_and_no_leak_in_any_process" {
  memcheck_of -- "$fix/rseq"
  handlers_ran_once
  follows_affinity
}

@test "valgrind_finds_no_error_and_no_leak_after_a_failure" {
  memcheck_of daemon.fchdir=EACCES -- env DAEMONFIX_CHDIR=/usr "$fix/report" -2 -x
  [ "$(value result)" = -1 ]
  [ "$(value again.result)" = 0 ]
}
