/* SPDX-License-Identifier: MIT */
#ifndef SAFEOPEN_H
#define SAFEOPEN_H

#include <sys/types.h>

/*
 * open(2) of an absolute path that follows no symbolic link planted by a user other than root or
 * this one: no link of another owner in a directory that others can write to.  With O_NOFOLLOW, the
 * last component must not be a link at all.  A file that others may have planted is not opened
 * either.  O_CLOEXEC and O_NOCTTY are implied; the descriptor is above 2.
 *
 * Returns the descriptor, or -1 with errno set.  ELOOP: a link was not followed; EMLINK: the file
 * has several names and is in a directory that others can write to; EACCES, besides its usual
 * meaning: the file has another owner and is in a sticky directory.
 */
int safe_open(const char *path, int flags, mode_t mode);

#endif
