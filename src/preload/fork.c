// SPDX-License-Identifier: MIT
/*
 * Mode fix-fork, for programs that make themselves daemons: they fork, and the child calls
 * setsid(2).
 *
 * A further fork in the child would be too late, because the parent knows the child's PID and
 * writes it down.  So the first fork(2) is a session-first fork (detach.c): the child has the PID
 * that fork returns, is the caller's own child, and is already in a new session that it does not
 * lead, without a terminal.  Its setsid(2) then only has to make the process group.
 */
#include "fork.h"

#include "../core/clock.h"
#include "../core/daemonize.h"
#include "../core/detach.h"
#include "../core/environment.h"
#include "../core/kernel.h"
#include "../core/libc.h"
#include "../core/message.h"
#include "../core/outcome.h"
#include "../core/settings.h"
#include "interpose.h"

#include <errno.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static pid_t due;                  /* the process whose next fork(2) may be its first, else 0 */
static bool under_way;             /* a thread is making that fork */
static pid_t latest;               /* the child of the previous session-first fork, if any */
static pid_t arrived;              /* in such a child: its own PID, until it calls setsid(2) */
static volatile bool *has_arrived; /* in shared memory: the child has called setsid(2) */
static pid_t given_up_for;         /* the first child, if a later fork may make the daemon */

static void use_up(void)
{
	const struct mark mark = settings_get()->mark;

	due = 0;
	settings_consume(&mark);
}

/* A process that has executed this program may have forked before. */
static bool has_children(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void fork_at_load(void)
{
	const struct settings *s = settings_get();
	bool used = (s->mark.claim == CLAIM_OWN || s->mark.forks) && has_children();

	if (s->mark.claim == CLAIM_OTHERS || used)
		use_up();
	if (s->mark.claim == CLAIM_OTHERS || (used && !s->mark.forks))
		environment_clear();
	/* An init must stay: the children of PID 1 depend on it. */
	if (s->mode != MODE_FIX_FORK || getpid() == 1)
		return;
	due = getpid();
	if (s->mark.has_session)
		arrived = due;
	environment_claim(due, s->mark.has_session);
}

static bool is_gone(pid_t child)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)child, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid;
}

/* A child that has ended without calling setsid(2) was a helper, and does not count. */
static bool is_due(void)
{
	if (due != getpid())
		return false;
	if (latest && (!has_arrived || *has_arrived || !is_gone(latest))) {
		given_up_for = has_arrived && !*has_arrived ? latest : 0;
		use_up();
	}
	return due;
}

/* Not inlined: only this function needs the large stack frame. */
__attribute__((noinline)) static void tell_outcome(pid_t child)
{
	char outcome[OUTCOME_SIZE];

	outcome_describe(outcome, "has forked", child);
	message(outcome);
}

static void arrive(struct detach *detach)
{
	detach_report(detach, (struct detach_report){0});
	if (detach_conclude(detach) < 0)
		libc_exit(1);
	due = 0;
	/* In another PID namespace the process is an ordinary child. */
	arrived = detach->is_first ? 0 : getpid();
	if (arrived)
		/* for programs that it executes, if it is a launcher's child */
		environment_claim(arrived, true);
	detach_unblock(detach);
}

static pid_t fork_session_first(void)
{
	struct detach detach;
	struct detach_end end;

	int side = detach_fork(&detach, CHILD_STAYS_CALLERS);
	if (side < 0)
		return -1;
	if (side == 0) {
		arrive(&detach);
		return 0;
	}
	pid_t child = detach_await(&detach, -1, &end);
	if (child < 0)
		return -1;
	if (settings_get()->verbose)
		tell_outcome(child);
	detach_commit(&detach);
	latest = child;
	return child;
}

static void share_memory(void)
{
	if (!has_arrived)
		has_arrived = mmap(NULL, sizeof *has_arrived, PROT_READ | PROT_WRITE,
				   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (has_arrived == MAP_FAILED)
		has_arrived = NULL;
}

static pid_t fork_if_due(void)
{
	const struct settings *s = settings_get();

	if (!is_due())
		return libc_fork();
	if (s->problem[0]) {
		message(s->problem);
		errno = EINVAL;
		return -1;
	}
	share_memory();
	return fork_session_first();
}

static pid_t first_fork(void)
{
	int cancel_state, saved_errno = errno;

	/* While another thread makes the first fork, this is a later one. */
	if (__atomic_test_and_set(&under_way, __ATOMIC_ACQUIRE))
		return libc_fork();
	/* fork(2) is no cancellation point, but some functions called here are. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	pid_t child = fork_if_due();
	pthread_setcancelstate(cancel_state, NULL);
	__atomic_clear(&under_way, __ATOMIC_RELEASE);
	if (child >= 0)
		errno = saved_errno;
	return child;
}

/* The child's first setsid(2): all but the process group has already been done. */
static pid_t finish_session(void)
{
	int saved_errno = errno;

	if (daemonize_in_session() < 0)
		return -1;
	arrived = 0;
	due = 0;
	if (has_arrived)
		*has_arrived = true;
	KERNEL_CALL2(setpgid, 0, 0);
	errno = saved_errno;
	return getsid(0);
}

/* The process leads its session in spite of the settings: one line says why. */
__attribute__((noinline)) static void tell_leader(void)
{
	const char *name = settings_first(settings_get());
	char decimal[DECIMAL_SIZE];

	if (given_up_for)
		message(program_invocation_short_name,
			" leads its session, because the first child, PID ",
			message_decimal(decimal, given_up_for),
			", has neither called setsid(2) nor ended");
	else if (settings_get()->mode == MODE_FIX && name)
		message(SETTINGS_PREFIX, name, " has no effect: ", program_invocation_short_name,
			" calls setsid(2), not daemon(3); use mode fix-fork (run -F)");
	given_up_for = 0;
}

/* Gives the child a moment to reach its setsid(2). */
static bool settings_had_effect(void)
{
	enum { STEPS = 100, STEP_MS = 10 };

	for (int i = 0; i < STEPS && !*has_arrived && !is_gone(latest); i++)
		clock_sleep_ms(STEP_MS);
	return *has_arrived || is_gone(latest);
}

void fork_at_end(void)
{
	char decimal[DECIMAL_SIZE];
	const char *name = due && due == getpid() && latest && has_arrived
				   ? settings_first(settings_get())
				   : NULL;

	if (name && !settings_had_effect())
		message(SETTINGS_PREFIX, name, " has no effect: the first child, PID ",
			message_decimal(decimal, latest), ", has not called setsid(2)");
}

__attribute__((destructor)) static void at_exit(void)
{
	fork_at_end();
}

EXPORT pid_t interposed_fork(void);
EXPORT pid_t interposed_setsid(void);

pid_t interposed_fork(void)
{
	struct detach *interrupted = detach_set_aside();
	pid_t child = due ? first_fork() : libc_fork();

	detach_take_up(interrupted);
	return child;
}
INTERPOSE(interposed_fork, fork, LIBC_VERSION);

pid_t interposed_setsid(void)
{
	if (arrived && arrived == getpid())
		return finish_session();
	pid_t session = (pid_t)KERNEL_CALL0(setsid);
	if (session >= 0 && (given_up_for || settings_are_read()))
		tell_leader();
	return session;
}
INTERPOSE(interposed_setsid, setsid, LIBC_VERSION);
