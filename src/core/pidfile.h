/* SPDX-License-Identifier: MIT */
#ifndef PIDFILE_H
#define PIDFILE_H

#include <sys/types.h>

/*
 * Before the fork: opens (creates, 0644) the PID file and locks it with flock(2).  Returns a
 * descriptor, or -1 with errno set.  EEXIST: another process holds the lock, and *holder is the PID
 * in the file, or 0; EINVAL: not a regular file; ELOOP: a symbolic link; EBADMSG: the file does not
 * begin with a PID.
 */
int pidfile_open(const char *path, pid_t *holder);

/* On failure: removes the file and releases the lock. */
void pidfile_abandon(int fd, const char *path);

/*
 * Writes pid to the file of fd, which comes from pidfile_open() and must stay open.  Returns 0, or
 * -1 with errno set.
 */
int pidfile_write(int fd, pid_t pid);

/*
 * In the process that the file is to name: writes its PID.  The lock is held until the process ends
 * or, unless outlasts_exec, executes a program; see also pidfile_at_end().  *fd becomes a
 * descriptor that cannot write to the file.  Returns 0, or -1 with errno set.  Async-signal-safe.
 */
int pidfile_take(int *fd, const char *path, _Bool outlasts_exec);

/* The descriptor and path of the PID file that this process holds; -1 if it holds none. */
int pidfile_held(const char **path);

/* In the same process, after it has executed a program: takes the file up again. */
void pidfile_resume(int fd, const char *path);

/*
 * In a child that has executed a program: closes the inherited descriptor of the lock, unless the
 * file is so young that it may come to name this process.
 */
void pidfile_inherit(int fd, const char *path);

/*
 * When a process ends normally, by exit(3) or _exit(2): removes the file if it names this process.
 * If, however, the process ends within a minute of taking the file and leaves children behind, it
 * has forked itself away, and the file comes to name the child that stays.  Async-signal-safe.
 */
void pidfile_at_end(void);

#endif
