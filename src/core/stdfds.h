/* SPDX-License-Identifier: MIT */
#ifndef STDFDS_H
#define STDFDS_H

/* Opens /dev/null.  Returns a descriptor above 2, or -1 with errno set (ENODEV: another file). */
int stdfds_open_null(void);

/*
 * Opens or creates (0640) a log to append to; /dev/stdout, /dev/stderr and /dev/fd/N are
 * duplicated.  Returns a descriptor above 2, or -1 with errno set.
 */
int stdfds_open_log(const char *path);

/* Are they the same file? */
_Bool stdfds_same(int fd, int other);

/*
 * Replaces 0, 1 and 2 by the three descriptors; -1: unchanged.  Returns 0, or -1 with errno set.
 * Async-signal-safe.
 */
int stdfds_replace(const int fds[3]);

#endif
