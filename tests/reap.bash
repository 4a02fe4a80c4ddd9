# SPDX-License-Identifier: MIT
# Functions for the test files that use fixtures/reap.  shellcheck shell=bash

# runs: prints the lines of reap (or harass) about its runs, each different line as "COUNT LINE".
# endings: the same, but only how the launching process and what it left behind ended.
runs() { sort "${tmp:?}/out" | uniq -c | sed 's/^ *//'; }
endings() { sed -E 's/; (child|descendant) [^;]*//g' "${tmp:?}/out" | sort | uniq -c | sed 's/^ *//'; }

# is ACTUAL EXPECTED, where EXPECTED may be several lines.
is() {
  [ "$1" = "$2" ] || { printf 'expected:\n%s\nbut it is:\n%s\n' "$2" "$1"; return 1; }
}
