/* SPDX-License-Identifier: MIT */
/* The descriptors of a process that say something about it as a daemon. */
#ifndef DESCRIPTORS_H
#define DESCRIPTORS_H

#include "process.h"

#include <limits.h>

/* Which processes hold the other end of a pipe. */
enum other_end {
	END_NONE,    /* it is no pipe */
	END_SESSION, /* the process itself, or another one of its session */
	END_FOREIGN, /* a process of another session, and none of its own */
	END_NOBODY,
	END_UNKNOWN, /* none of the processes that could be inspected */
};

struct descriptor {
	int number;
	bool terminal;
	bool reads, writes;
	enum other_end end;
	struct process holder; /* END_FOREIGN: one of them */
	char target[PATH_MAX]; /* what the link in /proc/PID/fd says */
};

/* In order. */
struct descriptors {
	struct descriptor *list;
	size_t count;
};

/*
 * Finds 0, 1 and 2, as far as they are open, and of the others those that are terminals, or pipes
 * whose other end is held by none of its session.  directory: process_running()'s of p.
 * Returns 0, or -1 with errno; the list is to be freed with descriptors_free() in any case.
 */
int descriptors_find(int directory, const struct process *p, struct descriptors *d);

/* The descriptor with this number, or NULL. */
const struct descriptor *descriptors_get(const struct descriptors *d, int number);

void descriptors_free(struct descriptors *d);

#endif
