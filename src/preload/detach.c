// SPDX-License-Identifier: MIT
/*
 * Who forks, who waits, who exits.
 *
 *   caller        vfork ┄┄(suspended)┄┄┄ waitpid, await the report, commit, close all, _exit
 *   intermediate    └ setsid, fork, _exit
 *   child                        └ (its work), report, wait for the commit, return
 *
 * The intermediate leads the new session and is gone before anybody relies on it.  It is
 * made with vfork(2): the page tables are copied once, by the second fork, so all this
 * costs what one fork costs; and libc's fork, with its pthread_atfork(3) handlers and locks,
 * runs once.  The intermediate shares the caller's memory and stack frame, so it makes a
 * handful of system calls and never returns from the function that called vfork.  Its child
 * has a copy of that frame, and returns.
 *
 * Nothing relies on the shared memory: where vfork is refused (seccomp) fork is used, and
 * some systems emulate vfork with fork (valgrind, qemu-user).  Hence the pipes.
 *
 * For the moment the caller is a subreaper (PR_SET_CHILD_SUBREAPER), so that the child
 * becomes its own when the intermediate exits: it can be waited for if it fails or dies.
 */
#include "detach.h"

#include "rseq.h"
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* What travels over the result pipe; less than PIPE_BUF, so it arrives whole. */
struct message {
	pid_t child; /* 0: there is none */
	int error;   /* an errno, 0 for success, or UNDECIDED */
};

enum {
	UNDECIDED = -1, /* the child exists; its own report is still to come */
	RECHECK_MS = 100
};

/* glibc 2.34 and later, musl 1.2.2 and later: fork without pthread_atfork(3) handlers. */
extern pid_t _Fork(void) __attribute__((weak));

static void close_pair(int fds[2])
{
	int saved_errno = errno;

	close(fds[0]);
	close(fds[1]);
	errno = saved_errno;
}

/* A pipe whose ends are above 2, where 0, 1 and 2 may be rearranged. */
static int open_pair(int fds[2], int flags)
{
	if (pipe2(fds, O_CLOEXEC | flags) < 0)
		return -1;
	fds[0] = stdfds_above(fds[0]);
	int failed = fds[0] < 0 ? errno : 0;
	fds[1] = stdfds_above(fds[1]);
	if (failed == 0 && fds[1] >= 0)
		return 0;
	if (failed)
		errno = failed;
	close_pair(fds);
	return -1;
}

static int open_pipes(struct detach *d)
{
	if (open_pair(d->result, 0) < 0)
		return -1;
	/* O_NONBLOCK: a missing commit must not be waited for. */
	if (open_pair(d->go, O_NONBLOCK) < 0) {
		close_pair(d->result);
		return -1;
	}
	return 0;
}

/*
 * sigprocmask(2) of the kernel: libc's leaves its own two signals out (nptl(7)), and they
 * would be lost to a program that blocks them.
 */
static void set_mask(const sigset_t *mask, sigset_t *old)
{
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, mask, old, _NSIG / 8);
}

/* Writes one message.  If nobody can be told, the reader sees the end of file. */
static void tell(const struct detach *d, pid_t child, int error)
{
	struct message m = {child, error};

	while (write(d->result[1], &m, sizeof m) < 0 && errno == EINTR)
		;
}

/*
 * The two forks.  Returns 0 in the child and the intermediate's PID in the caller; -1 if
 * the first fork failed.
 *
 * If the first is vfork, the second must be libc's fork, which sees to atfork handlers and
 * locks.  If the first is fork itself, the second must leave them alone.
 */
__attribute__((noinline)) static pid_t fork_twice(struct detach *d)
{
	volatile bool shares = rseq_restorable();
	pid_t first = -1;

	if (shares)
		first = vfork();
	if (first < 0 && !(shares && (errno == EAGAIN || errno == ENOMEM))) {
		shares = false;
		first = fork();
	}
	if (first != 0)
		return first;

	/* libc's setsid would be our own */
	if (syscall(SYS_setsid) < 0) {
		tell(d, 0, errno);
		_exit(1);
	}
	pid_t second = shares || !_Fork ? fork() : _Fork();
	if (second == 0) {
		if (shares)
			rseq_restore();
		return 0;
	}
	tell(d, second > 0 ? second : 0, second > 0 ? UNDECIDED : errno);
	_exit(second < 0);
}

/* What detach_fork() did to the caller besides forking. */
static void restore_caller(struct detach *d)
{
	int saved_errno = errno;

	if (!d->was_subreaper)
		prctl(PR_SET_CHILD_SUBREAPER, 0);
	close_pair(d->result);
	close_pair(d->go);
	set_mask(&d->mask, NULL);
	errno = saved_errno;
}

int detach_fork(struct detach *d)
{
	sigset_t all;

	if (open_pipes(d) < 0)
		return -1;
	memset(&all, 0xff, sizeof all);
	set_mask(&all, &d->mask);
	d->caller = getpid();
	d->was_subreaper = 0;
	prctl(PR_GET_CHILD_SUBREAPER, &d->was_subreaper);
	d->adopts = prctl(PR_SET_CHILD_SUBREAPER, 1) ==
		    0; /* if refused, init gets the child: no harm */

	pid_t intermediate = fork_twice(d);
	if (intermediate < 0) {
		restore_caller(d);
		return -1;
	}
	d->intermediate = intermediate;
	if (intermediate == 0) {
		close(d->go[1]); /* the end of file on go[0] is to mean something */
		return 0;
	}
	/* ECHILD (SIGCHLD is ignored, or another thread was faster) means gone as well. */
	while (waitpid(intermediate, NULL, 0) < 0 && errno == EINTR)
		;
	close(d->result[1]);
	d->result[1] = -1;
	return 1;
}

/* In the caller: is the child, which alone is in the intermediate's process group, dead? */
static bool child_is_gone(const struct detach *d)
{
	siginfo_t info = {0};

	if (waitid(P_PGID, (id_t)d->intermediate, &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
	    info.si_pid)
		return true;
	return kill(-d->intermediate, 0) < 0 && errno == ESRCH;
}

/* In the child: has the caller exited, even if nobody has collected it yet? */
static bool caller_is_gone(const struct detach *d)
{
	if (d->adopts)
		return getppid() != d->caller && getppid() != getpgrp();
	return kill(d->caller, 0) < 0 && errno == ESRCH;
}

/*
 * Waits until fd has something to read or its other end is closed.  A process that another
 * thread forked in the meantime may hold that end open for ever, hence the second opinion.
 */
static void wait_for(const struct detach *d, int fd, short events,
		     bool (*peer_is_gone)(const struct detach *))
{
	struct pollfd p = {.fd = fd, .events = events};

	for (;;) {
		bool gone = peer_is_gone(d); /* before: it may have written until then */
		int ready = poll(&p, 1, gone ? 0 : RECHECK_MS);

		if (gone || ready > 0 || (ready < 0 && errno != EINTR))
			return;
	}
}

pid_t detach_await(struct detach *d)
{
	pid_t child = 0;
	struct message m = {0, UNDECIDED};

	/* The intermediate's message and the child's come in any order. */
	while (m.error == UNDECIDED) {
		wait_for(d, d->result[0], POLLIN, child_is_gone);
		struct pollfd p = {.fd = d->result[0], .events = POLLIN};
		if (poll(&p, 1, 0) <= 0 || read(d->result[0], &m, sizeof m) != sizeof m)
			m = (struct message){0, EPIPE};
		if (m.child)
			child = m.child;
	}
	if (m.error == 0)
		return child;

	/* The child is exiting or dead; here it is ours to collect. */
	while (waitpid(-d->intermediate, NULL, 0) < 0 && errno == EINTR)
		;
	errno = m.error;
	restore_caller(d);
	return -1;
}

_Noreturn void detach_leave(struct detach *d)
{
	ssize_t told = write(d->go[1], "", 1);
	(void)told; /* our own go[0] is open, so it cannot fail */
#ifdef SYS_close_range
	/*
	 * The child waits for the end of file on go, and _exit would get there only after
	 * tearing down our memory.  A table that is shared (by threads: they still run) is
	 * left alone with CLOSE_RANGE_UNSHARE, and so is everything by a kernel before 5.9;
	 * then _exit does it.
	 */
	enum { UNSHARE = 2 };
	syscall(SYS_close_range, 0u, ~0u, UNSHARE);
#endif
	_exit(0);
}

void detach_report(struct detach *d, int error)
{
	char commit;

	tell(d, getpid(), error);
	if (error)
		_exit(1);
	wait_for(d, d->go[0], 0, caller_is_gone);
	if (read(d->go[0], &commit, 1) != 1)
		_exit(1); /* the caller was killed: nobody has been promised a daemon */
	close_pair(d->result);
	close(d->go[0]);
	set_mask(&d->mask, NULL);
}
