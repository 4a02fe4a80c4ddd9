# SPDX-License-Identifier: MIT
# A glance with the fuzzer; scripts/fuzz is for a long look.
load helper

@test "settings_parser_survives_twenty_seconds_of_any_environment" {
  run "$root/scripts/fuzz" settings 20 3>&-
  [ "$status" = 0 ] || { tail -n 30 <<<"$output"; false; }
}
