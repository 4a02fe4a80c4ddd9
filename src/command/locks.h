/* SPDX-License-Identifier: MIT */
/* Finds the process that locks a PID file: by flock(2), as our daemons, or by fcntl(2). */
#ifndef LOCKS_H
#define LOCKS_H

#include "process.h"

enum locked {
	LOCKED_UNKNOWN, /* the file system cannot tell */
	LOCKED_NO,
	LOCKED_YES,
	LOCKED_STARTING, /* a daemon has been starting with this file for seconds */
};

/*
 * Does any process hold a lock on the file, which is open for reading?  A daemon that starts during
 * the test waits, and does not fail because of it.
 */
enum locked locks_ask(int fd);

/* Locks the file until fd is closed, if nobody else has: LOCKED_NO means that it is now ours. */
enum locked locks_take(int fd);

/*
 * Does the process pid, with this directory in /proc, hold an exclusive lock on the file that is
 * open as fd?  Returns 1 or 0, or -1 with errno: EACCES if inspecting it is not permitted.
 */
int locks_held_by(pid_t pid, int directory, int fd);

/*
 * Finds a process, other than this one, that holds the lock on the file that is open as fd.
 * Several do if children have inherited the lock: prefers one that has this pid in its own PID
 * namespace.  Returns false if there is none that can be inspected.
 */
bool locks_find_holder(int fd, pid_t pid, struct process *holder);

#endif
