/* SPDX-License-Identifier: MIT */
#ifndef DESCENDANTS_H
#define DESCENDANTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/*
 * Is /proc mounted, and for this process's PID namespace?  In the /proc of another namespace only
 * /proc/self is reliable: other numbers name other processes.
 */
bool descendants_are_visible(void);

/*
 * Finds the calling process's descendants, parents before their children.  The list is complete for
 * a subreaper (PR_SET_CHILD_SUBREAPER) on a kernel with CONFIG_PROC_CHILDREN, except that a process
 * that is born or orphaned meanwhile may be missed.
 */
enum { DESCENDANTS_MAX = 16384 };
struct descendants {
	size_t count;
	pid_t pids[DESCENDANTS_MAX];
};
void descendants_find(struct descendants *d);

/*
 * Calls each for every child of a process, thread by thread.  Returns false if the kernel does not
 * list children (CONFIG_PROC_CHILDREN), or not for this process.  Async-signal-safe.
 */
bool descendants_list_children(pid_t pid, void (*each)(pid_t child, void *arg), void *arg);

/* Writes "/proc/PID" and name to path, which has room for every name used here. */
enum { DESCENDANTS_PATH = 64 };
void descendants_path(char path[DESCENDANTS_PATH], pid_t pid, const char *name);

/* The parent of a process, or 0 if unknown (the process is gone or not visible). */
pid_t descendants_parent(pid_t pid);

/* Is pid the calling process or a descendant of it? */
bool descendants_include(pid_t pid);

#endif
