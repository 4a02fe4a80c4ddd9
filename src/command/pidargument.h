/* SPDX-License-Identifier: MIT */
/* A process that is named on the command line: by its PID, or by a PID file. */
#ifndef PIDARGUMENT_H
#define PIDARGUMENT_H

#include <sys/types.h>

enum pid_argument {
	PID_ARGUMENT_FOUND,
	PID_ARGUMENT_BAD,      /* a number, or nearly one, that cannot be a PID */
	PID_ARGUMENT_BAD_FILE, /* a PID file that cannot be read, or that names none */
};

/*
 * Digits are a PID; all else is a file, whose first word is one.  A file may belong to anybody: it
 * is never waited for, and only its beginning is read.  With PID_ARGUMENT_BAD_FILE, *reason becomes
 * a sentence, a new string.
 */
enum pid_argument pid_argument(const char *text, pid_t *pid, char **reason);

#endif
