/* SPDX-License-Identifier: MIT */
/*
 * Linked into all products of a build that measures coverage (LDFLAGS, with --wrap).  Writes the
 * counters when a process calls _exit(2), which runs no destructors, and when an entry point of the
 * library returns, because only a signal ends a daemon.  Resets them as well: a child inherits its
 * parent's counters, and both processes count on.
 */

extern void __gcov_dump(void);
extern void __gcov_reset(void);

struct daemonfix_options;
struct daemonfix_result;

/* Weak: each program contains only some of these functions. */
#define REAL __attribute__((weak))
extern _Noreturn void __real__exit(int status) REAL;
extern int __real_daemonize(int nochdir, int noclose) REAL;
extern int __real_daemonize_at_start(void) REAL;
extern int __real_daemon(int nochdir, int noclose) REAL;
extern int __real_daemonfix_start(const struct daemonfix_options *, struct daemonfix_result *) REAL;
extern int __real_daemonfix_ready(void) REAL;

static void flush(void)
{
	__gcov_dump();
	__gcov_reset();
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
