/* SPDX-License-Identifier: MIT */
/* What a process learns of its children.  They are not yet reaped, so their PIDs are not reused. */
#ifndef FAMILY_H
#define FAMILY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * Writes the PIDs of this process's children, living or ended, to pids: at most max, in the order
 * in which they became its children (thread by thread).  Returns how many.  Async-signal-safe.
 */
enum { FAMILY_MAX = 512 };
size_t family_list(pid_t pids[], size_t max);

/*
 * The child that succeeds the daemon: the eldest child in the given session, or else the eldest in
 * a session other than this process's, or else the eldest; never except.  Returns 0 if there is
 * none.
 */
pid_t family_eldest(pid_t session, pid_t except);

/* Is pid this process or a descendant of it? */
bool family_descends(pid_t pid);

/* Is the process ending, so that a signal sent to it may be lost? */
bool family_is_ending(pid_t pid);

/* Is the process ending, or has it been sent a signal that ends it?  Async-signal-safe. */
bool family_is_doomed(pid_t pid);

bool family_is_stopped(pid_t pid);

/*
 * A set of signals from /proc/PID/status, by its name there ("SigCgt"); signal n is bit n - 1.
 * Returns 0 if the set is not available.
 */
uint64_t family_signals(pid_t pid, const char *name);

#endif
