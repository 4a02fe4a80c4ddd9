# SPDX-License-Identifier: MIT
# Functions for the tests of the command.  shellcheck shell=bash
daemonfix=$root/build/daemonfix

# compile NAME [FLAG...] <SOURCE: compiles a program from C.
compile() {
  local name=$1
  shift
  gcc -w -D_GNU_SOURCE -include unistd.h -o "$name" -x c - "$@"
}

# script NAME LINE...: writes an executable file.
script() {
  printf '%s\n' "${@:2}" >"$1"
  chmod +x "$1"
}

# patch FILE OFFSET BYTES: overwrites bytes; BYTES has escapes such as \xff.
patch() { printf %b "$3" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none; }

# one_line PATTERN: standard error has exactly one line, and it matches.
one_line() {
  cat "$tmp/err"
  [ "$(wc -l <"$tmp/err")" = 1 ] && grep -qE -- "$1" "$tmp/err"
}

# json EXPRESSION [FILE]: prints a Python expression about the JSON object o.
json() { python3 -c 'import json, sys; o = json.load(open(sys.argv[2])); print(eval(sys.argv[1]))' "$1" "${2:-$tmp/out}"; }

# in_tmpfs SCRIPT: runs it in a tmpfs that everybody may enter and that is not mounted nosuid, with
# the command and the library in it; N COMMAND runs COMMAND there as the user nobody.
in_tmpfs() {
  ((EUID == 0)) || skip 'needs root, for files of other users'
  unshare -m bash -ec '
    mount -t tmpfs -o mode=755 tmpfs /mnt
    cp "$1/build/daemonfix" "$1/build/libdaemonfix.so" /mnt
    cd /mnt
    N() { setpriv --reuid 65534 --regid 65534 --clear-groups "$@"; }
    eval "$2"' - "$root" "$1" </dev/null 3>&-
}
