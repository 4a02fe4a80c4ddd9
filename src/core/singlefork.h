/* SPDX-License-Identifier: MIT */
#ifndef SINGLEFORK_H
#define SINGLEFORK_H

#include <sys/types.h>

/*
 * fork(2) without pthread_atfork(3) handlers, for use inside such a handler: _Fork(3) of glibc
 * 2.34, musl 1.2.2 and later.  Where _Fork is missing, clone(2) replaces it: libc's thread
 * descriptor gets the new thread ID, and the list of robust mutexes is registered again.  Returns
 * as fork(2); ENOSYS if neither is possible (musl before 1.2.2, kernels without
 * PR_GET_TID_ADDRESS).
 */
pid_t single_fork(void);

#endif
