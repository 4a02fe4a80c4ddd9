# SPDX-License-Identifier: MIT
# Real, unmodified programs from Debian's packages: those that call daemon(3) are fixed and lose
# nothing, those that do not are left alone.  tests/programs/common.bash says how each is used, and
# scripts/compat runs many more, in every mode.
load helper
load real

# is VERDICT PROGRAM [MODE]: started from a shell, without the library and with it.
is() {
  needs_setup_file
  "$root/tests/programs/compare" records "$lib" "$2" "${3-fix}/shell" >line 2>errors 3>&-
  cat line errors records/*.log # shown if the test fails
  [ "$(cut -f 16 line)" = "$1" ]
}

@test "sshd_is_fixed_works_and_keeps_its_pid_over_sighup" { is fixed sshd; }
@test "ssh_f_is_fixed_and_works" { is fixed ssh; }
@test "stunnel4_is_fixed_and_works" { is fixed stunnel4; }
@test "ptpd_is_fixed_and_works" { is fixed ptpd; }
@test "tmux_is_fixed_and_works" { is fixed tmux; }
@test "iperf_is_fixed_and_works" { is fixed iperf; }
@test "dictd_is_fixed_and_works" { is fixed dictd; }
@test "mini_httpd_is_fixed_and_works" { is fixed mini_httpd; }
@test "rinetd_is_fixed_and_works" { is fixed rinetd; }
@test "atftpd_is_fixed_and_works" { is fixed atftpd; }
@test "tincd_is_fixed_and_works" { is fixed tincd; }
@test "gpsd_is_fixed_and_works" { is fixed gpsd; }

@test "nginx_is_unchanged" { is unchanged nginx; }
@test "memcached_is_unchanged" { is unchanged memcached; }
@test "xinetd_is_unchanged" { is unchanged xinetd; }
@test "dnsmasq_is_unchanged" { is unchanged dnsmasq; }

# After daemon(), dictd looks for the end of its environment, to write its title there.
@test "dictd_stays_in_the_foreground_and_works" { is stays dictd foreground; }
@test "nginx_is_fixed_by_fix_fork_and_reloads" { is fixed nginx fix-fork; }
@test "redis_is_fixed_by_fix_fork_and_saves" { is fixed redis fix-fork; }
@test "xinetd_is_fixed_by_fix_fork_and_reloads" { is fixed xinetd fix-fork; }
