# SPDX-License-Identifier: MIT
# daemonfix env: the effect of the variables in force.
load helper

cmd=$root/build/daemonfix

row() { sed -n "s/^$1  *//p" out; }

# The names that the library knows, from its own message.
names() { launch DAEMONFIX_NOSUCH=1 "$cmd" env && grep -o 'DAEMONFIX_[A-Z]*' err | sed 1d; }

@test "every_variable_has_a_row_and_a_default" {
  names | sort >known
  launch "$cmd" env
  [ "$status" = 0 ]
  [ ! -s err ]
  # DAEMONFIX_PID is not for users
  sed -n 's/^\(DAEMONFIX_[A-Z]*\)  *not set: .*/\1/p' out | grep -v PID$ | sort | diff known -
  [ "$(row DAEMONFIX_MODE)" = 'not set: daemon(3) makes a correct daemon' ]
}

@test "a_value_is_shown_with_its_effect" {
  launch DAEMONFIX_MODE=foreground DAEMONFIX_CHDIR=/srv DAEMONFIX_UMASK=027 DAEMONFIX_ONLY=a,b \
    DAEMONFIX_STDOUT=/o DAEMONFIX_STDERR=/e DAEMONFIX_PIDFILE=/p DAEMONFIX_CLOSEFDS=1 \
    DAEMONFIX_VERBOSE=1 DAEMONFIX_READY=listen DAEMONFIX_TIMEOUT=9 DAEMONFIX_PID=7 "$cmd" env
  [ "$status" = 0 ]
  [ ! -s err ]
  [ "$(row DAEMONFIX_MODE)" = 'foreground: a program that calls daemon(3) stays in the foreground' ]
  [[ $(row DAEMONFIX_CHDIR) = /srv:* ]]
  [[ $(row DAEMONFIX_UMASK) = 027:* ]]
  [[ $(row DAEMONFIX_ONLY) = a,b:* ]]
  not grep 'not set' out
}

@test "every_mode_has_an_effect_of_its_own" {
  for mode in fix fix-fork background foreground foreground-fork off; do
    launch DAEMONFIX_MODE=$mode "$cmd" env
    [ "$status" = 0 ]
    row DAEMONFIX_MODE
  done >effects
  [ "$(sed 's/.*: //' effects | sort -u | wc -l)" = 6 ]
}

@test "a_bad_value_is_reported_as_the_library_does" {
  for bad in DAEMONFIX_UMASK=999 DAEMONFIX_CHDIR=srv DAEMONFIX_VERBOSE=0 DAEMONFIX_ONLY= \
    DAEMONFIX_PID=x DAEMONFIX_MOED=fix DAEMONFIX_=; do
    fixed DAEMONFIX_MODE=background "$bad" true
    [ "$status" = 125 ]
    # the library's message names the program
    sed 's/^daemonfix: true: /daemonfix: /' err >expected
    launch DAEMONFIX_MODE=background "$bad" "$cmd" env
    [ "$status" = 1 ]
    diff expected err
  done
}

@test "every_bad_variable_is_reported" {
  launch DAEMONFIX_UMASK=999 DAEMONFIX_CHDIR=srv DAEMONFIX_A=1 DAEMONFIX_B=2 "$cmd" env
  [ "$status" = 1 ]
  [ "$(wc -l <err)" = 4 ]
  [ "$(row DAEMONFIX_UMASK)" = 'bad: daemon(3) fails with EINVAL' ]
  [ "$(row DAEMONFIX_B)" = 'bad: daemon(3) fails with EINVAL' ]
}

@test "for_a_misspelt_name_the_similar_one_is_named_first" {
  local pair
  for pair in PIDFIL=PIDFILE PID_FILE=PIDFILE STDOT=STDOUT MOED=MODE CLOSE_FDS=CLOSEFDS UMAKS=UMASK \
    STDER=STDERR TIMEOUTS=TIMEOUT PIDFI=PIDFILE; do
    launch "DAEMONFIX_${pair%=*}=a=b" "$cmd" env
    [ "$status" = 1 ]
    grep "no such variable (did you mean DAEMONFIX_${pair#*=}? allowed: DAEMONFIX_ONLY DAEMONFIX_MODE .*)$" err
    # the library says the same in any program that it is preloaded into
    cp err expected
    fixed DAEMONFIX_MODE=background "DAEMONFIX_${pair%=*}=a=b" true
    diff expected err
  done
  # no name is similar, or only the internal one
  for name in LOG PIDS PIX A STDOUTPUT X=MODE; do
    launch "DAEMONFIX_$name=1" "$cmd" env
    grep 'no such variable (allowed: ' err
  done
}

@test "the_consequence_of_a_bad_value_depends_on_the_mode" {
  launch DAEMONFIX_MODE=background DAEMONFIX_UMASK=999 "$cmd" env
  [ "$(row DAEMONFIX_UMASK)" = 'bad: programs end with status 125 before main()' ]
  launch DAEMONFIX_MODE=bogus "$cmd" env
  [ "$(row DAEMONFIX_MODE)" = 'bad: programs end with status 125 before main()' ]
  launch DAEMONFIX_MODE=fix-fork DAEMONFIX_UMASK=999 "$cmd" env
  [ "$(row DAEMONFIX_UMASK)" = 'bad: daemon(3) and the first fork(2) fail with EINVAL' ]
  launch DAEMONFIX_MODE=off DAEMONFIX_UMASK=999 "$cmd" env
  [ "$(row DAEMONFIX_UMASK)" = 'bad: no effect in mode off' ]
}

@test "only_for_other_programs_hides_nothing" {
  launch DAEMONFIX_ONLY=nginx DAEMONFIX_MODE=background DAEMONFIX_UMASK=8 "$cmd" env
  [ "$status" = 1 ]
  [[ $(row DAEMONFIX_MODE) = background:* ]]
  grep -q DAEMONFIX_UMASK=8 err
}

@test "values_are_shown_on_one_line" {
  launch DAEMONFIX_CHDIR=$'/a\nb\xff\e' "$cmd" env
  [[ $(row DAEMONFIX_CHDIR) = '/a\x0ab\xff\x1b:'* ]]
  launch DAEMONFIX_CHDIR=$'a\nb\e' "$cmd" env
  [ "$(wc -l <err)" = 1 ]
  not grep -q $'\e' err
}

@test "it_says_whether_the_library_is_preloaded" {
  launch "$cmd" env
  [[ $(row libdaemonfix.so) = 'not in LD_PRELOAD'* ]]
  fixed "$cmd" env
  [ "$(row libdaemonfix.so)" = "$lib: preloaded" ]
  launch LD_PRELOAD=/nowhere/libdaemonfix.so "$cmd" env
  [ "$status" = 0 ]
  [[ $(row libdaemonfix.so) = 'in LD_PRELOAD, but cannot be loaded'* ]]
}

# In a unit file the variables are in force for the command, too.
@test "the_variables_have_no_effect_on_the_command_itself" {
  fixed DAEMONFIX_MODE=background "$cmd" env
  [ "$status" = 0 ]
  [[ $(row DAEMONFIX_MODE) = background:* ]]
  fixed DAEMONFIX_MODE=bogus "$cmd" env
  [ "$status" = 1 ]
  [ "$(<err)" = 'daemonfix: DAEMONFIX_MODE=bogus: not allowed (fix, fix-fork, background, foreground, foreground-fork or off)' ]
}

@test "an_argument_is_bad_usage" {
  launch "$cmd" env -i
  [ "$status" = 125 ]
  [ "$(wc -l <err)" = 1 ]
}
