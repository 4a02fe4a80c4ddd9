# SPDX-License-Identifier: MIT
# Real, unmodified programs from Debian's packages: those that call daemon(3) are fixed and lose
# nothing, those that do not are left alone.  tests/programs/table.bash says how each is used.
load helper

setup_file() {
  local out=$BATS_FILE_TMPDIR/unavailable
  if "$root/scripts/programs" >"$out" 2>&1 3>&- &&
    unshare -m -p -n -i -u -f --kill-child --mount-proc true >"$out" 2>&1; then
    rm "$out"
  fi
}

# try PROGRAM: under glibc alone and with the library, side by side; the records are the files
# glibc and shim.
try() {
  local run=$root/tests/programs/run unavailable=$BATS_FILE_TMPDIR/unavailable pid
  [ ! -e "$unavailable" ] || skip "$(tail -n 1 "$unavailable")"
  "$run" "$1" >glibc 2>glibc.log 3>&- &
  pid=$!
  "$run" "$1" "$lib" >shim 2>shim.log 3>&- || true
  status=0
  wait "$pid" || status=$?
  [ "$status" != 77 ] || skip "$(tail -n 1 glibc.log)"
  cat glibc.log shim.log # shown if the test fails
  [ "$status" = 0 ]
}

has() { grep -x -e "$2" "$1" || { echo "$1: not $2" >&2; return 1; }; } # has RECORD LINE

# What must hold of any daemon; without it "the same with the library" would say nothing.
is_well() {
  has "$1" status=0
  has "$1" up.works=yes
  has "$1" up.terminal=0
  has "$1" up.parent=1
  has "$1" later.works=yes
  has "$1" later.same_process=yes
  has "$1" ended=yes
  not grep pidfile_is_right=no "$1"
}

# differs_by SED-SCRIPT: that and the library itself is all that changes.
differs_by() {
  sed -e 's/library=no/library=yes/' -e "$1" glibc >expected
  diff -u expected shim
}

is_fixed() {
  try "$1"
  is_well glibc
  has glibc up.leader=yes
  has glibc later.leader=yes
  differs_by "s/leader=yes/leader=no/; s/group=own/group=session/"
}

is_unchanged() {
  try "$1"
  is_well glibc
  differs_by ''
}

@test "sshd_is_fixed_and_works" { is_fixed sshd; }
@test "sshd_keeps_its_pid_over_sighup" { is_fixed sshd_restarted; }
@test "ssh_f_is_fixed_and_works" { is_fixed ssh; }
@test "stunnel4_is_fixed_and_works" { is_fixed stunnel4; }
@test "ptpd_is_fixed_and_works" { is_fixed ptpd; }
@test "tmux_is_fixed_and_works" { is_fixed tmux; }
@test "iperf_is_fixed_and_works" { is_fixed iperf; }
@test "dictd_is_fixed_and_works" { is_fixed dictd; }
@test "mini_httpd_is_fixed_and_works" { is_fixed mini_httpd; }
@test "rinetd_is_fixed_and_works" { is_fixed rinetd; }
@test "atftpd_is_fixed_and_works" { is_fixed atftpd; }
@test "tincd_is_fixed_and_works" { is_fixed tincd; }
@test "gpsd_is_fixed_and_works" { is_fixed gpsd; }

@test "nginx_is_unchanged" { is_unchanged nginx; }
@test "memcached_is_unchanged" { is_unchanged memcached; }
@test "xinetd_is_unchanged" { is_unchanged xinetd; }
@test "dnsmasq_is_unchanged" { is_unchanged dnsmasq; }
