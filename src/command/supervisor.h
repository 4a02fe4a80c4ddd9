/* SPDX-License-Identifier: MIT */
/* Who keeps a process in the foreground, and is there to see when it ends. */
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
 * Who is it, for the process with this directory, whose parent is known as far as it can be seen?
 * A daemon that has lost its parent and was adopted by one of them is not supervised.
 */
enum supervisor supervisor_find(int directory, const struct process *self,
				const struct process *parent);

/* In a word. */
const char *supervisor_name(enum supervisor supervisor);

#endif
