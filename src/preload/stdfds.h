/* SPDX-License-Identifier: MIT */
#ifndef STDFDS_H
#define STDFDS_H

/*
 * Moves a close-on-exec descriptor above 2, so that it survives the rearrangement of
 * 0, 1 and 2.  Takes -1 and passes it on.  Returns the new descriptor, or -1 with errno
 * set and fd closed.
 */
int stdfds_above(int fd);

/* Opens /dev/null for 0, 1 and 2.  Returns a descriptor above 2, or -1 with errno set. */
int stdfds_open_null(void);

/* Makes 0, 1 and 2 what fd is.  Returns 0, or -1 with errno set.  Async-signal-safe. */
int stdfds_replace(int fd);

#endif
