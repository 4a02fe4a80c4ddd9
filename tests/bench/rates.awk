# SPDX-License-Identifier: MIT
# Turns lines ROUND NAME VALUE into figures as race.c prints them; the ratios are to the first NAME:
# awk -v prefix=TABLE<TAB>CASE -v figure=FIGURE
BEGIN { FS = OFS = "\t" }
{
  if (!base) base = $2
  if (!($2 in n)) names[++count] = $2
  rates[$2, ++n[$2]] = $3
}
function sort(a, size,    i, j, t) {
  for (i = 2; i <= size; i++)
    for (j = i; j > 1 && a[j - 1] > a[j]; j--) { t = a[j]; a[j] = a[j - 1]; a[j - 1] = t }
}
function at(a, size, share) { return a[int(share * size) + 1] }
END {
  for (k = 1; k <= count; k++) {
    name = names[k]
    size = n[name]
    for (i = 1; i <= size; i++) { r[i] = rates[name, i] + 0; q[i] = r[i] / rates[base, i] }
    sort(r, size); sort(q, size)
    printf "%s\t%s\t%s\t%d\t%.2f\t%.2f\t%.2f\t%.4f\t%.4f\n", prefix, name, figure, size, r[1],
      at(r, size, 0.5), r[size], at(q, size, 0.5), (at(q, size, 0.75) - at(q, size, 0.25)) / 2
  }
}
