/* SPDX-License-Identifier: MIT */
#ifndef READY_H
#define READY_H

#include "settings.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * Waiting until a daemon is ready, as DAEMONFIX_READY says.
 *
 *     launching process            keeper                        daemon
 *     ready_open()
 *     fork                         ready_keep(): waits           ready_begin()
 *     ready_wait(): ends as the
 *     keeper says
 *
 * The keeper is the daemon's parent and a subreaper, so it sees every descendant end; it ends them
 * all if the daemon fails, or if the launching process is killed, whatever by.
 */
struct ready;

/* What the waiting is about. */
struct ready_about {
	const struct settings *settings;
	const char *name; /* the program's */
	int *stdfds;      /* what the daemon's 0, 1 and 2 become (-1: stays) */
	/*
	 * The program itself is the first process, and is to end with 0, leaving a daemon: there
	 * was no daemon(3) before.
	 */
	bool leaves;
	/* the caller has been running: what it listens on by now is the daemon's */
	bool own_sockets_count;
};

/*
 * In the launching process, before the fork: opens what is needed.  stdfds may get a pipe in the
 * place of /dev/null.  Returns NULL with errno set, or what ready_close() closes if it comes to
 * nothing.
 */
struct ready *ready_open(const struct ready_about *about);
void ready_close(struct ready *r);

/* In the keeper, all signals blocked: waits, and ends the process. */
void ready_keep(void *ready, pid_t daemon);

/*
 * In the launching process, all signals blocked: begins to wait.  Returns when the keeper holds no
 * descriptor of the program's any more.
 */
void ready_settle(struct ready *r, pid_t keeper);

/*
 * After that, and when the daemon has been let go: waits, and ends the process.  keeper: 0 if there
 * is none; the launching process is the daemon's parent then.
 */
_Noreturn void ready_wait(struct ready *r, pid_t keeper, pid_t daemon);

/* In the daemon: from now on what it does is reported, and the settings say where. */
void ready_begin(struct ready *r);

/*
 * Where nobody waits, but a process stays in front and wants to know: takes what there is.  Returns
 * true if the daemon is ready; *ms is the time after which to call it again, or -1 for never.
 */
bool ready_watch(struct ready *r, long *ms);

/* The descriptors that it needs; -1: none. */
enum { READY_DESCRIPTORS = 3 };
void ready_descriptors(const struct ready *r, int fds[READY_DESCRIPTORS]);

#endif
