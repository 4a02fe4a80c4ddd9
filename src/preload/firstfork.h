/* SPDX-License-Identifier: MIT */
#ifndef FIRSTFORK_H
#define FIRSTFORK_H

#include <stdbool.h>
#include <sys/types.h>

/* When a program starts whose settings have just been read. */
void firstfork_at_start(void);

/* Is the next fork(2) of this process its first, in mode fix-fork? */
bool firstfork_is_due(void);

/*
 * That fork.  Returns as fork(2), when the caller is the child's parent and the child is in a
 * session that it does not lead.
 */
pid_t firstfork(void);

/* Is this the child's first setsid(2)?  Then it has been done. */
bool firstfork_takes_setsid(void);

#endif
