/* SPDX-License-Identifier: MIT */
#ifndef FORK_H
#define FORK_H

/* Mode fix-fork, when a program starts whose settings have just been read. */
void fork_at_load(void);

/* When it ends: settings that are still without effect are said to be. */
void fork_at_end(void);

#endif
