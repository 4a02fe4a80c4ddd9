/* SPDX-License-Identifier: MIT */
/*
 * Runs a program and watches it and its descendants with ptrace(2) and a seccomp(2) filter, which
 * stops them only at the system calls in question.  This also works for static programs, scripts
 * and the programs that they execute.
 */
#ifndef TRACE_H
#define TRACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum deed { DEED_EXECUTE, DEED_FORK, DEED_SPAWN, DEED_SETSID, DEED_DAEMON, DEED_LISTEN, DEED_END };

#define NOBODY SIZE_MAX

/* A process that was observed. */
struct traced {
	pid_t pid;
	size_t starter; /* index of its parent in the list; NOBODY: the first process */
	bool spawned;   /* by vfork or posix_spawn, not by fork */
	size_t number;  /* its number among the starter's forked children, from 1 */
	size_t forks;   /* the number of processes that it forked */
	int image;      /* equal for processes that run the same program; 1 is the first */
	bool executed;  /* it executed a program itself */
	bool setsid;    /* it called setsid(2) successfully */
	bool copy;      /* and was then still a copy of its starter */
	bool daemon;    /* and did so in libc's daemon() */
	bool listens;
	bool ended;
	int status;    /* as of waitpid(2) */
	char name[64]; /* as in DAEMONFIX_ONLY */
};

struct trace {
	struct traced *list; /* the first is the program itself */
	size_t count;
	int images;
	int report;   /* trace_error() */
	double begin; /* clock_gettime(2), in seconds */
	double last;  /* the time of the last event */
	int signal;   /* the signal that ended the watching; 0: none */
	/* Called for every deed; other: the child, or the wait status. */
	void (*seen)(const struct trace *t, const struct traced *who, enum deed deed, int other);
};

/* Starts path with these arguments, stopped before execution.  Returns 0, or -1 with errno. */
int trace_start(struct trace *t, const char *path, char **arguments);

/* Watches until enough() returns true, all have ended, the time is over, or a signal arrives. */
void trace_watch(struct trace *t, double seconds, bool (*enough)(const struct trace *t));

/* Ends all processes: SIGTERM, and after some seconds SIGKILL. */
void trace_end(struct trace *t);

void trace_free(struct trace *t);

/* Once all have ended: the errno of a failed execution; 0: the program was executed. */
int trace_error(const struct trace *t);

/* Is the process still there? */
bool trace_lives(const struct trace *t, const struct traced *who);

/* The last process with this PID, or NULL. */
const struct traced *trace_find(const struct trace *t, pid_t pid);

/* Seconds since the beginning. */
double trace_time(const struct trace *t);

#endif
