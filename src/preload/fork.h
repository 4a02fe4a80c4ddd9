/* SPDX-License-Identifier: MIT */
#ifndef FORK_H
#define FORK_H

/* Mode fix-fork: called when a program starts, after its settings have been read. */
void fork_at_load(void);

/* When the process ends: reports settings that had no effect. */
void fork_at_end(void);

#endif
