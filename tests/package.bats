# SPDX-License-Identifier: MIT
# scripts/package: a Debian package that installs, works, and is removed without a trace.
load helper
load sandbox

setup_file() {
  SOURCE_DATE_EPOCH=1700000000 "$root/scripts/package" >"$BATS_FILE_TMPDIR/name" 3>&-
}
setup() { # includes what helper.bash's does
  package=$root/$(<"$BATS_FILE_TMPDIR/name")
  tmp=$BATS_TEST_TMPDIR
  : >"$tmp/pids"
  cd "$tmp" || return
}

@test "lintian_finds_no_error" {
  launch lintian --allow-root --fail-on error "$package"
  cat out err
  [ "$status" = 0 ]
}

@test "the_library_is_in_a_private_directory" {
  dpkg-deb -c "$package" >list
  grep -qE ' \./usr/lib/[^/]*/daemonfix/libdaemonfix.so$' list
  grep -q ' \./usr/bin/daemonfix$' list
  not grep -v ' root/root ' list
}

@test "the_libc_that_it_needs_is_named" {
  needed=$(dpkg-deb -f "$package" Depends)
  [[ $needed =~ ^libc6\ \(\>=\ 2\.[0-9]+\)$ ]]
  needed=${needed#*>= }
  dpkg-deb -x "$package" tree
  for file in tree/usr/bin/daemonfix tree/usr/lib/*/daemonfix/libdaemonfix.so; do
    readelf -VW "$file" | grep -o 'GLIBC_[0-9.]*'
  done | sort -uV | tail -n 1 >newest
  [ "$(<newest)" = "GLIBC_${needed%)}" ]
}

@test "the_same_sources_make_the_same_package" {
  sum=$(md5sum <"$package")
  SOURCE_DATE_EPOCH=1700000000 "$root/scripts/package" >/dev/null 3>&-
  [ "$(md5sum <"$package")" = "$sum" ]
}

# In the sandbox: the README's example, and what is left in the end.
use_it() {
  exec 2>&1
  dpkg -i "$1" >/dev/null
  dpkg --verify daemonfix
  python=$(python3 -c 'import sys; print(sys.executable)')
  daemonfix run -b -p /run/web.pid -o /var/log/web.log -- "$python" -c '
import time
print("started", flush=True)
time.sleep(1000)'
  within 20 grep started /var/log/web.log
  daemonfix inspect "$(</run/web.pid)"
  kill "$(</run/web.pid)"
  dpkg -L daemonfix | while read -r file; do [ -d "$file" ] || echo "$file"; done >files
  dpkg -r daemonfix >/dev/null
  while read -r file; do [ ! -e "$file" ] || echo "left: $file"; done <files
}

@test "it_installs_runs_a_daemon_and_goes_without_a_trace" {
  sandboxed use_it "$package"
  cat out
  [ "$status" = 0 ]
  [ "$(wc -l <files)" -ge 8 ]
  grep -qx 'a correct daemon' out
  grep -qx started out
  not grep left: out
  not grep -q '^missing\|^??' out
}
