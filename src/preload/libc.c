// SPDX-License-Identifier: MIT
/* The functions that we replace: the next in line. */
#include "libc.h"

#include "../core/libc.h"

#include <dlfcn.h>
#include <errno.h>
#include <features.h>
#include <stddef.h>

#ifdef __GLIBC__
#define ATFORK "__register_atfork" /* pthread_atfork(3), a static function, calls this */
#else
#define ATFORK "pthread_atfork"
#endif

static pid_t (*next_fork)(void);
static void (*next_exit)(int);
static int (*next_atfork)(void (*)(void), void (*)(void), void (*)(void), void *);

void libc_find(void)
{
	if (next_fork)
		return;
	*(void **)&next_exit = dlsym(RTLD_NEXT, "_exit");
	*(void **)&next_fork = dlsym(RTLD_NEXT, "fork");
}

void libc_next_exit(int status)
{
	if (next_exit)
		next_exit(status);
}

pid_t libc_fork(void)
{
	libc_find();
	return next_fork();
}

int libc_daemon(int nochdir, int noclose)
{
	int (*next)(int, int);

	*(void **)&next = dlsym(RTLD_NEXT, "daemon");
	if (!next) {
		errno = ENOSYS;
		return -1;
	}
	return next(nochdir, noclose);
}

int libc_register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
			 void *library)
{
	if (!next_atfork)
		*(void **)&next_atfork = dlsym(RTLD_NEXT, ATFORK);
	return next_atfork ? next_atfork(prepare, parent, child, library) : ENOSYS;
}

/* NULL: no library is ever closed with these handlers in it. */
int libc_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	return libc_register_atfork(prepare, parent, child, NULL);
}
