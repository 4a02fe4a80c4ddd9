# SPDX-License-Identifier: MIT
# Functions that the parts tools, platforms and coverage share.  shellcheck shell=bash
#
# A variant is a copy of this tree in build/variants/NAME, built in its own way, in which the test suite
# runs.  A root is another Debian in build/roots/SUITE-ARCH, for variants that need another libc; its
# processes see neither the machine's files nor its processes.  Variants and roots are kept for inspection:
# the suite's output is build/tap in the copy, and NAME.log is beside the copy.
. "$(dirname "${BASH_SOURCE[0]}")/../../scripts/common.bash"

torture=tests/torture
# A short run (SCALE below 100) runs these files of the suite: forks, waiting, signals, stdio, modes.
short=(session stdio order signals wait modes)

# Files that make variants themselves.
nested=(coverage platforms tools)
# Files that run only code of ours that they have compiled with flags of their own: a tool that needs
# its own flags sees nothing there.
# shellcheck disable=SC2034 # for tools and coverage
own_builds=("${nested[@]}" bench build demo examples exports fuzz install manual package)

# all_but FILE...: prints the other files of the suite.
all_but() { (cd tests && printf '%s\n' *.bats | sed 's/\.bats$//' | grep -vxF "$(printf '%s\n' "$@")"); }

# not_here REASON: this row cannot be run on this machine.
not_here() { say "$*" >&2; exit 77; }

# row_of ROW... -- [ARGUMENT...]: without an argument prints the rows; else runs the function
# row_ARGUMENT, with - as _.
row_of() {
  local rows=()
  while [ "$1" != -- ]; do rows+=("$1"); shift; done
  shift
  if (($# == 0)); then printf '%s\n' "${rows[@]}"; return; fi
  [[ " ${rows[*]} " == *" $1 "* ]] || die "no such row: $1"
  row=$1
  "row_${1//-/_}"
}

# result TRIED GOOD BAD NOTE: the row's last line and its status.
result() {
  printf '%s\t%s\t%s\t%s\n' "$@"
  (($3 == 0))
}

# copy_to DIRECTORY: copies the tree without build/.
copy_to() {
  rm -rf "$1"
  mkdir -p "$1"
  cp -r .ci .github LICENSE Makefile README.md scripts src tests "$1"
}

# variant NAME [MAKE-ARGUMENT...]: makes a variant; sets tree and log.
targets=(all fixtures)
variant() {
  tree=$PWD/build/variants/$1 log=$PWD/build/variants/$1.log
  copy_to "$tree"
  say "$1: building" >&2
  # The preprocessor makes the map, and C that the flags include would spoil it.
  make -s -C "$tree" "${@:2}" CPPFLAGS= CFLAGS= build/obj/versions.map
  make -s -j"$(nproc)" -C "$tree" "${@:2}" "${targets[@]}" >"$log" 2>&1 || { tail -n 20 "$log" >&2; die "$1: no build"; }
}

# suite [FILE...]: runs these files of the tree's test suite (default: all, or a short run) and builds
# nothing again.  within: a command to run the suite with.
within=(env -C)
suite() {
  local files=("$@")
  if ((${#files[@]} == 0 && ${SCALE:-100} < 100)); then files=("${short[@]}"); fi
  ((${#files[@]})) || mapfile -t files < <(all_but "${nested[@]}")
  leave_out
  say "$row: running the suite: ${files[*]}" >&2
  "${within[@]}" "${inside:-$tree}" scripts/test "${files[@]}" </dev/null >>"$log" 2>&1 || :
  [ -d "$tree/build/tap" ] || { tail -n 5 "$log" >&2; die "$row: the suite did not run"; }
}

# tests_of DIRECTORY: prints "ok FILE NAME", "skip FILE NAME" or "not FILE NAME" for each test; a test that
# was planned and never ran is "not FILE -".
tests_of() {
  local tap
  for tap in "$1"/build/tap/*.tap; do
    awk -v file="$(basename "$tap" .tap)" '
      /^1\.\./ { planned = substr($0, 4) }
      /^ok .* # skip/ { ran++; print "skip", file, $3; next }
      /^ok / { ran++; print "ok", file, $3 }
      /^not ok / { ran++; print "not", file, $4 }
      END { if (planned == "") planned = ran + 1; for (; ran < planned; ran++) print "not", file, "-" }
    ' "$tap"
  done
}

# Tests that cannot pass in this row have a line "ROW FILE TEST REASON" in left-out.
# shellcheck disable=SC2016 # for awk
is_left_out='
  NR == FNR {
    if (!/^(#|$)/ && row ~ "^(" $1 ")$") { n++; files[n] = $2; tests[n] = $3 }
    next
  }
  function is_left_out(file, test, i) {
    for (i = 1; i <= n; i++)
      if (file ~ "^(" files[i] ")$" && test ~ "^(" tests[i] ")$") return 1
    return 0
  }'

# leave_out: skips those tests in the tree, because some of them would wait for ever.
leave_out() {
  local file
  for file in "$tree"/tests/*.bats; do
    awk -v row="$row" -v file="$(basename "$file" .bats)" "$is_left_out"'
      /^@test "/ && is_left_out(file, substr($2, 2, length($2) - 1 - ($2 ~ /"$/))) {
        sub(/ \{/, "& skip \"left out\";")
      }
      { print }' $torture/left-out "$file" >"$tree/left-out"
    cmp -s "$tree/left-out" "$file" || cat "$tree/left-out" >"$file"
  done
}

# judge: marks those tests among the tests on standard input.
judge() {
  awk -v row="$row" "$is_left_out"'
    ($1 == "not" || $1 == "skip") && is_left_out($2, $3) { $1 = "out" }
    { print }' $torture/left-out -
}

# tally [NOTE]: prints the result of a row that has run the suite, and on standard error the tests that
# failed.
tally() {
  local list
  list=$(tests_of "$tree" | judge)
  count() { grep -c "^$1 " <<<"$list" || :; }
  grep '^not ' <<<"$list" >&2 || :
  result "$(grep -c . <<<"$list")" "$(count ok)" "$(count not)" \
    "${1:+$1; }$(count skip) skipped, $(count out) left out"
}
