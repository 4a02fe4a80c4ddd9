# SPDX-License-Identifier: MIT
# Short versions of scripts/torture's rows.
load helper
load row

# loses PERCENT PART ROW...: with the textbook double fork, some starts are bad.
loses() {
  local name
  export LIBRARY=$fix/naive.so
  for name in "${@:3}"; do
    row "$1" "$2" "$name"
    [ "$status" = 1 ]
    [ "$bad" -gt 0 ]
  done
}

@test "processes_that_are_stopped_at_any_moment_make_daemons_all_the_same" {
  passes 1 interleavings fix fix-fork background foreground
}
@test "processes_that_are_stopped_at_any_moment_stay_in_front_and_wait_all_the_same" {
  passes 1 interleavings foreground-fork ready-notify ready-fork
}

@test "many_daemons_or_little_room_for_them_leave_nothing_else" {
  passes 2 load in-sequence processors-busy little-memory
  passes 5 load 64-at-once
}
@test "few_processes_leave_daemons_and_errors_and_nothing_else" { passes 5 load few-processes; }
@test "of_many_naive_daemons_an_intermediate_remains" { loses 1 load in-sequence; }

@test "daemons_survive_their_terminal_pty" { passes 3 races sighup-pty; }
@test "daemons_that_fork_by_themselves_survive_their_terminal" { passes 3 races sighup-fork; }
@test "daemons_survive_their_terminal_script" { passes 3 races sighup-script; }
@test "daemons_survive_their_terminal_ssh" { passes 1 races sighup-ssh; }
@test "daemons_survive_their_terminal_container" { passes 3 races sighup-container; }

@test "one_of_50_at_once_gets_the_pid_file" { passes 1 races pid-file; }
@test "a_signal_to_the_launching_process_leaves_a_daemon_or_nothing" { passes 2 races sigterm sigkill; }

@test "no_stranger_that_has_the_pid_of_a_daemon_is_stopped_instead" {
  passes 2 stop locked
  passes 1 stop unlocked locked-group unlocked-group
}
@test "by_kill_strangers_are_stopped_instead_of_daemons" {
  ((EUID == 0)) || skip 'needs root, for a PID namespace'
  printf '%s\n' '#!/bin/sh' 'kill "$(cat "$1")"' >naive
  chmod +x naive
  for options in '' -u; do
    # shellcheck disable=SC2086
    launch timeout -s KILL 60 unshare -m -p -f --kill-child --mount-proc "$fix/comeback" $options \
      -k c 10 "$tmp" "$root/build/daemonfix" "$tmp/naive"
    [ "$status" != 77 ] || skip "$(tail -n 1 err)"
    [ "$status" = 1 ]
    [[ $(<out) = 'tried=10 good=0 bad=10 met='* ]]
    grep -q 'a stranger has got signals' err
  done
}

@test "each_pattern_of_left_out_names_a_test" {
  cd "$root/tests"
  launch awk '
    # Splits a pattern into its alternatives, except for those in parentheses.
    function split_top(pattern, parts, i, c, depth, n) {
      n = 1
      parts[1] = ""
      for (i = 1; i <= length(pattern); i++) {
        c = substr(pattern, i, 1)
        depth += (c == "(") - (c == ")")
        if (c == "|" && !depth) parts[++n] = ""
        else parts[n] = parts[n] c
      }
      return n
    }
    /^@test / {
      name = $0
      sub(/^@test ["\047]/, "", name)
      sub(/["\047] [{].*/, "", name)
      file = FILENAME
      gsub(/^[.]\/|[.]bats$/, "", file)
      tests[file, name]
      next
    }
    FILENAME != "torture/left-out" || /^#/ || NF < 4 { next }
    {
      delete parts
      for (i = split_top($3, parts); i; i--) {
        found = parts[i] ~ /^(-|setup_file)$/
        for (t in tests) {
          split(t, key, SUBSEP)
          found += key[1] ~ "^(" $2 ")$" && key[2] ~ "^(" parts[i] ")$"
        }
        if (!found) print $1, $2, parts[i]
      }
    }' ./*.bats torture/left-out
  [ "$status" = 0 ]
  diff "$tmp/out" /dev/null
}
