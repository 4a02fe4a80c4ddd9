/* SPDX-License-Identifier: MIT */
/* Holds a process, or a process group, so that a signal cannot reach another one. */
#ifndef TARGET_H
#define TARGET_H

#include <stdbool.h>
#include <sys/types.h>

struct target {
	pid_t pid;
	int pidfd;
	pid_t group;     /* 0: only the process; otherwise its process group */
	int member;      /* a pidfd of another process in the group, or -1 */
	long long known; /* when the process or member was last seen alive, in clock ticks of
			    CLOCK_BOOTTIME */
};

/*
 * Holds the process with this directory in /proc or, if group is not 0, its process group, which
 * must be group.  Returns 0, or -1 with errno: ESRCH if the process has ended, ENOSYS before Linux
 * 5.3.
 */
int target_open(struct target *t, pid_t pid, int directory, pid_t group);
void target_close(struct target *t);

/* Returns 0, or -1 with errno: ESRCH if the process, or the whole group, has ended. */
int target_signal(struct target *t, int signal);

/*
 * Waits until the process, or the whole group, has ended, or until target_now() reaches until.
 * Returns whether it has ended.
 */
bool target_wait(struct target *t, long long until);

/* Milliseconds on a clock that cannot be set. */
long long target_now(void);

#endif
