# SPDX-License-Identifier: MIT
# The Makefile: the flags it uses and the files it makes.
load helper

# Copies the files that make needs.
tree() {
  cp -r "$root/Makefile" "$root/src" "$tmp"
  cd "$tmp" || return
}

@test "builds_without_a_warning_with_gcc_and_clang" {
  tree
  for cc in gcc clang; do
    make -s -j2 CC=$cc CFLAGS='-O2 -Werror' 2>"$tmp/warnings"
    [ ! -s "$tmp/warnings" ]
    [ -e build/libdaemonfix.so ]
    make -s clean
  done
}

@test "flags_of_the_user_are_appended" {
  tree
  run make -n CFLAGS=-DUSERS_C LDFLAGS=-Lusers_ld CPPFLAGS=-DUSERS_CPP
  [[ $output =~ -Wall.*-DUSERS_CPP.*-DUSERS_C ]]
  [[ $output =~ -shared.*-Lusers_ld ]]
  [[ $output =~ -fPIC ]]
}

@test "a_changed_header_rebuilds_what_includes_it" {
  tree
  make -s
  make -q
  touch -d '1 minute' src/core/settings.h
  not make -q
}

@test "nothing_is_written_outside_build" {
  tree
  find . -not -path './build*' | sort >"$tmp.before"
  make -s
  find . -not -path './build*' | sort | diff "$tmp.before" -
  make -s clean
  [ ! -e build ]
}

@test "install_and_uninstall_honour_destdir_and_libdir" {
  tree
  make -s install DESTDIR="$tmp/dest dir" PREFIX=/opt/x LIBDIR=/opt/x/lib64
  [ -e "$tmp/dest dir/opt/x/lib64/libdaemonfix.so" ]
  make -s uninstall DESTDIR="$tmp/dest dir" PREFIX=/opt/x LIBDIR=/opt/x/lib64
  [ -z "$(find "$tmp/dest dir" -type f)" ]
}
