# SPDX-License-Identifier: MIT
# For tests that run real programs from Debian's packages.  shellcheck shell=bash

# Fetches the programs once for each test file.
setup_file() { try_to fetch_programs; }
fetch_programs() {
  "$root/scripts/programs" && unshare -m -p -n -i -u -f --kill-child --mount-proc true
}
