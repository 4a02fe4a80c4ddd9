# SPDX-License-Identifier: MIT
# Programs in other languages and servers, which are started as daemonfix check and try recommend.
# common.bash explains the format.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154,SC2317,SC2329

# --- Python

wsgi_app() {
  write /tmp/app.py 'def app(environ, start):' '    start("200 OK", [("Content-Type", "text/plain")])' \
    "    return [b'hello $1']" 'application = app'
}
# An ASGI application that answers "hello".
asgi_app() {
  write /tmp/app.py 'async def app(scope, receive, send):' \
    '    if scope["type"] == "http":' \
    '        await send({"type": "http.response.start", "status": 200, "headers": []})' \
    '        await send({"type": "http.response.body", "body": b"hello"})'
}
# python_server LINE...: a script in Python that becomes a daemon by these lines, and then serves.
python_server() {
  write /tmp/server.py 'import http.server, os, sys' "$@" \
    'class Hello(http.server.BaseHTTPRequestHandler):' \
    '    def do_GET(self):' '        self.send_response(200)' '        self.end_headers()' \
    '        self.wfile.write(b"hello\n")' \
    'http.server.HTTPServer(("127.0.0.1", 8080), Hello).serve_forever()'
}

script_python_by_hand() { # as in many recipes
  package=(python3)
  executable=/usr/bin/python3
  prepare() {
    python_server 'if os.fork(): os._exit(0)' 'os.setsid()' 'if os.fork(): os._exit(0)' 'os.chdir("/")' \
      'null = os.open("/dev/null", os.O_RDWR)' 'for fd in 0, 1, 2: os.dup2(null, fd)'
  }
  command=(/usr/bin/python3 /tmp/server.py)
  request() { get 8080; }
}

script_python_one_fork() {
  package=(python3)
  executable=/usr/bin/python3
  prepare() {
    python_server 'if os.fork(): os._exit(0)' 'os.setsid()' \
      'null = os.open("/dev/null", os.O_RDWR)' 'for fd in 0, 1, 2: os.dup2(null, fd)'
  }
  command=(/usr/bin/python3 /tmp/server.py)
  request() { get 8080; }
}

script_python_daemon() { # the module of PEP 3143
  package=(python3-daemon)
  executable=/usr/bin/python3
  prepare() { python_server 'import daemon' 'daemon.DaemonContext().open()'; }
  command=(/usr/bin/python3 /tmp/server.py)
  request() { get 8080; }
}

# Started by a name without a version.
uwsgi_plugin() { ln -sf /usr/lib/uwsgi/plugins/python3??_plugin.so /usr/lib/uwsgi/plugins/python3_plugin.so; }

hand_uwsgi() {
  package=(uwsgi-core uwsgi-plugin-python3)
  executable=/usr/bin/uwsgi-core pidfile=/tmp/uwsgi.pid processes=2
  prepare() { wsgi_app first && uwsgi_plugin; }
  command=(uwsgi-core --http-socket 127.0.0.1:8080 --plugin python3 --wsgi-file /tmp/app.py
    --master --die-on-term --pidfile /tmp/uwsgi.pid --daemonize /tmp/uwsgi.log)
  request() { get 8080; }
  reload() { wsgi_app second && kill -HUP "$daemon" && within 20 get 8080 second; }
}

server_uwsgi_foreground() {
  package=(uwsgi-core uwsgi-plugin-python3)
  executable=/usr/bin/uwsgi-core
  prepare() { wsgi_app first && uwsgi_plugin; }
  plain=(uwsgi-core --http-socket 127.0.0.1:8080 --plugin python3 --wsgi-file /tmp/app.py --die-on-term)
  request() { get 8080; }
}

server_gunicorn_foreground() {
  package=(gunicorn)
  executable=/usr/bin/python3 processes=2
  prepare() { wsgi_app first; }
  plain=(/usr/bin/python3 /usr/bin/gunicorn -b 127.0.0.1:8080 --chdir /tmp app:app)
  request() { get 8080; }
}

script_celery() {
  package=(celery)
  executable=/usr/bin/python3 pidfile=/tmp/celery.pid
  prepare() {
    write /tmp/tasks.py 'from celery import Celery' 'app = Celery("tasks", broker="memory://")'
  }
  command=(celery -A tasks --workdir /tmp worker -l INFO --detach -P solo --pidfile /tmp/celery.pid
    --logfile /tmp/celery.log)
  request() { grep -q 'celery@.* ready' /tmp/celery.log; }
}

server_celery_foreground() {
  package=(celery)
  executable=/usr/bin/python3
  prepare() {
    write /tmp/tasks.py 'from celery import Celery' 'app = Celery("tasks", broker="memory://")'
  }
  plain=(celery -A tasks --workdir /tmp worker -l INFO -P solo --logfile /tmp/celery.log)
  request() { grep -q 'celery@.* ready' /tmp/celery.log; }
}

script_twistd() {
  package=(python3-twisted)
  executable=/usr/bin/python3 pidfile=/tmp/twistd.pid
  prepare() { page; }
  command=(twistd3 --pidfile /tmp/twistd.pid --logfile /tmp/twistd.log web
    --listen tcp:8080:interface=127.0.0.1 --path /tmp/www)
  request() { get 8080; }
}

script_supervisord() {
  package=(supervisor)
  executable=/usr/bin/python3 pidfile=/tmp/supervisord.pid
  prepare() {
    write /tmp/supervisord.conf '[supervisord]' 'pidfile=/tmp/supervisord.pid' \
      'logfile=/tmp/supervisord.log' '[inet_http_server]' 'port=127.0.0.1:9001' \
      '[program:cat]' 'command=/bin/cat'
  }
  command=(supervisord -c /tmp/supervisord.conf)
  request() { get 9001 cat; }
  has_reloaded() { [ "$(grep -c 'supervisord started with pid' /tmp/supervisord.log)" = 2 ]; }
  reload() { kill -HUP "$daemon" && within 20 has_reloaded && within 10 request; }
}

server_uvicorn() {
  package=(uvicorn)
  executable=/usr/bin/python3
  prepare() { asgi_app; }
  plain=(uvicorn --app-dir /tmp --port 8080 app:app)
  request() { get 8080; }
}

server_daphne() {
  package=(daphne)
  executable=/usr/bin/python3
  prepare() { asgi_app; }
  plain=(env PYTHONPATH=/tmp daphne -b 127.0.0.1 -p 8080 app:app)
  request() { ask 8080 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' hello; }
}

server_waitress() {
  package=(python3-waitress)
  executable=/usr/bin/python3
  prepare() { wsgi_app first; }
  plain=(env PYTHONPATH=/tmp waitress-serve --listen=127.0.0.1:8080 app:app)
  request() { get 8080; }
}

server_pyftpdlib() {
  package=(python3-pyftpdlib)
  executable=/usr/bin/python3
  plain=(/usr/bin/python3 -m pyftpdlib -i 127.0.0.1 -p 2121)
  request() { ask 2121 'QUIT\r\n' '^220'; }
}

server_tornado() {
  package=(python3-tornado)
  executable=/usr/bin/python3
  prepare() {
    write /tmp/server.py 'import tornado.ioloop, tornado.web' 'class Hello(tornado.web.RequestHandler):' \
      '    def get(self): self.write("hello")' \
      'tornado.web.Application([("/", Hello)]).listen(8080, "127.0.0.1")' \
      'tornado.ioloop.IOLoop.current().start()'
  }
  plain=(/usr/bin/python3 /tmp/server.py)
  request() { get 8080; }
}

script_cherryd() {
  package=(python3-cherrypy3)
  executable=/usr/bin/python3 pidfile=/tmp/cherryd.pid
  prepare() {
    write /tmp/app.py 'import cherrypy' 'class Root:' '    @cherrypy.expose' \
      '    def index(self): return "hello"' 'cherrypy.tree.mount(Root())' \
      'cherrypy.config.update({"server.socket_host": "127.0.0.1", "server.socket_port": 8080})'
  }
  command=(cherryd3 -d -p /tmp/cherryd.pid -P /tmp -i app)
  request() { get 8080; }
}

server_radicale() {
  package=(radicale)
  executable=/usr/bin/python3
  plain=(radicale --config '' --server-hosts 127.0.0.1:5232 --auth-type none
    --storage-filesystem-folder /tmp/radicale)
  request() { get 5232 HTTP; }
}

script_hg() {
  package=(mercurial)
  executable=/usr/bin/python3 pidfile=/tmp/hg.pid
  prepare() { hg init /tmp/repository; }
  command=(hg -R /tmp/repository serve -d -a 127.0.0.1 -p 8080 --pid-file /tmp/hg.pid)
  request() { get 8080 HTTP; }
}

script_fail2ban() {
  package=(fail2ban)
  executable=/usr/bin/python3 pidfile=/tmp/fail2ban.pid
  control=(fail2ban-client -c /tmp/fail2ban -s /tmp/fail2ban.sock -p /tmp/fail2ban.pid)
  prepare() {
    mkdir -p /tmp/fail2ban/{filter.d,action.d,jail.d}
    write /tmp/fail2ban/fail2ban.conf '[Definition]' 'loglevel = INFO' 'logtarget = /tmp/fail2ban.log' \
      'syslogsocket = auto' 'socket = /tmp/fail2ban.sock' 'pidfile = /tmp/fail2ban.pid' 'dbfile = None' \
      'dbpurgeage = 1d' 'dbmaxmatches = 10' '[Thread]'
    write /tmp/fail2ban/jail.conf '[DEFAULT]'
  }
  command=("${control[@]}" start)
  request() { "${control[@]}" ping | grep -q pong; }
  stop() { "${control[@]}" stop; }
}

script_deluged() {
  package=(deluged)
  executable=/usr/bin/python3
  command=(deluged -c /tmp/deluge -u 127.0.0.1 -p 58846 -l /tmp/deluged.log)
  request() { accepts 58846; }
}

# --- Ruby

ruby=/usr/bin/ruby3.1
rack_app() { write /tmp/config.ru "run ->(env) { [200, {'content-type' => 'text/plain'}, [\"hello\n\"]] }"; }
ruby_server() {
  write /tmp/server.rb 'require "socket"' "$@" 'server = TCPServer.new("127.0.0.1", 8080)' \
    'loop { c = server.accept; c.gets; c.write("hello\n"); c.close }'
}

script_ruby_daemon() {
  package=(ruby)
  executable=$ruby
  prepare() { ruby_server Process.daemon; }
  command=(ruby3.1 /tmp/server.rb)
  request() { get 8080; }
}

script_ruby_daemons() {
  package=(ruby ruby-daemons)
  executable=$ruby
  prepare() { ruby_server 'require "daemons"' Daemons.daemonize; }
  command=(ruby3.1 /tmp/server.rb)
  request() { get 8080; }
}

script_unicorn() {
  package=(unicorn)
  executable=$ruby pidfile=/tmp/unicorn.pid processes=2
  prepare() { rack_app && write /tmp/unicorn.rb 'pid "/tmp/unicorn.pid"' 'listen "127.0.0.1:8080"'; }
  command=(unicorn -D -c /tmp/unicorn.rb /tmp/config.ru)
  request() { get 8080; }
  reload() { kill -HUP "$daemon" && within 20 request; }
}

script_thin() {
  package=(thin)
  executable=$ruby pidfile=/tmp/thin.pid
  prepare() { rack_app; }
  command=(thin start -d -a 127.0.0.1 -p 8080 -R /tmp/config.ru -P /tmp/thin.pid -l /tmp/thin.log -c /tmp)
  request() { get 8080; }
}

script_rackup() {
  package=(ruby-rack ruby-webrick)
  executable=$ruby pidfile=/tmp/rack.pid
  prepare() { rack_app; }
  command=(rackup -D -P /tmp/rack.pid -s webrick -o 127.0.0.1 -p 8080 /tmp/config.ru)
  request() { get 8080; }
}

# --- Perl

psgi_app() { write /tmp/app.psgi 'sub { [200, ["Content-Type", "text/plain"], ["hello\n"]] }'; }

script_starman_daemon() {
  package=(starman)
  executable=/usr/bin/perl pidfile=/tmp/starman.pid processes=3
  prepare() { psgi_app; }
  command=(starman --daemonize --pid /tmp/starman.pid --listen 127.0.0.1:8080 --workers 2
    --error-log /tmp/starman.log /tmp/app.psgi)
  request() { get 8080; }
}

server_twiggy() {
  package=(twiggy)
  executable=/usr/bin/perl
  prepare() { psgi_app; }
  plain=(twiggy --listen 127.0.0.1:8080 /tmp/app.psgi)
  request() { get 8080; }
}

server_starlet() {
  package=(starlet)
  executable=/usr/bin/perl processes=3
  prepare() { psgi_app; }
  plain=(plackup -s Starlet --max-workers 2 --host 127.0.0.1 --port 8080 /tmp/app.psgi)
  request() { get 8080; }
}

mojo_app() {
  write /tmp/app.pl 'use Mojolicious::Lite -signatures;' "get '/' => { text => 'hello' };" \
    "app->config(hypnotoad => { listen => ['http://127.0.0.1:8080'], workers => 1, pid_file => '/tmp/hypnotoad.pid' });" \
    'app->start;'
}

script_hypnotoad() {
  package=(libmojolicious-perl)
  executable=/usr/bin/perl pidfile=/tmp/hypnotoad.pid processes='[23]'
  prepare() { mojo_app; }
  command=(hypnotoad /tmp/app.pl)
  request() { get 8080; }
}

server_mojolicious() {
  package=(libmojolicious-perl)
  executable=/usr/bin/perl
  prepare() { mojo_app; }
  plain=(perl /tmp/app.pl daemon -l http://127.0.0.1:8080)
  request() { get 8080; }
}

script_net_server() {
  package=(libnet-server-perl)
  executable=/usr/bin/perl pidfile=/tmp/server.pid
  prepare() {
    write /tmp/server.pl 'package Hello; use base qw(Net::Server);' \
      'sub process_request { print "hello\n" }' \
      'Hello->run(host => "127.0.0.1", port => 8080, ipv => 4, background => 1, setsid => 1,' \
      '  pid_file => "/tmp/server.pid", log_file => "/tmp/server.log");'
  }
  command=(perl /tmp/server.pl)
  request() { get 8080; }
}

script_proc_daemon() {
  package=(libproc-daemon-perl)
  executable=/usr/bin/perl
  prepare() {
    write /tmp/server.pl 'use Proc::Daemon; use IO::Socket::INET; Proc::Daemon::Init();' \
      'my $s = IO::Socket::INET->new(LocalAddr => "127.0.0.1", LocalPort => 8080, Listen => 5);' \
      'while (my $c = $s->accept) { print $c "hello\n"; close $c }'
  }
  command=(perl /tmp/server.pl)
  request() { get 8080; }
}

script_munin_node() {
  package=(munin-node)
  executable=/usr/bin/perl pidfile=/tmp/munin.pid
  prepare() {
    mkdir -p /var/log/munin /var/lib/munin-node/plugin-state
    write /tmp/munin.conf 'log_file /tmp/munin.log' 'pid_file /tmp/munin.pid' 'background 1' 'setsid 1' \
      'user root' 'group root' 'host 127.0.0.1' 'port 4949' 'allow ^127\.0\.0\.1$' 'host_name test'
  }
  command=(munin-node --config /tmp/munin.conf)
  request() { ask 4949 'version\nquit\n' 'munin'; }
}

script_postgrey() {
  package=(postgrey)
  executable=/usr/bin/perl pidfile=/tmp/postgrey.pid
  prepare() { user postgrey && mkdir /tmp/postgrey && chown postgrey /tmp/postgrey; }
  command=(postgrey -d --inet=127.0.0.1:10023 --dbdir=/tmp/postgrey --pidfile=/tmp/postgrey.pid)
  request() { accepts 10023; }
}

script_spamd() {
  package=(spamd)
  executable=/usr/bin/perl pidfile=/tmp/spamd.pid processes=3
  prepare() { user debian-spamd; }
  command=(spamd -d -L -x -i 127.0.0.1 -p 7783 -m 2 --min-children 2 -r /tmp/spamd.pid)
  request() { ask 7783 'PING SPAMC/1.2\r\n\r\n' PONG; }
}

# --- PHP

php_server() {
  write /tmp/server.php '<?php' "$@" '$s = stream_socket_server("tcp://127.0.0.1:8080");' \
    'while (true) { if ($c = @stream_socket_accept($s, 60)) { fwrite($c, "hello\n"); fclose($c); } }'
}

script_php_by_hand() {
  package=(php8.2-cli)
  executable=/usr/bin/php8.2
  prepare() { php_server 'if (pcntl_fork()) exit(0);' 'posix_setsid();'; }
  command=(php8.2 -d extension=posix /tmp/server.php)
  differs[try]='extensions of PHP are loaded with RTLD_DEEPBIND, and call the setsid of libc'
  request() { get 8080; }
}

fpm() {
  package=(php8.2-fpm libfcgi-bin)
  executable=/usr/sbin/php-fpm8.2 pidfile=/tmp/fpm.pid processes=2
  configure() {
    write /tmp/fpm.conf '[global]' 'pid = /tmp/fpm.pid' 'error_log = /tmp/fpm.log' '[www]' 'user = nobody' \
      'group = nogroup' 'listen = 127.0.0.1:9000' 'pm = static' 'pm.max_children = 1' 'ping.path = /ping' \
      "ping.response = $1"
  }
  prepare() { configure hello; }
  ping() {
    REQUEST_METHOD=GET SCRIPT_NAME=/ping SCRIPT_FILENAME=/ping \
      timeout 3 cgi-fcgi -bind -connect 127.0.0.1:9000 | grep -q "$1"
  }
  request() { ping hello; }
}

hand_php_fpm() { fpm && command=(php-fpm8.2 -y /tmp/fpm.conf --daemonize); }
hand_php_fpm_usr2() { # it executes itself and makes itself a daemon again before the examination
  fpm && command=(php-fpm8.2 -y /tmp/fpm.conf --daemonize)
  executed_itself() {
    [ -e /tmp/second ] || { ping hello && touch /tmp/second && configure 'hello second' && kill -USR2 "$(cat /tmp/fpm.pid)"; }
  }
  request() { executed_itself && ping second; }
}
server_php_fpm_foreground() { fpm && plain=(php-fpm8.2 -y /tmp/fpm.conf --nodaemonize); }

# --- Node

node_app() {
  write /tmp/server.js "$@" "require('http').createServer((q, a) => a.end('hello\n')).listen(8080, '127.0.0.1')"
}
npm=/usr/share/npm-packages/node_modules

launcher_node_detached() {
  package=(nodejs)
  executable=/usr/bin/node
  prepare() {
    node_app
    write /tmp/start.js "require('child_process').spawn(process.execPath, ['/tmp/server.js'], {detached: true, stdio: 'ignore'}).unref()"
  }
  command=(node /tmp/start.js)
  request() { get 8080; }
}

server_node_cluster() {
  package=(nodejs)
  executable=/usr/bin/node processes=3
  prepare() {
    node_app 'const c = require("cluster"); if (c.isPrimary) { c.fork(); c.fork() } else'
  }
  plain=(node /tmp/server.js)
  request() { get 8080; }
}

launcher_pm2() {
  package=(npm:pm2@5.4.3 nodejs)
  executable=/usr/bin/node processes=2 pidfile=/tmp/.pm2/pm2.pid
  prepare() { node_app; }
  command=(node "$npm/pm2/bin/pm2" start /tmp/server.js)
  request() { get 8080; }
  stop() { node "$npm/pm2/bin/pm2" kill; }
}

server_pm2_runtime() {
  package=(npm:pm2@5.4.3 nodejs)
  executable=/usr/bin/node processes=2
  prepare() { node_app; }
  plain=(node "$npm/pm2/bin/pm2-runtime" /tmp/server.js)
  request() { get 8080; }
}

launcher_forever() {
  package=(npm:forever@4.0.3 nodejs)
  executable=/usr/bin/node processes=2
  prepare() { node_app; }
  command=(node "$npm/forever/bin/forever" start -a -l /tmp/forever.log --pidFile /tmp/forever.pid /tmp/server.js)
  request() { get 8080; }
  stop() { node "$npm/forever/bin/forever" stopall; }
}

server_http_server() {
  package=(npm:http-server@14.1.1 nodejs)
  executable=/usr/bin/node
  prepare() { page; }
  plain=(node "$npm/http-server/bin/http-server" /tmp/www -a 127.0.0.1 -p 8080 -s)
  request() { get 8080; }
}

# --- Java

java=/usr/lib/jvm/java-17-openjdk-amd64
catalina() {
  mkdir -p /tmp/tomcat/{conf,logs,temp,work,webapps/ROOT}
  echo hello >/tmp/tomcat/webapps/ROOT/hello.txt
  write /tmp/tomcat/conf/server.xml '<Server port="-1"><Service name="Catalina">' \
    '<Connector port="8080" address="127.0.0.1"/><Engine name="Catalina" defaultHost="localhost">' \
    '<Host name="localhost" appBase="webapps"/></Engine></Service></Server>'
  write /tmp/tomcat/conf/web.xml '<web-app><servlet><servlet-name>default</servlet-name>' \
    '<servlet-class>org.apache.catalina.servlets.DefaultServlet</servlet-class></servlet><servlet-mapping>' \
    '<servlet-name>default</servlet-name><url-pattern>/</url-pattern></servlet-mapping></web-app>'
}
get_hello() { ask 8080 'GET /hello.txt HTTP/1.0\r\n\r\n' hello; }

hand_jsvc() {
  package=(jsvc tomcat10-common openjdk-17-jre-headless)
  executable=/usr/bin/jsvc processes=2 # the PID file names the younger
  prepare() { catalina; }
  command=(/usr/bin/jsvc -home "$java" -pidfile /tmp/jsvc.pid -outfile /tmp/jsvc.log -errfile '&1'
    -cp /usr/share/java/commons-daemon.jar:/usr/share/tomcat10/bin/bootstrap.jar:/usr/share/tomcat10/bin/tomcat-juli.jar
    -Dcatalina.home=/usr/share/tomcat10 -Dcatalina.base=/tmp/tomcat org.apache.catalina.startup.Bootstrap)
  request() { get_hello; }
  stop() { /usr/bin/jsvc -stop -pidfile /tmp/jsvc.pid org.apache.catalina.startup.Bootstrap; }
}

launcher_catalina() { # a shell script whose last command is "java ... &"
  package=(tomcat10-common openjdk-17-jre-headless)
  executable=$java/bin/java pidfile=/tmp/tomcat.pid
  prepare() { catalina; }
  command=(env JRE_HOME="$java" CATALINA_BASE=/tmp/tomcat CATALINA_HOME=/usr/share/tomcat10
    CATALINA_PID=/tmp/tomcat.pid sh /usr/share/tomcat10/bin/catalina.sh start)
  differs[try]='it only forks: it is given a session, and loses the terminal'
  request() { get_hello; }
}

server_catalina_run() {
  package=(tomcat10-common openjdk-17-jre-headless)
  executable=$java/bin/java
  prepare() { catalina; }
  plain=(env JRE_HOME="$java" CATALINA_BASE=/tmp/tomcat CATALINA_HOME=/usr/share/tomcat10
    sh /usr/share/tomcat10/bin/catalina.sh run)
  request() { get_hello; }
}

# --- Erlang and Elixir

beam=/usr/lib/erlang/erts-13.1.5/bin/beam.smp
erlang_server='{ok, S} = gen_tcp:listen(8080, [{ip, {127, 0, 0, 1}}, {reuseaddr, true}]),
  F = fun(F) -> {ok, C} = gen_tcp:accept(S), gen_tcp:send(C, "hello\n"), gen_tcp:close(C), F(F) end, F(F).'

hand_erl_detached() {
  package=(erlang-base)
  executable=$beam
  command=(erl -detached -eval "$erlang_server")
  request() { get 8080; }
}

server_elixir() {
  package=(elixir)
  executable=$beam
  prepare() {
    write /tmp/server.exs '{:ok, s} = :gen_tcp.listen(8080, [ip: {127, 0, 0, 1}, reuseaddr: true])' \
      'Stream.repeatedly(fn -> {:ok, c} = :gen_tcp.accept(s); :gen_tcp.send(c, "hello\n"); :gen_tcp.close(c) end) |> Stream.run()'
  }
  plain=(elixir /tmp/server.exs)
  request() { get 8080; }
}

hand_yaws() {
  package=(yaws)
  executable=$beam
  prepare() {
    page && mkdir -p /tmp/yaws
    write /tmp/yaws.conf 'logdir = /tmp/yaws' 'id = test' '<server localhost>' 'port = 8080' \
      'listen = 127.0.0.1' 'docroot = /tmp/www' '</server>'
  }
  command=(yaws -D --conf /tmp/yaws.conf --id test)
  request() { ask 8080 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' hello; }
}

# --- Go

server_prometheus() {
  package=(prometheus)
  executable=/usr/bin/prometheus
  prepare() { write /tmp/prometheus.yml 'global:' '  scrape_interval: 60s'; }
  plain=(prometheus --config.file=/tmp/prometheus.yml --web.listen-address=127.0.0.1:9090 --storage.tsdb.path=/tmp/data)
  request() { ask 9090 'GET /-/ready HTTP/1.0\r\n\r\n' Ready; }
}

server_alertmanager() {
  package=(prometheus-alertmanager)
  executable=/usr/bin/prometheus-alertmanager
  prepare() { write /tmp/alertmanager.yml 'route:' '  receiver: a' 'receivers:' '  - name: a'; }
  plain=(prometheus-alertmanager --config.file=/tmp/alertmanager.yml --storage.path=/tmp/data
    --web.listen-address=127.0.0.1:9093 --cluster.listen-address=)
  request() { ask 9093 'GET /-/ready HTTP/1.0\r\n\r\n' OK; }
}

server_pushgateway() {
  package=(prometheus-pushgateway)
  executable=/usr/bin/prometheus-pushgateway
  plain=(prometheus-pushgateway --web.listen-address=127.0.0.1:9091)
  request() { ask 9091 'GET /-/ready HTTP/1.0\r\n\r\n' OK; }
}

server_nats() {
  package=(nats-server)
  executable=/usr/sbin/nats-server
  plain=(nats-server -a 127.0.0.1 -p 4222)
  request() { ask 4222 'PING\r\n' INFO; }
}

server_rclone() {
  package=(rclone)
  executable=/usr/bin/rclone
  prepare() { page; }
  plain=(rclone --config= serve http --addr 127.0.0.1:8080 /tmp/www)
  request() { ask 8080 'GET /index.html HTTP/1.0\r\n\r\n' hello; }
}

launcher_rclone_mount() {
  package=(rclone fuse3)
  executable=/usr/bin/rclone
  prepare() { mkdir /tmp/from /tmp/to && echo hello >/tmp/from/file; }
  command=(rclone --config= mount --daemon /tmp/from /tmp/to)
  request() { timeout 3 grep -q hello /tmp/to/file; }
  stop() { umount /tmp/to; }
}

launcher_caddy_start() {
  package=(caddy)
  executable=/usr/bin/caddy pidfile=/tmp/caddy.pid
  prepare() { write /tmp/Caddyfile '{' 'auto_https off' '}' ':8080 {' 'bind 127.0.0.1' 'respond hello' '}'; }
  command=(caddy start --config /tmp/Caddyfile --adapter caddyfile --pidfile /tmp/caddy.pid)
  request() { get 8080; }
}

server_syncthing() {
  package=(syncthing)
  executable=/usr/bin/syncthing processes=2
  plain=(syncthing serve --home=/tmp/syncthing --no-browser --gui-address=127.0.0.1:8384 --skip-port-probing --no-default-folder)
  request() { get 8384 HTTP; }
}

# --- Rust

hand_sccache() {
  package=(sccache)
  executable=/usr/bin/sccache
  command=(env SCCACHE_DIR=/tmp/sccache SCCACHE_IDLE_TIMEOUT=0 sccache --start-server)
  request() { sccache --show-stats | grep -q 'Compile requests'; }
  stop() { sccache --stop-server; }
}

# --- Lua

script_lua_posix() {
  package=(lua5.3 lua-posix lua-socket)
  executable=/usr/bin/lua5.3
  prepare() {
    write /tmp/server.lua 'local unistd = require("posix.unistd")' 'if unistd.fork() ~= 0 then os.exit(0) end' \
      'unistd.setpid("s")' 'local s = require("socket").bind("127.0.0.1", 8080)' \
      'while true do local c = s:accept() c:receive() c:send("hello\n") c:close() end'
  }
  command=(lua5.3 /tmp/server.lua)
  request() { get 8080; }
}

prosody() {
  package=(prosody)
  executable=/usr/bin/lua5.4 pidfile=/tmp/prosody.pid
  prepare() {
    user prosody && mkdir -p /tmp/prosody
    write /tmp/prosody.cfg.lua 'pidfile = "/tmp/prosody.pid"' 'data_path = "/tmp/prosody"' \
      'run_as_root = true' 'interfaces = { "127.0.0.1" }' 'log = { info = "/tmp/prosody.log" }' \
      'modules_enabled = { "c2s", "posix" }' 'VirtualHost "localhost"'
  }
  request() {
    ask 5222 "<stream:stream to='localhost' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>" stream
  }
}
script_prosody() { prosody && command=(prosody --config /tmp/prosody.cfg.lua -D); }
server_prosody_foreground() { prosody && plain=(prosody --config /tmp/prosody.cfg.lua -F); }

hand_tarantool() {
  package=(tarantool)
  executable=/usr/bin/tarantool pidfile=/tmp/tarantool.pid
  prepare() {
    write /tmp/app.lua 'box.cfg{listen="127.0.0.1:3301", background=true, log="/tmp/tarantool.log",' \
      '  pid_file="/tmp/tarantool.pid", work_dir="/tmp", memtx_memory=64*1024*1024}'
  }
  command=(tarantool /tmp/app.lua)
  request() { ask 3301 '' Tarantool; }
}

# --- OCaml

script_ocaml() {
  package=(ocaml-interp)
  executable=/usr/bin/ocamlrun
  prepare() {
    write /tmp/server.ml 'open Unix' 'let () = if fork () <> 0 then exit 0' 'let _ = setsid ()' \
      'let s = socket PF_INET SOCK_STREAM 0' \
      'let () = setsockopt s SO_REUSEADDR true; bind s (ADDR_INET (inet_addr_loopback, 8080)); listen s 5' \
      'let () = while true do let c, _ = accept s in ignore (write_substring c "hello\n" 0 6); close c done'
  }
  command=(ocaml -I +unix unix.cma /tmp/server.ml)
  request() { get 8080; }
}

ocsigen() {
  package=(ocsigenserver)
  executable=/usr/bin/ocsigenserver.opt processes='[12]'
  prepare() {
    write /tmp/ocsigen.conf '<ocsigen><server><port>127.0.0.1:8080</port><logdir>/tmp</logdir>' \
      '<datadir>/tmp</datadir><commandpipe>/tmp/pipe</commandpipe>' \
      '<host/></server></ocsigen>'
  }
  request() { ask 8080 'GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n' HTTP; }
}
hand_ocsigenserver() { ocsigen && command=(ocsigenserver.opt -d -c /tmp/ocsigen.conf); }
server_ocsigenserver_foreground() { ocsigen && plain=(ocsigenserver.opt -c /tmp/ocsigen.conf); }

server_unison() {
  package=(unison-2.52)
  executable=/usr/bin/unison-2.52
  plain=(unison-2.52 -socket 5000)
  request() { ask 5000 '' Unison; }
}

# --- Tcl, Scheme, Lisp

server_tcl() {
  package=(tcl8.6)
  executable=/usr/bin/tclsh8.6
  prepare() {
    write /tmp/server.tcl 'proc accept {c a p} { puts $c hello; close $c }' \
      'socket -server accept -myaddr 127.0.0.1 8080' 'vwait forever'
  }
  plain=(tclsh8.6 /tmp/server.tcl)
  request() { get 8080; }
}

server_guile() {
  package=(guile-3.0)
  executable=/usr/bin/guile-3.0
  prepare() {
    write /tmp/server.scm '(let ((s (socket PF_INET SOCK_STREAM 0)))' \
      '  (setsockopt s SOL_SOCKET SO_REUSEADDR 1) (bind s AF_INET INADDR_LOOPBACK 8080) (listen s 5)' \
      '  (let loop () (let ((c (car (accept s)))) (display "hello\n" c) (close-port c) (loop))))'
  }
  plain=(guile-3.0 --no-auto-compile /tmp/server.scm)
  request() { get 8080; }
}

# --- emulators, editors, terminals, agents

hand_qemu() {
  package=(qemu-system-x86)
  executable=/usr/bin/qemu-system-x86_64 pidfile=/tmp/qemu.pid
  machine=(qemu-system-x86_64 -M none -nodefaults -display none -pidfile /tmp/qemu.pid
    -monitor 'tcp:127.0.0.1:4444,server=on,wait=off')
  command=("${machine[@]}" -daemonize)
  request() { ask 4444 'info status\n' 'VM status'; }
}

server_qemu_foreground() { hand_qemu && command=() && plain=("${machine[@]}"); }

hand_emacs() {
  package=(emacs-nox)
  executable=/usr/bin/emacs-nox
  command=(emacs-nox -Q --daemon=test)
  request() { [ "$(timeout 5 emacsclient.emacs -s test --eval '(+ 40 2)')" = 42 ]; }
}

server_emacs_foreground() {
  hand_emacs && command=()
  plain=(emacs-nox -Q --fg-daemon=test)
}

hand_dtach() {
  package=(dtach)
  executable=/usr/bin/dtach
  command=(dtach -n /tmp/dtach.sock cat)
  request() { test -S /tmp/dtach.sock; }
}

hand_gpg_agent() {
  package=(gpg-agent gpgconf)
  executable=/usr/bin/gpg-agent
  prepare() { mkdir -m 700 /tmp/gnupg; }
  command=(gpg-agent --homedir /tmp/gnupg --daemon)
  request() { timeout 3 gpg-connect-agent --homedir /tmp/gnupg --no-autostart '/datafile /dev/stdout' 'getinfo version' /bye | grep -q 2; }
}

hand_ssh_agent() {
  package=(openssh-client)
  executable=/usr/bin/ssh-agent
  command=(ssh-agent -a /tmp/agent.sock)
  request() { SSH_AUTH_SOCK=/tmp/agent.sock ssh-add -l | grep -q 'no identities'; }
}

server_xvfb() {
  package=(xvfb)
  executable=/usr/bin/Xvfb
  plain=(Xvfb :9 -nolisten tcp)
  request() { test -S /tmp/.X11-unix/X9; }
}

# --- other daemons of Debian

hand_lighttpd_daemon() {
  package=(lighttpd)
  executable=/usr/sbin/lighttpd pidfile=/tmp/lighttpd.pid
  prepare() {
    page && write /tmp/lighttpd.conf 'server.document-root = "/tmp/www"' 'server.port = 8080' \
      'server.bind = "127.0.0.1"' 'index-file.names = ("index.html")' 'server.pid-file = "/tmp/lighttpd.pid"' \
      'server.errorlog = "/tmp/lighttpd.log"'
  }
  command=(lighttpd -f /tmp/lighttpd.conf)
  request() { get 8080; }
}

daemon_unbound_daemon() {
  package=(unbound)
  executable=/usr/sbin/unbound pidfile=/tmp/unbound.pid
  prepare() {
    write /tmp/unbound.conf 'server:' 'interface: 127.0.0.1@5300' 'chroot: ""' 'username: ""' \
      'pidfile: /tmp/unbound.pid' 'use-syslog: no' 'local-data: "a.test. A 127.0.0.9"'
  }
  command=(unbound -c /tmp/unbound.conf)
  request() { resolves 5300; }
  reload() { kill -HUP "$daemon" && within 5 resolves 5300; }
}

daemon_dropbear() {
  package=(dropbear-bin)
  executable=/usr/sbin/dropbear pidfile=/tmp/dropbear.pid
  prepare() { mkdir -p /etc/dropbear; }
  command=(dropbear -R -p 127.0.0.1:2222 -P /tmp/dropbear.pid)
  request() { ask 2222 '' SSH-2; }
}

daemon_iperf3() {
  package=(iperf3)
  executable=/usr/bin/iperf3 pidfile=/tmp/iperf3.pid
  command=(iperf3 -s -D -B 127.0.0.1 -p 5201 -I /tmp/iperf3.pid)
  request() { timeout 10 iperf3 -c 127.0.0.1 -p 5201 -n 64K | grep -q 'iperf Done'; }
}

daemon_aria2() {
  package=(aria2)
  executable=/usr/bin/aria2c
  command=(aria2c -D --enable-rpc --rpc-listen-port=6800 --dir=/tmp)
  request() { ask 6800 'GET /jsonrpc?method=aria2.getVersion&id=1 HTTP/1.0\r\n\r\n' version; }
}

daemon_transmission() {
  package=(transmission-daemon)
  executable=/usr/bin/transmission-daemon pidfile=/tmp/transmission.pid
  command=(transmission-daemon -g /tmp/transmission -x /tmp/transmission.pid -r 127.0.0.1 -p 9091 -w /tmp
    -e /tmp/transmission.log --no-portmap --no-dht --no-lpd)
  request() { get 9091 HTTP; }
}

hand_tor() {
  package=(tor)
  executable=/usr/bin/tor pidfile=/tmp/tor.pid
  prepare() {
    write /tmp/torrc 'SocksPort 127.0.0.1:9050' 'RunAsDaemon 1' 'PidFile /tmp/tor.pid' 'DataDirectory /tmp/tor' \
      'DisableNetwork 0' 'Log notice file /tmp/tor.log'
  }
  command=(tor -f /tmp/torrc)
  request() { ask 9050 'GET / HTTP/1.0\r\n\r\n' SOCKS; }
}

server_beanstalkd() {
  package=(beanstalkd)
  executable=/usr/bin/beanstalkd
  plain=(beanstalkd -l 127.0.0.1 -p 11300)
  request() { ask 11300 'stats\r\n' OK; }
}

hand_ngircd() {
  package=(ngircd)
  executable=/usr/sbin/ngircd pidfile=/tmp/ngircd.pid
  prepare() {
    user irc
    write /tmp/ngircd.conf '[Global]' 'Name = irc.example.net' 'Info = test' 'Listen = 127.0.0.1' 'Ports = 6667' \
      'PidFile = /tmp/ngircd.pid' 'ServerUID = root' 'ServerGID = root' '[Options]' 'Ident = no' 'DNS = no' 'PAM = no'
    chmod 600 /tmp/ngircd.conf
  }
  command=(ngircd -f /tmp/ngircd.conf)
  request() { ask 6667 'NICK a\r\nUSER a b c d\r\n' ' 001 a '; }
}

hand_pdns_recursor() {
  package=(pdns-recursor)
  executable=/usr/sbin/pdns_recursor
  prepare() { mkdir -p /tmp/recursor && zone /tmp/zone; }
  command=(pdns_recursor --config-dir=/tmp/recursor --daemon=yes --local-address=127.0.0.1 --local-port=5300
    --socket-dir=/tmp --auth-zones=test=/tmp/zone --disable-syslog --threads=1 --setuid= --setgid=)
  request() { resolves 5300; }
}

hand_monit() {
  package=(monit)
  executable=/usr/bin/monit pidfile=/tmp/monit.pid
  prepare() {
    write /tmp/monitrc 'set daemon 30' 'set pidfile /tmp/monit.pid' 'set statefile /tmp/monit.state' \
      'set idfile /tmp/monit.id' 'set log /tmp/monit.log' 'set httpd port 2812 and use address 127.0.0.1' \
      'allow 127.0.0.1'
    chmod 600 /tmp/monitrc
  }
  command=(monit -c /tmp/monitrc)
  request() { get 2812 Monit; }
  stop() { monit -c /tmp/monitrc quit; }
}

hand_zabbix_agent() {
  package=(zabbix-agent)
  executable=/usr/sbin/zabbix_agentd pidfile=/tmp/zabbix.pid processes='[2-9]'
  prepare() {
    write /tmp/zabbix.conf 'PidFile=/tmp/zabbix.pid' 'LogFile=/tmp/zabbix.log' 'Server=127.0.0.1' 'ListenIP=127.0.0.1' \
      'AllowRoot=1' 'StartAgents=2' 'Hostname=test'
  }
  command=(zabbix_agentd -c /tmp/zabbix.conf)
  request() { ask 10050 'ZBXD\0001\0012\0000\0000\0000\0000\0000\0000\0000agent.ping' ZBXD; }
}

hand_collectd() {
  package=(collectd-core netcat-openbsd)
  executable=/usr/sbin/collectd pidfile=/tmp/collectd.pid
  prepare() {
    write /tmp/collectd.conf 'Hostname "test"' 'PIDFile "/tmp/collectd.pid"' 'BaseDir "/tmp"' 'LoadPlugin unixsock' \
      '<Plugin unixsock>' 'SocketFile "/tmp/collectd.sock"' '</Plugin>'
  }
  command=(collectd -C /tmp/collectd.conf)
  request() { ask_socket /tmp/collectd.sock 'LISTVAL\n' found; }
}

hand_chronyd() {
  package=(chrony)
  executable=/usr/sbin/chronyd pidfile=/tmp/chronyd.pid
  prepare() {
    user _chrony
    mkdir -m 750 /run/chrony
    write /tmp/chrony.conf 'pidfile /tmp/chronyd.pid' 'local stratum 1' 'allow 127.0.0.1' 'bindaddress 127.0.0.1' 'cmdport 0'
  }
  command=(chronyd -x -u root -f /tmp/chrony.conf)
  request() {
    { printf '\43' && head -c 47 /dev/zero; } >/tmp/query
    (exec 4<>/dev/udp/127.0.0.1/123 && cat /tmp/query >&4 &&
      [ "$(timeout 2 dd bs=48 count=1 status=none <&4 | wc -c)" = 48 ])
  }
}

hand_slapd() {
  package=(slapd ldap-utils)
  executable=/usr/sbin/slapd pidfile=/tmp/slapd.pid
  prepare() { mkdir /tmp/ldap && write /tmp/slapd.conf 'pidfile /tmp/slapd.pid' 'database config'; }
  command=(slapd -h ldap://127.0.0.1:3389 -f /tmp/slapd.conf)
  request() { timeout 5 ldapsearch -x -H ldap://127.0.0.1:3389 -b '' -s base | grep -q 'result: 0'; }
}

hand_snmpd() {
  package=(snmpd)
  executable=/usr/sbin/snmpd pidfile=/tmp/snmpd.pid
  prepare() { write /tmp/snmpd.conf 'rocommunity public 127.0.0.1'; }
  command=(snmpd -C -c /tmp/snmpd.conf -p /tmp/snmpd.pid -Lf /tmp/snmpd.log tcp:127.0.0.1:1161)
  request() { accepts 1161; }
  reload() { kill -HUP "$daemon" && within 5 accepts 1161; }
}

hand_pgbouncer() {
  package=(pgbouncer)
  executable=/usr/sbin/pgbouncer pidfile=/tmp/pgbouncer.pid
  prepare() {
    user postgres && write /tmp/users '"postgres" ""'
    write /tmp/pgbouncer.ini '[databases]' '[pgbouncer]' 'listen_addr = 127.0.0.1' 'listen_port = 6432' 'auth_type = any' \
      'auth_file = /tmp/users' 'pidfile = /tmp/pgbouncer.pid' 'logfile = /tmp/pgbouncer.log' 'unix_socket_dir =' 'user = postgres'
    touch /tmp/pgbouncer.log && chmod 1777 /tmp && chown postgres /tmp/pgbouncer.log /tmp/users /tmp/pgbouncer.ini
  }
  command=(pgbouncer -d /tmp/pgbouncer.ini)
  request() { accepts 6432; }
}

hand_gearmand() {
  package=(gearman-job-server)
  executable=/usr/sbin/gearmand pidfile=/tmp/gearmand.pid
  command=(gearmand -d -L 127.0.0.1 -p 4730 -P /tmp/gearmand.pid -l /tmp/gearmand.log)
  request() { ask 4730 'version\n' OK; }
}

hand_icecast() {
  package=(icecast2)
  executable=/usr/bin/icecast2 pidfile=/tmp/icecast.pid
  prepare() {
    user icecast
    mkdir -p /tmp/icecast
    write /tmp/icecast.xml '<icecast><hostname>localhost</hostname><listen-socket><port>8000</port>' \
      '<bind-address>127.0.0.1</bind-address></listen-socket><authentication><source-password>a</source-password></authentication>' \
      '<paths><basedir>/usr/share/icecast2</basedir><logdir>/tmp/icecast</logdir><webroot>/usr/share/icecast2/web</webroot>' \
      '<adminroot>/usr/share/icecast2/admin</adminroot><pidfile>/tmp/icecast.pid</pidfile></paths>' \
      '<security><chroot>0</chroot><changeowner><user>icecast</user><group>icecast</group></changeowner></security></icecast>'
    chown icecast /tmp/icecast
  }
  command=(icecast2 -b -c /tmp/icecast.xml)
  request() { get 8000 HTTP; }
}

daemon_nghttpx() {
  package=(nghttp2-proxy mini-httpd)
  executable=/usr/sbin/nghttpx pidfile=/tmp/nghttpx.pid processes=2
  prepare() { backend; }
  command=(nghttpx -D --conf=/dev/null -f '127.0.0.1,8080;no-tls' -b '127.0.0.1,8000' --pid-file=/tmp/nghttpx.pid
    --errorlog-file=/tmp/nghttpx.log)
  request() { ask 8080 'GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n' hello; }
}

daemon_svnserve() {
  package=(subversion)
  executable=/usr/bin/svnserve pidfile=/tmp/svnserve.pid
  prepare() { svnadmin create /tmp/repository; }
  command=(svnserve -d --listen-host 127.0.0.1 --listen-port 3690 --pid-file /tmp/svnserve.pid -r /tmp/repository)
  request() { timeout 5 svn info svn://127.0.0.1/ | grep -q 'Revision: 0'; }
}

hand_proftpd() {
  package=(proftpd-core)
  executable=/usr/sbin/proftpd pidfile=/tmp/proftpd.pid
  prepare() {
    write /tmp/proftpd.conf 'ServerType standalone' 'Port 2121' 'DefaultAddress 127.0.0.1' 'PidFile /tmp/proftpd.pid' \
      'User nobody' 'Group nogroup' 'UseIPv6 off' 'ScoreboardFile /run/scoreboard' 'ServerName test' 'SystemLog none' \
      'WtmpLog off' 'AuthPAM off' 'DelayEngine off'
  }
  command=(proftpd -c /tmp/proftpd.conf)
  request() { ask 2121 'QUIT\r\n' '^220'; }
  reload() { kill -HUP "$daemon" && within 5 ask 2121 'QUIT\r\n' '^220'; }
}

server_microsocks() {
  package=(microsocks)
  executable=/usr/bin/microsocks
  plain=(microsocks -i 127.0.0.1 -p 1080)
  request() { accepts 1080; }
}

hand_shadowsocks() {
  package=(shadowsocks-libev)
  executable=/usr/bin/ss-server pidfile=/tmp/ss.pid
  command=(ss-server -s 127.0.0.1 -p 8388 -k a -m aes-256-gcm -f /tmp/ss.pid)
  request() { accepts 8388; }
}

hand_mpd() {
  package=(mpd)
  executable=/usr/bin/mpd pidfile=/tmp/mpd.pid
  prepare() {
    mkdir /tmp/music
    write /tmp/mpd.conf 'bind_to_address "127.0.0.1"' 'pid_file "/tmp/mpd.pid"' 'log_file "/tmp/mpd.log"' \
      'audio_output {' 'type "null"' 'name "null"' '}'
  }
  command=(mpd /tmp/mpd.conf)
  request() { ask 6600 'ping\n' 'OK MPD'; }
}

daemon_knockd() {
  package=(knockd)
  executable=/usr/sbin/knockd pidfile=/tmp/knockd.pid
  prepare() { write /tmp/knockd.conf '[options]' 'LogFile = /tmp/knockd.log' '[a]' 'sequence = 1,2' 'command = true'; }
  command=(knockd -d -i lo -c /tmp/knockd.conf -p /tmp/knockd.pid)
}
