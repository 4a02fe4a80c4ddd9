/* SPDX-License-Identifier: MIT */
#ifndef DISPOSITION_H
#define DISPOSITION_H

/* The disposition of a signal (signal(7)), set and read by system call. */
#include "kernel.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/* No machine's kernel has a larger struct sigaction; it begins with the handler. */
struct disposition {
	unsigned long words[8];
};

/* Sets the disposition unless to is NULL; saves the previous one unless was is NULL. */
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
