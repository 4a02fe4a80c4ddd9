// SPDX-License-Identifier: MIT
/* How the process in front ends. */
#include "farewell.h"

#include "clock.h"
#include "disposition.h"
#include "family.h"
#include "kernel.h"

#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	TERM_MS = 5000, /* for the processes that are left to end by themselves */
	KILL_MS = 5000  /* for the kernel to end it */
};

/* Those that have got SIGTERM.  For lack of room some may get it again. */
struct told {
	pid_t pids[FAMILY_MAX];
	size_t count;
};

static bool is_told(const struct told *t, pid_t pid)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->pids[i] == pid)
			return true;
	return false;
}

static void forget(struct told *t, pid_t pid)
{
	for (size_t i = 0; i < t->count; i++)
		if (t->pids[i] == pid)
			t->pids[i] = t->pids[--t->count];
}

/* Returns false if there are no children any more. */
static bool collect(struct told *t)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		forget(t, pid); /* the number may come again */
	return pid == 0;
}

static void tell(struct told *t, int sig)
{
	pid_t pids[FAMILY_MAX];
	size_t count = family_list(pids, FAMILY_MAX);

	for (size_t i = 0; i < count; i++) {
		if (is_told(t, pids[i]))
			continue;
		kill(pids[i], sig);
		kill(pids[i], SIGCONT); /* one that is stopped does not end */
		if (t->count < FAMILY_MAX)
			t->pids[t->count++] = pids[i];
	}
}

/* Until another child has ended; others' signals are for a daemon that is gone. */
static void wait_for_another(long long ms)
{
	struct timespec time = {.tv_sec = (time_t)(ms / 1000),
				.tv_nsec = (long)(ms % 1000) * 1000000};
	sigset_t all;
	siginfo_t info;

	memset(&all, 0xff, sizeof all);
	sigtimedwait(&all, &info, &time);
}

/* Returns false if some of them are left. */
static bool end_children(int sig, int ms)
{
	long long deadline = clock_ms() + ms, left;
	struct told told = {.count = 0};

	while (collect(&told)) {
		left = deadline - clock_ms();
		if (left <= 0)
			return false;
		tell(&told, sig); /* the first time, and those that they have left */
		wait_for_another(left);
	}
	return true;
}

void farewell_to_children(void)
{
	if (!end_children(SIGTERM, TERM_MS))
		end_children(SIGKILL, KILL_MS);
}

/* Whatever its disposition is: a process that ignores a signal does not end by it. */
static void be_killed_by(int sig)
{
	enum { BITS = 8 * sizeof(unsigned long) };
	unsigned long mask[_NSIG / BITS];

	memset(mask, 0xff, sizeof mask);
	mask[(sig - 1) / BITS] &= ~(1UL << (sig - 1) % BITS); /* what else is pending waits */
	setrlimit(RLIMIT_CORE, &(struct rlimit){0});
	prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL); /* where core_pattern is a pipe */
	disposition_reset(sig, NULL);
	kill(getpid(), sig);
	KERNEL_CALL4(rt_sigprocmask, SIG_SETMASK, mask, NULL, _NSIG / 8);
}

_Noreturn void farewell(int wait_status)
{
	if (WIFEXITED(wait_status))
		_exit(WEXITSTATUS(wait_status));
	int sig = WTERMSIG(wait_status);
	if (getpid() != 1)
		be_killed_by(sig);
	_exit(128 + sig);
}
