# SPDX-License-Identifier: MIT
# Secure mode: a set-user-ID program under /etc/ld.so.preload gets the fix but no settings, because its
# caller controls its environment.
load helper
load sandbox

# In the sandbox: nobody starts a copy of report, with the permissions MODE, through COMMAND.
started_by_nobody() { # MODE [COMMAND...]
  install -D -m 755 "$lib" /usr/local/lib/libdaemonfix.so
  install -D -m "$1" "$fix/report" /usr/local/bin/report
  echo /usr/local/lib/libdaemonfix.so >/etc/ld.so.preload
  setpriv --reuid 65534 --regid 65534 --clear-groups \
    "${@:2}" /usr/local/bin/report -x "$tmp/report"
  within 20 test -e "$tmp/report"
}

by_nobody() {
  rm -f "$tmp/report"
  chmod 1777 "$tmp"
  sandboxed started_by_nobody "$@"
}
set_user_id() { by_nobody 4755 "$@"; }
plain() { by_nobody 755 "$@"; }

is_fixed() {
  [ "$status" = 0 ] &&
    [ "$(value result)" = 0 ] &&
    [ "$(value after.pid)" != "$(value before.pid)" ] &&
    [ "$(value after.pid)" != "$(value after.sid)" ] &&
    [ "$(value after.sid)" != "$(value before.sid)" ]
}

not_forked() { [ "$(value after.pid)" = "$(value before.pid)" ]; }

is_refused() { [ "$status" = 1 ] && [ "$(value errno)" = EINVAL ]; }

# A shell that marks the program that it executes, in the same process, as a daemon.
# shellcheck disable=SC2016 # it is that shell's $$
forged=(sh -c 'DAEMONFIX_PID=$$ exec "$@"' sh)

@test "set_user_id_program_gets_the_fix" {
  set_user_id
  is_fixed
  [ ! -s "$tmp/err" ]
}

@test "set_user_id_program_ignores_every_setting" {
  for setting in MODE=foreground MODE=off MODE=background MODE=bogus VERBOSE=1 VERBOSE=maybe \
    ONLY=/bad NONSENSE=1; do
    set_user_id env "DAEMONFIX_$setting"
    is_fixed
    [ ! -s "$tmp/err" ]
  done
  set_user_id "${forged[@]}"
  is_fixed
}

@test "without_the_set_user_id_bit_it_obeys_them" {
  plain env DAEMONFIX_MODE=foreground
  not_forked
  plain env DAEMONFIX_MODE=off
  [ "$(value after.pid)" = "$(value after.sid)" ]
  plain env DAEMONFIX_MODE=background
  not_forked
  plain env DAEMONFIX_MODE=bogus
  [ "$status" = 125 ]
  plain env DAEMONFIX_VERBOSE=1
  grep "is a daemon" "$tmp/err"
  for setting in VERBOSE=maybe ONLY=/bad NONSENSE=1; do
    plain env "DAEMONFIX_$setting"
    is_refused
    grep "DAEMONFIX_$setting" "$tmp/err"
  done
  plain "${forged[@]}"
  not_forked
}

@test "set_user_id_program_does_not_hand_settings_on" {
  set_user_id env DAEMONFIX_MODE=foreground DAEMONFIX_NONSENSE=1
  is_fixed
  not grep -E '^before.env.DAEMONFIX_(PID=[^0]|[^P]|PIDFILE)' "$tmp/report"
  plain env DAEMONFIX_MODE=foreground
  grep '^before.env.DAEMONFIX_MODE=foreground$' "$tmp/report"
}
