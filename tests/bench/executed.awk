# SPDX-License-Identifier: MIT
# Counts the instructions executed in an object, from callgrind's files: awk -v object=REGEX
/^c?ob=/ {
  id = $0; sub(/^c?ob=/, "", id); sub(/\).*/, ")", id)
  if (/\) /) { path = $0; sub(/^[^)]*\) /, "", path); paths[FILENAME, id] = path }
  if (/^ob=/) current = paths[FILENAME, id]
}
/^calls=/ { getline; next } # the callee's own lines count these
/^[0-9+*-]/ && current ~ object { sum += $2 }
END { printf "%d\n", sum }
