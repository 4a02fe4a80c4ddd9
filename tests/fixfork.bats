# SPDX-License-Identifier: MIT
# Mode fix-fork: which fork(2) is special, the child that it makes, and how others see that child.
load helper
load fixfork
load sandbox

one_line() { [ "$(wc -l <err)" = 1 ] && grep -qxE "daemonfix: $1" err; }

@test "child_is_the_callers_own_in_a_session_that_it_does_not_lead" {
  byhand tell fork [ as:child tell ] wait
  is main.wait 'exit 0'
  same child.pid main.fork
  same child.ppid main.pid
  differ child.sid child.pid
  differ child.sid main.sid
  [ ! -e "/proc/$(said child.sid)" ]
}

@test "under_the_c_library_alone_the_child_is_in_the_callers_session" {
  plain tell fork [ as:child tell ] wait
  same child.sid main.sid
}

@test "child_has_no_controlling_terminal" {
  on_terminal byhand tell fork [ as:child tell ] wait
  is main.tty yes
  is child.tty no
  on_terminal plain fork [ as:child tell ] wait
  is child.tty yes
}

@test "first_setsid_returns_the_session_and_makes_the_child_lead_a_process_group" {
  byhand fork [ as:child tell setsid as:after tell ] wait
  same child.setsid child.sid
  same after.sid child.sid
  differ after.pgrp child.pgrp
  same after.pgrp after.pid
}

@test "second_setsid_fails_with_eperm_as_under_the_c_library_alone" {
  byhand fork [ as:first setsid as:second setsid ] wait
  is second.setsid EPERM
  plain fork [ as:first setsid as:second setsid ] wait
  is second.setsid EPERM
}

@test "child_cannot_get_a_terminal" {
  byhand openpty fork [ setsid open ctty as:child tell ] wait
  is main.ctty EPERM
  is child.tty no
  plain openpty fork [ setsid open as:child tell ] wait
  is child.tty yes
}

@test "setpgid_before_and_after_setsid_is_the_real_one" {
  byhand fork [ as:child setpgid tell setsid as:after setpgid tell ] wait
  is child.setpgid 0
  same child.pgrp child.pid
  same child.setsid child.sid
  is after.setpgid 0
  same after.pgrp after.pid
}

@test "setsid_in_the_childs_children_is_the_real_one" {
  byhand fork [ setsid fork [ as:grandchild setsid tell ] wait ] wait
  same grandchild.setsid grandchild.pid
  same grandchild.sid grandchild.pid
  byhand fork [ fork [ as:grandchild setsid tell ] wait ] wait # before the child's own setsid
  same grandchild.sid grandchild.pid
}

@test "grandchild_may_get_a_terminal_with_TIOCSCTTY" {
  byhand fork [ setsid openpty fork [ as:grandchild setsid ctty tell ] wait ] wait
  is grandchild.ctty 0
  is grandchild.tty yes
}

# fg needs job control; bash says so where it is missing.
jobs="exec bash --norc -ic 'sleep 0.1 & fg; tty' 2>&1"

@test "a_shell_on_a_terminal_that_the_child_makes_has_job_control" {
  byhand fork [ setsid forkpty [ sh:"$jobs" ] wait ] wait
  sed '/=/d' "$tmp/out" >"$tmp/ours"
  grep -q '^sleep 0.1' "$tmp/ours"
  not grep -q 'job control' "$tmp/ours"
  plain fork [ setsid forkpty [ sh:"$jobs" ] wait ] wait
  diff <(sed '/=/d; s/[0-9]*//g' "$tmp/out") <(sed 's/[0-9]*//g' "$tmp/ours")
}

@test "a_signal_to_the_childs_group_reaches_its_children_and_not_the_caller" {
  byhand fork [ setsid as:child fork [ as:grandchild tell stay ] stay ] as:main child:pid
  stays grandchild
  kill -- "-$(<pid)"
  within 10 gone "$pid"
  within 10 gone "$(<pid)"
  is main.fork "$(<pid)"
}

@test "later_forks_of_the_caller_are_the_c_librarys" {
  byhand tell fork [ setsid ] wait fork [ as:later tell setsid as:leader tell ] wait
  same later.sid main.sid
  same later.pgrp main.pgrp
  same leader.sid leader.pid
}

@test "forks_of_the_child_are_the_c_librarys" {
  byhand fork [ as:child tell fork [ as:grandchild tell ] wait ] wait
  same grandchild.ppid child.pid
  same grandchild.sid child.sid
  same grandchild.pgrp child.pgrp
  byhand fork [ as:child setsid tell fork [ as:grandchild tell setsid as:leader tell ] wait ] wait
  same grandchild.sid child.sid
  same leader.sid leader.pid
}

@test "what_the_caller_executes_afterwards_is_an_ordinary_program" {
  byhand tell pipe fork [ setsid ready as:d tell stay ] await \
    exec [ as:image tell fork [ as:child tell ] wait ]
  stays d
  unmarked image
  same child.sid main.sid
}

@test "a_daemon_that_executes_itself_keeps_the_mode" {
  byhand fork [ setsid as:child tell exec [ as:image tell fork [ as:daemon tell setsid ] wait setsid ] ] \
    wait
  marked child
  marked image
  differ daemon.sid image.sid
  differ daemon.sid daemon.pid
  same daemon.setsid daemon.sid
  is image.setsid EPERM # it leads a process group
}

@test "another_program_that_a_daemon_executes_is_an_ordinary_one" {
  launch LD_PRELOAD="$lib" setsid --fork --wait bash -c 'exec env "DAEMONFIX_PID=$$:fork(other)" "$@"' bash \
    "$fix/byhand" tell fork [ as:child tell setsid as:leader tell ] wait
  cat out err
  same child.sid main.sid
  same leader.sid leader.pid
}

@test "what_other_children_execute_is_an_ordinary_program" {
  byhand fork [ fork [ exec [ as:image tell fork [ as:child tell setsid as:leader tell ] wait ] ] wait ] \
    wait
  unmarked image
  same child.sid image.sid
  same leader.sid leader.pid
}

@test "exec_before_the_fork_keeps_the_mode" {
  byhand exec [ exec [ tell fork [ as:child tell setsid ] wait ] ]
  differ child.sid main.sid
  same child.setsid child.sid
}

@test "exec_before_the_fork_keeps_the_mode_despite_the_mark_of_an_ancestor" {
  plain DAEMONFIX_PID=1 LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork tell exec [ fork [ as:child tell ] wait ]
  differ child.sid main.sid
}

@test "children_by_vfork_spawn_system_and_popen_are_ordinary_programs_and_do_not_count" {
  local how
  for how in vfork spawn system popen; do
    byhand tell "$how" [ as:other tell fork [ as:its tell setsid as:leader tell ] wait ] as:main \
      fork [ as:child tell setsid ] wait
    same other.sid main.sid
    unmarked other
    same its.sid main.sid
    same leader.sid leader.pid
    differ child.sid main.sid
    same child.setsid child.sid
  done
}

@test "children_by__Fork_are_ordinary_processes_and_do_not_count" {
  byhand tell _Fork [ as:other tell fork [ as:its tell ] wait setsid as:leader tell ] wait \
    fork [ as:child tell ] wait
  same other.sid main.sid
  same its.sid main.sid
  same leader.sid leader.pid
  differ child.sid main.sid
}

@test "forkpty_does_not_count" {
  byhand tell forkpty [ as:other tell ] wait fork [ as:child tell ] wait
  same other.sid other.pid
  is other.tty yes
  differ child.sid main.sid
}

@test "atfork_handlers_run_once_each" {
  byhand atfork fork [ ] wait
  [ "$(said main.atfork | sort)" = "child $(said main.fork)"$'\nparent\nprepare' ]
}

@test "daemon_is_that_of_mode_fix" {
  byhand DAEMONFIX_PIDFILE="$tmp/pidfile" tell daemon as:daemon tell fork [ as:child tell ] wait stay
  [ "$status" = 0 ]
  within 20 grep -q '^child\.pending=' out
  is_daemon daemon
  [ "$(<pidfile)" = "$pid" ]
  differ daemon.pid main.pid
  [[ $(said daemon.env) =~ ^(\ DAEMONFIX_PID=$pid:[0-9]+@$tmp/pidfile)+$ ]]
  same child.sid daemon.sid
}

@test "a_setting_that_cannot_be_applied_is_the_setsids_error_and_said_on_one_line" {
  byhand DAEMONFIX_CHDIR="$tmp/nosuch" fork [ as:child setsid ] wait
  is child.setsid ENOENT
  one_line "DAEMONFIX_CHDIR=$tmp/nosuch: No such file or directory"
  byhand DAEMONFIX_CHDIR="$tmp/nosuch" spawn [ as:other daemon ]
  within 10 is other.daemon 0
}

@test "settings_take_effect_in_the_childs_setsid" {
  byhand DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_STDERR="$tmp/log" DAEMONFIX_CHDIR=/usr DAEMONFIX_UMASK=027 \
    pipe fork [ setsid as:d tell ready stay ] await
  stays d
  [ "$(<pid)" = "$pid" ]
  [ "$(readlink "/proc/$pid/cwd")" = /usr ]
  [ "$(readlink "/proc/$pid/fd/2")" = "$tmp/log" ]
  grep -q '^Umask:.*0027$' "/proc/$pid/status"
  byhand DAEMONFIX_PIDFILE="$tmp/pid" fork [ as:second setsid ] wait
  is second.setsid EEXIST
  one_line "DAEMONFIX_PIDFILE=$tmp/pid: already running, PID $pid"
}

@test "a_setting_of_a_program_that_only_forks_is_reported_to_have_no_effect" {
  local end
  for end in exit:0 end:0; do
    byhand DAEMONFIX_STDERR="$tmp/log" pipe fork [ as:d tell ready stay ] await "$end"
    note "$(said d.pid)"
    one_line "DAEMONFIX_STDERR has no effect: the first child, PID $(said main.fork), has not called setsid\(2\)"
  done
}

@test "a_daemon_that_leads_its_session_because_of_another_child_is_reported" {
  byhand pipe fork [ as:helper tell ready stay ] await fork [ setsid as:d tell stay ] exit:0
  stays helper
  within 20 one_line "byhand leads its session, because the first child, PID $(said helper.pid), has neither .* nor ended"
  stays d
}

@test "in_mode_fix_a_setting_is_reported_to_have_no_effect_on_setsid" {
  plain LD_PRELOAD="$lib" DAEMONFIX_STDOUT="$tmp/log" fork [ setsid as:d tell ] wait
  one_line 'DAEMONFIX_STDOUT has no effect: byhand calls setsid\(2\), not daemon\(3\); use mode fix-fork \(run -F\)'
}

@test "a_daemon_that_failed_does_not_count" {
  byhand DAEMONFIX_CHDIR="$tmp/nosuch" tell daemon fork [ as:child tell ] wait
  is main.daemon ENOENT
  differ child.sid main.sid
}

@test "only_concerns_the_programs_that_are_named" {
  launch LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork DAEMONFIX_ONLY=byhand bash -c '
    (read -r _ _ _ _ _ sid _ </proc/$BASHPID/stat && echo "shell.sid=$sid")
    "$@" & wait' bash "$fix/byhand" tell fork [ as:child tell setsid ] wait
  same shell.sid main.sid
  differ child.sid main.sid
  same child.setsid child.sid
  byhand DAEMONFIX_ONLY=other tell fork [ as:child tell exec [ as:image tell ] ] wait
  same child.sid main.sid
  is image.env "$(said main.env)"
  [[ $(said main.env) == *DAEMONFIX_MODE=fix-fork* ]]
}

@test "in_other_modes_fork_and_setsid_are_the_c_librarys" {
  local mode
  for mode in fix foreground off; do
    plain LD_PRELOAD="$lib" DAEMONFIX_MODE=$mode tell fork [ as:child tell setsid as:leader tell ] wait
    same child.sid main.sid
    same leader.sid leader.pid
    is main.env " DAEMONFIX_MODE=$mode"
    is leader.env " DAEMONFIX_MODE=$mode"
  done
  plain LD_PRELOAD="$lib" tell fork [ as:child tell setsid as:leader tell ] wait
  same child.sid main.sid
  same leader.sid leader.pid
}


@test "verbose_says_on_one_line_what_became_of_the_program" {
  on_terminal byhand DAEMONFIX_VERBOSE=1 fork [ as:child tell setsid fork [ ] ] wait fork [ ] wait
  one_line "byhand: has forked: mode fix-fork, PID $(said child.pid), session $(said child.sid),\
 left /dev/pts/[0-9]+"
}

@test "without_verbose_nothing_is_said" {
  byhand fork [ setsid ] wait fork [ ] wait
  [ ! -s err ]
}

@test "a_bad_setting_fails_fork_with_einval_and_one_line_each_time" {
  byhand DAEMONFIX_UMASK=9 fork [ ] fork [ ] _Fork [ as:child tell ] wait
  is main.fork $'EINVAL\nEINVAL\n'"$(said child.pid)"
  [ "$(sort -u err | wc -l)" = 1 ]
  [ "$(wc -l <err)" = 2 ]
  grep -q '^daemonfix: DAEMONFIX_UMASK=9: ' err
}

@test "a_title_may_be_written_over_the_arguments_and_the_environment" {
  byhand title:hello fork [ setsid title:world as:child tell stay ]
  stays child
  [ "$(tr -d '\0' <"/proc/$pid/cmdline")" = world ]
  is_daemon child
  local room
  room=$(said main.title)
  # An environment of the same length without our variables.
  plain LD_PRELOAX="$lib" DAEMONFIX_MODE=fix-fork title:hello \
    fork [ setsid title:world as:child tell stay ]
  stays child
  is main.title "$room"
}

# In the sandbox, whose PID 1 becomes the program or waits for it.
program() {
  "$@" env LD_PRELOAD="$lib" DAEMONFIX_MODE=fix-fork "$fix/byhand" tell \
    fork [ as:child tell setsid as:leader tell ] wait
}
program_as_pid_1() { program exec; }

@test "pid_1_forks_as_ever" {
  sandboxed program_as_pid_1
  is main.pid 1
  same child.sid main.sid
  same leader.sid leader.pid
}

@test "a_process_whose_children_are_born_in_another_pid_namespace_forks_as_ever" {
  sandboxed program unshare -p
  differ main.pid child.pid
  is child.pid 1
  is main.wait 'exit 0'
  is leader.sid 1
}
