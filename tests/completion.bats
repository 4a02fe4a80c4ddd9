# SPDX-License-Identifier: MIT
# The completions of bash, zsh and fish.
load helper

completion=$root/src/command/completion
cmd=$root/build/daemonfix

# options [SUBCOMMAND]: the options in its --help.
options() { "$cmd" "${1-run}" --help | sed -n 's/^  \(-[^ ]*\) .*/\1/p' | sort; }

# The same, with -h and --help.
all_options() { (options "$@"; printf '%s\n' -h --help) | sort; }

# offers WORD...: prints bash's completions of the last word, one per line.
offers() {
  bash -c '. "$0"
    compopt() { :; } # the real one fails outside a completion
    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _daemonfix
    printf "%s\n" "${COMPREPLY[@]}"' "$completion/daemonfix.bash" daemonfix "$@" | sort -u
}

@test "bash_completes_commands_options_and_values" {
  [ "$(offers '' | grep -v ^- | tr '\n' ' ')" = 'check env help inspect run status stop try ' ]
  for name in run check try inspect stop status env; do
    [ "$(offers "$name" - | grep -vx -e --)" = "$(all_options "$name")" ]
  done
  [ "$(offers help st | tr '\n' ' ')" = 'status stop ' ]
  [ "$(offers run -b -m ba)" = background ]
  [ "$(offers check --j)" = --json ]
  [ "$(offers try --j)" = --json ]
  [ "$(offers inspect --j)" = --json ]
  offers inspect '' | grep -qx $$
  [ "$(offers status --j)" = --json ]
  [ "$(offers stop -s SIGTER)" = SIGTERM ]
  : >file
  [ "$(offers inspect "fi")" = file ]
}

@test "bash_completes_files_and_directories_of_options" {
  mkdir -p d && : >file
  [ "$(offers run -p f)" = file ]
  [ "$(offers run -bo f)" = file ]
  [ "$(offers stop -g -t 1 f)" = file ]
  [ "$(offers status f)" = file ]
  [ "$(offers run -C '')" = d ]
}

@test "bash_completes_the_program_after_the_options" {
  for before in '' -b '-p /x' '-bvp /x -C /' '--close-fds' '--umask 022' '-b --'; do
    # shellcheck disable=SC2086
    offers run $before slee | grep -qx sleep
  done
  offers check slee | grep -qx sleep
  offers check --json -- slee | grep -qx sleep
  offers try -t 5 slee | grep -qx sleep
  [ -z "$(offers run -b sleep slee)" ]
  [ -z "$(offers check sleep slee)" ]
  [ -z "$(offers try -t 5 sleep slee)" ]
}

@test "bash_loads_it_under_its_name" {
  bash -c '. "$0"; complete -p daemonfix' "$completion/daemonfix.bash"
}

# zsh_types KEYS: types KEYS in an interactive zsh, and prints the arguments that daemonfix gets.
zsh_types() {
  timeout 600 zsh -f -c '
    zmodload zsh/zpty
    zpty z zsh -f -i
    zpty -w z "PS1=; fpath=($1 \$fpath); autoload -Uz compinit; compinit -u -D"
    zpty -w z "daemonfix() { print -r -- \"[\$*]\" >args; print do\"\"ne }; print rea\"\"dy"
    zpty -r z out "*ready*"
    zpty -w z "$2"
    zpty -r z out "*done*"' zsh "$completion" "$1" 3>&- >/dev/null
  cat args
}

@test "zsh_completes_commands_options_and_values" {
  [ "$(zsh_types $'daemonfix insp\t--js\t1')" = '[inspect --json 1]' ]
  [ "$(zsh_types $'daemonfix try --js\t-t 5 ls --almo\t')" = '[try --json -t 5 ls --almost-all]' ]
  [ "$(zsh_types $'daemonfix check ls --almo\t')" = '[check ls --almost-all]' ]
  : >pidfile_of_a_daemon
  [ "$(zsh_types $'daemonfix inspect pidfile_of\t1')" = '[inspect pidfile_of_a_daemon 1]' ]
  [ "$(zsh_types $'daemonfix run -m backg\t--clos\t1')" = '[run -m background --close-fds 1]' ]
  [ "$(zsh_types $'daemonfix check --he\t1')" = '[check --help 1]' ]
  [ "$(zsh_types $'daemonfix help stat\t1')" = '[help status 1]' ]
  [ "$(zsh_types $'daemonfix run --uma\t022 -b ls --almo\t')" = '[run --umask 022 -b ls --almost-all]' ]
  : >file_of_its_own
  [ "$(zsh_types $'daemonfix stop -s TER\t-g file_of\t')" = '[stop -s TERM -g file_of_its_own]' ]
  [ "$(zsh_types $'daemonfix status --js\tfile_of\t')" = '[status --json file_of_its_own]' ]
  [ "$(zsh_types $'daemonfix run -p file_of\t-- ls --almo\t')" = \
    '[run -p file_of_its_own -- ls --almost-all]' ]
  mkdir bin
  printf '#!/bin/sh\n' >bin/program_of_its_own
  chmod +x bin/program_of_its_own
  [ "$(PATH=$tmp/bin:$PATH zsh_types $'daemonfix run -b program_\t1')" = \
    '[run -b program_of_its_own 1]' ]
}

# zsh_options SUBCOMMAND: prints zsh's completions of its options.
zsh_options() {
  sed -n "/$1)/,/;;/p" "$completion/_daemonfix" | grep -oE '(-[a-zA-Z]|--[a-z][a-z-]*)\[' |
    tr -d '[' | sort
}

@test "zsh_knows_the_options" {
  for name in run check try stop; do [ "$(zsh_options $name)" = "$(options $name)" ]; done
}

fish_offers() {
  HOME=$tmp timeout 600 fish --no-config -c 'source $argv[1]; complete -C $argv[2]' \
    "$completion/daemonfix.fish" "$1" 3>&- | cut -f 1 | sort
}

@test "fish_completes_commands_options_and_values" {
  [ "$(fish_offers 'daemonfix ' | tr '\n' ' ')" = 'check env help inspect run status stop try ' ]
  for name in run check try inspect stop status env; do
    [ "$(fish_offers "daemonfix $name -")" = "$(all_options "$name")" ]
  done
  [ "$(fish_offers 'daemonfix help st' | tr '\n' ' ')" = 'status stop ' ]
  [ "$(fish_offers 'daemonfix run -m ba')" = background ]
  fish_offers 'daemonfix stop -s ' | grep -qx TERM
  : >file
  [ "$(fish_offers 'daemonfix stop -g fi')" = file ]
  [ "$(fish_offers 'daemonfix status fi')" = file ]
  [ "$(fish_offers 'daemonfix run -p fi')" = file ]
  fish_offers 'daemonfix run -b -p /x slee' | grep -qx sleep
  fish_offers 'daemonfix check slee' | grep -qx sleep
  fish_offers 'daemonfix try -t 5 slee' | grep -qx sleep
  fish_offers 'daemonfix inspect fi' | grep -qx file
  fish_offers 'daemonfix inspect ' | grep -qx $$
}
