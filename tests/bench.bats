# SPDX-License-Identifier: MIT
# scripts/bench works: every table has its rows, every goal its measure, and the JSON is valid.  Speed
# depends on the machine's load, and is not tested.
load helper

setup_file() {
  local root
  root=$(cd "$BATS_TEST_DIRNAME/.." && pwd)
  # In a copy, so that the tree's own figures remain.
  mkdir "$BATS_FILE_TMPDIR/tree"
  cp -r "$root"/{Makefile,src,scripts,tests} "$BATS_FILE_TMPDIR/tree"
  cd "$BATS_FILE_TMPDIR/tree" || return
  scripts/bench --quick </dev/null >"$BATS_FILE_TMPDIR/out" 2>"$BATS_FILE_TMPDIR/err" 3>&- ||
    { cat "$BATS_FILE_TMPDIR/err"; return 1; }
}

built() { echo "$BATS_FILE_TMPDIR/tree/build/$1"; }

# figures CONDITION: how many figures f of the JSON meet it
figures() {
  python3 -c '
import json, sys
print(sum(bool(eval(sys.argv[2], {"f": f})) for f in json.load(open(sys.argv[1]))["figures"]))' \
    "$(built bench.json)" "$1"
}

@test "the_json_has_the_machine_and_the_figures" {
  python3 -c '
import json, sys
bench = json.load(open(sys.argv[1]))
assert bench["machine"]["kernel"] and int(bench["machine"]["cpus"]) > 0
assert len(bench["figures"]) > 100' "$(built bench.json)"
}

@test "all_figures_are_in_order" {
  [ "$(figures 'not 0 <= f["min"] <= f["median"] <= f["max"]')" = 0 ]
  [ "$(figures 'f["samples"] < 1')" = 0 ]
  [ "$(figures 'f["ratio"] is not None and f["ratio"] <= 0')" = 0 ]
}

@test "every_goal_has_a_measure_but_those_at_4096_MiB" {
  grep -q ' met$' "$BATS_FILE_TMPDIR/out"
  not grep -q 'not measured' <(grep -v '4096 MiB' "$BATS_FILE_TMPDIR/out")
}

@test "every_table_is_there" {
  local table
  for table in daemon load background afterwards throughput instructions survival; do
    [ "$(figures "f['table'] == '$table' and f['name'] == 'daemonfix'")" -gt 0 ]
  done
}

# These figures do not depend on the machine's load.
@test "no_daemon_is_lost_and_nothing_is_left_behind" {
  [ "$(figures 'f["name"] == "daemonfix" and f["figure"] == "lost"')" -ge 9 ]
  [ "$(figures 'f["name"] == "daemonfix" and f["figure"] in ("lost", "strays") and f["max"] > 0')" = 0 ]
}

# fork(2) checks for mode fix-fork and runs three pthread_atfork(3) handlers; _exit(2) checks for a PID
# file.
@test "after_daemon_nothing_of_the_library_runs_but_a_look_at_each_fork_and_exit" {
  [ "$(figures 'f["case"] == "daemon and child" and f["figure"] == "instructions of all" and f["min"] > 1000')" = 1 ]
  [ "$(figures 'f["case"] == "daemon and child" and f["figure"] == "instructions of ours" and f["max"] <= 200')" = 1 ]
}

@test "the_plots_are_written" {
  grep -q '</svg>' "$(built cost.svg)"
  grep -q '</svg>' "$(built survival.svg)"
}

@test "losses_are_counted" {
  "$(built bench/race)" -f "$tmp/fifo" 2 vs nobody true vs late false >"$tmp/out"
  grep -q $'^nobody\tlost\t2\t2\t' "$tmp/out"
  grep -q $'^late\tlost\t2\t2\t' "$tmp/out"
}
