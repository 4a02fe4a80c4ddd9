# SPDX-License-Identifier: MIT
# The command itself: help, version, and words that are no subcommands.
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

@test "an_unknown_subcommand_is_reported_with_the_known_ones" {
  launch "$daemonfix"
  [ "$status" = 125 ]
  grep -q 'missing (run, check, try, inspect, stop, status, env, help; see daemonfix --help)' err
  launch "$daemonfix" start
  [ "$status" = 125 ]
  grep -q 'start: no such subcommand (there are run, check, try, inspect, stop, status, env, help; see daemonfix --help)' err
  [ ! -s out ]
}

@test "for_a_misspelt_subcommand_or_option_the_similar_one_is_named_first" {
  local typed
  for typed in stap=stop statu=status inspekt=inspect chek=check ru=run hlep=help envv=env; do
    launch "$daemonfix" "${typed%=*}"
    [ "$status" = 125 ]
    one_line "${typed%=*}: no such subcommand .did you mean ${typed#*=}. there are run, "
  done
  # no name is similar: of a short one, more than half of the letters differ
  for typed in start rm '' = stopdaemonstop; do
    launch "$daemonfix" "$typed"
    one_line ': no such subcommand .there are run, '
  done
  launch "$daemonfix" run --close_fd true
  one_line "^daemonfix: run: --close_fd: no such option .did you mean --close-fds.; see daemonfix run --help.$"
  launch "$daemonfix" run --umsak=022 true
  one_line 'did you mean --umask'
  launch "$daemonfix" run --nonsense true
  one_line "^daemonfix: run: --nonsense: no such option .see daemonfix run --help.$"
}

@test "a_message_has_its_remarks_in_one_pair_of_brackets" {
  launch "$daemonfix" start
  one_line ', help; see daemonfix --help\)$'
  launch "$daemonfix" check --nonsense
  one_line '^daemonfix: check: --nonsense: no such option \(there is --json; see daemonfix check --help\)$'
  launch "$daemonfix" env 'x)'
  one_line '^daemonfix: env: x\): no argument is expected \(see daemonfix env --help\)$'
}

subcommands=(run check try inspect stop status env)

@test "each_subcommand_explains_itself_in_three_ways" {
  local name
  for name in "${subcommands[@]}"; do
    launch "$daemonfix" help "$name"
    [ "$status" = 0 ]
    [ ! -s err ]
    head -n 1 out | grep -q "^usage: daemonfix $name"
    # one sentence says what the subcommand is for
    [ "$(sed -n '/^$/,$p' out | grep -c '^[A-Z].*\.$')" = 1 ]
    mv out help
    for option in -h --help; do
      launch "$daemonfix" "$name" "$option"
      [ "$status" = 0 ]
      [ ! -s err ]
      diff help out
    done
  done
}

@test "the_overview_has_the_synopsis_of_each" {
  launch "$daemonfix" help
  [ "$status" = 0 ]
  mv out overview
  for words in --help -h 'help --help'; do
    # shellcheck disable=SC2086
    launch "$daemonfix" $words
    diff overview out
  done
  for name in "${subcommands[@]}"; do
    launch "$daemonfix" help "$name"
    while read -r line; do
      grep -qF -- "${line#usage: }" overview
    done < <(sed '/^$/q' out | grep .)
  done
}

@test "every_option_of_the_synopsis_is_explained_in_a_line_and_no_other" {
  for name in "${subcommands[@]}"; do
    launch "$daemonfix" help "$name"
    diff <(sed '/^$/q' out | grep -oE '(^|[^A-Za-z-])(-[a-zA-Z]|--[a-z][a-z-]*)' | grep -o -- '-.*' | sort) \
      <(sed -n 's/^  \(-[^ ]*\) .*/\1/p' out | sort)
  done
}

@test "an_unknown_subcommand_is_not_explained" {
  launch "$daemonfix" help start
  [ "$status" = 125 ]
  one_line 'start: no such subcommand'
  launch "$daemonfix" help run stop
  [ "$status" = 125 ]
  one_line 'help: one subcommand is expected, not 2 .see daemonfix help --help.$'
}

@test "wrong_usage_points_to_the_help_of_the_subcommand" {
  for name in "${subcommands[@]}"; do
    launch "$daemonfix" "$name" --nonsense
    [ "$status" = 125 ]
    one_line "see daemonfix $name --help.$"
  done
}

@test "output_that_cannot_be_written_is_an_error" {
  status=0
  "$daemonfix" --help >/dev/full 2>err </dev/null 3>&- || status=$?
  [ "$status" = 125 ]
  grep -q 'cannot write to standard output' err
}
