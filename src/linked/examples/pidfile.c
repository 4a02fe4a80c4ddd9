// SPDX-License-Identifier: MIT
/*
 * A daemon that runs once: a second start says who is there already.
 *
 *   pidfile FILE LOG
 *
 * FILE and LOG are absolute.  It ends on SIGTERM, and FILE is gone then.
 */
#include <daemonfix.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static int complain(const struct daemonfix_result *result, char **argv)
{
	const char *reason = strerror(result->error);

	if (result->stage == DAEMONFIX_STAGE_PIDFILE && result->error == EEXIST)
		fprintf(stderr, "already running, PID %d\n", result->pid);
	else if (result->stage == DAEMONFIX_STAGE_PIDFILE)
		fprintf(stderr, "%s: %s\n", argv[1], reason);
	else if (result->stage == DAEMONFIX_STAGE_ERROR || result->stage == DAEMONFIX_STAGE_OUTPUT)
		fprintf(stderr, "%s: %s\n", argv[2], reason);
	else
		fprintf(stderr, "no daemon was started (stage %d): %s\n", result->stage, reason);
	return 1;
}

int main(int argc, char **argv)
{
	struct daemonfix_result result;
	int got;
	sigset_t term;

	if (argc != 3) {
		fprintf(stderr, "usage: pidfile FILE LOG\n");
		return 1;
	}
	struct daemonfix_options options = {
		.size = sizeof options,
		.pidfile = argv[1],
		.output = argv[2],
		.error = argv[2],
		.set_umask = true,
		.umask = 027,
	};
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, NULL); /* kept in the daemon */

	int side = daemonfix_start(&options, &result);
	if (side < 0)
		return complain(&result, argv);
	if (side == 1) {
		printf("started, PID %d\n", result.pid);
		return 0;
	}
	if (daemonfix_ready() < 0)
		return 1; /* nobody has been told of us */
	printf("here I am\n");
	fflush(stdout);
	sigwait(&term, &got);
	printf("signal %d: good bye\n", got);
	return 0; /* removes the file: _exit() would leave it, for the next start to take over */
}
