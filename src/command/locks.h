/* SPDX-License-Identifier: MIT */
/* Which process holds the lock of a PID file: by flock(2), as our daemons, or by fcntl(2). */
#ifndef LOCKS_H
#define LOCKS_H

#include "process.h"

enum locked {
	LOCKED_UNKNOWN, /* the file system does not support the question */
	LOCKED_NO,
	LOCKED_YES,
	LOCKED_STARTING, /* for seconds a daemon has been starting with this file */
};

/*
 * Is the file, open for reading, locked by anybody?  A daemon that starts meanwhile waits, and
 * does not fail because of the question.
 */
enum locked locks_ask(int fd);

/* Locks the file until fd is closed, if nobody else has: LOCKED_NO means that it is ours now. */
enum locked locks_take(int fd);

/*
 * Does the process pid, with this directory of /proc, hold an exclusive lock on the file that is
 * open as fd?  1 or 0, or -1 with errno: EACCES if inspecting it is not permitted.
 */
int locks_held_by(pid_t pid, int directory, int fd);

/*
 * A process, other than this one, that holds the lock on the file that is open as fd.  Several do
 * if children have inherited it: best is one that is called pid in its own PID namespace.  Returns
 * false if there is none that can be inspected.
 */
bool locks_find_holder(int fd, pid_t pid, struct process *holder);

#endif
