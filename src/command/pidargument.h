/* SPDX-License-Identifier: MIT */
/* A process that the command line names: by its PID, or by a PID file. */
#ifndef PIDARGUMENT_H
#define PIDARGUMENT_H

#include <stdbool.h>
#include <sys/types.h>

enum pid_argument {
	PID_ARGUMENT_FOUND,
	PID_ARGUMENT_BAD,      /* a number, or nearly one, that cannot be a PID */
	PID_ARGUMENT_BAD_FILE, /* the file is missing, or names no process */
	PID_ARGUMENT_ENDED,    /* the process that the file names has ended */
};

/*
 * Digits are a PID; anything else is a PID file (holder.h).  With the last two results, *reason
 * becomes a sentence, a new string, and *pid is 0 if no PID is known.
 */
enum pid_argument pid_argument(const char *text, pid_t *pid, char **reason);

/* Is text a number, and no file has that name?  For commands that take PID files only. */
bool pid_argument_is_only_a_pid(const char *text);

#endif
