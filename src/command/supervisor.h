/* SPDX-License-Identifier: MIT */
/* The supervisor that keeps a process in the foreground and notices its end. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "process.h"

enum supervisor {
	SUPERVISOR_NONE, /* or unknown */
	SUPERVISOR_SYSTEMD,
	SUPERVISOR_S6,
	SUPERVISOR_RUNIT,
	SUPERVISOR_DAEMONTOOLS,
	SUPERVISOR_SUPERVISORD,
	SUPERVISOR_OPENRC,
	SUPERVISOR_DINIT,
	SUPERVISOR_CONTAINER, /* the init of a container, or the process is that init itself */
	SUPERVISOR_FRONT,     /* daemonfix, in mode foreground-fork */
};

/*
 * The supervisor of the process with this directory, whose parent is given if it is known.  A
 * daemon that a supervisor has only adopted is not supervised.
 */
enum supervisor supervisor_find(int directory, const struct process *self,
				const struct process *parent);

/* In a word. */
const char *supervisor_name(enum supervisor supervisor);

#endif
