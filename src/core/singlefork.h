/* SPDX-License-Identifier: MIT */
#ifndef SINGLEFORK_H
#define SINGLEFORK_H

#include <sys/types.h>

/*
 * fork(2) without pthread_atfork(3) handlers, from within one: _Fork(3) of glibc 2.34, musl 1.2.2
 * and later.  Where it is missing, the system call does what it does: the thread descriptor
 * of libc gets the new thread ID, and the list of robust mutexes is registered again.  Returns as
 * fork(2); ENOSYS if neither can be done (musl before 1.2.2, kernels without PR_GET_TID_ADDRESS).
 */
pid_t single_fork(void);

#endif
