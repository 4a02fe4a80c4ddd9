/* SPDX-License-Identifier: MIT */
#ifndef SAFEOPEN_H
#define SAFEOPEN_H

#include <sys/types.h>

/*
 * open(2) of an absolute path that is not led astray: no symbolic link on the way is followed
 * that somebody else than root or the user may have put there, that is, one of another owner
 * in a directory that others can write to.  With O_NOFOLLOW the last component must not be a
 * link at all.  Nor is a file opened that others may have put there to be written to.  O_CLOEXEC
 * and O_NOCTTY are implied; the descriptor is above 2.
 *
 * Returns it, or -1 with errno set.  ELOOP is for a link that was not followed; EMLINK for a file
 * of several names in a directory that others can write to; EACCES also for one of another owner in
 * a sticky one.
 */
int safe_open(const char *path, int flags, mode_t mode);

#endif
