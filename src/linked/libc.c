// SPDX-License-Identifier: MIT
/* Linked, the functions that daemon() is built on are libc's. */
#include "../core/libc.h"

#include "../core/detach.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

pid_t libc_fork(void)
{
	return fork();
}

/* There is no other daemon(3) in line: libc's is the one that ours replaced. */
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

/* Ahead of the program's own handlers; those of shared libraries may have come before. */
__attribute__((constructor(101))) static void register_handlers(void)
{
	detach_register();
}
