/* SPDX-License-Identifier: MIT */
#ifndef DETACH_H
#define DETACH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * One session-first fork, from detach_fork() to the end of both sides' handshake:
 *
 *     caller                            child
 *     detach_fork() > 0                 detach_fork() == 0
 *     detach_await(): the child's PID   detach_report(0)
 *     detach_leave(): never returns          returns once the caller holds no descriptor
 *
 * The members are detach.c's own.
 */
struct detach {
	pid_t caller, intermediate; /* the latter names the child's process group, too */
	sigset_t mask;              /* the caller's signal mask */
	int was_subreaper;          /* its PR_GET_CHILD_SUBREAPER */
	bool adopts;                /* the caller is a subreaper */
	int result[2], go[2];       /* the pipes: child to caller, caller to child */
};

/*
 * fork(2), with a child that already is in a session of its own that it does not lead.
 * Both return with all signals blocked.  Returns 1 in the caller, 0 in the child, -1 with
 * errno set and everything as it was.
 */
int detach_fork(struct detach *d);

/*
 * In the caller: waits for the child's report.  Returns the child's PID, or -1 with the
 * errno it reported (EPIPE: it was killed first), the child gone and everything as it was.
 */
pid_t detach_await(struct detach *d);

/* In the caller, which is done: lets the child go and ends the process with status 0. */
_Noreturn void detach_leave(struct detach *d);

/*
 * In the child: says how it went.  error 0: returns when the caller holds no descriptor any
 * more, with the caller's signal mask.  An errno, or a caller that is gone: does not return.
 */
void detach_report(struct detach *d, int error);

#endif
