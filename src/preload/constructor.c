// SPDX-License-Identifier: MIT
/* At load: reads the settings and, in some modes, makes the program a daemon. */
#include "../core/daemonize.h"
#include "../core/environment.h"
#include "../core/launch.h"
#include "../core/libc.h"
#include "../core/settings.h"
#include "fork.h"
#include "libc.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

enum { STATUS_OWN_FAILURE = 125 /* as env(1), nohup(1), timeout(1) */ };

/*
 * A set-user-ID program does not obey its caller's settings, and must not pass them on to programs
 * that it executes with other rights; ld.so(8) does the same with its own variables.
 */
static void forget_if_secure(void)
{
	if (getauxval(AT_SECURE))
		environment_clear();
}

/* glibc's dynamic linker passes main()'s arguments; musl's passes none. */
__attribute__((constructor)) static void at_load(int argc, char **argv)
{
	int saved_errno = errno;

	libc_find();
	if (!settings_read())
		return;
#ifdef __GLIBC__
	environment_at_load(argv + argc + 1);
#else
	(void)argc, (void)argv;
	environment_at_load(environ);
#endif
	forget_if_secure(); /* under any name that its caller gives it */
	/* Our own command reads the settings but does not follow them. */
	if (strcmp(program_invocation_short_name, "daemonfix") == 0)
		return;
	if (launch_behind_keeper() < 0)
		libc_exit(STATUS_OWN_FAILURE);
	fork_at_load();
	if (daemonize_at_start() < 0)
		libc_exit(STATUS_OWN_FAILURE);
	errno = saved_errno; /* main() may rely on 0: errno(3) */
}
