// SPDX-License-Identifier: MIT
#include "singlefork.h"

#include "kernel.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>

#ifndef WITHOUT_FORK /* for a build that tests clone_as_libc() */
extern pid_t _Fork(void) __attribute__((weak));
#else
#define _Fork ((pid_t(*)(void))0)
#endif

/*
 * The address in libc's thread descriptor that the kernel clears when the thread ends, and where
 * glibc before 2.34 keeps the thread ID; NULL if it does not hold the thread ID.
 */
static int *thread_id(void)
{
	int *address = NULL;

	if (KERNEL_CALL5(prctl, PR_GET_TID_ADDRESS, &address, 0, 0, 0) < 0 || !address)
		return NULL;
	return *address == (int)KERNEL_CALL0(gettid) ? address : NULL;
}

static pid_t clone_as_libc(void)
{
	enum { FLAGS = CLONE_CHILD_SETTID | CLONE_CHILD_CLEARTID | SIGCHLD };
	void *robust = NULL;
	size_t size = 0;
	int *id = thread_id();

	if (!id) {
		errno = ENOSYS;
		return -1;
	}
	long got = KERNEL_CALL3(get_robust_list, 0, &robust, &size);
	/* Architectures differ in the order; of the last two arguments, one is unused. */
#ifdef __s390x__
	pid_t pid = (pid_t)KERNEL_CALL5(clone, 0, FLAGS, 0, id, id);
#else
	pid_t pid = (pid_t)KERNEL_CALL5(clone, FLAGS, 0, 0, id, id);
#endif
	if (pid == 0 && got == 0 && robust)
		KERNEL_CALL2(set_robust_list, robust, size);
	return pid;
}

pid_t single_fork(void)
{
	return _Fork ? _Fork() : clone_as_libc();
}
