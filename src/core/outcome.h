/* SPDX-License-Identifier: MIT */
#ifndef OUTCOME_H
#define OUTCOME_H

#include "settings.h"
#include "setup.h"

enum { OUTCOME_SIZE = 900, OUTCOME_PROBLEM_SIZE = 1024 };

/* For DAEMONFIX_VERBOSE, on one line: what pid has become and, appended to that, the settings. */
void outcome_describe(char text[OUTCOME_SIZE], const char *what, pid_t pid);
void outcome_describe_setup(char text[OUTCOME_SIZE]);

/* Writes one line that says why no daemon was made: problem, or (if empty) the errno in words. */
void outcome_tell_failure(const char *problem);

/*
 * The same for a failed step of the setup, with its errno, but only if a setting is to blame or the
 * mode or DAEMONFIX_VERBOSE asks for it.  Keeps errno.
 */
void outcome_tell_setup_failure(const struct setup *setup, enum setup_step step);

/*
 * One line if DAEMONFIX_READY has no effect on a process that stays in the foreground, where none
 * waits: only a service manager can be told.
 */
void outcome_tell_unused_ready(const struct settings *s);

#endif
