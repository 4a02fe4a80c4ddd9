# SPDX-License-Identifier: MIT
# Programs of the other tables, built against musl by tests/programs/musl.  common.bash explains the
# format.  musl's own daemon(3) forks twice.
# shellcheck shell=bash disable=SC2034,SC2154,SC2317,SC2329

musl_programs=/usr/lib/musl-programs

# musl KIND_NAME: takes over that program's entry, except for its executable.
musl() {
  "$1"
  local name=${executable##*/}
  executable=$musl_programs/$name
  [ "${#plain[@]}" = 0 ] || plain[0]=$executable
  command[0]=$executable
  built=$name
  differs[fix]=$own_group
}
own_group='not the daemon of musl, but that of glibc and ours, leads its process group'

daemon_musl_mini_httpd() { musl daemon_mini_httpd; }
daemon_musl_rinetd() { musl daemon_rinetd; }
daemon_musl_dropbear() { musl daemon_dropbear; }
daemon_musl_calls() { # only that
  executable=$musl_programs/calls
  built=calls
  differs[fix]=$own_group
  command=("$executable")
}
hand_musl_dnsmasq() { musl hand_dnsmasq; }
hand_musl_tinyproxy() { musl hand_tinyproxy; }
hand_musl_cntlm() { musl hand_cntlm; }
hand_musl_busybox() { musl hand_busybox; }
hand_musl_stone() { musl hand_stone; }
hand_musl_redis() { musl hand_redis; }
hand_musl_once() { # one fork
  executable=$musl_programs/once
  built=once
  command=("$executable")
}
hand_musl_twice() {
  executable=$musl_programs/twice
  built=twice
  command=("$executable")
}
