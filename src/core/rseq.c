// SPDX-License-Identifier: MIT
/*
 * Restartable sequences across vfork and fork.
 *
 * The kernel drops the registration of a child that shares its parent's memory
 * (rseq_fork() in its include/linux/rseq.h), and the child of that child inherits none:
 * sched_getcpu(3), which reads the registered area, would answer with the CPU of long ago.
 */
#include "rseq.h"

#include "bound.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __has_include
#if __has_include(<sys/rseq.h>)
#include <sys/rseq.h>
#endif
#endif

#ifndef RSEQ_SIG /* a libc that registers nothing: any value does for the probe */
#define RSEQ_SIG 0x53053053
#endif

enum {
	ORIGINAL_SIZE = 32, /* of struct rseq; the kernel takes no less */
	UNREGISTER = 1      /* RSEQ_FLAG_UNREGISTER */
};

/* glibc 2.35 and later; size 0 if it was told not to register. */
extern const unsigned int __rseq_size __attribute__((weak));
extern const ptrdiff_t __rseq_offset __attribute__((weak));

static long rseq(void *area, uint32_t size, int flags)
{
#ifdef SYS_rseq
	return syscall(SYS_rseq, area, size, flags, RSEQ_SIG);
#else
	errno = ENOSYS;
	return -1;
#endif
}

static char *thread_pointer(void)
{
#if defined __x86_64__
	char *self;
	__asm__("mov %%fs:0, %0" : "=r"(self));
	return self;
#elif defined __i386__
	char *self;
	__asm__("mov %%gs:0, %0" : "=r"(self));
	return self;
#else
	return __builtin_thread_pointer();
#endif
}

static bool libc_has_registered(void)
{
	return &__rseq_size && &__rseq_offset && __rseq_size > 0;
}

bool rseq_restorable(void)
{
	/* Static: were it not given back, the kernel would go on writing to it. */
	static _Alignas(ORIGINAL_SIZE) char scratch[ORIGINAL_SIZE];

	if (libc_has_registered())
		return true;
	if (rseq(scratch, sizeof scratch, 0) == 0) {
		rseq(scratch, sizeof scratch, UNREGISTER);
		return true;
	}
	return errno != EINVAL && errno != EBUSY && errno != EPERM;
}

void rseq_restore(void)
{
	/* Fails with EBUSY where vfork was emulated with fork: nothing was dropped then. */
	if (libc_has_registered())
		rseq(thread_pointer() + __rseq_offset,
		     __rseq_size > ORIGINAL_SIZE ? __rseq_size : ORIGINAL_SIZE, 0);
}
