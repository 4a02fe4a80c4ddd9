/* SPDX-License-Identifier: MIT */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

/*
 * Moves a close-on-exec descriptor above 2, so that it survives the rearrangement of
 * 0, 1 and 2.  Takes -1 and passes it on.  Returns the new descriptor, or -1 with errno
 * set and fd closed.
 */
int descriptor_above_stdio(int fd);

/* Closes *fd, unless it is -1, which it becomes.  Keeps errno. */
void descriptor_close(int *fd);

#endif
