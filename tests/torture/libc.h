/* SPDX-License-Identifier: MIT */
/*
 * For fixtures that are compiled (-include) for musl or an older glibc: what they use of
 * glibc 2.34.
 */
#ifndef LIBC_H
#define LIBC_H

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#if defined __GLIBC__
#define OLDER(minor) !__GLIBC_PREREQ(2, minor)
#else
#define OLDER(minor) 1
#endif

#if defined __GLIBC__ && OLDER(34)
#define _Fork fork
#endif

#if !defined SYS_close_range && defined __NR_close_range
#define SYS_close_range __NR_close_range
#endif

#if !defined SYS_faccessat2 && defined __NR_faccessat2
#define SYS_faccessat2 __NR_faccessat2
#endif

#if OLDER(32)

/* The errors that the tests expect; any other is another. */
static inline const char *strerrorname_np(int error)
{
	static const char *const names[] = {
#define NAME(e) [e] = #e
		NAME(EPERM),     NAME(ENOENT),     NAME(EINTR),  NAME(EIO),    NAME(EBADF),
		NAME(ECHILD),    NAME(EAGAIN),     NAME(ENOMEM), NAME(EACCES), NAME(EEXIST),
		NAME(ENODEV),    NAME(ENOTDIR),    NAME(EISDIR), NAME(EINVAL), NAME(ENFILE),
		NAME(EMFILE),    NAME(ENOSPC),     NAME(EPIPE),  NAME(ENOSYS), NAME(ELOOP),
		NAME(ENXIO),     NAME(EROFS),      NAME(EBUSY),  NAME(ESRCH),  NAME(ENAMETOOLONG),
		NAME(ETIMEDOUT), NAME(EADDRINUSE), NAME(ENOLCK), NAME(E2BIG),
#undef NAME
	};

	return error > 0 && error < (int)(sizeof names / sizeof names[0]) && names[error]
		       ? names[error]
		       : "another";
}

#endif

#if OLDER(34)
static inline void closefrom(int first)
{
	for (int fd = first; fd < 1024; fd++)
		close(fd);
}

#endif

#endif
