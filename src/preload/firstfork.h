/* SPDX-License-Identifier: MIT */
#ifndef FIRSTFORK_H
#define FIRSTFORK_H

#include <stdbool.h>
#include <sys/types.h>

/* When a program starts whose settings have just been read. */
void firstfork_at_start(void);

/* In mode fix-fork the process whose next fork(2) may be its first, else 0. */
extern pid_t firstfork_due;

/*
 * fork(2), if there is one: the session-first fork where it is due, after which the caller is the
 * child's parent and the child is in a session that it does not lead; else the next one in line.
 */
pid_t firstfork(void);

/* Is this the child's first setsid(2)?  Then it has been done. */
bool firstfork_takes_setsid(void);

#endif
