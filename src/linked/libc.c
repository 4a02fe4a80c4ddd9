// SPDX-License-Identifier: MIT
/* The functions that daemon() uses; when linked, they are libc's. */
#include "../core/libc.h"

#include "../core/detach.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

pid_t libc_fork(void)
{
	return fork();
}

/* There is no next daemon(3): ours has replaced libc's. */
int libc_daemon(int nochdir, int noclose)
{
	(void)nochdir;
	(void)noclose;
	errno = ENOSYS;
	return -1;
}

int libc_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	return pthread_atfork(prepare, parent, child);
}

_Noreturn void libc_exit(int status)
{
	_exit(status);
}

/* Runs before the program registers handlers; shared libraries may have come before. */
__attribute__((constructor(101))) static void register_handlers(void)
{
	detach_register();
}
