# SPDX-License-Identifier: MIT
# Programs that a library or another program makes daemons, or a function daemon of their own.
# common.bash explains the format.
# shellcheck shell=bash disable=SC2034,SC2016,SC2154,SC2317,SC2329

launcher_postgres() {
  package=("postgresql-$postgresql")
  executable=/usr/lib/postgresql/$postgresql/bin/postgres pidfile=/tmp/data/postmaster.pid processes='[56]'
  control=("/usr/lib/postgresql/$postgresql/bin/pg_ctl" -D /tmp/data -w)
  prepare() {
    user postgres
    mkdir /tmp/data && chown postgres /tmp/data
    as_user postgres "/usr/lib/postgresql/$postgresql/bin/initdb" -D /tmp/data -N -A trust --no-instructions
    write /tmp/data/postgresql.auto.conf "listen_addresses = '127.0.0.1'" \
      "unix_socket_directories = '/tmp'" 'fsync = off' 'autovacuum = off'
    chown postgres /tmp/data/postgresql.auto.conf
  }
  command=(setpriv --reuid postgres --regid postgres --clear-groups "${control[@]}"
    -l /tmp/data/log start)
  query() { timeout 5 psql -h 127.0.0.1 -U postgres -Atc "$1" postgres; }
  request() { [ "$(query 'select 40 + 2')" = 42 ]; }
  has_reloaded() { [ "$(query 'show work_mem')" = 5MB ]; }
  reload() {
    query "alter system set work_mem = '5MB'" && as_user postgres "${control[@]}" reload &&
      within 5 has_reloaded
  }
  stop() { as_user postgres "${control[@]}" -m fast stop; }
}

# --- in a library

library_apache2() {
  package=(apache2-bin)
  executable=/usr/sbin/apache2 pidfile=/tmp/apache.pid processes='[2-9]'
  configure() {
    local module modules=()
    for module in mpm_event authz_core dir; do
      modules+=("LoadModule ${module}_module /usr/lib/apache2/modules/mod_$module.so")
    done
    write /tmp/apache.conf "${modules[@]}" 'ServerName localhost' 'Listen 127.0.0.1:8080' \
      'PidFile /tmp/apache.pid' 'ErrorLog /tmp/apache.log' 'User www-data' 'Group www-data' \
      'DocumentRoot /tmp/www' 'StartServers 1' "$@"
  }
  prepare() { user www-data && page && configure; }
  command=(apache2 -f /tmp/apache.conf -k start)
  plain=(apache2 -f /tmp/apache.conf -DFOREGROUND)
  request() { get 8080; }
  reload() {
    configure 'Listen 127.0.0.1:8081' && apache2 -f /tmp/apache.conf -k graceful &&
      within 10 get 8081
  }
  stop() { apache2 -f /tmp/apache.conf -k stop; }
}

library_bindfs() {
  package=(bindfs)
  ready=''
  executable=/usr/bin/bindfs
  prepare() { mkdir /tmp/from /tmp/to && echo hello >/tmp/from/file; }
  command=(bindfs /tmp/from /tmp/to)
  plain=("${command[@]}" -f)
  request() { timeout 3 grep -q hello /tmp/to/file; }
  stop() { umount /tmp/to; }
}

library_sshfs() {
  package=(sshfs openssh-server openssh-client)
  executable=/usr/bin/sshfs
  prepare() {
    configure_sshd && /usr/sbin/sshd -f /tmp/sshd_config
    mkdir /tmp/from /tmp/to && echo hello >/tmp/from/file
  }
  command=(sshfs -p 2222 -F none -o IdentityFile=/tmp/key "${ssh_options[@]}"
    visitor@127.0.0.1:/tmp/from /tmp/to)
  request() { timeout 3 grep -q hello /tmp/to/file; }
  stop() { umount /tmp/to; }
}

# --- in an interpreter

script_gunicorn() {
  package=(gunicorn)
  executable=/usr/bin/python3 pidfile=/tmp/gunicorn.pid processes=2 # one is a worker
  configure() {
    write /tmp/app.py 'def app(environ, start):' '    start("200 OK", [])' \
      "    return [b'hello $1']"
  }
  prepare() { configure first; }
  plain=(python3 -m gunicorn -b 127.0.0.1:8080 -p /tmp/gunicorn.pid --chdir /tmp app:app)
  command=("${plain[@]}" -D)
  request() { get 8080; }
  # The old and the new source may have the same time stamp, so Python would use the old compiled file.
  reload() {
    configure second && rm -rf /tmp/__pycache__ && kill -HUP "$daemon" && within 10 get 8080 second
  }
}

script_perl() {
  package=(perl-base)
  executable=/usr/bin/perl
  prepare() {
    write /tmp/daemon.pl 'use POSIX;' 'exit 0 if fork;' 'POSIX::setsid(); chdir "/";' \
      'open STDIN, "</dev/null"; open STDOUT, ">/dev/null"; open STDERR, ">/dev/null";' \
      'open my $file, ">/tmp/started"; close $file;' 'sleep 60;'
  }
  command=(perl /tmp/daemon.pl)
  request() { test -e /tmp/started; }
}

# --- by another program

launcher_setsid() {
  package=(util-linux)
  executable=/usr/bin/tail
  command=(setsid -f tail -f /dev/null)
}

launcher_start_stop_daemon() {
  package=(dpkg)
  executable=/usr/bin/tail pidfile=/tmp/tail.pid
  control=(start-stop-daemon -p /tmp/tail.pid -x /usr/bin/tail)
  command=("${control[@]}" -S -b -m -- -f /dev/null)
  stop() { "${control[@]}" -K; }
}

launcher_daemon() {
  package=(daemon)
  executable=/usr/bin/daemon pidfile=/tmp/daemon.pid
  control=(daemon -n test -F /tmp/daemon.pid)
  command=("${control[@]}" -- tail -f /dev/null)
  request() { "${control[@]}" --running; }
  stop() { "${control[@]}" --stop; }
}

# --- by a function of its own

own_inetd() {
  package=(inetutils-inetd)
  executable=/usr/sbin/inetutils-inetd pidfile=/tmp/inetd.pid
  configure() {
    local port
    for port; do echo "127.0.0.1:$port stream tcp nowait root /bin/cat cat"; done >/tmp/inetd.conf
  }
  prepare() { configure 7777; }
  command=(inetutils-inetd -p/tmp/inetd.pid /tmp/inetd.conf)
  plain=("${command[@]}" -d)
  request() { ask 7777 'hello\n' hello; }
  reload() { configure 7777 7778 && kill -HUP "$daemon" && within 5 ask 7778 'hello\n' hello; }
}

own_ftpd() {
  package=(inetutils-ftpd)
  executable=/usr/sbin/ftpd pidfile=/tmp/ftpd.pid
  command=(ftpd -D -p/tmp/ftpd.pid)
  request() { ask 21 'QUIT\r\n' '^220'; }
}
