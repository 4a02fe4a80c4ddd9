/* SPDX-License-Identifier: MIT */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "settings.h"

/*
 * In the process that has become a daemon or was kept in the foreground: DAEMONFIX_PID
 * names it and says what it is, and the settings that applied to it are gone.  Returns 0, or -1
 * with errno ENOMEM.  Async-signal-safe.
 */
int environment_mark(const struct settings *s, const struct mark *mark);

/* Removes all our variables. */
void environment_clear(void);

#endif
