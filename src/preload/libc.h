/* SPDX-License-Identifier: MIT */
#ifndef PRELOAD_LIBC_H
#define PRELOAD_LIBC_H

/* Looks up the next fork(2) and _exit(2), before any fork, because dlsym(3) takes a lock. */
void libc_find(void);

/* The next _exit(2), which may be another library's.  Returns if it has not been looked up. */
void libc_next_exit(int status);

/* The next __register_atfork(), or musl's pthread_atfork(3), which has no fourth argument. */
int libc_register_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void),
			 void *library);

#endif
