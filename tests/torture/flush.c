/* SPDX-License-Identifier: MIT */
/*
 * Linked into all products of a build that measures coverage (LDFLAGS, with --wrap).  Writes the
 * counters when a process or the library calls _exit(2), which runs no destructors, when it kills
 * itself, and when an entry point of the library returns, because only a signal ends a daemon.
 * Resets them as well: a child inherits its parent's counters, and both processes count on.  Marks
 * show inject which calls are not the library's.
 *
 * They are not written at the first fork(2) and setsid(2) of mode fix-fork: in a child of a process
 * with threads, another thread may have held a lock of malloc(3), and the child would wait for it
 * for ever, with the counters' files locked.
 */
#include "../fixtures/marks.h"

#include <errno.h>
#include <stdbool.h>
#include <sys/resource.h>

extern void __gcov_dump(void);
extern void __gcov_reset(void);

struct daemonfix_options;
struct daemonfix_result;
struct sockaddr;

/* Weak: each program contains only some of these functions. */
#define REAL __attribute__((weak))
extern _Noreturn void __real__exit(int status) REAL;
extern _Noreturn void __real_libc_exit(int status) REAL;
extern int __real_daemonize(int nochdir, int noclose) REAL;
extern int __real_daemonize_at_start(void) REAL;
extern int __real_daemon(int nochdir, int noclose) REAL;
extern int __real_daemonfix_start(const struct daemonfix_options *, struct daemonfix_result *) REAL;
extern int __real_daemonfix_ready(void) REAL;
extern void __real_report_listen(int fd, bool was_unbound) REAL;
extern void __real_report_bind(int fd, const struct sockaddr *, unsigned size) REAL;
extern int __real_setrlimit(__rlimit_resource_t, const struct rlimit *) REAL;

static void dump(void)
{
	int saved_errno = errno;

	set_mark(MARK_COUNTERS);
	__gcov_dump();
	set_mark(MARK_COUNTERS_END);
	errno = saved_errno;
}

static void flush(void)
{
	dump();
	__gcov_reset();
}

/* libgcov's own destructor, which comes later, does not write again. */
__attribute__((destructor)) static void at_exit(void)
{
	dump();
}

static int flushed(int result)
{
	flush();
	return result;
}

_Noreturn void __wrap__exit(int status)
{
	flush();
	__real__exit(status);
}

_Noreturn void __wrap_libc_exit(int status)
{
	flush();
	__real_libc_exit(status);
}

int __wrap_daemonize(int nochdir, int noclose)
{
	return flushed(__real_daemonize(nochdir, noclose));
}

int __wrap_daemonize_at_start(void)
{
	return flushed(__real_daemonize_at_start());
}

int __wrap_daemon(int nochdir, int noclose)
{
	return flushed(__real_daemon(nochdir, noclose));
}

int __wrap_daemonfix_start(const struct daemonfix_options *o, struct daemonfix_result *r)
{
	return flushed(__real_daemonfix_start(o, r));
}

int __wrap_daemonfix_ready(void)
{
	return flushed(__real_daemonfix_ready());
}

void __wrap_report_listen(int fd, bool was_unbound)
{
	__real_report_listen(fd, was_unbound);
	flush();
}

void __wrap_report_bind(int fd, const struct sockaddr *wanted, unsigned size)
{
	__real_report_bind(fd, wanted, size);
	flush();
}

/* A process that kills itself calls this before. */
int __wrap_setrlimit(__rlimit_resource_t resource, const struct rlimit *limit)
{
	flush();
	return __real_setrlimit(resource, limit);
}
