/* SPDX-License-Identifier: MIT */
#ifndef CLOCK_H
#define CLOCK_H

#include "kernel.h"

#include <time.h>

/* CLOCK_MONOTONIC in milliseconds, from the kernel: libfaketime replaces libc's clocks. */
static inline long long clock_ms(void)
{
	struct kernel_time t = {0, 0};

	KERNEL_CALL2(clock_gettime, CLOCK_MONOTONIC, &t);
	return t.seconds * 1000LL + t.nanoseconds / 1000000;
}

/* Sleeps; a signal handler may end the sleep early. */
static inline void clock_sleep_ms(long ms)
{
	const struct kernel_time t = {ms / 1000, ms % 1000 * 1000000};

	KERNEL_CALL2(nanosleep, &t, NULL);
}

#endif
