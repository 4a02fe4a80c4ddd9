/* SPDX-License-Identifier: MIT */
#ifndef LOCKHOLDER_H
#define LOCKHOLDER_H

#include <sys/types.h>

/*
 * A process that holds a lock of flock(2) on this file through a descriptor of its own, as far as
 * /proc lets this process see; 0: none.  /proc/locks names who took the lock, and that process may
 * have ended: those that it has forked hold the lock as well.
 */
pid_t lockholder_find(const char *path);

#endif
