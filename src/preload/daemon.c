// SPDX-License-Identifier: MIT
/* daemon(3), preloaded. */
#include "../core/daemonize.h"
#include "../core/settings.h"
#include "interpose.h"
#include "libc.h"

EXPORT int interposed_daemon(int nochdir, int noclose);

int interposed_daemon(int nochdir, int noclose)
{
	/* Another library's constructor may come before ours. */
	libc_find();
	settings_read();
	return daemonize(nochdir, noclose);
}
INTERPOSE(interposed_daemon, daemon, LIBC_VERSION);
