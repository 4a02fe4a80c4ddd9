# SPDX-License-Identifier: MIT
# make install and make uninstall.
load helper

# Copies the files that make needs, because directories other than the defaults are compiled in.
setup_file() {
  cp -r "$root/Makefile" "$root/src" "$BATS_FILE_TMPDIR"
}
make_() { make -s -C "$BATS_FILE_TMPDIR" "$@" >/dev/null; }

files() { find "$1" -not -type d | sort; }

@test "everything_is_installed_below_the_prefix" {
  make_ install DESTDIR="$tmp/dest" PREFIX=/opt/odd+prefix
  cd dest/opt/odd+prefix
  [ -x bin/daemonfix ]
  [ -e lib/libdaemonfix.so ]
  [ -e lib/pkgconfig/daemonfix.pc ]
  [ -e include/daemonfix.h ]
  [ -e share/bash-completion/completions/daemonfix ]
  [ -e share/zsh/site-functions/_daemonfix ]
  [ -e share/fish/vendor_completions.d/daemonfix.fish ]
  for page in "$root"/src/*.[1-8] "$root"/src/*/*.[1-8]; do
    [ ! -e "$page" ] || [ -e "share/man/man${page##*.}/${page##*/}" ]
  done
  [ "$(find "$tmp/dest" -mindepth 1 -maxdepth 3 -not -path '*/opt/odd+prefix/*' | wc -l)" = 2 ]
}

@test "uninstall_leaves_nothing" {
  for dest in "$tmp/dest" "$tmp/dest dir"; do
    set -- DESTDIR="$dest" PREFIX=/odd BINDIR=/odd/tools LIBDIR=/odd/lib64/own MANDIR=/odd/man \
      INCLUDEDIR=/odd/inc PKGCONFIGDIR=/odd/pc
    make_ install "$@"
    [ "$(files "$dest" | wc -l)" -ge 8 ]
    : >"$dest/odd/lib64/own/of-somebody-else"
    make_ uninstall "$@"
    [ "$(files "$dest")" = "$dest/odd/lib64/own/of-somebody-else" ]
  done
}

@test "the_installed_command_runs_programs_with_the_installed_library" {
  make_ install DESTDIR="$tmp/dest" PREFIX=/odd LIBDIR=/odd/lib64/own
  launch "$tmp/dest/odd/bin/daemonfix" run -- "$fix/report" "$tmp/report"
  [ "$status" = 0 ]
  reported
  pid=$(value after.pid)
  not leads_session "$pid"
  grep -q "$tmp/dest/odd/lib64/own/libdaemonfix.so" "/proc/$pid/maps"
  launch "$tmp/dest/odd/bin/daemonfix" inspect "$pid"
  [ "$status" = 0 ]
}

@test "in_a_directory_with_a_space_the_command_starts_nothing_unprotected" {
  make_ install DESTDIR="$tmp/dest dir" PREFIX=/odd
  cmd="$tmp/dest dir/odd/bin/daemonfix"
  launch "$cmd" run -- "$fix/report" -x "$tmp/report"
  [ "$status" = 125 ]
  [ ! -e report ]
  grep -q "$tmp/dest dir/odd/lib" err
  launch "$cmd" --version
  [ "$status" = 0 ]
}

@test "another_libdir_is_compiled_in_without_being_asked_to_clean" {
  make_ install DESTDIR="$tmp/dest" PREFIX=/odd LIBDIR=/odd/one
  make_ install DESTDIR="$tmp/dest" PREFIX=/odd LIBDIR=/odd/two
  rm -r dest/odd/one
  launch "$tmp/dest/odd/bin/daemonfix" run -- "$fix/report" "$tmp/report"
  [ "$status" = 0 ]
  reported
  make -q -C "$BATS_FILE_TMPDIR" PREFIX=/odd LIBDIR=/odd/two
}

@test "the_installed_manual_says_where_the_library_is" {
  make_ install DESTDIR="$tmp/dest" PREFIX=/odd LIBDIR=/odd/lib64
  grep -q LD_PRELOAD=/odd/lib64/libdaemonfix.so dest/odd/share/man/man7/libdaemonfix.7
  not grep -r /usr/local/lib dest
}

@test "pkg_config_says_how_to_link_and_to_preload" {
  make_ install PREFIX="$tmp/odd" LIBDIR="$tmp/odd/lib64/own"
  export PKG_CONFIG_PATH=$tmp/odd/lib64/own/pkgconfig
  [ "$(pkg-config --variable=preload daemonfix)" = "$tmp/odd/lib64/own/libdaemonfix.so" ]
  [ "$(pkg-config --modversion daemonfix)" = "$("$tmp/odd/bin/daemonfix" --version | cut -d ' ' -f 2)" ]
  # shellcheck disable=SC2046
  gcc -D_GNU_SOURCE -o linked "$root/tests/fixtures/report.c" $(pkg-config --cflags --libs daemonfix)
  launch ./linked "$tmp/report"
  [ "$status" = 0 ]
  reported
  not leads_session "$(value after.pid)"
}

@test "the_header_compiles_alone_as_c_and_cpp" {
  echo '#include <daemonfix.h>' >alone.c
  cp alone.c alone.cpp
  gcc -I"$root/src" -Wall -Wextra -Werror -std=c99 -c alone.c
  if command -v g++ >/dev/null; then g++ -I"$root/src" -Wall -Wextra -Werror -c alone.cpp; fi
}

@test "programs_build_against_the_installed_tree_dynamically_and_statically_with_glibc_and_musl" {
  make_ install PREFIX="$tmp/odd"
  [ -e "$tmp/odd/lib/libdaemonfix.a" ]
  [ -e "$tmp/odd/share/man/man3/daemonfix.3" ]
  export PKG_CONFIG_PATH=$tmp/odd/lib/pkgconfig
  cat >program.c <<'C'
#include <daemonfix.h>
#include <stdio.h>

int main(int argc, char **argv)
{
	struct daemonfix_result result;
	int side = daemonfix_start(NULL, &result);

	if (side != 0)
		return argc == 2 && side > 0 ? 0 : 1;
	FILE *f = fopen(argv[1], "w");
	if (!f || fprintf(f, "%d %d\n", (int)getpid(), (int)getsid(0)) < 0 || fclose(f) != 0)
		daemonfix_fail(1);
	return daemonfix_ready();
}
C
  for cc in 'gcc' 'gcc -static' 'musl-gcc -static'; do
    # shellcheck disable=SC2046,SC2086
    $cc -Wall -Werror -o program program.c $(pkg-config --cflags --libs daemonfix)
    launch ./program "$tmp/ids"
    [ "$status" = 0 ]
    read -r pid sid <ids
    [ "$pid" != "$sid" ]
    rm ids
  done
}
