// SPDX-License-Identifier: MIT
/* The protocol between a service manager such as systemd and the process that it started. */
#include "servicemanager.h"

#include "message.h"
#include "notify.h"
#include "settings.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

enum { PATIENCE_S = 5 /* a service manager's queue may be full */ };

/* The entry that begins with name ("NAME="); NULL if there is none. */
static char **find(const char *name)
{
	for (char **e = environ; e && *e; e++)
		if (settings_begins(*e, name))
			return e;
	return NULL;
}

const char *servicemanager_socket(void)
{
	static const char name[] = "NOTIFY_SOCKET=";
	char **socket = find(name);

	return socket ? *socket + strlen(name) : NULL;
}

/*
 * This process stays the main process, even if the daemon has claimed to be: a service manager does
 * not learn the exit status of a process that is not its child.
 */
void servicemanager_tell_ready(void)
{
	const char *socket = servicemanager_socket();
	char text[64] = "READY=1", decimal[DECIMAL_SIZE];

	if (!socket)
		return;
	if (getpid() != 1) /* PID 1 has another PID outside its container */
		message_append(text, sizeof text, "\nMAINPID=", message_decimal(decimal, getpid()));
	notify_send(socket, text, PATIENCE_S);
}

/* Programs measure the room for their title by the first and last entries: changes neither. */
static void replace(char **entry, char *text)
{
	bool is_first = entry == environ, is_last = !entry[1];
	ptrdiff_t to = is_first == is_last ? 0 : is_first ? 1 : -1;

	*entry = entry[to];
	entry[to] = text;
}

/* Changes the PID in place, with leading zeros; if it is too long, the entry moves to room. */
static void rename_one(const char *name, pid_t old, char *room, size_t size)
{
	char decimal[DECIMAL_SIZE];
	const char *number = message_decimal(decimal, getpid());
	char **entry = find(name);

	if (!entry || message_number(*entry + strlen(name)) != old)
		return;
	char *value = *entry + strlen(name);
	size_t digits = strlen(number), width = strlen(value);
	if (digits <= width) {
		memset(value, '0', width - digits);
		for (char *digit = value + width; digits > 0;)
			*--digit = number[--digits];
		return;
	}
	message_append(room, size, name, number);
	replace(entry, room);
}

void servicemanager_rename(pid_t old)
{
	static char listen_pid[40], watchdog_pid[40];

	rename_one("LISTEN_PID=", old, listen_pid, sizeof listen_pid);
	rename_one("WATCHDOG_PID=", old, watchdog_pid, sizeof watchdog_pid);
}
