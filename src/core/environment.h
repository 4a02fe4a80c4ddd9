/* SPDX-License-Identifier: MIT */
#ifndef ENVIRONMENT_H
#define ENVIRONMENT_H

#include "settings.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * At load: notes the array that the kernel made, which environ(7) points to until the program
 * changes it.  The array's length never changes: programs written in Go look for the auxiliary
 * vector (getauxval(3)) behind the array, and programs that write a title over their environment
 * measure it by its first and last entries.
 */
void environment_at_load(char **array);

/*
 * In the process that is becoming a daemon or staying in the foreground, while failing is still
 * possible: reserves room for environment_mark().  Returns 0, or -1 with errno ENOMEM.
 */
struct environment_room {
	char **array;
	size_t entries;
	char *text;      /* for DAEMONFIX_PID */
	bool is_dynamic; /* both come from malloc(3) */
};
int environment_reserve(struct environment_room *room);

/*
 * In the process that has become a daemon or stayed in the foreground: DAEMONFIX_PID holds its PID
 * and says what the process is, and the settings that applied to it are removed.  was: in mode
 * background the PID of the process that was started; LISTEN_PID and WATCHDOG_PID
 * (sd_listen_fds(3)) that hold it are changed to this process's PID; otherwise 0.
 *
 * Both functions are async-signal-safe, unless room is dynamic.
 */
void environment_mark(const struct environment_room *room, const struct settings *s,
		      const struct mark *mark, pid_t was);

/*
 * Mode fix-fork: DAEMONFIX_PID replaces DAEMONFIX_MODE, which has the same length, and names the
 * process whose first fork is meant; programs executed by other processes ignore the mode.
 */
void environment_claim(pid_t pid, bool has_session);

/* A process already waits: removes DAEMONFIX_READY; sets NOTIFY_SOCKET to notify, unless NULL. */
void environment_forget_ready(const char *notify);

/* DAEMONFIX_PID names another process: replaces that PID by 0. */
void environment_unmark(void);

/* Replaces DAEMONFIX_PID by 0 and removes all our other variables. */
void environment_clear(void);

#endif
