// SPDX-License-Identifier: MIT
/*
 * Holds a process, or a process group, so that a signal cannot reach another one.
 *
 * A pidfd refers to one process, even if its PID is reused.  The ID of a group is not reused while
 * there is a process in it.  Since Linux 6.9, the pidfd of the group's leader, dead or alive,
 * signals the group.  Before that kill(2) does, while a process of the group is known to live.
 * Such a process must have existed when the previous one did: a new group with the same ID has
 * none.
 */
#include "target.h"

#include "process.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

enum {
	SIGNAL_PROCESS_GROUP = 4, /* PIDFD_SIGNAL_PROCESS_GROUP of <linux/pidfd.h> */
	LOOK_MS = 20              /* between two looks at a group */
};

long long target_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/* Opens a pidfd of the process with this directory in /proc; -1 with errno. */
static int open_pidfd(pid_t pid, int directory)
{
	struct process p;
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0) {
		if (errno == EINVAL || errno == ENOENT) /* the PID is now a thread's */
			errno = ESRCH;
		return -1;
	}
	/* The directory still has its process, so the PID was not reused in between. */
	if (process_read(directory, &p) == 0)
		return pidfd;
	close_quietly(pidfd);
	if (errno == ENOENT)
		errno = ESRCH;
	return -1;
}

static long long ticks(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return (t.tv_sec * 1000LL + t.tv_nsec / 1000000) * sysconf(_SC_CLK_TCK) / 1000;
}

int target_open(struct target *t, pid_t pid, int directory, pid_t group)
{
	*t = (struct target){.pid = pid, .group = group, .member = -1, .known = ticks()};
	t->pidfd = open_pidfd(pid, directory);
	return t->pidfd < 0 ? -1 : 0;
}

void target_close(struct target *t)
{
	close_quietly(t->pidfd);
	close_quietly(t->member);
}

static bool has_ended(int pidfd, int ms)
{
	struct pollfd p = {.fd = pidfd, .events = POLLIN};

	return poll(&p, 1, ms) > 0;
}

static int send_by_pidfd(int pidfd, int signal, unsigned int flags)
{
	return (int)syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, flags);
}

/* Holds a process of the group, if the group is known to be the old one and the process lives. */
static void hold_member(struct target *t, pid_t pid, int directory)
{
	struct process p;
	int pidfd = open_pidfd(pid, directory);

	if (pidfd >= 0 && process_read(directory, &p) == 0 && p.group == t->group &&
	    p.start < t->known && !has_ended(pidfd, 0)) {
		close_quietly(t->member);
		t->member = pidfd;
	} else {
		close_quietly(pidfd);
	}
}

static bool is_held(const struct target *t)
{
	return !has_ended(t->pidfd, 0) || (t->member >= 0 && !has_ended(t->member, 0));
}

enum members {
	MEMBERS_UNSEEN, /* /proc hides other users' processes */
	MEMBERS_ENDED,  /* but are not yet reaped */
	MEMBERS_LIVE,
};

static enum members look_at(struct target *t, pid_t pid)
{
	int directory = process_open(pid);
	enum members seen = MEMBERS_UNSEEN;
	struct process p;

	if (directory < 0)
		return seen;
	if (process_read(directory, &p) == 0 && p.group == t->group) {
		int running = process_running(directory, &p);

		seen = running < 0 ? MEMBERS_ENDED : MEMBERS_LIVE;
		close_quietly(running);
		if (!is_held(t))
			hold_member(t, pid, directory);
	}
	close(directory);
	return seen;
}

/* Looks at the processes of the group, and holds one if none is held. */
static enum members look_at_members(struct target *t)
{
	DIR *all = opendir("/proc");
	enum members seen = MEMBERS_UNSEEN;

	for (struct dirent *e; all && (e = readdir(all));) {
		pid_t pid = (pid_t)strtol(e->d_name, NULL, 10);
		enum members one = pid > 0 ? look_at(t, pid) : MEMBERS_UNSEEN;

		if (one > seen)
			seen = one;
	}
	if (all)
		closedir(all);
	return seen;
}

/* For Linux before 6.9, and for a group whose leader had already ended. */
static int kill_group(struct target *t, int signal)
{
	if (!is_held(t))
		look_at_members(t);
	if (is_held(t))
		t->known = ticks();
	else if (signal != 0) {
		errno = ESRCH;
		return -1;
	}
	return kill(-t->group, signal);
}

int target_signal(struct target *t, int signal)
{
	if (!t->group)
		return send_by_pidfd(t->pidfd, signal, 0);
	if (t->pid == t->group) {
		int result = send_by_pidfd(t->pidfd, signal, SIGNAL_PROCESS_GROUP);

		if (result == 0 || errno != EINVAL)
			return result;
	}
	return kill_group(t, signal);
}

/* Does another process now have the ID of the group as its PID?  The leader has ended. */
static bool is_given_away(const struct target *t)
{
	struct process p;

	return process_find(t->group, &p) == 0 && p.state != 'Z' && p.state != 'X';
}

static bool group_has_ended(struct target *t)
{
	if ((target_signal(t, 0) < 0 && errno == ESRCH) || is_given_away(t))
		return true;
	/* A process just forked can escape one look if its parent ends meanwhile. */
	for (int looks = 0; looks < 2; looks++)
		if (look_at_members(t) != MEMBERS_ENDED)
			return false;
	return true;
}

bool target_wait(struct target *t, long long until)
{
	for (;;) {
		long long ms = until - target_now();
		int wait = ms < 0 ? 0 : (int)(ms < INT_MAX ? ms : INT_MAX);

		if (has_ended(t->pidfd, wait) && (!t->group || group_has_ended(t)))
			return true;
		if (target_now() >= until)
			return false;
		if (t->group)
			usleep(LOOK_MS * 1000);
	}
}
