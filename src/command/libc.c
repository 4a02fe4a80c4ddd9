// SPDX-License-Identifier: MIT
/* The functions that the engine uses; in the command, they are libc's. */
#include "../core/libc.h"

#include <pthread.h>
#include <unistd.h>

pid_t libc_fork(void)
{
	return fork();
}

int libc_daemon(int nochdir, int noclose)
{
	return daemon(nochdir, noclose);
}

int libc_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	return pthread_atfork(prepare, parent, child);
}

_Noreturn void libc_exit(int status)
{
	_exit(status);
}
