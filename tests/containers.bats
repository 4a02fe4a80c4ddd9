# SPDX-License-Identifier: MIT
# Guarantee 8 in containers: PID 1 stays in the foreground, an init that reaps nothing gets no zombie
# from us, and chroots and namespaces change nothing.
load helper
load sandbox

stays_as_pid_1() {
  [ "$status" = 0 ] &&
    [ "$(value result)" = 0 ] &&
    [ "$(value before.pid)" = 1 ] &&
    [ "$(value after.pid)" = 1 ] &&
    [ "$(value after.sid)" = "$(value before.sid)" ] &&
    [ -z "$(value after.children)" ] &&
    [ "$(value after.fds)" = "$(value before.fds)" ] &&
    grep "stays in the foreground" "$tmp/err" # so standard error is kept, too
}

@test "pid_1_stays_in_the_foreground" {
  sandboxed env LD_PRELOAD="$lib" DAEMONFIX_VERBOSE=1 "$fix/report" -x "$tmp/report"
  stays_as_pid_1
  [ "$(value before.cwd)" = "$tmp" ]
  [ "$(value after.cwd)" = / ]
}

@test "pid_1_keeps_its_directory_if_it_asks_for_that" {
  sandboxed env LD_PRELOAD="$lib" DAEMONFIX_VERBOSE=1 "$fix/report" -cx "$tmp/report"
  stays_as_pid_1
  [ "$(value after.cwd)" = "$tmp" ]
}

@test "background_leaves_pid_1_in_the_foreground" {
  sandboxed env LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_VERBOSE=1 \
    "$fix/report" -x "$tmp/report"
  stays_as_pid_1
  [ "$(value before.cwd)" = "$tmp" ]
  [ "$(value after.cwd)" = / ]
}

# The line that reap prints if the complete daemon is the only process left.
daemon_only='exit 0; child / /dev/null /dev/null /dev/null; signal 9'

@test "init_that_reaps_nothing_gets_the_daemon_and_no_zombie" {
  sandboxed "$fix/reap" 1 env LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
  [ "$(<"$tmp/out")" = "$daemon_only" ]
}

@test "init_that_reaps_nothing_gets_no_zombie_in_background" {
  sandboxed "$fix/reap" 1 env -C / LD_PRELOAD="$lib" DAEMONFIX_MODE=background sleep 100
  [ "$(<"$tmp/out")" = "$daemon_only" ]
}

@test "init_that_reaps_nothing_gets_no_zombie_if_daemon_fails" {
  for failure in setsid:error=EPERM=EPERM clone:error=EAGAIN=EAGAIN dup2:error=EBUSY=EBUSY \
    setpgid:signal=KILL=EPIPE dup2:signal=KILL=EPIPE; do
    sandboxed "$fix/reap" 1 strace -f -o "$tmp/trace" -e "inject=${failure%=*}" \
      env LD_PRELOAD="$lib" "$fix/report" -x "$tmp/report"
    [ "$(<"$tmp/out")" = "exit 1" ]
    [ "$(value errno)" = "${failure##*=}" ]
  done
}

@test "subreaper_gets_the_daemon_and_no_zombie" {
  launch "$fix/reap" 1 env LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
  [ "$(<"$tmp/out")" = "$daemon_only" ]
}

# In the sandbox: runs report in a chroot without /proc, whose /dev contains only DEVICE.
in_chroot() { # DEVICE [OPTION...]
  mkdir /tmp/jail
  mount --bind / /tmp/jail # without the mounts below /
  mkdir -p "/tmp/jail$root/build"
  mount --bind "$root/build" "/tmp/jail$root/build"
  mount -t tmpfs jail /tmp/jail/dev
  [ "$1" != null ] || mknod -m 666 /tmp/jail/dev/null c 1 3
  [ ! -e /tmp/jail/proc/self ]
  local status=0
  chroot /tmp/jail env LD_PRELOAD="$lib" "$fix/report" "${@:2}" /report || status=$?
  within 20 test -e /tmp/jail/report
  cp /tmp/jail/report "$tmp/report"
  return $status
}

@test "works_in_a_chroot_without_proc_and_with_a_minimal_dev" {
  daemon_in_chroot() {
    in_chroot null
    pid=$(value after.pid)
    not leads_session "$pid"
    [ "/proc/$pid/cwd" -ef /tmp/jail ]
    for fd in 0 1 2; do [ "/proc/$pid/fd/$fd" -ef /tmp/jail/dev/null ]; done
  }
  sandboxed daemon_in_chroot
  [ "$status" = 0 ]
}

@test "in_a_chroot_without_dev_null_the_launching_process_sees_the_error" {
  sandboxed in_chroot nothing
  [ "$status" = 1 ]
  [ "$(value errno)" = ENOENT ]
  [ "$(value after.pid)" = "$(value before.pid)" ]
}

@test "in_a_chroot_without_dev_null_stdio_can_stay" {
  sandboxed in_chroot nothing -n
  [ "$status" = 0 ]
  [ "$(value after.pid)" != "$(value after.sid)" ]
}

# In the sandbox: unshare without --fork, so that the first child is an init.
daemon_is_born_as_init() { # [LD_PRELOAD]
  unshare -p env LD_PRELOAD="${1-}" "$fix/report" "$tmp/report"
  within 20 test -e "$tmp/report"
  local pid
  read -r pid </proc/1/task/1/children || [ "$pid" ] # the line has no newline, so read fails
  alive "$pid"
  [ "$(value before.pid)" != 1 ]
  [ "$(value after.pid)" = 1 ]
}

@test "daemon_lives_if_children_are_born_in_a_new_pid_namespace" {
  sandboxed daemon_is_born_as_init "$lib"
  [ "$status" = 0 ]
}

@test "under_glibc_alone_it_lives_there_too" {
  sandboxed daemon_is_born_as_init
  [ "$status" = 0 ]
}

@test "works_in_a_user_namespace" {
  launch unshare -U -r true
  [ "$status" = 0 ] || skip "$(tail -n 1 "$tmp/err")"
  launch unshare -U -r env LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
  [ "$status" = 0 ]
  reported
  pid=$(value after.pid)
  [ "$(readlink "/proc/$pid/ns/user")" != "$(readlink /proc/self/ns/user)" ]
  alive "$pid"
  not leads_session "$pid"
}

# as_strangers COMMAND [ARG...]: launches COMMAND in a PID namespace that sees another namespace's
# /proc, where 2 to 5 and their children are other processes.
as_strangers() {
  export lib fix tmp
  export -f among_others within has_children
  launch timeout 600 unshare -p --fork --mount-proc --kill-child true
  [ "$status" = 0 ] || skip "$(tail -n 1 "$tmp/err")"
  rm -f "$tmp"/{go,told}
  launch timeout 600 unshare -p --fork --mount-proc --kill-child bash -euc 'among_others "$@"' bash "$@"
  cat "$tmp/err"
}
among_others() {
  for _ in {1..4}; do "$fix/server" until:"$tmp/go" children:30 hold & done
  touch "$tmp/go"
  for n in {2..5}; do within 20 has_children "$n" 30; done
  unshare -p --fork --kill-child "$@"
}
has_children() {
  local children=()
  read -ra children <"/proc/$1/task/$1/children" || :
  ((${#children[@]} == $2))
}

@test "with_the_proc_of_another_pid_namespace_the_pid_file_is_removed_at_exit" {
  as_strangers env LD_PRELOAD="$lib" DAEMONFIX_PIDFILE="$tmp/pidfile" DAEMONFIX_MODE=foreground \
    "$fix/server" daemon:00 tell:"$tmp/told"
  [ "$status" = 0 ]
  [ "$(value pid "$tmp/told")" = 1 ]
  [ ! -e "$tmp/pidfile" ]
}

@test "with_the_proc_of_another_pid_namespace_a_daemon_becomes_ready" {
  for ready in listen notify; do
    local steps=(unix:"$tmp/$ready" listen)
    [ $ready = listen ] || steps=(notify:READY=1)
    as_strangers bash -c '"$@"; exit' bash env LD_PRELOAD="$lib" DAEMONFIX_READY=$ready \
      DAEMONFIX_TIMEOUT=10 "$fix/server" daemon:00 "${steps[@]}" hold
    [ "$status" = 0 ]
  done
}

# In that namespace the launching process, the waiting process and the daemon have the PIDs 2, 3 and 4.
bystanders_of_a_failed_start() {
  local bystanders=() status=0
  DAEMONFIX_READY=listen DAEMONFIX_TIMEOUT=3 LD_PRELOAD=$lib "$fix/server" daemon:00 \
    fork [ setsid tell:"$tmp/told" sleep:4000 ] hold &
  local launcher=$!
  [ $launcher = 2 ]
  within 20 test -e "$tmp/told"
  for _ in {1..100}; do sleep 1000 & bystanders+=($!); done
  wait $launcher || status=$?
  for pid in "${bystanders[@]}"; do kill -0 "$pid"; done
  return $status
}

@test "with_the_proc_of_another_pid_namespace_no_others_are_ended" {
  export -f bystanders_of_a_failed_start
  as_strangers bash -euc 'bystanders_of_a_failed_start; exit'
  [ "$status" = 124 ]
}

# In a PID namespace: the daemon of process 2 is born in another one, which has a process 2 as well.
daemon_is_born_elsewhere() {
  LD_PRELOAD=$lib "$fix/server" until:"$tmp/go" thread pids:4 daemon:00 tell:"$tmp/told" &
  local launcher=$!
  [ $launcher = 2 ]
  unshare -p --fork --kill-child "$fix/server" children:1 hold &
  until has_children 3 1; do :; done # without a fork, so that the server becomes process 4
  within 20 has_children 4 1
  touch "$tmp/go"
  wait $launcher
  within 2 test -e "$tmp/told"
}

@test "a_launching_process_with_threads_is_not_waited_for_by_its_number_in_another_pid_namespace" {
  export lib fix tmp
  export -f daemon_is_born_elsewhere within has_children
  launch timeout 600 unshare -p --fork --mount-proc --kill-child true
  [ "$status" = 0 ] || skip "$(tail -n 1 "$tmp/err")"
  launch timeout 600 unshare -p --fork --mount-proc --kill-child bash -euc daemon_is_born_elsewhere
  cat "$tmp/err"
  [ "$status" = 0 ]
}
