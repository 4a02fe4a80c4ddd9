# SPDX-License-Identifier: MIT
# -b and -K run every kind of executable, one row for each.  Each program prints "out", sleeps for its
# first argument's seconds, and ends with its second argument as status.
load helper
load command
load settings

correct_daemon() { # PID
  not leads_session "$1"
  [ "$(field "$1" tty_nr)" = 0 ]
  [ "$(field "$1" pgrp)" = "$1" ]
  launch "$daemonfix" inspect --json "$1"
  [ "$status" = 0 ] || { cat out; return 1; }
}

# run_it ARGUMENT...: runs daemonfix with these arguments, by means of $through.
run_it() { launch "${through[@]}" "$daemonfix" run "$@"; }

in_background() { # PROGRAM...
  run_it -b -p pid -o log -e log "$@" 1000 0
  cat err
  [ "$status" = 0 ]
  pid=$(<pid)
  note "$pid"
  within 20 grep -qx out log
  correct_daemon "$pid"
  run_it -b -p pid -o log "$@" 1000 0
  [ "$status" = 125 ]
  one_line "^daemonfix: run: -p 'pid': already running, PID $pid$"
  launch "$daemonfix" status pid
  [ "$status" = 0 ]
  launch "$daemonfix" stop pid
  cat out err
  [ "$status" = 0 ]
  gone "$pid"
  launch "$daemonfix" status pid
  [ "$status" = 3 ] # the PID file is gone
  [ "$(<log)" = out ] # the second start has not run
}

# At first the file names the process in front.
names_child_of() { pid=$(cat pid) && [ "$(field "$pid" ppid)" = "$1" ]; }

in_front() { # PROGRAM...
  local front=0
  rm log
  env "${through[@]}" "$daemonfix" run -K -p pid -o log -e log "$@" 1000 0 </dev/null \
    >front 2>&1 3>&- &
  note $!
  within 20 grep -qx out log
  within 10 names_child_of $!
  note "$pid"
  kill $!
  wait $! || front=$?
  [ "$front" = 143 ] # as the program, by SIGTERM
  gone "$pid"
  [ ! -e pid ]
  [ "$(<log)" = out ]
  [ ! -s front ]
  run_it -K -o log "$@" 0 7
  [ "$status" = 7 ]
  [ "$(<log)" = $'out\nout' ]
}

row() { # PROGRAM...
  in_background "$@"
  in_front "$@"
}

# is PROBLEM PROGRAM: check gives this problem; with any other, the row would not test its case.
is() {
  launch "${through[@]}" "$daemonfix" check --json "$2"
  [ "$(json 'o["problem"]')" = "$1" ] || skip "here it is no $1 program, but: $(json 'o["reason"]')"
}

# c NAME [FLAG...]: compiles the program in C, with CC if that is set.
c() {
  "${CC-gcc}" -o "$1" -x c - "${@:2}" <<'END'
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	puts("out");
	fflush(stdout);
	sleep(atoi(argv[1]));
	return atoi(argv[argc - 1]);
}
END
}

shell='echo out; [ $1 = 0 ] || exit $1; exec sleep $0'
script_lines=('echo out' '[ $2 = 0 ] || exit $2' 'exec sleep $1')

# The programs run as the user nobody, who can still reach $tmp.
as_nobody() {
  needs_root
  through=(setpriv --reuid=65534 --regid=65534 --clear-groups
    '--inh-caps=-all,+dac_override' '--ambient-caps=-all,+dac_override')
}

have() { command -v "$1" >/dev/null || skip "there is no $1"; }

@test "dynamic_c" {
  c prog
  row ./prog
}

@test "static_c" {
  c prog -static
  is static ./prog
  row ./prog
}

@test "static_pie" {
  c prog -static-pie
  is static ./prog
  row ./prog
}

@test "static_go" {
  have go
  cat >prog.go <<'END'
package main

import (
	"os"
	"strconv"
	"time"
)

func main() {
	os.Stdout.WriteString("out\n")
	seconds, _ := strconv.Atoi(os.Args[1])
	status, _ := strconv.Atoi(os.Args[2])
	time.Sleep(time.Duration(seconds) * time.Second)
	os.Exit(status)
}
END
  GOCACHE=$tmp/cache GO111MODULE=off CGO_ENABLED=0 go build -o prog prog.go 3>&-
  is static ./prog
  row ./prog
}

rust() { # FLAG...
  have rustc
  cat >prog.rs <<'END'
fn main() {
    println!("out");
    let numbers: Vec<u64> = std::env::args().skip(1).map(|a| a.parse().unwrap()).collect();
    std::thread::sleep(std::time::Duration::from_secs(numbers[0]));
    std::process::exit(numbers[1] as i32);
}
END
  rustc "$@" -o prog prog.rs 3>&- || skip 'rustc cannot link this'
}

@test "dynamic_rust" {
  rust
  row ./prog
}

@test "static_rust" {
  rust -C target-feature=+crt-static
  is static ./prog
  row ./prog
}

@test "busybox_static" {
  have busybox
  is static "$(type -P busybox)"
  row busybox sh -c "${shell/sleep/busybox sleep}"
}

@test "set_user_id_as_ordinary_user" {
  as_nobody
  c prog
  chmod 4755 prog
  is set-user-ID ./prog
  row ./prog
}

@test "set_user_id_as_root" {
  needs_root
  c prog
  chown 65534 prog
  chmod 4755 prog
  is set-user-ID ./prog
  row ./prog
}

@test "file_capabilities" {
  as_nobody
  c prog
  # cap_net_bind_service+ep
  python3 -c '
import os, struct
os.setxattr("prog", "security.capability", struct.pack("<5I", 0x02000001, 1 << 10, 0, 0, 0))' ||
    skip 'no file capabilities here'
  is capabilities ./prog
  row ./prog
}

# The program needs no 32-bit libc.
@test "i386" {
  [ "$(uname -m)" = x86_64 ] || skip 'for x86-64'
  gcc -m32 -static -nostdlib -fno-pie -no-pie -fno-stack-protector -O1 -o prog -x c - <<'END'
static int call(int number, int a, const void *b, int c)
{
	int result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory");
	return result;
}
static int number(const char *text)
{
	int n = 0;
	while (*text)
		n = n * 10 + *text++ - '0';
	return n;
}
void begin(char **stack)
{
	int time[2] = {number(stack[2]), 0};
	call(4, 1, "out\n", 4);
	call(162, (int)time, 0, 0);
	call(1, number(stack[3]), 0, 0);
}
__asm__(".globl _start\n_start: mov %esp, %eax\npush %eax\ncall begin\n");
END
  ./prog 0 0 || skip 'this kernel executes no i386 programs'
  row ./prog
}

@test "musl" {
  have musl-gcc
  CC=musl-gcc c prog
  is libc ./prog
  row ./prog
}

@test "static_musl" {
  have musl-gcc
  CC=musl-gcc c prog -static
  is static ./prog
  row ./prog
}

@test "script_with_interpreter" {
  script prog '#!/bin/sh' "${script_lines[@]}"
  row ./prog
}

@test "script_without_interpreter" {
  script prog "${script_lines[@]}"
  row ./prog
}

@test "script_through_env" {
  script prog '#!/usr/bin/env bash' "${script_lines[@]}"
  row ./prog
}

@test "script_through_more_of_env_than_check_follows" {
  script prog '#!/usr/bin/env -S "bash" --norc' "${script_lines[@]}"
  row ./prog
}

@test "program_that_may_not_be_read" {
  needs_root
  c prog
  export prog=$tmp/prog
  in_tmpfs '
    mkdir nobodys
    chown 65534 nobodys
    cp "$prog" nobodys
    chmod 711 nobodys/prog
    cd nobodys
    N ../daemonfix run -b -p pid -o log ./prog 1000 0
    until [ "$(cat log)" = out ]; do sleep 0.02; done
    ../daemonfix inspect pid
    ../daemonfix status pid
    ../daemonfix stop pid
    status=0
    N ../daemonfix run -K ./prog 0 7 || status=$?
    [ "$status" = 7 ]
    status=0
    N ../daemonfix run ./prog 0 7 2>err || status=$?
    [ "$status" = 126 ]
    grep "cannot be read (Permission denied).*use -b or -K" err'
}

@test "a_program_that_the_kernel_does_not_execute_is_126_and_nothing_is_left" {
  c prog
  patch prog 18 '\xfe\xfe' # e_machine
  for mode in -b -K; do
    run_it $mode -p "$tmp/pid" ./prog
    [ "$status" = 126 ]
    one_line '^daemonfix: ./prog: Exec format error$'
    [ ! -e pid ]
  done
}

# As under qemu-user, where vfork(2) shares no memory and does not wait.
@test "where_vfork_is_an_ordinary_fork" {
  echo '#include <fcntl.h>
    #include <unistd.h>
    pid_t vfork(void) { return close(creat(getenv("VFORKED"), 0600)), fork(); }' |
    compile vforks.so -include stdlib.h -shared -fPIC
  through=(env VFORKED="$tmp/vforked" LD_PRELOAD="$tmp/vforks.so")
  c prog
  in_background ./prog
  [ -e vforked ]
  run_it -b -p pid -C "$tmp/vanished" ./prog 1000 0
  [ "$status" = 125 ]
  [ ! -e pid ]
  patch prog 18 '\xfe\xfe' # e_machine
  run_it -b -p pid ./prog
  [ "$status" = 126 ]
  one_line '^daemonfix: ./prog: Exec format error$'
  [ ! -e pid ]
}

@test "a_program_that_vanishes_before_it_is_executed_is_127_and_nothing_is_left" {
  c prog
  launch strace -f -qqq -o /dev/null -P "$tmp/prog" -e inject=execve:error=ENOENT \
    "$daemonfix" run -b -p "$tmp/pid" "$tmp/prog"
  [ "$status" = 127 ]
  one_line '^daemonfix: .*/prog: No such file or directory$'
  [ ! -e pid ]
}
