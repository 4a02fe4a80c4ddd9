/* SPDX-License-Identifier: MIT */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "settings.h"

/*
 * Before the fork: an array of the environment's entries in which environment_mark() has
 * a place for DAEMONFIX_PID.  Returns 0 with *room set, or -1 with errno ENOMEM.
 */
int environment_reserve(char ***room, const struct settings *s);

/* If it came to nothing. */
void environment_release(char **room);

/*
 * In the process that has become a daemon or was kept in the foreground: DAEMONFIX_PID
 * names it, and the settings that applied to it are gone.  Async-signal-safe.
 */
void environment_mark(char **room, const struct settings *s, enum standing standing);

#endif
