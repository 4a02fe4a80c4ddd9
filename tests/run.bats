# SPDX-License-Identifier: MIT
# daemonfix run: its options, what it executes, and when it refuses to.
load helper
load command

# run_it ARGUMENT...: runs daemonfix run without bats' descriptors, as launch does.
run_it() { launch "$daemonfix" run "$@"; }
settings() { grep '^DAEMONFIX_' out; }

@test "the_library_is_preloaded_and_nothing_else_changes" {
  run_it cat /proc/self/maps
  [ "$status" = 0 ]
  grep -q " $lib\$" out
  launch -i A=1 PATH="$PATH" "$daemonfix" run env
  diff <(sort out) <(printf '%s\n' A=1 "LD_PRELOAD=$lib" "PATH=$PATH" | sort)
}

@test "the_library_comes_before_what_is_preloaded_already" {
  cp "$fix/probe.so" second.so
  launch LD_PRELOAD="$fix/probe.so" "$daemonfix" run env
  grep -qx "LD_PRELOAD=$lib:$fix/probe.so" out
  launch LD_PRELOAD="$fix/probe.so :$tmp/second.so:" "$daemonfix" run env
  grep -qx "LD_PRELOAD=$lib:$fix/probe.so:$tmp/second.so" out
}

@test "the_library_is_never_preloaded_twice" {
  ln -s "$lib" link.so
  launch LD_PRELOAD="$fix/probe.so:$lib $tmp/link.so" "$daemonfix" run env
  grep -qx "LD_PRELOAD=$lib:$fix/probe.so" out
  run_it "$daemonfix" run env
  grep -qx "LD_PRELOAD=$lib" out
}

@test "each_option_sets_its_variable" {
  while read -r option variable; do
    run_it "$option" env
    [ "$status" = 0 ]
    [ "$(settings)" = "DAEMONFIX_$variable" ]
    run_it "$option" -n env
    [ "$(<out)" = "LD_PRELOAD=$lib DAEMONFIX_$variable $(type -P env)" ]
  done <<'END'
-f MODE=foreground
-mfix MODE=fix
-moff MODE=off
-p/p PIDFILE=/p
-o/o STDOUT=/o
-e/e STDERR=/e
-C/c CHDIR=/c
--umask=027 UMASK=027
-rlisten,alive:1 READY=listen,alive:1
-t7 TIMEOUT=7
-xa,b ONLY=a,b
--close-fds CLOSEFDS=1
-v VERBOSE=1
END
  for mode in '-b background' '-F fix-fork'; do
    run_it "${mode% *}" -n env
    [ "$(<out)" = "LD_PRELOAD=$lib DAEMONFIX_MODE=${mode#* } $(type -P env)" ]
  done
}

@test "two_different_modes_are_refused_and_nothing_is_started" {
  local pair
  for pair in '-b -f' '-f -b' '-K -F' '-bK' '-f -m fix' '-m off -b' '-m fix -m background' '-b -m nonsense'; do
    # shellcheck disable=SC2086
    run_it $pair touch "$tmp/not_run"
    [ "$status" = 125 ]
    one_line ': only one mode is allowed .see daemonfix run --help.$'
  done
  [ ! -e not_run ]
  run_it -b -m fix true
  one_line "^daemonfix: run: -b and -m 'fix': only one mode is allowed "
  run_it -m fix -f true
  one_line "^daemonfix: run: -m 'fix' and -f: only one mode is allowed "
}

@test "the_same_mode_twice_is_allowed_and_an_option_overrides_the_environment" {
  for words in '-f -f' '-ff' '-f -m foreground' '-m foreground -f'; do
    # shellcheck disable=SC2086
    run_it $words env
    [ "$status" = 0 ]
    [ ! -s err ]
    [ "$(settings)" = DAEMONFIX_MODE=foreground ]
  done
  launch DAEMONFIX_MODE=background "$daemonfix" run -f env
  [ "$(settings)" = DAEMONFIX_MODE=foreground ]
}

@test "relative_paths_are_relative_to_the_current_directory" {
  run_it -p p -o ./o -e ../e -C . env
  diff <(settings | sort) - <<END
DAEMONFIX_CHDIR=$tmp/.
DAEMONFIX_PIDFILE=$tmp/p
DAEMONFIX_STDERR=$tmp/../e
DAEMONFIX_STDOUT=$tmp/./o
END
  cd /
  run_it -p p env
  [ "$(cd "$tmp" && settings)" = DAEMONFIX_PIDFILE=/p ]
}

@test "b_makes_a_correct_daemon_with_pid_file_and_log" {
  run_it -b -p pid -o log -e log -- sh -c 'echo started; exec sleep 60'
  [ "$status" = 0 ]
  note "$(<pid)"
  within 10 grep -qx started log
  not leads_session "$(<pid)"
  [ "$(field "$(<pid)" tty_nr)" = 0 ]
}

@test "f_keeps_a_daemon_in_the_foreground" {
  run_it -f "$fix/report" -x "$tmp/report"
  [ "$status" = 0 ]
  [ "$(value before.pid)" = "$(value after.pid)" ]
}

@test "without_options_daemon_is_fixed" {
  launch timeout 300 "$daemonfix" run "$fix/report" "$tmp/report"
  reported
  [ "$(value before.pid)" != "$(value after.pid)" ]
  not leads_session "$(value after.pid)"
}

@test "options_after_the_program_are_its_own" {
  run_it echo -b -p x --close-fds
  [ "$(<out)" = '-b -p x --close-fds' ]
  run_it -- echo -- -b
  [ "$(<out)" = '-- -b' ]
}

@test "no_process_of_its_own_remains" {
  launch sh -c 'echo $$; exec "$0" run sh -c "echo \$\$; exit 7"' "$daemonfix"
  [ "$status" = 7 ]
  [ "$(sort -u out | wc -l)" = 1 ]
}

@test "the_program_inherits_no_descriptor_of_the_command" {
  launch ls /proc/self/fd
  mv out expected
  run_it ls /proc/self/fd
  diff expected out
}

@test "bad_values_are_refused_in_the_librarys_words_but_for_the_name_and_nothing_is_run" {
  while read -r variable line; do
    read -ra options <<<"$line"
    run_it "${options[@]}" touch "$tmp/not_run"
    [ "$status" = 125 ]
    [ ! -e not_run ]
    mv err said
    fixed DAEMONFIX_MODE=background "DAEMONFIX_$variable" true
    [ "$status" = 125 ]
    [ "$(sed 's/^daemonfix: true: /daemonfix: /' err | sed "s|DAEMONFIX_$variable|run: ${options[-2]} '${options[-1]}'|")" = "$(<said)" ]
  done <<'END'
MODE=fixx -m fixx
ONLY=a,,b -x a,,b
ONLY=/bin/a -b -x /bin/a
UMASK=999 --umask 999
READY=soon -r soon
TIMEOUT=x -b -t x
END
  for option in -p -o -e -C; do
    run_it $option '' touch "$tmp/not_run"
    [ "$status" = 125 ]
    one_line "^daemonfix: run: $option '': a path is expected$"
  done
  [ ! -e not_run ]
}

@test "messages_name_the_option_that_was_given_as_it_was_given" {
  cd "$tmp"
  for mode in -b -K; do
    while read -r option value reason; do
      run_it $mode "$option" "$value" touch "$tmp/not_run"
      [ "$status" = 125 ]
      one_line "^daemonfix: run: $option '$value': $reason$"
    done <<'END'
-p none/pid a directory on this path does not exist
-o none/log a directory on this path does not exist
-e none/log a directory on this path does not exist
-C none No such file or directory
END
  done
  run_it -b -p pid sleep 1000
  note "$(<pid)"
  run_it -b -p ./pid sleep 1000
  [ "$status" = 125 ]
  one_line "^daemonfix: run: -p './pid': already running, PID $(<pid)$"
  launch DAEMONFIX_PIDFILE="$tmp/pid" "$daemonfix" run -b sleep 1000
  [ "$status" = 125 ]
  one_line "^daemonfix: DAEMONFIX_PIDFILE=$tmp/pid: already running, PID $(<pid)$"
  # the message names the option in force, the last one
  run_it -b -p other -p "$tmp/pid" sleep 1000
  one_line "^daemonfix: run: -p '$tmp/pid': already running, PID $(<pid)$"
  [ ! -e not_run ]
}

@test "the_internal_variable_is_not_offered" {
  launch DAEMONFIX_NO=1 "$daemonfix" run true
  [ "$status" = 125 ]
  one_line 'no such variable .allowed: .*DAEMONFIX_UMASK'
  not grep -q DAEMONFIX_PID' ' err
  not grep -q 'DAEMONFIX_PID)' err
}

@test "umask_is_an_option" {
  run_it -b -p pid --umask 0137 -o log -- sh -c 'umask; exec sleep 1000'
  [ "$status" = 0 ]
  note "$(<pid)"
  within 10 grep -qx 0137 log
  [ "$(stat -c %a log pid)" = $'640\n644' ] # the umask does not apply to the files that run creates
}

@test "settings_in_the_environment_stay_in_force_and_are_validated_too" {
  launch DAEMONFIX_UMASK=027 DAEMONFIX_MODE=background "$daemonfix" run -f env
  [ "$(settings | sort)" = $'DAEMONFIX_MODE=foreground\nDAEMONFIX_UMASK=027' ]
  launch DAEMONFIX_UMASK=999 "$daemonfix" run touch "$tmp/not_run"
  [ "$status" = 125 ]
  one_line '^daemonfix: DAEMONFIX_UMASK=999: '
  launch DAEMONFIX_MOED=fix "$daemonfix" run touch "$tmp/not_run"
  [ "$status" = 125 ]
  one_line '^daemonfix: DAEMONFIX_MOED=fix: no such variable'
  [ ! -e not_run ]
}

@test "an_option_overrides_a_bad_value_in_the_environment" {
  launch DAEMONFIX_MODE=fixx "$daemonfix" run -f env
  [ "$status" = 0 ]
  [ "$(settings)" = DAEMONFIX_MODE=foreground ]
}

@test "variables_that_a_daemon_left_in_the_environment_change_nothing" {
  # The shell's PID becomes that of the program.
  launch sh -c 'export DAEMONFIX_PID=$$; exec "$0" run "$1" -x "$2"' "$daemonfix" "$fix/report" "$tmp/report"
  reported
  [ "$(value before.pid)" != "$(value after.pid)" ]
  launch DAEMONFIX_PID=nonsense "$daemonfix" run env
  [ "$status" = 0 ]
  [ -z "$(settings)" ]
}

@test "wrong_usage_ends_with_125_and_says_what" {
  while read -r what line; do
    read -ra options <<<"$line"
    run_it "${options[@]}"
    [ "$status" = 125 ]
    one_line "^daemonfix: run: $what .*--help"
  done <<'END'
the.program.is.missing
the.program.is.missing -b --
-z: -z true
-p: -p
--nonsense: --nonsense true
--close-fds=1: --close-fds=1 true
--umask: --umask
END
}

@test "not_found_is_127_and_found_but_not_executable_126" {
  for name in nosuchprogram ./nosuch /nosuch/nosuch ''; do
    run_it "$name"
    [ "$status" = 127 ]
    one_line "^daemonfix: $name: there is no such"
  done
  : >plain
  for name in ./plain /tmp /dev/null ./plain/x; do
    run_it "$name"
    [ "$name" = ./plain/x ] || [ "$status" = 126 ]
    one_line "^daemonfix: $name: "
  done
}

@test "the_program_is_searched_for_as_execvp_does" {
  mkdir a b c
  : >a/prog
  mkdir b/prog
  script c/prog '#!/bin/sh' 'echo this'
  PATH=$tmp/a:$tmp/b:$tmp/c:$PATH run_it prog
  [ "$(<out)" = this ]
  PATH=$tmp/a:$tmp/b:$PATH run_it prog
  [ "$status" = 126 ]
  one_line "^daemonfix: $tmp/a/prog: cannot be executed"
  (cd c && PATH=:$PATH run_it prog && [ "$(<"$tmp/out")" = this ])
  (cd c && PATH=$PATH: run_it prog && [ "$(<"$tmp/out")" = this ])
  # without PATH, the system's own directories
  launch -u PATH "$daemonfix" run true
  [ "$status" = 0 ]
}

@test "it_does_not_run_a_program_that_the_library_cannot_reach" {
  echo 'int main(void) { return 0; }' | compile unreachable -static
  run_it ./unreachable
  [ "$status" = 126 ]
  one_line '^daemonfix: ./unreachable: statically linked'
  run_it -n ./unreachable
  [ "$status" = 126 ]
  [ ! -s out ]
}

@test "a_script_without_interpreter_is_executed_by_sh_as_execvp_does" {
  script plain 'echo "$0 $*"' 'exit 7'
  for option in -mfix -F -f -K -moff; do
    run_it $option ./plain -b 'a b'
    [ "$status" = 7 ]
    [ "$(<out)" = "./plain -b a b" ]
  done
  run_it -b -o log ./plain a
  [ "$status" = 0 ]
  within 10 grep -qx './plain a' log
  PATH=$tmp:$PATH run_it plain
  [ "$(<out)" = "$tmp/plain " ]
  # the library is loaded, and what -n prints does the same
  script maps 'exec cat /proc/$$/maps'
  run_it ./maps
  grep -q " $lib$" out
  run_it -n ./plain 'a b'
  [ "$(<out)" = "LD_PRELOAD=$lib /bin/sh ./plain 'a b'" ]
  # execvp(3) would have sh execute this, too, and sh would refuse or misread it
  printf 'P\0' >binary
  chmod +x binary
  run_it -b ./binary
  [ "$status" = 126 ]
  one_line 'neither an ELF file nor a script'
}

@test "a_program_that_cannot_be_preloaded_has_no_command_without_run" {
  echo 'int main(void) { return 0; }' | compile unreachable -static
  run_it -n -b ./unreachable
  [ "$status" = 126 ]
  one_line '^daemonfix: ./unreachable: statically linked'
  [ ! -s out ]
}

@test "n_prints_a_command_that_does_the_same_and_runs_nothing" {
  run_it -n -b -p pid -o 'a log' -- touch "$tmp/not_run"
  [ "$status" = 0 ]
  [ ! -e not_run ]
  [ "$(<out)" = "LD_PRELOAD=$lib DAEMONFIX_MODE=background DAEMONFIX_PIDFILE=$tmp/pid DAEMONFIX_STDOUT='$tmp/a log' $(type -P touch) $tmp/not_run" ]
  run_it -n -b -p pid -- sleep 60
  launch sh -c "$(<out)"
  [ "$status" = 0 ]
  note "$(<pid)"
  not leads_session "$(<pid)"
}

@test "n_quotes_whatever_a_shell_would_take_for_something_else" {
  args=('' ' ' "it's" 'a"b' '$HOME' '`x`' '*' '~' 'a\b' '!' '#' $'a\nb' $'\e[31m1' $'\xff7' "\$'" 'ä' '=' '{a,b}' ';' $'\1\'\\')
  run_it -n printf '<%s>' "${args[@]}"
  not grep -q '[^[:print:]]' <(LC_ALL=C.UTF-8 tr -d '\n' <out)
  [ "$(wc -l <out)" = 1 ]
  command=$(<out)
  launch bash -c "$command"
  mv out said
  printf '<%s>' "${args[@]}" | diff - said
  # arguments that do not need $'...' work in any shell
  run_it -n printf '<%s>' "${args[@]:0:11}" "it's"
  launch sh -c "$(<out)"
  mv out said
  printf '<%s>' "${args[@]:0:11}" "it's" | diff - said
}

@test "n_is_a_command_even_if_the_program_has_the_name_of_a_shells_own_or_an_assignment" {
  mkdir bin
  script bin/test '#!/bin/sh' 'echo ours'
  script a=b '#!/bin/sh' 'echo ours'
  PATH=$tmp/bin:$PATH run_it -n test
  [ "$(sh -c "$(<out)")" = ours ]
  run_it -n ./a=b
  [ "$(sh -c "$(<out)")" = ours ]
}

@test "names_from_outside_are_shown_safely" {
  run_it $'\e[31m\xff\xc2\x9b\nä'
  [ "$status" = 127 ]
  [ "$(<err)" = 'daemonfix: \x1b[31m\xff\xc2\x9b\x0aä: there is no such program in PATH' ]
}

@test "a_script_through_env_keeps_its_pid_file_locked_and_removes_it" {
  script server '#!/usr/bin/env bash' 'trap "kill \$!; exit" TERM' 'sleep 60 &' 'echo ready' wait
  run_it -b -p pid -o log ./server
  [ "$status" = 0 ]
  note "$(<pid)"
  within 10 grep -qx ready log
  run_it -b -p pid -o log ./server
  [ "$status" = 125 ]
  grep -q "already running, PID $(<pid)" err
  end "$(<pid)"
  [ ! -e pid ]
}

@test "the_library_is_found_where_both_are_installed" {
  # The layout of make install with the default directories, under another root.
  mkdir -p dest/bin dest/lib
  cp "$daemonfix" dest/bin
  cp "$lib" dest/lib
  launch "$tmp/dest/bin/daemonfix" run cat /proc/self/maps
  [ "$status" = 0 ]
  grep -q " $tmp/dest/lib/libdaemonfix.so\$" out
  ln -s dest/bin/daemonfix link
  launch ./link run -n true
  grep -q "LD_PRELOAD=$tmp/dest/lib/libdaemonfix.so " out
}

@test "without_the_library_nothing_is_run" {
  mkdir -p none/bin
  cp "$daemonfix" none/bin
  # hides a library that is installed on this machine
  namespaces=(-m)
  ((EUID == 0)) || namespaces+=(-Ur)
  launch unshare "${namespaces[@]}" sh -c 'mount -t tmpfs tmpfs /usr/local/lib && exec "$@"' - none/bin/daemonfix run touch "$tmp/not_run"
  [ "$status" = 125 ]
  one_line "not started, because $tmp/none/bin/\.\./lib/libdaemonfix.so is missing: make install"
  [ ! -e not_run ]
}

@test "a_library_that_ld_so_would_not_find_is_not_preloaded" {
  for name in 'a b' a:b 'a$LIB'; do
    mkdir "$name"
    cp "$daemonfix" "$lib" "$name"
    launch "./$name/daemonfix" run touch "$tmp/not_run"
    [ "$status" = 125 ]
    grep -qF "cannot load $tmp/$name/libdaemonfix.so" err
    [ ! -e not_run ]
  done
}

@test "a_file_that_is_not_a_library_is_not_preloaded" {
  cp "$daemonfix" .
  : >libdaemonfix.so
  launch ./daemonfix run true
  [ "$status" = 125 ]
  one_line "not started, because $tmp/libdaemonfix.so is not a library: install it again"
}

# shown NAME: prints an example of the manual, with another port.
shown() {
  example "$1" | sed -e "s/8080/$port/"
}

@test "the_manuals_examples_background_and_inspect" {
  port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
  echo hello >file
  PATH=$root/build:$PATH launch bash -c "$(shown run-background)"
  [ "$status" = 0 ]
  pid=$(<httpd.pid)
  note "$pid"
  within 20 python3 -c "import urllib.request as u; assert u.urlopen('http://127.0.0.1:$port/file').read() == b'hello\n'"
  within 5 grep -q 'GET /file' httpd.log
  PATH=$root/build:$PATH launch bash -c "$(shown inspect)"
  cat out
  [ "$status" = 0 ]
}

@test "the_manuals_example_check_starts_the_daemon" {
  PATH=$root/build:$fix:$PATH launch bash -c "$(shown check)"
  [ "$status" = 0 ]
  pid=$(sed -n 's/^daemonfix: legacy: is a daemon: .*PID \([0-9]*\), session.*/\1/p' err)
  note "$pid"
  not leads_session "$pid"
  grep -qx 'command   daemonfix run -- legacy' out
}

@test "the_manuals_example_dry_prints_the_line" {
  PATH=$root/build:$fix:$PATH launch bash -c "$(shown dry)"
  [ "$(<out)" = "LD_PRELOAD=$lib DAEMONFIX_MODE=foreground DAEMONFIX_CHDIR=/srv $fix/legacy" ]
}

@test "the_manuals_example_json_names_what_cannot_work" {
  mkdir sbin
  : >sbin/plain
  cp "$fix/legacy" sbin
  PATH=$root/build:$PATH launch bash -c "$(shown json | sed "s|/usr/sbin|$tmp/sbin|")"
  [ "$(<out)" = "not-executable $tmp/sbin/plain" ]
}

@test "settings_that_need_a_mode_are_said_to_have_no_effect" {
  why='has no effect unless the program calls daemon\(3\), which sleep does not import'
  run_it -p "$tmp/pid" sleep 0
  [ "$status" = 0 ]
  one_line "^daemonfix: run: -p '$tmp/pid': $why \(-b makes"
  run_it -o log -r listen sleep 0
  one_line "^daemonfix: run: -r 'listen': $why \(-b makes"
  launch DAEMONFIX_UMASK=022 "$daemonfix" run sleep 0
  one_line "^daemonfix: DAEMONFIX_UMASK=022: $why \(-b makes"
  [ ! -e pid ]
  for quiet in '-v sleep' '-m fix -p pid sleep' '-f -o log sleep' '-x other -p pid sleep' 'sleep'; do
    # shellcheck disable=SC2086 # several words
    run_it $quiet 0
    [ "$status" = 0 ]
    [ ! -s err ]
  done
  run_it -p "$tmp/pid" "$fix/legacy"
  [ "$status" = 0 ]
  note "$(<pid)"
  [ ! -s err ]
}

@test "the_library_is_found_without_proc" {
  needs_root
  local way
  for way in "$daemonfix" "./$(realpath --relative-to=. "$daemonfix")"; do
    launch unshare -m sh -c 'mount -t tmpfs none /proc && exec "$@"' sh \
      "$way" run -n -m background -- "$(type -P true)"
    cat out err
    [ "$status" = 0 ]
    [[ $(<out) = *"LD_PRELOAD=$lib "* ]]
  done
}
