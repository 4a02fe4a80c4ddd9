# SPDX-License-Identifier: MIT
# daemonfix check, about real, unmodified programs from Debian's packages whose way of becoming a daemon
# is known (tests/programs/).  scripts/programs fetches them.
load helper
load command
load real

unpacked=$root/build/programs/root

# asked NAME: runs check --json on a program of the tables; $kind is its kind there.
asked() {
  local executable kind_of
  kind_of=$(. "$root/tests/programs/common.bash" && program "$1" && echo "$kind $executable")
  read -r kind executable <<<"$kind_of"
  [ -x "$unpacked$executable" ] || return
  LD_LIBRARY_PATH=$(echo "$unpacked"/usr/lib/*-linux-gnu):$unpacked/usr/lib launch "$daemonfix" \
    check --json "$unpacked$executable"
  json 'o["program"], o["certain"], [c["mode"] for c in o["commands"]], o["ready"]'
}
modes() { json '" ".join(c["mode"] for c in o["commands"])'; }

@test "callers_of_daemon_get_fix_first" {
  needs_setup_file
  for name in sshd ssh stunnel4 ptpd tmux iperf dictd mini_httpd rinetd atftpd tincd gpsd; do
    asked "$name"
    [ "$kind" = daemon ] && [ "$status" = 0 ] && [ "$(json 'o["mode"]')" = fix ]
  done
}

@test "daemons_by_hand_get_fix_fork_first_and_background_second" {
  needs_setup_file
  for name in nginx memcached xinetd dnsmasq redis; do
    asked "$name"
    [ "$kind" = hand ] && [ "$status" = 0 ] && [ "$(modes)" = 'fix-fork background' ]
    [ "$(json 'o["container"].split(" -- ")[0]')" = 'daemonfix run -K' ]
  done
}

@test "redis_has_the_code_for_notify_and_gets_listen" {
  needs_setup_file
  asked redis
  [ "$(json 'len(o["imports"]["notify"]), o["ready"]')" = "(1, 'listen')" ]
}
