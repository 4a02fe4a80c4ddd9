// SPDX-License-Identifier: MIT
/*
 * Who forks, who waits, who exits.
 *
 *   caller        fork(2) ──────────────────────────→ await the report, close all, _exit
 *                    │ prepare, parent handlers
 *   intermediate     └ first child handler: setsid, _Fork, _exit
 *   child                                             └ the other child handlers, its work, report
 *
 * libc forks once, and the first child handler puts the child into a session of its own: the
 * intermediate leads the session, and is gone before the caller ends or goes on.  So libc, and the
 * pthread_atfork(3) handlers of the program and its libraries, do their work once, in the process
 * that it is meant for.  The price is a second copy of the page tables, as in every double
 * fork.
 *
 * The two sides communicate through a page of shared memory, not through pipes: child handlers may
 * close all descriptors (closefrom(3)), and a caller may have none to spare.
 *
 * A child that only executes a program (run -b) needs neither a copy of the page tables nor
 * handlers: the command makes both of its forks with vfork(2).  Emulators make ordinary forks of
 * these.
 *
 * Meanwhile the caller is a subreaper (PR_SET_CHILD_SUBREAPER), and so becomes the child's parent
 * when the intermediate exits: it can wait for a child that fails or dies.
 */
#include "detach.h"

#include "clock.h"
#include "descriptor.h"
#include "disposition.h"
#include "futex.h"
#include "kernel.h"
#include "libc.h"
#include "sigchld.h"
#include "sigmask.h"
#include "singlefork.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* Shared by the caller, the intermediate and the child. */
struct handshake {
	int state;   /* a futex(2) word; the states in order: */
	int signals; /* a futex(2) word: the caller's signals, after the parent handlers */
	pid_t intermediate;
	pid_t child;   /* 0: none, or not yet known */
	bool is_first; /* the child is that of the first fork: there is no intermediate */
	bool executes; /* the child has reached execve(2) */
	struct detach_report report;
};

enum {
	STARTING,
	REPORTED,  /* set by the child, or by an intermediate that could not fork */
	CANCELLED, /* set by the caller: it no longer waits for the child */
	COMMITTED, /* set by the caller: the child may go on */
	LEAVING,   /* set by the caller: the child may go on when the caller has ended */
};

enum { UNBLOCKED, AWAITED /* set by the intermediate */, BLOCKED };

enum {
	RECHECK_MS = 50, /* the longest delay before the end of the other side is noticed */
	GRACE_MS = 1000, /* for a child that is ending by itself */
	KILL_MS = 5000   /* for a child that was killed */
};

/* The fork that this thread is about to make or, between prepare and the other handlers, makes. */
static __thread struct detach *wanted __attribute__((tls_model("initial-exec")));
static __thread struct detach *forking __attribute__((tls_model("initial-exec")));

/*
 * Our handlers are the first registered, so our prepare handler runs last and our other handlers
 * run first.  Other libraries' prepare handlers may have set the signal mask that ours finds, and
 * their parent and child handlers then restore it: detach_fork_below() takes the mask to return
 * with after all handlers.
 */

static void prepare(void)
{
	struct detach *d = wanted;

	if (!d)
		return;
	wanted = NULL;
	sigmask_block_all(&d->mask);
	d->sigchld_was_pending = sigchld_is_pending();
	forking = d;
}

static void in_parent(void)
{
	struct detach *d = forking;

	forking = NULL; /* a signal handler may fork as soon as it can run */
	if (d)
		sigmask_set(&d->mask, NULL);
}

static int state_of(const struct handshake *h)
{
	return futex_get(&h->state);
}

/* Returns false if the other side has already left STARTING. */
static bool leave_starting(struct handshake *h, int state)
{
	if (!futex_replace(&h->state, STARTING, state))
		return false;
	futex_wake(&h->state);
	return true;
}

/* Waits until the caller has blocked signals: it must not see the intermediate's SIGCHLD. */
_Noreturn static void end_intermediate(struct detach *d, int status)
{
	int *word = &d->handshake->signals;

	futex_replace(word, UNBLOCKED, AWAITED);
	while (futex_get(word) == AWAITED && KERNEL_CALL0(getppid) == d->caller)
		futex_wait(word, AWAITED, RECHECK_MS);
	libc_exit(status);
}

static void block_in_caller(struct detach *d)
{
	int *word = &d->handshake->signals;

	sigmask_block_all(&d->mask);
	if (__atomic_exchange_n(word, BLOCKED, __ATOMIC_ACQ_REL) == AWAITED)
		futex_wake(word);
}

static bool is_daemon(const struct detach *d)
{
	return d->kind != CHILD_STAYS_CALLERS && d->kind != CHILD_IS_PROGRAM;
}

static void run_if_any(const struct detach *d)
{
	if (d->run.run)
		d->run.run(d->run.arg);
}

static void in_second_child(void *detach)
{
	struct detach *d = detach;

	disposition_set(SIGCHLD, &d->sigchld, NULL);
	d->handshake->child = getpid();
	if (is_daemon(d))
		KERNEL_CALL2(setpgid, 0, 0);
	run_if_any(d);
}

/* In the child of the first fork: returns in the child, and ends the intermediate. */
static void fork_again(struct detach *d)
{
	struct handshake *h = d->handshake;

	if (d->kind != CHILD_IS_PROGRAM && KERNEL_CALL0(setsid) < 0) {
		h->report.error = errno;
		leave_starting(h, REPORTED);
		end_intermediate(d, 1);
	}
	h->intermediate = getpid();
	disposition_reset(SIGCHLD, &d->sigchld); /* as in detach_leave() */
	pid_t second = d->run.run ? d->run.fork(in_second_child, d) : single_fork();
	if (second < 0 && d->kind == CHILD_MAY_LEAD)
		h->is_first = true;
	if (second == 0 || h->is_first) {
		in_second_child(d);
		return;
	}
	if (second < 0) {
		h->report.error = errno;
		leave_starting(h, REPORTED);
	} else {
		h->child = second;
		if (d->stay)
			d->stay(d->stay_arg, second);
	}
	end_intermediate(d, second < 0);
}

static void in_first_child(void *detach)
{
	struct detach *d = detach;

	/* 0: the parent is outside this PID namespace, so getpid(2) may be equal in both. */
	if (KERNEL_CALL0(getppid) != 0) {
		fork_again(d);
		return;
	}
	d->handshake->is_first = true;
	if (is_daemon(d))
		KERNEL_CALL0(setsid);
	run_if_any(d);
}

static void in_child(void)
{
	struct detach *d = forking;

	if (!d)
		return;
	forking = NULL;
	in_first_child(d);
	sigmask_set(&d->mask, NULL);
}

void detach_register(void)
{
	static int registered; /* a byte would need libatomic on RISC-V */

	if (__atomic_exchange_n(&registered, 1, __ATOMIC_ACQ_REL))
		return;
	if (libc_atfork(prepare, in_parent, in_child) != 0)
		registered = 0;
}

static int set_subreaper(unsigned long flag)
{
	return (int)KERNEL_CALL5(prctl, PR_SET_CHILD_SUBREAPER, flag, 0, 0, 0);
}

void detach_unblock(struct detach *d)
{
	sigmask_set(&d->mask, NULL);
}

/* A pipe whose ends are above 2, out of the way when 0, 1 and 2 are replaced. */
static int open_pipe(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -1;
	ends[0] = descriptor_above_stdio(ends[0]);
	ends[1] = descriptor_above_stdio(ends[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return 0;
	descriptor_close(&ends[0]);
	descriptor_close(&ends[1]);
	return -1;
}

/* Undoes the changes that detach_fork() made to the caller. */
static void restore_caller(struct detach *d)
{
	int saved_errno = errno;

	if (!d->was_subreaper)
		set_subreaper(0);
	descriptor_close(&d->alive);
	munmap(d->handshake, sizeof *d->handshake);
	errno = saved_errno;
}

struct detach *detach_set_aside(void)
{
	struct detach *d = wanted;

	wanted = NULL;
	return d;
}

void detach_take_up(struct detach *d)
{
	wanted = d;
}

/* fork(2) with our handlers, even if the next fork in line runs none. */
static pid_t fork_with_handlers(struct detach *d)
{
	wanted = d;
	pid_t pid = libc_fork();
	if (!wanted)
		return pid;
	wanted = NULL;
	KERNEL_CALL4(rt_sigprocmask, SIG_SETMASK, NULL, &d->mask, _NSIG / 8);
	if (pid == 0) {
		forking = d;
		in_child();
	}
	return pid;
}

/* What both sides need, and what the caller must be; alive: the ends of a pipe, or -1. */
static int prepare_caller(struct detach *d, int alive[2])
{
	alive[0] = alive[1] = d->alive = -1;
	d->caller = getpid();
	d->handshake = mmap(NULL, sizeof *d->handshake, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (d->handshake == MAP_FAILED)
		return -1;
	if ((d->kind == CHILD_IS_WATCHED || d->run.run) && open_pipe(alive) < 0) {
		munmap(d->handshake, sizeof *d->handshake);
		return -1;
	}
	KERNEL_CALL5(prctl, PR_GET_CHILD_SUBREAPER, &d->was_subreaper, 0, 0, 0);
	d->adopts = set_subreaper(1) == 0;
	return 0;
}

int detach_fork(struct detach *d, enum detach_child kind)
{
	return detach_fork_below(d, kind, NULL, NULL);
}

int detach_fork_below(struct detach *d, enum detach_child kind,
		      void (*stay)(void *arg, pid_t child), void *arg)
{
	int alive[2];

	*d = (struct detach){.kind = kind, .stay = stay, .stay_arg = arg};
	if (prepare_caller(d, alive) < 0)
		return -1;
	detach_register();
	if (!d->adopts && kind == CHILD_STAYS_CALLERS)
		d->session = -1;
	else
		d->session = fork_with_handlers(d);
	d->alive = alive[d->session == 0];
	descriptor_close(&alive[d->session != 0]);
	if (d->session < 0) {
		restore_caller(d);
		return -1;
	}
	if (d->session > 0) {
		block_in_caller(d);
		return 1;
	}
	sigmask_block_all(&d->mask);
	d->session = getsid(0);
	d->is_first = d->handshake->is_first;
	return 0;
}

int detach_fork_to_run(struct detach *d, struct detach_run run,
		       void (*stay)(void *arg, pid_t child), void *arg)
{
	int alive[2];

	*d = (struct detach){.kind = CHILD_IS_DAEMON, .stay = stay, .stay_arg = arg, .run = run};
	if (prepare_caller(d, alive) < 0)
		return -1;
	sigmask_block_all(&d->mask);
	d->sigchld_was_pending = sigchld_is_pending();
	d->handshake->signals = BLOCKED;
	d->alive = alive[1]; /* for the child, which may see this memory until it executes */
	d->session = run.fork(in_first_child, d);
	d->alive = alive[0];
	descriptor_close(&alive[1]);
	if (d->session > 0)
		return 1;
	restore_caller(d);
	detach_unblock(d);
	return -1;
}

/* Has this child of the caller's ended, reaped or not? */
static bool has_ended(pid_t pid)
{
	siginfo_t info = {0};

	if (KERNEL_CALL5(waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT, NULL) == 0)
		return info.si_pid != 0;
	return KERNEL_CALL2(kill, pid, 0) < 0 && errno == ESRCH;
}

/* Is it known whether there is an intermediate? */
static bool has_begun(const struct detach *d)
{
	const struct handshake *h = d->handshake;

	return h->is_first || h->child || state_of(h) != STARTING || has_ended(d->session);
}

void detach_settle(struct detach *d)
{
	while (!has_begun(d))
		futex_wait(&d->handshake->state, STARTING, 1);
	if (d->settled || d->handshake->is_first)
		return;
	/* ECHILD (SIGCHLD is ignored, or another thread was faster): it is gone as well. */
	while (KERNEL_CALL4(wait4, d->session, NULL, 0, NULL) < 0 && errno == EINTR)
		;
	if (!d->sigchld_was_pending)
		sigchld_take_back(d->session);
	d->settled = true;
}

/*
 * In the caller: is the child gone?  While its PID is unknown, no other process is in the
 * intermediate's process group.
 */
static bool child_is_gone(struct detach *d)
{
	const struct handshake *h = d->handshake;

	d->child = h->is_first ? d->session : h->child;
	if (d->child)
		return has_ended(d->child);
	if (!has_ended(d->session))
		return false;
	detach_settle(d);
	d->child = h->child;
	return !d->child && KERNEL_CALL2(kill, -d->session, 0) < 0 && errno == ESRCH;
}

static int pidfd_open(pid_t pid)
{
#ifdef SYS_pidfd_open
	return (int)KERNEL_CALL2(pidfd_open, pid, 0);
#else
	errno = ENOSYS;
	return -1;
#endif
}

/*
 * In the child: waits ms milliseconds for the caller to exit, with all its threads, reaped or not.
 * A pidfd shows this (Linux 5.3).  The next best is getppid(2), which may change when the calling
 * thread is gone but another thread, which shares the descriptors and the locks, is still exiting.
 */
static bool caller_is_gone(const struct detach *d, int ms)
{
	/* The caller is in another PID namespace: here its PID is unused or another process's. */
	if (KERNEL_CALL0(getppid) == 0) {
		clock_sleep_ms(ms);
		return ms > 0;
	}
	struct pollfd p = {.fd = pidfd_open(d->caller), .events = POLLIN};
	if (p.fd >= 0) {
		bool gone = poll(&p, 1, ms) > 0;

		close(p.fd);
		return gone;
	}
	if (errno == ESRCH)
		return true;
	clock_sleep_ms(ms);
	pid_t parent = (pid_t)KERNEL_CALL0(getppid);
	return d->adopts ? parent != d->caller && parent != d->handshake->intermediate
			 : KERNEL_CALL2(kill, d->caller, 0) < 0 && errno == ESRCH;
}

/* The child may have closed its end, or executed a program that has closed it. */
static bool has_abandoned(const struct detach *d)
{
	struct pollfd p = {.fd = d->alive};

	return d->alive >= 0 && poll(&p, 1, 0) > 0;
}

/*
 * Waits until the child reports or executes its program, which is visible only as the closing of
 * its end of the pipe.
 */
static void wait_for_child(const struct detach *d, long ms)
{
	struct pollfd p = {.fd = d->alive};

	if (d->run.run)
		poll(&p, 1, (int)ms);
	else
		futex_wait(&d->handshake->state, STARTING, ms);
}

/* deadline: in terms of clock_ms(), or -1 */
static enum detach_fate await_report(struct detach *d, long long deadline)
{
	struct handshake *h = d->handshake;
	enum detach_fate fate = DETACH_REPORTED;

	for (long ms = 1; state_of(h) == STARTING; ms = ms * 2 < RECHECK_MS ? ms * 2 : RECHECK_MS) {
		long long left = deadline < 0 ? RECHECK_MS : deadline - clock_ms();

		if (left > 0)
			wait_for_child(d, left < ms ? (long)left : ms);
		if (state_of(h) != STARTING)
			break;
		if (child_is_gone(d))
			fate = h->executes ? DETACH_ABANDONED : DETACH_DIED;
		else if (has_abandoned(d))
			fate = DETACH_ABANDONED;
		else if (left <= 0)
			fate = DETACH_TIMED_OUT;
		/* A report that the child sent before it ended counts. */
		if (fate != DETACH_REPORTED && leave_starting(h, CANCELLED))
			return fate;
	}
	return DETACH_REPORTED;
}

static bool ends_within(struct detach *d, int ms)
{
	for (long long deadline = clock_ms() + ms; !child_is_gone(d); clock_sleep_ms(1))
		if (clock_ms() >= deadline)
			return false;
	return true;
}

/* The process group of the child and its descendants; the child may not have led one yet. */
static pid_t group_of(const struct detach *d)
{
	if (d->kind == CHILD_STAYS_CALLERS || !d->child || getpgid(d->child) == d->session)
		return d->session;
	return d->child;
}

/* Reaps our children in a process group.  Returns false if some processes of it are left. */
static bool collect(const struct detach *d, pid_t group, int *wait_status)
{
	for (long long deadline = clock_ms() + KILL_MS; clock_ms() < deadline;) {
		int status = 0;
		long got = KERNEL_CALL4(wait4, -group, &status, WNOHANG, NULL);

		if (got > 0 && got == d->child)
			*wait_status = status;
		if (got < 0 && KERNEL_CALL2(kill, -group, 0) < 0 && errno == ESRCH)
			return true;
		if (got <= 0)
			clock_sleep_ms(1);
	}
	return false;
}

/* Is it still the child's process group?  Once all members are reaped, its ID may be reused. */
static bool group_is_ours(const struct detach *d, pid_t group)
{
	siginfo_t info;

	if (KERNEL_CALL5(waitid, P_PGID, group, &info, WEXITED | WNOHANG | WNOWAIT, NULL) == 0)
		return true; /* the child, or a process that it has left to us */
	return !d->adopts && d->child && getpgid(d->child) == group;
}

/* Ends the child and what it has started in its process group. */
static void kill_and_reap(struct detach *d, struct detach_end *end)
{
	/* A dying process closes its descriptors first; a failed one ends by itself. */
	if (end->fate != DETACH_TIMED_OUT && ends_within(d, GRACE_MS) &&
	    end->fate == DETACH_ABANDONED)
		end->fate = DETACH_DIED;
	child_is_gone(d); /* finds the PID if it was not known */
	pid_t group = group_of(d);
	if (group_is_ours(d, group))
		KERNEL_CALL2(kill, -group, SIGKILL);
	end->left = !collect(d, group, &end->wait_status);
	if (!d->sigchld_was_pending)
		sigchld_take_back(d->child);
	if (d->stay) {
		KERNEL_CALL2(kill, d->session, SIGKILL);
		detach_settle(d);
	}
}

pid_t detach_await(struct detach *d, int timeout_ms, struct detach_end *end)
{
	*end = (struct detach_end){.wait_status = -1};
	end->fate = await_report(d, timeout_ms < 0 ? -1 : clock_ms() + timeout_ms);
	if (end->fate == DETACH_REPORTED)
		end->report = d->handshake->report;
	else if (end->fate != DETACH_ABANDONED || !d->run.run)
		end->report.error = end->fate == DETACH_TIMED_OUT ? ETIMEDOUT : EPIPE;
	d->child = d->handshake->is_first ? d->session : d->handshake->child;
	if (end->report.error == 0)
		return d->child;
	if (!d->stay)
		detach_settle(d); /* the intermediate has exited, or is about to */
	kill_and_reap(d, end);
	restore_caller(d);
	detach_unblock(d);
	errno = end->report.error;
	return -1;
}

void detach_release(struct detach *d)
{
	futex_set(&d->handshake->state, COMMITTED);
}

void detach_commit(struct detach *d)
{
	detach_settle(d);
	detach_release(d);
	restore_caller(d);
	detach_unblock(d);
}

/* glibc 2.32: false if there may be another thread. */
extern char __libc_single_threaded __attribute__((weak)); // NOLINT(bugprone-reserved-identifier)

/* Other threads use the descriptors, which are closed only when these threads have ended. */
static bool has_threads(void)
{
	struct stat st; /* its links: itself, its entry in the parent directory, the threads */

	if (&__libc_single_threaded && __libc_single_threaded)
		return false;
	return stat("/proc/self/task", &st) < 0 || st.st_nlink != 3;
}

void detach_leave(struct detach *d)
{
	int state = LEAVING;

#ifdef SYS_close_range
	/*
	 * _exit(2) closes the descriptors only after it has torn down the memory.  Another process
	 * may share the descriptor table, and keeps it.
	 */
	enum { UNSHARE = 2 };
	/* An executed program is already running, and waits for nothing. */
	if (!d->run.run && !has_threads() && KERNEL_CALL3(close_range, 0, ~0U, UNSHARE) == 0)
		state = COMMITTED;
#endif
	/*
	 * If SIGCHLD is ignored, the kernel would reap a daemon that ends at once, and a process
	 * above this one that waits for the daemon would never learn of its end.
	 */
	disposition_reset(SIGCHLD, NULL);
	futex_set(&d->handshake->state, state);
	detach_settle(d); /* the daemon need not wait until page tables are freed */
	libc_exit(0);
}

void detach_execute(struct detach *d)
{
	d->handshake->executes = true;
}

void detach_report(struct detach *d, struct detach_report report)
{
	d->handshake->report = report;
	leave_starting(d->handshake, REPORTED);
}

int detach_conclude(struct detach *d)
{
	struct handshake *h = d->handshake;
	bool gone = false;

	for (int ms = 1; state_of(h) == REPORTED && !gone;
	     ms = ms * 2 < RECHECK_MS ? ms * 2 : RECHECK_MS) {
		futex_wait(&h->state, REPORTED, ms);
		gone = state_of(h) == REPORTED && caller_is_gone(d, 0);
	}
	int state = state_of(h); /* what the caller set before it ended counts */
	while (state == LEAVING && !caller_is_gone(d, RECHECK_MS))
		;
	munmap(h, sizeof *h);
	descriptor_close(&d->alive);
	return state >= COMMITTED ? 0 : -1;
}
