/* SPDX-License-Identifier: MIT */
#ifndef DISPOSITION_H
#define DISPOSITION_H

/* What a signal does to the process (signal(7)), as the kernel has it. */
#include "kernel.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* The kernel's struct sigaction, which begins with the handler, is not larger on any machine. */
struct disposition {
	unsigned long words[8];
};

/* Sets it, unless to is NULL, and keeps the one before, unless was is NULL. */
static inline int disposition_set(int sig, const struct disposition *to, struct disposition *was)
{
	return (int)KERNEL_CALL4(rt_sigaction, sig, to, was, _NSIG / 8);
}

static inline int disposition_reset(int sig, struct disposition *was)
{
	static const struct disposition by_default;

	return disposition_set(sig, &by_default, was);
}

static inline bool disposition_is_ignored(int sig)
{
	struct disposition d = {{(unsigned long)SIG_IGN}};

	return disposition_set(sig, NULL, &d) == 0 && d.words[0] == (unsigned long)SIG_IGN;
}

#endif
