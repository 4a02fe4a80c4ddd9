# SPDX-License-Identifier: MIT
# Mode fix-fork, as the caller of the first fork(2) sees it: wait(2), SIGCHLD, errors, and what it
# and its child keep.
load helper
load fixfork

@test "exit_status_or_signal_of_the_child_arrives" {
  byhand fork [ setsid exit:42 ] wait
  is main.wait 'exit 42'
  byhand fork [ setsid kill:9 ] wait
  is main.wait 'signal 9'
  byhand fork [ kill:15 stay ] wait # a signal before setsid
  is main.wait 'exit 0' # by the fixture's handler
}

@test "there_is_no_other_process_to_be_waited_for" {
  byhand fork [ setsid ] wait wait
  is main.wait $'exit 0\nECHILD'
}

# counted [NAME=VALUE...] STEP...: the counts are the same as under the C library alone.
counted() {
  byhand "$@"
  said main.count >ours
  plain "$@"
  diff <(said main.count) ours
}

@test "there_is_one_sigchld_for_the_child_and_none_for_the_intermediate" {
  counted chld:count pipe fork [ await ] count ready gone count wait count
  [ "$(<ours)" = $'0\n1\n1' ]
}

@test "there_is_one_sigchld_although_handlers_of_the_fork_are_slow_in_the_caller" {
  counted chld:count linger pipe fork [ await ] count ready gone count wait count
  [ "$(<ours)" = $'0\n1\n1' ]
}

@test "sigchld_that_was_pending_from_another_child_is_not_lost" {
  counted chld:count block:CHLD _Fork [ ] gone count pipe \
    fork [ await ] unblock:CHLD count ready gone count
  [ "$(<ours)" = $'0\n1\n2' ]
}

# The orphan's parent, a child of the caller, is killed while the caller forks.  An extra SIGCHLD does no
# harm: it only says that there may be a child to collect.
@test "sigchld_of_a_child_that_ends_meanwhile_is_not_lost" {
  plain chld:count pipe orphan fork [ await ] count ready wait
  [ "$(said main.count)" = 1 ]
  byhand chld:count pipe orphan fork [ await ] count ready wait
  [[ $(said main.count) = [12] ]]
}

# The two signals merge: the sibling ends while the intermediate's signal is pending, because the caller is
# slow.
@test "sigchld_of_a_child_that_ends_in_the_intermediates_shadow_is_not_lost" {
  through=(strace -f -qq -o "$tmp/trace" -e trace=wait4 -e inject=wait4:delay_exit=300000:when=1)
  for _ in 1 2 3 4 5; do # a busy machine may be slow four times
    byhand chld:count pipe sibling fork [ await ] count ready wait
    [ "$(said main.count)" != 1 ] || return 0
  done
  false
}

@test "a_caller_that_blocks_sigchld_still_does_and_gets_it_afterwards" {
  counted chld:count block:CHLD fork [ ] gone count unblock:CHLD count
  [ "$(<ours)" = $'0\n1' ]
}

@test "sigchld_may_be_ignored_or_have_sa_nocldwait" {
  local how
  for how in ignore nowait; do
    counted chld:$how pipe fork [ await ] count ready wait count
    is main.wait ECHILD
    [ ! -s ours ] || [ "$(<ours)" ]
    byhand chld:$how fork [ setsid ] wait
    is main.wait ECHILD
  done
}

@test "a_handler_may_reap_everything" {
  counted chld:reap pipe fork [ setsid await ] count ready wait count
  [ "$(<ours)" = $'0\n1' ]
}

@test "a_handler_in_another_thread_may_reap_everything_even_the_intermediate" {
  local n
  for n in {1..5}; do
    byhand idle chld:reap tell fork [ as:child setsid tell ] wait
    [ "$status" = 0 ]
    same child.pid main.fork
    same child.ppid main.pid
  done
}

# The orphan arrives while the caller is a subreaper; inject collects what all of them leave behind.

@test "an_orphan_that_arrives_meanwhile_lives_on_when_the_caller_has_ended" {
  byhand orphan fork [ setsid as:child tell ] wait
  is main.wait 'exit 0'
  alive "$(said main.orphan)"
}

@test "an_orphan_that_arrives_meanwhile_is_collected_by_a_caller_that_collects_all" {
  local how through=("$fix/inject" --)
  for how in orphan orphan:dead; do
    byhand chld:reap "$how" fork [ ] as:caller tell stay &
    stays caller
    kill "$(said main.orphan)" || [ "$how" = orphan:dead ]
    within 10 test ! -e "/proc/$(said main.orphan)"
    alive "$pid"
    end "$pid"
    wait $!
    rm out
  done
}

@test "caller_keeps_descriptors_signals_subreaper_and_what_is_pending" {
  local subreaper
  for subreaper in 0 1; do
    byhand subreaper:$subreaper block:USR1 kill:10 chld:count tell \
      fork [ as:child tell ] wait as:after tell
    diff <(state main) <(state after)
    diff <(state main | grep -v -e subreaper -e pending -e env) \
      <(state child | grep -v -e subreaper -e pending -e env)
    is main.subreaper "$subreaper"
    is child.subreaper 0
    is child.pending ' 0000000000000000 0000000000000000'
    is main.pending ' 0000000000000000 0000000000000200'
  done
}
state() { grep -E "^$1\.(fds|subreaper|signals|pending)=" "$tmp/out" | sed 's/[^.]*\.//'; }

# fails_with ERRNO RULE...: fork fails with ERRNO under inject's RULEs, and leaves and changes nothing; the
# next fork counts as the first.
fails_with() {
  local errno=$1 through=("$fix/inject" "${@:2}" --)
  byhand tell fork [ ] as:failed tell as:again fork [ as:child tell setsid as:setsid tell ] wait
  [ "$status" = 0 ]
  is main.fork "$errno"
  diff <(state main) <(state failed)
  is again.wait 'exit 0'
  differ child.sid main.sid
  same child.ppid main.pid
  same child.setsid child.sid
  [ "$(value left out)" = 0 ]
}

@test "each_call_that_fails_is_forks_failure_and_a_later_fork_is_the_first" {
  local call errno errnos
  while read -r call errnos; do
    for errno in $errnos; do fails_with "$errno" "$call=$errno"; done
  done <<'END'
caller.share#2     ENOMEM
caller.prctl#3     EPERM
caller.fork        EAGAIN ENOMEM ENOSYS
intermediate.setsid EPERM
intermediate.fork  EAGAIN ENOMEM
END
}

# That page would show whether the first child has called setsid(2).
@test "without_a_page_of_shared_memory_only_the_first_fork_can_count" {
  local through=("$fix/inject" caller.share=ENOMEM --)
  byhand tell fork [ as:child tell ] wait fork [ as:later tell ] wait
  [ "$status" = 0 ]
  is main.wait $'exit 0\nexit 0'
  differ child.sid main.sid
  same later.sid main.sid
}

@test "intermediate_or_child_killed_meanwhile_is_EPIPE" {
  local rule
  for rule in intermediate.{setsid,fork} daemon.{getpid,rt_sigprocmask,rt_sigprocmask#2,getsid}; do
    fails_with EPIPE "$rule=KILL"
  done
}

@test "intermediate_killed_after_its_fork_does_not_matter" {
  local through=("$fix/inject" intermediate.exit_group=KILL --)
  byhand tell fork [ as:child tell ] wait
  [ "$status" = 0 ]
  same child.ppid main.pid
  differ child.sid main.sid
}

@test "caller_killed_while_it_waits_leaves_no_child" {
  local rule through
  for rule in intermediate.{setsid,fork,exit_group}=KILL-CALLER daemon.{getpid,getsid}=KILL-CALLER \
    caller.{wait4,rt_sigtimedwait}=KILL; do
    echo "case: $rule"
    through=("$fix/inject" "$rule" --)
    byhand fork [ as:child tell stay ] stay
    [ "$status" = 137 ]
    not grep -q child out
  done
}

@test "no_descriptor_is_needed" {
  byhand tell files:3 fork [ files:100 as:child tell ] wait
  is main.wait 'exit 0'
  differ child.sid main.sid
  same child.pid main.fork
}

@test "limit_on_processes_is_EAGAIN_at_either_fork" {
  ((EUID == 0)) || skip "needs root"
  local processes through uid=$((61706 + $$ % 478)) # a user ID that nothing else uses
  chmod 777 "$tmp"
  for processes in 1 2; do
    through=(setpriv --reuid="$uid" --regid="$uid" --clear-groups prlimit --nproc="$processes")
    byhand tell fork [ ] as:after tell wait
    is main.fork EAGAIN
    diff <(state main) <(state after)
    is after.wait ECHILD
  done
}
