/* SPDX-License-Identifier: MIT */
#ifndef WORDS_H
#define WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * What a daemon writes to standard output and error until it is ready, for the case that it fails.
 * Where that would be /dev/null, it is a pipe, of which the end is kept; a log file has it already.
 */
enum { WORDS_KEPT = 64 * 1024 };
struct words {
	int pipe;         /* the end to read from; -1: there is none */
	ino_t pipe_inode; /* 0: there is none */
	struct {
		const char *path; /* NULL: there is none */
		off_t start;
	} logs[2];
	size_t count; /* of all that came through the pipe */
	char last[WORDS_KEPT];
};

/*
 * stdfds are what the daemon's 0, 1 and 2 become (-1: stays), output and error the log files (NULL:
 * there is none).  Returns 0, and stdfds has the pipe; or -1 with errno set and all as it was.
 */
int words_open(struct words *w, int stdfds[3], const char *output, const char *error);

/* Reads what there is.  Returns false when no process can write any more. */
bool words_read(struct words *w);

/* Writes the last of it to standard error. */
void words_show(struct words *w);

/*
 * The daemon is ready: if any process still has the pipe as its standard output or error, a process
 * stays that reads what comes, so that nobody dies of SIGPIPE or waits for a full pipe.
 */
void words_release(struct words *w);

#endif
