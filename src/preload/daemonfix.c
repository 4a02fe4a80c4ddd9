// SPDX-License-Identifier: MIT
/*
 * The ways in: daemon(3), setsid(2) and the constructor at load.
 */
#include "../daemonfix.h"

#include "detach.h"
#include "environment.h"
#include "message.h"
#include "settings.h"
#include "stdfds.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum {
	STATUS_OWN_FAILURE = 125 /* as env(1), nohup(1), timeout(1) */
};

/* What is opened before the first fork, where failing is still easy. */
struct plan {
	int null;      /* /dev/null, or -1: 0, 1 and 2 stay */
	int directory; /* "/", or -1: stay */
};

/* The process whose standing is known, and what it is; its children are ordinary again. */
static pid_t settled;
static enum standing settled_as;

static enum standing standing(void)
{
	return settled == getpid() ? settled_as : STANDING_ORDINARY;
}

static void plan_close(const struct plan *p)
{
	int saved_errno = errno;

	if (p->null >= 0)
		close(p->null);
	if (p->directory >= 0)
		close(p->directory);
	errno = saved_errno;
}

static int plan_open(struct plan *p, bool keep_directory, bool keep_stdfds)
{
	*p = (struct plan){.null = -1, .directory = -1};
	if (!keep_stdfds) {
		p->null = stdfds_open_null();
		if (p->null < 0)
			return -1;
	}
	if (!keep_directory) {
		p->directory = stdfds_above(open("/", O_PATH | O_DIRECTORY | O_CLOEXEC));
		if (p->directory < 0) {
			plan_close(p);
			return -1;
		}
	}
	return 0;
}

/* In the process that the plan was made for.  Async-signal-safe. */
static int plan_carry_out(const struct plan *p, enum standing as)
{
	if (p->directory >= 0 && fchdir(p->directory) < 0)
		return -1;
	if (p->null >= 0 && stdfds_replace(p->null) < 0)
		return -1;
	if (environment_mark(settings_get(), as) < 0)
		return -1;
	plan_close(p);
	settings_consume();
	settled = getpid();
	settled_as = as;
	return 0;
}

/* DAEMONFIX_VERBOSE: what became of the program. */
static void tell(const char *outcome, pid_t pid)
{
	char p[DECIMAL_SIZE], s[DECIMAL_SIZE];

	message(program_invocation_short_name, ": ", outcome, ", PID ", message_decimal(p, pid),
		", session ", message_decimal(s, getsid(pid)));
}

static void tell_failure(void)
{
	const char *problem = settings_get()->problem;

	if (problem[0])
		message(problem);
	else
		message(program_invocation_short_name, ": is no daemon: ", strerror(errno));
}

static int become_daemon(bool keep_directory, bool keep_stdfds)
{
	struct plan plan;
	struct detach detach;

	if (plan_open(&plan, keep_directory, keep_stdfds) < 0)
		return -1;

	int side = detach_fork(&detach);
	if (side == 0) {
		detach_report(&detach, plan_carry_out(&plan, STANDING_DAEMON) < 0 ? errno : 0);
		return 0;
	}
	if (side > 0) {
		pid_t child = detach_await(&detach);

		if (child > 0) {
			if (settings_get()->verbose)
				tell("is a daemon", child);
			detach_leave(&detach);
		}
	}
	plan_close(&plan);
	return -1;
}

/* No forks: in the foreground, or in a daemon already. */
static int stay(bool keep_directory, bool keep_stdfds, enum standing as)
{
	bool verbose = settings_get()->verbose;
	struct plan plan;

	if (plan_open(&plan, keep_directory, keep_stdfds) < 0)
		return -1;
	if (plan_carry_out(&plan, as) < 0) {
		plan_close(&plan);
		return -1;
	}
	if (verbose)
		tell(as == STANDING_DAEMON ? "is a daemon already" : "stays in the foreground",
		     getpid());
	return 0;
}

static int next_daemon(int nochdir, int noclose)
{
	int (*next)(int, int);

	*(void **)&next = dlsym(RTLD_NEXT, "daemon");
	if (!next) {
		errno = ENOSYS;
		return -1;
	}
	return next(nochdir, noclose);
}

/*
 * After setns(2) or unshare(2) of a PID namespace (unshare -p PROGRAM), children are born in
 * another one.  The first would be its init, and the kernel kills what an init leaves
 * behind: an intermediate that exits would take the daemon with it.
 */
static bool children_go_elsewhere(void)
{
	char own[64], childrens[64];
	ssize_t n = readlink("/proc/self/ns/pid", own, sizeof own);
	ssize_t m = readlink("/proc/self/ns/pid_for_children", childrens, sizeof childrens);

	/* The second is a dangling link while there is no init yet. */
	return n > 0 && (m != n || memcmp(own, childrens, (size_t)n) != 0);
}

static bool stays_in_foreground(void)
{
	/* If PID 1 exits, the kernel kills its whole PID namespace: pid_namespaces(7). */
	return settings_get()->mode == MODE_FOREGROUND || standing() == STANDING_FOREGROUND ||
	       getpid() == 1;
}

static int daemon_as_set(int nochdir, int noclose)
{
	const struct settings *s = settings_get();

	if (s->mode == MODE_OFF)
		return next_daemon(nochdir, noclose);
	if (s->problem[0]) {
		errno = EINVAL;
		return -1;
	}
	if (standing() == STANDING_DAEMON)
		return stay(nochdir, noclose, STANDING_DAEMON);
	if (stays_in_foreground())
		return stay(nochdir, true, STANDING_FOREGROUND);
	if (children_go_elsewhere())
		return next_daemon(nochdir, noclose);
	return become_daemon(nochdir, noclose);
}

EXPORT int daemon(int nochdir, int noclose)
{
	const struct settings *s = settings_get();
	int cancel_state;

	/* daemon(3) is no cancellation point, but some of what it calls here is. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	int result = daemon_as_set(nochdir, noclose);
	pthread_setcancelstate(cancel_state, NULL);

	if (result < 0 && (s->problem[0] || s->verbose))
		tell_failure();
	return result;
}

EXPORT pid_t setsid(void)
{
	if (standing() == STANDING_DAEMON) {
		errno = EPERM;
		return -1;
	}
	return (pid_t)syscall(SYS_setsid);
}

/*
 * A set-user-ID program does not heed its caller's wishes, and must not hand them on to what it
 * executes with other rights: as ld.so(8) does with its own variables.
 */
static void forget_if_secure(void)
{
	if (getauxval(AT_SECURE))
		environment_clear();
}

__attribute__((constructor)) static void at_load(void)
{
	const struct settings *s = settings_get();

	forget_if_secure();
	if (s->standing != STANDING_ORDINARY) {
		settled = getpid();
		settled_as = s->standing;
	}
	if (s->mode != MODE_BACKGROUND && s->mode != MODE_UNKNOWN)
		return;
	if (daemon_as_set(1, 0) < 0) {
		tell_failure();
		_exit(STATUS_OWN_FAILURE);
	}
}
