# SPDX-License-Identifier: MIT
# The manual: complete, and its examples do what it says.  tests/supervisors.bats and
# tests/systemd.bats run the others; those of daemonfix(1) are in tests/run.bats and tests/tasks.bats.
load helper

# The names of the variables in each of the three.
in_table() { sed -n 's/^.*{"\([A-Z]*\)", "[^"]*",.*/DAEMONFIX_\1/p' "$root/src/core/settings.c" | sort; }
in_manual() { grep '^\.It Ev DAEMONFIX_' "$root/src/preload/libdaemonfix.7" | grep -o 'DAEMONFIX_[A-Z]*' | sort; }
in_readme() { grep '^| `DAEMONFIX_' "$root/README.md" | grep -o 'DAEMONFIX_[A-Z]*' | sort -u; }

# The PID in the line that the library prints with DAEMONFIX_VERBOSE.
told_pid() { sed -n 's/^daemonfix: .*PID \([0-9]*\), session.*/\1/p' "$tmp/err"; }

@test "manual_readme_and_settings_have_the_same_variables" {
  [ "$(in_table | wc -l)" -ge 10 ]
  diff <(in_table) <(in_manual)
  diff <(in_table) <(in_readme)
}

@test "manual_has_every_mode" {
  modes=$(sed -n 's/^.*{"MODE", "\([^"]*\)".*/\1/p' "$root/src/core/settings.c" | grep -oE 'fix-fork|fix|background|foreground-fork|foreground|off')
  [ "$(wc -l <<<"$modes")" = 6 ]
  for mode in $modes; do grep -q "^\.It Cm $mode\$" "$root/src/preload/libdaemonfix.7"; done
}

@test "example_fix_makes_a_correct_daemon" {
  launch DAEMONFIX_VERBOSE=1 PATH="$fix:$PATH" bash -c "$(example fix)"
  [ "$status" = 0 ]
  note "$(told_pid)"
  alive "$(told_pid)"
  not leads_session "$(told_pid)"
}

@test "example_background_serves_and_logs_and_is_refused_a_second_time" {
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  command=$(example background | sed "s|/run/httpd.pid|$tmp/pid|; s|/var/log/httpd.log|$tmp/log|; s/8080/$port/")
  echo hello >file
  launch bash -c "$command"
  [ "$status" = 0 ]
  note "$(<pid)"
  within 20 python3 -c "import urllib.request as u; assert u.urlopen('http://127.0.0.1:$port/file').read() == b'hello\n'"
  within 5 grep -q 'GET /file' log
  not leads_session "$(<pid)"
  launch bash -c "$command"
  [ "$status" = 125 ]
  grep -q "already running, PID $(<pid)\$" err
}

@test "example_container_keeps_pid_1_in_the_foreground" {
  needs_root
  PATH="$fix:$PATH" bash -c "exec $(example container)" </dev/null >out 2>err 3>&- &
  note $!
  within 10 grep -q '^legacy: PID 1$' out
  init=$(cat "/proc/$!/task/$!/children")
  kill -KILL "${init% }" # an init does not obey the signal that teardown sends
}

@test "libdaemonfix_7_stays_short" {
  [ "$(wc -l <"$root/src/preload/libdaemonfix.7")" -le 590 ]
}
