// SPDX-License-Identifier: MIT
/*
 * The ways in when preloaded: daemon(3), setsid(2) and the constructor at load.
 */
#include "../daemonfix.h"

#include "daemonize.h"
#include "environment.h"
#include "settings.h"

#include <dlfcn.h>
#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/syscall.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

enum { STATUS_OWN_FAILURE = 125 /* as env(1), nohup(1), timeout(1) */ };

EXPORT int daemon(int nochdir, int noclose)
{
	settings_read(); /* another library's constructor may come before ours */
	return daemonize(nochdir, noclose);
}

EXPORT pid_t setsid(void)
{
	if (daemonize_standing() == STANDING_DAEMON) {
		errno = EPERM;
		return -1;
	}
	return (pid_t)syscall(SYS_setsid);
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
	/* For our own command the settings are something to read, not to follow. */
	if (strcmp(program_invocation_short_name, "daemonfix") == 0)
		return;
	settings_read();
	forget_if_secure();
	if (daemonize_at_start() < 0)
		_exit(STATUS_OWN_FAILURE);
}
