# SPDX-License-Identifier: MIT
# Programs that call daemon(3).  common.bash explains the format.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154,SC2317,SC2329

daemon_sshd() {
  package=(openssh-server openssh-client)
  executable=/usr/sbin/sshd pidfile=/tmp/sshd.pid
  prepare() { configure_sshd; }
  command=(/usr/sbin/sshd -f /tmp/sshd_config -E /tmp/sshd.log)
  plain=("${command[@]}" -D)
  # Two logins, without and with a terminal.  The process that sshd makes for each leads a
  # session, and so does the shell.
  request() {
    timeout 5 "${visit[@]}" "$leads; leads \$PPID && leads \$\$" &&
      timeout 5 "${visit[@]}" -tt "$leads; leads \$PPID && leads \$\$ && : </dev/tty"
  }
  # SIGHUP: it executes itself, and calls daemon() again.  Twice, because what the library
  # hands over to the first such call has to be handed on to the next.
  has_listened() { [ "$(grep -c listening /tmp/sshd.log)" = "$1" ]; }
  reload() {
    kill -HUP "$daemon" && within 10 has_listened 2 && within 10 request &&
      kill -HUP "$daemon" && within 10 has_listened 3
  }
}

daemon_ssh() {
  package=(openssh-client openssh-server)
  executable=/usr/bin/ssh
  prepare() { configure_sshd && /usr/sbin/sshd -f /tmp/sshd_config; }
  command=("${visit[@]}" -f -N -L 127.0.0.1:8022:127.0.0.1:2222)
  request() { ask 8022 '' SSH-2; }
}

daemon_stunnel4() {
  package=(stunnel4 openssl mini-httpd)
  executable=/usr/bin/stunnel4 pidfile=/tmp/stunnel.pid
  configure() {
    write /tmp/stunnel.conf "$@" 'pid = /tmp/stunnel.pid' 'output = /tmp/stunnel.log' \
      '[test]' 'accept = 127.0.0.1:4433' 'connect = 127.0.0.1:8000' 'cert = /tmp/both.pem'
  }
  prepare() { backend && certificate && configure; }
  command=(stunnel4 /tmp/stunnel.conf)
  request() { get_over_tls 4433; }
}

daemon_ptpd() {
  package=(ptpd)
  ready=''
  executable=/usr/sbin/ptpd pidfile=/tmp/ptpd.lock
  prepare() { ip link set lo multicast on; }
  # It looks for another master for an eighth of a second instead of ten seconds.
  command=(ptpd --interface lo --masteronly --ptpengine:log_announce_interval=-4
    --ptpengine:announce_receipt_timeout=2 --ptpengine:sigusr2_clears_counters=y
    --global:lock_file=/tmp/ptpd.lock --global:log_file=/tmp/ptpd.log)
  plain=("${command[@]}" --global:foreground=y)
  differs[foreground]='after daemon() it waits until init is its parent'
  differs[foreground-fork]=${differs[foreground]}
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
}

daemon_tmux() {
  package=(tmux)
  executable=/usr/bin/tmux
  command=(tmux -S /tmp/socket -f /dev/null new-session -d -s one)
  differs[foreground]='it is a child of tmux that calls daemon()'
  # The shell in its window leads a session that has the window's terminal.
  request() {
    rm -f /tmp/said
    tmux -S /tmp/socket send-keys -t one "$leads; leads \$\$ && : </dev/tty && >/tmp/said" Enter
    within 5 test -e /tmp/said
  }
}

daemon_iperf() {
  package=(iperf)
  executable=/usr/bin/iperf
  command=(iperf -s -D -B 127.0.0.1)
  plain=(iperf -s -B 127.0.0.1)
  request() { timeout 5 iperf -c 127.0.0.1 -n 1M; }
}

daemon_dictd() {
  package=(dictd)
  executable=/usr/sbin/dictd pidfile=/tmp/dictd.pid
  prepare() {
    printf 'hello\nA greeting.\n' >/tmp/words.dict
    printf 'hello\tA\tS\n' >/tmp/words.index
    write /tmp/dictd.conf 'global { listen_to 127.0.0.1 pid_file /tmp/dictd.pid }' \
      'access { allow * }' 'database words { data /tmp/words.dict index /tmp/words.index }'
  }
  command=(dictd -c /tmp/dictd.conf)
  request() { ask 2628 'DEFINE words hello\r\nQUIT\r\n' greeting; }
}

daemon_mini_httpd() {
  package=(mini-httpd)
  executable=/usr/sbin/mini_httpd pidfile=/tmp/mini_httpd.pid
  prepare() { page; }
  command=(mini_httpd -h 127.0.0.1 -p 8080 -d /tmp/www -i /tmp/mini_httpd.pid)
  plain=("${command[@]}" -D)
  request() { get 8080; }
}

daemon_rinetd() {
  package=(rinetd mini-httpd)
  executable=/usr/sbin/rinetd pidfile=/tmp/rinetd.pid
  configure() { write /tmp/rinetd.conf "$@" 'pidlogfile /tmp/rinetd.pid'; }
  prepare() { backend && configure '127.0.0.1 8080 127.0.0.1 8000'; }
  command=(rinetd -c /tmp/rinetd.conf)
  plain=("${command[@]}" -f)
  request() { get 8080; }
  reload() {
    configure '127.0.0.1 8080 127.0.0.1 8000' '127.0.0.1 8081 127.0.0.1 8000'
    kill -HUP "$daemon" && within 5 get 8081
  }
}

daemon_atftpd() {
  package=(atftpd atftp)
  ready=listen:6969
  executable=/usr/sbin/atftpd pidfile=/tmp/atftpd.pid
  prepare() { page; }
  command=(atftpd --daemon --bind-address 127.0.0.1 --port 6969 --pidfile /tmp/atftpd.pid /tmp/www)
  request() {
    rm -f /tmp/got
    timeout 5 atftp --get --remote-file index.html --local-file /tmp/got 127.0.0.1 6969
    grep -q hello /tmp/got
  }
}

daemon_tincd() {
  package=(tinc)
  executable=/usr/sbin/tincd pidfile=/tmp/tincd.pid
  prepare() {
    mkdir -p /tmp/tinc/hosts
    write /tmp/tinc/tinc.conf 'Name = one' 'DeviceType = dummy' 'BindToAddress = 127.0.0.1'
    yes '' | tincd -c /tmp/tinc -K 1024
    cp /tmp/tinc/hosts/one /tmp/tinc/hosts/two
  }
  command=(tincd -c /tmp/tinc --pidfile=/tmp/tincd.pid --logfile=/tmp/tincd.log)
  plain=("${command[@]}" -D)
  # Another node introduces itself, and so does it.
  request() { ask 655 '0 two 17\n' '^0 one 17'; }
  stop() { tincd -c /tmp/tinc --pidfile=/tmp/tincd.pid -k; }
}

daemon_gpsd() {
  package=(gpsd)
  executable=/usr/sbin/gpsd pidfile=/tmp/gpsd.pid
  command=(gpsd -F /tmp/gpsd.sock -P /tmp/gpsd.pid)
  plain=("${command[@]}" -N)
  request() { ask 2947 '?VERSION;\n' VERSION; }
}

# --- the web, proxies and tunnels

daemon_danted() {
  package=(dante-server mini-httpd)
  executable=/usr/sbin/danted pidfile=/tmp/danted.pid processes='[1-9]*'
  prepare() {
    backend
    write /tmp/danted.conf 'logoutput: /tmp/danted.log' 'internal: 127.0.0.1 port = 1080' \
      'external: lo' 'socksmethod: none' 'clientmethod: none' 'user.privileged: root' \
      'user.unprivileged: nobody' 'client pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }' \
      'socks pass { from: 0.0.0.0/0 to: 0.0.0.0/0 }'
  }
  plain=(danted -f /tmp/danted.conf -p /tmp/danted.pid)
  command=("${plain[@]}" -D)
  # SOCKS 5: no authentication, connect to 127.0.0.1:8000
  socks='\005\001\0\005\001\0\001\0177\0\0\001\0037\0100'
  request() { ask 1080 "${socks}GET / HTTP/1.0\r\n\r\n" hello; }
}

daemon_dbclient() {
  package=(dropbear-bin openssh-server openssh-client)
  executable=/usr/bin/dbclient
  prepare() {
    configure_sshd
    dropbearkey -t ed25519 -f /tmp/dropbear | grep ^ssh- >/tmp/key.pub
    /usr/sbin/sshd -f /tmp/sshd_config
  }
  command=(dbclient -y -y -f -N -i /tmp/dropbear -p 2222 -L 127.0.0.1:8022:127.0.0.1:2222
    visitor@127.0.0.1)
  request() { ask 8022 '' SSH-2; }
}

daemon_hitch() {
  package=(hitch openssl mini-httpd)
  executable=/usr/sbin/hitch pidfile=/tmp/hitch.pid processes=3
  prepare() {
    backend && certificate
    write /tmp/hitch.conf 'frontend = "[127.0.0.1]:4433"' 'backend = "[127.0.0.1]:8000"' \
      'pem-file = "/tmp/both.pem"' 'workers = 1' 'user = "nobody"' 'group = "nogroup"'
  }
  plain=(hitch --config=/tmp/hitch.conf --pidfile=/tmp/hitch.pid)
  command=("${plain[@]}" --daemon)
  request() { get_over_tls 4433; }
}

daemon_ocserv() {
  package=(ocserv openssl)
  executable=/usr/sbin/ocserv pidfile=/tmp/ocserv.pid processes='[2-9]'
  prepare() {
    certificate && : >/tmp/passwords
    write /tmp/ocserv.conf 'auth = "plain[passwd=/tmp/passwords]"' 'tcp-port = 4433' \
      'listen-host = 127.0.0.1' 'run-as-user = nobody' 'run-as-group = nogroup' \
      'socket-file = /tmp/ocserv' 'server-cert = /tmp/certificate.pem' \
      'server-key = /tmp/key.pem' 'isolate-workers = false' 'device = vpns' \
      'ipv4-network = 127.8.0.0/24' 'max-clients = 4'
  }
  command=(ocserv -c /tmp/ocserv.conf -p /tmp/ocserv.pid)
  plain=("${command[@]}" -f)
  request() { get_over_tls 4433 HTTP; }
}

daemon_openvpn() {
  package=(openvpn)
  executable=/usr/sbin/openvpn pidfile=/tmp/openvpn.pid
  prepare() { openvpn --genkey secret /tmp/secret; }
  plain=(openvpn --dev null --local 127.0.0.1 --secret /tmp/secret --cipher AES-256-CBC
    --writepid /tmp/openvpn.pid --management 127.0.0.1 1195)
  command=("${plain[@]}" --daemon)
  request() { ask 1195 'version\n' 'OpenVPN Version'; }
}

daemon_n2n_edge() {
  package=(n2n)
  ready=''
  executable=/usr/sbin/edge
  plain=(edge -c test -k secret -a 127.7.0.1 -l 127.0.0.1:7654 -d n0)
  command=("${plain[@]}" -f)
  request() { ip link show n0; }
}

daemon_vde_switch() {
  package=(vde-switch netcat-openbsd)
  executable=/usr/bin/vde_switch pidfile=/tmp/vde.pid
  command=(vde_switch -d -s /tmp/switch -M /tmp/management -p /tmp/vde.pid)
  request() { ask_socket /tmp/management 'showinfo\n' 1000; }
}

# --- the network's other services

daemon_krb5kdc() {
  package=(krb5-kdc)
  executable=/usr/sbin/krb5kdc pidfile=/tmp/krb5kdc.pid
  prepare() { realm; }
  command=(env KRB5_KDC_PROFILE=/tmp/kdc.conf krb5kdc -P /tmp/krb5kdc.pid)
  plain=("${command[@]}" -n)
  request() { accepts 8800; }
}

daemon_kadmind() {
  package=(krb5-admin-server krb5-kdc)
  executable=/usr/sbin/kadmind pidfile=/tmp/kadmind.pid
  prepare() { realm; }
  command=(env KRB5_KDC_PROFILE=/tmp/kdc.conf kadmind -P /tmp/kadmind.pid)
  plain=("${command[@]}" -nofork)
  request() { accepts 7490; }
}

# For the two programs above.
realm() {
  mkdir /tmp/kdc && : >/tmp/kdc/acl
  write /etc/krb5.conf '[libdefaults]' 'default_realm = T' '[realms]' 'T = {' \
    'kdc = 127.0.0.1:8800' 'admin_server = 127.0.0.1:7490' '}'
  write /tmp/kdc.conf '[kdcdefaults]' 'kdc_listen = 127.0.0.1:8800' \
    'kdc_tcp_listen = 127.0.0.1:8800' '[realms]' 'T = {' 'database_name = /tmp/kdc/principal' \
    'key_stash_file = /tmp/kdc/stash' 'acl_file = /tmp/kdc/acl' \
    'kadmind_listen = 127.0.0.1:7490' 'kpasswd_listen = 127.0.0.1:4640' '}'
  KRB5_KDC_PROFILE=/tmp/kdc.conf kdb5_util create -r T -s -P secret
}

daemon_lldpd() {
  package=(lldpd)
  executable=/usr/sbin/lldpd pidfile=/tmp/lldpd.pid processes=2
  prepare() { user _lldpd && mkdir -p /run/lldpd && interface; }
  command=(lldpd -u /tmp/lldpd -p /tmp/lldpd.pid)
  request() { timeout 3 lldpcli -u /tmp/lldpd show configuration | grep -q Global; }
}

daemon_minissdpd() {
  package=(minissdpd netcat-openbsd)
  executable=/usr/sbin/minissdpd pidfile=/tmp/minissdpd.pid
  prepare() { interface; }
  command=(minissdpd -i v0 -s /tmp/socket -p /tmp/minissdpd.pid)
  request() { nc.openbsd -zU /tmp/socket; }
}

daemon_softflowd() {
  package=(softflowd)
  executable=/usr/sbin/softflowd pidfile=/tmp/softflowd.pid
  prepare() { user softflowd && mkdir -p /run/softflowd/chroot; }
  command=(softflowd -i lo -n 127.0.0.1:9995 -p /tmp/softflowd.pid -c /tmp/control)
  plain=("${command[@]}" -d)
  request() { softflowctl -c /tmp/control statistics | grep -qi flows; }
}

daemon_tgtd() {
  package=(tgt)
  executable=/usr/sbin/tgtd pidfile=/tmp/tgtd.pid processes='[12]' # one writes the log
  command=(tgtd --iscsi portal=127.0.0.1:3260 --pid-file /tmp/tgtd.pid)
  plain=("${command[@]}" -f)
  administer() { timeout 3 tgtadm --lld iscsi "$@"; }
  request() { administer --mode target --op show && accepts 3260; }
  # It ignores SIGTERM.
  stop() { administer --mode system --op delete; }
}

daemon_wpa_supplicant() {
  package=(wpasupplicant)
  ready=''
  executable=/usr/sbin/wpa_supplicant pidfile=/tmp/wpa.pid
  prepare() {
    interface
    write /tmp/wpa.conf 'ctrl_interface=/tmp/control' 'ap_scan=0' 'network={' \
      'key_mgmt=IEEE8021X' 'eap=MD5' 'identity="x"' 'password="y"' '}'
  }
  plain=(wpa_supplicant -P /tmp/wpa.pid -D wired -i v0 -c /tmp/wpa.conf)
  command=("${plain[@]}" -B)
  request() { timeout 3 wpa_cli -p /tmp/control -i v0 ping | grep -q PONG; }
  stop() { timeout 3 wpa_cli -p /tmp/control -i v0 terminate; }
}

daemon_iceccd() {
  package=(icecc)
  executable=/usr/sbin/iceccd
  prepare() { user icecc && mkdir -p /run/icecc /tmp/cache && chown icecc /run/icecc /tmp/cache; }
  plain=(iceccd -l /tmp/iceccd.log -u icecc -b /tmp/cache -s 127.0.0.1)
  command=("${plain[@]}" -d)
  request() { accepts 10245; }
}

# --- the system's own

daemon_inotifywait() {
  package=(inotify-tools)
  ready=''
  executable=/usr/bin/inotifywait
  prepare() { mkdir /tmp/watched && : >/tmp/events; }
  command=(inotifywait -d -e create -o /tmp/events /tmp/watched)
  plain=(inotifywait -m -e create -o /tmp/events /tmp/watched)
  has_seen() { grep -q "CREATE $1" /tmp/events; }
  request() {
    local file=$RANDOM$RANDOM
    : >"/tmp/watched/$file" && within 2 has_seen "$file"
  }
}

daemon_irexec() {
  package=(lirc)
  executable=/usr/bin/irexec
  prepare() {
    mkdir -p /run/lirc && : >/tmp/lircd.conf
    lircd -H udp -d 8765 -o /run/lirc/lircd /tmp/lircd.conf
    within 5 test -S /run/lirc/lircd
    write /tmp/lircrc begin 'prog = irexec' 'button = A' 'remote = x' 'config = true' end
  }
  command=(irexec -d /tmp/lircrc)
  plain=(irexec /tmp/lircrc)
}

daemon_ldattach() {
  package=(util-linux)
  executable=/usr/sbin/ldattach
  # The line is a terminal that another process holds open.
  prepare() {
    script -qfc 'tty >/tmp/line; exec tail -f /dev/null' /dev/null </dev/null >/dev/null &
    within 5 test -s /tmp/line
    ln -s "$(cat /tmp/line)" /tmp/serial
  }
  command=(ldattach tty /tmp/serial)
}

daemon_rngd() {
  package=(rng-tools5)
  executable=/usr/sbin/rngd pidfile=/tmp/rngd.pid
  command=(rngd -r /dev/urandom -p /tmp/rngd.pid)
  plain=("${command[@]}" -f)
}

daemon_rtacct() {
  package=(iproute2)
  executable=/usr/sbin/rtacct
  command=(rtacct -d 5)
}

daemon_sm_notify() {
  package=(nfs-common)
  executable=/usr/sbin/sm-notify
  prepare() {
    user statd && mkdir -p /tmp/sm/sm /tmp/sm/sm.bak
    write /tmp/sm/sm/127.0.0.1 \
      "0100007f 000186b5 00000003 00000010 $(printf %032d 0) 127.0.0.1 localhost"
    chown -R statd /tmp/sm
  }
  command=(sm-notify -f -P /tmp/sm -v 127.0.0.1)
  plain=("${command[@]}" -d)
}

daemon_nfsdcld() {
  package=(nfs-kernel-server)
  executable=/usr/sbin/nfsdcld
  prepare() { mkdir -p /tmp/cld /run/rpc_pipefs/nfsd; }
  command=(nfsdcld -s /tmp/cld -p /run/rpc_pipefs)
  plain=("${command[@]}" -F)
}

daemon_blkmapd() {
  [ "$debian" != 13 ] || kind=hand # since nfs-utils 2.8
  package=(nfs-common)
  executable=/usr/sbin/blkmapd pidfile=/run/blkmapd.pid
  prepare() { mkdir -p /run/rpc_pipefs/nfs /var/lib/nfs/rpc_pipefs/nfs; }
  command=(blkmapd)
  plain=(blkmapd -f)
}

daemon_ulogd() {
  package=(ulogd2)
  executable=/usr/sbin/ulogd pidfile=/tmp/ulogd.pid
  prepare() {
    local plugins
    plugins=$(echo /usr/lib/*/ulogd)
    user ulog
    write /tmp/ulogd.conf '[global]' 'logfile="/tmp/ulogd.log"' \
      "plugin=\"$plugins/ulogd_inppkt_UNIXSOCK.so\"" \
      "plugin=\"$plugins/ulogd_raw2packet_BASE.so\"" \
      "plugin=\"$plugins/ulogd_filter_IP2STR.so\"" \
      "plugin=\"$plugins/ulogd_filter_PRINTPKT.so\"" \
      "plugin=\"$plugins/ulogd_output_LOGEMU.so\"" \
      'stack=in:UNIXSOCK,base:BASE,ip:IP2STR,print:PRINTPKT,out:LOGEMU' \
      '[in]' 'socket_path="/tmp/socket"' '[out]' 'file="/tmp/packets"' 'sync=1'
  }
  plain=(ulogd -c /tmp/ulogd.conf -p /tmp/ulogd.pid)
  command=("${plain[@]}" -d)
}

daemon_uuidd() {
  package=(uuid-runtime)
  executable=/usr/sbin/uuidd pidfile=/tmp/uuidd.pid
  command=(uuidd -p /tmp/uuidd.pid -s /tmp/socket)
  plain=("${command[@]}" -F)
  request() { uuidd -r -s /tmp/socket | grep -q -- -; }
  stop() { uuidd -k -s /tmp/socket; }
}
