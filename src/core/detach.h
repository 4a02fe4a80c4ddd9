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
enum detach_child {
	CHILD_IS_DAEMON,     /* it leads its process group, and outlives the caller */
	CHILD_MAY_LEAD,      /* a session as well, if need be, as after libc's daemon(3) */
	CHILD_IS_WATCHED,    /* a daemon that runs the program's code before its report */
	CHILD_EXECUTES,      /* a daemon that executes a program instead of a report */
	CHILD_IS_PROGRAM,    /* in the caller's session and process group */
	CHILD_STAYS_CALLERS, /* fork(2)'s: the caller goes on, and is its parent */
};

struct detach {
	struct handshake *handshake; /* memory of the caller, the intermediate and the child */
	enum detach_child kind;
	pid_t caller;
	pid_t session;                        /* the child's session: the intermediate's PID */
	pid_t child;                          /* in the caller: 0 while it is not known */
	void (*stay)(void *arg, pid_t child); /* in the intermediate, instead of ending; or NULL */
	void *stay_arg;
	int alive;         /* an end of a pipe that an executed program does not hold; -1: none */
	sigset_t mask;     /* the caller's signal mask */
	int was_subreaper; /* its PR_GET_CHILD_SUBREAPER */
	bool adopts;       /* it is one now, and the child becomes its own */
	bool sigchld_was_pending;
	bool is_first; /* in the child: there is no intermediate */
	bool settled;  /* the intermediate has been collected */
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
		DETACH_ABANDONED, /* it has executed a program, or closed its end of alive */
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
 * Where children are born in another PID namespace (unshare -p PROGRAM) the child is the first
 * fork's: the namespace would end with an intermediate that is its init.
 *
 * pthread_atfork(3) handlers run with the caller's signal mask; both return with all signals
 * blocked.  Returns 1 in the caller, 0 in the child, -1 with errno set and everything as it was.
 */
int detach_fork(struct detach *d, enum detach_child kind);

/* The same, with an intermediate that stays, as the child's parent: stay() does not return. */
int detach_fork_below(struct detach *d, enum detach_child kind,
		      void (*stay)(void *arg, pid_t child), void *arg);

/*
 * Registers the pthread_atfork(3) handlers of the session-first fork.  Child handlers run in the
 * order of their registration, and those that run before ours do so in the intermediate: so this
 * is called before anybody else registers any, or at the latest by detach_fork().
 */
void detach_register(void);

/*
 * Around a fork(2) of somebody else's: a signal handler, or a prepare handler, of this thread may
 * call it while a session-first fork has not come as far as our own handlers, and would become it.
 */
struct detach *detach_set_aside(void);
void detach_take_up(struct detach *d);

/* In the caller, if it is going to wait for long: nothing of the intermediate is left... */
void detach_settle(struct detach *d);

/* ...and its signals are as before. */
void detach_unblock(struct detach *d);

/*
 * In the caller: waits for the child's report, or until it has executed a program if that is what
 * it does, timeout_ms milliseconds at the most (-1: without end).  Returns the child's PID.  If the
 * report is an error or does not come, the child and its process group are killed, the child is
 * collected, the caller is as it was, and -1 is returned with errno set to end->report.error.
 */
pid_t detach_await(struct detach *d, int timeout_ms, struct detach_end *end);

/* In the caller, which goes on: lets the child go. */
void detach_commit(struct detach *d);

/* In the caller, which waits for more, and then ends: lets the child go, and changes nothing. */
void detach_release(struct detach *d);

/*
 * In the caller, which is done: lets the child go, collects the intermediate, and ends the process
 * with status 0.
 */
_Noreturn void detach_leave(struct detach *d);

/* In the child: says how it went. */
void detach_report(struct detach *d, struct detach_report report);

/*
 * In the child: it is about to execute a program.  If that fails, it reports; if it ends without
 * a report, the program has ended.
 */
void detach_execute(struct detach *d);

/*
 * In the child: waits until the caller has let it go and, if it is one that leaves, holds no
 * descriptor any more.  Returns 0, or -1 if the caller is gone or has given the child up.
 */
int detach_conclude(struct detach *d);

#endif
