# SPDX-License-Identifier: MIT
# What the test files share that use fixtures/reap.  shellcheck shell=bash

# runs: what reap (or harass) has said of its runs, "COUNT LINE" for each kind of line.
# endings: the same, but only how the launching process and what it left behind ended.
runs() { sort "${tmp:?}/out" | uniq -c | sed 's/^ *//'; }
endings() { sed -E 's/; (child|descendant) [^;]*//g' "${tmp:?}/out" | sort | uniq -c | sed 's/^ *//'; }

# is ACTUAL EXPECTED, where EXPECTED may be several lines.
is() {
  [ "$1" = "$2" ] || { printf 'expected:\n%s\nbut it is:\n%s\n' "$2" "$1"; return 1; }
}
