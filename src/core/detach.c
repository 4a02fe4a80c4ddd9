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
 * What a small program pays over one fork is the start and end of the intermediate, two wake-ups
 * (the report, the commit) and the look at /proc/self/ns.  Spinning instead of sleeping gained
 * little.
 *
 * Nothing relies on the shared memory: where vfork is refused (seccomp) fork is used, and
 * some systems emulate vfork with fork (valgrind, qemu-user).  Hence the pipes.
 *
 * For the moment the caller is a subreaper (PR_SET_CHILD_SUBREAPER), so that the child
 * becomes its own when the intermediate exits: it can be waited for if it fails or dies.
 */
#include "detach.h"

#include "bound.h"
#include "closefds.h"
#include "rseq.h"
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* What travels over the result pipe; less than PIPE_BUF, so it arrives whole. */
struct report {
	pid_t child; /* 0: there is none */
	struct detach_report report;
};

enum {
	UNDECIDED = -1, /* in place of an errno: the child's own report is still to come */
	RECHECK_MS = 100,
	GRACE_MS = 1000, /* for a child that is ending by itself */
	KILL_MS = 5000   /* for one that was killed */
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

/*
 * A pipe whose ends are above 2, where 0, 1 and 2 may be rearranged.  O_NONBLOCK: what is not
 * there when poll(2) has returned is not waited for.
 */
static int open_pair(int fds[2])
{
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0)
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
	if (open_pair(d->result) < 0)
		return -1;
	if (open_pair(d->go) < 0) {
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

static bool write_whole(int fd, const void *data, size_t size)
{
	ssize_t n;

	do
		n = write(fd, data, size);
	while (n < 0 && errno == EINTR);
	return n == (ssize_t)size;
}

static bool tell(const struct detach *d, pid_t child, struct detach_report report)
{
	struct report m = {child, report};

	return write_whole(d->result[1], &m, sizeof m);
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
		first = next_fork();
	}
	if (first != 0)
		return first;

	/* setsid(3) would be our own */
	if (syscall(SYS_setsid) < 0) {
		tell(d, 0, (struct detach_report){.error = errno});
		_exit(1);
	}
	pid_t second = shares || !_Fork ? next_fork() : _Fork();
	if (second == 0) {
		if (shares)
			rseq_restore();
		return 0;
	}
	tell(d, second > 0 ? second : 0,
	     (struct detach_report){.error = second > 0 ? UNDECIDED : errno});
	_exit(second < 0);
}

/* The kernel's arguments are five longs, and libc's prctl hands on as many. */
static int set_subreaper(unsigned long flag)
{
	return prctl(PR_SET_CHILD_SUBREAPER, flag, 0UL, 0UL, 0UL);
}

/* What detach_fork() did to the caller besides forking. */
static void restore_caller(struct detach *d)
{
	int saved_errno = errno;

	if (!d->was_subreaper)
		set_subreaper(0);
	close_pair(d->result);
	close_pair(d->go);
	detach_unblock(d);
	errno = saved_errno;
}

void detach_unblock(struct detach *d)
{
	set_mask(&d->mask, NULL);
}

/*
 * Takes back the pending SIGCHLD of a process that is no business of the caller's.  That signal
 * does not queue: if another child has ended in its shadow, one is due for that one.
 */
static void swallow_sigchld(pid_t pid)
{
	siginfo_t info = {0};
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGCHLD);
	if (sigtimedwait(&set, &info, &(struct timespec){0}) < 0)
		return;
	if (info.si_pid == pid) {
		info.si_pid = 0;
		if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) < 0 || info.si_pid == 0)
			return;
	}
	syscall(SYS_rt_sigqueueinfo, getpid(), SIGCHLD, &info);
}

int detach_fork(struct detach *d, enum detach_child child)
{
	sigset_t all;

	if (open_pipes(d) < 0)
		return -1;
	memset(&all, 0xff, sizeof all);
	set_mask(&all, &d->mask);
	d->caller = getpid();
	d->child = 0;
	d->settled = false;
	d->was_subreaper = 0;
	prctl(PR_GET_CHILD_SUBREAPER, &d->was_subreaper, 0UL, 0UL, 0UL);
	d->adopts = set_subreaper(1) == 0;

	d->session = d->adopts || child == CHILD_OF_INIT ? fork_twice(d) : -1;
	if (d->session < 0) {
		restore_caller(d);
		return -1;
	}
	if (d->session == 0) {
		d->session = getpgrp();
		close(d->go[1]); /* the end of file on go[0] is to mean something */
		return 0;
	}
	close(d->result[1]);
	d->result[1] = -1;
	return 1;
}

void detach_settle(struct detach *d)
{
	if (d->settled)
		return;
	/* ECHILD (SIGCHLD is ignored, or another thread was faster) means gone as well. */
	while (waitpid(d->session, NULL, 0) < 0 && errno == EINTR)
		;
	swallow_sigchld(d->session);
	d->settled = true;
}

static long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

/*
 * In the caller: has the child ended, collected or not?  While its PID is not known, it is the only
 * process in its group.
 */
static bool child_is_gone(const struct detach *d)
{
	siginfo_t info = {0};
	pid_t id = d->child ? d->child : d->session;

	if (waitid(d->child ? P_PID : P_PGID, (id_t)id, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
		return info.si_pid != 0;
	return kill(d->child ? id : -id, 0) < 0 && errno == ESRCH;
}

/*
 * In the child: has the caller exited, with all its threads, collected or not?  A pidfd says so
 * (Linux 5.3).  getppid(2) is the next best: it may change when the calling thread is gone, while
 * another one that shares the descriptors, and the locks, is still on its way out.
 */
static bool caller_is_gone(const struct detach *d)
{
#ifdef SYS_pidfd_open
	struct pollfd p = {.fd = (int)syscall(SYS_pidfd_open, d->caller, 0), .events = POLLIN};

	if (p.fd >= 0) {
		bool gone = poll(&p, 1, 0) > 0;

		close(p.fd);
		return gone;
	}
#endif
	if (d->adopts) {
		pid_t parent = getppid(); /* or the intermediate: its PID is the session's */

		return parent != d->caller && parent != d->session;
	}
	return kill(d->caller, 0) < 0 && errno == ESRCH;
}

/*
 * Waits until fd has something to read or its other end is closed, or the peer is gone: a process
 * that was forked in the meantime (by another thread, by the child) may hold that other end for
 * ever.  deadline: in terms of now_ms(), or -1; returns false when it has come.
 */
static bool wait_for(const struct detach *d, int fd, short events,
		     bool (*peer_is_gone)(const struct detach *), long long deadline)
{
	struct pollfd p = {.fd = fd, .events = events};

	for (;;) {
		long long left = deadline < 0 ? RECHECK_MS : deadline - now_ms();
		int ready = poll(&p, 1,
				 (int)(left < 0            ? 0
				       : left < RECHECK_MS ? left
							   : RECHECK_MS));

		if (ready > 0 || (ready < 0 && errno != EINTR))
			return true;
		if (left < 0)
			return false;
		if (peer_is_gone(d)) /* also where no poll lasts, for all the signals */
			return true;
	}
}

/* The intermediate's message and the child's come in any order. */
static void read_report(struct detach *d, long long deadline, struct detach_end *end)
{
	do {
		struct report m = {0};

		if (!wait_for(d, d->result[0], POLLIN, child_is_gone, deadline)) {
			end->fate = DETACH_TIMED_OUT;
			end->report.error = ETIMEDOUT;
			return;
		}
		if (read(d->result[0], &m, sizeof m) != sizeof m) {
			end->fate = DETACH_ABANDONED; /* unless it turns out to be dead */
			end->report.error = EPIPE;
			return;
		}
		if (m.child)
			d->child = m.child;
		end->report = m.report;
	} while (end->report.error == UNDECIDED);
}

static bool ends_within(const struct detach *d, int ms)
{
	long long deadline = now_ms() + ms;

	while (!child_is_gone(d)) {
		if (now_ms() >= deadline)
			return false;
		usleep(1000);
	}
	return true;
}

/* Collects all that is ours of the child's process group.  Returns false if some of it stays. */
static bool collect(const struct detach *d, int *wait_status)
{
	for (long long deadline = now_ms() + KILL_MS; now_ms() < deadline;) {
		int status;
		pid_t got = waitpid(-d->session, &status, WNOHANG);

		if (got > 0 && (got == d->child || !d->child))
			*wait_status = status;
		if (got < 0 && kill(-d->session, 0) < 0 && errno == ESRCH)
			return true;
		if (got <= 0)
			usleep(1000);
	}
	return false;
}

/* Is it still the child's process group?  Once all are collected, the number may be another's. */
static bool group_is_ours(const struct detach *d)
{
	siginfo_t info;

	if (waitid(P_PGID, (id_t)d->session, &info, WEXITED | WNOHANG | WNOWAIT) == 0)
		return true; /* the child, or what it has left to us */
	return !d->adopts && (!d->child || getpgid(d->child) == d->session);
}

/* Ends the child and what it has started in its process group. */
static void kill_and_reap(const struct detach *d, struct detach_end *end)
{
	/* A dying process closes its descriptors first; one that has failed ends by itself. */
	if (end->fate != DETACH_TIMED_OUT && ends_within(d, GRACE_MS) &&
	    end->fate == DETACH_ABANDONED)
		end->fate = DETACH_DIED;
	if (group_is_ours(d))
		kill(-d->session, SIGKILL);
	end->left = !collect(d, &end->wait_status);
	swallow_sigchld(d->child);
}

pid_t detach_await(struct detach *d, int timeout_ms, struct detach_end *end)
{
	*end = (struct detach_end){.wait_status = -1};
	read_report(d, timeout_ms < 0 ? -1 : now_ms() + timeout_ms, end);
	detach_settle(d); /* by now it has exited, and nobody waits */
	if (end->report.error == 0)
		return d->child;
	kill_and_reap(d, end);
	restore_caller(d);
	errno = end->report.error;
	return -1;
}

/* Our own go[0] is open; should it fail all the same, there is to be no child. */
static int let_go(struct detach *d)
{
	struct detach_end end = {.fate = DETACH_TIMED_OUT};

	if (write_whole(d->go[1], "!", 1))
		return 0;
	int saved_errno = errno;
	kill_and_reap(d, &end);
	restore_caller(d);
	errno = saved_errno;
	return -1;
}

int detach_commit(struct detach *d)
{
	if (let_go(d) < 0)
		return -1;
	restore_caller(d);
	return 0;
}

void detach_leave(struct detach *d)
{
	if (let_go(d) < 0)
		return;
#ifdef SYS_close_range
	/*
	 * The child waits for the end of file on go, and _exit would get there only after
	 * tearing down our memory.  A table that is shared (by threads: they still run) is
	 * left alone with CLOSE_RANGE_UNSHARE, and so is everything by a kernel before 5.9;
	 * then _exit does it.
	 */
	enum { UNSHARE = 2 };
	syscall(SYS_close_range, 0U, ~0U, UNSHARE);
#endif
	_exit(0);
}

void detach_descriptors(const struct detach *d, int fds[DETACH_DESCRIPTORS])
{
	fds[0] = d->result[0]; /* lest SIGPIPE be the answer to a report that nobody reads */
	fds[1] = d->result[1];
	fds[2] = d->go[0];
}

void detach_report(struct detach *d, struct detach_report report)
{
	if (tell(d, getpid(), report))
		return;
	/* Then the caller is to see the end of file, and not to wait for ever. */
	close(d->result[1]);
	d->result[1] = -1;
}

int detach_conclude(struct detach *d, enum detach_farewell farewell)
{
	char word;
	ssize_t n = -1;

	/* What the caller has said before it went is still there. */
	for (bool gone = false; n < 0; gone = caller_is_gone(d)) {
		wait_for(d, d->go[0], farewell == CALLER_LEAVES ? 0 : POLLIN, caller_is_gone, -1);
		n = read(d->go[0], &word, 1);
		if (gone)
			break;
	}
	close_pair(d->result);
	close(d->go[0]);
	return n == 1 ? 0 : -1;
}
