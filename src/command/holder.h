/* SPDX-License-Identifier: MIT */
/*
 * Which process a PID file names, and how sure that is.
 *
 * A number in a file proves nothing: its process may have ended, and another one may have got the
 * number.  What proves it is the lock, which daemons of ours, and some others, hold on the file.
 * Without one, the process is believed if it started before the file was written, and if whoever
 * can write to the file could end the process anyway.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include "locks.h"
#include "process.h"

enum holder_state {
	HOLDER_RUNS,
	HOLDER_DEAD, /* there is a file, and the process that it means has ended */
	HOLDER_NO_FILE,
	HOLDER_UNKNOWN,
};

enum holder_evidence {
	EVIDENCE_NONE,
	EVIDENCE_LOCK,       /* the process, or the one in front of it, holds the lock */
	EVIDENCE_START_TIME, /* it started before the file was written */
};

struct holder {
	enum holder_state state;
	enum holder_evidence evidence;
	enum locked locked;
	bool denied;            /* HOLDER_UNKNOWN for want of permission */
	int fd;                 /* the file, or -1 */
	pid_t number;           /* in the file; 0: none */
	int directory;          /* of the process in /proc (process.h), or -1 */
	struct process process; /* the one that runs, or has got the number by now; or pid 0 */
	struct process other;   /* holds the lock, though it is not that process; or pid 0 */
	char *sentence;         /* the same in words, to follow the name of the file */
};

/*
 * Finds the process whose PID is in the file.  /proc has to be ours: process_proc_is_ours().  The
 * PID of what is found to run may be another's as soon as it has ended; its directory is not.
 * holder_close() is due in any case.
 */
void holder_find(const char *path, struct holder *h);
void holder_close(struct holder *h);

/* Of EVIDENCE_START_TIME, for people: "not locked, believed because ...". */
const char *holder_belief(const struct holder *h);

/* Is the file of that name still the one that was found? */
bool holder_is_still(const struct holder *h, const char *path);

/* The number in the file now; 0: none. */
pid_t holder_number(const struct holder *h);

#endif
