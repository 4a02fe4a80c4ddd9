/* SPDX-License-Identifier: MIT */
/* Did a process start before its PID was written to a file?  Then the PID has not been reused. */
#ifndef STARTED_H
#define STARTED_H

#include "process.h"

enum started {
	STARTED_BEFORE,
	STARTED_AFTER, /* the PID in the file is that of an earlier process */
	STARTED_UNKNOWN,
};

/*
 * Judges the process with this directory in /proc by the file that is open as fd.  With
 * STARTED_UNKNOWN, *doubt becomes the reason, a new string.
 */
enum started started_judge(int fd, int directory, const struct process *p, char **doubt);

#endif
