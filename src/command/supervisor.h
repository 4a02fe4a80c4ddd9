/* SPDX-License-Identifier: MIT */
/* The supervisor that keeps a process in the foreground and notices its end. */
#ifndef SUPERVISOR_H
#define SUPERVISOR_H

#include "process.h"

enum supervisor {
	SUPERVISOR_NONE, /* none, or unknown */
	SUPERVISOR_SYSTEMD,
	SUPERVISOR_S6,
	SUPERVISOR_RUNIT,
	SUPERVISOR_DAEMONTOOLS,
	SUPERVISOR_SUPERVISORD,
	SUPERVISOR_OPENRC,
	SUPERVISOR_DINIT,
	SUPERVISOR_CONTAINER, /* the parent is the init of a container or started it, or the process
				 is that init */
	SUPERVISOR_FRONT,     /* daemonfix, in mode foreground-fork */
};

/*
 * Finds the supervisor of the process with this directory; parent may be unknown.  A daemon that a
 * supervisor has only adopted is not supervised.
 */
enum supervisor supervisor_find(int directory, const struct process *self,
				const struct process *parent);

/* The supervisor in one word. */
const char *supervisor_name(enum supervisor supervisor);

#endif
