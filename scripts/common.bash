# SPDX-License-Identifier: MIT
# Functions that the scripts share.  shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

say() { printf '%s\n' "$*"; }
die() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

as_root() { if ((EUID)); then sudo "$@"; else "$@"; fi; }

# need WHY COMMAND:PACKAGE...: installs the Debian packages of those commands that are missing.
# COMMAND may be a path.
need() {
  local why=$1 pair missing=()
  shift
  for pair; do
    [ -e "${pair%%:*}" ] || command -v "${pair%%:*}" >/dev/null || missing+=("${pair#*:}")
  done
  ((${#missing[@]})) || return 0
  say "installing ${missing[*]} ($why)"
  command -v apt-get >/dev/null || die "missing: ${missing[*]} (and there is no apt-get)"
  [ -n "$(find /var/lib/apt/lists -name '*_Packages*' -print -quit)" ] || as_root apt-get -qq update
  # RUNLEVEL=1 keeps the packages' services from starting; only the tests run these programs.
  as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get -qq -o Dpkg::Use-Pty=0 \
    -o DPkg::Lock::Timeout=600 install --no-install-recommends "${missing[@]}" >/dev/null || die "cannot install ${missing[*]}"
}

# want WHY COMMAND:PACKAGE: as need, for a package that the tests can do without.
want() { (need "$@") || say "doing without ${2#*:}"; }

need_build() { need 'to build' gcc:gcc make:make /usr/include/stdio.h:libc6-dev; }

need_fuzzer() {
  need 'to fuzz' clang:clang
  need 'to fuzz' "$(echo /usr/lib/llvm-*/lib/clang/*/lib/linux/libclang_rt.fuzzer-*.a |
    cut -d' ' -f1):libclang-rt-$(clang -dumpversion | cut -d. -f1)-dev"
}

need_i386() {
  # Debian's gcc-multilib conflicts with cross compilers; gcc-N-multilib does not, and has this directory.
  need 'for 32-bit programs' \
    "/usr/lib/gcc/x86_64-linux-gnu/$(gcc -dumpversion)/32:gcc-$(gcc -dumpversion)-multilib"
}

need_executables() {
  local pair
  for pair in go:golang-go rustc:rustc busybox:busybox-static; do
    want 'for programs of every kind' "$pair"
  done
}

# Succeeds if the kernel executes 32-bit programs.  (Some answer "Exec format error".)
runs_i386() {
  local program status=0
  program=$(mktemp)
  # shellcheck disable=SC2016 # a C program
  gcc -m32 -nostdlib -static -o "$program" -xc - <<<'void _start(void) { __asm__("int $0x80" : : "a"(1), "b"(0)); }' &&
    "$program" 2>/dev/null || status=1
  rm -f "$program"
  return $status
}

need_emulated() { # ARCH MACHINE
  need 'for another machine' "$2-linux-gnu-gcc:gcc-$2-linux-gnu" \
    "/usr/$2-linux-gnu/include/stdio.h:libc6-dev-$1-cross" "/usr/bin/qemu-$2-static:qemu-user-static"
}

need_bench() {
  need 'to measure' strace:strace valgrind:valgrind gnuplot:gnuplot-nox
  need 'to compare with' daemonize:daemonize wait-for-it:wait-for-it /usr/bin/daemon:daemon /sbin/start-stop-daemon:dpkg \
    /usr/share/doc/libeatmydata1:libeatmydata1 /usr/share/doc/libfaketime:libfaketime \
    /usr/share/doc/libfakeroot:libfakeroot /usr/share/doc/torsocks:torsocks
}
