# SPDX-License-Identifier: MIT
# README.md: its commands do what it says, its links lead somewhere, and it stays short.
load helper
load command

# line PATTERN: the command of the README that matches, on another port.
line() { sed -n 's/^    //p' "$root/README.md" | grep -e "$1" | sed "s/8080/$port/"; }
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
# at_shell COMMAND: runs COMMAND as a user does who has installed daemonfix.
at_shell() { launch PATH="$root/build:$tmp/bin:$PATH" timeout 600 sh -c "$1"; }
old_daemon() {
  mkdir bin
  cp "$fix/legacy" bin/your-old-daemon
}

@test "the_order_is_that_of_a_reader_in_a_hurry" {
  diff <(sed -n 's/^## //p' "$root/README.md") - <<'END'
Installation
Three lines that work
The problem
Modes and variables
What daemonfix is not
What daemonfix cannot do
Links
END
  [ "$(wc -l <"$root/README.md")" -le 150 ]
}

@test "the_first_line_fixes_a_daemon" {
  old_daemon
  at_shell "$(line '^daemonfix run -- your-old-daemon$' | sed 's/run/run -v/')"
  cat err
  [ "$status" = 0 ]
  pid=$(sed -n 's/^daemonfix: your-old-daemon: is a daemon: .*PID \([0-9]*\), session.*/\1/p' err)
  note "$pid"
  not leads_session "$pid"
  launch "$daemonfix" inspect "$pid"
  [ "$status" = 0 ]
}

@test "the_second_line_returns_when_the_server_can_be_asked_and_stop_ends_it" {
  port=$(free_port)
  command=$(line '^daemonfix run -b -r listen')
  echo hello >file
  at_shell "$command"
  cat err
  [ "$status" = 0 ]
  note "$(<web.pid)"
  python3 -c "import urllib.request as u; assert u.urlopen('http://127.0.0.1:$port/file').read() == b'hello\n'"
  at_shell "$command"
  [ "$status" = 125 ]
  grep -q "already running, PID $(<web.pid)\$" err
  within 10 grep -q 'GET /file' web.log
  at_shell 'daemonfix status web.pid && daemonfix stop web.pid'
  [ "$status" = 0 ]
  at_shell 'daemonfix status web.pid'
  [ "$status" = 3 ]
}

@test "the_second_line_shows_the_servers_own_error_and_its_status" {
  port=$(free_port)
  python3 -c 'import socket, sys, time; s = socket.socket(); s.setsockopt(1, 2, 1); s.bind(("127.0.0.1", int(sys.argv[1]))); s.listen()
open("bound", "w"); time.sleep(100)' "$port" 3>&- &
  note $!
  within 20 test -e bound
  at_shell "$(line '^daemonfix run -b -r listen')"
  [ "$status" = 1 ]
  grep -q 'Address already in use' err
  [ ! -e web.pid ]
}

# nginx itself, as docker runs and stops it, is in tests/front-supervisors.bats.
@test "the_third_line_lives_as_long_as_the_daemon_and_ends_as_it_does" {
  mapfile -t cmd < <(line '^CMD ' | sed 's/^CMD //' | python3 -c 'import json, sys; print(*json.load(sys.stdin), sep="\n")')
  [ "${cmd[*]}" = 'daemonfix run -K -- nginx' ]
  needs_root
  PATH=$root/build:$PATH unshare --mount-proc --pid --fork "${cmd[@]:0:4}" sh -c 'setsid sleep 100 & exit 0' </dev/null >out 2>err 3>&- &
  outside=$!
  note "$outside"
  find_front() {
    front=$(cat "/proc/$outside/task/$outside/children")
    front=${front% }
    [ "$(cat "/proc/$front/comm")" = daemonfix ]
  }
  within 10 find_front
  kill -TERM "$front"
  within 20 gone "$outside"
  status=0
  wait "$outside" || status=$?
  [ "$status" = 143 ] # 128 + SIGTERM, which has ended the daemon
}

@test "the_line_without_the_command_fixes_a_daemon" {
  old_daemon
  at_shell "$(line '^LD_PRELOAD=' | sed -e "s|/usr/local/lib/libdaemonfix.so|$lib|" -e "s|/run/old.pid|$tmp/old.pid|")"
  [ "$status" = 0 ]
  note "$(<old.pid)"
  not leads_session "$(<old.pid)"
}

@test "the_table_has_every_option_of_run_that_sets_a_variable" {
  options=$(sed -n 's/^.*{"[A-Z]*", [^,]*, \(.*\), \(true\|false\), NULL},$/\1/p' "$root/src/command/run.c" |
    sed -e "s/^'\(.\)'$/-\1/" -e 's/OPTION_CLOSE_FDS/--close-fds/' -e 's/OPTION_UMASK/--umask/')
  [ "$(wc -l <<<"$options")" = 15 ]
  for option in $options; do grep -q "^| \`.*\`${option}[\` ]" "$root/README.md"; done
}

@test "links_of_all_pages_lead_to_files" {
  local page link
  for page in README.md .github/CONTRIBUTING.md .github/SECURITY.md .github/CHANGELOG.md tests/bench/README.md; do
    # shellcheck disable=SC2013 # no link has a space
    for link in $(grep -oE '\]\([^)#]+\)' "$root/$page" | sed 's/^](\(.*\))$/\1/' | grep -v '^https:'); do
      [ -e "$root/$(dirname "$page")/$link" ] || { echo "$page: $link"; false; }
    done
  done
}
