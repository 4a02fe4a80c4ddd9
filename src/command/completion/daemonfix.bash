# SPDX-License-Identifier: MIT
# bash completion for daemonfix.  shellcheck shell=bash

# The index of the first word from $1 on that is no option of "run", nor the argument of one.
_daemonfix_program() {
  local i=$1
  while ((i < COMP_CWORD)); do
    case ${COMP_WORDS[i]} in
    --) echo $((i + 1)); return ;;
    --*) ;;
    -*[poeCmx]) ((++i)) ;; # the argument is the next word
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

_daemonfix_run() {
  local program
  program=$(_daemonfix_program 2)
  if ((COMP_CWORD > program)); then # its own arguments
    compopt -o filenames -o default
    if declare -F _command_offset >/dev/null; then _command_offset "$program"; fi
    return
  fi
  case ${COMP_WORDS[COMP_CWORD - 1]} in
  --) compopt -o filenames; _daemonfix_reply -c; return ;;
  -*[poe]) compopt -o filenames; _daemonfix_reply -f; return ;;
  -*C) compopt -o filenames; _daemonfix_reply -d; return ;;
  -*m) _daemonfix_reply -W 'fix fix-fork background foreground foreground-fork off'; return ;;
  -*x) _daemonfix_reply -c; return ;;
  esac
  case ${COMP_WORDS[COMP_CWORD]} in
  -*) _daemonfix_reply -W '-b -f -F -K -p -o -e -C -m -x --close-fds -v -n --' ;;
  *) compopt -o filenames; _daemonfix_reply -c ;;
  esac
}

_daemonfix_stop() {
  case ${COMP_WORDS[COMP_CWORD - 1]} in
  -*s) _daemonfix_reply -A signal; return ;;
  -*t) return ;;
  esac
  case ${COMP_WORDS[COMP_CWORD]} in
  -*) _daemonfix_reply -W '-s -t -g' ;;
  *) compopt -o filenames; _daemonfix_reply -f ;;
  esac
}

_daemonfix_pids() {
  local pids=(/proc/[1-9]*)
  _daemonfix_reply -W "${pids[*]#/proc/}"
}

_daemonfix() {
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    _daemonfix_reply -W 'run check inspect stop status env --help --version'
    return
  fi
  case ${COMP_WORDS[1]}:${COMP_WORDS[COMP_CWORD]} in
  run:*) _daemonfix_run ;;
  check:-* | inspect:-* | status:-*) _daemonfix_reply -W --json ;;
  check:*) compopt -o filenames; _daemonfix_reply -c ;;
  inspect:*) _daemonfix_pids ;;
  stop:*) _daemonfix_stop ;;
  status:*) compopt -o filenames; _daemonfix_reply -f ;;
  esac
}

complete -F _daemonfix daemonfix
