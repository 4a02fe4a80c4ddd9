// SPDX-License-Identifier: MIT
/* What daemon(3) does, by the settings in force: fork, stay, or neither. */
#include "daemonize.h"

#include "detach.h"
#include "environment.h"
#include "front.h"
#include "kernel.h"
#include "libc.h"
#include "message.h"
#include "outcome.h"
#include "pidfile.h"
#include "ready.h"
#include "report.h"
#include "servicemanager.h"
#include "setup.h"

#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <unistd.h>

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

/* What to say of a failure, if a setting is to blame. */
enum { PROBLEM_SIZE = 1024 };

/* One line says why, if a setting is to blame or DAEMONFIX_VERBOSE asks for it.  Keeps errno. */
__attribute__((noinline)) static void tell_failure(const struct setup *setup, enum setup_step step)
{
	const struct settings *s = settings_get();
	int saved_errno = errno;
	char problem[PROBLEM_SIZE] = "";

	setup_explain(setup, step, errno, problem, sizeof problem);
	if (problem[0] || s->verbose || s->mode == MODE_BACKGROUND ||
	    s->mode == MODE_FOREGROUND_FORK)
		outcome_tell_failure(problem);
	errno = saved_errno;
}

__attribute__((noinline)) static void tell_daemon(pid_t daemon)
{
	char outcome[OUTCOME_SIZE];

	outcome_describe(outcome, "is a daemon", daemon);
	outcome_describe_setup(outcome);
	message(outcome);
}

/* What is to be executed by the daemon that daemonize_and_execute() makes; else NULL. */
struct program {
	const char *path;
	char **arguments;
	bool failed; /* this, and nothing before */
};

/* Where the last of all fails. */
enum { STEP_EXECUTE = 1000 };

static _Noreturn void execute_in_child(struct detach *detach, const struct program *program)
{
	detach_unblock(detach);
	detach_execute(detach);
	execv(program->path, program->arguments);
	detach_report(detach, (struct detach_report){errno, STEP_EXECUTE});
	_exit(1);
}

static void apply_in_child(struct detach *detach, struct setup *setup,
			   const struct program *program, struct ready *ready)
{
	if (ready)
		ready_begin(ready);
	struct mark mark = settings_mark(settings_get(), STANDING_DAEMON, NULL);
	if (settings_get()->mode == MODE_BACKGROUND)
		setup->was = detach->caller;
	enum setup_step step = setup_apply(setup);
	if (step == SETUP_DONE)
		step = setup_redirect(setup, &mark, &detach->alive, 1);
	if (step == SETUP_DONE && program)
		execute_in_child(detach, program);
	detach_report(detach, (struct detach_report){step ? errno : 0, (int)step});
	if (step != SETUP_DONE)
		_exit(1);
	/* If the caller was killed, nobody has been promised a daemon. */
	if (detach_conclude(detach) < 0) {
		setup_abandon(setup);
		_exit(1);
	}
	daemonize_settle(&mark);
	detach_unblock(detach);
}

/* Nothing that libc's daemon(3) would not do as well. */
static bool asks_for_nothing(const struct settings *s)
{
	return !settings_first(s) && !s->ready && s->mode == MODE_FIX;
}

static const char *name_of(const struct program *program)
{
	const char *slash = program ? strrchr(program->path, '/') : NULL;

	return slash ? slash + 1 : program ? program->path : program_invocation_short_name;
}

/* Returns SETUP_DONE, or the step that failed with errno set. */
static enum setup_step open_ready(struct ready **ready, struct setup *setup,
				  const struct program *program)
{
	const struct settings *s = setup->settings;

	*ready = NULL;
	if (!s->ready)
		return SETUP_DONE;
	*ready = ready_open(&(struct ready_about){
		.settings = s,
		.name = name_of(program),
		.stdfds = setup->stdfds,
		.own_sockets_count = s->mode != MODE_BACKGROUND,
	});
	if (*ready)
		return SETUP_DONE;
	setup_abandon(setup);
	return SETUP_READY;
}

/* The daemon goes on, and this process ends when that is ready. */
static _Noreturn void leave_when_ready(struct detach *detach, struct ready *ready, pid_t daemon)
{
	pid_t keeper = daemon == detach->session ? 0 : detach->session;

	ready_settle(ready, keeper);
	detach_release(detach);
	ready_wait(ready, keeper, daemon);
}

static int become_daemon(struct setup_keep kept, struct program *program)
{
	const struct settings *s = settings_get();
	struct setup setup;
	struct detach detach;
	struct detach_end end;
	struct ready *ready;

	enum setup_step step = setup_open(&setup, s, kept);
	if (step == SETUP_DONE)
		step = open_ready(&ready, &setup, program);
	if (step != SETUP_DONE) {
		tell_failure(&setup, step);
		return -1;
	}
	bool by_libc = asks_for_nothing(s);
	int side = detach_fork_below(&detach,
				     program   ? CHILD_EXECUTES
				     : by_libc ? CHILD_MAY_LEAD
					       : CHILD_IS_DAEMON,
				     ready ? ready_keep : NULL, ready);
	if (side < 0 && by_libc && detach.session == 0) {
		/* The fork was not tried, for want of a page of memory that libc's does not need.
		 */
		setup_abandon(&setup);
		return libc_daemon(kept.directory, kept.stdfds[0]);
	}
	if (side == 0) {
		apply_in_child(&detach, &setup, program, ready);
		return 0;
	}
	if (side > 0) {
		pid_t child = detach_await(&detach, -1, &end);

		if (child > 0 && s->verbose)
			tell_daemon(child);
		if (child > 0 && ready)
			leave_when_ready(&detach, ready, child);
		if (child > 0)
			detach_leave(&detach);
		step = (enum setup_step)end.report.step;
	}
	if (program && (int)step == STEP_EXECUTE)
		program->failed = true;
	else
		tell_failure(&setup, step);
	if (ready)
		ready_close(ready);
	setup_abandon(&setup);
	return -1;
}

/* The line goes to the standard error that the process was started with. */
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

/* No forks: in the foreground, or in a daemon already. */
static int stay(struct setup_keep kept, enum standing as, const char *what)
{
	const struct settings *s = settings_get();
	bool again = daemonize_standing() != STANDING_ORDINARY;
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
		tell_failure(&setup, step);
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

static bool stays_in_foreground(void)
{
	/* If PID 1 exits, the kernel kills its whole PID namespace: pid_namespaces(7). */
	return settings_get()->mode == MODE_FOREGROUND ||
	       settings_get()->mode == MODE_FOREGROUND_FORK ||
	       daemonize_standing() == STANDING_FOREGROUND || getpid() == 1;
}

/*
 * A process that has another one in front of it leads no process group.  So it can have a session
 * of its own, as by libc's daemon(3): what it sends to its group is not for those that started it.
 */
static void leave_group(void)
{
	if (daemonize_standing() == STANDING_FOREGROUND && settings_get()->mark.behind_front)
		KERNEL_CALL0(setsid);
}

static int daemon_as_set(int nochdir, int noclose, struct program *program)
{
	const struct settings *s = settings_get();

	if (s->mode == MODE_OFF)
		return libc_daemon(nochdir, noclose);
	if (s->problem[0]) {
		message(s->problem);
		errno = EINVAL;
		return -1;
	}
	if (daemonize_standing() == STANDING_DAEMON)
		return stay(keep(nochdir, noclose), STANDING_DAEMON, "is a daemon already");
	if (stays_in_foreground())
		return stay(keep(nochdir, true), STANDING_FOREGROUND, "stays in the foreground");
	return become_daemon(keep(nochdir, noclose), program);
}

int daemonize(int nochdir, int noclose)
{
	int cancel_state, saved_errno = errno;

	/* daemon(3) is no cancellation point, but some of what it calls here is. */
	pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &cancel_state);
	int result = daemon_as_set(nochdir, noclose, NULL);
	if (result == 0)
		leave_group();
	pthread_setcancelstate(cancel_state, NULL);
	if (result == 0)
		errno = saved_errno;
	return result;
}

/* The settings apply to the child, which is the program. */
static int stay_behind_front(void)
{
	const struct settings *s = settings_get();
	char problem[PROBLEM_SIZE] = "";

	if (!s->problem[0]) {
		if (front_fork(s, problem, sizeof problem) < 0) {
			outcome_tell_failure(problem);
			return -1;
		}
		settings_forget_pidfile();
	}
	return daemon_as_set(1, 1, NULL);
}

/* The lock of the PID file goes on in the same process, and not in its children. */
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
		settled = getpid();
	else
		environment_unmark(); /* its number may once be that of a child of ours */
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

static void go_on_behind(struct detach *detach, struct ready *ready)
{
	ready_begin(ready);
	detach_report(detach, (struct detach_report){0});
	if (detach_conclude(detach) < 0)
		_exit(1);
	servicemanager_rename(detach->caller);
	environment_forget_ready(settings_get()->notify);
	detach_unblock(detach);
}

int daemonize_behind_keeper(void)
{
	const struct settings *s = settings_get();
	int stays[3] = {-1, -1, -1};
	struct detach detach;
	struct detach_end end;

	if (s->mode != MODE_FIX_FORK || !s->ready || s->problem[0] || getpid() == 1)
		return 0;
	struct ready *ready =
		ready_open(&(struct ready_about){.settings = s,
						 .name = program_invocation_short_name,
						 .stdfds = stays,
						 .leaves = true});
	int side = ready ? detach_fork_below(&detach, CHILD_IS_PROGRAM, ready_keep, ready) : -1;
	if (side == 0) {
		go_on_behind(&detach, ready);
		return 0;
	}
	pid_t child = side > 0 ? detach_await(&detach, -1, &end) : -1;
	if (child > 0)
		leave_when_ready(&detach, ready, child);
	message(program_invocation_short_name, ": cannot be waited for: ", strerror(errno));
	return -1;
}

int daemonize_in_session(void)
{
	return stay((struct setup_keep){true, {true, true, true}}, STANDING_DAEMON, NULL);
}

int daemonize_and_execute(const char *path, char **arguments)
{
	struct program program = {path, arguments, false};
	bool in_front = settings_get()->mode == MODE_FOREGROUND_FORK;

	if ((in_front ? stay_behind_front() : daemon_as_set(1, 0, &program)) == 0) {
		execv(path, arguments); /* it stays in the foreground */
		return 1;
	}
	return program.failed ? 1 : -1;
}
