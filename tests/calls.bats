# SPDX-License-Identifier: MIT
# The system calls of daemon() without settings, which seccomp filters must allow: those of libc's
# daemon(3) and those in the list of libdaemonfix(7).  The umask is never read by setting it.
load helper

# calls [NAME=VALUE...]: the system calls of all processes in five daemon() calls, between the fixture's marks.
calls() {
  for _ in {1..5}; do
    rm -rf dir && mkdir dir
    launch strace -f -qq -o trace env "$@" "$fix/subject" "$tmp/dir"
    awk '/prctl\(0x6d61726b/ { if (/, 0x1,/) on = 1; else ended[$1] = 1; next }
      on && !ended[$1] && /^[0-9]+ +[a-z_0-9]+\(/ { sub(/\(.*/, "", $2); print $2 }' trace
  done | sort -u
}
listed() {
  sed -n '/^\.\\" calls$/,/^\.\\" calls end$/p' "$root/src/preload/libdaemonfix.7" | grep -v '^\.' | tr -d ',.' |
    tr ' ' '\n' | sort -u
}

@test "system_calls_are_those_of_libcs_daemon_and_those_that_the_manual_lists" {
  [ "$(uname -m)" = x86_64 ] || skip 'machines have other names for some'
  calls A=1 >libc
  calls LD_PRELOAD="$lib" >ours
  grep -qx futex ours
  not grep -qx futex libc
  comm -23 ours libc >further
  comm -13 <(listed) further | tee unlisted
  [ ! -s unlisted ]
}

@test "each_that_the_manual_lists_is_made_somewhere" {
  local call
  for call in $(listed); do
    echo "$call"
    grep -qE "\b$call\b" "$root"/src/core/{detach,sigchld,singlefork,environment,daemonize,kernel,clock,disposition,sigmask,futex}.[ch]
  done
}

# umask(2) reads the umask only by setting it: other threads could create files at that moment.
@test "umask_is_not_called_without_the_setting" {
  local mode
  for mode in fix background foreground; do
    launch strace -f -qq -o trace -e trace=umask env LD_PRELOAD="$lib" DAEMONFIX_MODE=$mode \
      DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_PIDFILE="$tmp/pid" "$fix/report" -x "$tmp/report"
    within 10 test -e report
    rm report
    [ ! -s trace ]
  done
  launch strace -f -qq -o trace -e trace=umask env LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground \
    DAEMONFIX_UMASK=077 "$fix/report" -x "$tmp/report"
  [ "$(grep -c 'umask(' trace)" = 1 ]
  grep -q 'umask(077' trace
}
