/* SPDX-License-Identifier: MIT */
#ifndef RSEQ_H
#define RSEQ_H

#include <stdbool.h>

/*
 * Can the registration of restartable sequences (rseq(2)) be put right after a fork(2)
 * made in a vfork(2) child?  Not where somebody other than libc has registered an area.
 */
bool rseq_restorable(void);

/* In the child of such a fork: registers libc's area again.  Async-signal-safe. */
void rseq_restore(void);

#endif
