# SPDX-License-Identifier: MIT
# The command by itself: help, version, and what is no subcommand.
load helper
load command

@test "help_and_version_are_what_was_asked_for" {
  local option
  for option in -h --help; do
    launch "$daemonfix" "$option"
    [ "$status" = 0 ]
    grep -q 'daemonfix run' out
    [ ! -s err ]
  done
  for option in -V --version; do
    launch "$daemonfix" "$option"
    [ "$status" = 0 ]
    [[ $(<out) =~ ^daemonfix\ [0-9.]+$ ]]
  done
}

@test "what_is_no_subcommand_is_named_with_those_that_there_are" {
  launch "$daemonfix"
  [ "$status" = 125 ]
  grep -q 'missing (run, check, try, inspect, stop, status, env)' err
  launch "$daemonfix" start
  [ "$status" = 125 ]
  grep -q 'start: no such subcommand (there are run, check, try, inspect, stop, status, env)' err
  [ ! -s out ]
}

@test "what_cannot_be_written_is_an_error" {
  status=0
  "$daemonfix" --help >/dev/full 2>err </dev/null 3>&- || status=$?
  [ "$status" = 125 ]
  grep -q 'cannot write to standard output' err
}
