// SPDX-License-Identifier: MIT
/*
 * Checked startup: the forks and setup of daemon(3), with a launching process that waits for the
 * daemon's report and goes on.
 */
#include "../core/detach.h"
#include "../core/setup.h"
#include "../core/standing.h"
#include "../daemonfix.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>

/* Reported in place of a setup_step when the daemon calls daemonfix_fail(). */
enum { STEP_STARTUP = 1000 };

/* In a daemon that has not yet called daemonfix_ready() or daemonfix_fail(). */
static struct {
	pid_t owner;
	struct detach detach;
} pending;

static enum daemonfix_stage stage_of_step(int step)
{
	switch (step) {
	case SETUP_DIRECTORY:
		return DAEMONFIX_STAGE_DIRECTORY;
	case SETUP_STDFDS:
		return DAEMONFIX_STAGE_STDIO;
	case SETUP_STDOUT:
		return DAEMONFIX_STAGE_OUTPUT;
	case SETUP_STDERR:
		return DAEMONFIX_STAGE_ERROR;
	case SETUP_PIDFILE:
		return DAEMONFIX_STAGE_PIDFILE;
	case SETUP_CLOSEFDS:
		return DAEMONFIX_STAGE_DESCRIPTORS;
	case SETUP_ENVIRONMENT:
		return DAEMONFIX_STAGE_OPTIONS;
	case STEP_STARTUP:
		return DAEMONFIX_STAGE_STARTUP;
	default:
		return DAEMONFIX_STAGE_FORK;
	}
}

static enum daemonfix_stage stage_of_end(const struct detach_end *end)
{
	switch (end->fate) {
	case DETACH_DIED:
		return DAEMONFIX_STAGE_DIED;
	case DETACH_ABANDONED:
		return DAEMONFIX_STAGE_ABANDONED;
	case DETACH_TIMED_OUT:
		return DAEMONFIX_STAGE_TIMEOUT;
	case DETACH_REPORTED:
		break;
	}
	return stage_of_step(end->report.step);
}

static bool take_path(const char **to, const char *from, bool absolute)
{
	*to = from;
	return !from || (from[0] && strlen(from) < PATH_MAX && (!absolute || from[0] == '/'));
}

static bool are_valid(const struct daemonfix_options *o)
{
	return o->size == sizeof *o && (unsigned)o->stdio <= DAEMONFIX_STDIO_KEEP &&
	       (!o->set_umask || o->umask <= 0777) && o->keep_count <= DAEMONFIX_KEEP_MAX &&
	       (o->keep_count == 0 || o->keep) && o->timeout_ms <= INT_MAX;
}

/* Translates the options into settings.  Returns false for a bad option. */
static bool translate(const struct daemonfix_options *o, struct settings *s)
{
	if (!are_valid(o))
		return false;
	s->umask = (struct umask_setting){o->set_umask, o->umask};
	s->close_fds = o->close_descriptors;
	return take_path(&s->directory, o->directory, false) &&
	       take_path(&s->output, o->output, true) && take_path(&s->error, o->error, true) &&
	       take_path(&s->pidfile, o->pidfile, true);
}

static bool are_open(const int *fds, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (fcntl(fds[i], F_GETFD) < 0)
			return false;
	return true;
}

static void reset_signals(struct detach *d)
{
	const struct sigaction by_default = {.sa_handler = SIG_DFL};

	for (int number = 1; number < NSIG; number++)
		/* fails for SIGKILL, SIGSTOP and libc's own signals */
		sigaction(number, &by_default, NULL);
	sigemptyset(&d->mask);
}

static int be_daemon(struct detach *detach, struct setup *setup, const struct daemonfix_options *o)
{
	int keep[1 + DAEMONFIX_KEEP_MAX] = {detach->alive};

	if (o->keep_count > 0)
		memcpy(keep + 1, o->keep, o->keep_count * sizeof keep[0]);
	struct mark mark = settings_mark(setup->settings, STANDING_DAEMON, NULL);
	enum setup_step step = setup_apply(setup);
	if (step == SETUP_DONE)
		step = setup_redirect(setup, &mark, keep, 1 + o->keep_count);
	if (step != SETUP_DONE) {
		detach_report(detach, (struct detach_report){errno, (int)step});
		_exit(1);
	}
	standing_settle(&mark);
	if (o->reset_signals)
		reset_signals(detach);
	pending.owner = getpid();
	pending.detach = *detach;
	detach_unblock(detach);
	return 0;
}

static int be_launcher(struct detach *detach, const struct daemonfix_options *o,
		       struct daemonfix_result *result)
{
	struct detach_end end;

	/* waiting may take long, and people press ^C */
	detach_settle(detach);
	detach_unblock(detach);
	pid_t child = detach_await(detach, o->timeout_ms ? (int)o->timeout_ms : -1, &end);
	result->pid = detach->child;
	result->pgrp = detach->child;
	if (child > 0)
		return 1;
	result->stage = stage_of_end(&end);
	result->wait_status = end.wait_status;
	result->left = end.left;
	return -1;
}

static int refuse(struct daemonfix_result *result, enum daemonfix_stage stage, int error)
{
	result->stage = stage;
	errno = error;
	return -1;
}

static int fork_and_start(const struct daemonfix_options *o, struct setup *setup,
			  struct daemonfix_result *result)
{
	struct detach detach;

	int side = detach_fork(&detach, CHILD_IS_WATCHED);
	if (side == 0)
		return be_daemon(&detach, setup, o);
	if (side < 0)
		result->stage = DAEMONFIX_STAGE_FORK;
	else
		side = be_launcher(&detach, o, result);
	if (side < 0) {
		setup_abandon(setup);
		return -1;
	}
	setup_close(setup); /* before the daemon goes on, so that it alone holds its PID file */
	detach_commit(&detach);
	return 1;
}

static int start(const struct daemonfix_options *o, struct daemonfix_result *result)
{
	struct settings settings = {0};
	struct setup setup;

	if (!translate(o, &settings))
		return refuse(result, DAEMONFIX_STAGE_OPTIONS, EINVAL);
	if (!are_open(o->keep, o->keep_count))
		return refuse(result, DAEMONFIX_STAGE_DESCRIPTORS, EBADF);
	bool keep = o->stdio == DAEMONFIX_STDIO_KEEP;
	enum setup_step step = setup_open(
		&setup, &settings, (struct setup_keep){o->keep_directory, {keep, keep, keep}});
	if (step != SETUP_DONE) {
		result->stage = stage_of_step((int)step);
		result->pid = setup.holder;
		return -1;
	}
	return fork_and_start(o, &setup, result);
}

int daemonfix_start(const struct daemonfix_options *options, struct daemonfix_result *result)
{
	static const struct daemonfix_options defaults = {.size = sizeof defaults};
	struct daemonfix_result ignored;
	int cancel_state, saved_errno = errno;

	if (!options)
		options = &defaults;
	if (!result)
		result = &ignored;
	*result = (struct daemonfix_result){.wait_status = -1};
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	int side = start(options, result);
	if (side < 0)
		result->error = errno;
	else
		errno = saved_errno;
	pthread_setcancelstate(cancel_state, NULL);
	return side;
}

int daemonfix_ready(void)
{
	int saved_errno = errno;

	if (pending.owner != getpid()) {
		errno = EINVAL;
		return -1;
	}
	pending.owner = 0;
	detach_report(&pending.detach, (struct detach_report){0});
	if (detach_conclude(&pending.detach) < 0) {
		errno = EPIPE;
		return -1;
	}
	errno = saved_errno;
	return 0;
}

void daemonfix_fail(int error)
{
	if (pending.owner == getpid())
		detach_report(&pending.detach,
			      (struct detach_report){error > 0 ? error : EIO, STEP_STARTUP});
	_exit(1);
}
