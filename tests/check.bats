# SPDX-License-Identifier: MIT
# daemonfix check: its findings about programs, and each reason for which a program cannot work.
load helper
load command

check() { launch "$daemonfix" check "$@"; }

# refused PROBLEM PATTERN: the last check refused "program", and run refuses it too.
refused() {
  [ "$(json 'o["works"], o["problem"]')" = "(False, '$1')" ] || return
  launch "$daemonfix" run "$program"
  [ "$status" = "${3:-126}" ] && one_line "$2"
}

# not_preloaded PROBLEM PATTERN PROGRAM: PROGRAM can still be started, but without the library.
not_preloaded() {
  local program=$3
  check "$program"
  cat out
  [ "$status" = 2 ] && grep -qE "^verdict +only -b and -K work: .*$2" out || return
  grep -qx "command   daemonfix run -b -- $program" out || return
  grep -qx "container daemonfix run -K -- $program" out || return
  check --json "$program"
  [ "$status" = 2 ] && [ "$(json 'o["modes"]')" = "['background', 'foreground-fork']" ] || return
  refused "$1" "$2"
}

# cannot_work PROBLEM PATTERN PROGRAM: check and run both refuse it.
cannot_work() {
  local program=$3
  check "$3"
  cat out
  [ "$status" = 1 ] && grep -qE "^verdict +cannot work: .*$2" out || return
  check --json "$3"
  [ "$status" = 1 ] && [ "$(json 'o["modes"], o["commands"], o["command"]')" = '([], [], None)' ] || return
  refused "$1" "$2" "${4:-126}"
}

nothing='int main(void) { return 0; }'

@test "a_program_that_imports_daemon_works_with_fix" {
  check "$fix/legacy"
  [ "$status" = 0 ]
  grep -qx "program   $fix/legacy" out
  grep -qx "library   $lib" out
  grep -qx "daemon    imported by $fix/legacy" out
  grep -qx 'setsid    not imported' out
  grep -q '^verdict   works: .* mode fix' out
  grep -qx "command   daemonfix run -- $fix/legacy" out
  grep -qx "container daemonfix run -f -- $fix/legacy" out
  [ "$(grep -c 'daemonfix run' out)" = 2 ]
}

@test "a_program_that_imports_neither_daemon_nor_setsid_has_nothing_to_fix" {
  echo 'int main(void) { return fork() + vfork(); }' | compile prog
  check ./prog
  [ "$status" = 2 ]
  grep -qx 'daemon    not imported' out
  grep -qx 'fork      imported by ./prog' out
  grep -qx 'vfork     imported by ./prog' out
  grep -q '^verdict   works, but there is nothing to fix' out
  grep -qx 'command   daemonfix run -b -- ./prog' out
}

# modes: the modes of the proposed commands.
modes() { json '" ".join(c["mode"] for c in o["commands"])'; }

@test "for_a_program_with_fork_and_setsid_there_are_two_modes" {
  echo 'int main(void) { return fork() + setsid(); }' | compile prog
  check ./prog
  [ "$status" = 0 ]
  grep -qx 'setsid    imported by ./prog' out
  grep -q '^verdict   works; it imports fork and setsid, perhaps to become a daemon, perhaps for something else' out
  grep -qx 'command   daemonfix run -F -- ./prog' out
  grep -qx 'or        daemonfix run -b -- ./prog' out
  grep -qx 'container daemonfix run -K -- ./prog' out
  grep -qx 'to know   daemonfix try -- ./prog' out
  echo 'int daemon(int a, int b) { return fork() ? a : setsid() + b; } int main(void) { return daemon(0, 0); }' |
    compile prog -rdynamic
  check --json ./prog
  [ "$status" = 0 ]
  [ "$(modes)" = 'fix-fork background' ]
}

@test "a_program_with_setsid_and_terminals_is_probably_no_daemon" {
  echo '#include <pty.h>
    int main(void) { return fork() + setsid() + openpty(0, 0, 0, 0, 0); }' | compile prog
  check --json ./prog
  [ "$status" = 2 ]
  [ "$(modes)" = 'background fix-fork' ]
  [ "$(json 'o["certain"], o["mode"], o["imports"]["openpty"]')" = "(False, 'background', ['./prog'])" ]
}

@test "a_program_with_daemon_and_setsid_leaves_it_open" {
  echo 'int main(void) { return daemon(0, 0) + setsid(); }' | compile prog
  check --json ./prog
  [ "$status" = 0 ]
  [ "$(modes)" = 'fix fix-fork background' ]
  [ "$(json 'o["certain"], o["container"]')" = "(False, 'daemonfix run -K -- ./prog')" ]
}

@test "a_program_that_loads_libraries_later_gets_both_commands" {
  echo '#include <dlfcn.h>
    int main(void) { return dlopen("x", RTLD_NOW) != 0; }' | compile prog
  check --json ./prog
  [ "$status" = 2 ]
  [ "$(modes)" = 'background fix-fork' ]
}

@test "a_library_of_the_programs_own_counts_as_the_program_and_one_for_all_does_not" {
  mkdir -p own all/lib
  echo 'int go(void) { return fork() + setsid(); }' >go.c
  compile own/libgo.so -shared -fPIC <go.c
  compile all/lib/libgo.so -shared -fPIC <go.c
  echo 'int go(void); int between(void) { return go(); }' |
    compile all/lib/libbetween.so -shared -fPIC -Lall/lib -lgo
  echo 'int go(void); int main(void) { return go(); }' | compile near -Lall/lib -lgo
  LD_LIBRARY_PATH=$tmp/own check --json ./near
  [ "$(modes)" = 'fix-fork background' ]
  LD_LIBRARY_PATH=$tmp/all/lib check --json ./near
  [ "$(modes)" = 'background fix-fork' ]
  echo 'int between(void); int main(void) { return between(); }' |
    compile far -Lall/lib -lbetween -Wl,-rpath-link,all/lib
  LD_LIBRARY_PATH=$tmp/all/lib check --json ./far
  [ "$(json 'o["imports"]["setsid"], o["certain"], o["mode"]')" = \
    "(['$tmp/all/lib/libgo.so'], True, 'background')" ]
}

@test "a_variable_of_that_name_is_no_function" {
  echo 'int the_daemon asm("daemon") = 1; int main(void) { return 0; }' | compile prog -rdynamic
  check --json ./prog
  [ "$(json 'o["own_daemon"]')" = False ]
}

@test "the_arguments_of_the_program_are_accepted_and_are_part_of_the_commands" {
  check "$fix/legacy" --json "it's" -x
  [ "$status" = 0 ]
  grep -qxF "command   daemonfix run -- $fix/legacy --json 'it'\\''s' -x" out
  check --json -- "$fix/legacy" a
  [ "$(json 'o["program"], o["command"]')" = "('$fix/legacy', 'daemonfix run -- $fix/legacy a')" ]
}

@test "readiness_is_proposed_by_what_can_be_seen_of_it" {
  ready() { compile prog && check --json ./prog && json 'o["ready"]' >ready; }
  [ "$(echo "$nothing" | ready || :; cat ready)" = None ]
  echo '#include <sys/socket.h>
    int main(void) { return listen(0, 1); }' | ready || :
  [ "$(<ready)" = listen ]
  # the program contains the code, but may never send anything
  echo '#include <sys/socket.h>
    int main(void) { return listen(0, 1) + !getenv("NOTIFY_SOCKET"); }' | ready || :
  [ "$(<ready)" = listen ]
  [ "$(json 'o["imports"]["listen"], o["imports"]["notify"]')" = "(['./prog'], ['./prog'])" ]
  check ./prog
  grep -q '^ready     -r listen: .*-r notify, if it reports READY=1.*may stay silent' out
  echo 'int main(void) { return !getenv("NOTIFY_SOCKET"); }' | ready || :
  [ "$(<ready)" = notify ]
  mkdir -p all/lib
  echo '#include <sys/socket.h>
    int go(void) { return listen(0, 1); }' | compile all/lib/libgo.so -shared -fPIC
  echo 'int go(void); int main(void) { return go(); }' | compile near -Lall/lib -lgo -Wl,-rpath,"$tmp/all/lib"
  check ./near
  grep -q '^ready     -r listen: if it is a server, which its imports do not show: the start returns when it listens' out
  echo 'int go(void); int main(void) { return go() + !getenv("NOTIFY_SOCKET"); }' |
    compile near -Lall/lib -lgo -Wl,-rpath,"$tmp/all/lib"
  check --json ./near
  [ "$(json 'o["ready"]')" = listen,notify ]
}

@test "a_sanitizers_run_time_comes_first_and_the_program_works" {
  for sanitizer in address thread leak undefined; do
    echo "$nothing" | compile nothing -fsanitize=$sanitizer || skip "no -fsanitize=$sanitizer here"
    compile prog -fsanitize=$sanitizer <"$root/tests/fixtures/report.c"
    check --json ./prog
    [ "$(json 'o["kinds"], o["mode"]')" = "(['sanitizer'], 'fix')" ]
    check ./prog
    grep -q "^kind      built with -fsanitize=$sanitizer" out
    for mode in fix background; do
      rm -f report
      ASAN_OPTIONS=detect_leaks=0 launch "$daemonfix" run -m $mode ./prog -n "$tmp/report"
      cat err
      [ "$status" = 0 ]
      reported
      not leads_session "$(value after.pid)"
      end "$(value after.pid)"
    done
  done
}

@test "a_sanitizers_run_time_that_is_preloaded_already_stays_first_and_comes_once" {
  echo "$nothing" | compile prog -fsanitize=address || skip 'no -fsanitize=address here'
  LD_PRELOAD=/x/liba.so:/x/libasan.so.8:$lib launch "$daemonfix" run -n ./prog
  grep -q "^LD_PRELOAD=/x/libasan.so.8:$lib:/x/liba.so " out
  launch "$daemonfix" run -n ./prog
  grep -qE "^LD_PRELOAD=libasan\.so\.[0-9]+:$lib " out
  launch "$daemonfix" run -n "$fix/report"
  grep -q "^LD_PRELOAD=$lib " out
}

@test "a_sanitizer_that_is_linked_in_is_seen" {
  echo "$nothing" >prog.c
  clang -fsanitize=address -o prog prog.c || skip 'no clang -fsanitize=address here'
  check --json ./prog
  [ "$(json 'o["kinds"]')" = "['sanitizer']" ]
  launch "$daemonfix" run -n ./prog
  grep -q "^LD_PRELOAD=$lib " out
}

# The section that Go puts into its programs.
go='const char info[] = "\xff Go buildinf:", net[] = "net.(*sysListener).listenTCP";'

@test "a_program_in_go_is_recognised" {
  echo "$go $nothing" | compile prog -static
  not_preloaded static 'as Go programs are.*CGO_ENABLED=1' ./prog
  check --json ./prog
  [ "$(json 'o["kinds"], o["ready"]')" = "(['go', 'static'], 'listen')" ]
  echo "$go $nothing" | compile prog
  check ./prog
  [ "$status" = 2 ]
  grep -q '^kind      written in Go' out
  grep -q '^ready     -r listen: the start returns' out
}

@test "a_shim_is_recognised" {
  while read -r manager line; do
    script prog '#!/bin/sh' "$line"
    check ./prog
    [ "$status" = 2 ]
    grep -qF "a shim of $manager, which starts another program: name that ($manager which NAME)" out
    grep -qx 'verdict   works, but the programs that it starts may become daemons in any way: check those' out
    check --json ./prog
    [ "$(json 'o["kinds"], o["certain"]')" = "(['script', 'shim', 'shell'], False)" ]
  done <<'END'
pyenv exec "/root/.pyenv/libexec/pyenv" exec "$program" "$@"
rbenv exec "/usr/bin/rbenv" exec "$program" "$@"
asdf exec /opt/asdf/bin/asdf exec "ruby" "$@" # asdf_allow: ' asdf '
END
  mkdir tool
  echo "$nothing" | compile tool/mise
  ln -s tool/mise node
  check --json ./node
  [ "$(json '"shim" in o["kinds"]')" = True ]
  check --json tool/mise
  [ "$(json '"shim" in o["kinds"]')" = False ]
}

@test "a_script_is_classified_by_its_interpreter" {
  mkdir bin
  echo "$nothing" | compile bin/python3.99
  script plain "#!$tmp/bin/python3.99"
  script looked-up '#!/usr/bin/env python3.99'
  script shell '#!/bin/sh'
  export PATH=$tmp/bin:$PATH
  while IFS=: read -r name kinds modes; do
    check --json "$name"
    [ "$(json '" ".join(o["kinds"])')" = "$kinds" ]
    [ "$(modes)" = "$modes" ]
  done <<'END'
./plain:script interpreter:background fix-fork
./looked-up:script env interpreter:background fix-fork
./shell:script shell:background fix
bin/python3.99:interpreter:background fix-fork
END
  cp bin/python3.99 bin/python3.99x
  check --json bin/python3.99x
  [ "$(json 'o["kinds"]')" = '[]' ]
}

@test "libraries_beside_the_program_are_found_through_a_link_to_it" {
  mkdir -p tree/bin tree/lib
  echo 'int go(void) { return daemon(0, 0); }' | compile tree/lib/libgo.so -shared -fPIC
  echo 'int go(void); int main(void) { return go(); }' |
    compile tree/bin/prog -Ltree/lib -lgo -Wl,-rpath,'$ORIGIN/../lib'
  ln -s tree/bin/prog link
  check --json ./link
  [ "$status" = 0 ]
  [ "$(json 'o["works"], o["chain"]')" = "(True, ['./link'])" ]
}

@test "a_daemon_that_only_a_library_imports_is_found" {
  echo 'int go(void) { return daemon(0, 0); }' | compile libgo.so -shared -fPIC
  echo 'int go(void); int between(void) { return go(); }' | compile libbetween.so -shared -fPIC -L. -lgo
  echo 'int between(void); int main(void) { return between(); }' |
    compile prog -L. -lbetween -Wl,-rpath-link,. -Wl,-rpath,"$tmp"
  LD_LIBRARY_PATH=$tmp check ./prog
  [ "$status" = 0 ]
  grep -qx "daemon    imported by $tmp/libgo.so" out
}

@test "libc_is_not_counted" {
  echo "$nothing" | compile prog
  check --json ./prog
  [ "$(json 'o["imports"]')" = "{'daemon': [], 'setsid': [], 'fork': [], 'vfork': [], 'listen': [], 'dlopen': [], 'openpty': [], 'notify': [], 'unknown': []}" ]
}

@test "libraries_that_are_preloaded_now_are_not_counted" {
  echo "$nothing" | compile prog
  echo 'int go(void) { return daemon(0, 0); }' | compile libgo.so -shared -fPIC
  LD_PRELOAD=$tmp/libgo.so:$lib check ./prog
  [ "$status" = 2 ]
  not grep -q 'imported by' out
}

@test "a_daemon_of_the_programs_own_cannot_be_replaced" {
  echo 'int daemon(int a, int b) { return fork() < 0 ? a : b; } int main(void) { return daemon(0, 0); }' |
    compile prog -rdynamic
  check ./prog
  [ "$status" = 2 ]
  grep -q '^verdict   can be preloaded, but defines its own daemon()' out
  check --json ./prog
  [ "$(json 'o["own_daemon"], o["mode"]')" = "(True, 'background')" ]
}

@test "the_imports_of_a_file_without_section_headers_are_unknown" {
  cp "$fix/legacy" prog
  patch prog 40 '\x00\x00\x00\x00\x00\x00\x00\x00' # e_shoff
  patch prog 58 '\x00\x00\x00\x00\x00\x00'   # e_shentsize, e_shnum, e_shstrndx
  check ./prog
  [ "$status" = 0 ]
  grep -q '^unknown   imports of  ./prog' out
  grep -q '^verdict   works, but its imports are unknown because' out
}

@test "a_script_is_followed_to_the_program_that_is_loaded" {
  script one '#! /bin/sh -e' true
  script two "#!$tmp/one"
  check ./two
  [ "$(sed -n 2,3p out)" = "run by    $tmp/one"$'\n'"          /bin/sh" ]
  grep -qx 'kind      a shell script' out
  check --json ./two
  [ "$(json 'o["chain"]')" = "['./two', '$tmp/one', '/bin/sh']" ]
}

@test "env_is_followed_to_the_program_that_it_looks_up" {
  mkdir bin
  cp "$fix/legacy" bin
  while read -r line; do
    script prog "#!/usr/bin/env $line"
    PATH=$tmp/bin:$PATH check --json ./prog
    [ "$status" = 0 ]
    [ "$(json 'o["chain"]')" = "['./prog', '/usr/bin/env', '$tmp/bin/legacy']" ]
  done <<'END'
legacy
-S legacy
-Slegacy -x
-vS  A=1 B= legacy a=b
--split-string=legacy
END
}

@test "other_options_of_env_are_not_guessed" {
  for line in '' '-i sh' '-S -i sh' '-S "sh"' '-S $SHELL' '-S A=1' 'A=1' '-S PATH=/ sh' '-S LD_PRELOAD= sh'; do
    script prog "#!/usr/bin/env $line"
    not_preloaded not-examined 'first line .*daemonfix run -- INTERPRETER FILE' ./prog
  done
}

@test "an_interpreter_that_is_missing" {
  script prog '#!/nosuch/interpreter'
  cannot_work no-interpreter '\./prog: /nosuch/interpreter: there is no such interpreter' ./prog
  script prog '#!/usr/bin/env nosuchinterpreter'
  cannot_work no-interpreter 'there is no nosuchinterpreter in PATH' ./prog
  script prog '#!/usr/bin/env sh -e' # one argument to env
  cannot_work no-interpreter 'there is no sh -e in PATH' ./prog
  printf '#!/bin/sh\r\n' >prog
  cannot_work no-interpreter '\./prog: /bin/sh\\x0d: there is no such interpreter' ./prog
}

@test "an_interpreter_that_cannot_work" {
  echo "$nothing" | compile interpreter -static
  script prog "#!$tmp/interpreter"
  not_preloaded static "\./prog: $tmp/interpreter: statically linked" ./prog
}

@test "scripts_that_are_each_others_interpreters" {
  script one "#!$tmp/two"
  script two "#!$tmp/one"
  cannot_work no-interpreter 'the chain of interpreters is too long' ./one
}

@test "a_statically_linked_program" {
  echo "$nothing" | compile prog -static
  not_preloaded static 'statically linked.* libdaemonfix.a' ./prog
  echo "$nothing" | compile prog -static-pie
  not_preloaded static 'statically linked' ./prog
}

@test "a_library_is_no_program" {
  echo "$nothing" | compile libprog.so -shared -fPIC -Wl,-soname,libprog.so -Wl,-e,0
  cannot_work no-program 'a library, not a program' ./libprog.so
}

@test "a_program_of_the_other_elf_class" {
  # without compile's headers, because those for 32-bit programs may be missing
  echo 'void _start(void) {}' | gcc -o prog -x c - -m32 -nostdlib -pie -fPIE -Wl,--dynamic-linker=/lib/ld-linux.so.2
  not_preloaded class "a 32-bit program, and $lib is a 64-bit library.*gcc -m32" ./prog
}

@test "a_program_for_another_machine" {
  cp "$fix/legacy" prog
  patch prog 18 '\xb7\x00'
  not_preloaded machine "a program for AArch64, and $lib is a library for x86-64" ./prog
  patch prog 18 '\xff\xfe'
  not_preloaded machine 'a program for another machine' ./prog
}

@test "a_program_of_another_libc" {
  cp /lib64/ld-linux-x86-64.so.2 ld-musl.so.1
  echo "$nothing" | compile prog -Wl,--dynamic-linker="$tmp/ld-musl.so.1"
  not_preloaded libc "another libc .*$tmp/ld-musl.so.1" ./prog
  rm ld-musl.so.1
  cannot_work libc "loader $tmp/ld-musl.so.1 is missing" ./prog
}

@test "another_name_of_the_same_loader_is_the_same_libc" {
  ln -s /lib64/ld-linux-x86-64.so.2 loader
  echo "$nothing" | compile prog -Wl,--dynamic-linker="$tmp/loader"
  check ./prog
  [ "$status" = 2 ]
}

@test "a_program_whose_libraries_are_missing" {
  echo 'int go(void) { return 0; }' | compile libgo.so -shared -fPIC
  echo 'int go(void); int main(void) { return go(); }' | compile prog -L. -lgo
  check ./prog
  [ "$status" = 1 ]
  grep -q '^verdict   cannot work: ./prog: cannot start, because its library libgo.so is not found' out
  check --json ./prog
  [ "$(json 'o["problem"]')" = libraries ]
  : >libgo.so
  LD_LIBRARY_PATH=$tmp check ./prog
  [ "$status" = 1 ]
  grep -q '^verdict   cannot work: ./prog: cannot start, because .* cannot load it' out
}

@test "a_script_without_interpreter_is_executed_by_sh" {
  : >empty
  chmod +x empty
  script line '#!' 'echo'
  script long "#!/$(printf 'x%.0s' {1..300})"
  script plain 'echo plain'
  script by_env '#!/usr/bin/env plain'
  for file in empty line long plain by_env; do
    PATH=$tmp:$PATH check "./$file"
    [ "$status" = 2 ]
    grep -qx 'run by    /bin/sh' <(sed 's/^     */run by    /' out)
    grep -q "^verdict   works" out
  done
}

@test "files_that_are_not_programs" {
  printf 'P\0' >binary
  chmod +x binary
  cannot_work no-program 'neither an ELF file nor a script' ./binary
  script through '#!./inner'
  script inner 'echo'
  cannot_work no-program '/through: ./inner: neither an ELF file' ./through
  echo "$nothing" | compile object -c
  chmod +x object
  cannot_work no-program 'not a program .perhaps an object file' ./object
  mkdir directory
  cannot_work directory 'a directory' ./directory
  mkfifo fifo
  chmod +x fifo
  cannot_work no-program 'not a regular file' ./fifo
  : >plain
  cannot_work not-executable 'cannot be executed .Permission denied.: use chmod \+x' ./plain
  cannot_work not-found 'no such program' nosuchprogram 127
}

@test "a_program_that_must_not_be_read_cannot_be_examined" {
  in_tmpfs 'cp /bin/true prog; chmod 711 prog; rc=0
    N ./daemonfix check --json ./prog || rc=$?
    [ $rc = 2 ]' >out
  [ "$(json 'o["problem"]')" = not-examined ]
  json 'o["reason"]' | grep -q 'cannot be read (Permission denied).* a user who may read it'
}

@test "run_starts_what_check_says_can_be_started" {
  echo 'int main(int argc, char **argv) { return argc > 1 ? 7 : 0; }' | compile prog -static
  launch "$daemonfix" run -b ./prog
  [ "$status" = 0 ]
  launch "$daemonfix" run -K ./prog 1
  [ "$status" = 7 ]
  echo "$nothing" | compile prog -Wl,--dynamic-linker="$tmp/ld-musl.so.1"
  launch "$daemonfix" run -b ./prog
  [ "$status" = 126 ]
  one_line 'ld-musl.so.1 is missing'
  in_tmpfs 'cp /bin/true prog; chmod 711 prog; N ./daemonfix run -K ./prog'
}

@test "set_user_id_unless_it_is_the_callers_own" {
  in_tmpfs 'cp /bin/true prog; chown 65534:0 prog; chmod u+s prog
    ./daemonfix check ./prog || [ $? = 2 ]
    N ./daemonfix check ./prog >other || [ $? = 2 ]
    ! grep "only -b" other' >out
  grep -q '^verdict   only -b and -K work: ./prog: set-user-ID, .*as user .*65534.*ld.so.preload' out
}

@test "set_group_id_unless_it_is_the_callers_own" {
  in_tmpfs 'cp /bin/true prog; chown 0:65534 prog; chmod g+s prog
    ./daemonfix check ./prog || [ $? = 2 ]
    N ./daemonfix check ./prog >other || [ $? = 2 ]
    ! grep "only -b" other' >out
  grep -q '^verdict   only -b and -K work: ./prog: set-group-ID, .*65534.* copy without that bit.*ld.so.preload' out
}

# effective, version 2; permitted and inheritable: CAP_NET_BIND_SERVICE, none
capabilities='python3 -c "import os; os.setxattr(\"prog\", \"security.capability\", bytes.fromhex(\"0100000200040000\" + \"00\" * 12))"'

@test "file_capabilities_unless_the_caller_is_root" {
  in_tmpfs "cp /bin/true prog; $capabilities"'
    N ./daemonfix check ./prog || [ $? = 2 ]
    ./daemonfix check ./prog >other || [ $? = 2 ]
    ! grep "only -b" other' >out
  grep -q '^verdict   only -b and -K work: ./prog: has file capabilities, .*root.*ld.so.preload' out
}

@test "what_it_says_of_privileges_is_what_the_kernel_and_the_loader_do" {
  in_tmpfs '
    try() { # try COMMAND...: does check say that prog works, and is the library loaded into it?
      local says=yes does=0
      "$@" ./daemonfix check --json ./prog >answer || [ $? -le 2 ]
      if grep -q "\"works\": false" answer; then says=no; fi
      "$@" env LD_PRELOAD=/mnt/libdaemonfix.so ./prog /proc/self/maps >maps 2>/dev/null || does=$?
      if grep -q libdaemonfix maps; then does=yes; else does=no; fi
      echo "$says $does $what: $*"
    }
    for what in plain setuid setgid setgid-without-x capabilities nosuid; do
      cp /bin/cat prog; chown 0:0 prog; chmod 755 prog
      case $what in
        setuid) chown 65534:0 prog; chmod u+s prog ;;
        setgid) chown 0:65534 prog; chmod g+s prog ;;
        setgid-without-x) chown 0:65534 prog; chmod 2745 prog ;;
        capabilities) '"$capabilities"' ;;
        nosuid) chown 65534:0 prog; chmod u+s prog; mount -o remount,nosuid /mnt ;;
      esac
      try env
      try N
      try setpriv --regid 65534 --keep-groups
      try setpriv --reuid 65534 --keep-groups
      try setpriv --no-new-privs
    done' >out
  cat out
  [ "$(wc -l <out)" = 30 ]
  not grep -E '^(yes no|no yes)' out
  [ "$(grep -c '^no no' out)" -ge 6 ]
}

@test "json_is_one_object_with_the_documented_fields_whatever_the_program" {
  fields=$(sed -n 's/^ \*   \([a-z_][a-z_]*\)  .*/\1/p' "$root/src/command/check.c")
  [ "$(wc -w <<<"$fields")" = 16 ]
  cp "$fix/legacy" $'a "b\\c\e\xff\n'
  for name in "$fix/legacy" nosuch /tmp true $'./a "b\\c\e\xff\n'; do
    check --json "$name"
    [ "$(json '" ".join(o)')" = "$(tr '\n' ' ' <<<"$fields" | sed 's/ $//')" ]
    [ "$(wc -l <out)" = 1 ]
  done
  [ "$(json 'ascii(o["program"])')" = "'./a \"b\\\\c\\x1b\\\\xff\\n'" ]
}

@test "the_manual_has_each_field_and_each_problem" {
  section=$(sed -n '/^\.Ss check/,/^\.Ss try/p' "$root/src/command/daemonfix.1")
  sed -n 's/^ \*   \([a-z_][a-z_]*\)  .*/.It Va \1/p' "$root/src/command/check.c" >fields
  diff fields <(grep '^\.It Va' <<<"$section")
  sed -n 's/^\t*\[PROGRAM_[A-Z_]*\] = "\(.\+\)",$/\1/p' "$root/src/command/program.c" >problems
  [ "$(wc -l <problems)" = 16 ]
  while read -r problem; do grep -qE "^\.Cm .*\<$problem\>|^\.Cm $problem\$" <<<"$section"; done <problems
}

@test "the_command_that_it_names_works_whatever_the_programs_name" {
  cp "$fix/report" "./-it's"
  PATH=$tmp:$PATH check "./-it's"
  command=$(sed -n 's/^command   //p' out | head -n 1)
  PATH=$root/build:$PATH launch sh -c "$command $tmp/report"
  [ "$status" = 0 ]
  reported
  not leads_session "$(value after.pid)"
}

@test "wrong_usage_ends_with_125" {
  while read -ra arguments; do
    check "${arguments[@]}"
    [ "$status" = 125 ]
    one_line '^daemonfix: check: .*--help'
  done <<'END'

--nonsense a
-x a
END
}
