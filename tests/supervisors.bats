# SPDX-License-Identifier: MIT
# Supervisors that want their service in the foreground: runit's runsv and s6-supervise, with the run
# script of libdaemonfix(7) and a program that daemonizes.
load helper

setup_file() { try_to "$root/scripts/programs"; }

# Makes a service directory, whose finish script records how the program ended.
service() {
  mkdir service
  example run >service/run
  printf '#!/bin/sh\necho "$1 $2" >>"%s"\n' "$tmp/finished" >service/finish
  chmod +x service/run service/finish
}

# supervise PROGRAM: starts the supervisor in the background; it and the service write to $tmp/log.
supervise() {
  needs_setup_file
  local unpacked=$root/build/programs/root/usr
  service
  PATH=$fix:$unpacked/bin:$PATH LD_LIBRARY_PATH=$(echo "$unpacked"/lib/*-linux-gnu) \
    "$unpacked/bin/$1" service </dev/null >log 2>&1 3>&- &
  supervisor=$!
  note $supervisor
}
control() { timeout 50 sh -c "printf $1 >service/supervise/control"; }

starts() { grep -c '^legacy: PID' log; }
started() { (($(starts) >= $1)); }
last_pid() { sed -n 's/^legacy: PID //p' log | tail -n 1; }

# what both supervisors have to do
is_supervised() {
  within 20 started 1
  pid=$(last_pid)
  [ "$(field "$pid" ppid)" = $supervisor ]
  launch "$root/build/daemonfix" inspect "$pid"
  cat out
  [ "$status" = 3 ]
  grep -qx "supervised by .* (PID $supervisor), and as it should be: .*" out
  kill -KILL "$pid"
  within 20 started 2
  second=$(last_pid)
  [ "$second" != "$pid" ]
  [ "$(field "$second" ppid)" = $supervisor ]
  control d
  within 20 gone "$second"
  within 5 grep -q ' 15$' finished
  control x
  within 20 gone $supervisor
  [ "$(starts)" = 2 ]
}

@test "runsv_restarts_stops_and_logs_a_program_that_daemonizes" {
  supervise runsv
  is_supervised
}

@test "s6_supervise_restarts_stops_and_logs_a_program_that_daemonizes" {
  supervise s6-supervise
  is_supervised
}
