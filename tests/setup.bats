# SPDX-License-Identifier: MIT
# DAEMONFIX_UMASK and DAEMONFIX_CHDIR, which change the daemon and not its launching process; and the lines
# of DAEMONFIX_VERBOSE.
load helper
load settings

told() { cat "$tmp/err"; diff <(echo "daemonfix: report: $1") "$tmp/err"; }

@test "umask_is_the_daemons" {
  for mode in "${modes[@]}"; do
    for mask in 0 27 027 0777; do
      start "$mode" DAEMONFIX_UMASK=$mask "$fix/report" "$tmp/report"
      [ "$(value after.Umask:)" = "$(printf %04o "0$mask")" ]
      end "$pid"
    done
  done
}

@test "umask_is_kept_by_default" {
  umask 035
  for mode in "${modes[@]}"; do
    start "$mode" "$fix/report" "$tmp/report"
    [ "$(value after.Umask:)" = 0035 ]
    end "$pid"
  done
}

@test "umask_does_not_affect_the_files_of_the_launching_process" {
  umask 026
  for mode in "${modes[@]}"; do
    for mask in 0 0777; do
      rm -f log pid
      start "$mode" DAEMONFIX_UMASK=$mask DAEMONFIX_STDOUT="$tmp/log" DAEMONFIX_PIDFILE="$tmp/pid" \
        "$fix/report" "$tmp/report" sleep 100
      [ "$(stat -c %a log pid)" = $'640\n640' ]
      end "$pid"
    done
  done
}

@test "bad_umask_is_refused" {
  for bad in 8 1000 01000 777777777777 '' -1 +1 0x1 ' 22' 22x u=rwx; do
    refused EINVAL "not allowed (octal, 0000 to 0777)" DAEMONFIX_UMASK="$bad"
  done
}

@test "directory_wins_over_nochdir" {
  mkdir directory
  for mode in "${modes[@]}"; do
    for option in '' -c; do
      start "$mode" DAEMONFIX_CHDIR="$tmp/directory" "$fix/report" $option "$tmp/report"
      [ "$(value after.cwd)" = "$tmp/directory" ]
      end "$pid"
    done
  done
}

@test "in_background_the_directory_is_entered_before_main" {
  mkdir directory
  for mode in background run; do
    start $mode DAEMONFIX_CHDIR="$tmp/directory" "$fix/report" -0 "$tmp/report"
    [ "$(value before.cwd)" = "$tmp/directory" ]
    end "$pid"
  done
}

@test "directory_is_the_one_that_was_there_before_the_fork" {
  mkdir directory
  start fix DAEMONFIX_CHDIR="$tmp/directory" "$fix/deeds" -r "$tmp/directory" "$tmp/moved" \
    "$tmp/report"
  [ "$(value after.cwd)" = "$tmp/moved" ]
}

@test "directory_that_can_only_be_searched_will_do" {
  mkdir -m 711 directory
  ((EUID)) || chown 65534 directory
  through=("${unprivileged[@]}")
  for mode in "${modes[@]}"; do
    start "$mode" DAEMONFIX_CHDIR="$tmp/directory" "$fix/report" -c "$tmp/report"
    [ "$(readlink "/proc/$pid/cwd")" = "$tmp/directory" ]
    end "$pid"
  done
}

@test "directory_that_cannot_be_entered_is_refused" {
  touch file
  ln -s loop loop
  refused ENOENT "No such file or directory" DAEMONFIX_CHDIR="$tmp/missing"
  refused ENOTDIR "Not a directory" DAEMONFIX_CHDIR="$tmp/file"
  refused ELOOP "Too many levels of symbolic links" DAEMONFIX_CHDIR="$tmp/loop"
  for bad in . '' directory; do
    refused EINVAL "not allowed (an absolute path)" DAEMONFIX_CHDIR="$bad"
  done
}

@test "directory_without_permission_is_refused" {
  mkdir -p directory/sub
  through=("${unprivileged[@]}")
  chmod 644 directory
  ((EUID)) || chown 65534 directory
  refused EACCES "Permission denied" DAEMONFIX_CHDIR="$tmp/directory"
  refused EACCES "Permission denied" DAEMONFIX_CHDIR="$tmp/directory/sub"
  chmod 755 directory
}

@test "bad_setting_is_reported_in_one_line_also_if_verbose" {
  touch log
  refused ENOENT "No such file or directory" DAEMONFIX_CHDIR="$tmp/missing" DAEMONFIX_VERBOSE=1
  refused ENOENT "a directory on this path does not exist" DAEMONFIX_PIDFILE="$tmp/missing/pid" \
    DAEMONFIX_VERBOSE=1 DAEMONFIX_STDERR="$tmp/log" DAEMONFIX_UMASK=0 DAEMONFIX_CHDIR=/
  [ ! -s log ]
}

@test "all_settings_together_are_in_force_and_reported_in_one_line" {
  mkdir directory
  for mode in "${modes[@]}"; do
    start "$mode" DAEMONFIX_VERBOSE=1 DAEMONFIX_CHDIR="$tmp/directory" DAEMONFIX_UMASK=077 \
      DAEMONFIX_STDOUT="$tmp/log1" DAEMONFIX_STDERR="$tmp/log2" DAEMONFIX_PIDFILE="$tmp/pid" \
      DAEMONFIX_CLOSEFDS=1 "$fix/report" -c "$tmp/report"
    what='is a daemon'
    [ "$mode" != foreground ] || what='stays in the foreground'
    told "$what: mode ${mode/run/background}, PID $pid, session $(field "$pid" session), directory $tmp/directory, \
stdout $tmp/log1, stderr $tmp/log2, PID file $tmp/pid, other descriptors closed"
    [ ! -s log2 ]
    before_main "$mode" || [ "$(value before.cwd) $(value before.Umask:)" = "$tmp 0022" ]
    [ "$(value after.cwd)" = "$tmp/directory" ]
    [ "$(value after.Umask:)" = 0077 ]
    [ "$(<pid)" = "$pid" ]
    end "$pid"
  done
}

@test "terminal_that_was_left_is_named" {
  through=("$fix/onpty" sh -c 'tty >"$0"; exec "$@"' "$tmp/tty")
  for mode in fix background run; do
    start "$mode" DAEMONFIX_VERBOSE=1 "$fix/report" "$tmp/report"
    told "is a daemon: mode ${mode/run/background}, PID $pid, session $(field "$pid" session), left $(<"$tmp/tty")"
    end "$pid"
  done
}

@test "in_foreground_no_terminal_is_left" {
  through=("$fix/onpty")
  start foreground DAEMONFIX_VERBOSE=1 "$fix/report" "$tmp/report"
  told "stays in the foreground: mode foreground, PID $pid, session $(field "$pid" session)"
}
