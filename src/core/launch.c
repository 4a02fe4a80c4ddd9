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

static _Noreturn void execute_in_child(struct detach *detach, const struct launch_program *program)
{
	detach_unblock(detach);
	detach_execute(detach);
	execv(program->path, program->arguments);
	detach_report(detach, (struct detach_report){errno, STEP_EXECUTE});
	libc_exit(1);
}

static void apply_in_child(struct detach *detach, struct setup *setup,
			   const struct launch_program *program, struct ready *ready)
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
		libc_exit(1);
	/* If the caller was killed, it has promised nobody a daemon. */
	if (detach_conclude(detach) < 0) {
		setup_abandon(setup);
		libc_exit(1);
	}
	standing_settle(&mark);
	detach_unblock(detach);
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
	int side = detach_fork_below(&detach,
				     program   ? CHILD_EXECUTES
				     : by_libc ? CHILD_MAY_LEAD
					       : CHILD_IS_DAEMON,
				     ready ? ready_keep : NULL, ready);
	if (side < 0 && by_libc && detach.session == 0) {
		/*
		 * The fork was not tried: there was no memory for a page that libc's does not need.
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
