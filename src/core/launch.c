// SPDX-License-Identifier: MIT
/* The launching process and the daemon: the fork, the setup, the wait, and how both finish. */
#include "launch.h"

#include "detach.h"
#include "environment.h"
#include "libc.h"
#include "message.h"
#include "outcome.h"
#include "ready.h"
#include "servicemanager.h"
#include "singlefork.h"
#include "standing.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

__attribute__((noinline)) static void tell_daemon(pid_t daemon)
{
	char outcome[OUTCOME_SIZE];

	outcome_describe(outcome, "is a daemon", daemon);
	outcome_describe_setup(outcome);
	message(outcome);
}

/* The step after all others. */
enum { STEP_EXECUTE = 1000 };

/* Returns SETUP_DONE, or the step that failed with errno set. */
static enum setup_step apply(const struct detach *detach, struct setup *setup,
			     const struct mark *mark)
{
	if (settings_get()->mode == MODE_BACKGROUND)
		setup->was = detach->caller;
	enum setup_step step = setup_apply(setup);
	return step == SETUP_DONE ? setup_redirect(setup, mark, &detach->alive, 1) : step;
}

static void go_on_in_child(struct detach *detach, struct setup *setup, struct ready *ready)
{
	if (ready)
		ready_begin(ready);
	struct mark mark = settings_mark(settings_get(), STANDING_DAEMON, NULL);
	enum setup_step step = apply(detach, setup, &mark);

	detach_report(detach, (struct detach_report){step ? errno : 0, (int)step});
	if (step != SETUP_DONE)
		libc_exit(1);
	/* If the caller was killed, it has promised nobody a daemon. */
	if (detach_conclude(detach) < 0) {
		setup_abandon(setup);
		libc_exit(1);
	}
	standing_settle(&mark);
	detach_unblock(detach);
}

/* For the child that executes the program. */
struct execution {
	struct detach *detach;
	const struct setup *setup;
	struct ready *ready;
	const struct launch_program *program;
};

static void execute_in_child(void *arg)
{
	const struct execution *e = arg;
	struct setup setup = *e->setup; /* the launching process needs its own as it is */

	if (e->ready)
		ready_begin(e->ready);
	struct mark mark = settings_mark(settings_get(), STANDING_DAEMON, NULL);
	int step = (int)apply(e->detach, &setup, &mark);
	if (step == SETUP_DONE) {
		detach_unblock(e->detach);
		detach_execute(e->detach);
		execv(e->program->path, e->program->arguments);
		step = STEP_EXECUTE;
	}
	detach_report(e->detach, (struct detach_report){errno, step});
	libc_exit(1);
}

/* The keeper, which stays while the program runs, needs memory of its own. */
static pid_t fork_apart(void (*child)(void *arg), void *arg)
{
	pid_t pid = single_fork();

	if (pid == 0)
		child(arg);
	return pid;
}

static struct detach_run how_to_run(struct execution *e)
{
	return (struct detach_run){e->ready ? fork_apart : e->program->fork, execute_in_child, e};
}

/* Do the settings ask for no more than libc's daemon(3) does? */
static bool asks_for_nothing(const struct settings *s)
{
	return !settings_first(s) && !s->ready && s->mode == MODE_FIX;
}

static const char *name_of(const struct launch_program *program)
{
	const char *slash = program ? strrchr(program->path, '/') : NULL;

	return slash ? slash + 1 : program ? program->path : program_invocation_short_name;
}

/* Returns SETUP_DONE, or the step that failed with errno set. */
static enum setup_step open_ready(struct ready **ready, struct setup *setup,
				  const struct launch_program *program)
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

/* Lets the daemon go on, and ends this process when the daemon is ready. */
static _Noreturn void leave_when_ready(struct detach *detach, struct ready *ready, pid_t daemon)
{
	pid_t keeper = daemon == detach->session ? 0 : detach->session;

	ready_settle(ready, keeper);
	detach_release(detach);
	ready_wait(ready, keeper, daemon);
}

int launch_daemon(struct setup_keep kept, struct launch_program *program)
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
		outcome_tell_setup_failure(&setup, step);
		return -1;
	}
	bool by_libc = asks_for_nothing(s);
	void (*stay)(void *, pid_t) = ready ? ready_keep : NULL;
	struct execution execution = {&detach, &setup, ready, program};
	int side = program ? detach_fork_to_run(&detach, how_to_run(&execution), stay, ready)
			   : detach_fork_below(&detach, by_libc ? CHILD_MAY_LEAD : CHILD_IS_DAEMON,
					       stay, ready);
	if (side < 0 && by_libc && detach.session == 0) {
		/*
		 * The fork was not tried: there was no memory for a page that libc's does not need.
		 */
		setup_abandon(&setup);
		return libc_daemon(kept.directory, kept.stdfds[0]);
	}
	if (side == 0) {
		go_on_in_child(&detach, &setup, ready);
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
		outcome_tell_setup_failure(&setup, step);
	if (ready)
		ready_close(ready);
	setup_abandon(&setup);
	return -1;
}

static void go_on_behind(struct detach *detach, struct ready *ready)
{
	ready_begin(ready);
	detach_report(detach, (struct detach_report){0});
	if (detach_conclude(detach) < 0)
		libc_exit(1);
	servicemanager_rename(detach->caller);
	environment_forget_ready(settings_get()->notify);
	detach_unblock(detach);
}

int launch_behind_keeper(void)
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
	message(program_invocation_short_name,
		": cannot wait until it is ready: ", strerror(errno));
	return -1;
}
