# SPDX-License-Identifier: MIT
# The instructions that callgrind's files say were executed in an object: awk -v object=REGEX
/^c?ob=/ {
  id = $0; sub(/^c?ob=/, "", id); sub(/\).*/, ")", id)
  if (/\) /) { path = $0; sub(/^[^)]*\) /, "", path); paths[FILENAME, id] = path }
  if (/^ob=/) current = paths[FILENAME, id]
}
/^calls=/ { getline; next } # what it called counts there
/^[0-9+*-]/ && current ~ object { sum += $2 }
END { printf "%d\n", sum }
