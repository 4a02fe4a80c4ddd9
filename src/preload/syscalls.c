// SPDX-License-Identifier: MIT
/*
 * System calls under libc's names, for the library alone: they are hidden, and the linker prefers
 * them to libc's.  So no other library that has replaced such a symbol takes part in the work of
 * ours, no call is a cancellation point, and ld.so(8) has fewer symbols to look up in every program
 * that loads the library.
 *
 * Only where long has 64 bits, because there libc's types are the kernel's.  daemon() makes the
 * calls that libc makes on this machine, because a seccomp filter may allow no others.  So fstat(2)
 * is left to libc, whose versions differ: some call newfstatat.
 */
#undef _FORTIFY_SOURCE /* it replaces some of these functions */

#include "../core/kernel.h"

#if __SIZEOF_LONG__ == 8 && !defined KERNEL_CALL_IS_LIBCS

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/wait.h>

/* Files. */

int openat(int fd, const char *file, int oflag, ...)
{
	va_list arguments;

	va_start(arguments, oflag);
	mode_t mode = oflag & O_CREAT ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return (int)KERNEL_CALL4(openat, fd, file, oflag, mode);
}

int open(const char *file, int oflag, ...)
{
	va_list arguments;

	va_start(arguments, oflag);
	mode_t mode = oflag & O_CREAT ? va_arg(arguments, mode_t) : 0;
	va_end(arguments);
	return (int)KERNEL_CALL4(openat, AT_FDCWD, file, oflag, mode);
}

int close(int fd)
{
	return (int)KERNEL_CALL1(close, fd);
}

ssize_t read(int fd, void *buf, size_t nbytes)
{
	return KERNEL_CALL3(read, fd, buf, nbytes);
}

ssize_t pread(int fd, void *buf, size_t nbytes, off_t offset)
{
	return KERNEL_CALL4(pread64, fd, buf, nbytes, offset);
}

off_t lseek(int fd, off_t offset, int whence)
{
	return KERNEL_CALL3(lseek, fd, offset, whence);
}

int ftruncate(int fd, off_t length)
{
	return (int)KERNEL_CALL2(ftruncate, fd, length);
}

int flock(int fd, int operation)
{
	return (int)KERNEL_CALL2(flock, fd, operation);
}

/* The kernel ignores the argument where the command takes none. */
int fcntl(int fd, int cmd, ...)
{
	va_list arguments;

	va_start(arguments, cmd);
	long argument = va_arg(arguments, long);
	va_end(arguments);
	return (int)KERNEL_CALL3(fcntl, fd, cmd, argument);
}

int dup2(int fd, int fd2)
{
	if (fd == fd2)
		return KERNEL_CALL2(fcntl, fd, F_GETFD) < 0 ? -1 : fd2;
#ifdef SYS_dup2
	return (int)KERNEL_CALL2(dup2, fd, fd2);
#else
	return (int)KERNEL_CALL3(dup3, fd, fd2, 0);
#endif
}

int pipe2(int pipedes[2], int flags)
{
	return (int)KERNEL_CALL2(pipe2, pipedes, flags);
}

int isatty(int fd)
{
	unsigned char settings[256]; /* more than a struct termios of any kernel's */

	return KERNEL_CALL3(ioctl, fd, TCGETS, settings) == 0;
}

int poll(struct pollfd *fds, nfds_t nfds, int timeout)
{
#ifdef SYS_poll
	return (int)KERNEL_CALL3(poll, fds, nfds, timeout);
#else
	struct kernel_time t = {timeout / 1000, timeout % 1000 * 1000000L};

	return (int)KERNEL_CALL5(ppoll, fds, nfds, timeout < 0 ? NULL : &t, NULL, 0);
#endif
}

int fstatat(int fd, const char *file, struct stat *buf, int flag)
{
	return (int)KERNEL_CALL4(newfstatat, fd, file, buf, flag);
}

int stat(const char *file, struct stat *buf)
{
	return fstatat(AT_FDCWD, file, buf, 0);
}

int lstat(const char *file, struct stat *buf)
{
	return fstatat(AT_FDCWD, file, buf, AT_SYMLINK_NOFOLLOW);
}

/* Without the emulation for Linux before 5.8: there it fails with ENOSYS. */
int faccessat(int fd, const char *file, int type, int flag)
{
	return (int)KERNEL_CALL4(faccessat2, fd, file, type, flag);
}

int fstatfs(int fildes, struct statfs *buf)
{
	return (int)KERNEL_CALL2(fstatfs, fildes, buf);
}

ssize_t readlinkat(int fd, const char *path, char *buf, size_t len)
{
	return KERNEL_CALL4(readlinkat, fd, path, buf, len);
}

ssize_t readlink(const char *path, char *buf, size_t len)
{
	return readlinkat(AT_FDCWD, path, buf, len);
}

int unlinkat(int fd, const char *name, int flag)
{
	return (int)KERNEL_CALL3(unlinkat, fd, name, flag);
}

int chdir(const char *path)
{
	return (int)KERNEL_CALL1(chdir, path);
}

int fchdir(int fd)
{
	return (int)KERNEL_CALL1(fchdir, fd);
}

mode_t umask(mode_t mask)
{
	return (mode_t)KERNEL_CALL1(umask, mask);
}

/* Processes. */

pid_t getpid(void)
{
	return (pid_t)KERNEL_CALL0(getpid);
}

uid_t geteuid(void)
{
	return (uid_t)KERNEL_CALL0(geteuid);
}

pid_t getsid(pid_t pid)
{
	return (pid_t)KERNEL_CALL1(getsid, pid);
}

pid_t getpgid(pid_t pid)
{
	return (pid_t)KERNEL_CALL1(getpgid, pid);
}

pid_t getpgrp(void)
{
	return getpgid(0);
}

int kill(pid_t pid, int sig)
{
	return (int)KERNEL_CALL2(kill, pid, sig);
}

int waitid(idtype_t type, id_t id, siginfo_t *infop, int options)
{
	return (int)KERNEL_CALL5(waitid, type, id, infop, options, NULL);
}

pid_t waitpid(pid_t pid, int *stat_loc, int options)
{
	return (pid_t)KERNEL_CALL4(wait4, pid, stat_loc, options, NULL);
}

int sigtimedwait(const sigset_t *set, siginfo_t *info, const struct timespec *timeout)
{
	return (int)KERNEL_CALL4(rt_sigtimedwait, set, info, timeout, _NSIG / 8);
}

int sigwaitinfo(const sigset_t *set, siginfo_t *info)
{
	return sigtimedwait(set, info, NULL);
}

/* All five arguments are always given: prctl(2) refuses some operations unless the rest is 0. */
int prctl(int option, ...)
{
	unsigned long argument[4];
	va_list arguments;

	va_start(arguments, option);
	for (int i = 0; i < 4; i++)
		argument[i] = va_arg(arguments, unsigned long);
	va_end(arguments);
	return (int)KERNEL_CALL5(prctl, option, argument[0], argument[1], argument[2], argument[3]);
}

int execv(const char *path, char *const *argv)
{
	return (int)KERNEL_CALL3(execve, path, argv, environ);
}

int madvise(void *addr, size_t len, int advice)
{
	return (int)KERNEL_CALL3(madvise, addr, len, advice);
}

int munmap(void *addr, size_t len)
{
	return (int)KERNEL_CALL2(munmap, addr, len);
}

/* Signal sets: an array of long, in which bit 0 is signal 1. */

static unsigned long *word_of(const sigset_t *set, int sig)
{
	return (unsigned long *)set + (sig - 1) / 64;
}

static unsigned long bit_of(int sig)
{
	return 1UL << ((sig - 1) % 64);
}

int sigemptyset(sigset_t *set)
{
	*set = (sigset_t){0};
	return 0;
}

int sigaddset(sigset_t *set, int signo)
{
	*word_of(set, signo) |= bit_of(signo);
	return 0;
}

int sigdelset(sigset_t *set, int signo)
{
	*word_of(set, signo) &= ~bit_of(signo);
	return 0;
}

int sigismember(const sigset_t *set, int signo)
{
	return (*word_of(set, signo) & bit_of(signo)) != 0;
}

#endif
