/* SPDX-License-Identifier: MIT */
#ifndef SIGCHLD_H
#define SIGCHLD_H

#include <stdbool.h>
#include <sys/types.h>

/* Both are for a thread that blocks SIGCHLD. */

bool sigchld_is_pending(void);

/*
 * Takes back the pending SIGCHLD of a process that is no business of the program's.  That signal
 * does not queue: if another child has ended in its shadow, one stays pending for that one.
 */
void sigchld_take_back(pid_t pid);

#endif
