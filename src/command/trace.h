/* SPDX-License-Identifier: MIT */
/*
 * Runs a program and watches what it and its descendants do: ptrace(2), and a seccomp(2) filter
 * that stops them at the calls in question and nowhere else.  Static programs, scripts and whatever
 * they execute are seen as well.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum deed { DEED_EXECUTE, DEED_FORK, DEED_SPAWN, DEED_SETSID, DEED_DAEMON, DEED_LISTEN, DEED_END };

#define NOBODY SIZE_MAX

/* A process that was seen. */
struct traced {
	pid_t pid;
	size_t starter; /* the number in the list of its parent; NOBODY: the first */
	bool spawned;   /* by vfork or posix_spawn, not by fork */
	size_t number;  /* it is this child of those that its starter forked, from 1 */
	size_t forks;   /* how many it has forked itself */
	int image;      /* equal for processes that run the same program; 1 is the first */
	bool executed;  /* has executed a program itself */
	bool setsid;    /* has called it with success */
	bool copy;      /* and was still a copy of its starter then */
	bool daemon;    /* and was called in libc's daemon() */
	bool listens;
	bool ended;
	int status;    /* as of waitpid(2) */
	char name[64]; /* as in DAEMONFIX_ONLY */
};

struct trace {
	struct traced *list; /* the program itself is the first */
	size_t count;
	int images;
	int report;   /* trace_error() */
	double begin; /* clock_gettime(2), in seconds */
	double last;  /* when something was done last */
	int signal;   /* that ended the watching; 0: none */
	/* Called for all that is done; other: the child, or the wait status. */
	void (*seen)(const struct trace *t, const struct traced *who, enum deed deed, int other);
};

/* Executes path with these arguments, stopped before.  0, or -1 with errno. */
int trace_start(struct trace *t, const char *path, char **arguments);

/* Watches until enough() says so, all have ended, the time is over, or a signal has come. */
void trace_watch(struct trace *t, double seconds, bool (*enough)(const struct trace *t));

/* Ends all of them: SIGTERM, and after some seconds SIGKILL. */
void trace_end(struct trace *t);

void trace_free(struct trace *t);

/* Once all have ended: the errno with which it could not be executed; 0: it was. */
int trace_error(const struct trace *t);

/* Is the program, or a process that it has started, left? */
bool trace_lives(const struct trace *t, const struct traced *who);

/* The last process with this PID, or NULL. */
const struct traced *trace_find(const struct trace *t, pid_t pid);

/* Seconds since the beginning. */
double trace_time(const struct trace *t);

#endif
