# SPDX-License-Identifier: MIT
# What the tests of the command share, besides helper.bash.  shellcheck shell=bash
daemonfix=$root/build/daemonfix

# compile NAME [FLAG...] <SOURCE: a program of this C source.
compile() {
  local name=$1
  shift
  gcc -w -D_GNU_SOURCE -include unistd.h -o "$name" -x c - "$@"
}

# script NAME LINE...: an executable file.
script() {
  printf '%s\n' "${@:2}" >"$1"
  chmod +x "$1"
}

# patch FILE OFFSET BYTES: BYTES with escapes, as \xff.
patch() { printf %b "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

# one_line PATTERN: exactly one line was said on stderr, and it matches.
one_line() {
  cat "$tmp/err"
  [ "$(wc -l <"$tmp/err")" = 1 ] && grep -qE -- "$1" "$tmp/err"
}

# json EXPRESSION [FILE]: of the object o, in Python.
json() { python3 -c 'import json, sys; o = json.load(open(sys.argv[2])); print(eval(sys.argv[1]))' "$1" "${2:-$tmp/out}"; }

# in_tmpfs SCRIPT: runs it in a tmpfs of its own, where everybody may go and nothing is nosuid, with
# the command and the library in it; nobody is a user there, and N COMMAND runs as that user.
in_tmpfs() {
  ((EUID == 0)) || skip 'needs root, for files of other users'
  unshare -m bash -ec '
    mount -t tmpfs -o mode=755 tmpfs /mnt
    cp "$1/build/daemonfix" "$1/build/libdaemonfix.so" /mnt
    cd /mnt
    N() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
    eval "$2"' - "$root" "$1" </dev/null 3>&-
}
