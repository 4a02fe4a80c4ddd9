# SPDX-License-Identifier: MIT
# libdaemonfix.a linked into a program: daemon() is the library's wherever it is linked, the environment
# has no effect unless the program asks for it, and the functions for standard descriptors and directory
# do what the manual says.
load helper

# Builds a copy of the tree with the make arguments; the archive is then $tmp/build/libdaemonfix.a.
tree() {
  cp -r "$root/Makefile" "$root/src" "$tmp"
  make -s "$@" build/libdaemonfix.a 2>"$tmp/warnings"
  [ ! -s "$tmp/warnings" ]
}

# stdio STEP...: runs the fixture; its report is in $tmp/notes.
stdio() {
  rm -f "$tmp/notes"
  launch "$fix/linked/stdio" "$tmp/notes" "$@"
}
nulls='fds=0:/dev/null:02 1:/dev/null:02 2:/dev/null:02 '

# ---- daemon() ----

is_a_correct_daemon() { # after report
  reported
  [ "$(value result)" = 0 ]
  alive "$(value after.pid)"
  not leads_session "$(value after.pid)"
}

state() { sed -n "s/^$1\.//p" report | grep -v ^SigQ; } # SigQ counts the signals of the whole user

# compile NAME SOURCE COMMAND...: builds the fixture SOURCE with $archive, if any, for either libc.
compile() {
  local names=()
  [ "$3" != musl-gcc ] || names=(-Dstrerrorname_np=strerror) # which only glibc has
  "${@:3}" -D_GNU_SOURCE "${names[@]}" -I"$root/src" -o "$1" "$root/tests/fixtures/$2" "${archive[@]}"
}
archive=()
is_static() { readelf -lW "$1" >headers && not grep -q INTERP headers; }

# Runs report.bin so that setsid(2) fails: status is 1 if the launching process has learnt of it.
fail_in_report() {
  rm -f "$tmp/report"
  launch "$fix/inject" intermediate.setsid=EPERM -- ./report.bin -x "$tmp/report"
}

# works_linked CC [FLAG...]: a correct daemon, and a checked start, linked by CC with $archive.
works_linked() {
  compile report.bin report.c "$@"
  compile start.bin linked/start.c "$@"
  launch ./report.bin "$tmp/report"
  [ "$status" = 0 ]
  is_a_correct_daemon
  fail_in_report
  [ "$status" = 1 ]
  launch ./start.bin -- ready
  [ "$status" = 0 ]
  launch ./start.bin timeout_ms=50 -- helper hold
  [ "$status" = 1 ]
  grep -qx stage=TIMEOUT out
  grep -qx group=gone out
}

@test "linked_daemon_is_not_a_session_leader" {
  launch "$fix/linked/report" "$tmp/report"
  [ "$status" = 0 ]
  is_a_correct_daemon
}

@test "linked_daemon_fails_in_the_launching_process_and_leaves_nothing" {
  launch "$fix/inject" intermediate.setsid=EPERM -- "$fix/linked/report" -x "$tmp/report"
  [ "$status" = 1 ]
  [ "$(value result)" = -1 ]
  [ "$(value errno)" = EPERM ]
  [ "$(value left "$tmp/out")" = 0 ]
  diff <(state before) <(state after)
}

@test "linked_dynamically_against_glibc_it_works" {
  archive=("$root/build/libdaemonfix.a")
  works_linked gcc
}

@test "linked_statically_against_glibc_it_works" {
  archive=("$root/build/libdaemonfix.a")
  works_linked gcc -static
  is_static report.bin
  grep -q GLIBC report.bin
}

@test "linked_statically_against_musl_it_works" {
  # musl-gcc does not look where Debian has the kernel's headers
  mkdir kernel
  ln -s /usr/include/linux /usr/include/asm-generic "/usr/include/$(gcc -print-multiarch)/asm" kernel
  tree CC=musl-gcc CPPFLAGS="-idirafter $tmp/kernel"
  archive=("$tmp/build/libdaemonfix.a")
  works_linked musl-gcc -static
  is_static report.bin
  not grep -q GLIBC report.bin
}

@test "linked_statically_sched_getcpu_and_atfork_handlers_work" {
  archive=("$root/build/libdaemonfix.a")
  compile rseq rseq.c gcc -static
  launch ./rseq "$tmp/report"
  [ "$status" = 0 ]
  within 20 test -e report
  [ "$(value getcpu)" = "$(value pinned)" ]
  [ "$(value handlers)" = 1,1,1 ]
}

@test "without_the_library_the_same_static_programs_do_not_learn_of_a_failure" {
  local cc
  for cc in gcc musl-gcc; do
    compile report.bin report.c $cc -static
    fail_in_report
    [ "$status" = 0 ]
    [ "$(value result)" = -1 ]
  done
}

@test "symbols_begin_with_daemonfix_but_daemon" {
  for flags in '-O2 -g' '-O2 -flto'; do
    tree CFLAGS="$flags"
    nm -g --defined-only build/libdaemonfix.a | awk 'NF == 3 {print $3}' | sort >symbols
    grep -qx daemon symbols
    grep -qx daemonfix_start symbols
    not grep -qvE '^(daemon|daemonfix_[a-z_]+)$' symbols
    make -s clean
  done
}

@test "every_function_of_the_header_is_in_the_archive_and_no_other" {
  diff <(grep -oE '\bdaemonfix_[a-z_]+\(' "$root/src/daemonfix.h" | tr -d '(' | sort -u) \
    <(nm -g --defined-only "$root/build/libdaemonfix.a" | grep -o 'daemonfix_[a-z_]*$' | sort)
}

@test "header_is_fit_for_cxx_and_old_and_strict_c" {
  printf '#include <daemonfix.h>\nint main() { daemonfix_options o = {}; o.size = sizeof o; return daemon(0, 0) + daemonfix_start(&o, nullptr); }\n' >t.cc
  g++ -std=c++17 -Wall -Wextra -Werror -pedantic -I"$root/src" -o cxx t.cc "$root/build/libdaemonfix.a"
  printf '#include <daemonfix.h>\nint main(void) { return daemonfix_chdir_root(); }\n' >t.c
  for standard in c99 c11 gnu17; do
    gcc -std=$standard -Wall -Wextra -Werror -pedantic -I"$root/src" -o c t.c "$root/build/libdaemonfix.a"
  done
}

# ---- the environment ----

settings=(DAEMONFIX_MODE=foreground DAEMONFIX_CHDIR=/usr DAEMONFIX_UMASK=0777 DAEMONFIX_CLOSEFDS=1
  DAEMONFIX_VERBOSE=1 DAEMONFIX_TYPO=1)

@test "settings_mean_nothing_unless_asked_for" {
  launch "${settings[@]}" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/linked/report" "$tmp/report"
  [ "$status" = 0 ]
  is_a_correct_daemon
  [ "$(value before.pid)" != "$(value after.pid)" ]
  [ "$(value after.cwd)" = / ]
  [ "$(value after.Umask)" = "$(value before.Umask)" ]
  [ ! -e pid ]
  [ ! -s err ]
}

@test "environment_stays_unless_asked_for" {
  launch "${settings[@]}" "$fix/linked/report" "$tmp/report"
  reported
  [ "$(grep -c '^after.env.DAEMONFIX_' report)" = 6 ]
  diff <(sed -n 's/^before\.env\.//p' report) <(sed -n 's/^after\.env\.//p' report)
}

@test "nothing_happens_before_main_unless_asked_for" {
  for mode in background nonsense; do
    rm -f report
    launch DAEMONFIX_MODE=$mode "$fix/linked/report" -0 -x "$tmp/report"
    [ "$status" = 0 ]
    [ "$(value before.sid)" = "$(field $$ session)" ]
    [ ! -s err ]
  done
}

@test "start_takes_no_settings_and_leaves_the_environment" {
  launch "${settings[@]}" "$fix/linked/start" -- ready write="$tmp/state" hold
  [ "$status" = 0 ]
  within 20 test -e state
  note "$(value pid state)"
  [ "$(value pid state)" = "$(value pid out)" ]
  [ "$(value cwd state)" = / ]
  [ "$(grep -c '^env.DAEMONFIX_' state)" = 6 ]
}

# The fixture obey is report, with daemonfix_from_environment() before all else.

@test "asked_for_foreground_stays_in_the_foreground" {
  launch DAEMONFIX_MODE=foreground DAEMONFIX_CHDIR=/usr "$fix/linked/obey" -x "$tmp/report"
  [ "$status" = 0 ]
  [ "$(value before.pid)" = "$(value after.pid)" ]
  [ "$(value after.cwd)" = /usr ]
  [ "$(grep '^after.env' report)" = "after.env.DAEMONFIX_PID=$(value after.pid):foreground:chdir" ]
}

@test "asked_for_background_returns_in_a_daemon" {
  launch DAEMONFIX_MODE=background "$fix/linked/obey" -0 "$tmp/report"
  [ "$status" = 0 ]
  reported
  not leads_session "$(value before.pid)"
  [ "$(value before.sid)" != "$(field $$ session)" ]
  [ "$(grep '^before.env' report)" = "before.env.DAEMONFIX_PID=$(value before.pid)" ]
}

@test "asked_for_bad_settings_are_reported_and_fail" {
  launch DAEMONFIX_MODE=nonsense "$fix/linked/obey" -0 "$tmp/report"
  [ "$status" = 125 ]
  [ "$(<err)" = 'daemonfix: DAEMONFIX_MODE=nonsense: not allowed (fix, fix-fork, background, foreground, foreground-fork or off)' ]
  [ ! -e report ]
  launch DAEMONFIX_TYPO=1 "$fix/linked/obey" -x "$tmp/report"
  [ "$(value result)" = -1 ]
  [ "$(value errno)" = EINVAL ]
  grep -q '^daemonfix: DAEMONFIX_TYPO=1: no such variable' err
}

@test "asked_for_mode_off_is_ENOSYS_for_there_is_no_other_daemon" {
  launch DAEMONFIX_MODE=off "$fix/linked/obey" -x "$tmp/report"
  [ "$(value result)" = -1 ]
  [ "$(value errno)" = ENOSYS ]
}

@test "asked_for_without_settings_daemon_is_daemon" {
  launch "$fix/linked/obey" "$tmp/report"
  [ "$status" = 0 ]
  is_a_correct_daemon
  [ "$(value after.cwd)" = / ]
}

@test "asked_for_fix_fork_leaves_fork_to_libc" {
  launch DAEMONFIX_MODE=fix-fork "$fix/linked/byhand" tell fork [ as:child tell setsid as:after tell ] wait
  [ "$status" = 0 ]
  [ "$(value main.wait out)" = 'exit 0' ]
  [ "$(value child.sid out)" = "$(value main.sid out)" ]
  [ "$(value after.sid out)" = "$(value child.pid out)" ] # a session leader
}

@test "asked_for_the_environment_keeps_errno" {
  launch "$fix/linked/byhand" tell
  [ "$status" = 0 ]
  launch DAEMONFIX_MODE=background DAEMONFIX_STDOUT="$tmp/log" "$fix/linked/byhand" tell
  [ "$status" = 0 ]
  within 10 grep -q 'main.pid=' log
}

# ---- standard descriptors and directory ----

@test "redirect_makes_the_null_device_of_0_1_and_2_open_or_closed" {
  local shut steps
  for shut in '' shut:0 shut:1 shut:2 'shut:0 shut:1' 'shut:0 shut:2' 'shut:1 shut:2' \
    'shut:0 shut:1 shut:2'; do
    echo "case: $shut"
    read -ra steps <<<"$shut"
    stdio "${steps[@]}" redirect fds
    [ "$(grep -c '^shut=0' notes)" = ${#steps[@]} ]
    [ "$(tail -n 2 notes)" = "redirect=0"$'\n'"$nulls" ]
  done
}

@test "redirect_again_changes_nothing_and_leaves_no_descriptor_behind" {
  stdio redirect redirect redirect fds open:file
  diff notes - <<END
redirect=0
redirect=0
redirect=0
$nulls
open=$(sed -n 's/^open=//p' notes)
END
  stdio open:file
  first=$(sed -n 's/^open=//p' notes)
  stdio redirect open:file
  [ "$(sed -n 's/^open=//p' notes)" = "$first" ]
}

@test "after_redirect_what_is_opened_does_not_get_the_output" {
  stdio redirect open:file say
  grep -qE '^open=([3-9]|[1-9][0-9]+)$' notes
  grep -qx 'say=5' notes
  [ -e file ]
  [ ! -s file ]
  [ ! -s out ]
}

@test "after_close_what_is_opened_gets_the_output" {
  stdio close fds open:first open:second say
  diff notes - <<'END'
close=0
fds=0:closed 1:closed 2:closed 
open=0
open=1
say=5
END
  [ "$(<second)" = said ]
}

@test "close_of_closed_descriptors_is_no_error" {
  stdio shut:1 close close fds
  diff <(tail -n 3 notes) - <<'END'
close=0
close=0
fds=0:closed 1:closed 2:closed 
END
}

# closes ERRNO: close(2) fails with ERRNO from the first close of standard input on; prints the closes
# that were tried.
closes() {
  local trace=(strace -qq -o trace -e trace=close) program=("$fix/linked/stdio" "$tmp/notes" close)
  launch "${trace[@]}" "${program[@]}"
  rm -f notes
  launch "${trace[@]}" -e inject=close:error="$1":when="$(grep -n '^close(0)' trace | cut -d: -f1)"+ "${program[@]}"
  grep -oE '^close\([012]\)' trace | tr -d '\n'
}

@test "close_tries_each_once_whatever_happens" {
  [ "$(closes EINTR)" = 'close(0)close(1)close(2)' ]
  [ "$(<notes)" = close=0 ]
  [ "$(closes EIO)" = 'close(0)close(1)close(2)' ]
  [ "$(<notes)" = 'close=-1 EIO' ]
}

@test "redirect_goes_on_after_EINTR" {
  launch strace -qq -o trace -e trace=dup2 -e inject=dup2:error=EINTR:when=1..3+2 \
    "$fix/linked/stdio" "$tmp/notes" redirect fds
  [ "$(grep -c 'EINTR.*INJECTED' trace)" = 2 ]
  [ "$(<notes)" = "redirect=0"$'\n'"$nulls" ]
}

@test "redirect_that_finds_no_descriptor_is_EMFILE_and_changes_nothing" {
  stdio fds limit:3 redirect fds
  grep -qx 'redirect=-1 EMFILE' notes
  [ "$(sed -n 1p notes)" = "$(sed -n 4p notes)" ]
}

@test "redirect_takes_nothing_else_for_the_null_device" {
  ((EUID == 0)) || skip "needs root"
  launch unshare --mount sh -c 'mount --bind /dev/zero /dev/null && exec "$@"' sh \
    "$fix/linked/stdio" "$tmp/notes" fds redirect fds
  grep -qx 'redirect=-1 ENODEV' notes
  [ "$(sed -n 1p notes)" = "$(sed -n 3p notes)" ]
}

@test "chdir_root_goes_to_the_root_and_again" {
  stdio cwd root cwd root cwd open:tmp/../dev/null
  diff notes - <<END
cwd=$tmp
root=0
cwd=/
root=0
cwd=/
open=$(sed -n 's/^open=//p' notes)
END
  not grep -q 'open=-1' notes
}

@test "chdir_root_says_what_was_wrong" {
  launch strace -qq -o trace -e trace=chdir -e inject=chdir:error=EACCES \
    "$fix/linked/stdio" "$tmp/notes" root cwd
  [ "$(<notes)" = "root=-1 EACCES"$'\n'"cwd=$tmp" ]
}
