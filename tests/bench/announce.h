/* SPDX-License-Identifier: MIT */
/* subject.c writes this into the FIFO that race.c reads; it is shorter than PIPE_BUF, so it arrives
 * whole. */
#ifndef ANNOUNCE_H
#define ANNOUNCE_H

#include <sys/types.h>
#include <time.h>

struct announcement {
	pid_t pid;
	double begun;   /* when it called daemon() or the like; 0: it did not */
	double running; /* when that call returned, or at main() */
};

/* CLOCK_MONOTONIC in microseconds: the same for all processes. */
static inline double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

#endif
