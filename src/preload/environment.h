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

/*
 * Mode fix-fork: DAEMONFIX_PID, in the place of DAEMONFIX_MODE and of the same length, says whose
 * first fork is meant (0: nobody's any more), so that what it executes in its children does not
 * feel addressed.
 */
void environment_claim(pid_t pid, bool has_session);

/* Removes all our variables. */
void environment_clear(void);

#endif
