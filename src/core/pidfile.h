/* SPDX-License-Identifier: MIT */
#ifndef PIDFILE_H
#define PIDFILE_H

#include <sys/types.h>

/*
 * Before the fork: opens (creates, 0644) the PID file and locks it with flock(2).  Returns a
 * descriptor, or -1 with errno set.  EEXIST: another process holds the lock, and *holder is the
 * PID in the file, or 0; EINVAL: it is not a regular file; ELOOP: it is a symbolic link; EBADMSG:
 * something other than a PID is in it.
 */
int pidfile_open(const char *path, pid_t *holder);

/* If it came to nothing: removes the file and gives up the lock. */
void pidfile_abandon(int fd, const char *path);

/*
 * For as long as fd, of pidfile_open(), stays open: the file has the PID of that process.  Returns
 * 0, or -1 with errno set.
 */
int pidfile_write(int fd, pid_t pid);

/*
 * In the process whose PID file it is: writes the PID.  The lock is held until the process ends, or
 * executes a program if it does not outlast that; see pidfile_at_end().  *fd becomes one that
 * cannot write to it.  Returns 0, or -1 with errno set. Async-signal-safe.
 */
int pidfile_take(int *fd, const char *path, _Bool outlasts_exec);

/* The descriptor and path of the PID file that this process holds; -1 if it holds none. */
int pidfile_held(const char **path);

/* In the same process, when it has executed a program: takes the file up again. */
void pidfile_resume(int fd, const char *path);

/*
 * In a child that has executed a program: closes what it has inherited of the lock, unless the file
 * is so young that it may come to name this process.
 */
void pidfile_inherit(int fd, const char *path);

/*
 * At the normal end of a process, by exit(3) or _exit(2): removes the file if it is this one's.  In
 * the minute after its start, however, a process that leaves children behind has forked itself
 * away, and the file names the one of them that stays.  Async-signal-safe.
 */
void pidfile_at_end(void);

#endif
