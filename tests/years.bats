# SPDX-License-Identifier: MIT
# Where long has 32 bits, files dated after January 2038 are files like any other.
load helper

# Builds the fixture and the library for 32 bits.
setup_file() { try_to build_for_32_bits; }
build_for_32_bits() {
  cd "$BATS_FILE_TMPDIR" && cp -r "$root"/{Makefile,src,tests} . || return
  make -s CC='gcc -m32 -idirafter /usr/include/x86_64-linux-gnu' LD='ld -m elf_i386' \
    build/libdaemonfix.so build/tests/report || { echo "no compiler for 32-bit programs" && return 1; }
  build/tests/report -0 -x "$PWD/report" || { echo "this kernel runs no 32-bit programs" && return 1; }
}
setup_32() {
  needs_setup_file
  lib=$BATS_FILE_TMPDIR/build/libdaemonfix.so fix=$BATS_FILE_TMPDIR/build/tests
}

@test "log_and_pid_file_and_their_directory_may_be_dated_after_2038" {
  setup_32
  mkdir late
  touch late/{log,pid}
  touch -d 2040-01-01 late/{log,pid} late
  [ "$(stat -c %Y late/log)" -gt $((1 << 31)) ]
  fixed DAEMONFIX_STDOUT="$tmp/late/log" DAEMONFIX_STDERR="$tmp/late/err" DAEMONFIX_PIDFILE="$tmp/late/pid" \
    DAEMONFIX_CHDIR="$tmp/late" "$fix/report" "$tmp/report"
  cat err
  [ "$status" = 0 ]
  reported
  [ "$(<late/pid)" = "$(value after.pid)" ]
}

@test "the_null_device_may_be_dated_after_2038" {
  setup_32
  ((EUID == 0)) || skip "needs root"
  mkdir dev
  through() {
    mount -t tmpfs -o mode=755 none "$tmp/dev" && mknod -m 666 "$tmp/dev/null" c 1 3 &&
      touch -d 2040-01-01 "$tmp/dev/null" && mount --bind "$tmp/dev/null" /dev/null && exec "$@"
  }
  export -f through
  export tmp
  launch unshare -m bash -c 'through "$@"' bash env LD_PRELOAD="$lib" "$fix/report" "$tmp/report"
  cat err
  [ "$status" = 0 ]
  reported
  [[ $(value after.fds) = 0:/dev/null* ]]
}
