/* SPDX-License-Identifier: MIT */
#ifndef DESCRIPTOR_H
#define DESCRIPTOR_H

/*
 * Moves a close-on-exec descriptor above 2, out of the way when 0, 1 and 2 are replaced.  Passes -1
 * on.  Returns the new descriptor, or -1 with errno set and fd closed.
 */
int descriptor_above_stdio(int fd);

/* Closes *fd, unless it is -1, and sets it to -1.  Keeps errno. */
void descriptor_close(int *fd);

#endif
