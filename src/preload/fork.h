/* SPDX-License-Identifier: MIT */
#ifndef FORK_H
#define FORK_H

/* Mode fix-fork, when a program starts whose settings have just been read. */
void fork_at_load(void);

/* When the process ends: reports settings that have had no effect. */
void fork_at_end(void);

#endif
