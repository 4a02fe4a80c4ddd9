/* SPDX-License-Identifier: MIT */
#ifndef FORK_H
#define FORK_H

/* Mode fix-fork, when a program starts whose settings have just been read. */
void fork_at_load(void);

#endif
