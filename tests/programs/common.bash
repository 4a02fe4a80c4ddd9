# SPDX-License-Identifier: MIT
# What the tables of programs share, and how they are read.  shellcheck shell=bash
#
# daemon.bash, hand.bash, other.bash, worlds.bash and musl.bash have a function KIND_NAME for each program, which sets
#   package=(…)     where it is; the rest are what it is asked with
#   executable      what its processes execute
#   command=(…)     how it is started
#   plain=(…)       how it stays in the foreground, where it can: for mode background
#   pidfile         if it writes one
#   processes       how many remain, or a pattern; 1 if it is not said
#   differs[MODE]   why it may do badly in MODE, or in that which "check" or "try" recommends
#   ready           DAEMONFIX_READY for it; listen if it is not said
# and defines
#   prepare         what has to be there before
#   request         proves that it works; without it, to be there is all that is asked of it
#   reload          has it read its configuration again, or do what else is special; proves it
#   stop            ends it; SIGTERM to the daemon if it is not said
# KIND says how it becomes a daemon:
#   daemon    it calls daemon(3)
#   hand      fork(2) and setsid(2)
#   library   in a library that does so
#   script    in an interpreter that does so
#   launcher  another program does it and executes this one
#   own       a function daemon of its own
#   server    it is none: in server.bash, for scripts/ready, and in worlds.bash
# Everything is in /tmp and on 127.0.0.1; run starts each in namespaces of its own.
# shellcheck disable=SC2034,SC2154,SC2317 # the tables and run use and set all this

# What is in the names of packages and paths, by the Debian that this is.
debian=$(. /etc/os-release && echo "${VERSION_ID-}")
case $debian in
11) postgresql=13 ;;
13) postgresql=17 ;;
*) postgresql=15 ;;
esac

programs_dir=$(dirname "${BASH_SOURCE[0]}")

# The names of all programs, of one KIND if it is given.
programs() {
  sed -En "s/^(${1:-daemon|hand|library|script|launcher|own})_([a-z0-9_]+)\(\) \{.*/\2/p" \
    "$programs_dir"/{daemon,hand,other}.bash
}

# Those of worlds.bash, and of server.bash: languages and servers of other kinds, which are started as
# daemonfix check and try recommend.
world_names() {
  sed -En 's/^(daemon|hand|library|script|launcher|own|server)_([a-z0-9_]+)\(\) \{.*/\2/p' "$programs_dir/worlds.bash"
  server_names
}

# Those of musl.bash.
musl_names() { sed -En 's/^(daemon|hand)_([a-z0-9_]+)\(\) \{.*/\2/p' "$programs_dir/musl.bash"; }

# Those of server.bash.
server_names() { sed -En 's/^server_([a-z0-9_]+)\(\) \{.*/\1/p' "$programs_dir/server.bash"; }

# program NAME: what the table says of it, and its kind.
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

# user NAME [UID]: as the package's maintainer script would make it.
user() {
  grep -q "^$1:" /etc/passwd || echo "$1:x:${2-999}:${2-999}::/tmp:/bin/bash" >>/etc/passwd
  grep -q "^$1:" /etc/group || echo "$1:x:${2-999}:" >>/etc/group
}
as_user() { setpriv --reuid "$1" --regid "$1" --clear-groups "${@:2}"; }

write() { printf '%s\n' "${@:2}" >"$1"; } # write FILE LINE...

# An interface that is not the loopback, as some insist on: v0, 127.9.0.1
interface() {
  ip link add v0 type veth peer name v1 && ip addr add 127.9.0.1/24 dev v0 &&
    ip link set v0 up && ip link set v1 up
}

# ask PORT TEXT PATTERN: sends TEXT (as in printf %b); does a line of the answer match?
ask() {
  (exec 4<>"/dev/tcp/127.0.0.1/$1" && printf %b "$2" >&4 && timeout 3 grep -aqm 1 -e "$3" <&4)
}
get() { ask "$1" 'GET / HTTP/1.0\r\n\r\n' "${2-hello}"; } # get PORT [PATTERN]
# The same from what is behind a proxy.
get_through() { ask "$1" 'GET http://127.0.0.1:8000/ HTTP/1.0\r\nHost: 127.0.0.1:8000\r\n\r\n' hello; }
accepts() { (: <>"/dev/tcp/127.0.0.1/$1"); }

# ask_socket SOCKET TEXT PATTERN: the same on a Unix socket.  Of netcat-openbsd.
ask_socket() {
  { printf %b "$2"; sleep 0.3; } | timeout 3 nc.openbsd -U "$1" | grep -aqm 1 -e "$3"
}

# resolves PORT: asks for the address of a.test in DNS's own words; it is 127.0.0.9.
resolves() {
  (exec 4<>"/dev/udp/127.0.0.1/$1" &&
    printf '\1\2\1\0\0\1\0\0\0\0\0\0\1a\4test\0\0\1\0\1' >&4 &&
    timeout 2 dd bs=512 count=1 status=none <&4 | od -An -v -tx1 -w512 |
    grep -q "7f 00 00 ${2-09}")
}
# zone FILE [ADDRESS]: what it is asked for.
# shellcheck disable=SC2016
zone() {
  serial=$((${serial-0} + 1))
  write "$1" '$ORIGIN test.' '$TTL 60' "@ SOA a a $serial 2 3 4 5" '@ NS a' "a A ${2-127.0.0.9}"
}

page() { mkdir /tmp/www && echo hello >/tmp/www/index.html; }
# What some pass requests on to; of mini-httpd.
backend() { page && mini_httpd -h 127.0.0.1 -p 8000 -d /tmp/www; }

# A key and a certificate, in /tmp/key.pem and /tmp/certificate.pem; both in /tmp/both.pem.
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

# A function for shells that a daemon starts: does process PID lead its session?
# shellcheck disable=SC2016
leads='leads() { read -ra stat <"/proc/$1/stat" && [ "${stat[5]}" = "$1" ]; }'
