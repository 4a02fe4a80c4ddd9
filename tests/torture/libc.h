/* SPDX-License-Identifier: MIT */
/*
 * Functions of glibc 2.34, for fixtures that are compiled (-include) for musl or an older glibc.
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

/* Knows the errors that the tests expect, and calls any other "another". */
static inline const char *strerrorname_np(int error)
{
	static const char *const names[] = {
#define NAME(e) [e] = #e
		NAME(E2BIG),        NAME(EACCES),       NAME(EADDRINUSE), NAME(EAGAIN),
		NAME(EBADF),        NAME(EBUSY),        NAME(ECHILD),     NAME(EDEADLK),
		NAME(EDESTADDRREQ), NAME(EDQUOT),       NAME(EEXIST),     NAME(EFAULT),
		NAME(EFBIG),        NAME(EHWPOISON),    NAME(EINTR),      NAME(EINVAL),
		NAME(EIO),          NAME(EISDIR),       NAME(ELOOP),      NAME(EMFILE),
		NAME(EMLINK),       NAME(ENAMETOOLONG), NAME(ENFILE),     NAME(ENODEV),
		NAME(ENOENT),       NAME(ENOLCK),       NAME(ENOMEM),     NAME(ENOPKG),
		NAME(ENOSPC),       NAME(ENOSYS),       NAME(ENOTDIR),    NAME(ENOTTY),
		NAME(ENXIO),        NAME(EOPNOTSUPP),   NAME(EOVERFLOW),  NAME(EPERM),
		NAME(EPIPE),        NAME(ERANGE),       NAME(EROFS),      NAME(ESPIPE),
		NAME(ESRCH),        NAME(ETIMEDOUT),    NAME(ETXTBSY),    NAME(EUSERS),
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
