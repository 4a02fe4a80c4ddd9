/* SPDX-License-Identifier: MIT */
/* A process, or a process group, held so that a signal cannot reach another one. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <sys/types.h>

struct target {
	pid_t pid;
	int pidfd;
	pid_t group; /* 0: only the process; otherwise the one that it is in */
	int member;  /* a pidfd of another process in the group, or -1 */
	long long
		known; /* when one of the two was seen to live, in clock ticks of CLOCK_BOOTTIME */
};

/*
 * Holds the process with this directory of /proc or, if group is not 0, its process group, which is
 * that one.  Returns 0, or -1 with errno: ESRCH if it has ended, ENOSYS before Linux 5.3.
 */
int target_open(struct target *t, pid_t pid, int directory, pid_t group);
void target_close(struct target *t);

/* 0, or -1 with errno: ESRCH if it has ended, or nothing is left of the group. */
int target_signal(struct target *t, int signal);

/*
 * Waits until it has ended, or until that time of target_now().  Of a group all have ended then.
 * Returns whether it has.
 */
bool target_wait(struct target *t, long long until);

/* In milliseconds, of a clock that nobody sets. */
long long target_now(void);

#endif
