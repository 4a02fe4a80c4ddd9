// SPDX-License-Identifier: MIT
/* daemon(3) under the settings in force: forks, stays, or neither. */
#include "daemonize.h"

#include "environment.h"
#include "front.h"
#include "kernel.h"
#include "launch.h"
#include "libc.h"
#include "message.h"
#include "outcome.h"
#include "pidfile.h"
#include "report.h"
#include "servicemanager.h"
#include "setup.h"
#include "standing.h"

#include <errno.h>
#include <pthread.h>
#include <unistd.h>

/* The line about the outcome goes to the standard error that the process was started with. */
static enum setup_step apply_here(struct setup *setup, const struct mark *mark, const char *outcome)
{
	struct setup_saved saved;

	setup_save(&saved, setup);
	enum setup_step step = setup_apply(setup);
	if (step == SETUP_DONE && outcome[0])
		message(outcome);
	if (step == SETUP_DONE)
		step = setup_redirect(setup, mark, saved.fds, SETUP_SAVED_FDS);
	if (step == SETUP_DONE)
		setup_discard(&saved);
	else
		setup_rollback(&saved, setup);
	return step;
}

/* Applies the settings without a fork: in the foreground, or in an existing daemon. */
static int stay(struct setup_keep kept, enum standing as, const char *what)
{
	const struct settings *s = settings_get();
	bool again = standing_get() != STANDING_ORDINARY;
	struct mark mark = settings_mark(s, as, again ? &s->mark : NULL);
	char outcome[OUTCOME_SIZE] = "";
	struct setup setup;

	mark.forks = as == STANDING_DAEMON && s->mode == MODE_FIX_FORK;
	if (s->verbose && what) {
		outcome_describe(outcome, what, getpid());
		outcome_describe_setup(outcome);
	}
	enum setup_step step = setup_open(&setup, s, kept);
	if (step == SETUP_DONE) {
		step = apply_here(&setup, &mark, outcome);
		if (step != SETUP_DONE)
			setup_abandon(&setup);
	}
	if (step != SETUP_DONE) {
		outcome_tell_setup_failure(&setup, step);
		return -1;
	}
	/* the process in front has said it already */
	if (as == STANDING_FOREGROUND && !again && s->mode != MODE_FOREGROUND_FORK)
		outcome_tell_unused_ready(s);
	standing_settle(&mark);
	return 0;
}

/* What the program asks to keep, and what settings have already decided in this process. */
static struct setup_keep keep(bool directory, bool stdfds)
{
	const struct mark *m = &settings_get()->mark;
	bool again = standing_get() != STANDING_ORDINARY;

	return (struct setup_keep){
		directory || (again && m->directory),
		{stdfds, stdfds || (again && m->output), stdfds || (again && m->error)},
	};
}

static bool stays_in_foreground(void)
{
	/* If PID 1 exits, the kernel kills its whole PID namespace: pid_namespaces(7). */
	return settings_get()->mode == MODE_FOREGROUND ||
	       settings_get()->mode == MODE_FOREGROUND_FORK ||
	       standing_get() == STANDING_FOREGROUND || getpid() == 1;
}

/*
 * A process behind a process in front leads no process group, so setsid(2) succeeds.  As after
 * libc's daemon(3), signals that it sends to its group then do not reach the processes that started
 * it.
 */
static void leave_group(void)
{
	if (standing_get() == STANDING_FOREGROUND && settings_get()->mark.behind_front)
		KERNEL_CALL0(setsid);
}

static int daemon_as_set(int nochdir, int noclose, struct launch_program *program)
{
	const struct settings *s = settings_get();

	if (s->mode == MODE_OFF)
		return libc_daemon(nochdir, noclose);
	if (s->problem[0]) {
		message(s->problem);
		errno = EINVAL;
		return -1;
	}
	if (standing_get() == STANDING_DAEMON)
		return stay(keep(nochdir, noclose), STANDING_DAEMON, "is already a daemon");
	if (stays_in_foreground())
		return stay(keep(nochdir, true), STANDING_FOREGROUND, "stays in the foreground");
	return launch_daemon(keep(nochdir, noclose), program);
}

int daemonize(int nochdir, int noclose)
{
	int cancel_state, saved_errno = errno;

	/* daemon(3) is no cancellation point, but some functions called here are. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	int result = daemon_as_set(nochdir, noclose, NULL);
	if (result == 0)
		leave_group();
	pthread_setcancelstate(cancel_state, NULL);
	if (result == 0)
		errno = saved_errno;
	return result;
}

/* Puts a process in front.  The settings apply to the child, which is the program. */
static int stay_behind_front(void)
{
	const struct settings *s = settings_get();
	char problem[OUTCOME_PROBLEM_SIZE] = "";

	if (!s->problem[0]) {
		if (front_fork(s, problem, sizeof problem) < 0) {
			outcome_tell_failure(problem);
			return -1;
		}
		settings_forget_pidfile();
	}
	return daemon_as_set(1, 1, NULL);
}

/* The same process keeps the lock of the PID file; a child gives it up unless the file is young. */
static void take_up_pidfile(const struct mark *mark)
{
	if (mark->standing == STANDING_ORDINARY)
		pidfile_inherit(mark->fd, mark->path);
	else
		pidfile_resume(mark->fd, mark->path);
}

int daemonize_at_start(void)
{
	const struct settings *s = settings_get();

	if (s->mark.standing != STANDING_ORDINARY)
		standing_resume();
	else
		environment_unmark(); /* one of our children may get that PID later */
	if (s->mark.report[0])
		report_resume(s->mark.report);
	else if (s->mode == MODE_FOREGROUND && s->ready && !s->problem[0])
		report_to_manager(servicemanager_socket(), s->ready);
	if (s->mark.path)
		take_up_pidfile(&s->mark);
	if (s->mode != MODE_BACKGROUND && s->mode != MODE_FOREGROUND_FORK &&
	    s->mode != MODE_UNKNOWN)
		return 0;
	return s->mode == MODE_FOREGROUND_FORK ? stay_behind_front() : daemon_as_set(1, 0, NULL);
}

int daemonize_in_session(void)
{
	return stay((struct setup_keep){true, {true, true, true}}, STANDING_DAEMON, NULL);
}

int daemonize_and_execute(struct launch_program *program)
{
	bool in_front = settings_get()->mode == MODE_FOREGROUND_FORK;

	if ((in_front ? stay_behind_front() : daemon_as_set(1, 0, program)) == 0) {
		execv(program->path, program->arguments); /* the process stays in the foreground */
		return 1;
	}
	return program->failed ? 1 : -1;
}
