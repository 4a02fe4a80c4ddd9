// SPDX-License-Identifier: MIT
/*
 * A small supervisor: runs commands side by side, and again those that fail.
 *
 *   supervisor COMMAND...
 *
 * Each COMMAND is for sh -c.  One that ends with status 0 is done; any other is started again,
 * three times at the most.  SIGTERM ends them all, with what they have started.  Status: 0 if all
 * are done, 1 if one was given up.
 */
#include <daemonfix.h>

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

enum { RESTARTS = 3 };

struct worker {
	const char *command;
	pid_t pid; /* 0: is not running */
	int restarts;
	bool done;
};

static sigset_t signals; /* SIGCHLD and SIGTERM: blocked, and waited for */

static void start(struct worker *w)
{
	w->pid = fork();
	if (w->pid < 0) {
		perror("fork");
		w->pid = 0;
		return;
	}
	setpgid(w->pid, w->pid); /* a process group of its own; in both, whichever is faster */
	if (w->pid != 0)
		return;
	sigprocmask(SIG_UNBLOCK, &signals, NULL);
	execl("/bin/sh", "sh", "-c", w->command, (char *)NULL);
	_exit(127);
}

static void ended(struct worker *w, int status)
{
	if (WIFEXITED(status))
		printf("%d: exited with status %d\n", w->pid, WEXITSTATUS(status));
	else
		printf("%d: ended by signal %d\n", w->pid, WTERMSIG(status));
	w->pid = 0;
	w->done = WIFEXITED(status) && WEXITSTATUS(status) == 0;
	if (!w->done && w->restarts++ < RESTARTS)
		start(w);
}

/* One SIGCHLD may stand for many children: takes all that have ended. */
static void collect(struct worker workers[], int count)
{
	int status;
	pid_t pid;

	while ((pid = daemonfix_wait_any_nohang(&status)) > 0)
		for (int i = 0; i < count; i++)
			if (workers[i].pid == pid)
				ended(&workers[i], status);
}

static bool some_run(const struct worker workers[], int count)
{
	for (int i = 0; i < count; i++)
		if (workers[i].pid)
			return true;
	return false;
}

static void end_all(struct worker workers[], int count)
{
	for (int i = 0; i < count; i++) {
		if (workers[i].pid) {
			kill(-workers[i].pid, SIGTERM);
			daemonfix_wait(workers[i].pid, NULL);
		}
	}
}

int main(int argc, char **argv)
{
	int count = argc - 1, got, given_up = 0;
	struct worker *workers = calloc((size_t)argc, sizeof *workers);

	if (!workers)
		return 1;
	setvbuf(stdout, NULL, _IOLBF, 0);
	sigemptyset(&signals);
	sigaddset(&signals, SIGCHLD);
	sigaddset(&signals, SIGTERM);
	sigprocmask(SIG_BLOCK, &signals, NULL);

	for (int i = 0; i < count; i++) {
		workers[i].command = argv[i + 1];
		start(&workers[i]);
	}
	while (some_run(workers, count)) {
		if (sigwait(&signals, &got) == 0 && got == SIGTERM) {
			end_all(workers, count);
			break;
		}
		collect(workers, count);
	}
	for (int i = 0; i < count; i++)
		given_up += !workers[i].done;
	free(workers);
	return given_up > 0;
}
