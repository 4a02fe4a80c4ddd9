/* SPDX-License-Identifier: MIT */
#ifndef SIGCHLD_H
#define SIGCHLD_H

#include <stdbool.h>
#include <sys/types.h>

/* Both functions need a thread that blocks SIGCHLD. */

bool sigchld_is_pending(void);

/*
 * Discards the pending SIGCHLD of a process that the program must not notice.  SIGCHLD does not
 * queue: if another child has ended meanwhile, a SIGCHLD stays pending for that child.
 */
void sigchld_take_back(pid_t pid);

#endif
