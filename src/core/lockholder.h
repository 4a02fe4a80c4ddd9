/* SPDX-License-Identifier: MIT */
#ifndef LOCKHOLDER_H
#define LOCKHOLDER_H

#include <sys/types.h>

/*
 * Finds a process that holds a flock(2) lock on this file through a descriptor, as far as /proc is
 * readable; 0: none.  /proc/locks names the process that took the lock, which may have ended while
 * its children still hold it.
 */
pid_t lockholder_find(const char *path);

#endif
