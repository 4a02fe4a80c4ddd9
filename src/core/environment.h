/* SPDX-License-Identifier: MIT */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "settings.h"

#include <stddef.h>

/*
 * In the process that is becoming a daemon or is kept in the foreground, while that can still fail:
 * room for what environment_mark() writes.  Returns 0, or -1 with errno ENOMEM.
 */
struct environment_room {
	char **array;
	size_t entries;
};
int environment_reserve(struct environment_room *room);

/*
 * When it is one: DAEMONFIX_PID names it and says what it is, and the settings that applied to it
 * are gone.  Both are async-signal-safe.
 */
void environment_mark(const struct environment_room *room, const struct settings *s,
		      const struct mark *mark);

/*
 * Mode fix-fork: DAEMONFIX_PID, in the place of DAEMONFIX_MODE and of the same length, says whose
 * first fork is meant, so that what other processes execute does not feel addressed.
 */
void environment_claim(pid_t pid, bool has_session);

/* Removes DAEMONFIX_PID. */
void environment_unmark(void);

/* Removes all our variables. */
void environment_clear(void);

#endif
