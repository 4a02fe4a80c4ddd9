/* SPDX-License-Identifier: MIT */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Keeps the daemon's standard output and error until it is ready, to show them if it fails.  A pipe
 * replaces /dev/null, and the end of its output is kept; a log file keeps its own.
 */
enum { WORDS_KEPT = 64 * 1024 };
struct words {
	int pipe;         /* the read end; -1: none */
	ino_t pipe_inode; /* 0: there is none */
	struct {
		const char *path; /* NULL: there is none */
		off_t start;
	} logs[2];
	size_t count; /* bytes that came through the pipe */
	char last[WORDS_KEPT];
};

/*
 * stdfds replace the daemon's 0, 1 and 2 (-1: unchanged); output and error are the log files (NULL:
 * none).  Returns 0 with the pipe in stdfds, or -1 with errno set and all as it was.
 */
int words_open(struct words *w, int stdfds[3], const char *output, const char *error);

/* Reads available output.  Returns false when no process can write any more. */
bool words_read(struct words *w);

/* Writes the end of the output to standard error. */
void words_show(struct words *w);

/*
 * The daemon is ready: if a process still has the pipe as standard output or error, another process
 * keeps reading it, so that no writer dies of SIGPIPE or blocks on a full pipe.
 */
void words_release(struct words *w);

#endif
