/* SPDX-License-Identifier: MIT */
#ifndef READY_H
#define READY_H

#include "settings.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Waits until a daemon is ready, as DAEMONFIX_READY says.
 *
 *     launching process            keeper                        daemon
 *     ready_open()
 *     fork                         ready_keep(): waits           ready_begin()
 *     ready_wait(): ends as the
 *     keeper says
 *
 * The keeper is the daemon's parent and a subreaper, so it sees every descendant end.  It ends them
 * all if the daemon fails or if the launching process is killed.
 */
struct ready;

/* The daemon that the launching process waits for. */
struct ready_about {
	const struct settings *settings;
	const char *name; /* the program's */
	int *stdfds;      /* replacements for the daemon's 0, 1 and 2 (-1: unchanged) */
	/*
	 * The program itself is the first process and must end with 0 and leave a daemon; it has
	 * not called daemon(3) before.
	 */
	bool leaves;
	/* the caller has been running, and its sockets that listen by now count as the daemon's */
	bool own_sockets_count;
};

/*
 * In the launching process, before the fork: opens all that is needed and may replace /dev/null in
 * stdfds by a pipe.  Returns NULL with errno set on failure.  If the start fails later,
 * ready_close() closes the result.
 */
struct ready *ready_open(const struct ready_about *about);
void ready_close(struct ready *r);

/* In the keeper, with all signals blocked: waits, and ends the process. */
void ready_keep(void *ready, pid_t daemon);

/*
 * In the launching process, with all signals blocked: prepares to wait.  Returns when the keeper
 * holds no descriptor of the program's any more.
 */
void ready_settle(struct ready *r, pid_t keeper);

/*
 * After ready_settle(), once the daemon has been let go: waits, and ends the process.  keeper is 0
 * if there is none; the launching process is then the daemon's parent.
 */
_Noreturn void ready_wait(struct ready *r, pid_t keeper, pid_t daemon);

/* In the daemon: from now on its listening is reported, and the settings name the recipient. */
void ready_begin(struct ready *r);

/*
 * For the process in front, which does not wait only for this: handles pending reports.  Returns
 * true if the daemon is ready; *ms is the time until the next call, or -1 for never.
 */
bool ready_watch(struct ready *r, long *ms);

/* The descriptors that r needs; -1: none. */
enum { READY_DESCRIPTORS = 3 };
void ready_descriptors(const struct ready *r, int fds[READY_DESCRIPTORS]);

#endif
