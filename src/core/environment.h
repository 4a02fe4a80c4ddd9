/* SPDX-License-Identifier: MIT */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "settings.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * At load: the array that the kernel has made, which environ(7) is until somebody changes it.  Its
 * length never changes: programs of Go look for the auxiliary vector (getauxval(3)) behind it, and
 * programs that write a title over their environment measure it by its first and last entries.
 */
void environment_at_load(char **array);

/*
 * In the process that is becoming a daemon or is kept in the foreground, while that can still fail:
 * room for what environment_mark() writes.  Returns 0, or -1 with errno ENOMEM.
 */
struct environment_room {
	char **array;
	size_t entries;
	char *text;      /* for DAEMONFIX_PID */
	bool is_dynamic; /* both are malloc(3)'s */
};
int environment_reserve(struct environment_room *room);

/*
 * When it is one: DAEMONFIX_PID names it and says what it is, and the settings that applied to it
 * are gone.  was: in mode background the PID of the process that was started, and whatever else
 * names that by the rule of sd_listen_fds(3) (LISTEN_PID, WATCHDOG_PID) names this one; else 0.
 * Both are async-signal-safe.
 */
void environment_mark(const struct environment_room *room, const struct settings *s,
		      const struct mark *mark, pid_t was);

/*
 * Mode fix-fork: DAEMONFIX_PID, in the place of DAEMONFIX_MODE and of the same length, says whose
 * first fork is meant, so that what other processes execute ignores it.
 */
void environment_claim(pid_t pid, bool has_session);

/* A process waits already: removes DAEMONFIX_READY; NOTIFY_SOCKET becomes notify, unless NULL. */
void environment_forget_ready(const char *notify);

/* DAEMONFIX_PID, of another process, becomes that of none. */
void environment_unmark(void);

/* The same, and all our other variables are gone. */
void environment_clear(void);

#endif
