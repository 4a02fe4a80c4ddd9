/* SPDX-License-Identifier: MIT */
#ifndef LAUNCH_H
#define LAUNCH_H

#include "setup.h"

/* What the daemon executes, if it is not to go on with this program. */
struct launch_program {
	const char *path;
	char **arguments;
	bool failed; /* it could not be executed, and all else had been done */
};

/*
 * Makes a daemon by the settings in force: returns 0 in there, and the launching process ends with
 * status 0 when the daemon is complete, has executed the program (which may be NULL), or is ready.
 * Returns -1 in the launching process with errno set, and the reason told if a setting is to blame.
 */
int launch_daemon(struct setup_keep kept, struct launch_program *program);

/*
 * Mode fix-fork, at load, if DAEMONFIX_READY is set: a process stays that waits until the daemon is
 * ready, and the program goes on in a child.  Returns 0 in there, or -1 with the reason told.
 */
int launch_behind_keeper(void);

#endif
