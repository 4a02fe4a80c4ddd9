/* SPDX-License-Identifier: MIT */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "setup.h"

/* The program that the daemon executes instead of going on with this one. */
struct launch_program {
	const char *path;
	char **arguments;
	/* makes a process that runs child(arg), and that may share memory: detach_fork_to_run() */
	pid_t (*fork)(void (*child)(void *arg), void *arg);
	bool failed; /* its execution failed, after everything else had succeeded */
};

/*
 * Makes a daemon under the settings in force.  Returns 0 in the daemon; the launching process ends
 * with status 0 when the daemon is complete, has executed the program (which may be NULL), or is
 * ready.  On failure, returns -1 in the launching process with errno set, and with a message
 * written if a setting is to blame.
 */
int launch_daemon(struct setup_keep kept, struct launch_program *program);

/*
 * Mode fix-fork, at load, if DAEMONFIX_READY is set: the program goes on in a child, and this
 * process waits until the daemon is ready.  Returns 0 in the child, also if there is nothing to
 * wait for, or -1 with a message written.
 */
int launch_behind_keeper(void);

#endif
