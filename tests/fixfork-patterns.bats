# SPDX-License-Identifier: MIT
# Mode fix-fork, with programs that make themselves daemons in various ways.
load helper
load fixfork

# daemonizes STEP...: the process that reports under the label d is a daemon as this mode makes them, and
# has the PID that fork returned to the launching process, which ends with status 0.
daemonizes() {
  byhand "$@"
  [ "$status" = 0 ] && is_daemon d
}

# leads STEP...: under the C library alone that process leads its session.
leads() {
  plain "$@"
  [ "$status" = 0 ] && stays d && leads_session "$pid"
}

# The usual way: setsid(2) in the child, and the launching process leaves at once.
@test "fork_and_setsid" {
  daemonizes fork [ setsid as:d tell stay ] exit:0
  is main.fork "$pid"
  is main.setsid "$(said d.sid)"
  leads fork [ setsid as:d tell stay ] exit:0
}

@test "parent_writes_the_pid_file" {
  daemonizes fork [ setsid as:d tell stay ] child:file exit:0
  [ "$(<file)" = "$pid" ]
}

@test "child_writes_the_pid_file_before_setsid" {
  daemonizes fork [ pid:file setsid as:d tell stay ] exit:0
  [ "$(<file)" = "$pid" ]
}

@test "parent_waits_on_a_pipe" {
  daemonizes pipe fork [ setsid as:d tell ready stay ] await
  is main.await 1
  byhand pipe fork [ setsid exit:3 ] await wait # and sees that nobody writes
  is main.await 0
  is main.wait 'exit 3'
}

@test "parent_waits_for_a_signal" {
  daemonizes block:USR1 fork [ setsid as:d tell usr1 stay ] await-usr1
  is main.await-usr1 "$pid"
}

@test "parent_waits_for_an_early_exit" {
  byhand fork [ exit:3 ] wait
  is main.wait 'exit 3'
  byhand fork [ setsid kill:9 ] wait
  is main.wait 'signal 9'
}

@test "parent_stays_and_supervises" {
  byhand fork [ setsid as:d tell stay ] wait &
  is_daemon d
  kill "$pid"
  wait $!
  is main.wait 'exit 0'
}

@test "fork_setsid_fork_was_correct_and_stays_so" {
  daemonizes fork [ setsid fork [ as:d tell stay ] child:file ] wait
  is main.wait 'exit 0'
  [ "$(<file)" = "$pid" ]
  plain fork [ setsid fork [ as:d tell stay ] ] wait
  is_daemon d
}

# setsid in a child's child is the kernel's: a shell on a terminal needs a session of its own.
@test "fork_fork_setsid_stays_as_it_is" {
  byhand fork [ fork [ setsid as:d tell stay ] ] wait
  is main.wait 'exit 0'
  stays d
  leads_session "$pid"
}

@test "fork_without_setsid" {
  daemonizes fork [ as:d tell stay ] exit:0
  is main.fork "$pid"
}

@test "fork_without_setsid_and_setpgid_instead" {
  daemonizes fork [ setpgid as:d tell stay ] exit:0
  same d.pgrp d.pid
}

@test "setsid_before_the_fork" {
  daemonizes setsid tell fork [ as:d tell stay ] exit:0
  same main.setsid main.pid
  same main.sid main.pid
  differ d.sid main.sid
  daemonizes setsid fork [ setsid as:d tell stay ] exit:0
}

@test "helpers_that_have_ended_do_not_count" {
  daemonizes fork [ ] wait fork [ sh:true ] wait fork [ setsid as:d tell stay ] exit:0
  daemonizes chld:reap fork [ exit:1 ] gone fork [ setsid as:d tell stay ] exit:0
  daemonizes chld:ignore fork [ ] wait fork [ setsid as:d tell stay ] exit:0
}

# A process with a living child may already be a daemon.
@test "a_helper_that_is_alive_counts" {
  byhand fork [ as:helper tell stay ] fork [ setsid as:d tell stay ] exit:0
  stays helper
  stays d
  leads_session "$pid"
}

@test "a_child_that_has_called_setsid_counts_though_it_has_ended" {
  byhand fork [ setsid ] wait fork [ setsid as:d tell stay ] exit:0
  stays d
  leads_session "$pid"
}

@test "a_launcher_executes_the_daemon_in_its_child" {
  daemonizes fork [ exec [ setsid as:d tell stay ] ] exit:0
  is main.fork "$pid"
  marked d
  daemonizes fork [ exec [ fork [ setsid as:d tell stay ] exit:0 ] ] wait
  is main.wait 'exit 0'
  marked d
  leads fork [ exec [ fork [ setsid as:d tell stay ] exit:0 ] ] wait
}

@test "what_a_launcher_has_executed_forks_as_ever_after_setsid" {
  byhand fork [ exec [ setsid as:d tell fork [ as:child tell setsid as:leader tell ] wait ] ] wait
  is main.wait 'exit 0'
  same child.sid d.sid
  same leader.sid leader.pid
}

@test "a_launchers_child_forks_helpers_first" {
  daemonizes fork [ exec [ fork [ sh:true ] wait fork [ setsid as:d tell stay ] exit:0 ] ] wait
}

@test "a_child_or_what_a_launcher_executes_in_it_calls_daemon" {
  daemonizes fork [ daemon as:d tell stay ] wait
  is main.wait 'exit 0'
  daemonizes fork [ exec [ daemon as:d tell stay ] ] wait
  is main.wait 'exit 0'
  differ d.pid main.fork
}

@test "a_shell_that_has_forked_helpers_executes_the_daemon" {
  through=(env LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork sh -c 'x=$(:) && (:) && exec "$@"' sh)
  plain fork [ setsid as:d tell stay ] exit:0
  is_daemon d
}

@test "a_shell_script_is_none_of_the_programs_that_are_named" {
  through=(env LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork DAEMONFIX_ONLY=byhand sh -c '"$@"; :' sh)
  plain fork [ setsid as:d tell stay ] exit:0
  is_daemon d
}

@test "threads_are_busy_meanwhile" {
  local n
  for n in {1..10}; do
    byhand threads:4 tell fork [ setsid as:d tell ] wait exit:0
    [ "$status" = 0 ]
    same d.ppid main.pid
    differ d.pid d.sid
    is main.wait 'exit 0'
  done
  daemonizes threads:4 fork [ setsid threads:2 as:d tell stay ] exit:0
}

# Each child prints its parent and its session.
@test "of_threads_that_fork_at_once_one_has_the_first_child_and_all_have_children_of_their_own" {
  local n
  for n in {1..5}; do
    byhand tell forks:8
    [ "$(said main.forked | grep -c "^$(said main.pid) ")" = 8 ]
    [ "$(said main.forked | grep -c "^$(said main.pid) $(said main.sid)\$")" = 7 ]
  done
}

# The launching process leads a session on a terminal and exits: processes still in its session get
# SIGHUP.  A daemon that ends with status 0 at SIGTERM was alive.
hung_up() { # TIMES [NAME=VALUE...]: what became of the launching process and of the daemon
  launch "${@:2}" "$fix/reap" -l -s 15 "$1" "$fix/onpty" "$fix/byhand" fork [ setsid stay ] exit:0
  [ "$status" = 0 ]
  sed -E 's/; (child|descendant) [^;]*//g' "$tmp/out" | sort | uniq -c | sed 's/^ *//'
}

@test "of_200_daemons_all_survive_the_terminal_under_load" {
  result=$(hung_up 200 LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork DAEMONFIX_ONLY=byhand)
  echo "$result"
  [ "$result" = '200 exit 0; exit 0' ]
}

@test "under_the_c_library_alone_some_of_200_die_of_sighup" {
  for _ in 1 2 3 4 5; do # a race, which may be won 200 times
    result=$(hung_up 200)
    echo "$result"
    ! grep -q 'signal 1$' <<<"$result" || return 0
  done
  false
}
