/* SPDX-License-Identifier: MIT */
#ifndef DETACH_H
#define DETACH_H

#include "disposition.h"

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

/*
 * One session-first fork, from detach_fork() to the end of both sides' handshake:
 *
 *     caller                              child
 *     detach_fork() > 0                   detach_fork() == 0
 *     detach_await(): the child's PID     detach_report()
 *     detach_commit() or detach_leave()   detach_conclude(): waits until let go
 *
 * The members are detach.c's own; the caller may read session and child.
 */
enum detach_child {
	CHILD_IS_DAEMON,     /* leads its process group, and outlives the caller */
	CHILD_MAY_LEAD,      /* leads a session as well, if need be, as after libc's daemon(3) */
	CHILD_IS_WATCHED,    /* a daemon that runs the program's code before its report */
	CHILD_IS_PROGRAM,    /* in the caller's session and process group */
	CHILD_STAYS_CALLERS, /* as after fork(2): the caller goes on, and stays the parent */
};

/*
 * A child that executes a program instead of a report.  Both forks are made by fork(), which calls
 * child(arg) in the new process.  That process may share its parent's memory, as a child of
 * vfork(2) does, so run() must not change what the caller needs.
 */
struct detach_run {
	pid_t (*fork)(void (*child)(void *arg), void *arg);
	void (*run)(void *arg); /* executes the program, or ends; NULL: nothing is run */
	void *arg;
};

struct detach {
	struct handshake *handshake; /* shared by the caller, the intermediate and the child */
	enum detach_child kind;
	pid_t caller;
	pid_t session;                        /* the child's session: the intermediate's PID */
	pid_t child;                          /* in the caller: 0 until it is known */
	void (*stay)(void *arg, pid_t child); /* in the intermediate, instead of ending; or NULL */
	void *stay_arg;
	struct detach_run run;
	int alive;     /* this side's end of a pipe that no executed program holds; -1: none */
	sigset_t mask; /* the caller's signal mask */
	struct disposition sigchld; /* the caller's, while the intermediate has another */
	int was_subreaper;          /* the caller's PR_GET_CHILD_SUBREAPER */
	bool adopts; /* the caller is a subreaper now, and will be the child's parent */
	bool sigchld_was_pending;
	bool is_first; /* in the child: there is no intermediate */
	bool settled;  /* the intermediate has been reaped */
};

/* The child's report about itself. */
struct detach_report {
	int error; /* an errno; 0: the child is complete */
	int step;  /* the failed step, as numbered by the two sides */
};

/* The result, for the caller. */
struct detach_end {
	enum detach_fate {
		DETACH_REPORTED,  /* the child has sent report */
		DETACH_DIED,      /* the child died before it reported */
		DETACH_ABANDONED, /* the child has executed a program, or closed its end of alive */
		DETACH_TIMED_OUT,
	} fate;
	/* error is EPIPE or ETIMEDOUT if the child has sent no report */
	struct detach_report report;
	int wait_status; /* of a child that has ended; -1 if it was reaped elsewhere */
	bool left;       /* a child could not be ended or reaped within seconds */
};

/*
 * fork(2), with a child that is already in a new session that it does not lead.  Without
 * PR_SET_CHILD_SUBREAPER (qemu-user) the child's parent can only be init, if that is acceptable,
 * and not the caller.  If children are born in another PID namespace (unshare -p PROGRAM), the
 * child is that of the first fork, because an intermediate would be the namespace's init, and its
 * exit would end the namespace.
 *
 * pthread_atfork(3) handlers run with the caller's signal mask; both sides return with all signals
 * blocked.  Returns 1 in the caller, 0 in the child, or -1 with errno set and everything as it was.
 */
int detach_fork(struct detach *d, enum detach_child kind);

/* Like detach_fork(), but the intermediate stays, as the child's parent: stay() does not return. */
int detach_fork_below(struct detach *d, enum detach_child kind,
		      void (*stay)(void *arg, pid_t child), void *arg);

/*
 * Like detach_fork_below() for a daemon, but the child runs run.run(), and no pthread_atfork(3)
 * handlers run.  Returns in the caller only.
 */
int detach_fork_to_run(struct detach *d, struct detach_run run,
		       void (*stay)(void *arg, pid_t child), void *arg);

/*
 * Registers the pthread_atfork(3) handlers of the session-first fork.  Child handlers run in the
 * order of their registration, and those registered before ours run in the intermediate: so this
 * function must be called before any others are registered, and at the latest by detach_fork().
 */
void detach_register(void);

/*
 * Around a fork(2) of another caller: a signal handler or a prepare handler of this thread may call
 * fork(2) before a session-first fork has reached our own handlers, which would take that fork for
 * theirs.
 */
struct detach *detach_set_aside(void);
void detach_take_up(struct detach *d);

/* In the caller, before a long wait: waits for the intermediate to disappear... */
void detach_settle(struct detach *d);

/* ...and restores the caller's signal mask. */
void detach_unblock(struct detach *d);

/*
 * In the caller: waits for the child's report or, if there is one to run, until the child has
 * executed its program; at most timeout_ms milliseconds (-1: no limit).  Returns the child's PID.
 * If the report is an error or does not come, kills the child and its process group, reaps the
 * child, restores the caller, and returns -1 with errno set to end->report.error.
 */
pid_t detach_await(struct detach *d, int timeout_ms, struct detach_end *end);

/* In a caller that goes on: lets the child go. */
void detach_commit(struct detach *d);

/* In a caller that waits for more, and then ends: lets the child go, and changes nothing else. */
void detach_release(struct detach *d);

/*
 * In a caller that has finished: lets the child go, reaps the intermediate, and ends the process
 * with status 0.
 */
_Noreturn void detach_leave(struct detach *d);

/* In the child: sends the report. */
void detach_report(struct detach *d, struct detach_report report);

/*
 * In the child, before it executes a program.  If that fails, the child reports; if the child ends
 * without a report, the program has ended.
 */
void detach_execute(struct detach *d);

/*
 * In the child: waits until the caller has let it go and, if the caller is about to leave, holds no
 * descriptor any more.  Returns 0, or -1 if the caller is gone or has given up the child.
 */
int detach_conclude(struct detach *d);

#endif
