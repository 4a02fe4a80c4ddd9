// SPDX-License-Identifier: MIT
#include "ready.h"

#include "clock.h"
#include "closefds.h"
#include "descendants.h"
#include "descriptor.h"
#include "disposition.h"
#include "family.h"
#include "farewell.h"
#include "futex.h"
#include "kernel.h"
#include "libc.h"
#include "look.h"
#include "message.h"
#include "notify.h"
#include "pidfile.h"
#include "report.h"
#include "servicemanager.h"
#include "sigmask.h"
#include "when.h"
#include "words.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

enum {
	SETTLED_MS = 10, /* for a socket to stay open, and for another one to appear */
	LOOK_MS = 5,     /* between two looks, initially */
	LOOK_MAX_MS = 50,
	LOOK_SHARE = 4, /* looks take at most a fifth of a processor */
	SHOWN_MS = 1000,
	HOUR_MS = 3600000,
	TIMEOUT_MS = 60000, /* unless DAEMONFIX_TIMEOUT says otherwise */
	RECHECK_MS = 50,
	KILL_MS = 5000, /* for the kernel to end a killed process */
	NEWS_MAX = 100, /* at a time, because other work waits */
	MASK_SIZE = _NSIG / 8,
	STATUS_TIMED_OUT = 124, /* as timeout(1) */
	STATUS_NO_DAEMON = 125, /* as env(1), nohup(1), timeout(1) */
	STATUS_SIGNAL = 128
};

enum { FD_SIGNALS, FD_NOTIFY, FD_WORDS, FDS };

enum state {
	STATE_STARTING,
	STATE_SETTLED, /* set by the keeper: it holds no descriptor of the program's any more */
	STATE_WAITING, /* set by the launching process: the daemon has been let go */
	STATE_DONE,    /* set by the keeper: wait_status is known */
	STATE_LEAVING  /* set by the launching process: it is about to end */
};

/* Memory that the launching process and the keeper share. */
struct ready {
	int state;       /* a futex(2) word */
	int wait_status; /* the launching process's end, in the form of waitpid(2) */

	struct ready_about about;
	const char *when;
	pid_t caller;
	sigset_t ending; /* the signals that abort the start */
	bool shows;      /* standard error is a terminal, and we are in its foreground */

	struct notify notify;
	struct words words;
	struct look look;

	pid_t daemon;     /* or the program's first process; 0: none is left */
	bool left;        /* the previous one has ended with 0 */
	int daemon_ended; /* its status, as of waitpid(2), if none is left */
	int other_ended;  /* the last nonzero status of another child */
	int signal;       /* the signal received that aborts the start */
	bool kept;        /* this is a keeper, which has no other children */
	bool notified;
	bool listens;      /* a socket that counts has been open long enough */
	long long started; /* times: clock_ms() */
	long long deadline;
	long long heard; /* the last report of a listen */
	long long next_look;
	long look_interval;
	long long shown; /* when the terminal line was last shown; 0: never */
};

static int signals; /* a signalfd(2): not shared */

/* --- before the fork */

/* An ignored signal stays ignored: nohup(1), and background jobs of scripts. */
static void find_ending_signals(sigset_t *set)
{
	static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

	sigemptyset(set);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		if (!disposition_is_ignored(numbers[i]))
			sigaddset(set, numbers[i]);
}

static bool is_foreground_terminal(int fd)
{
	pid_t group = 0;

	return KERNEL_CALL3(ioctl, fd, TIOCGPGRP, &group) == 0 && group == getpgrp();
}

struct ready *ready_open(const struct ready_about *about)
{
	const struct settings *s = about->settings;
	struct ready *r =
		mmap(NULL, sizeof *r, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (r == MAP_FAILED)
		return NULL;
	r->about = *about;
	r->when = s->ready;
	r->caller = getpid();
	r->look.diag = -1;
	find_ending_signals(&r->ending);
	r->shows = is_foreground_terminal(STDERR_FILENO);
	if (notify_open(&r->notify, servicemanager_socket()) == 0) {
		if (words_open(&r->words, about->stdfds, s->output, s->error) == 0) {
			look_open(&r->look, r->when, about->own_sockets_count);
			return r;
		}
		close(r->notify.fd);
	}
	munmap(r, sizeof *r);
	return NULL;
}

void ready_descriptors(const struct ready *r, int fds[READY_DESCRIPTORS])
{
	fds[0] = r->notify.fd;
	fds[1] = r->look.diag;
	fds[2] = r->words.pipe;
}

void ready_close(struct ready *r)
{
	int fds[READY_DESCRIPTORS];

	ready_descriptors(r, fds);
	for (int i = 0; i < READY_DESCRIPTORS; i++)
		descriptor_close(&fds[i]);
	munmap(r, sizeof *r);
}

/* --- waiting: in the keeper, or where there is none in the launching process */

/* The duration of a wait, for people. */
static void append_seconds(char *text, size_t size, long long ms)
{
	char decimal[DECIMAL_SIZE], tenth[] = ".0";

	tenth[1] = (char)('0' + ms / 100 % 10);
	message_append(text, size, message_decimal(decimal, (long)(ms / 1000)),
		       tenth[1] == '0' ? "" : tenth, " s");
}

/* On a terminal, one line that is overwritten. */
static void show_progress(struct ready *r, long long now)
{
	char line[256] = "\rdaemonfix: ";

	if (!r->shows || now - r->started < SHOWN_MS || now - r->shown < SHOWN_MS)
		return;
	message_append(line, sizeof line, r->about.name, ": waiting for ", r->when, ", ");
	append_seconds(line, sizeof line, (now - r->started) / 1000 * 1000);
	if (r->deadline < LLONG_MAX) {
		message_append(line, sizeof line, " of ");
		append_seconds(line, sizeof line, r->deadline - r->started);
	}
	message_append(line, sizeof line, "\033[K");
	message_text(line);
	r->shown = now;
}

static void hide_progress(struct ready *r)
{
	if (r->shown)
		message_text("\r\033[K");
}

static void read_signals(struct ready *r)
{
	struct signalfd_siginfo info = {0};

	while (KERNEL_CALL3(read, signals, &info, sizeof info) == sizeof info)
		if (info.ssi_signo != SIGCHLD)
			r->signal = (int)info.ssi_signo;
}

/* The successor of a daemon that has ended with 0 is the daemon. */
static void collect(struct ready *r)
{
	int status = 0;
	long pid;

	while ((pid = KERNEL_CALL4(wait4, -1, &status, WNOHANG, NULL)) > 0) {
		if (pid != r->daemon) {
			r->other_ended = status ? status : r->other_ended;
			continue;
		}
		r->daemon = status == 0 && r->kept ? family_eldest(0, 0) : 0;
		r->daemon_ended = status;
		r->left = status == 0;
	}
	if (pid < 0 && errno == ECHILD)
		r->daemon = 0;
	if (!r->daemon && !r->daemon_ended)
		r->daemon_ended = r->other_ended;
}

static void read_news(struct ready *r, long long now)
{
	struct notify_news news;

	for (int i = 0; i < NEWS_MAX && notify_receive(&r->notify, &news); i++) {
		r->notified = r->notified || (news.ready && when_has(r->when, WHEN_NOTIFY));
		if (news.extend_ms >= 0 && r->deadline < now + news.extend_ms)
			r->deadline = now + news.extend_ms;
		if (news.automatic)
			look_add(&r->look, news.automatic, false);
		if (news.listens) {
			look_add(&r->look, news.listens, true);
			r->heard = r->next_look = now;
			r->look_interval = LOOK_MS;
		}
	}
}

static void look_if_due(struct ready *r, long long now)
{
	bool more;

	if (now < r->next_look)
		return;
	bool there = look_again(&r->look, &more) > 0;
	if (more)
		r->heard = now;
	r->listens = there && now >= r->heard + SETTLED_MS;
	long long cost = (clock_ms() - now) * LOOK_SHARE;
	if (r->look_interval < LOOK_MAX_MS)
		r->look_interval += LOOK_MS;
	r->next_look = now + (cost > r->look_interval ? cost : r->look_interval);
	if (there && !r->listens)
		r->next_look = r->heard + SETTLED_MS;
}

static bool is_ready(const struct ready *r, long long now)
{
	const char *list = r->when;
	struct when w;

	if (r->notified || r->listens)
		return true;
	while (when_next(&list, &w))
		if (w.kind == WHEN_ALIVE && now >= r->started + w.number)
			return true;
	return false;
}

static bool watch(struct ready *r, long long now)
{
	read_news(r, now);
	look_if_due(r, now);
	return is_ready(r, now);
}

static long long next_event(const struct ready *r, long long now)
{
	const char *list = r->when;
	long long next = r->deadline;
	struct when w;

	if (next > r->next_look)
		next = r->next_look;
	while (when_next(&list, &w))
		if (w.kind == WHEN_ALIVE && next > r->started + w.number &&
		    now < r->started + w.number)
			next = r->started + w.number;
	if (r->shows && next > now + SHOWN_MS)
		next = now + SHOWN_MS;
	return next;
}

static void wait_for_event(const struct ready *r, long long now)
{
	struct pollfd fds[FDS] = {
		[FD_SIGNALS] = {.fd = signals, .events = POLLIN},
		[FD_NOTIFY] = {.fd = r->notify.fd, .events = POLLIN},
		[FD_WORDS] = {.fd = r->words.pipe, .events = POLLIN},
	};
	long long ms = next_event(r, now) - now;

	if (ms > HOUR_MS)
		ms = HOUR_MS;
	if (signals < 0 && ms > RECHECK_MS)
		ms = RECHECK_MS;
	struct kernel_time t = {(long)(ms / 1000), (long)(ms % 1000) * 1000000};
	if (ms > 0)
		KERNEL_CALL5(ppoll, fds, FDS, &t, NULL, 0);
}

static void begin(struct ready *r)
{
	const struct settings *s = r->about.settings;

	r->started = clock_ms();
	r->deadline = r->started + (s->timeout_ms ? s->timeout_ms : TIMEOUT_MS);
	if (s->timeout_ms < 0)
		r->deadline = LLONG_MAX;
	r->next_look = when_waits_for_listen(r->when) ? r->started : LLONG_MAX;
}

enum outcome { OUTCOME_READY, OUTCOME_ENDED, OUTCOME_TIMED_OUT, OUTCOME_STOPPED };

static enum outcome wait_for_outcome(struct ready *r)
{
	for (begin(r);;) {
		long long now = clock_ms();

		read_signals(r);
		collect(r);
		if (!words_read(&r->words)) /* no writer is left: poll(2) would return at once */
			r->words.pipe = -1;
		if (r->signal)
			return OUTCOME_STOPPED;
		if (!r->daemon)
			return OUTCOME_ENDED;
		if (watch(r, now) && (r->left || !r->about.leaves))
			return OUTCOME_READY;
		if (now >= r->deadline)
			return OUTCOME_TIMED_OUT;
		show_progress(r, now);
		wait_for_event(r, now);
	}
}

/* --- how it ends */

/* If the lock is free, a daemon that has ended has left the file behind. */
static void remove_pidfile(const struct ready *r)
{
	const char *path = r->about.settings->pidfile;
	pid_t holder;
	int fd = path ? pidfile_open(path, &holder) : -1;

	if (fd >= 0)
		pidfile_abandon(fd, path);
}

/* If no process has left a status, our own says that there is no daemon. */
static int end_of_daemon(const struct ready *r)
{
	if (WIFSIGNALED(r->daemon_ended))
		return STATUS_SIGNAL + WTERMSIG(r->daemon_ended);
	return r->daemon_ended ? WEXITSTATUS(r->daemon_ended) : STATUS_NO_DAEMON;
}

static void tell_end(const struct ready *r, enum outcome outcome)
{
	char text[512] = "", decimal[DECIMAL_SIZE];
	int status = r->daemon_ended;

	if (outcome == OUTCOME_TIMED_OUT) {
		message_append(text, sizeof text, "stopped, because it was not ready after ");
		append_seconds(text, sizeof text, r->deadline - r->started);
		message_append(text, sizeof text, " of waiting for ", r->when);
		if (is_ready(r, r->deadline))
			message_append(text, sizeof text, ", and for it to go to the background");
	} else {
		message_append(text, sizeof text, "ended ",
			       WIFSIGNALED(status) ? "by signal " : "with status ",
			       message_decimal(decimal, WIFSIGNALED(status) ? WTERMSIG(status)
									    : WEXITSTATUS(status)),
			       " before it was ready");
	}
	if (r->notify.status[0])
		message_append(text, sizeof text, "; its status: ", r->notify.status);
	message(r->about.name, ": ", text);
}

/* The daemon is not yet reaped, or there is none: its PID is not reused. */
static void end_all(const struct ready *r)
{
	if (r->daemon && !(r->kept && descendants_are_visible())) {
		KERNEL_CALL2(kill, -r->daemon, SIGKILL);
		KERNEL_CALL2(kill, r->daemon, SIGKILL);
	}
	if (r->kept)
		farewell_to_children();
}

/* Returns the status, as of waitpid(2), with which the launching process must end. */
static int finish(struct ready *r, enum outcome outcome)
{
	hide_progress(r);
	if (outcome == OUTCOME_READY) {
		words_release(&r->words);
		return 0;
	}
	end_all(r);
	remove_pidfile(r);
	if (outcome == OUTCOME_STOPPED)
		return r->signal;
	words_show(&r->words);
	tell_end(r, outcome);
	return (outcome == OUTCOME_TIMED_OUT ? STATUS_TIMED_OUT : end_of_daemon(r)) << 8;
}

/* --- the two processes */

/* Children must be reaped here, whatever the program's disposition of SIGCHLD is. */
static void reset_sigchld(void)
{
	disposition_reset(SIGCHLD, NULL);
}

static void open_signals(struct ready *r)
{
	sigset_t set = r->ending;

	sigaddset(&set, SIGCHLD);
	signals = descriptor_above_stdio(
		(int)KERNEL_CALL4(signalfd4, -1, &set, MASK_SIZE, SFD_CLOEXEC | SFD_NONBLOCK));
}

static void set_state(struct ready *r, int state)
{
	futex_set(&r->state, state);
}

static int state_of(const struct ready *r)
{
	return futex_get(&r->state);
}

/* Waits briefly for another state than this one.  Returns false if the state has not changed. */
static bool wait_for_change(struct ready *r, int state)
{
	futex_wait(&r->state, state, RECHECK_MS);
	return state_of(r) != state;
}

/*
 * Closes all but standard error and the descriptors in fds, in a descriptor table of our own,
 * because threads may go on with the old one.
 */
static void close_others(const int *fds, size_t count)
{
	KERNEL_CALL1(unshare, CLONE_FILES);
	close(STDIN_FILENO);
	close(STDOUT_FILENO);
	close_fds_but(fds, count);
}

static void prepare_to_wait(struct ready *r)
{
	int fds[READY_DESCRIPTORS];

	reset_sigchld();
	KERNEL_CALL5(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	ready_descriptors(r, fds);
	close_others(fds, READY_DESCRIPTORS);
	open_signals(r);
}

static bool is_alone(const struct ready *r)
{
	return KERNEL_CALL0(getppid) != r->caller;
}

/* If the launching process was killed meanwhile, nobody knows of the daemon: ends the daemon. */
static void hand_over(struct ready *r)
{
	set_state(r, STATE_DONE);
	KERNEL_CALL2(kill, r->caller, SIGCHLD);
	while (!wait_for_change(r, STATE_DONE))
		if (is_alone(r)) {
			r->signal = SIGTERM;
			finish(r, OUTCOME_STOPPED);
			return;
		}
}

void ready_keep(void *ready, pid_t daemon)
{
	struct ready *r = ready;

	sigmask_block_all(NULL);
	sigaddset(&r->ending, SIGTERM);
	KERNEL_CALL5(prctl, PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	KERNEL_CALL5(prctl, PR_SET_NAME, "daemonfix", 0, 0, 0);
	prepare_to_wait(r);
	r->daemon = daemon;
	r->kept = true;
	set_state(r, STATE_SETTLED);
	while (!wait_for_change(r, STATE_SETTLED) && !is_alone(r))
		collect(r); /* otherwise a dead daemon would seem alive */
	if (is_alone(r))
		r->signal = SIGTERM;
	r->wait_status = finish(r, wait_for_outcome(r));
	hand_over(r);
	libc_exit(0);
}

static bool has_ended(pid_t child)
{
	siginfo_t info = {0};

	if (KERNEL_CALL5(waitid, P_PID, child, &info, WEXITED | WNOHANG | WNOWAIT, NULL) < 0)
		return errno == ECHILD;
	return info.si_pid;
}

void ready_settle(struct ready *r, pid_t keeper)
{
	if (!keeper) {
		prepare_to_wait(r);
		return;
	}
	reset_sigchld();
	while (!wait_for_change(r, STATE_STARTING) && !has_ended(keeper))
		;
	close_others(NULL, 0);
}

/* The process stops with its terminal's foreground process group, and continues with it. */
static void allow_stop(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTSTP);
	disposition_reset(SIGTSTP, NULL);
	KERNEL_CALL4(rt_sigprocmask, SIG_UNBLOCK, &set, NULL, MASK_SIZE);
}

/* Forwards signals to the keeper until the keeper has ended. */
static void relay(struct ready *r, pid_t keeper)
{
	const struct kernel_time t = {0, RECHECK_MS * 1000000L}; /* a thread may take SIGCHLD */
	sigset_t set = r->ending;
	bool there = true;

	sigaddset(&set, SIGCHLD);
	while (state_of(r) != STATE_DONE &&
	       (there = KERNEL_CALL4(wait4, keeper, NULL, WNOHANG, NULL) == 0)) {
		long number = KERNEL_CALL4(rt_sigtimedwait, &set, NULL, &t, MASK_SIZE);

		if (number > 0 && number != SIGCHLD)
			KERNEL_CALL2(kill, keeper, number);
	}
	if (state_of(r) == STATE_DONE)
		set_state(r, STATE_LEAVING);
	if (there)
		KERNEL_CALL4(wait4, keeper, NULL, 0, NULL);
}

static bool is_child(pid_t pid)
{
	siginfo_t info;

	return KERNEL_CALL5(waitid, P_PID, pid, &info, WEXITED | WNOHANG | WNOWAIT, NULL) == 0;
}

/*
 * The keeper was killed.  Its children have become this process's, if this process can be a
 * subreaper; a caller of daemon(3) may have other children, which must not be ended.
 */
static void end_without_keeper(struct ready *r, pid_t daemon)
{
	KERNEL_CALL2(kill, -daemon, SIGKILL);
	if (is_child(daemon))
		KERNEL_CALL2(kill, daemon, SIGKILL);
	for (int ms = 0; ms < KILL_MS && KERNEL_CALL4(wait4, daemon, NULL, WNOHANG, NULL) == 0;
	     ms++)
		clock_sleep_ms(1);
	if (r->about.leaves)
		farewell_to_children();
	remove_pidfile(r);
	message(r->about.name, ": the process that waited for it was killed");
	r->wait_status = STATUS_NO_DAEMON << 8;
}

_Noreturn void ready_wait(struct ready *r, pid_t keeper, pid_t daemon)
{
	if (!keeper) {
		r->daemon = daemon;
		farewell(finish(r, wait_for_outcome(r)));
	}
	KERNEL_CALL5(prctl, PR_SET_NAME, "daemonfix", 0, 0, 0);
	allow_stop();
	set_state(r, STATE_WAITING);
	relay(r, keeper);
	if (state_of(r) != STATE_LEAVING)
		end_without_keeper(r, daemon);
	farewell(r->wait_status);
}

void ready_begin(struct ready *r)
{
	static char name[NOTIFY_NAME];

	memcpy(name, r->notify.name, sizeof name);
	if (when_waits_for_listen(r->when))
		report_to_launcher(name, r->words.pipe_inode, when_has(r->when, WHEN_PATH));
	settings_set_waiting(report_target(), when_has(r->when, WHEN_NOTIFY) ? name : NULL);
	ready_close(r);
}

bool ready_watch(struct ready *r, long *ms)
{
	long long now = clock_ms();

	if (!r->started)
		begin(r);
	if (watch(r, now))
		return true;
	/* the process in front waits for signals, not messages */
	*ms = now < r->deadline ? RECHECK_MS : -1;
	return false;
}
