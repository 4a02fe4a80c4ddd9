/* SPDX-License-Identifier: MIT */
/* The descriptors of a process that say something about it as a daemon. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "process.h"

#include <limits.h>

/* Which processes hold the other end of a pipe. */
enum other_end {
	END_NONE,    /* not a pipe */
	END_SESSION, /* the process itself, or another one in its session */
	END_FOREIGN, /* a process in another session, and none in its own */
	END_NOBODY,
	END_UNKNOWN, /* none of the processes that could be inspected */
};

struct descriptor {
	int number;
	bool terminal;
	bool reads, writes;
	enum other_end end;
	struct process holder; /* END_FOREIGN: one of the processes */
	char target[PATH_MAX]; /* the link in /proc/PID/fd */
};

/* In ascending order. */
struct descriptors {
	struct descriptor *list;
	size_t count;
};

/*
 * Finds those of 0, 1 and 2 that are open, and of the others those that are terminals, or pipes
 * whose other end no process of its session holds.  directory: process_running()'s of p.  Returns
 * 0, or -1 with errno; the caller always frees the list with descriptors_free().
 */
int descriptors_find(int directory, const struct process *p, struct descriptors *d);

/* The descriptor with this number, or NULL. */
const struct descriptor *descriptors_get(const struct descriptors *d, int number);

void descriptors_free(struct descriptors *d);

#endif
