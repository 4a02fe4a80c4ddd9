# SPDX-License-Identifier: MIT
# bash completion for daemonfix.  shellcheck shell=bash

# The index of the first word after the subcommand that is no option of it, nor the argument of one;
# $1 are the letters of the options that have one.
_daemonfix_program() {
  local i=2
  while ((i < COMP_CWORD)); do
    case ${COMP_WORDS[i]} in
    --) echo $((i + 1)); return ;;
    --umask) ((++i)) ;;
    --*) ;;
    -*[$1]) ((++i)) ;; # the argument is the next word
    -*) ;;
    *) break ;;
    esac
    ((++i))
  done
  echo "$i"
}

# Candidates for COMPREPLY: of compgen, with the options given, for the word being completed.
_daemonfix_reply() {
  mapfile -t COMPREPLY < <(compgen "$@" -- "${COMP_WORDS[COMP_CWORD]}")
}

# The program's own arguments, if that is where we are; $1: as above.
_daemonfix_arguments() {
  local program
  program=$(_daemonfix_program "$1")
  ((COMP_CWORD > program)) || return
  compopt -o filenames -o default
  if declare -F _command_offset >/dev/null; then _command_offset "$program"; fi
  return 0
}

_daemonfix_run() {
  ! _daemonfix_arguments poeCmrtx || return
  case ${COMP_WORDS[COMP_CWORD - 1]} in
  --) compopt -o filenames; _daemonfix_reply -c; return ;;
  -*[poe]) compopt -o filenames; _daemonfix_reply -f; return ;;
  -*C) compopt -o filenames; _daemonfix_reply -d; return ;;
  -*m) _daemonfix_reply -W 'fix fix-fork background foreground foreground-fork off'; return ;;
  -*r) _daemonfix_reply -W 'listen notify alive:'; return ;;
  -*t | --umask) return ;;
  -*x) _daemonfix_reply -c; return ;;
  esac
  case ${COMP_WORDS[COMP_CWORD]} in
  -*) _daemonfix_reply -W '-b -f -F -K -p -o -e -C --umask -m -r -t -x --close-fds -v -n -h --help --' ;;
  *) compopt -o filenames; _daemonfix_reply -c ;;
  esac
}

_daemonfix_stop() {
  case ${COMP_WORDS[COMP_CWORD - 1]} in
  -*s) _daemonfix_reply -A signal; return ;;
  -*t) return ;;
  esac
  case ${COMP_WORDS[COMP_CWORD]} in
  -*) _daemonfix_reply -W '-s -t -g -h --help' ;;
  *) compopt -o filenames; _daemonfix_reply -f ;;
  esac
}

_daemonfix_examine() { # check or try: $1: their options, $2: the letter of one with an argument
  ! _daemonfix_arguments "$2" || return
  case ${COMP_WORDS[COMP_CWORD]} in
  -*) _daemonfix_reply -W "$1 -h --help --" ;;
  *) compopt -o filenames; _daemonfix_reply -c ;;
  esac
}

_daemonfix_pids() {
  local pids=(/proc/[1-9]*)
  mapfile -t COMPREPLY < <(
    compgen -W "${pids[*]#/proc/}" -- "${COMP_WORDS[COMP_CWORD]}"
    compgen -f -- "${COMP_WORDS[COMP_CWORD]}"
  )
}

_daemonfix_subcommands='run check try inspect stop status env help'

_daemonfix() {
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _daemonfix_reply -W "$_daemonfix_subcommands --help --version"
    return
  fi
  case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD]} in
  run:*) _daemonfix_run ;;
  check:*) _daemonfix_examine --json _ ;; # none
  try:*) _daemonfix_examine '--json -t' t ;;
  inspect:-*) _daemonfix_reply -W '--json -h --help' ;;
  inspect:*) compopt -o filenames; _daemonfix_pids ;;
  stop:*) _daemonfix_stop ;;
  status:-*) _daemonfix_reply -W '--json -h --help' ;;
  status:*) compopt -o filenames; _daemonfix_reply -f ;;
  env:-*) _daemonfix_reply -W '-h --help' ;;
  help:*) _daemonfix_reply -W "$_daemonfix_subcommands" ;;
  esac
}

complete -F _daemonfix daemonfix
