# SPDX-License-Identifier: MIT
# How run starts each program: what it needs, its command, and a request that proves that
# it works.  Everything is in /tmp and on 127.0.0.1.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154,SC2317 # run sets, uses and calls all this

# user NAME [UID]: as the package's maintainer script would make it.
user() { echo "$1:x:${2-999}:65534::/tmp:/bin/bash" >>/etc/passwd; }

write() { printf '%s\n' "${@:2}" >"$1"; } # write FILE LINE...

# ask PORT TEXT PATTERN: sends TEXT (as in printf %b); does a line of the answer match?
ask() {
  (exec 4<>"/dev/tcp/127.0.0.1/$1" && printf %b "$2" >&4 && timeout 3 grep -aqm 1 "$3" <&4)
}
get() { ask "$1" 'GET / HTTP/1.0\r\n\r\n' hello; }

page() { mkdir /tmp/www && echo hello >/tmp/www/index.html; }

# What rinetd and stunnel pass requests on to.
backend() { page && mini_httpd -h 127.0.0.1 -p 8000 -d /tmp/www; }

configure_sshd() {
  user sshd
  user visitor 0
  mkdir /run/sshd
  ssh-keygen -q -t ed25519 -N '' -f /tmp/hostkey
  ssh-keygen -q -t ed25519 -N '' -f /tmp/key
  write /tmp/sshd_config 'Port 2222' 'ListenAddress 127.0.0.1' 'PidFile /tmp/sshd.pid' \
    'HostKey /tmp/hostkey' 'AuthorizedKeysFile /tmp/key.pub' 'StrictModes no' 'UsePAM no'
}
visit=(ssh -F none -i /tmp/key -p 2222 -o BatchMode=yes -o StrictHostKeyChecking=no
  -o UserKnownHostsFile=/dev/null -o LogLevel=ERROR visitor@127.0.0.1)

# A function for the shells below: does process PID lead its session?
leads='leads() { read -ra stat <"/proc/$1/stat" && [ "${stat[5]}" = "$1" ]; }'

case $program in

# --- that call daemon(3)

sshd | sshd_restarted)
  executable=/usr/sbin/sshd pidfile=/tmp/sshd.pid
  prepare() { configure_sshd; }
  command=(/usr/sbin/sshd -f /tmp/sshd_config -E /tmp/sshd.log)
  # Two logins, without and with a terminal.  The process that sshd makes for each leads a
  # session, and so does the shell.
  request() {
    timeout 5 "${visit[@]}" "$leads; leads \$PPID && leads \$\$" &&
      timeout 5 "${visit[@]}" -tt "$leads; leads \$PPID && leads \$\$ && : </dev/tty"
  }
  # SIGHUP: it executes itself, and calls daemon() again.  Twice, because what the library
  # hands over to the first such call has to be handed on to the next.
  if [ "$program" = sshd_restarted ]; then
    has_listened() { [ "$(grep -c listening /tmp/sshd.log)" = "$1" ]; }
    after_hangup() {
      kill -HUP "$daemon" && within 10 has_listened 2 && within 10 answers &&
        kill -HUP "$daemon" && within 10 has_listened 3
    }
  fi
  ;;

ssh)
  executable=/usr/bin/ssh
  prepare() { configure_sshd && /usr/sbin/sshd -f /tmp/sshd_config; }
  command=("${visit[@]}" -f -N -L 127.0.0.1:8022:127.0.0.1:2222)
  request() { ask 8022 '' SSH-2; }
  ;;

stunnel4)
  executable=/usr/bin/stunnel4 pidfile=/tmp/stunnel.pid
  prepare() {
    backend
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
      -subj /CN=localhost -keyout /tmp/tls -out /tmp/certificate
    cat /tmp/certificate >>/tmp/tls
    write /tmp/stunnel.conf 'pid = /tmp/stunnel.pid' 'output = /tmp/stunnel.log' \
      '[test]' 'accept = 127.0.0.1:4433' 'connect = 127.0.0.1:8000' 'cert = /tmp/tls'
  }
  command=(stunnel4 /tmp/stunnel.conf)
  request() {
    printf 'GET / HTTP/1.0\r\n\r\n' |
      timeout 5 openssl s_client -quiet -connect 127.0.0.1:4433 | grep -q hello
  }
  ;;

ptpd)
  executable=/usr/sbin/ptpd pidfile=/tmp/ptpd.lock
  prepare() { ip link set lo multicast on; }
  # An eighth of a second, and not ten, until it has found no other master.
  command=(ptpd --interface lo --masteronly --ptpengine:log_announce_interval=-4
    --ptpengine:announce_receipt_timeout=2 --ptpengine:sigusr2_clears_counters=y
    --global:lock_file=/tmp/ptpd.lock --global:log_file=/tmp/ptpd.log)
  # A delay request of PTP version 2.  SIGUSR2: it logs how many it has answered since the last
  # time; too early, SIGUSR2 would end it.
  logged() { grep -c 'delayRespMessagesSent : [1-9]' /tmp/ptpd.log; }
  has_logged_since() { [ "$(logged)" != "$1" ]; }
  request() {
    local logged
    grep -q PTP_MASTER /tmp/ptpd.log || return
    logged=$(logged)
    printf '\1\2\0\54%26s\0\7\1\177%10s' '' '' | tr ' ' '\0' >/dev/udp/127.0.0.1/319
    kill -USR2 "$(oldest)" && within 1 has_logged_since "$logged"
  }
  ;;

tmux)
  executable=/usr/bin/tmux
  command=(tmux -S /tmp/socket -f /dev/null new-session -d -s one)
  # The shell in its window leads a session that has the window's terminal.
  request() {
    rm -f /tmp/said
    tmux -S /tmp/socket send-keys -t one "$leads; leads \$\$ && : </dev/tty && >/tmp/said" Enter
    within 5 test -e /tmp/said
  }
  ;;

iperf)
  executable=/usr/bin/iperf
  command=(iperf -s -D -B 127.0.0.1)
  request() { timeout 5 iperf -c 127.0.0.1 -n 1M; }
  ;;

dictd)
  executable=/usr/sbin/dictd pidfile=/tmp/dictd.pid
  prepare() {
    printf 'hello\nA greeting.\n' >/tmp/words.dict
    printf 'hello\tA\tS\n' >/tmp/words.index
    write /tmp/dictd.conf 'global { listen_to 127.0.0.1 pid_file /tmp/dictd.pid }' \
      'access { allow * }' 'database words { data /tmp/words.dict index /tmp/words.index }'
  }
  command=(dictd -c /tmp/dictd.conf)
  request() { ask 2628 'DEFINE words hello\r\nQUIT\r\n' greeting; }
  ;;

mini_httpd)
  executable=/usr/sbin/mini_httpd pidfile=/tmp/mini_httpd.pid
  prepare() { page; }
  command=(mini_httpd -h 127.0.0.1 -p 8080 -d /tmp/www -i /tmp/mini_httpd.pid)
  request() { get 8080; }
  ;;

rinetd)
  executable=/usr/sbin/rinetd pidfile=/tmp/rinetd.pid
  prepare() {
    backend
    write /tmp/rinetd.conf '127.0.0.1 8080 127.0.0.1 8000' 'pidlogfile /tmp/rinetd.pid'
  }
  command=(rinetd -c /tmp/rinetd.conf)
  request() { get 8080; }
  ;;

atftpd)
  executable=/usr/sbin/atftpd pidfile=/tmp/atftpd.pid
  prepare() { page; }
  command=(atftpd --daemon --bind-address 127.0.0.1 --port 6969 --pidfile /tmp/atftpd.pid /tmp/www)
  request() {
    rm -f /tmp/got
    timeout 5 atftp --get --remote-file index.html --local-file /tmp/got 127.0.0.1 6969
    grep -q hello /tmp/got
  }
  ;;

tincd)
  executable=/usr/sbin/tincd pidfile=/tmp/tincd.pid
  prepare() {
    mkdir -p /tmp/tinc/hosts
    write /tmp/tinc/tinc.conf 'Name = one' 'DeviceType = dummy' 'BindToAddress = 127.0.0.1'
    yes '' | tincd -c /tmp/tinc -K 1024
    cp /tmp/tinc/hosts/one /tmp/tinc/hosts/two
  }
  command=(tincd -c /tmp/tinc --pidfile=/tmp/tincd.pid --logfile=/tmp/tincd.log)
  # Another node introduces itself, and so does it.
  request() { ask 655 '0 two 17\n' '^0 one 17'; }
  ;;

gpsd)
  executable=/usr/sbin/gpsd pidfile=/tmp/gpsd.pid
  command=(gpsd -F /tmp/gpsd.sock -P /tmp/gpsd.pid)
  request() { ask 2947 '?VERSION;\n' VERSION; }
  ;;

# --- that make themselves daemons in other ways

nginx)
  executable=/usr/sbin/nginx pidfile=/tmp/nginx.pid expected_processes=2 # one is a worker
  prepare() {
    page
    write /tmp/nginx.conf 'pid /tmp/nginx.pid;' 'error_log /tmp/nginx.log;' 'events {}' \
      'http { access_log off; server { listen 127.0.0.1:8080; root /tmp/www; } }'
  }
  command=(nginx -c /tmp/nginx.conf)
  request() { get 8080; }
  ;;

memcached)
  executable=/usr/bin/memcached pidfile=/tmp/memcached.pid
  command=(memcached -d -u nobody -l 127.0.0.1 -P /tmp/memcached.pid)
  request() { ask 11211 'version\r\n' VERSION; }
  ;;

xinetd)
  executable=/usr/sbin/xinetd pidfile=/tmp/xinetd.pid
  prepare() {
    write /tmp/xinetd.conf 'service echo' '{' 'type = UNLISTED' 'bind = 127.0.0.1' \
      'port = 7777' 'socket_type = stream' 'protocol = tcp' 'wait = no' 'user = root' \
      'server = /bin/cat' '}'
  }
  command=(xinetd -f /tmp/xinetd.conf -pidfile /tmp/xinetd.pid -filelog /tmp/xinetd.log)
  request() { ask 7777 'hello\n' hello; }
  ;;

dnsmasq)
  executable=/usr/sbin/dnsmasq pidfile=/tmp/dnsmasq.pid
  command=(dnsmasq -C /dev/null --no-resolv --no-hosts --address=/a.test/127.0.0.9
    --listen-address=127.0.0.1 --bind-interfaces --port=5353 --user=nobody
    --pid-file=/tmp/dnsmasq.pid)
  # The address of a.test, as DNS has it on the wire.
  request() {
    (exec 4<>/dev/udp/127.0.0.1/5353 &&
      printf '\1\2\1\0\0\1\0\0\0\0\0\0\1a\4test\0\0\1\0\1' >&4 &&
      timeout 2 dd bs=512 count=1 status=none <&4 | od -An -v -tx1 -w512 |
      grep -q '7f 00 00 09')
  }
  ;;
esac
