# SPDX-License-Identifier: MIT
# Supervisors that want their service in the foreground (runit's runsv, s6-supervise and supervisord)
# start programs that make themselves daemons by hand, with a process in front, as in the manual's
# examples.
load helper
load front

setup_file() { try_to "$root/scripts/programs"; }

unpacked=$root/build/programs/root/usr
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }

# answer PORT TEXT: the daemon on PORT answers TEXT.
answer() { (exec 4<>"/dev/tcp/127.0.0.1/$1" && printf 'GET / HTTP/1.0\r\n\r\n' >&4 && timeout 3 cat <&4) | grep -q "$2"; }
answers() { within 20 answer "$port" "$1"; }
is_silent() { not answer "$port" .; }

# The wrapper nginx runs the unpacked one.  configure TEXT: nginx answers TEXT.
nginx() {
  port=$(free_port) listen=127.0.0.1:$port
  configure() {
    printf '%s\n' "user $(id -un);" "pid $tmp/nginx.pid;" "error_log $tmp/nginx.log;" 'events {}' \
      "http { access_log off; $(printf "%s_temp_path $tmp/temporary; " client_body proxy fastcgi uwsgi scgi)
        server { listen $listen; return 200 '$1\n'; } }" >nginx.conf
  }
  wrapper nginx "$unpacked/sbin/nginx" -e "$tmp/nginx.log" -c "$tmp/nginx.conf"
  pidfile=$tmp/nginx.pid
}
xinetd() {
  port=$(free_port)
  configure() {
    printf '%s\n' 'service test' '{' 'type = UNLISTED' 'socket_type = stream' 'protocol = tcp' 'wait = no' \
      "user = $(id -un)" 'bind = 127.0.0.1' "port = $port" 'server = /bin/echo' "server_args = $1" '}' >xinetd.conf
  }
  wrapper xinetd "$unpacked/sbin/xinetd" -f "$tmp/xinetd.conf" -pidfile "$tmp/xinetd.pid" -filelog "$tmp/xinetd.log"
  pidfile=$tmp/xinetd.pid
}
wrapper() {
  needs_setup_file
  mkdir -p bin
  printf '#!/bin/sh\nexec env LD_LIBRARY_PATH="%s" %s "$@"\n' "$(echo "$unpacked"/lib/*-linux-gnu)" "${*:2}" >"bin/$1"
  chmod +x "bin/$1"
}

# The steps that every supervisor takes, with the functions configure, reload, down and up.
is_supervised() {
  answers first
  note_daemon
  pid=$(<"$pidfile")
  configure second
  reload
  answers second
  [ "$(<"$pidfile")" = "$pid" ] # it was a reload
  kill -KILL "$pid"
  restarted() { [ -s "$pidfile" ] && [ "$(cat "$pidfile")" != "$pid" ]; }
  within 20 restarted
  answers second
  note_daemon
  pid=$(<"$pidfile")
  down
  within 20 gone "$pid"
  is_silent
}
note_daemon() {
  within 20 test -s "$pidfile"
  note "$(<"$pidfile")"
}

# service EXAMPLE: makes a service directory with that run script; its finish script notes the status.
service() {
  mkdir service
  example "$1" | sed -e "s|/usr/local/bin/daemonfix|$root/build/daemonfix|" >service/run
  printf '#!/bin/sh\necho "$1 $2" >>"%s"\n' "$tmp/finished" >service/finish
  chmod +x service/run service/finish
}
supervise() {
  PATH=$tmp/bin:$PATH LD_LIBRARY_PATH=$(echo "$unpacked"/lib/*-linux-gnu) "$unpacked/bin/$1" service \
    </dev/null >log 2>&1 3>&- &
  supervisor=$!
  note "$supervisor"
}
control() { timeout 50 sh -c "printf $1 >service/supervise/control"; }
reload() { control h; }
down() { control d; }

by_runit_or_s6() { # by_runit_or_s6 SUPERVISOR EXAMPLE
  nginx
  configure first
  service "$2"
  supervise "$1"
  is_supervised
  grep -qx -e '-1 9' -e '256 9' finished # the crash was reported by its signal
  within 10 grep -qx '0 .*' finished     # nginx ends with 0 when it is told to
  control x
  within 20 gone "$supervisor"
}

@test "runsv_has_nginx_in_front_reloads_restarts_and_stops_it" {
  by_runit_or_s6 runsv run-fork
}

@test "s6_supervise_has_nginx_in_front_reloads_restarts_and_stops_it" {
  by_runit_or_s6 s6-supervise run-fork-preloaded
}

@test "supervisord_has_xinetd_in_front_reloads_restarts_and_stops_it" {
  xinetd
  configure first
  {
    printf '%s\n' '[supervisord]' "logfile=$tmp/supervisord.log" "pidfile=$tmp/supervisord.pid" \
      "childlogdir=$tmp" '[unix_http_server]' "file=$tmp/control" '[supervisorctl]' \
      "serverurl=unix://$tmp/control" '[rpcinterface:supervisor]' \
      'supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface'
    example supervisord | sed -e "s|/usr/local/bin/daemonfix|$root/build/daemonfix|" -e 's|/usr/sbin/nginx|xinetd|' \
      -e 's/program:nginx/program:service/'
  } >supervisord.conf
  supervisor=(env PATH="$tmp/bin:$PATH" PYTHONPATH="$unpacked/lib/python3/dist-packages" /usr/bin/python3)
  "${supervisor[@]}" "$unpacked/bin/supervisord" -c supervisord.conf -n </dev/null >log 2>&1 3>&- &
  supervisord=$!
  note "$supervisord"
  control() { "${supervisor[@]}" "$unpacked/bin/supervisorctl" -c supervisord.conf "$@" </dev/null 3>&-; }
  reload() { control signal HUP service; }
  down() { control stop service; }
  is_supervised
  kill "$supervisord"
  within 20 gone "$supervisord"
  # supervisord logged the end that it did not expect, and the one that it caused
  grep -q 'exited: service (terminated by SIGKILL; not expected)' supervisord.log
  grep -q 'stopped: service' supervisord.log
}

# As docker runs and stops nginx, which listens on a Unix socket, because the sandbox has no network.
@test "example_dockerfile_has_nginx_in_front_as_pid_1_and_stops_with_its_status" {
  nginx
  listen=unix:$tmp/sock
  configure first
  mapfile -t cmd < <(example dockerfile | sed -n 's/^CMD //p' | python3 -c 'import json, sys; print(*json.load(sys.stdin), sep="\n")' |
    sed -e "s|/usr/local/bin/daemonfix|$root/build/daemonfix|")
  [ "${#cmd[@]}" = 5 ]
  PATH=$tmp/bin:$PATH "$root/tests/sandbox" "${cmd[@]}" >out 2>err </dev/null 3>&- &
  sandbox=$!
  note "$sandbox"
  said() { [ "$(python3 -c 'import socket; s = socket.socket(socket.AF_UNIX); s.settimeout(3); s.connect("sock")
s.send(b"GET / HTTP/1.0\r\n\r\n"); print(b"first" in s.recv(1000))')" = True ]; }
  within 20 said || ! grep 'impossible here' err || skip "$(tail -n 1 err)"
  said
  front=$(<sandbox.pid)
  [ "$(<"/proc/$front/comm")" = daemonfix ]
  kill -TERM "$front"
  status=0
  within 10 gone "$sandbox"
  wait "$sandbox" || status=$?
  [ "$status" = 0 ]
}

@test "an_upgrade_of_nginx_is_followed" {
  nginx
  configure first
  PATH=$tmp/bin:$PATH in_front command nginx
  answers first
  note_daemon
  old=$(<nginx.pid)
  configure second
  kill -USR2 "$front"
  within 20 test -s nginx.pid.oldbin
  within 20 test -s nginx.pid
  new=$(<nginx.pid)
  note "$new"
  kill -WINCH "$front" # still reaches the old nginx, whose workers end
  answers second
  kill -QUIT "$front"
  within 20 gone "$old"
  within 20 has_only "$new"
  kill -HUP "$front"
  answers second
  [ "$(field "$new" ppid)" = "$front" ]
  kill "$front"
  ends_with 0
}
