// SPDX-License-Identifier: MIT
/*
 * Finds the supervisor that keeps a process in the foreground.
 *
 * Supervisors are known by their names.  Some of them are also init or a subreaper and adopt
 * daemons, so not every child was started by them.  A process that they started has executed its
 * program after the fork, which the kernel records; a daemon has only forked since the program was
 * executed.
 */
#include "supervisor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	enum supervisor supervisor;
	char comm[16]; /* as in /proc/PID/comm: cut to 15 bytes */
} names[] = {
	{SUPERVISOR_FRONT, "daemonfix"},        {SUPERVISOR_SYSTEMD, "systemd"},
	{SUPERVISOR_S6, "s6-supervise"},        {SUPERVISOR_RUNIT, "runsv"},
	{SUPERVISOR_DAEMONTOOLS, "supervise"},  {SUPERVISOR_SUPERVISORD, "supervisord"},
	{SUPERVISOR_OPENRC, "supervise-daemo"}, {SUPERVISOR_DINIT, "dinit"},
	{SUPERVISOR_CONTAINER, "docker-init"},  {SUPERVISOR_CONTAINER, "tini"},
	{SUPERVISOR_CONTAINER, "tini-static"},  {SUPERVISOR_CONTAINER, "dumb-init"},
	{SUPERVISOR_CONTAINER, "catatonit"},    {SUPERVISOR_CONTAINER, "containerd-shim"},
	{SUPERVISOR_CONTAINER, "conmon"},
};

const char *supervisor_name(enum supervisor supervisor)
{
	static const char words[][16] = {
		[SUPERVISOR_NONE] = "none",
		[SUPERVISOR_SYSTEMD] = "systemd",
		[SUPERVISOR_S6] = "s6",
		[SUPERVISOR_RUNIT] = "runit",
		[SUPERVISOR_DAEMONTOOLS] = "daemontools",
		[SUPERVISOR_SUPERVISORD] = "supervisord",
		[SUPERVISOR_OPENRC] = "openrc",
		[SUPERVISOR_DINIT] = "dinit",
		[SUPERVISOR_CONTAINER] = "container",
		[SUPERVISOR_FRONT] = "daemonfix",
	};

	return words[supervisor];
}

static enum supervisor by_name(const char *comm)
{
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (strcmp(comm, names[i].comm) == 0)
			return names[i].supervisor;
	return SUPERVISOR_NONE;
}

/*
 * systemd gives each service a session of its own, and since version 248 names the process that
 * executed its first program: SYSTEMD_EXEC_PID.
 */
static bool is_service(int directory, const struct process *self)
{
	char value[32];

	if (self->session != self->pid)
		return false;
	if (process_variable(directory, "SYSTEMD_EXEC_PID", value, sizeof value) == 0)
		return strtol(value, NULL, 10) == process_innermost_pid(directory);
	return errno == ENODATA &&
	       process_variable(directory, "INVOCATION_ID", value, sizeof value) == 0;
}

/* Is the process PID 1 of a PID namespace that is not the machine's own? */
static bool is_containers_init(int directory, const struct process *self)
{
	return process_innermost_pid(directory) == 1 &&
	       (self->pid != 1 || !process_namespace_is_initial());
}

/* Is its parent the init of a container, and has that started it? */
static bool is_child_of_containers_init(const struct process *self, const struct process *parent)
{
	int directory = process_open(parent->pid);
	bool result = directory >= 0 && is_containers_init(directory, parent) &&
		      self->session == parent->session;

	close_quietly(directory);
	return result;
}

enum supervisor supervisor_find(int directory, const struct process *self,
				const struct process *parent)
{
	enum supervisor supervisor = by_name(parent->name);

	if (is_containers_init(directory, self))
		return SUPERVISOR_CONTAINER;
	if (supervisor == SUPERVISOR_FRONT)
		return supervisor;
	if (!self->executed || parent->pid == 0)
		return SUPERVISOR_NONE;
	if (supervisor == SUPERVISOR_SYSTEMD)
		return is_service(directory, self) ? supervisor : SUPERVISOR_NONE;
	if (supervisor == SUPERVISOR_NONE && is_child_of_containers_init(self, parent))
		return SUPERVISOR_CONTAINER;
	/* Not for processes that it has adopted. */
	return self->session == parent->session || self->session == self->pid ? supervisor
									      : SUPERVISOR_NONE;
}
