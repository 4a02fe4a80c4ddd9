# SPDX-License-Identifier: MIT
# scripts/ready with a few real servers: what its table, summary and status say.
load helper
load real

ready() {
  needs_setup_file
  status=0
  OUT=$tmp/table "$root/scripts/ready" "$@" >out 2>err 3>&- || status=$?
  cat out err # shown if the test fails
}

@test "real servers answer the first request, and tell why they cannot start" {
  ready nginx redis
  [ "$status" = 0 ]
  grep -q '^2 servers: the first request was answered for 2 in three rounds' out
  grep -q '^4 starts that fail: the status is the program.s own in all\.$' out
  grep -q 'its words were shown for 3 of 3; something was left by none' out
}

@test "real daemons answer the first request in modes fix and fix-fork" {
  ready --mode fix mini_httpd
  [ "$status" = 0 ]
  ready --mode fix-fork dnsmasq
  [ "$status" = 0 ]
  grep -q '^1 servers: the first request was answered for 1 in three rounds' out
}
