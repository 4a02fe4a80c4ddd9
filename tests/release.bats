# SPDX-License-Identifier: MIT
# What a release is made of: version, changelog, tarball; and what the project's page asks for.
load helper
load command

version() { sed -n 's/^VERSION := //p' "$root/Makefile"; }

@test "the_changelog_begins_with_the_version_and_keeps_the_form" {
  [ "$(grep -m 1 -oP '^## \[\K[^]]*(?=\] - \d{4}-\d{2}-\d{2}$)' "$root/.github/CHANGELOG.md")" = "$(version)" ]
  [ "$("$daemonfix" --version)" = "daemonfix $(version)" ]
  not grep -vqE '^### (Added|Changed|Deprecated|Removed|Fixed|Security)$' <(grep '^###' "$root/.github/CHANGELOG.md")
}

@test "dist_makes_a_tarball_that_builds_and_installs_where_there_is_no_git" {
  git -C "$root" rev-parse HEAD >/dev/null || skip 'not in a repository'
  git clone -q "$root" clone
  make -s -C clone dist
  name=daemonfix-$(sed -n 's/^VERSION := //p' clone/Makefile)
  first=$(sha256sum <"clone/build/$name.tar.gz")
  make -s -C clone dist
  [ "$(sha256sum <"clone/build/$name.tar.gz")" = "$first" ]
  tar -xzf "clone/build/$name.tar.gz"
  [ "$(ls -d daemonfix-*)" = "$name" ]
  rm -rf clone
  export GIT_DIR=/nonexistent
  make -s -j2 -C "$name" install DESTDIR="$tmp/root" >/dev/null
  [ "$(root/usr/local/bin/daemonfix --version)" = "daemonfix ${name#*-}" ]
  root/usr/local/bin/daemonfix run -- "$fix/report" "$tmp/report" 3>&-
  reported
}

@test "ci_runs_the_same_as_everybody" {
  grep -q '^ *- run: \.ci/run$' "$root/.github/workflows/ci.yml"
  [ -x "$root/.ci/run" ]
}

@test "the_issue_template_asks_for_the_json_of_check_and_inspect" {
  for question in 'daemonfix check --json PROGRAM' 'daemonfix inspect --json PID' 'daemonfix env' 'daemonfix --version'; do
    grep -qF "$question" "$root/.github/ISSUE_TEMPLATE/bug.yml"
  done
  launch "$daemonfix" check --json "$fix/legacy"
  python3 -m json.tool out >/dev/null
  launch "$daemonfix" inspect --json $$
  python3 -m json.tool out >/dev/null
}
