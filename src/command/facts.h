/* SPDX-License-Identifier: MIT */
/* The facts that make a process a correct daemon or not, gathered and judged. */
#ifndef FACTS_H
#define FACTS_H

#include "descriptors.h"
#include "process.h"
#include "supervisor.h"

#include <limits.h>

enum problem {
	PROBLEM_ENDED,
	PROBLEM_KERNEL,
	PROBLEM_INIT,
	PROBLEM_LEADER,
	PROBLEM_TERMINAL,
	PROBLEM_TERMINAL_SESSION,
	PROBLEM_PARENT,
	PROBLEM_STDIN,
	PROBLEM_STDOUT, /* PROBLEM_STDIN + 1 */
	PROBLEM_STDERR, /* PROBLEM_STDIN + 2 */
	PROBLEMS
};

/* The parent's relation to the process. */
enum relation {
	RELATION_UNKNOWN,
	RELATION_INIT,
	RELATION_SUBREAPER,
	RELATION_SESSION, /* in the same session: the parent has probably started the process */
};

/* The meaning of DAEMONFIX_PID, as far as /proc shows it. */
enum marker { MARKER_UNKNOWN, MARKER_NONE, MARKER_DAEMON, MARKER_FOREGROUND };

/* Unknown and missing values are zero. */
struct facts {
	struct process self;
	struct process parent;
	enum relation relation;
	struct process leader;       /* of the session, if it lives */
	struct process group_leader; /* of the process group, if it lives */
	bool initial;                /* the PID namespace of /proc is the machine's own */
	enum supervisor supervisor;
	bool bare; /* a zombie or a kernel thread, without the members below */
	char program[PATH_MAX];
	char directory[PATH_MAX];
	char mount_point[PATH_MAX], source[PATH_MAX], type[64]; /* of directory */
	struct descriptors descriptors;
	char umask[16];
	unsigned long long ignored, blocked; /* bit 0 is signal 1 */
	char library[PATH_MAX];
	enum marker marker;
	bool problem[PROBLEMS];
};

/*
 * Gathers and judges the facts about the process with this directory.  Returns 0, or -1 with errno
 * (EACCES, EPERM: not permitted).  The caller always frees them with facts_free().  If the process
 * changes meanwhile, the facts may contradict each other.
 */
int facts_find(int directory, struct facts *f);

/* A supervised process without a problem is correct, but not a daemon. */
enum verdict { VERDICT_CORRECT, VERDICT_SUPERVISED, VERDICT_NOT_CORRECT };
enum verdict facts_verdict(const struct facts *f);

void facts_free(struct facts *f);

#endif
