/* SPDX-License-Identifier: MIT */
#ifndef SIGMASK_H
#define SIGMASK_H

/*
 * The calling thread's signal mask, by system call: libc's functions leave out libc's own two
 * signals (nptl(7)), which a program may block.
 */
#include "kernel.h"

#include <signal.h>
#include <string.h>

static inline void sigmask_set(const sigset_t *mask, sigset_t *old)
{
	KERNEL_CALL4(rt_sigprocmask, SIG_SETMASK, mask, old, _NSIG / 8);
}

static inline void sigmask_block_all(sigset_t *old)
{
	sigset_t all;

	memset(&all, 0xff, sizeof all);
	sigmask_set(&all, old);
}

#endif
