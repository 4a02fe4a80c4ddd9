// SPDX-License-Identifier: MIT
/*
 * The ways in when preloaded: daemon(3), setsid(2), fork(2) and the constructor at load.
 */
#include "../daemonfix.h"

#include "../core/daemonize.h"
#include "../core/detach.h"
#include "../core/environment.h"
#include "../core/settings.h"
#include "firstfork.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum { STATUS_OWN_FAILURE = 125 /* as env(1), nohup(1), timeout(1) */ };

static pid_t find_and_fork(void);

static pid_t (*fork_in_line)(void) = find_and_fork;

/* Not at the time of a fork: dlsym(3) takes a lock, and there may be other threads. */
static void find_next_fork(void)
{
	if (fork_in_line == find_and_fork)
		*(void **)&fork_in_line = dlsym(RTLD_NEXT, "fork");
}

static pid_t find_and_fork(void)
{
	find_next_fork();
	return fork_in_line();
}

/* Another library's constructor may come before ours.  Is any variable of ours there? */
static bool be_ready(void)
{
	find_next_fork();
	return settings_read();
}

EXPORT int daemon(int nochdir, int noclose)
{
	be_ready();
	return daemonize(nochdir, noclose);
}

EXPORT pid_t fork(void)
{
	return firstfork_due ? firstfork() : fork_in_line();
}

EXPORT pid_t setsid(void)
{
	if (daemonize_standing() == STANDING_DAEMON) {
		errno = EPERM;
		return -1;
	}
	return firstfork_takes_setsid() ? getsid(0) : (pid_t)syscall(SYS_setsid);
}

pid_t next_fork(void)
{
	return fork_in_line();
}

int next_daemon(int nochdir, int noclose)
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
	int saved_errno = errno;

	if (!be_ready())
		return;
	forget_if_secure(); /* whatever its caller calls it */
	/* For our own command the settings are something to read, not to follow. */
	if (strcmp(program_invocation_short_name, "daemonfix") == 0)
		return;
	firstfork_at_start();
	if (daemonize_at_start() < 0)
		_exit(STATUS_OWN_FAILURE);
	errno = saved_errno; /* main() may rely on 0: errno(3) */
}
