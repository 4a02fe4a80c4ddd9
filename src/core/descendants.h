/* SPDX-License-Identifier: MIT */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * /proc is there, and is that of this process's PID namespace.  In another one's, only /proc/self
 * is what it says: a number is somebody else's.
 */
bool descendants_are_visible(void);

/*
 * The calling process's children, theirs, and so on, parents before their children.  All of them
 * for a subreaper (PR_SET_CHILD_SUBREAPER) whose /proc shows them (CONFIG_PROC_CHILDREN); one that
 * is born or orphaned meanwhile may be missed.
 */
enum { DESCENDANTS_MAX = 16384 };
struct descendants {
	size_t count;
	pid_t pids[DESCENDANTS_MAX];
};
void descendants_find(struct descendants *d);

/*
 * Calls each for every child of a process, thread by thread.  Returns false if the kernel does not
 * say (CONFIG_PROC_CHILDREN), or not of this process.  Async-signal-safe.
 */
bool descendants_list_children(pid_t pid, void (*each)(pid_t child, void *arg), void *arg);

/* In PATH of /proc/PID/NAME; room for any of our names. */
enum { DESCENDANTS_PATH = 64 };
void descendants_path(char path[DESCENDANTS_PATH], pid_t pid, const char *name);

/* The parent of a process, or 0 if that is not known (it is gone, or outside of what we see). */
pid_t descendants_parent(pid_t pid);

/* Is it a descendant of the calling process? */
bool descendants_include(pid_t pid);

#endif
