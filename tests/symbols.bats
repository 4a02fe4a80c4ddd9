# SPDX-License-Identifier: MIT
# Our daemon, fork, setsid and __register_atfork replace libc's, and no other library's function or variable
# of the same name; dlsym(3) finds the same symbols as without us.
load helper

names=(daemon fork setsid __register_atfork)

# library NAME KIND: builds lib-KIND-NAME.so, whose variable or function NAME has a value that only the
# library's own functions change and report; and a program that uses this library.
library() {
  local own="$2-$1"
  case $2 in
  variable) echo "int $1 = 1; void set(int to) { $1 = to; } int get(void) { return $1; }" ;;
  function) echo "int $1(const char *a, double b, int c) { return c == 3 && b == 2.5 ? a[0] : -1; }" ;;
  esac >"$own.c"
  case $2 in
  variable) echo "void set(int); int get(void); int main(void) { set(5); return get() == 5 ? 42 : 1; }" ;;
  function) echo "int $1(const char *, double, int); int main(void) { return $1(\"*\", 2.5, 3); }" ;;
  esac >"$own-main.c"
  gcc -fno-builtin -w -fPIC -shared -o "lib-$own.so" "$own.c"
  gcc -fno-builtin -w -o "$own" "$own-main.c" "./lib-$own.so"
}

@test "another_librarys_variable_of_that_name_is_its_own" {
  local name
  for name in "${names[@]}"; do
    library "$name" variable
    fixed "./variable-$name"
    echo "$name: $status"
    [ "$status" = 42 ]
  done
}

@test "another_librarys_function_of_that_name_is_its_own" {
  local name
  for name in "${names[@]}"; do
    library "$name" function
    fixed "./function-$name"
    echo "$name: $status"
    [ "$status" = 42 ] # an asterisk in ASCII
  done
}

# where HANDLE NAME: prints the file that contains the symbol that dlsym(3) finds.
@test "dlsym_finds_what_is_there_without_us" {
  cat >where.c <<'END'
#include <dlfcn.h>
#include <stdio.h>
int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		Dl_info by_default = {0}, next = {0};
		dladdr(dlsym(RTLD_DEFAULT, argv[i]), &by_default);
		dladdr(dlsym(RTLD_NEXT, argv[i]), &next);
		printf("%s %s %s\n", argv[i], by_default.dli_fname, next.dli_fname);
	}
	return 0;
}
END
  gcc -D_GNU_SOURCE -o where where.c -ldl
  launch ./where daemon fork setsid
  mv out libc
  grep -q libc.so libc
  fixed ./where daemon fork setsid
  diff libc out
}

@test "the_daemon_that_a_program_is_linked_with_is_ours" {
  fixed "$fix/report" "$tmp/report"
  reported
  not leads_session "$(value after.pid)"
}
