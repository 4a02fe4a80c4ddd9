/* SPDX-License-Identifier: MIT */
/*
 * Finds the process that a PID file names, and how certain that is.
 *
 * A PID in a file proves nothing: its process may have ended, and the PID may have been reused.
 * The proof is the lock that our daemons, and some others, hold on the file.  If there is no lock,
 * the process is believed if it started before the file was written, and if everybody who can write
 * to the file could end the process anyway.
 */
#ifndef HOLDER_H
#define HOLDER_H

#include "locks.h"
#include "process.h"

enum holder_state {
	HOLDER_RUNS,
	HOLDER_DEAD, /* the file exists, and the process that it names has ended */
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
	bool denied;            /* HOLDER_UNKNOWN because permission is missing */
	int fd;                 /* the file, or -1 */
	pid_t number;           /* the PID in the file; 0: none */
	int directory;          /* the process's directory in /proc (process.h), or -1 */
	struct process process; /* the daemon, or the process that has reused the PID; or pid 0 */
	struct process other;   /* another process that holds the lock; or pid 0 */
	char *sentence;         /* the result in words, to follow the name of the file */
};

/*
 * Finds the process whose PID is in the file.  /proc must be ours: process_proc_is_ours().  When
 * the process ends, its PID may be reused, but its directory is not.  The caller always calls
 * holder_close().
 */
void holder_find(const char *path, struct holder *h);
void holder_close(struct holder *h);

/* Explains EVIDENCE_START_TIME to people: "not locked, believed because ...". */
const char *holder_belief(const struct holder *h);

/* Does path still name the same file? */
bool holder_is_still(const struct holder *h, const char *path);

/* The PID that is in the file now; 0: none. */
pid_t holder_number(const struct holder *h);

#endif
