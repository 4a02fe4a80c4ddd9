/* SPDX-License-Identifier: MIT */
#ifndef DETACH_H
#define DETACH_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * One session-first fork, from detach_fork() to the end of both sides' handshake:
 *
 *     caller                              child
 *     detach_fork() > 0                   detach_fork() == 0
 *     detach_await(): the child's PID     detach_report()
 *     detach_commit() or detach_leave()   detach_conclude(): after that the caller's word holds
 *
 * The members are detach.c's own; the caller may read session and child.
 */
struct detach {
	pid_t caller;
	pid_t session;        /* the child's session and process group */
	pid_t child;          /* in the caller: 0 while it is not known */
	sigset_t mask;        /* the caller's signal mask */
	int was_subreaper;    /* its PR_GET_CHILD_SUBREAPER */
	bool adopts;          /* it is one now, and the child will be its own */
	bool settled;         /* the intermediate has been collected */
	int result[2], go[2]; /* the pipes: child to caller, caller to child */
};

/* What the child says of itself. */
struct detach_report {
	int error; /* an errno; 0: it is complete */
	int step;  /* where it failed, in the words of the two sides */
};

/* How it ended, for the caller. */
struct detach_end {
	enum detach_fate {
		DETACH_REPORTED,  /* the child has said so: report */
		DETACH_DIED,      /* before it had reported */
		DETACH_ABANDONED, /* it has closed the pipe, and lives */
		DETACH_TIMED_OUT,
	} fate;
	/* error is EPIPE or ETIMEDOUT where the child has said nothing */
	struct detach_report report;
	int wait_status; /* of a child that is gone, -1 if somebody else collected it */
	bool left;       /* a child could not be ended or collected within seconds */
};

/*
 * fork(2), with a child that already is in a session of its own that it does not lead.  Without
 * PR_SET_CHILD_SUBREAPER (qemu-user) it can only be init's, not the caller's own, if that will do.
 * Both return with all signals blocked.  Returns 1 in the caller, 0 in the child, -1 with
 * errno set and everything as it was.
 */
enum detach_child { CHILD_OF_INIT, CHILD_OF_CALLER };
int detach_fork(struct detach *d, enum detach_child child);

/*
 * The fork(2) that would be called if we were not here.  Each way in (src/preload/constructor.c,
 * src/linked/daemon.c) has its own.
 */
pid_t next_fork(void);

/* In the caller, if it is going to wait for long: nothing of the intermediate is left... */
void detach_settle(struct detach *d);

/* ...and its signals are as before. */
void detach_unblock(struct detach *d);

/*
 * In the caller: waits for the child's report, timeout_ms milliseconds at the most (-1: without
 * end).  Returns the child's PID.  If the report is an error or does not come, the child's
 * process group is killed, the child is collected, the caller is as it was, and -1 is returned
 * with errno set to end->report.error.
 */
pid_t detach_await(struct detach *d, int timeout_ms, struct detach_end *end);

/*
 * In the caller, which goes on: lets the child go.  Returns 0; or -1 with errno set, there is no
 * child then, and the caller is as it was.
 */
int detach_commit(struct detach *d);

/*
 * In the caller, which is done: lets the child go and ends the process with status 0.  If it
 * returns, then as detach_commit() with -1.
 */
void detach_leave(struct detach *d);

/* In the child: its descriptors that are needed until detach_conclude(). */
enum { DETACH_DESCRIPTORS = 3 };
void detach_descriptors(const struct detach *d, int fds[DETACH_DESCRIPTORS]);

/* In the child: says how it went. */
void detach_report(struct detach *d, struct detach_report report);

/*
 * In the child: waits until the caller has let it go and, if it is one that leaves, holds no
 * descriptor any more.  Returns 0, or -1 if the caller is gone or has given the child up.
 */
enum detach_farewell { CALLER_COMMITS, CALLER_LEAVES };
int detach_conclude(struct detach *d, enum detach_farewell farewell);

#endif
