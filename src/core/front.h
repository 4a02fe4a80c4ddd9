/* SPDX-License-Identifier: MIT */
#ifndef FRONT_H
#define FRONT_H

#include "settings.h"

#include <stddef.h>

/*
 * Mode foreground-fork: forks.  The child goes on as the program; this process stays in front of it
 * until the resulting daemon ends, and then ends the same way (front.c).  This process handles the
 * PID file; all other settings apply to the child.
 *
 * Returns 0 in the child.  On failure returns -1 with errno set and nothing changed; if a setting
 * or the environment is to blame, the message is appended to problem, which must be an empty
 * string.
 */
int front_fork(const struct settings *s, char *problem, size_t size);

#endif
