// SPDX-License-Identifier: MIT
/* What daemon(3) does, by the settings in force: fork, stay, or neither. */
#include "daemonize.h"

#include "detach.h"
#include "environment.h"
#include "message.h"
#include "outcome.h"
#include "pidfile.h"
#include "setup.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

/* What to say of a failure, if a setting is to blame. */
enum { PROBLEM_SIZE = 1024 };

/* The process whose standing is known, and what it is; its children are ordinary again. */
static pid_t settled;

enum standing daemonize_standing(void)
{
	return settled && settled == getpid() ? settings_get()->mark.standing : STANDING_ORDINARY;
}

void daemonize_settle(const struct mark *mark)
{
	settled = getpid();
	settings_consume(mark);
}

static void apply_setup(struct detach *detach, struct setup *setup)
{
	struct mark mark = settings_mark(settings_get(), STANDING_DAEMON, NULL);
	int spare[DETACH_DESCRIPTORS];

	detach_descriptors(detach, spare);
	enum setup_step step = setup_apply(setup);
	if (step == SETUP_DONE)
		step = setup_redirect(setup, &mark, spare, DETACH_DESCRIPTORS);
	detach_report(detach, (struct detach_report){step ? errno : 0, (int)step});
	if (step != SETUP_DONE)
		_exit(1);
	/* If the caller was killed, nobody has been promised a daemon. */
	if (detach_conclude(detach, CALLER_LEAVES) < 0) {
		setup_abandon(setup);
		_exit(1);
	}
	daemonize_settle(&mark);
	detach_unblock(detach);
}

static void tell_outcome(pid_t daemon)
{
	char outcome[OUTCOME_SIZE];

	if (settings_get()->verbose) {
		outcome_describe(outcome, "is a daemon", daemon);
		outcome_describe_setup(outcome);
		message(outcome);
	}
}

static int become_daemon(struct setup_keep kept, char *problem)
{
	struct setup setup;
	struct detach detach;
	struct detach_end end;

	enum setup_step step = setup_open(&setup, settings_get(), kept);
	if (step != SETUP_DONE) {
		setup_explain(&setup, step, errno, problem, PROBLEM_SIZE);
		return -1;
	}
	int side = detach_fork(&detach, CHILD_OF_INIT);
	if (side == 0) {
		apply_setup(&detach, &setup);
		return 0;
	}
	if (side > 0) {
		pid_t child = detach_await(&detach, -1, &end);

		if (child > 0) {
			tell_outcome(child);
			detach_leave(&detach);
		}
		setup_explain(&setup, (enum setup_step)end.report.step, errno, problem,
			      PROBLEM_SIZE);
	}
	setup_abandon(&setup);
	return -1;
}

/* The line goes to the standard error that the process was started with. */
static enum setup_step apply_here(struct setup *setup, const struct mark *mark, const char *outcome)
{
	struct setup_saved before;

	setup_save(&before, setup);
	enum setup_step step = setup_apply(setup);
	if (step == SETUP_DONE && outcome[0])
		message(outcome);
	if (step == SETUP_DONE)
		step = setup_redirect(setup, mark, before.fds, SETUP_SAVED_FDS);
	if (step == SETUP_DONE)
		setup_discard(&before);
	else
		setup_rollback(&before);
	return step;
}

/* No forks: in the foreground, or in a daemon already. */
static int stay(struct setup_keep kept, enum standing as, char *problem)
{
	const struct settings *s = settings_get();
	bool again = daemonize_standing() != STANDING_ORDINARY;
	struct mark mark = settings_mark(s, as, again ? &s->mark : NULL);
	char outcome[OUTCOME_SIZE] = "";
	struct setup setup;

	if (s->verbose) {
		outcome_describe(outcome,
				 as == STANDING_DAEMON ? "is a daemon already"
						       : "stays in the foreground",
				 getpid());
		outcome_describe_setup(outcome);
	}
	enum setup_step step = setup_open(&setup, s, kept);
	if (step == SETUP_DONE) {
		step = apply_here(&setup, &mark, outcome);
		if (step != SETUP_DONE)
			setup_abandon(&setup);
	}
	if (step != SETUP_DONE) {
		setup_explain(&setup, step, errno, problem, PROBLEM_SIZE);
		return -1;
	}
	daemonize_settle(&mark);
	return 0;
}

/* What the program wants to keep, and what settings have decided in this very process before. */
static struct setup_keep keep(bool directory, bool stdfds)
{
	const struct mark *m = &settings_get()->mark;
	bool again = daemonize_standing() != STANDING_ORDINARY;

	return (struct setup_keep){
		directory || (again && m->directory),
		{stdfds, stdfds || (again && m->output), stdfds || (again && m->error)},
	};
}

/*
 * After setns(2) or unshare(2) of a PID namespace (unshare -p PROGRAM), children are born in
 * another one.  The first would be its init, and the kernel kills what an init leaves
 * behind: an intermediate that exits would take the daemon with it.
 */
bool daemonize_is_out_of_reach(void)
{
	char own[64], childrens[64];
	ssize_t n = readlink("/proc/self/ns/pid", own, sizeof own);
	ssize_t m = readlink("/proc/self/ns/pid_for_children", childrens, sizeof childrens);

	if (n > 0 && m > 0)
		return m != n || memcmp(own, childrens, (size_t)n) != 0;
	/* The second is a dangling link while there is no init yet; Linux 4.11 does not have it. */
	return n > 0 && errno == ENOENT &&
	       faccessat(AT_FDCWD, "/proc/self/ns/pid_for_children", F_OK, AT_SYMLINK_NOFOLLOW) ==
		       0;
}

static bool stays_in_foreground(void)
{
	/* If PID 1 exits, the kernel kills its whole PID namespace: pid_namespaces(7). */
	return settings_get()->mode == MODE_FOREGROUND ||
	       daemonize_standing() == STANDING_FOREGROUND || getpid() == 1;
}

/* problem: an empty string, which becomes what to say of a failure, if a setting is to blame. */
static int daemon_as_set(int nochdir, int noclose, char *problem)
{
	const struct settings *s = settings_get();

	if (s->mode == MODE_OFF)
		return next_daemon(nochdir, noclose);
	if (s->problem[0]) {
		message_append(problem, PROBLEM_SIZE, s->problem);
		errno = EINVAL;
		return -1;
	}
	if (daemonize_standing() == STANDING_DAEMON)
		return stay(keep(nochdir, noclose), STANDING_DAEMON, problem);
	if (stays_in_foreground())
		return stay(keep(nochdir, true), STANDING_FOREGROUND, problem);
	if (daemonize_is_out_of_reach())
		return next_daemon(nochdir, noclose);
	return become_daemon(keep(nochdir, noclose), problem);
}

int daemonize(int nochdir, int noclose)
{
	bool verbose = settings_get()->verbose;
	char problem[PROBLEM_SIZE] = "";
	int cancel_state, saved_errno = errno;

	/* daemon(3) is no cancellation point, but some of what it calls here is. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	int result = daemon_as_set(nochdir, noclose, problem);
	if (result < 0 && (problem[0] || verbose))
		outcome_tell_failure(problem);
	pthread_setcancelstate(cancel_state, NULL);
	if (result == 0)
		errno = saved_errno;
	return result;
}

/* The lock of the PID file goes on in the same process, and not in its children. */
static void take_up_pidfile(const struct mark *mark)
{
	if (mark->standing == STANDING_ORDINARY)
		pidfile_disown(mark->fd, mark->path);
	else
		pidfile_resume(mark->fd, mark->path);
}

int daemonize_at_start(void)
{
	const struct settings *s = settings_get();
	char problem[PROBLEM_SIZE] = "";

	if (s->mark.standing != STANDING_ORDINARY)
		settled = getpid();
	else if (s->mode != MODE_FIX_FORK) /* there it is a claim */
		environment_unmark();      /* its number may once be that of a child of ours */
	if (s->mark.path)
		take_up_pidfile(&s->mark);
	if (s->mode != MODE_BACKGROUND && s->mode != MODE_UNKNOWN)
		return 0;
	int result = daemon_as_set(1, 0, problem);
	if (result < 0)
		outcome_tell_failure(problem);
	return result;
}
