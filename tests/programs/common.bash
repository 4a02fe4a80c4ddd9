# SPDX-License-Identifier: MIT
# The format of the tables of programs, and functions that they share.  shellcheck shell=bash
#
# daemon.bash, hand.bash, other.bash, worlds.bash and musl.bash have a function KIND_NAME for each program, which sets
#   package=(…)     its package, and those of the clients that send it requests
#   executable      the file that its processes execute
#   command=(…)     the command that starts it
#   plain=(…)       the command that keeps it in the foreground, if there is one: for mode background
#   pidfile         the PID file that it writes, if any
#   processes       the number of its processes, or a pattern (default: 1)
#   differs[MODE]   why it may fail in MODE, or in the mode that "check" or "try" recommends
#   ready           its DAEMONFIX_READY (default: listen)
# and defines
#   prepare         makes what it needs to start
#   request         proves that it works; without this function, it need only be alive
#   reload          makes it read its configuration again, or do something else special, and proves it
#   stop            ends it (default: SIGTERM to the daemon)
# KIND says how it becomes a daemon:
#   daemon    it calls daemon(3)
#   hand      fork(2) and setsid(2)
#   library   in a library that does so
#   script    in an interpreter that does so
#   launcher  another program does it and executes this one
#   own       a function daemon of its own
#   server    it does not become one: in server.bash, for scripts/ready, and in worlds.bash
# The programs use /tmp and 127.0.0.1; run starts each in namespaces of its own.
# shellcheck disable=SC2034,SC2154,SC2317 # the tables and run use and set all this

# Versions in the names of packages and paths, by Debian's release.
debian=$(. /etc/os-release && echo "${VERSION_ID-}")
case $debian in
11) postgresql=13 ;;
13) postgresql=17 ;;
*) postgresql=15 ;;
esac

programs_dir=$(dirname "${BASH_SOURCE[0]}")

# programs [KIND]: the names of all programs, or of those of KIND.
programs() {
  sed -En "s/^(${1:-daemon|hand|library|script|launcher|own})_([a-z0-9_]+)\(\) \{.*/\2/p" \
    "$programs_dir"/{daemon,hand,other}.bash
}

# The names in worlds.bash and server.bash: programs in other languages and servers, which are started
# as daemonfix check and try recommend.
world_names() {
  sed -En 's/^(daemon|hand|library|script|launcher|own|server)_([a-z0-9_]+)\(\) \{.*/\2/p' "$programs_dir/worlds.bash"
  server_names
}

# The names in musl.bash.
musl_names() { sed -En 's/^(daemon|hand)_([a-z0-9_]+)\(\) \{.*/\2/p' "$programs_dir/musl.bash"; }

# The names in server.bash.
server_names() { sed -En 's/^server_([a-z0-9_]+)\(\) \{.*/\1/p' "$programs_dir/server.bash"; }

# program NAME: loads the program's entry in the tables, and sets kind.
program() {
  package=() executable='' command=() plain=() pidfile='' processes=1 kind='' ready=listen
  declare -gA differs=()
  . "$programs_dir/daemon.bash"
  . "$programs_dir/hand.bash"
  . "$programs_dir/other.bash"
  . "$programs_dir/server.bash"
  . "$programs_dir/worlds.bash"
  . "$programs_dir/musl.bash"
  for kind in daemon hand library script launcher own server; do
    if declare -F "${kind}_$1" >/dev/null; then
      "${kind}_$1"
      return
    fi
  done
  echo "no program $1 in tests/programs" >&2
  return 1
}

packages_of() { (program "$1" && printf '%s\n' "${package[@]}"); }

# --- for use in the tables, inside of run

# user NAME [UID]: makes a user as the package's maintainer script would.
user() {
  grep -q "^$1:" /etc/passwd || echo "$1:x:${2-999}:${2-999}::/tmp:/bin/bash" >>/etc/passwd
  grep -q "^$1:" /etc/group || echo "$1:x:${2-999}:" >>/etc/group
}
as_user() { setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"; }

write() { printf '%s\n' "${@:2}" >"$1"; } # write FILE LINE...

# Makes the interface v0, 127.9.0.1, for programs that insist on one that is not the loopback.
interface() {
  ip link add v0 type veth peer name v1 && ip addr add 127.9.0.1/24 dev v0 &&
    ip link set v0 up && ip link set v1 up
}

# ask PORT TEXT PATTERN: sends TEXT (as in printf %b); succeeds if a line of the answer matches
ask() {
  (exec 4<>"/dev/tcp/127.0.0.1/$1" && printf %b "$2" >&4 && timeout 3 grep -aqm 1 -e "$3" <&4)
}
get() { ask "$1" 'GET / HTTP/1.0\r\n\r\n' "${2-hello}"; } # get PORT [PATTERN]
# The same from the server behind a proxy.
get_through() { ask "$1" 'GET http://127.0.0.1:8000/ HTTP/1.0\r\nHost: 127.0.0.1:8000\r\n\r\n' hello; }
accepts() { (: <>"/dev/tcp/127.0.0.1/$1"); }

# ask_socket SOCKET TEXT PATTERN: as ask, on a Unix socket; needs netcat-openbsd.
ask_socket() {
  { printf %b "$2"; sleep 0.3; } | timeout 3 nc.openbsd -U "$1" | grep -aqm 1 -e "$3"
}

# resolves PORT: sends a DNS query for the address of a.test, which is 127.0.0.9.
resolves() {
  (exec 4<>"/dev/udp/127.0.0.1/$1" &&
    printf '\1\2\1\0\0\1\0\0\0\0\0\0\1a\4test\0\0\1\0\1' >&4 &&
    timeout 2 dd bs=512 count=1 status=none <&4 | od -An -v -tx1 -w512 |
    grep -q "7f 00 00 ${2-09}")
}
# zone FILE [ADDRESS]: writes the zone that resolves asks for.
# shellcheck disable=SC2016
zone() {
  serial=$((${serial-0} + 1))
  write "$1" '$ORIGIN test.' '$TTL 60' "@ SOA a a $serial 2 3 4 5" '@ NS a' "a A ${2-127.0.0.9}"
}

page() { mkdir /tmp/www && echo hello >/tmp/www/index.html; }
# A server behind proxies, from mini-httpd.
backend() { page && mini_httpd -h 127.0.0.1 -p 8000 -d /tmp/www; }

# Makes a key and a certificate, /tmp/key.pem and /tmp/certificate.pem, and /tmp/both.pem with both.
certificate() {
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
    -subj /CN=localhost -keyout /tmp/key.pem -out /tmp/certificate.pem &&
    cat /tmp/key.pem /tmp/certificate.pem >/tmp/both.pem && chmod 600 /tmp/both.pem
}
get_over_tls() { # get_over_tls PORT [PATTERN]
  printf 'GET / HTTP/1.0\r\n\r\n' |
    timeout 5 openssl s_client -quiet -connect "127.0.0.1:$1" | grep -aq "${2-hello}"
}

configure_sshd() {
  user sshd
  user visitor 0
  mkdir /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f /tmp/hostkey
  ssh-keygen -q -t ed25519 -N '' -f /tmp/key
  write /tmp/sshd_config 'Port 2222' 'ListenAddress 127.0.0.1' 'PidFile /tmp/sshd.pid' \
    'HostKey /tmp/hostkey' 'AuthorizedKeysFile /tmp/key.pub' 'StrictModes no' 'UsePAM no' \
    'Subsystem sftp internal-sftp'
}
ssh_options=(-o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null
  -o LogLevel=ERROR)
visit=(ssh -F none -i /tmp/key -p 2222 "${ssh_options[@]}" visitor@127.0.0.1)

# A function for shells that a daemon starts: succeeds if process PID leads its session.
# shellcheck disable=SC2016
leads='leads() { read -ra stat <"/proc/$1/stat" && [ "${stat[5]}" = "$1" ]; }'
