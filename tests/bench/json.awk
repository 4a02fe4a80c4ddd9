# SPDX-License-Identifier: MIT
# awk -f json.awk machine.tsv figures.tsv: prints both as one JSON object.  No value needs an escape.
BEGIN { FS = "\t"; printf "{\"machine\": {" }
function text(name, value) { printf "\"%s\": \"%s\", ", name, value }
function number(name, value) { return sprintf("\"%s\": %s", name, value == "-" ? "null" : value) }
FNR == NR { printf "%s\n  \"%s\": \"%s\"", (FNR > 1 ? "," : ""), $1, $2; next }
{
  printf "%s\n  {", (FNR > 1 ? "," : "},\n\"figures\": [")
  text("table", $1); text("case", $2); text("name", $3); text("figure", $4)
  printf "%s, %s, %s, ", number("samples", $5), number("min", $6), number("median", $7)
  printf "%s, %s, %s}", number("max", $8), number("ratio", $9), number("spread", $10)
}
END { print "]}" }
