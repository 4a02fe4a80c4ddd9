# SPDX-License-Identifier: MIT
# Attacks by another user, here nobody: planted files in directories that others can write to, files
# exchanged during a start, forged environments, reused PIDs.  Each defence under SECURITY CONSIDERATIONS
# in libdaemonfix(7) has a test here or in secure.bats (set-user-ID programs), logs.bats (symbolic
# links), pidfile.bats (stale, foreign and irregular files, what children inherit) or environment.bats
# (bad values).
load helper
load settings
load sandbox

# The user nobody, who can still reach $tmp.
nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups
  '--inh-caps=-all,+dac_override' '--ambient-caps=-all,+dac_override')

# directory NAME MODE OWNER
directory() { mkdir "$1" && chown "$3" "$1" && chmod "$2" "$1"; }

# theirs FILE: makes a file that belongs to nobody.
theirs() { chown -h 65534 "$1"; }

# stays_refused ERRNO REASON FILE: FILE is refused as a log and as a PID file, and stays unchanged.
stays_refused() {
  local content modes=(fix)
  content=$(timeout 1 cat "$3" || :)
  for variable in STDOUT PIDFILE; do
    refused "$1" "$2" DAEMONFIX_$variable="$3"
  done
  [ "$(timeout 1 cat "$3" || :)" = "$content" ]
}

# serves FILE: FILE works as a log and as a PID file.
serves() {
  start fix DAEMONFIX_STDOUT="$1" "$fix/report" "$tmp/report"
  end "$pid"
  start fix DAEMONFIX_PIDFILE="$1" "$fix/report" "$tmp/report"
  [ "$(<"$1")" = "$pid" ]
  end "$pid"
}

# In the sandbox: nobody starts report, or COMMAND that starts it, in the way that HOW prepares.
started_by_nobody() { # HOW [COMMAND...]
  install -D -m 755 "$lib" /usr/local/lib/libdaemonfix.so
  install -D -m 755 "$fix/report" /usr/local/bin/report
  echo /usr/local/lib/libdaemonfix.so >/etc/ld.so.preload
  "$1"
  set -- "${@:2}"
  [ $# != 0 ] || set -- /usr/local/bin/report -x "$tmp/report"
  setpriv --reuid 65534 --regid 65534 --clear-groups env DAEMONFIX_MODE=foreground \
    DAEMONFIX_STDOUT=/etc/planted "$@"
  within 20 test -e "$tmp/report"
  [ ! -e /etc/planted ]
}
by_nobody() {
  rm -f "$tmp/report"
  chmod 1777 "$tmp"
  sandboxed started_by_nobody "$@"
  [ "$status" = 0 ]
}
ignores_all() {
  [ "$(value after.pid)" != "$(value before.pid)" ]
  not grep -E '^before.env.DAEMONFIX_(PID=[^0]|[^P]|PIDFILE)' "$tmp/report"
}

set_group_id() { chgrp 0 /usr/local/bin/report && chmod 2755 /usr/local/bin/report; }

# cap_net_bind_service=ep, in the kernel's own words: version 2, effective, permitted 1 << 10
with_capabilities() {
  python3 -c 'import os, struct, sys
os.setxattr(sys.argv[1], "security.capability", struct.pack("<5I", 0x2000001, 1 << 10, 0, 0, 0))' \
    /usr/local/bin/report
}

# su(1) that asks for no password: a set-user-ID program that keeps the environment.
su_is_free() { echo 'auth sufficient pam_permit.so' >/etc/pam.d/su; }
through_su=(su -s /bin/sh root -c "exec /usr/local/bin/report -x '$BATS_TEST_TMPDIR/report'")

@test "set_group_id_program_gets_the_fix_and_ignores_every_setting" {
  needs_root
  by_nobody set_group_id
  ignores_all
}

@test "program_with_file_capabilities_gets_the_fix_and_ignores_every_setting" {
  needs_root
  by_nobody with_capabilities
  ignores_all
}

# Programs that su starts are no longer in secure mode.
@test "program_that_a_set_user_id_program_starts_gets_no_settings_of_its_caller" {
  needs_root
  by_nobody su_is_free "${through_su[@]}"
  ignores_all
}

@test "set_user_id_program_that_is_called_daemonfix_hands_no_settings_on" {
  needs_root
  by_nobody su_is_free bash -c 'exec -a daemonfix "$@"' bash "${through_su[@]}"
  ignores_all
}

# The kernel has a defence against this, protected_hardlinks, which may be off.
@test "hard_link_is_refused_where_others_can_write" {
  needs_root
  echo 4711 >precious # the content is that of a PID file
  directory all 777 0
  directory sticky 1777 0
  directory theirs 755 65534
  for d in all sticky theirs; do
    ln precious $d/file
    stays_refused EMLINK "has another name (a hard link), in a directory that others can write to" "$tmp/$d/file"
  done
  directory roots 755 0
  ln precious roots/file
  serves "$tmp/roots/file"
}

# The kernel has a defence, protected_regular, which may be off, and which acts only on O_CREAT.
@test "file_of_another_user_is_refused_in_a_sticky_directory" {
  needs_root
  directory sticky 1777 0
  echo 1 >sticky/file
  theirs sticky/file
  stays_refused EACCES "belongs to another user, in a directory that others can write to" "$tmp/sticky/file"
  chown 0 sticky/file
  serves "$tmp/sticky/file"
  # where nobody may replace the file anyway, a refusal would gain nothing
  directory own 1755 65534
  echo 1 >own/file
  theirs own/file
  serves "$tmp/own/file"
}

@test "fifo_of_another_user_is_refused_in_a_sticky_directory" {
  needs_root
  modes=(fix)
  directory sticky 1777 0
  mkfifo sticky/fifo
  exec 9<>sticky/fifo # somebody reads it
  theirs sticky/fifo
  refused EACCES "belongs to another user, in a directory that others can write to" DAEMONFIX_STDOUT="$tmp/sticky/fifo"
  refused EACCES "belongs to another user, in a directory that others can write to" DAEMONFIX_PIDFILE="$tmp/sticky/fifo"
}

# swapping A B: nobody exchanges the two files repeatedly.
swapping() {
  "${nobody[@]}" timeout 600 python3 -c '
import ctypes, os, sys
one, other = map(os.fsencode, sys.argv[1:])
libc = ctypes.CDLL(None, use_errno=True)
while True:
    if libc.renameat2(-100, one, -100, other, 2) != 0: # AT_FDCWD, RENAME_EXCHANGE
        sys.exit(os.strerror(ctypes.get_errno()))
' "$@" </dev/null >swapped 2>&1 3>&- &
  note $!
}

# logs_only_to NAME FILE: of 200 daemons that log to NAME, some are refused because of the link; the output
# of the others is in FILE, which had that name at first.
logs_only_to() {
  local i said=0 refused=0
  for ((i = 0; i < 200; i++)); do
    fixed DAEMONFIX_MODE=background DAEMONFIX_STDOUT="$1" echo said
    case $status in
    0) said=$((said + 1)) ;;
    125) refused=$((refused + 1)) && cat err >>refused ;;
    esac
  done
  echo "$said said, $refused refused, $(<swapped)"
  ((said > 0 && refused > 0 && said + refused == 200))
  within 10 lines "$2" $said
  grep -q "symbolic link of another user" refused
}
lines() { [ "$(wc -l <"$1")" = "$2" ]; }

@test "log_that_becomes_a_link_at_any_moment_leads_nowhere_else" {
  needs_root
  directory all 777 0
  touch all/log victim
  exec 9<all/log
  ln -s "$tmp/victim" all/link
  theirs all/link
  swapping all/log all/link
  logs_only_to "$tmp/all/log" /dev/fd/9
  [ ! -s victim ]
}

@test "directory_that_becomes_a_link_at_any_moment_leads_nowhere_else" {
  needs_root
  directory all 777 0
  mkdir all/way elsewhere
  touch all/way/log elsewhere/log
  ln -s "$tmp/elsewhere" all/link
  theirs all/link
  exec 9<all/way
  swapping all/way all/link
  logs_only_to "$tmp/all/way/log" /dev/fd/9/log
  [ ! -s elsewhere/log ]
}

@test "pid_file_is_removed_from_its_own_directory_only" {
  needs_root
  directory home 755 65534
  mkdir home/run elsewhere
  echo precious >elsewhere/pid
  strace -qq -o trace -e trace=unlink,unlinkat -e inject=unlink,unlinkat:delay_enter=1000000 \
    env LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground DAEMONFIX_PIDFILE="$tmp/home/run/pid" \
    "$fix/report" -x "$tmp/report" </dev/null >/dev/null 2>&1 3>&- &
  within 10 grep -q unlink trace
  "${nobody[@]}" sh -c 'mv home/run home/gone && ln -s ../elsewhere home/run'
  wait $!
  [ "$(<elsewhere/pid)" = precious ]
  [ ! -e home/gone/pid ]
}

# A user who may read a file may lock it.
@test "daemon_is_not_without_its_lock_because_another_user_was_faster" {
  needs_root
  strace -f -qq -o trace -e trace=flock -e inject=flock:delay_enter=3000000:when=2 \
    env LD_PRELOAD="$lib" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -x "$tmp/report" \
    </dev/null >out 2>err 3>&- &
  within 10 grep -q LOCK_UN trace
  starter=$!
  "${nobody[@]}" flock pid sleep 60 </dev/null >/dev/null 2>&1 3>&- &
  note $!
  wait $starter || status=$?
  [ "$status" = 1 ]
  [ "$(<err)" = "daemonfix: DAEMONFIX_PIDFILE=$tmp/pid: locked by another process" ]
}

@test "a_user_who_cannot_read_the_pid_file_cannot_lock_it" {
  needs_root
  chmod 711 "$tmp"
  in_sandbox() {
    umask 077
    DAEMONFIX_PIDFILE=$tmp/pid LD_PRELOAD=$lib "$fix/legacy"
    setpriv --reuid 65534 --regid 65534 --clear-groups flock -E 9 -n "$tmp/pid" true && return 1
    echo "refused"
  }
  sandboxed in_sandbox
  [ "$(<out)" = refused ]
  grep -q "Permission denied" err
}

# In a PID namespace: the daemon dies, and its child, which has left its process group (or the number
# would not be free), has a child with the number that was its own.
heir() {
  until [ -e "$tmp/report" ]; do sleep 0.02; done
  daemon=$(<"$tmp/pid")
  kill -KILL "$daemon"
  while [ -e "/proc/$daemon" ]; do sleep 0.02; done
  for _ in {1..20}; do
    echo $((daemon - 1)) >/proc/sys/kernel/ns_last_pid
    "$fix/report" -x "$tmp/second" &
    wait $!
    [ $! != "$daemon" ] || break
  done
  touch "$tmp/over"
}
namespace() {
  LD_PRELOAD=$lib DAEMONFIX_PIDFILE=$tmp/pid "$fix/report" "$tmp/report" \
    bash -c 'setsid bash -c heir >$tmp/heir 2>&1 & exec sleep 60'
  until [ -e "$tmp/over" ]; do sleep 0.02; done
}

@test "descendant_that_gets_the_dead_daemons_pid_is_an_ordinary_program" {
  needs_root
  export -f heir namespace
  export tmp fix lib
  launch timeout -s KILL 600 unshare -p -f --kill-child --mount-proc bash -uc namespace
  cat err heir
  [ "$status" = 0 ]
  [ "$(value before.pid second)" = "$(value after.pid)" ] # the PID has been used again
  [ "$(value after.pid second)" != "$(value before.pid second)" ]
  [ "$(<pid)" = "$(value after.pid)" ] # the second process leaves the stale file alone
}

# A PID is free again when its last process has been collected.  Where prctl fails, the init collects it and
# not the caller, which must not kill a group whose number may be another group's by then.
@test "process_group_is_not_killed_when_its_number_may_be_anothers" {
  needs_root
  failing_start() {
    launch unshare -p -f --kill-child bash -c '"$@"; exit $?' bash \
      strace -f -qq -o trace -e '/^(kill|prctl|ftruncate)' -e inject=/^ftruncate:error=EIO "$@" \
      env LD_PRELOAD="$lib" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -x "$tmp/report"
    [ "$(value errno)" = EIO ]
  }
  failing_start
  grep -q 'kill(-[0-9]*, SIGKILL)' trace
  failing_start -e inject=prctl:error=EINVAL
  grep -q 'prctl.*INJECTED' trace
  not grep SIGKILL trace
}

# A C1 control character may also be a single byte, which 8-bit terminals obey: one that belongs to no
# UTF-8 character.
has_control_characters() {
  python3 -c 'import sys, unicodedata
text = open(sys.argv[1], "rb").read().decode("utf-8", "surrogateescape").replace("\n", "")
sys.exit(not any(unicodedata.category(c) == "Cc" or "\udc80" <= c <= "\udc9f" for c in text))' "$1"
}

@test "message_has_no_control_characters_wherever_they_come_from" {
  evil=$'\e]0;x\a\x7f\xc2\x9b31m\xc2\x85\n\r\t\x9b31m\xe4\x9b'
  for setting in MODE="$evil" STDOUT="$tmp/$evil/log" STDERR="$tmp/$evil/log" PIDFILE="$tmp/$evil/pid" \
    CHDIR="$tmp/$evil" ONLY="$evil/" PID="$evil" VERBOSE="$evil" "$evil=1"; do
    fixed DAEMONFIX_"$setting" "$fix/report" -x "$tmp/report"
    ((status == 1 || status == 125))
    [ "$(wc -l <err)" = 1 ]
    not has_control_characters err
  done
  fixed DAEMONFIX_MODE=$'\xc5\x9b\xf0\x9f\x90\xa7' "$fix/report" -x "$tmp/report" # these are printable characters
  grep -q "$(printf 'MODE=\xc5\x9b\xf0\x9f\x90\xa7: ')" err
  launch LD_PRELOAD="$lib" DAEMONFIX_VERBOSE=1 bash -c 'exec -a "$1" "$2" -x "$3"' - "$evil" "$fix/report" "$tmp/report"
  grep -q 'is a daemon' err
  not has_control_characters err
}

@test "values_of_any_length_are_refused_in_one_line" {
  long=$(printf '%0120000d' 0 | tr 0 9)
  for setting in MODE=$long "ONLY=$long," PID=$long PID=1:1@/$long CHDIR=/$long UMASK=$long \
    STDOUT=/$long STDERR=/$long PIDFILE=/$long CLOSEFDS=$long VERBOSE=$long "$long=1"; do
    fixed DAEMONFIX_"$setting" "$fix/legacy"
    ((status == 1 || status == 125))
    [ "$(grep -c ^daemonfix: err)" = 1 ] # the program prints a line of its own
    (($(wc -c <err) <= 1200))
  done
}

above_2() { value before.fds "$1" | tr -s ' ' '\n' | grep -v '^[012]:' | sed '/^$/d'; }

# The PID file is inherited because the daemon keeps its lock whatever it executes.
@test "child_inherits_nothing_of_ours_but_the_pid_file_to_read" {
  start fix DAEMONFIX_PIDFILE="$tmp/pid" DAEMONFIX_CHDIR="$tmp" DAEMONFIX_STDOUT="$tmp/log" \
    DAEMONFIX_STDERR="$tmp/log" "$fix/report" "$tmp/report" env -i "$fix/report" -0 "$tmp/second"
  within 10 test -e second
  diff <(above_2 second | sed "s|[0-9]*:$tmp/pid:.*|pid|" | sort) <(above_2 report | sort - <(echo pid))
  grep -q ":$tmp/pid:0[0-7]*0:" <(value before.fds second) # O_RDONLY
}

# forged MARK COMMAND...: DAEMONFIX_PID is MARK, where PID stands for the process's own.
forged() {
  launch LD_PRELOAD="$lib" bash -c 'export DAEMONFIX_PID=${0/PID/$$}; exec "$@"' "$@"
}

@test "forged_mark_closes_no_standard_descriptor" {
  launch bash -c 'DAEMONFIX_PID=1:2@$1/err LD_PRELOAD=$2 exec "$3" -x "$1/report"' - "$tmp" "$lib" \
    "$fix/report"
  within 20 test -e report # the daemon's
  [[ " $(value before.fds)" = *" 2:$tmp/err:"* ]]
}

@test "forged_mark_removes_no_file_that_has_not_this_pid" {
  for content in precious $$ ''; do
    echo "$content" >victim
    for number in 9 99; do
      forged "PID:$number@$tmp/victim" bash -c 'exit 0' 9<victim
      [ "$(<victim)" = "$content" ]
    done
  done
}
