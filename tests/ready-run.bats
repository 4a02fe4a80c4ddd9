# SPDX-License-Identifier: MIT
# daemonfix run -r, -t: readiness of programs into which something can be preloaded, and of others.
load helper
load ready
load command

run_server() { # [OPTION...] -- STEP...: of the program $server
  local options=()
  while [ "$1" != -- ]; do options+=("$1"); shift; done
  rm -f told
  launch timeout 600 "$daemonfix" run "${options[@]}" -- "${server-$fix/server}" "${@:2}"
  cat err
  [ ! -e told ] || note "$(value pid told)"
}

@test "run -b -r returns when the server can be asked" {
  p=$(port)
  run_server -b -r listen -- sleep:100 tell:"$tmp/told" "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
  not leads_session "$(value pid told)"
}

@test "run -b -r of a statically linked program does, and its output is read to its end" {
  gcc -static -std=gnu11 -D_GNU_SOURCE -pthread -w -o static "$root/tests/fixtures/server.c" ||
    skip 'no static libc'
  server=$tmp/static
  p=$(port)
  run_server -b -r listen -- sleep:100 "tcp:$p" listen tell:"$tmp/told" "until:$tmp/go" much:20000 serve
  [ "$status" = 0 ]
  within 20 test -e told
  note "$(value pid told)"
  touch go
  answers "$p"
  run_server -b -r listen -- out:words exit:3
  [ "$status" = 3 ]
  said "$(printf '%s\n' words 'daemonfix: static: ended with status 3 before it was ready')"
}

@test "run -r fixes and waits for a caller of daemon(3), run -F -r for one that forks" {
  p=$(port)
  run_server -r listen -- daemon:00 sleep:100 tell:"$tmp/told" "tcp:$p" listen serve
  answers "$p"
  [ "$status" = 0 ]
  end "$(value pid told)"
  run_server -F -r listen -- fork [ setsid sleep:100 tell:"$tmp/told" "tcp:$p" listen serve ]
  answers "$p"
  [ "$status" = 0 ]
}

@test "run -b -r of what cannot be executed says so, with 126 or 127" {
  printf '#!/no/such/interpreter\n' >script
  chmod +x script
  server=./script
  run_server -b -r listen --
  [ "$status" = 126 ] || [ "$status" = 127 ]
  server=./nothing
  run_server -b -r listen --
  [ "$status" = 127 ]
}

@test "run -t limits the time, and run -r without a value lists what there is" {
  run_server -b -r listen -t 0.3 -- "until:$tmp/never"
  [ "$status" = 124 ]
  said 'daemonfix: server: stopped, because it was not ready after 0.3 s of waiting for listen'
  launch "$daemonfix" run -b -r
  [ "$status" = 125 ]
  for word in listen listen:PORT listen:/PATH notify alive:SECONDS; do grep -qF "$word" err; done
}

@test "a shell that runs it over a connection gets its end" {
  # waits, as ssh does, until no process has standard output and error open
  timeout 200 bash -c '"$@"' bash "$daemonfix" run -b -r listen -- "$fix/server" sleep:100 \
    tell:"$tmp/told" "tcp:$(port)" listen hold 2>&1 3>&- | cat
  note "$(value pid told)"
  alive "$(value pid told)"
}
