// SPDX-License-Identifier: MIT
/* Ends the process in front. */
#include "farewell.h"

#include "clock.h"
#include "disposition.h"
#include "family.h"
#include "kernel.h"
#include "libc.h"

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
	TERM_MS = 5000, /* for the remaining processes to end by themselves */
	KILL_MS = 5000  /* for the kernel to end them */
};

/* The processes that have been sent SIGTERM.  When the list is full, some may be sent it again. */
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

/* Reaps children.  Returns false if none are left. */
static bool collect(struct told *t)
{
	pid_t pid;

	while ((pid = waitpid(-1, NULL, WNOHANG)) > 0)
		forget(t, pid); /* the PID may be reused */
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
		kill(pids[i], SIGCONT); /* a stopped process does not end */
		if (t->count < FAMILY_MAX)
			t->pids[t->count++] = pids[i];
	}
}

/* Waits until another child ends; other signals were meant for a daemon that is gone. */
static void wait_for_another(long long ms)
{
	struct timespec time = {.tv_sec = (time_t)(ms / 1000),
				.tv_nsec = (long)(ms % 1000) * 1000000};
	sigset_t all;
	siginfo_t info;

	memset(&all, 0xff, sizeof all);
	sigtimedwait(&all, &info, &time);
}

/* Returns false if some children are left. */
static bool end_children(int sig, int ms)
{
	long long deadline = clock_ms() + ms, left;
	struct told told = {.count = 0};

	while (collect(&told)) {
		left = deadline - clock_ms();
		if (left <= 0)
			return false;
		tell(&told, sig); /* all children at first, then also those that these have left */
		wait_for_another(left);
	}
	return true;
}

void farewell_to_children(void)
{
	if (!end_children(SIGTERM, TERM_MS))
		end_children(SIGKILL, KILL_MS);
}

/* The disposition is reset because an ignored signal would not end the process. */
static void be_killed_by(int sig)
{
	enum { BITS = 8 * sizeof(unsigned long) };
	unsigned long mask[_NSIG / BITS];

	memset(mask, 0xff, sizeof mask);
	/* other pending signals stay blocked */
	mask[(sig - 1) / BITS] &= ~(1UL << (sig - 1) % BITS);
	KERNEL_CALL4(prlimit64, 0, RLIMIT_CORE, &(uint64_t[2]){0}, NULL); /* a struct rlimit64 */
	prctl(PR_SET_DUMPABLE, 0UL, 0UL, 0UL, 0UL); /* for a core_pattern that is a pipe */
	disposition_reset(sig, NULL);
	kill(getpid(), sig);
	KERNEL_CALL4(rt_sigprocmask, SIG_SETMASK, mask, NULL, _NSIG / 8);
}

_Noreturn void farewell(int wait_status)
{
	if (WIFEXITED(wait_status))
		libc_exit(WEXITSTATUS(wait_status));
	int sig = WTERMSIG(wait_status);
	if (getpid() != 1)
		be_killed_by(sig);
	libc_exit(128 + sig);
}
