# SPDX-License-Identifier: MIT
# Short runs of the fuzzers; scripts/fuzz is for long ones.
load helper

# glance TARGET SECONDS: fuzzes TARGET from its corpus, tests/fuzz/TARGET.
glance() {
  launch "$root/scripts/fuzz" "$1" "$2"
  [ "$status" = 0 ] || { tail -n 30 out err; false; }
}

@test "settings_parser_survives_twenty_seconds_of_any_environment" { glance settings 20; }
@test "conditions_are_understood_if_the_manual_allows_them_and_not_otherwise" { glance ready 5; }
@test "notify_messages_say_what_each_of_their_lines_says" { glance notify 5; }
@test "answers_of_the_kernel_are_read_to_their_end_and_not_beyond" { glance sockdiag 5; }
@test "pid_files_have_a_pid_or_a_reason_that_can_be_printed" { glance pidfile 5; }
