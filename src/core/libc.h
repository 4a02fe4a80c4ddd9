/* SPDX-License-Identifier: MIT */
#ifndef LIBC_H
#define LIBC_H

#include <sys/types.h>

/*
 * The functions that we replace: the next in line when preloaded, libc's own when linked.  Each of
 * the directories preload, linked and command defines them in a file libc.c.
 */
pid_t libc_fork(void);
int libc_daemon(int nochdir, int noclose);
int libc_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

/* Ends a process as libc's daemon(3) does: no _exit(2) of another library is called. */
_Noreturn void libc_exit(int status);

#endif
