# SPDX-License-Identifier: MIT
# TASKS of daemonfix(1): each command does what the manual says.  Those that need systemd are in
# tests/systemd.bats, those with supervisors in tests/front-supervisors.bats.
load helper
load command

setup_file() { export PATH=$BATS_TEST_DIRNAME/../build:$PATH; }

free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# task NAME [SED-SCRIPT...]: runs the lines of the manual, on a free port, with files in $tmp.
task() {
  local command
  port=$(free_port)
  command=$(example "$1" | sed -e "s|/run/|$tmp/|g" -e "s|/var/log/|$tmp/|g" -e "s/8080/$port/" "${@:2}")
  [ -n "$command" ]
  launch timeout 600 bash -c "$command"
  cat out err
}
server='python3 \(-u \)\?-m http.server --bind 127.0.0.1 [0-9]*'
sleeps=(-e "s/$server/sleep 1000/") # for users who may not execute this machine's python3

running() {
  pid=$(<"$1")
  note "$pid"
  alive "$pid"
}
# The PID of the last daemon that -v reported.
told() { sed -n 's/^daemonfix: .*PID \([0-9]*\), session.*/\1/p' err | tail -n 1; }
is_correct() {
  note "$1"
  alive "$1"
  not leads_session "$1"
  [ "$(field "$1" tty_nr)" = 0 ]
}
packages() { "$root/scripts/programs" --packages "$@" >&2 || skip "$* cannot be fetched"; }
unpacked=$root/build/programs/root
libraries() { echo "$unpacked"/usr/lib/*-linux-gnu; }

@test "restart_starts_what_runs_and_what_does_not" {
  task restart
  [ "$status" = 0 ]
  running httpd.pid
  first=$pid
  python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/')"
  task restart
  [ "$status" = 0 ]
  running httpd.pid
  gone "$first"
  python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/')"
  launch daemonfix run -b -p httpd.pid touch "$tmp/started"
  [ "$status" = 125 ]
  [ ! -e started ]
}

@test "stop_and_status_as_shown" {
  launch daemonfix run -b -p httpd.pid sleep 1000
  running httpd.pid
  task stop
  [ "$status" = 0 ]
  gone "$pid"
}

@test "logrotate_copies_and_truncates_the_log" {
  packages logrotate
  launch daemonfix run -b -p pid -o httpd.log -- perl -e '$| = 1; $SIG{USR1} = sub { print "line\n" }; open F, ">ready"; sleep 1 while 1'
  running pid
  within 20 test -e ready
  said() { kill -USR1 "$pid" && grep -q line httpd.log; }
  within 10 said
  example logrotate | sed -e "s|/var/log/|$tmp/|" -e 's/^    compress$//' >conf
  grep -q copytruncate conf
  chmod 644 conf
  launch LD_LIBRARY_PATH="$(libraries)" "$unpacked/usr/sbin/logrotate" -f -s "$tmp/state" conf
  cat err
  [ "$status" = 0 ]
  grep -q line httpd.log.1
  within 10 said
  not grep -avx line httpd.log # no hole at the beginning
  [ "$(readlink "/proc/$pid/fd/1")" = "$tmp/httpd.log" ]
}

@test "logger_gets_what_the_server_says_and_ends_with_it" {
  python3 -c 'import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind("devlog")
while True:
    with open("got", "ab") as f: f.write(s.recv(65536) + b"\n")' 3>&- &
  note $!
  within 20 test -S devlog
  task syslog -e "s|logger -t|logger -u $tmp/devlog -t|"
  [ "$status" = 0 ]
  running httpd.pid
  serves() { python3 -c "import urllib.request as u; u.urlopen('http://127.0.0.1:$port/')"; }
  within 20 serves
  within 20 grep -aq 'httpd: .*GET / ' got
  grep -q http.server <(tr '\0' ' ' <"/proc/$pid/cmdline") # the server itself
  task stop
  [ "$status" = 0 ]
  gone "$pid"
}

@test "setpriv_runs_the_server_as_the_user_and_its_files_are_roots" {
  ((EUID == 0)) || skip 'needs root'
  task setpriv "${sleeps[@]}" -e 's/www-data/65534/g'
  [ "$status" = 0 ]
  running httpd.pid
  within 10 grep -q '^Uid:[[:space:]]65534[[:space:]]65534[[:space:]]65534' "/proc/$pid/status"
  [ "$(stat -c %u httpd.pid httpd.log | sort -u)" = 0 ]
  daemonfix stop httpd.pid
  task setpriv "${sleeps[@]}" -e 's/www-data/65534/g'
  [ "$status" = 0 ]
  running httpd.pid
}

@test "runuser_runs_all_of_it_as_the_user" {
  [ -x "$(type -P runuser)" ] || skip 'no runuser'
  in_tmpfs "mkdir httpd; chown nobody httpd; PATH=/mnt:\$PATH
    $(example runuser | sed -e "s/$server/sleep 1000/" -e 's/www-data/nobody/' -e 's|/run/|/mnt/|g')
    grep '^Uid:' /proc/\$(cat httpd/pid)/status; stat -c %U httpd/pid httpd/log
    daemonfix stop httpd/pid" >out 2>err || { cat out err; false; }
  [[ $(<out) =~ ^Uid:[[:space:]]65534.*nobody.*nobody.*stopped ]]
}

@test "env_i_is_right_in_front_and_wrong_behind" {
  PATH=$fix:$PATH task env-i -e 's/run/run -v/'
  [ "$status" = 0 ]
  is_correct "$(told)"
  launch env -i PATH="$PATH" daemonfix run -- env
  grep -q '^LD_PRELOAD=.*libdaemonfix' out
  launch daemonfix run -- env -i env
  [ ! -s out ]
}

@test "env_default_signal_ends_what_the_parent_ignores" {
  (
    trap '' HUP USR1
    launch daemonfix run -b -p ignoring sleep 1000
  )
  running ignoring
  ignored() { sed -n 's/^SigIgn:[[:space:]]*//p' "/proc/$1/status"; }
  ((0x$(ignored "$pid") & 0x201))
  (
    trap '' HUP USR1
    task signals "${sleeps[@]}"
  )
  running httpd.pid
  none() { ((0x$(ignored "$pid") == 0)); }
  within 10 none
}

# contained INIT... -- COMMAND...: runs INIT in a PID namespace of its own; sets outside and init.
contained() {
  unshare --mount-proc --pid --fork "$@" </dev/null >out 2>err 3>&- &
  outside=$!
  note "$outside"
}
first_inside() {
  init=$(cat "/proc/$outside/task/$outside/children")
  init=${init% }
  [ -n "$init" ]
}

@test "in_a_container_with_an_init_the_line_is_right_and_fix_is_not" {
  packages tini
  tini=$unpacked/usr/bin/tini-static
  mapfile -t cmd < <(example dockerfile | sed -n 's/^CMD //p' | python3 -c 'import json, sys; print(*json.load(sys.stdin), sep="\n")')
  [ "${cmd[*]:1}" = 'run -K -- nginx' ]
  contained "$tini" -- "${cmd[@]:0:4}" bash -c 'setsid sleep 1000 & echo started >started; exit 0'
  within 10 first_inside
  within 10 test -s started
  only_child() { tr -d ' ' <"/proc/$1/task/$1/children"; }
  service() { grep -qz sleep "/proc/$(only_child "$(only_child "$init")")/cmdline"; }
  within 10 service
  kill -TERM "$init"
  within 20 gone "$outside"
  status=0
  wait "$outside" || status=$?
  [ "$status" = 143 ]

  contained "$tini" -- daemonfix run -- "$fix/legacy"
  within 20 gone "$outside"
  status=0
  wait "$outside" || status=$?
  [ "$status" = 0 ]
}

# As cron runs a job: with cron's PATH, and until no process has the output open.
@test "crons_lines_start_one_job_and_one_only" {
  mkdir bin
  script bin/job '#!/bin/sh' 'echo run >>"$HOME/runs"' 'exec sleep 1000'
  mapfile -t lines < <(example cron)
  [ "${#lines[@]}" = 2 ]
  for line in "${lines[@]}"; do
    command=$(sed -E 's/^(@reboot|([^ ]+ ){5}) *//' <<<"$line")
    said=$(timeout 600 env -i HOME="$tmp" PATH=/usr/bin:/bin /bin/sh -c "$command" 3>&-) || :
    [ -z "$said" ]
  done
  running job.pid
  within 10 test -e runs
  daemonfix stop job.pid
  env -i HOME="$tmp" PATH=/usr/bin:/bin /bin/sh -c "$command" 3>&-
  running job.pid
  runs() { [ "$(grep -c run runs)" = 2 ]; }
  within 10 runs
}

@test "daemons_in_perl_python_and_node_are_corrected" {
  for language in perl python node; do
    [ $language != node ] || type -P node || continue
    task $language -e 's/run/run -v/'
    [ "$status" = 0 ]
    is_correct "$(told)"
  done
}

# by_itself PIDFILE: the daemon, which writes that file itself, is correct.
by_itself() { within 20 test -s "$1" && is_correct "$(<"$1")"; }

@test "process_daemon_of_ruby_is_correct_by_itself" {
  packages ruby
  launch LD_LIBRARY_PATH="$(libraries)" RUBYLIB="$(echo "$unpacked"/usr/lib/ruby/[0-9]*.0):$(echo "$unpacked"/usr/lib/*/ruby/[0-9]*.0)" \
    "$unpacked"/usr/bin/ruby[0-9]* --disable-gems -e 'Process.daemon(true); File.write("pid.new", $$); File.rename("pid.new", "pid"); sleep 1000'
  cat err
  by_itself pid
}

# in_front_of COMMAND...: starts COMMAND, a daemonfix run -K whose daemon writes its PID to the file pid.
in_front_of() {
  rm -f pid
  "$@" </dev/null >out 2>err 3>&- &
  front=$!
  note $front
  within 30 test -s pid
  pid=$(<pid)
  note "$pid"
  leads_session "$pid"
  child() { [ "$(field "$pid" ppid)" = $front ]; }
  within 20 child
  kill "$front"
  within 20 gone "$front"
  gone "$pid"
}

@test "pcntl_fork_of_php_is_out_of_reach_of_F_and_kept_in_the_foreground_by_K" {
  packages php-cli
  php=("$unpacked"/usr/bin/php[0-9]* -n -d extension="$(echo "$unpacked"/usr/lib/php/2*/posix.so)" -r 'if (pcntl_fork()) exit(0);
    posix_setsid(); file_put_contents("pid.new", getmypid()); rename("pid.new", "pid"); sleep(1000);')
  launch LD_LIBRARY_PATH="$(libraries)" daemonfix run -F -- "${php[@]}"
  within 20 test -s pid
  note "$(<pid)"
  leads_session "$(<pid)"
  in_front_of env LD_LIBRARY_PATH="$(libraries)" daemonfix run -K -- "${php[@]}"
}

@test "ctypes_is_out_of_reach_of_f_and_kept_in_the_foreground_by_K" {
  new=$tmp/new
  command=$(example ctypes |
    sed "s|time.sleep|import os; open(\"$new\", \"w\").write(str(os.getpid())); os.rename(\"$new\", \"$tmp/pid\"); time.sleep|")
  launch timeout 600 bash -c "${command/run -K/run -f}"
  [ "$status" = 0 ] # the program has gone to the background all the same
  within 20 test -s pid
  note "$(<pid)"
  leads_session "$(<pid)"
  in_front_of bash -c "exec $command"
}
