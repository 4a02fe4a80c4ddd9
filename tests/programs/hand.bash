# SPDX-License-Identifier: MIT
# Programs that make themselves daemons with fork(2) and setsid(2).  common.bash explains the format.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154,SC2317,SC2329

# --- the web, caches and proxies

hand_nginx() {
  package=(nginx)
  executable=/usr/sbin/nginx pidfile=/tmp/nginx.pid processes=2 # one is a worker
  configure() {
    write /tmp/nginx.conf 'pid /tmp/nginx.pid;' 'error_log /tmp/nginx.log;' 'events {}' \
      "http { access_log off; server { listen 127.0.0.1:8080; return 200 'hello $1\n'; } }"
  }
  prepare() { configure first; }
  command=(nginx -c /tmp/nginx.conf)
  plain=(nginx -c /tmp/nginx.conf -g 'daemon off;')
  request() { get 8080; }
  # By PID file, and by signal.
  reload() {
    configure second && nginx -c /tmp/nginx.conf -s reload && within 5 get 8080 second &&
      configure third && kill -HUP "$daemon" && within 5 get 8080 third
  }
  stop() { nginx -c /tmp/nginx.conf -s quit; }
}

hand_redis() {
  package=(redis-server)
  executable=/usr/bin/redis-server pidfile=/tmp/redis.pid
  plain=(redis-server --bind 127.0.0.1 --dir /tmp --logfile /tmp/redis.log --save '')
  command=("${plain[@]}" --daemonize yes --pidfile /tmp/redis.pid)
  request() { ask 6379 'SET a hello\r\nGET a\r\n' hello; }
  # It forks, and the child writes the file.
  reload() { ask 6379 'BGSAVE\r\n' started && within 5 test -s /tmp/dump.rdb; }
  stop() { ask 6379 'SHUTDOWN NOSAVE\r\n' '^$' || :; }
}

hand_memcached() {
  package=(memcached)
  executable=/usr/bin/memcached pidfile=/tmp/memcached.pid
  plain=(memcached -u nobody -l 127.0.0.1 -P /tmp/memcached.pid)
  command=("${plain[@]}" -d)
  request() { ask 11211 'set a 0 0 5\r\nhello\r\nget a\r\n' '^hello'; }
  stop() { kill -TERM "$(cat /tmp/memcached.pid)"; }
}

hand_haproxy() {
  package=(haproxy)
  executable=/usr/sbin/haproxy pidfile=/tmp/haproxy.pid processes=2 # one is a worker
  configure() {
    write /tmp/haproxy.cfg 'global' 'maxconn 100' 'defaults' 'mode http' 'timeout client 5s' \
      'frontend test' 'bind 127.0.0.1:8080' \
      "http-request return status 200 content-type text/plain string 'hello $1'"
  }
  prepare() { configure first; }
  command=(haproxy -W -D -f /tmp/haproxy.cfg -p /tmp/haproxy.pid)
  plain=(haproxy -W -f /tmp/haproxy.cfg -p /tmp/haproxy.pid)
  request() { get 8080; }
  # The master executes itself, and starts another worker.
  reload() { configure second && kill -USR2 "$daemon" && within 5 get 8080 second; }
  stop() { kill -TERM "$(cat /tmp/haproxy.pid)"; }
}

hand_squid() {
  package=(squid mini-httpd)
  executable=/usr/sbin/squid pidfile=/tmp/squid.pid processes=2 # one is a worker
  configure() {
    write /tmp/squid.conf "$@" 'pid_filename /tmp/squid.pid' 'cache_log /tmp/squid.log' \
      'access_log none' 'cache deny all' 'http_access allow all' 'shutdown_lifetime 0 seconds' \
      'visible_hostname test' 'coredump_dir /tmp' 'pinger_enable off'
  }
  prepare() { user proxy; backend && configure 'http_port 127.0.0.1:3128'; }
  command=(squid -f /tmp/squid.conf)
  plain=(squid -f /tmp/squid.conf --foreground)
  request() { get_through 3128; }
  reload() {
    configure 'http_port 127.0.0.1:3128' 'http_port 127.0.0.1:3129'
    squid -f /tmp/squid.conf -k reconfigure && within 10 get_through 3129
  }
  stop() { squid -f /tmp/squid.conf -k shutdown; }
}

# --- the system's own

hand_cron() {
  package=(cron)
  ready=''
  executable=/usr/sbin/cron pidfile=/run/crond.pid
  # A job that runs at the start: the next minute is too far away.
  prepare() {
    rm -f /etc/crontab /etc/cron.d/*
    write /tmp/job "$leads; leads \$\$ && >/tmp/ran"
    write /etc/cron.d/test '@reboot root exec bash /tmp/job'
  }
  command=(cron)
  plain=(cron -f)
  request() { test -e /tmp/ran; }
  stop() { kill -TERM "$(cat /run/crond.pid)"; }
}

hand_dbus_daemon() {
  package=(dbus-daemon dbus-bin)
  executable=/usr/bin/dbus-daemon pidfile=/tmp/dbus.pid
  configure() {
    write /tmp/dbus.conf '<busconfig><type>session</type><pidfile>/tmp/dbus.pid</pidfile>' \
      '<listen>unix:path=/tmp/bus</listen><policy context="default">' \
      '<allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy>' "$@" '</busconfig>'
  }
  prepare() {
    mkdir /tmp/services
    write /tmp/services/org.test.service '[D-BUS Service]' 'Name=org.test' 'Exec=/bin/false'
    configure
  }
  plain=(dbus-daemon --config-file=/tmp/dbus.conf)
  command=("${plain[@]}" --fork)
  call() {
    timeout 3 dbus-send --bus=unix:path=/tmp/bus --print-reply --dest=org.freedesktop.DBus / \
      "org.freedesktop.DBus.$1"
  }
  request() { call GetId | grep -q string; }
  knows_service() { call ListActivatableNames | grep -q org.test; }
  reload() {
    ! knows_service && configure '<servicedir>/tmp/services</servicedir>' &&
      kill -HUP "$(cat /tmp/dbus.pid)" && within 5 knows_service
  }
  stop() { kill -TERM "$(cat /tmp/dbus.pid)"; }
}

hand_rsyslogd() {
  package=(rsyslog)
  ready=listen:5514
  executable=/usr/sbin/rsyslogd pidfile=/tmp/rsyslogd.pid
  prepare() {
    write /tmp/rsyslog.conf 'global(workDirectory="/tmp")' 'module(load="imudp")' \
      'input(type="imudp" address="127.0.0.1" port="5514")' \
      'action(type="omfile" file="/tmp/messages")'
  }
  command=(rsyslogd -i /tmp/rsyslogd.pid -f /tmp/rsyslog.conf)
  plain=("${command[@]}" -n)
  request() {
    echo '<13>test: hello' >/dev/udp/127.0.0.1/5514
    within 1 grep -q hello /tmp/messages
  }
  # As logrotate does it.
  reload() {
    mv /tmp/messages /tmp/messages.1 && kill -HUP "$(cat /tmp/rsyslogd.pid)" && within 5 request
  }
  stop() { kill -TERM "$(cat /tmp/rsyslogd.pid)"; }
}

hand_xinetd() {
  package=(xinetd)
  executable=/usr/sbin/xinetd pidfile=/tmp/xinetd.pid
  configure() {
    local port
    for port; do
      write "/tmp/xinetd.d/echo$port" "service echo$port" '{' 'type = UNLISTED' \
        'bind = 127.0.0.1' "port = $port" 'socket_type = stream' 'protocol = tcp' 'wait = no' \
        'user = root' 'server = /bin/cat' '}'
    done
  }
  prepare() {
    mkdir /tmp/xinetd.d
    write /tmp/xinetd.conf 'includedir /tmp/xinetd.d'
    configure 7777
  }
  command=(xinetd -f /tmp/xinetd.conf -pidfile /tmp/xinetd.pid -filelog /tmp/xinetd.log)
  plain=("${command[@]}" -dontfork)
  request() { ask 7777 'hello\n' hello; }
  reload() {
    configure 7777 7778 && kill -HUP "$(cat /tmp/xinetd.pid)" && within 5 ask 7778 'hello\n' hello
  }
}

# --- names

hand_dnsmasq() {
  package=(dnsmasq-base)
  executable=/usr/sbin/dnsmasq pidfile=/tmp/dnsmasq.pid
  command=(dnsmasq -C /dev/null --no-resolv --no-hosts --address=/a.test/127.0.0.9
    --listen-address=127.0.0.1 --bind-interfaces --port=5353 --user=nobody
    --pid-file=/tmp/dnsmasq.pid)
  plain=("${command[@]}" --keep-in-foreground)
  request() { resolves 5353; }
}

hand_named() {
  package=(bind9 bind9-utils)
  ready=notify # it listens before it has read its zones
  executable=/usr/sbin/named pidfile=/tmp/named.pid
  key=(key '"test"' '{' algorithm 'hmac-sha256;' secret '"dGVzdA==";' '};')
  prepare() {
    write /tmp/named.conf 'options { directory "/tmp"; pid-file "/tmp/named.pid";' \
      'listen-on port 5353 { 127.0.0.1; }; listen-on-v6 { none; }; recursion no;' \
      'session-keyfile "/tmp/session"; dnssec-validation no; };' "${key[*]}" \
      'controls { inet 127.0.0.1 port 9953 allow { 127.0.0.1; } keys { "test"; }; };' \
      'zone "test" { type master; file "zone"; };'
    write /tmp/rndc.conf "${key[*]}" \
      'options { default-server 127.0.0.1; default-port 9953; default-key "test"; };'
    zone /tmp/zone
  }
  command=(named -c /tmp/named.conf)
  plain=(named -f -c /tmp/named.conf)
  request() { resolves 5353; }
  reload() {
    zone /tmp/zone 127.0.0.8 && rndc -c /tmp/rndc.conf reload && within 5 resolves 5353 08 &&
      zone /tmp/zone && kill -HUP "$daemon" && within 5 resolves 5353
  }
  stop() { rndc -c /tmp/rndc.conf stop; }
}

# --- mail and data

hand_dovecot() {
  package=(dovecot-imapd)
  executable=/usr/sbin/dovecot pidfile=/run/dovecot/master.pid
  configure() {
    write /tmp/dovecot.conf 'protocols = imap' 'listen = 127.0.0.1' 'ssl = no' 'log_path = /tmp/dovecot.log' \
      'service imap-login {' 'inet_listener imap {' "port = 1430" '}' '}' "login_greeting = hello $1" \
      'passdb {' 'driver = static' 'args = nopassword=y' '}' \
      'userdb {' 'driver = static' 'args = uid=999 gid=999 home=/tmp/mail' '}'
  }
  prepare() {
    user dovecot
    user dovenull 998
    configure first
  }
  command=(dovecot -c /tmp/dovecot.conf)
  plain=(dovecot -F -c /tmp/dovecot.conf)
  request() { ask 1430 '' hello; }
  reload() {
    configure second && doveadm -c /tmp/dovecot.conf reload && within 5 ask 1430 '' 'hello second'
  }
  stop() { doveadm -c /tmp/dovecot.conf stop; }
}

hand_exim4() {
  package=(exim4-daemon-light)
  executable=/usr/sbin/exim4 pidfile=/tmp/spool/exim.pid
  prepare() {
    user Debian-exim && mkdir -p /tmp/spool /etc/exim4 && chown Debian-exim /tmp/spool
    write /etc/exim4/exim4.conf 'spool_directory = /tmp/spool' \
      'log_file_path = /tmp/spool/%slog' 'primary_hostname = a.test' \
      'local_interfaces = 127.0.0.1' 'daemon_smtp_ports = 2525' \
      'pid_file_path = /tmp/spool/exim.pid' 'keep_environment =' 'exim_user = Debian-exim'
  }
  command=(exim4 -bd)
  plain=(exim4 -bdf)
  request() { ask 2525 'QUIT\r\n' '^220'; }
}

hand_mosquitto() {
  package=(mosquitto mosquitto-clients)
  executable=/usr/sbin/mosquitto pidfile=/tmp/mosquitto.pid
  prepare() {
    write /tmp/mosquitto.conf 'listener 1884 127.0.0.1' 'allow_anonymous true' \
      'pid_file /tmp/mosquitto.pid' 'user root'
  }
  plain=(mosquitto -c /tmp/mosquitto.conf)
  command=("${plain[@]}" -d)
  request() { timeout 3 mosquitto_pub -h 127.0.0.1 -p 1884 -t a -m b; }
}

hand_rrdcached() {
  package=(rrdcached netcat-openbsd)
  executable=/usr/bin/rrdcached pidfile=/tmp/rrdcached.pid
  command=(rrdcached -l unix:/tmp/socket -p /tmp/rrdcached.pid -b /tmp)
  plain=("${command[@]}" -g)
  request() { ask_socket /tmp/socket 'PING\nQUIT\n' PONG; }
}

# --- more names

hand_knotd() {
  package=(knot)
  executable=/usr/sbin/knotd pidfile=/tmp/knot/knot.pid
  prepare() {
    user knot && mkdir /tmp/knot && zone /tmp/zone
    write /tmp/knot.conf 'server:' '    rundir: "/tmp/knot"' '    listen: 127.0.0.1@5353' \
      '    pidfile: knot.pid' 'database:' '    storage: "/tmp/knot"' 'zone:' \
      '  - domain: test' '    file: "/tmp/zone"'
  }
  plain=(knotd -c /tmp/knot.conf)
  command=("${plain[@]}" -d)
  request() { resolves 5353; }
}

hand_nsd() {
  package=(nsd)
  executable=/usr/sbin/nsd pidfile=/tmp/nsd.pid processes=3
  prepare() {
    zone /tmp/zone
    write /tmp/nsd.conf 'server:' ' ip-address: 127.0.0.1' ' port: 5353' ' username: ""' \
      ' chroot: ""' ' zonesdir: "/tmp"' ' database: ""' ' pidfile: "/tmp/nsd.pid"' \
      ' logfile: "/tmp/nsd.log"' ' zonelistfile: "/tmp/zones"' ' xfrdfile: "/tmp/xfrd"' \
      'remote-control:' ' control-enable: no' 'zone:' ' name: test' ' zonefile: zone'
  }
  command=(nsd -c /tmp/nsd.conf)
  plain=("${command[@]}" -d)
  request() { resolves 5353; }
  reload() {
    zone /tmp/zone 127.0.0.8 && kill -HUP "$daemon" && within 5 resolves 5353 08 &&
      zone /tmp/zone && kill -HUP "$daemon" && within 5 resolves 5353
  }
}

# --- more of the web

hand_varnishd() {
  package=(varnish mini-httpd)
  executable=/usr/sbin/varnishd pidfile=/tmp/varnishd.pid processes=2 # one is a worker
  prepare() { backend && mkdir -p /var/lib/varnish; }
  command=(varnishd -n /tmp/varnish -a 127.0.0.1:6081 -b 127.0.0.1:8000 -T none -s 'malloc,8m'
    -j none -P /tmp/varnishd.pid)
  plain=("${command[@]}" -F)
  request() { get 6081; }
}

hand_privoxy() {
  package=(privoxy mini-httpd)
  executable=/usr/sbin/privoxy pidfile=/tmp/privoxy.pid
  prepare() {
    backend
    write /tmp/privoxy.conf 'listen-address 127.0.0.1:8118' 'logdir /tmp' 'confdir /etc/privoxy'
  }
  command=(privoxy --pidfile /tmp/privoxy.pid /tmp/privoxy.conf)
  plain=(privoxy --no-daemon "${command[@]:1}")
  request() { get_through 8118; }
}

hand_tinyproxy() {
  package=(tinyproxy-bin mini-httpd)
  executable=/usr/bin/tinyproxy pidfile=/tmp/tinyproxy.pid
  prepare() {
    backend
    write /tmp/tinyproxy.conf 'Port 8888' 'Listen 127.0.0.1' 'Timeout 60' 'MaxClients 10' \
      'PidFile "/tmp/tinyproxy.pid"' 'LogFile "/tmp/tinyproxy.log"'
  }
  command=(tinyproxy -c /tmp/tinyproxy.conf)
  plain=("${command[@]}" -d)
  request() { get_through 8888; }
}

hand_cntlm() {
  package=(cntlm)
  executable=/usr/sbin/cntlm pidfile=/tmp/cntlm.pid
  prepare() {
    user cntlm
    write /tmp/cntlm.conf 'Username a' 'Domain b' 'Password c' 'Proxy 127.0.0.1:9' \
      'Listen 127.0.0.1:3129'
  }
  command=(cntlm -c /tmp/cntlm.conf -P /tmp/cntlm.pid)
  plain=("${command[@]}" -f)
  request() { accepts 3129; }
}

hand_pen() {
  package=(pen mini-httpd)
  executable=/usr/bin/pen pidfile=/tmp/pen.pid
  prepare() { backend; }
  command=(pen -p /tmp/pen.pid 127.0.0.1:8080 127.0.0.1:8000)
  plain=(pen -f "${command[@]:1}")
  request() { get 8080; }
}

hand_stone() {
  package=(stone mini-httpd)
  executable=/usr/bin/stone pidfile=/tmp/stone.pid
  prepare() { backend; }
  command=(stone -D -i /tmp/stone.pid 127.0.0.1:8000 127.0.0.1:8080)
  plain=(stone "${command[@]:2}")
  request() { get 8080; }
}

hand_sslh() {
  package=(sslh mini-httpd)
  executable=/usr/sbin/sslh pidfile=/tmp/sslh.pid processes=2
  prepare() { backend; }
  command=(sslh -u root -p 127.0.0.1:4444 --http 127.0.0.1:8000 -P /tmp/sslh.pid)
  plain=("${command[@]}" -f)
  request() { get 4444; }
}

hand_webfsd() {
  package=(webfs)
  executable=/usr/bin/webfsd pidfile=/tmp/webfsd.pid
  prepare() { page; }
  command=(webfsd -4 -i 127.0.0.1 -p 8080 -r /tmp/www -f index.html -k /tmp/webfsd.pid)
  plain=("${command[@]}" -F)
  request() { get 8080; }
}

hand_busybox() {
  package=(busybox)
  executable=/usr/bin/busybox
  prepare() { page; }
  command=(busybox httpd -p 127.0.0.1:8080 -h /tmp/www)
  plain=("${command[@]}" -f)
  request() { get 8080; }
}

# --- other services

hand_git_daemon() {
  package=(git)
  executable=/usr/lib/git-core/git-daemon pidfile=/tmp/git.pid
  prepare() {
    git init -q --bare /tmp/test.git
    git config --global --add safe.directory '*'
  }
  command=(git daemon --export-all --base-path=/tmp --listen=127.0.0.1 --pid-file=/tmp/git.pid
    --detach)
  request() { timeout 5 git ls-remote git://127.0.0.1/test.git; }
}

hand_distccd() {
  package=(distcc)
  executable=/usr/bin/distccd pidfile=/tmp/distccd.pid processes='[2-9]'
  command=(distccd --daemon --listen 127.0.0.1 -p 3632 --allow 127.0.0.1 -P /tmp/distccd.pid
    --log-file /tmp/distccd.log --user nobody --enable-tcp-insecure)
  plain=("${command[@]}" --no-detach)
  request() { accepts 3632; }
}

hand_ircd_hybrid() {
  package=(ircd-hybrid openssl)
  executable=/usr/sbin/ircd-hybrid pidfile=/tmp/ircd.pid
  prepare() {
    user irc
    mkdir -p /var/lib/ircd-hybrid /var/log/ircd-hybrid /run/ircd-hybrid
    chown irc /var/lib/ircd-hybrid /var/log/ircd-hybrid
    write /tmp/ircd.conf 'serverinfo { name = "a.test"; sid = "0AA"; description = "x";' \
      'network_name = "t"; max_clients = 20; };' 'admin { name = "a"; };' \
      'class { name = "c"; ping_time = 60 seconds; max_number = 10; sendq = 100 kbytes; };' \
      'listen { host = "127.0.0.1"; port = 6667; };' 'auth { user = "*@*"; class = "c"; };'
  }
  command=(setpriv --reuid irc --regid irc --clear-groups ircd-hybrid -configfile /tmp/ircd.conf
    -pidfile /tmp/ircd.pid -logfile /tmp/ircd.log)
  plain=("${command[@]}" -foreground)
  request() { accepts 6667; }
}

hand_conserver() {
  package=(conserver-server)
  ready=listen:7820 # the process behind its consoles listens first
  executable=/usr/sbin/conserver processes=2
  prepare() {
    user conservr && hostname localhost && : >/tmp/passwords
    write /tmp/conserver.conf 'config * { daemonmode yes; logfile /tmp/conserver.log;' \
      'sslrequired no; }' 'default d { master localhost; rw *; }' \
      'console c { type exec; exec cat; include d; }' 'access * { trusted 127.0.0.1; }'
  }
  command=(conserver -d -C /tmp/conserver.conf -P /tmp/passwords -M 127.0.0.1 -p 7820 -b 7821)
  request() { ask 7820 'exit\r\n' ok; }
}

hand_oidentd() {
  package=(oidentd)
  executable=/usr/sbin/oidentd
  prepare() { user oidentd; }
  command=(oidentd -a 127.0.0.1 -p 1130 -C /dev/null)
  plain=("${command[@]}" -i)
  request() { ask 1130 '1 , 2\r\n' ERROR; }
}

hand_vsftpd() {
  package=(vsftpd)
  executable=/usr/sbin/vsftpd
  prepare() {
    user ftp && mkdir -p /run/vsftpd/empty
    write /tmp/vsftpd.conf listen=YES listen_address=127.0.0.1 listen_port=2121 background=YES \
      anonymous_enable=YES secure_chroot_dir=/run/vsftpd/empty seccomp_sandbox=NO
  }
  command=(vsftpd /tmp/vsftpd.conf)
  plain=("${command[@]}" -obackground=NO)
  request() { ask 2121 'QUIT\r\n' '^220'; }
}

hand_pureftpd() {
  package=(pure-ftpd)
  executable=/usr/sbin/pure-ftpd pidfile=/tmp/pureftpd.pid
  prepare() { user ftp; }
  plain=(pure-ftpd -e -S '127.0.0.1,2121' -g /tmp/pureftpd.pid)
  command=("${plain[@]}" -B)
  request() { ask 2121 'QUIT\r\n' '^220'; }
}

hand_vtund() {
  package=(vtun)
  executable=/usr/sbin/vtund
  prepare() {
    mkdir -p /run/lock/vtund /var/log/vtund
    write /tmp/vtund.conf 'options { port 5001; }' 'x { passwd y; }'
  }
  command=(vtund -s -f /tmp/vtund.conf -P 5001)
  plain=("${command[@]}" -n)
  request() { ask 5001 '' VTUN; }
}

hand_cupsd() {
  package=(cups-daemon)
  executable=/usr/sbin/cupsd
  prepare() {
    user lp && mkdir -p /tmp/cups /run/cups /var/spool/cups /var/cache/cups /var/log/cups
    write /tmp/cupsd.conf 'Listen 127.0.0.1:6310' '<Location />' 'Order allow,deny' '</Location>'
    write /tmp/files.conf 'ServerRoot /tmp/cups' 'AccessLog /tmp/cups/access' \
      'ErrorLog /tmp/cups/error' 'SystemGroup root'
  }
  command=(cupsd -c /tmp/cupsd.conf -s /tmp/files.conf)
  plain=("${command[@]}" -f)
  request() { get 6310 HTTP; }
}

hand_nrpe() {
  package=(nagios-nrpe-server)
  executable=/usr/sbin/nrpe pidfile=/tmp/nrpe.pid
  prepare() {
    user nagios
    write /tmp/nrpe.conf server_port=5666 server_address=127.0.0.1 pid_file=/tmp/nrpe.pid \
      allowed_hosts=127.0.0.1 nrpe_user=nagios nrpe_group=nagios
  }
  command=(nrpe -d -n -c /tmp/nrpe.conf)
  plain=(nrpe -f -n -c /tmp/nrpe.conf)
  request() { accepts 5666; }
}

hand_bird() {
  package=(bird2)
  executable=/usr/sbin/bird pidfile=/tmp/bird.pid
  prepare() { write /tmp/bird.conf 'router id 127.0.0.1;' 'protocol device {}'; }
  command=(bird -c /tmp/bird.conf -s /tmp/socket -P /tmp/bird.pid)
  plain=("${command[@]}" -f)
  control() { timeout 3 birdc -s /tmp/socket "$1" | grep -q "$2"; }
  request() { control 'show status' 'up and running'; }
  reload() {
    write /tmp/bird.conf 'router id 127.0.0.2;' 'protocol device second {}'
    control configure Reconfig && within 5 control 'show protocols' second
  }
  stop() { control down Shutdown; }
}

hand_atd() {
  package=(at)
  ready=''
  executable=/usr/sbin/atd pidfile=/run/atd.pid
  prepare() {
    user daemon 1
    cd /var/spool/cron || return
    mkdir -p atjobs atspool && echo 00000 >atjobs/.SEQ && chmod 600 atjobs/.SEQ
    chmod 1770 atjobs atspool && chown -R daemon:daemon atjobs atspool
    chown daemon:daemon /usr/bin/at && chmod 6755 /usr/bin/at
    cd /tmp || return
  }
  command=(atd)
  plain=(atd -f)
  request() { rm -f /tmp/ran && echo '>/tmp/ran' | at now && within 3 test -e /tmp/ran; }
}

hand_anacron() {
  package=(anacron)
  executable=/usr/sbin/anacron
  prepare() {
    mkdir /tmp/spool
    write /tmp/anacrontab SHELL=/bin/sh '1 5 job tail -f /dev/null'
  }
  command=(anacron -s -n -t /tmp/anacrontab -S /tmp/spool)
  plain=("${command[@]}" -d)
}

hand_acpid() {
  package=(acpid netcat-openbsd)
  executable=/usr/sbin/acpid pidfile=/tmp/acpid.pid
  prepare() { mkdir /tmp/events; }
  command=(acpid -c /tmp/events -s /tmp/socket -p /tmp/acpid.pid)
  plain=("${command[@]}" -f)
  request() { nc.openbsd -zU /tmp/socket; }
}

hand_uptimed() {
  package=(uptimed)
  executable=/usr/sbin/uptimed pidfile=/tmp/uptimed.pid
  prepare() { mkdir -p /var/spool/uptimed; }
  command=(uptimed -p /tmp/uptimed.pid)
  plain=("${command[@]}" -f)
}

hand_smartd() {
  package=(smartmontools)
  executable=/usr/sbin/smartd pidfile=/tmp/smartd.pid
  prepare() { : >/tmp/smartd.conf; }
  command=(smartd -q never -c /tmp/smartd.conf -p /tmp/smartd.pid)
  plain=("${command[@]}" -n)
}

hand_screen() {
  package=(screen)
  executable=/usr/bin/screen
  export SCREENDIR=/tmp/screens
  prepare() { mkdir -m 700 /tmp/screens; }
  command=(screen -dmS one bash)
  # The shell in its window leads a session that has the window's terminal, and controls jobs.
  request() {
    rm -f /tmp/said
    screen -S one -X stuff "$leads; leads \$\$ && : </dev/tty && { sleep 0.1 & fg; } && >/tmp/said"$'\n'
    within 5 test -e /tmp/said
  }
}
