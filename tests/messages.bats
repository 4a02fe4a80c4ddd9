# SPDX-License-Identifier: MIT
# A message on standard error never kills, blocks or corrupts: what cannot be written at once is lost.
load helper
load reap

# verbose SHELL-COMMAND: starts a daemon that writes a message, in background, with the standard error that
# the command (which executes "$@") sets up; both processes end as usual.
verbose() {
  launch timeout 300 "$fix/reap" 1 env -C / bash -c "$1" bash env LD_PRELOAD="$lib" DAEMONFIX_MODE=background \
    DAEMONFIX_ONLY=sleep DAEMONFIX_VERBOSE=1 sleep 100
  cat out err
  [ "$status" = 0 ]
  [[ $(<out) = 'exit 0; child / /dev/null /dev/null /dev/null; signal 9' ]]
}
said='daemonfix: sleep: is a daemon: mode background, '

@test "a_pipe_that_nobody_reads_kills_nobody" {
  mkfifo fifo
  verbose "exec 9<>$tmp/fifo 2>$tmp/fifo 9<&-; exec \"\$@\""
}

# The reader is this shell, until the end.
@test "a_full_pipe_blocks_nobody" {
  mkfifo fifo
  exec 9<>fifo
  dd if=/dev/zero of=/dev/fd/9 bs=4096 count=1000 oflag=nonblock 2>refused || :
  grep -q 'temporarily unavailable' refused
  verbose "exec 2>$tmp/fifo; exec \"\$@\""
}

@test "a_pipe_with_room_gets_the_line" {
  mkfifo fifo
  exec 9<>fifo
  verbose "exec 2>$tmp/fifo; exec \"\$@\""
  read -rt 5 line <&9
  [[ $line = "$said"* ]]
}

@test "a_file_beyond_its_limit_kills_nobody" {
  verbose "exec prlimit --fsize=0 \"\$@\" 2>$tmp/file"
  [ ! -s file ]
  verbose "exec \"\$@\" 2>$tmp/file"
  [[ $(<file) = "$said"* ]]
}

# A background process group, on a terminal that is set to stop background processes that write.
@test "a_terminal_that_stops_the_background_stops_nobody" {
  launch timeout 300 "$fix/onpty" bash -mc 'stty tostop; "$@" 2>&1 & wait $!; echo "status $?" >ended' bash \
    env LD_PRELOAD="$lib" DAEMONFIX_MODE=background DAEMONFIX_ONLY=sleep DAEMONFIX_VERBOSE=1 sleep 30
  [ "$(<ended)" = 'status 0' ]
}

# reuse FILE: a program that opens FILE as descriptor 2, which was closed at its start, and calls daemon(1, 1).
@test "a_file_that_has_taken_the_place_of_a_closed_standard_error_gets_nothing" {
  cat >reuse.c <<'END'
#include <fcntl.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	int fd = open(argv[1], O_WRONLY | O_CREAT, 0644);
	if (argc != 2 || write(fd, "data\n", 5) != 5)
		return 2;
	return fd != 2 || daemon(1, 1) < 0 || write(fd, "data\n", 5) != 5;
}
END
  gcc -o reuse reuse.c
  launch "$fix/reap" -s 0 1 bash -c 'exec "$@" 2>&-' bash env LD_PRELOAD="$lib" DAEMONFIX_VERBOSE=1 \
    ./reuse "$tmp/file"
  is "$(endings)" '1 exit 0; exit 0'
  [ "$(<file)" = $'data\ndata' ]
  launch "$fix/reap" -s 0 1 bash -c 'exec "$@" 2>&-' bash env LD_PRELOAD="$lib" DAEMONFIX_UMASK=9 \
    ./reuse "$tmp/file2"
  is "$(endings)" '1 exit 1'
  [ "$(<file2)" = data ]
}
