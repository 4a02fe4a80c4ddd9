// SPDX-License-Identifier: MIT
/*
 * The process in front, in mode foreground-fork.
 *
 *   supervisor ── front ── program ── (its own forks) ── daemon
 *                   │         └ ends with 0: the daemon is now the child of the front
 *                   └ waits, forwards signals, reaps; ends as the daemon ends
 *
 * The supervisor, shell or container started the process in front.  That process is a subreaper, so
 * it becomes the parent of whatever the program leaves behind.  The daemon is at first the
 * program's first process.  When the daemon ends with 0 and leaves other processes, the eldest of
 * them in another session becomes the daemon (family.c): double forks, binary upgrades.  If the
 * daemon ends in any other way, so does the process in front (farewell.c).
 *
 * The process in front signals only its own children.  It alone reaps them, so their PIDs are not
 * reused.  All signals are blocked throughout: they are accepted one at a time.
 */
#include "front.h"

#include "clock.h"
#include "closefds.h"
#include "descendants.h"
#include "disposition.h"
#include "family.h"
#include "farewell.h"
#include "footprint.h"
#include "forward.h"
#include "kernel.h"
#include "libc.h"
#include "message.h"
#include "outcome.h"
#include "pidfile.h"
#include "ready.h"
#include "servicemanager.h"
#include "setup.h"
#include "sigmask.h"
#include "stdfds.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	/*
	 * for a launching process to see that it has failed, and for a process that it left to make
	 * a session
	 */
	START_MS = 10000,
	STATUS_FAILED = 125
};

struct front {
	struct forward forward; /* to the daemon */
	pid_t first;            /* the program's first process; 0: ended */
	struct orphan {
		int wait_status; /* of an orphan of the first process that ended badly */
		long long at;    /* when it ended, in milliseconds */
	} orphan;
	bool verbose;
	int pidfile; /* -1: none */
	const char *pidfile_path;
	bool has_condition;  /* DAEMONFIX_READY says when to tell the service manager */
	struct ready *ready; /* not yet ready; NULL: ready, or no service manager */
};

static void follow(struct front *f, pid_t pid)
{
	forward_to(&f->forward, pid);
	if (f->pidfile >= 0)
		pidfile_write(f->pidfile, pid);
}

static void tell_end(pid_t daemon, int wait_status)
{
	bool exited = WIFEXITED(wait_status);
	char pid[DECIMAL_SIZE], number[DECIMAL_SIZE];

	message(program_invocation_short_name, ": PID ", message_decimal(pid, daemon),
		exited ? " has ended with status " : " was ended by signal ",
		message_decimal(number, exited ? WEXITSTATUS(wait_status) : WTERMSIG(wait_status)));
}

static _Noreturn void leave(struct front *f, int wait_status)
{
	if (f->verbose)
		tell_end(f->forward.daemon, wait_status);
	farewell_to_children();
	if (f->pidfile >= 0)
		pidfile_abandon(f->pidfile, f->pidfile_path);
	farewell(wait_status);
}

/*
 * An orphan that is in a session of its own, or is about to make one, may be the daemon.  If it
 * ends before its launching process, and that process then ends with 0 and leaves nothing, the
 * daemon has ended.
 */
static void note_orphan(struct front *f, pid_t pid, int wait_status)
{
	bool starting = f->first || clock_ms() - f->forward.since < START_MS;
	bool may_be_it = WIFSIGNALED(wait_status) || getsid(pid) != getsid(0);

	if (starting && may_be_it && wait_status != 0)
		f->orphan = (struct orphan){wait_status, clock_ms()};
}

static int orphans_end(const struct front *f)
{
	bool is_recent = clock_ms() - f->orphan.at < START_MS;

	return is_recent && !forward_has_ended_service(&f->forward) ? f->orphan.wait_status : 0;
}

/* The daemon has ended with 0 and is not yet reaped: finds its successor. */
static void succeed(struct front *f)
{
	pid_t old = f->forward.daemon, next = 0;
	bool is_first = old == f->first;

	forward_note_undelivered(&f->forward);
	if (!forward_has_ended_service(&f->forward))
		next = family_eldest(is_first ? 0 : getsid(old), old);
	waitpid(old, NULL, 0);
	if (next == 0)
		leave(f, orphans_end(f));
	f->first = 0;
	follow(f, next);
	if (is_first && !f->has_condition)
		servicemanager_tell_ready();
	forward_owed(&f->forward);
}

/*
 * A daemon that has not yet made its session is only provisional: another process may turn out to
 * be the daemon until all have had time to make their sessions.
 */
static void reconsider(struct front *f)
{
	bool settled = f->first || clock_ms() - f->forward.since >= START_MS;

	if (settled || getsid(f->forward.daemon) != getsid(0))
		return;
	pid_t eldest = family_eldest(0, 0);
	if (eldest > 0 && eldest != f->forward.daemon) {
		f->forward.owed |= f->forward.sent;
		follow(f, eldest);
		forward_owed(&f->forward);
	}
}

/* The status in the form of waitpid(2). */
static int wait_status_of(const siginfo_t *info)
{
	return info->si_code == CLD_EXITED ? (info->si_status & 0xff) << 8 : info->si_status;
}

/* A child that has ended and is not yet reaped, the daemon first; 0 if there is none. */
static pid_t ended_child(pid_t daemon, int *wait_status)
{
	enum { HOW = WEXITED | WNOHANG | WNOWAIT };
	siginfo_t info = {0};

	if (waitid(P_PID, (id_t)daemon, &info, HOW) < 0 || info.si_pid == 0)
		if (waitid(P_ALL, 0, &info, HOW) < 0)
			return 0;
	*wait_status = wait_status_of(&info);
	return info.si_pid;
}

/* Reaps children that have ended.  The process in front does not outlive the daemon. */
static void collect(struct front *f)
{
	int wait_status;
	pid_t pid;

	while ((pid = ended_child(f->forward.daemon, &wait_status)) > 0) {
		reconsider(f);
		if (pid != f->forward.daemon) {
			note_orphan(f, pid, wait_status);
			waitpid(pid, NULL, 0);
		} else if (wait_status == 0) {
			succeed(f);
		} else {
			waitpid(pid, NULL, 0);
			leave(f, wait_status);
		}
	}
}

/* SIGCHLD from the kernel is for the process in front; SIGCHLD from a process is for the daemon. */
static bool is_for_daemon(const siginfo_t *info)
{
	return info->si_signo != SIGCHLD || info->si_code <= 0;
}

/* Also watches whether the daemon becomes ready. */
static int wait_for_signal(struct front *f, siginfo_t *info)
{
	sigset_t all;
	long ms = -1;

	memset(&all, 0xff, sizeof all);
	if (f->ready && ready_watch(f->ready, &ms)) {
		servicemanager_tell_ready();
		ready_close(f->ready);
		f->ready = NULL;
	}
	if (ms < 0)
		return sigwaitinfo(&all, info);
	return sigtimedwait(
		&all, info,
		&(struct timespec){.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000});
}

static _Noreturn void stay_in_front(struct front *f)
{
	siginfo_t info;

	for (;;) {
		int sig = wait_for_signal(f, &info);

		collect(f);
		reconsider(f);
		if (sig > 0 && is_for_daemon(&info))
			forward(&f->forward, &info);
		forward_stop(&f->forward);
	}
}

/*
 * Terminals stay open, because the last close of a terminal hangs it up.  So do pipes that are
 * standard output or error: the reader must see end-of-file when this process ends, as with any
 * process in the foreground.
 */
static bool is_to_be_kept(int fd)
{
	struct stat st;

	return isatty(fd) || (fd != STDIN_FILENO && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode));
}

/*
 * Closes all other descriptors, so that they are the daemon's alone: a connection, a listening
 * socket or a lock ends when the daemon closes it, and the writer of a pipe notices when the daemon
 * no longer reads.
 */
static void close_descriptors(const struct front *f)
{
	int null = stdfds_open_null(), spare[1 + READY_DESCRIPTORS] = {f->pidfile, -1, -1, -1};

	if (f->ready)
		ready_descriptors(f->ready, spare + 1);

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		bool says = fd == STDERR_FILENO && f->verbose;

		if (!says && !is_to_be_kept(fd) && dup2(null, fd) < 0)
			close(fd);
	}
	close_fds_but(spare, 1 + READY_DESCRIPTORS);
}

static _Noreturn void be_front(struct front *f, pid_t child)
{
	f->first = child;
	follow(f, child);
	close_descriptors(f);
	footprint_reduce();
	int moved = chdir("/"); /* keep no file system busy */
	(void)moved;
	prctl(PR_SET_NAME, "daemonfix", 0UL, 0UL, 0UL);
	stay_in_front(f);
}

/* The previous state, which the child restores. */
struct before {
	sigset_t mask;
	struct disposition sigchld;
	int subreaper;
};

static bool prepare(struct before *b)
{
	if (prctl(PR_GET_CHILD_SUBREAPER, &b->subreaper, 0UL, 0UL, 0UL) < 0 ||
	    prctl(PR_SET_CHILD_SUBREAPER, 1UL, 0UL, 0UL, 0UL) < 0)
		return false;
	sigmask_block_all(&b->mask);
	/* If SIGCHLD is ignored, the kernel reaps children, and their statuses are lost. */
	disposition_reset(SIGCHLD, &b->sigchld);
	return true;
}

static void restore(const struct before *b)
{
	int saved_errno = errno;

	prctl(PR_SET_CHILD_SUBREAPER, (unsigned long)b->subreaper, 0UL, 0UL, 0UL);
	disposition_set(SIGCHLD, &b->sigchld, NULL);
	sigmask_set(&b->mask, NULL);
	errno = saved_errno;
}

static int open_pidfile(struct setup *setup, const struct settings *only, char *problem,
			size_t size)
{
	static const struct setup_keep all = {true, {true, true, true}};

	enum setup_step step = setup_open(setup, only, all);
	bool opened = step == SETUP_DONE;
	/* Writing a PID now shows that there is room for one, while failing is easy. */
	if (opened && (setup->pidfile < 0 || pidfile_write(setup->pidfile, getpid()) == 0))
		return 0;
	int saved_errno = errno;
	setup_explain(setup, opened ? SETUP_PIDFILE : step, saved_errno, problem, size);
	if (opened)
		setup_abandon(setup);
	errno = saved_errno;
	return -1;
}

/*
 * Threads that libraries started before main() would stay in this process and be missing in the
 * program.
 */
static bool has_threads(void)
{
	struct stat st;

	return stat("/proc/self/task", &st) == 0 && st.st_nlink > 3;
}

static bool is_possible(char *problem, size_t size)
{
	const char *reason = !descendants_are_visible() ? "needs /proc"
			     : has_threads() ? "cannot be used after a library has started a "
					       "thread (use daemonfix run -K)"
					     : NULL;

	if (!reason)
		return true;
	message_append(problem, size, program_invocation_short_name, ": mode foreground-fork ",
		       reason);
	errno = ENOTSUP;
	return false;
}

/* Returns only in the child, as fork(2) does, or -1 with the process as it was. */
static pid_t fork_off(struct front *f)
{
	struct before before;

	if (!prepare(&before))
		return -1;
	pid_t child = libc_fork();
	if (child > 0)
		be_front(f, child);
	restore(&before);
	return child;
}

/* Returns false with errno set if the service manager could not be informed. */
static bool open_ready(struct front *f, const struct settings *s)
{
	int stays[3] = {-1, -1, -1};

	f->has_condition = s->ready;
	outcome_tell_unused_ready(s);
	if (!s->ready || !servicemanager_socket())
		return true;
	f->ready = ready_open(&(struct ready_about){
		.settings = s, .name = program_invocation_short_name, .stdfds = stays});
	return f->ready;
}

/*
 * After unshare(2) of a PID namespace, the child is PID 1 of the new one.  If PID 1 ended, as the
 * first process of a daemon does, the kernel would kill all that it has left.
 */
static void refuse_to_be_init(void)
{
	if (getpid() != 1)
		return;
	message(program_invocation_short_name, ": mode foreground-fork: its children would be in "
					       "another PID namespace (use unshare --fork)");
	libc_exit(STATUS_FAILED);
}

int front_fork(const struct settings *s, char *problem, size_t size)
{
	struct front front = {.verbose = s->verbose, .pidfile_path = s->pidfile};
	struct settings only = {.pidfile = s->pidfile};
	struct setup setup;
	pid_t old = getpid();

	if (!is_possible(problem, size) || open_pidfile(&setup, &only, problem, size) < 0)
		return -1;
	front.pidfile = setup.pidfile;
	front.verbose = s->verbose;
	if (!open_ready(&front, s) || fork_off(&front) < 0) {
		setup_abandon(&setup);
		return -1;
	}
	if (front.ready)
		ready_begin(front.ready);
	setup_close(&setup);
	refuse_to_be_init();
	servicemanager_rename(old);
	return 0;
}
