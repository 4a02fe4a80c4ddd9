// SPDX-License-Identifier: MIT
/* The entry points when linked: daemon(3), and the environment on request. */
#include "../core/daemonize.h"
#include "../daemonfix.h"

#include <errno.h>
#include <unistd.h>

int daemon(int nochdir, int noclose)
{
	return daemonize(nochdir, noclose);
}

int daemonfix_from_environment(void)
{
	int saved_errno = errno;

	settings_read();
	int result = daemonize_at_start();
	if (result == 0)
		errno = saved_errno;
	return result;
}
