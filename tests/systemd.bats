# SPDX-License-Identifier: MIT
# Guarantee 2 as a service manager sees it: a real systemd, in a sandbox, takes the daemon for the
# main process of its unit every time.  One systemd serves all tests here.
load helper

dir=${BATS_FILE_TMPDIR-} # the same in the sandbox and outside

setup_file() {
  cd "$dir" || return
  mkdir units
  printf '%s\n' '[Unit]' DefaultDependencies=no Wants=systemd-journald.service >units/tests.target
  env -i PATH="$PATH" "$root/tests/sandbox" --cgroup bash -euc '
    mkdir -p /run/systemd/system
    mount --bind units /run/systemd/system
    exec env container=other /lib/systemd/systemd --system --unit=tests.target
    ' >boot 2>&1 3>&- &
  export sandbox=$! no_systemd=
  within 60 booted_or_gone || :
  booted || no_systemd="no systemd here: $(tail -n 1 boot)"
}

teardown_file() {
  [ "$no_systemd" ] || in_systemd systemctl exit
  within 20 gone "$sandbox" || end "$sandbox"
}

booted() { in_systemd systemctl is-active --quiet tests.target; }
booted_or_gone() { gone "$sandbox" || booted; }

# in_systemd COMMAND...: runs COMMAND in systemd's namespaces; PIDs are those that systemd sees.
in_systemd() {
  nsenter -t "$(cat "$dir/sandbox.pid")" -p -m -C -r -w "$@" 2>&1 3>&-
}

# unit NAME LINE...: writes the unit of a service.
unit() {
  [ -z "$no_systemd" ] || skip "$no_systemd"
  printf '%s\n' '[Unit]' DefaultDependencies=no '[Service]' "${@:2}" >"$dir/units/$1.service"
  in_systemd systemctl daemon-reload
}

start() { in_systemd timeout 300 systemctl start "$1"; }
stop() { in_systemd timeout 300 systemctl stop "$1"; }
property() { in_systemd systemctl show --value --property "$2" "$1"; }
is() { [ "$(property "$1" ActiveState)" = "$2" ]; }
leads() { [ "$(value after.sid "$dir/$1")" = "$(value after.pid "$dir/$1")" ]; }
main_pid_reported() { [ "$(property "$1" MainPID)" = "$(value after.pid "$dir/$1")" ]; }

@test "forking_unit_is_active_with_the_daemon_as_main_process_in_20_of_20_starts" {
  unit forking@ Type=forking Environment=LD_PRELOAD="$lib" ExecStart="$fix/report $dir/forking@%i"
  for n in {1..20}; do start "forking@$n"; done
  for n in {1..20}; do
    within 20 test -e "$dir/forking@$n"
    is "forking@$n" active
    main_pid_reported "forking@$n"
    not leads "forking@$n"
  done
}

@test "an_intermediate_that_outlives_the_caller_is_taken_for_the_main_process" {
  # What the test above would see of a naive double fork, which sometimes loses that race.
  unit naive Type=forking ExecStart="/bin/sh -c \
    '(sleep 1000 & until [ -e $dir/end ]; do sleep 0.1; done) &'"
  start naive
  is naive active
  touch "$dir/end"
  within 20 is naive inactive
}

@test "stop_ends_the_daemon" {
  unit stopped Type=forking Environment=LD_PRELOAD="$lib" ExecStart="$fix/report $dir/stopped"
  start stopped
  within 20 test -e "$dir/stopped"
  stop stopped
  is stopped inactive
  [ "$(property stopped Result)" = success ]
  in_systemd test ! -e "/proc/$(value after.pid "$dir/stopped")"
}

@test "forking_unit_fails_at_once_if_daemon_fails" {
  for setting in DAEMONFIX_NONSENSE=1 DAEMONFIX_MODE=bogus; do
    unit bad Type=forking Environment="LD_PRELOAD=$lib $setting" TimeoutStartSec=infinity \
      ExecStart="$fix/report -x $dir/bad"
    status=0
    start bad || status=$?
    [ "$status" = 1 ] # 124 would be that of timeout
    is bad failed
    [ "$(property bad Result)" = exit-code ]
  done
}

@test "simple_unit_in_foreground_has_the_program_itself_as_main_process" {
  unit simple Type=simple Environment="LD_PRELOAD=$lib DAEMONFIX_MODE=foreground" \
    ExecStart="$fix/report $dir/simple"
  start simple
  within 20 test -e "$dir/simple"
  [ "$(value after.pid "$dir/simple")" = "$(value before.pid "$dir/simple")" ]
  is simple active
  main_pid_reported simple
  stop simple
  is simple inactive
  [ "$(property simple Result)" = success ]
}

# inspected PID: prints the status of daemonfix inspect in the sandbox; its output is in $tmp/inspected.
inspected() {
  local status=0
  in_systemd "$root/build/daemonfix" inspect "$1" >"$tmp/inspected" || status=$?
  cat "$tmp/inspected" >&2
  echo "$status"
}

@test "inspect_tells_a_service_in_the_foreground_from_a_daemon" {
  unit kept Type=simple Environment="LD_PRELOAD=$lib DAEMONFIX_MODE=foreground" \
    ExecStart="$fix/report $dir/kept"
  start kept
  within 20 test -e "$dir/kept"
  [ "$(inspected "$(value after.pid "$dir/kept")")" = 3 ]
  grep -qx 'supervised by systemd (PID 1), and as it should be: in the foreground, without a terminal' \
    "$tmp/inspected"
  stop kept
  unit fixed Type=forking Environment=LD_PRELOAD="$lib" ExecStart="$fix/report $dir/fixed"
  start fixed
  within 20 test -e "$dir/fixed"
  [ "$(inspected "$(value after.pid "$dir/fixed")")" = 0 ]
  stop fixed
  unit glibc Type=forking ExecStart="$fix/report $dir/glibc"
  start glibc
  within 20 test -e "$dir/glibc"
  [ "$(inspected "$(value after.pid "$dir/glibc")")" = 1 ]
  grep -qx 'not a correct daemon: leads its session' "$tmp/inspected"
  stop glibc
}

@test "without_foreground_a_simple_unit_ends_when_the_program_calls_daemon" {
  unit ends Type=simple Environment=LD_PRELOAD="$lib" ExecStart="$fix/report $dir/ends"
  start ends
  within 20 is ends inactive
}

# DAEMONFIX_VERBOSE prints its line when daemon() has done its work.
foreground="DAEMONFIX_MODE=foreground DAEMONFIX_VERBOSE=1"

@test "in_foreground_output_goes_on_into_the_journal" {
  in_journal() { in_systemd journalctl -u journal -o cat | grep "stays in the foreground"; }
  unit journal Type=simple Environment="LD_PRELOAD=$lib $foreground" \
    ExecStart="$fix/report $dir/journal"
  start journal
  within 20 in_journal
}

@test "in_foreground_output_goes_on_into_the_file_that_the_unit_names" {
  unit file Type=simple Environment="LD_PRELOAD=$lib $foreground" StandardOutput="append:$dir/log" \
    ExecStart="$fix/report $dir/file"
  start file
  within 20 test -e "$dir/file"
  grep "stays in the foreground" "$dir/log"
}

# example_unit NAME: installs the unit of that name in libdaemonfix(7), with the program of this tree.
example_unit() {
  local lines
  mapfile -t lines < <(example "$1" | sed -e '/^\[Service\]$/d' -e "s|/usr/local/sbin/legacy|$fix/legacy|" \
    -e "s|/usr/local/sbin/server|$fix/server daemon:00 sleep:200 tcp:23411 listen hold|")
  [ "${#lines[@]}" -ge 3 ]
  unit "$1" "${lines[@]}"
}
main_process() { property "$1" MainPID; }
session_of() { in_systemd ps -o sid= -p "$1" | tr -d ' '; }

@test "example_unit_forking_has_the_daemon_as_main_process" {
  example_unit unit-forking
  start unit-forking
  is unit-forking active
  pid=$(main_process unit-forking)
  [ "$(session_of "$pid")" != "$pid" ]
  stop unit-forking
  [ "$(property unit-forking Result)" = success ]
}

@test "example_unit_simple_keeps_the_program_in_the_foreground" {
  example_unit unit-simple
  start unit-simple
  said() { in_systemd journalctl -u unit-simple -o cat | grep -qx "legacy: PID $(main_process unit-simple)"; }
  within 20 said
  stop unit-simple
  [ "$(property unit-simple Result)" = success ]
}

# --- a process in front of nginx, which makes itself a daemon by hand

# nginx_unit EXAMPLE NAME [LINE...]: installs a unit of the manual, with the unpacked nginx on NAME.sock.
nginx_unit() {
  local unpacked=$root/build/programs/root/usr lines
  "$root/scripts/programs" >&2 || skip 'nginx cannot be fetched'
  printf '#!/bin/sh\nexec env LD_LIBRARY_PATH="%s" %s "$@"\n' "$(echo "$unpacked"/lib/*-linux-gnu)" \
    "$unpacked/sbin/nginx -e stderr -c $dir/$2.conf" >"$dir/$2.nginx"
  chmod +x "$dir/$2.nginx"
  mapfile -t lines < <(example "$1" | sed -e '/^\[Service\]$/d' -e "s|/usr/local/bin/daemonfix|$root/build/daemonfix|" \
    -e "s|/usr/sbin/nginx|$dir/$2.nginx|")
  [ "${#lines[@]}" -ge 3 ]
  nginx_says "$2" first
  unit "$2" "ExecStartPre=rm -f $dir/$2.sock" "${lines[@]}" "${@:3}"
}
nginx_says() { # nginx_says NAME TEXT
  printf '%s\n' 'user root;' "pid $dir/$1.pid;" "error_log stderr;" 'events {}' \
    "http { access_log off; $(printf "%s_temp_path $dir/temporary; " client_body proxy fastcgi uwsgi scgi)
      server { listen unix:$dir/$1.sock; return 200 '$2\n'; } }" >"$dir/$1.conf"
}
answer() { # answer NAME TEXT: nginx answers TEXT on its socket, which is the same outside the sandbox
  python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect(sys.argv[1]); s.send(b"GET / HTTP/1.0\r\n\r\n")
sys.exit(sys.argv[2].encode() not in s.recv(1000))' "$dir/$1.sock" "$2"
}
comm_of() { in_systemd cat "/proc/$1/comm"; }
parent_of() { in_systemd ps -o ppid= -p "$1" | tr -d ' '; }

@test "example_unit_front_starts_reloads_restarts_after_a_crash_and_stops_nginx" {
  nginx_unit unit-front front
  start front
  within 20 answer front first
  front=$(main_process front)
  [ "$(comm_of "$front")" = daemonfix ]
  [ "$(parent_of "$(<"$dir/front.pid")")" = "$front" ]
  nginx_says front second
  in_systemd systemctl reload front
  within 20 answer front second
  [ "$(main_process front)" = "$front" ]

  in_systemd kill -KILL "$(<"$dir/front.pid")"
  restarted() { [ "$(property front NRestarts)" = 1 ] && is front active; }
  within 20 restarted
  within 20 answer front second
  [ "$(main_process front)" != "$front" ]

  stop front
  is front inactive
  [ "$(property front Result)" = success ]
  [ "$(property front ExecMainStatus)" = 0 ] # the status of nginx
  [ ! -e "$dir/front.pid" ]
}

@test "example_unit_front_notify_is_active_when_nginx_is_in_the_background_and_fails_with_it" {
  nginx_unit unit-front-notify notify
  start notify
  is notify active
  front=$(main_process notify)
  [ "$(comm_of "$front")" = daemonfix ]
  within 20 answer notify first
  in_systemd kill -SEGV "$(<"$dir/notify.pid")"
  within 20 is notify failed
  [ "$(property notify Result)" = signal ]
  [ "$(property notify ExecMainStatus)" = 11 ]

  echo nonsense >"$dir/notify.conf"
  status=0
  start notify || status=$?
  [ "$status" = 1 ]
  [ "$(property notify Result)" = exit-code ]
}

# ---- DAEMONFIX_READY

connects() { nsenter -t "$(cat "$dir/sandbox.pid")" -n bash -c "(exec 4<>/dev/tcp/127.0.0.1/$1) 2>/dev/null"; }

@test "ready_forking_unit_is_active_when_its_daemon_can_be_asked_in_10_of_10_starts" {
  unit ready@ Type=forking Environment=LD_PRELOAD="$lib" Environment=DAEMONFIX_READY=listen \
    ExecStart="$fix/server daemon:00 sleep:200 tcp:%i listen hold"
  for n in {23401..23410}; do
    start "ready@$n"
    connects "$n"
    is "ready@$n" active
    [ "$(in_systemd readlink "/proc/$(property "ready@$n" MainPID)/exe")" = "$(realpath "$fix/server")" ]
    stop "ready@$n"
  done
}

@test "ready_forking_unit_fails_with_the_daemons_status" {
  unit notready Type=forking Environment=LD_PRELOAD="$lib" Environment=DAEMONFIX_READY=listen \
    ExecStart="$fix/server daemon:00 sleep:200 err:oops exit:7"
  not start notready
  is notready failed
  [ "$(property notready ExecMainStatus)" = 7 ] || [ "$(property notready Result)" = exit-code ]
}

@test "example_unit_ready_and_example_unit_notify_are_active_when_the_server_can_be_asked" {
  for name in unit-ready unit-notify; do
    example_unit $name
    start $name
    connects 23411
    is $name active
    stop $name
    [ "$(property $name Result)" = success ]
  done
}

@test "ready_daemon_behind_a_process_in_front_is_a_service_of_type_notify" {
  unit notify-front Type=notify Environment=LD_PRELOAD="$lib" \
    Environment=DAEMONFIX_MODE=foreground-fork Environment=DAEMONFIX_READY=listen \
    ExecStart="$fix/server fork [ setsid sleep:200 tcp:23411 listen hold ]"
  start notify-front
  connects 23411
  is notify-front active
  stop notify-front
  [ "$(property notify-front Result)" = success ]
}

# --- lines of TASKS in daemonfix(1)

# task NAME [SED-SCRIPT...]: runs the example in the sandbox, with a job instead of the web server and with
# its files in $dir.
task() {
  [ -z "$no_systemd" ] || skip "$no_systemd"
  example "$1" | sed -e 's|python3 .*-m http.server --bind 127.0.0.1 8080|sh -c "echo hello; exec sleep 1000"|' \
    -e "s|httpd.pid|$dir/$1.pid|; s|\$HOME/||" "${@:2}" >"$dir/$1.sh"
  in_systemd env PATH="$root/build:$PATH" timeout 600 sh -e "$dir/$1.sh"
  pid=$(<"$dir/$1.pid")
  executed() { [ "$(comm_of "$pid")" = sleep ]; }
  within 20 executed
}

@test "the_manuals_journal_line_has_the_journal_get_what_the_daemon_says" {
  task journal
  has_hello() { in_systemd journalctl -t httpd -o cat | grep -qx hello; }
  within 20 has_hello
  in_systemd kill "$pid"
}

# With the system manager, because the sandbox has no user managers.
@test "the_manuals_line_for_logout_puts_the_daemon_into_a_scope_of_its_own" {
  task linger -e 's/--user //' -e '/^loginctl/d'
  [[ $(in_systemd cat "/proc/$pid/cgroup") = */run-*.scope ]]
  in_systemd kill "$pid"
}
