/* SPDX-License-Identifier: MIT */
#ifndef FUTEX_H
#define FUTEX_H

/* A word in shared memory that processes wait on: futex(2). */
#include "kernel.h"

#include <stdbool.h>

static inline int futex_get(const int *word)
{
	return __atomic_load_n(word, __ATOMIC_ACQUIRE);
}

static inline void futex_wake(int *word)
{
	enum { FUTEX_WAKE = 1, ALL = 0x7fffffff }; /* musl-gcc does not find <linux/futex.h> */

	KERNEL_CALL3(futex, word, FUTEX_WAKE, ALL);
}

static inline void futex_set(int *word, int value)
{
	__atomic_store_n(word, value, __ATOMIC_RELEASE);
	futex_wake(word);
}

/* Waits at most ms milliseconds, and not at all unless the word has this value. */
static inline void futex_wait(int *word, int value, long ms)
{
	enum { FUTEX_WAIT = 0 };
	const struct kernel_time t = {ms / 1000, ms % 1000 * 1000000};

	KERNEL_CALL4(futex, word, FUTEX_WAIT, value, &t);
}

/* Replaces expected by value.  Returns false if the word has another value. */
/* NOLINTNEXTLINE(readability-non-const-parameter): it is written to */
static inline bool futex_replace(int *word, int expected, int value)
{
	return __atomic_compare_exchange_n(word, &expected, value, false, __ATOMIC_ACQ_REL,
					   __ATOMIC_ACQUIRE);
}

#endif
