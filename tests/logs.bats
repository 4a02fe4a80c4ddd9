# SPDX-License-Identifier: MIT
# DAEMONFIX_STDOUT and DAEMONFIX_STDERR: the daemon appends to its logs, opens one file if both are the
# same, and follows no symbolic link of another user; and the refusals.
load helper
load settings

# start_logging MODE NAME=VALUE...: starts a daemon that writes out, err, out, err, and stays.
start_logging() {
  local option=-c
  ! before_main "$1" || option=-0 # it is a daemon already
  rm -f "$tmp/said"
  start "$@" "$fix/report" $option "$tmp/report" sh -c '
    for i in 1 2; do echo out; echo err >&2; done; touch "$0"; exec sleep 60' "$tmp/said"
  within 10 test -e "$tmp/said"
}

fd() { readlink "/proc/$pid/fd/$1"; }
fdinfo() { sed -n "s/^$2:\t*//p" "/proc/$pid/fdinfo/$1"; }

above_2() { value "$1.fds" | tr ' ' '\n' | grep -v '^[012]:'; }

# refused_log: both logs are refused alike, so one of them is tested in all modes.
refused_log() { # ERRNO REASON FILE
  refused "$1" "$2" DAEMONFIX_STDOUT="$3"
  local modes=(fix)
  refused "$1" "$2" DAEMONFIX_STDERR="$3"
}

# log_is: DAEMONFIX_STDOUT=NAME and DAEMONFIX_STDERR=NAME each make FILE the log.
log_is() { # NAME FILE
  echo "case: $1"
  start fix DAEMONFIX_STDOUT="$1" "$fix/report" "$tmp/report"
  [ "$(fd 1)" = "$2" ]
  [ "$(fd 2)" = /dev/null ]
  end "$pid"
  start fix DAEMONFIX_STDERR="$1" "$fix/report" "$tmp/report"
  [ "$(fd 1)" = /dev/null ]
  [ "$(fd 2)" = "$2" ]
  end "$pid"
}

# directory NAME MODE OWNER: makes one with a log, a directory, and links to them that the user nobody owns.
directory() {
  mkdir -p "$1/way"
  touch "$1/log" "$1/way/log"
  ln -s log "$1/link"
  ln -s way "$1/linked"
  chown -h 65534 "$1"/link*
  chown "$3" "$1"
  chmod "$2" "$1"
}
others_link="goes through a symbolic link of another user"

@test "logs_are_what_the_daemon_says_and_nothing_else_changes" {
  for mode in "${modes[@]}"; do
    rm -f log*
    start_logging "$mode" DAEMONFIX_STDOUT="$tmp/log1" DAEMONFIX_STDERR="$tmp/log2"
    diff log1 <(printf '%s\n' out out)
    diff log2 <(printf '%s\n' err err)
    [ ! -s "$tmp/out" ]
    [ ! -s "$tmp/err" ]
    [ "$(fd 0)" = /dev/null ]
    end "$pid"
  done
}

@test "one_log_leaves_the_other_descriptors_to_the_mode" {
  start_logging fix DAEMONFIX_STDOUT="$tmp/log"
  [ "$(fd 1) $(fd 2)" = "$tmp/log /dev/null" ]
  for mode in background run; do
    start_logging $mode DAEMONFIX_STDERR="$tmp/log"
    [ "$(fd 1) $(fd 2)" = "/dev/null $tmp/log" ]
  done
  start_logging foreground DAEMONFIX_STDOUT="$tmp/log"
  [ "$(fd 1) $(fd 2)" = "$tmp/log $tmp/err" ]
}

@test "noclose_keeps_what_has_no_log" {
  start fix DAEMONFIX_STDERR="$tmp/log" "$fix/report" -n "$tmp/report"
  [ "$(fd 0) $(fd 1) $(fd 2)" = "/dev/null $tmp/out $tmp/log" ]
}

@test "in_background_a_program_that_calls_daemon_keeps_its_logs" {
  for mode in background run; do
    start $mode DAEMONFIX_STDOUT="$tmp/log1" DAEMONFIX_STDERR="$tmp/log2" "$fix/report" "$tmp/report"
    [ "$(fd 0) $(fd 1) $(fd 2)" = "/dev/null $tmp/log1 $tmp/log2" ]
  done
}

@test "logs_are_opened_to_append_and_to_block" {
  mkfifo fifo
  exec 9<>fifo
  for log in "$tmp/fifo" "$tmp/log"; do
    start fix DAEMONFIX_STDOUT="$log" "$fix/report" "$tmp/report"
    ((($(fdinfo 1 flags) & 06003) == 02001)) # O_APPEND and O_WRONLY, and not O_NONBLOCK
  done
}

@test "logs_are_appended_to" {
  for mode in "${modes[@]}"; do
    echo before >log
    chmod 600 log
    start_logging "$mode" DAEMONFIX_STDOUT="$tmp/log"
    diff log <(printf '%s\n' before out out)
    [ "$(stat -c %a log)" = 600 ]
    end "$pid"
  done
}

@test "logs_are_created_0640_less_the_callers_umask" {
  for mode in "${modes[@]}"; do
    rm -f log*
    umask 0
    start "$mode" DAEMONFIX_STDOUT="$tmp/log1" DAEMONFIX_STDERR="$tmp/log2" "$fix/report" "$tmp/report"
    end "$pid"
    umask 077
    start "$mode" DAEMONFIX_STDOUT="$tmp/log3" "$fix/report" "$tmp/report"
    end "$pid"
    [ "$(stat -c %a log1 log2 log3)" = $'640\n640\n600' ]
  done
}

@test "one_open_file_serves_both_if_they_name_the_same" {
  touch log
  ln log hard
  ln -s log soft
  mkdir way
  for other in log hard soft way/../log; do
    for mode in "${modes[@]}"; do
      : >log
      start_logging "$mode" DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_STDERR="$tmp/$other"
      diff log <(printf '%s\n' out err out err)
      [ "$(fdinfo 1 pos) $(fdinfo 2 pos)" = "16 16" ] # err was written last
      end "$pid"
    done
  done
}

@test "logs_work_with_stdio_closed" {
  through=(sh -c 'exec "$@" <&- >&- 2>&-' sh)
  start fix DAEMONFIX_STDOUT="$tmp/log1" DAEMONFIX_STDERR="$tmp/log2" \
    "$fix/report" "$tmp/report"
  [ "$(fd 0) $(fd 1) $(fd 2)" = "/dev/null $tmp/log1 $tmp/log2" ]
  diff <(above_2 before) <(above_2 after)
}

@test "devices_serve_as_logs" {
  log_is /dev/full /dev/full
  log_is /dev/stderr "$tmp/err"
  log_is /dev/stdout "$tmp/out"
  log_is /proc/self/fd/2 "$tmp/err"
}

@test "standard_error_serves_as_a_log_though_it_is_a_pipe" {
  launch bash -c '"$@" 2>&1 >/dev/null | cat' bash env LD_PRELOAD="$lib" DAEMONFIX_MODE=foreground \
    DAEMONFIX_STDOUT=/dev/stderr "$fix/report" "$tmp/report" echo out
  [ "$(<out)" = out ]
}

@test "file_that_cannot_be_opened_is_refused" {
  touch file
  mkdir directory
  mkfifo fifo
  ln -s loop loop
  long=$(printf '%0256d' 0)
  refused_log EISDIR "is a directory" "$tmp/directory"
  refused_log EISDIR "is a directory" "$tmp/directory/"
  refused_log ENOENT "a directory on this path does not exist" "$tmp/missing/log"
  refused_log ENOTDIR "the path goes through a file that is not a directory" "$tmp/file/log"
  refused_log ENXIO "is a FIFO that no process reads" "$tmp/fifo"
  python3 -c 'import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])' socket
  refused_log ENXIO "is a socket" "$tmp/socket"
  cp "$(type -P sleep)" program
  ./program 100 3>&- &
  note $!
  within 10 grep -q program "/proc/$!/comm"
  refused_log ETXTBSY "is a program that is running" "$tmp/program"
  refused_log ENAMETOOLONG "the path, or a name in it, is too long" "$tmp/$long"
  for bad in log ./log '' ' /log'; do
    refused_log EINVAL "not allowed (an absolute path)" "$bad"
  done
}

@test "too_many_symbolic_links_are_refused" {
  ln -s loop loop
  launch env LD_PRELOAD="$lib" DAEMONFIX_STDOUT="$tmp/loop" "$fix/report" -x "$tmp/report"
  [ "$(value errno)" = ELOOP ]
  [ "$(wc -l <"$tmp/err")" = 1 ]
}

@test "directory_that_cannot_be_written_or_searched_is_refused" {
  through=("${unprivileged[@]}")
  mkdir directory
  for permissions in 555 666 0; do
    chmod "$permissions" directory
    ((EUID)) || chown 65534 directory
    refused_log EACCES "Permission denied" "$tmp/directory/log"
  done
  chmod 700 directory
}

@test "file_that_cannot_be_written_is_refused" {
  through=("${unprivileged[@]}")
  touch log
  chmod 400 log
  ((EUID)) || chown 65534 log
  refused_log EACCES "Permission denied" "$tmp/log"
}

@test "read_only_file_system_is_refused" {
  private_mount -t tmpfs -o ro none
  refused_log EROFS "is on a read-only file system" "$tmp/mnt/log"
}

@test "full_file_system_is_refused" {
  private_mount -t tmpfs -o nr_inodes=1 none # the root directory uses the only inode
  refused_log ENOSPC "its file system is full" "$tmp/mnt/log"
}

@test "error_is_told_to_the_launching_process_and_not_to_the_log" {
  touch log
  refused ENOENT "a directory on this path does not exist" DAEMONFIX_STDOUT="$tmp/missing/log" \
    DAEMONFIX_STDERR="$tmp/log"
  mkdir directory
  chmod 0 directory
  ((EUID)) || chown 65534 directory
  through=("${unprivileged[@]}")
  refused EACCES "Permission denied" DAEMONFIX_CHDIR="$tmp/directory" DAEMONFIX_STDERR="$tmp/log"
  [ ! -s log ]
}

@test "another_users_link_is_not_followed_where_others_can_write" {
  needs_root
  modes=(fix)
  directory all 777 0
  directory sticky 1777 0
  directory group 775 0
  directory theirs 755 65534
  for d in all sticky group theirs; do
    ln -s "$tmp/$d/link" to_$d
    ln -s "$d/linked" to_way_$d
    for file in $d/link $d/linked/log $d/linked/new to_$d to_way_$d/log $d/way/../linked/log; do
      refused_log ELOOP "$others_link" "$tmp/$file"
    done
  done
}

@test "link_that_is_replaced_by_another_users_meanwhile_is_not_followed" {
  needs_root
  directory all 777 0
  chown -h 0 all/link
  start_slowly() {
    launch strace -f -qq -o trace -e trace=readlinkat,%%stat -e inject=readlinkat:delay_enter=1000000 \
      env LD_PRELOAD="$lib" DAEMONFIX_STDOUT="$tmp/all/link" "$fix/report" -x "$tmp/report"
  }
  start_slowly &
  within 10 grep -q S_IFLNK trace
  ln -sfn way/log all/link
  chown -h 65534 all/link
  wait $!
  [ -e report ]
  not grep "1:$tmp/all/way/log:" report
}

@test "another_users_link_is_followed_where_only_root_can_write" {
  needs_root
  directory roots 755 0
  log_is "$tmp/roots/link" "$tmp/roots/log"
  log_is "$tmp/roots/linked/log" "$tmp/roots/way/log"
}

@test "roots_link_is_followed_wherever_it_is" {
  needs_root
  directory sticky 1777 65534
  ln -s ../sticky/way sticky/relative
  ln -s "$tmp/sticky/relative/" sticky/chain
  ln -s missing sticky/way/dangling
  log_is "$tmp/sticky/relative/log" "$tmp/sticky/way/log"
  log_is "$tmp/sticky/chain/log" "$tmp/sticky/way/log"
  log_is "$tmp/sticky/chain/dangling" "$tmp/sticky/way/missing"
}

@test "users_own_link_is_followed" {
  needs_root
  directory all 1777 0
  chmod 666 all/log all/way/log
  # as the user nobody, who can still reach $tmp
  through=(setpriv --reuid=65534 --regid=65534 --clear-groups
    '--inh-caps=-all,+dac_override' '--ambient-caps=-all,+dac_override')
  log_is "$tmp/all/link" "$tmp/all/log"
  log_is "$tmp/all/linked/log" "$tmp/all/way/log"
  chown -h 1 all/link
  refused_log ELOOP "$others_link" "$tmp/all/link"
}

# A socket cannot be opened again, nor can another user's pipe.
@test "dev_stdout_is_what_the_program_was_started_with_and_not_opened_again" {
  for mode in fix background run; do
    echo "case: $mode"
    rm -f report
    in_mode $mode DAEMONFIX_STDOUT=/dev/stdout sh -c 'echo said; exec sleep 0.1'
    launch python3 -c '
import socket, subprocess, sys
ours, its = socket.socketpair()
status = subprocess.call(sys.argv[1:], stdin=subprocess.DEVNULL, stdout=its)
its.close()
ours.settimeout(20)
print(status, ours.recv(99).decode(), end="")' "${command[@]}"
    cat err
    [ "$(<out)" = '0 said' ]
    in_mode $mode DAEMONFIX_STDERR=/dev/fd/7 "$fix/report" "$tmp/report"
    launch "${command[@]}" 7>seven
    [ "$status" = 0 ]
    reported
    [ "$(readlink "/proc/$(value after.pid)/fd/2")" = "$tmp/seven" ]
  done
}

@test "a_descriptor_that_is_not_open_is_refused" {
  launch LD_PRELOAD="$lib" DAEMONFIX_STDOUT=/dev/fd/77 "$fix/report" -x "$tmp/report"
  [ "$status" = 1 ]
  [ "$(value errno)" = EBADF ]
  [ "$(<err)" = 'daemonfix: DAEMONFIX_STDOUT=/dev/fd/77: this descriptor is not open' ]
}
