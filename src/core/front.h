/* SPDX-License-Identifier: MIT */
#ifndef FRONT_H
#define FRONT_H

#include "settings.h"

#include <stddef.h>

/*
 * Mode foreground-fork: forks.  The child goes on as the program, and this process stays in
 * front of it (front.c says how) until the daemon that comes of the program has ended, and ends as
 * that did.  Of the settings the PID file is this process's business; the rest are the child's.
 *
 * Returns 0 in the child; or -1 with errno set, nothing has happened then, and problem (an empty
 * string) is what to say of it if a setting, or the place, is to blame.
 */
int front_fork(const struct settings *s, char *problem, size_t size);

#endif
