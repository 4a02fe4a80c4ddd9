# SPDX-License-Identifier: MIT
# awk -f tables.awk goals.tsv figures.tsv: prints the figures, and the goals with the measured values.
BEGIN {
  FS = "\t"
  line = "  %-22s %-22s %7s %12s %12s %12s %8s %6s\n"
  verdict_line = "%-10s %-20s %-20s %-31s %-8s %8s  %s\n"
}
FNR == NR { if (!/^#/) { goal[++goals] = $0 } next }
{ key = $1 FS $2 FS $3 FS $4; median[key] = $7; ratio[key] = $9 }
$1 FS $2 != title {
  title = $1 FS $2
  printf "\n%s: %s\n", $1, $2
  printf line, "", "", "samples", "min", "median", "max", "ratio", "+-"
}
{ printf line, $3, $4, $5, $6, $7, $8, $9, $10 }

function holds(x, op, limit) {
  return op == "<=" ? x <= limit : op == ">=" ? x >= limit : op == ">" ? x > limit : x == limit
}
END {
  print ""
  printf verdict_line, "goals", "", "", "", "goal", "measured", ""
  for (i = 1; i <= goals; i++) {
    split(goal[i], g, FS)
    key = g[1] FS g[2] FS g[4] FS g[3]
    over = g[1] FS g[2] FS g[7] FS g[3]
    what = g[4] (g[7] == "-" ? "" : " / " g[7])
    measured = "-"; verdict = "not measured"
    if (key in median && g[7] == "-") measured = median[key]
    else if (ratio[key] > 0 && ratio[over] > 0) measured = ratio[key] / ratio[over]
    if (measured != "-") {
      verdict = holds(measured + 0, g[5], g[6] + 0) ? "met" : "missed"
      measured = sprintf(g[7] == "-" ? "%d" : "%.3f", measured)
    }
    printf verdict_line, g[1], g[2], g[3], what, g[5] " " g[6], measured, verdict
  }
}
