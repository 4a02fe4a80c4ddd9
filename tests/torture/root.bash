# SPDX-License-Identifier: MIT
# Roots of other Debian suites, for the rows of platforms.  shellcheck shell=bash
. "$(dirname "${BASH_SOURCE[0]}")/variant.bash"
row=${row-}

# root SUITE ARCH: makes a root with debootstrap, from this machine's own package source; sets root.
root() {
  root=$PWD/build/roots/$1-$2 personality=(env)
  [ "$2" != i386 ] || personality=(linux32)
  [ ! -e "$root/complete" ] || return 0
  ((EUID == 0)) || not_here 'making a root needs root'
  need 'to make a Debian of its own' debootstrap:debootstrap
  local mirror
  # shellcheck disable=SC2016 # apt's variable
  mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
  say "$row: making Debian $1 for $2" >&2
  rm -rf "$root"
  mkdir -p "$root"
  unshare -m -p -f -i -u debootstrap --variant=minbase --arch="$2" "$1" "$root" "$mirror" \
    >"$root.log" 2>&1 || not_here "no Debian $1 for $2: $(tail -n 1 "$root.log")"
  # In the root no service starts, and dpkg does not sync.
  printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
  chmod +x "$root/usr/sbin/policy-rc.d"
  echo force-unsafe-io >"$root/etc/dpkg/dpkg.cfg.d/unsafe-io"
  in_root apt-get -qq update >>"$root.log" # the suite installs what it lacks
  touch "$root/complete"
}

# in_root COMMAND [ARG...]: runs COMMAND in the root, in namespaces of its own.
in_root() {
  # shellcheck disable=SC2016 # for the inner shell
  "${personality[@]}" unshare -m -p -f -i -u --kill-child bash -euc '
    mount --bind "$1" "$1"
    cd "$1"
    mount -t proc proc proc
    mount -t tmpfs -o mode=755 dev dev # the root has its own /dev, which the suite may break
    for node in null:3 zero:5 full:7 random:8 urandom:9; do
      mknod -m 666 "dev/${node%:*}" c 1 "${node#*:}"
    done
    mknod -m 666 dev/tty c 5 0
    mkdir dev/pts dev/shm
    mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
    mount -t tmpfs -o mode=1777 shm dev/shm
    ln -s pts/ptmx dev/ptmx
    ln -s /proc/self/fd dev/fd
    for n in 0:stdin 1:stdout 2:stderr; do ln -s "/proc/self/fd/${n%:*}" "dev/${n#*:}"; done
    mount --rbind /sys sys
    mount -t tmpfs -o mode=1777 tmp tmp
    pivot_root . mnt
    umount -l mnt
    shift
    env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
      HOME=/root LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "$@" || exit $?' - "$root" "$@"
}
