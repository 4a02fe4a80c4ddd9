# SPDX-License-Identifier: MIT
# Servers for scripts/ready that the other tables lack: only daemonfix makes them daemons.
# common.bash explains the format; executable is the interpreter's, if there is one.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154,SC2317,SC2329

# --- in languages whose run times listen in their own ways

server_node() {
  package=(nodejs)
  executable=/usr/bin/node
  prepare() {
    write /tmp/server.js \
      "require('http').createServer((q, a) => a.end('hello\n')).listen(8080, '127.0.0.1')"
  }
  plain=(node /tmp/server.js)
  request() { get 8080; }
}

server_h2() { # Java
  package=(libh2-java openjdk-17-jre-headless)
  executable=/usr/lib/jvm/java-17-openjdk-amd64/bin/java
  plain=("$executable" -cp /usr/share/java/h2.jar org.h2.tools.Server -web -webPort 8082)
  request() { ask 8082 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n' 'H2 Console'; }
}

server_caddy() { # Go
  package=(caddy)
  executable=/usr/bin/caddy
  plain=(caddy respond --listen 127.0.0.1:8080 hello)
  request() { get 8080; }
}

server_etcd() { # Go
  package=(etcd-server)
  executable=/usr/bin/etcd
  plain=(etcd --data-dir /tmp/etcd --log-outputs stderr)
  request() { ask 2379 'GET /version HTTP/1.0\r\n\r\n' etcdserver; }
}

server_node_exporter() { # Go
  package=(prometheus-node-exporter)
  executable=/usr/bin/prometheus-node-exporter
  plain=(prometheus-node-exporter --web.listen-address 127.0.0.1:9100)
  request() { get 9100 Exporter; }
}

server_webhook() { # Go
  package=(webhook)
  executable=/usr/bin/webhook
  prepare() { write /tmp/hooks.json '[{"id": "a", "execute-command": "/bin/true", "response-message": "hello"}]'; }
  plain=(webhook -hooks /tmp/hooks.json -ip 127.0.0.1 -port 9000)
  request() { ask 9000 'GET /hooks/a HTTP/1.0\r\n\r\n' hello; }
}

server_python() {
  package=(python3)
  executable=$(realpath /usr/bin/python3)
  prepare() { page; }
  plain=(/usr/bin/python3 -m http.server --bind 127.0.0.1 --directory /tmp/www 8080)
  request() { get 8080; }
}

server_twisted() { # Python
  package=(python3-twisted)
  executable=$(realpath /usr/bin/python3)
  prepare() { page; }
  plain=(/usr/bin/python3 /usr/bin/twist3 web --listen tcp:8080:interface=127.0.0.1 --path /tmp/www)
  request() { get 8080; }
}

server_ruby() {
  package=(ruby ruby-webrick)
  executable=/usr/bin/ruby3.1
  prepare() { page; }
  plain=(ruby3.1 -run -e httpd -- /tmp/www --port 8080 --bind-address 127.0.0.1)
  request() { get 8080; }
}

server_puma() { # Ruby
  package=(puma)
  executable=/usr/bin/ruby3.1
  prepare() { write /tmp/config.ru "run ->(env) { [200, {}, [\"hello\n\"]] }"; }
  plain=(ruby3.1 /usr/bin/puma -b tcp://127.0.0.1:8080 /tmp/config.ru)
  request() { get 8080; }
}

server_php() {
  package=(php8.2-cli)
  executable=/usr/bin/php8.2
  prepare() { page; }
  plain=(php8.2 -S 127.0.0.1:8080 -t /tmp/www)
  request() { get 8080; }
}

server_starman() { # Perl
  package=(starman)
  executable=/usr/bin/perl processes='*'
  prepare() { write /tmp/app.psgi 'sub { [200, [], ["hello\n"]] }'; }
  plain=(starman --listen 127.0.0.1:8080 --workers 2 /tmp/app.psgi)
  request() { get 8080; }
}

server_erlang() {
  package=(erlang-inets)
  executable=/usr/lib/erlang/erts-13.1.5/bin/beam.smp
  prepare() { page; }
  plain=(erl -noinput -eval 'application:ensure_all_started(inets), {ok, _} = inets:start(httpd,
    [{port, 8080}, {bind_address, {127, 0, 0, 1}}, {server_name, "a"}, {server_root, "/tmp"},
     {document_root, "/tmp/www"}]).')
  request() { ask 8080 'GET /index.html HTTP/1.0\r\n\r\n' hello; }
}

server_lua() {
  executable=/usr/bin/lua5.3
  package=(lua5.3 lua-socket)
  prepare() {
    write /tmp/server.lua 'local s = require("socket").bind("127.0.0.1", 8080)' \
      'while true do local c = s:accept() c:receive() c:send("hello\n") c:close() end'
  }
  plain=(lua5.3 /tmp/server.lua)
  request() { get 8080; }
}

# --- databases and others

server_postgresql() {
  package=("postgresql-$postgresql")
  executable=/usr/lib/postgresql/$postgresql/bin/postgres pidfile=/tmp/data/postmaster.pid processes='*'
  prepare() {
    user postgres
    mkdir /tmp/data && chown postgres /tmp/data
    as_user postgres "/usr/lib/postgresql/$postgresql/bin/initdb" -D /tmp/data -N -A trust --no-instructions
    write /tmp/data/postgresql.auto.conf "listen_addresses = '127.0.0.1'" \
      "unix_socket_directories = '/tmp'" 'fsync = off'
    chown postgres /tmp/data/postgresql.auto.conf
  }
  plain=(setpriv --reuid postgres --regid postgres --clear-groups "$executable" -D /tmp/data)
  request() { [ "$(timeout 5 psql -h 127.0.0.1 -U postgres -Atc 'select 40 + 2' postgres)" = 42 ]; }
}

server_lighttpd() {
  package=(lighttpd)
  executable=/usr/sbin/lighttpd
  prepare() {
    page && write /tmp/lighttpd.conf 'server.document-root = "/tmp/www"' 'server.port = 8080' \
      'server.bind = "127.0.0.1"' 'index-file.names = ("index.html")'
  }
  plain=(lighttpd -D -f /tmp/lighttpd.conf)
  request() { get 8080; }
}

server_unbound() {
  package=(unbound)
  executable=/usr/sbin/unbound
  prepare() {
    user unbound
    write /tmp/unbound.conf 'server:' 'interface: 127.0.0.1@5300' 'chroot: ""' 'username: ""' \
      'pidfile: /tmp/unbound.pid' 'use-syslog: no' 'local-data: "a.test. A 127.0.0.9"'
  }
  plain=(unbound -d -c /tmp/unbound.conf)
  differs[check]='with -d it does not call daemon(3): check does not know what options mean'
  request() { resolves 5300; }
}
